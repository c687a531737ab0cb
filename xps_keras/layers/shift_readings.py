"""The modes of a distribution over shifts."""

from typing import Any

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="xps_keras")
class ShiftReadings(keras.layers.Layer):
    """Turns a mixture of normal distributions over the shift into its few most probable readings.

    Components closer than ``radius_ev`` to the strongest cluster are taken together as one reading: its shift is
    their weighted mean, its uncertainty their standard deviation, its weight their probability. They are then set
    aside, and the next reading is sought among the rest.

    Args:
        readings: Number of readings.
        radius_ev: Components this close in eV are one reading.

    Input shape:
        ``(batch, components, 3)``: logit of the weight, mean in eV, natural logarithm of the standard deviation in eV.

    Output shape:
        A tuple of three arrays ``(batch, readings)``: shift in eV, standard deviation in eV, weight (0 to 1), in
        order of falling weight.
    """

    def __init__(self, readings: int = 3, radius_ev: float = 0.3, **kwargs: Any) -> None:
        super().__init__(autocast=False, **kwargs)
        if readings < 1 or radius_ev <= 0:
            raise ValueError(
                "`readings` must be at least 1 and `radius_ev` positive. "
                f"Received: readings={readings}, radius_ev={radius_ev}"
            )
        self.readings = readings
        self.radius_ev = radius_ev

    def call(self, inputs: Any) -> tuple[Any, Any, Any]:
        """Find the readings; see the class for shapes."""
        weight = ops.softmax(ops.cast(inputs[:, :, 0], "float32"), axis=-1)
        mean = ops.cast(inputs[:, :, 1], "float32")
        variance = ops.exp(2.0 * ops.cast(inputs[:, :, 2], "float32"))
        distance = mean[:, :, None] - mean[:, None, :]
        near = ops.exp(-ops.square(distance / self.radius_ev))
        found = []
        for _ in range(self.readings):
            strength = ops.sum(weight[:, None, :] * near, axis=-1)
            # Not ops.argmax: on floats Keras looks at sign bits with BitwiseAnd, which TFLite and ONNX do not have.
            strongest = ops.one_hot(ops.top_k(strength, 1)[1][:, 0], mean.shape[1], dtype="float32")
            center = ops.sum(strongest * mean, axis=-1, keepdims=True)
            # Twice: the cluster is gathered around its own mean, not around one of its components.
            for _ in range(2):
                member = weight * ops.cast(ops.abs(mean - center) < self.radius_ev, "float32")
                total = ops.maximum(ops.sum(member, axis=-1, keepdims=True), 1e-20)
                center = ops.sum(member * mean, axis=-1, keepdims=True) / total
            spread = ops.sum(member * (variance + ops.square(mean - center)), axis=-1, keepdims=True) / total
            found.append((center, ops.sqrt(spread), ops.sum(member, axis=-1, keepdims=True)))
            weight = weight - member
        shift, uncertainty, share = (ops.concatenate(column, axis=-1) for column in zip(*found, strict=True))
        order = ops.top_k(share, self.readings)[1]  # moving to its own mean may have cost a cluster its rank
        return tuple(ops.take_along_axis(column, order, axis=-1) for column in (shift, uncertainty, share))

    def compute_output_shape(self, input_shape: Any) -> Any:
        """See the class."""
        return ((input_shape[0], self.readings),) * 3

    def compute_output_spec(self, inputs: Any) -> Any:
        """Float32 under every policy."""
        return tuple(keras.KerasTensor(shape, "float32") for shape in self.compute_output_shape(inputs.shape))

    def get_config(self) -> dict[str, Any]:
        """Return everything needed to build the layer again."""
        return {**super().get_config(), "readings": self.readings, "radius_ev": self.radius_ev}
