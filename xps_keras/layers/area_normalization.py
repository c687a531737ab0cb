"""Clip at zero and scale to unit area: the first step of every model."""

from typing import Any

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="xps_keras")
class AreaNormalization(keras.layers.Layer):
    """Sets negative intensity to zero and divides each signal by its area.

    Args:
        step: Distance of two channels; the area is the sum over channels times ``step``. With the step in eV the
            result is in 1/eV and integrates to 1.

    Input shape:
        ``(batch, length)``, any scale. A signal without positive intensity stays zero.

    Output shape:
        Same as the input.
    """

    def __init__(self, step: float = 1.0, **kwargs: Any) -> None:
        # No autocast: counts of a real file overflow half precision.
        super().__init__(autocast=False, **kwargs)
        if step <= 0:
            raise ValueError(f"`step` must be positive. Received: step={step}")
        self.step = step

    def call(self, inputs: Any) -> Any:
        """Normalise; see the class for shapes."""
        signal = ops.maximum(ops.cast(inputs, "float32"), 0.0)
        # By the maximum first, so that the sum of 6601 large counts stays in range and small ones do not vanish.
        peak = ops.max(signal, axis=1, keepdims=True)
        signal = signal / ops.where(peak > 0, peak, 1.0)
        area = ops.sum(signal, axis=1, keepdims=True) * self.step
        return ops.cast(signal / ops.where(area > 0, area, 1.0), self.compute_dtype)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Same as the input."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """Return everything needed to build the layer again."""
        return {**super().get_config(), "step": self.step}
