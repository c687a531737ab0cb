"""The paper's second baseline: one narrow convolution before the classifier."""

from dataclasses import dataclass
from typing import ClassVar

import keras

from xps_keras.models.blocks import group_logits, intensity_input, unit_area, unshifted
from xps_keras.models.network import Network, Networks, trained_on_groups


@dataclass(frozen=True)
class CNN(Network):
    """The CNN of arXiv 2603.05350: a one-filter, width-3 convolution, then the classifier; no alignment.

    Its inference graph goes from ``intensity`` to ``logits`` (batch, groups), ``shift_ev`` (batch, 1; always 0) and
    ``aligned`` (batch, 6601; the normalised input).
    """

    kind: ClassVar[str] = "cnn"

    filters: int = 1
    """Number of filters."""
    kernel_size: int = 3
    """Width of the kernel in channels."""
    classifier_units: tuple[int, ...] = (256, 128)
    """Widths of the classifier's hidden layers."""
    dropout: float = 0.1
    """Dropout rate."""

    def build(self) -> Networks:
        """See the base class."""
        intensity = intensity_input()
        normalized = unit_area(intensity)
        image = keras.layers.Reshape((normalized.shape[1], 1))(normalized)
        features = keras.layers.Conv1D(self.filters, self.kernel_size, padding="same", name="convolution")(image)
        features = keras.layers.LeakyReLU(0.01)(features)
        outputs = {
            "logits": group_logits(keras.layers.Flatten()(features), self.classifier_units, self.dropout, self.groups),
            "shift_ev": unshifted(normalized),
            "aligned": normalized,
        }
        return trained_on_groups(keras.Model(intensity, outputs, name=self.kind))
