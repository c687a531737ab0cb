"""The paper's first baseline: the classifier alone."""

from dataclasses import dataclass
from typing import ClassVar

import keras

from xps_keras.models.blocks import group_logits, intensity_input, unit_area, unshifted
from xps_keras.models.network import Network, Networks, trained_on_groups


@dataclass(frozen=True)
class MLP(Network):
    """The MLP of arXiv 2603.05350: 6601-256-128-groups, no alignment.

    Its inference graph goes from ``intensity`` to ``logits`` (batch, groups), ``shift_ev`` (batch, 1; always 0) and
    ``aligned`` (batch, 6601; the normalised input).
    """

    kind: ClassVar[str] = "mlp"

    classifier_units: tuple[int, ...] = (256, 128)
    """Widths of the hidden layers."""
    dropout: float = 0.1
    """Dropout rate."""

    def build(self) -> Networks:
        """See the base class."""
        intensity = intensity_input()
        normalized = unit_area(intensity)
        outputs = {
            "logits": group_logits(normalized, self.classifier_units, self.dropout, self.groups),
            "shift_ev": unshifted(normalized),
            "aligned": normalized,
        }
        return trained_on_groups(keras.Model(intensity, outputs, name=self.kind))
