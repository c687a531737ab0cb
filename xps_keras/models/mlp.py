"""The paper's first baseline: the classifier alone."""

from typing import Any

import keras

from xps_keras.models.blocks import group_logits, intensity_input, unit_area, unshifted


def mlp(classifier_units: tuple[int, ...] = (256, 128), dropout: float = 0.1) -> Any:
    """Build the MLP of arXiv 2603.05350: 6601-256-128-40, no alignment.

    Args:
        classifier_units: Widths of the hidden layers.
        dropout: Dropout rate.

    Returns:
        A model from ``intensity`` to ``logits`` (batch, 40), ``shift_ev`` (batch, 1; always 0) and ``aligned``
        (batch, 6601; the normalised input).
    """
    intensity = intensity_input()
    normalized = unit_area(intensity)
    outputs = {
        "logits": group_logits(normalized, tuple(classifier_units), dropout),
        "shift_ev": unshifted(normalized),
        "aligned": normalized,
    }
    return keras.Model(intensity, outputs, name="mlp")
