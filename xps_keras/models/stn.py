"""The paper's spatial transformer network."""

from typing import Any

import keras

from xps_keras.axis import AXIS
from xps_keras.layers.spatial_transformer_1d import SpatialTransformer1D
from xps_keras.models.blocks import group_logits, intensity_input, unit_area


def stn(
    localization_units: tuple[int, ...] = (64, 32),
    classifier_units: tuple[int, ...] = (256, 128),
    dropout: float = 0.1,
    mode: str = "shift",
) -> Any:
    """Build the STN of arXiv 2603.05350: 6601-64-32-1 localisation, one translation, 6601-256-128-40 classifier.

    Args:
        localization_units: Widths of the localisation network's hidden layers (ReLU).
        classifier_units: Widths of the classifier's hidden layers.
        dropout: Dropout rate of the classifier.
        mode: ``shift``, or ``shift_scale`` for the paper's second variant.

    Returns:
        A model from ``intensity`` to ``logits`` (batch, 40), ``shift_ev`` (batch, 1) and ``aligned`` (batch, 6601).
    """
    intensity = intensity_input()
    localization = keras.Sequential(
        [keras.layers.Dense(width, "relu") for width in localization_units], name="localization"
    )
    transformer = SpatialTransformer1D(localization, mode=mode, name="transformer")
    aligned, parameters = transformer(unit_area(intensity))
    outputs = {
        "logits": group_logits(aligned, tuple(classifier_units), dropout),
        "shift_ev": parameters[:, :1] * AXIS.step_ev,
        "aligned": unit_area(aligned, "aligned_area"),
    }
    return keras.Model(intensity, outputs, name="stn")
