"""A network of one's own: ``xps-keras train --model own_network.py --out run`` (naming this file runs it).

Fields become part of ``config.json``; each needs a default: a number, a text, or a tuple of them.
"""

from dataclasses import dataclass
from typing import ClassVar

import keras

from xps_keras.models import Network, Networks, Preset, trained_on_groups
from xps_keras.models.blocks import group_logits, intensity_input, unit_area, unshifted


@dataclass(frozen=True)
class Pooled(Network):
    """The spectrum in coarse steps, its square root, then the paper's classifier; it aligns nothing."""

    kind: ClassVar[str] = "pooled"
    pool: int = 5  # channels taken together, of 0.1 eV
    units: tuple[int, ...] = (64,)

    def build(self) -> Networks:
        """``intensity`` to ``logits`` (batch, groups), ``shift_ev`` (batch, 1) and ``aligned`` (batch, 6601)."""
        intensity = intensity_input()
        spectrum = unit_area(intensity)
        coarse = keras.layers.AveragePooling1D(self.pool)(keras.layers.Reshape((-1, 1))(spectrum))
        features = keras.ops.sqrt(keras.layers.Flatten()(coarse))
        logits = group_logits(features, self.units, 0.1, self.groups)
        outputs = {"logits": logits, "shift_ev": unshifted(spectrum), "aligned": spectrum}
        return trained_on_groups(keras.Model(intensity, outputs, name=self.kind))


PRESET = Preset(Pooled(), batch_size=128, learning_rate=1e-3, epochs=10)
