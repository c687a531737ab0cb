"""The paper's second baseline: one narrow convolution before the classifier."""

from typing import Any

import keras

from xps_keras.models.blocks import group_logits, intensity_input, unit_area, unshifted


def cnn(
    filters: int = 1, kernel_size: int = 3, classifier_units: tuple[int, ...] = (256, 128), dropout: float = 0.1
) -> Any:
    """Build the CNN of arXiv 2603.05350: a one-filter, width-3 convolution, then the classifier; no alignment.

    Args:
        filters: Number of filters.
        kernel_size: Width of the kernel in channels.
        classifier_units: Widths of the classifier's hidden layers.
        dropout: Dropout rate.

    Returns:
        A model from ``intensity`` to ``logits`` (batch, 40), ``shift_ev`` (batch, 1; always 0) and ``aligned``
        (batch, 6601; the normalised input).
    """
    intensity = intensity_input()
    normalized = unit_area(intensity)
    image = keras.layers.Reshape((normalized.shape[1], 1))(normalized)
    features = keras.layers.Conv1D(filters, kernel_size, padding="same", name="convolution")(image)
    features = keras.layers.LeakyReLU(0.01)(features)
    outputs = {
        "logits": group_logits(keras.layers.Flatten()(features), tuple(classifier_units), dropout),
        "shift_ev": unshifted(normalized),
        "aligned": normalized,
    }
    return keras.Model(intensity, outputs, name="cnn")
