"""The paper's spatial transformer network."""

from dataclasses import dataclass
from typing import ClassVar

import keras

from xps_keras.axis import AXIS
from xps_keras.layers.spatial_transformer_1d import SpatialTransformer1D
from xps_keras.models.blocks import group_logits, intensity_input, unit_area
from xps_keras.models.network import Network, Networks, trained_on_groups


@dataclass(frozen=True)
class STN(Network):
    """The STN of arXiv 2603.05350: 6601-64-32-1 localisation, one translation, 6601-256-128-groups classifier.

    Its inference graph goes from ``intensity`` to ``logits`` (batch, groups), ``shift_ev`` (batch, 1) and ``aligned``
    (batch, 6601).
    """

    kind: ClassVar[str] = "stn"

    localization_units: tuple[int, ...] = (64, 32)
    """Widths of the localisation network's hidden layers (ReLU)."""
    classifier_units: tuple[int, ...] = (256, 128)
    """Widths of the classifier's hidden layers."""
    dropout: float = 0.1
    """Dropout rate of the classifier."""
    mode: str = "shift"
    """``shift``, or ``shift_scale`` for the paper's second variant."""

    def build(self) -> Networks:
        """See the base class."""
        intensity = intensity_input()
        localization = keras.Sequential(
            [keras.layers.Dense(width, "relu") for width in self.localization_units], name="localization"
        )
        transformer = SpatialTransformer1D(localization, mode=self.mode, name="transformer")
        aligned, parameters = transformer(unit_area(intensity))
        outputs = {
            "logits": group_logits(aligned, self.classifier_units, self.dropout, self.groups),
            "shift_ev": parameters[:, :1] * AXIS.step_ev,
            "aligned": unit_area(aligned, "aligned_area"),
        }
        return trained_on_groups(keras.Model(intensity, outputs, name=self.kind))
