"""Windows of a spectrum as few numbers, and how these change with a shift and a broadening."""

from typing import Any

import keras
import numpy as np
from keras import ops


@keras.saving.register_keras_serializable(package="xps_keras")
class WindowFeatures(keras.layers.Layer):
    """Projects windows of a signal on a few directions each, also with the signal moved by a channel either way.

    Half the difference of the outer two is how the features change with a shift of a channel, what the middle one lacks
    of their mean how they change with a broadening: both follow from the signal, without knowing what it is made of.

    The directions are weights that no training changes; whoever builds a network sets them.

    Args:
        windows: Stretches ``(start, stop)`` in channels, none of them within a channel of the ends of the signal.
        sizes: Number of directions of each.

    Input shape:
        ``(batch, length)``.

    Output shape:
        ``(batch, 3, sum(sizes))``: the signal a channel further down, as it is, and a channel further up:
        ``signal[i - 1]``, ``signal[i]``, ``signal[i + 1]`` stand at channel ``i``.
    """

    def __init__(self, windows: Any, sizes: Any, **kwargs: Any) -> None:
        # No autocast: the differences are small against what they are taken of.
        super().__init__(autocast=False, trainable=False, dtype="float32", **kwargs)
        self.windows = tuple((int(start), int(stop)) for start, stop in windows)
        self.sizes = tuple(int(size) for size in sizes)
        if len(self.windows) != len(self.sizes) or any(start < 1 or stop <= start for start, stop in self.windows):
            raise ValueError(
                "`windows` must be (start, stop) with 1 <= start < stop, and one of `sizes` must belong to each. "
                f"Received: windows={self.windows}, sizes={self.sizes}"
            )

    def build(self, input_shape: Any) -> None:
        """Make a matrix per window."""
        if any(stop >= input_shape[1] for _, stop in self.windows):
            raise ValueError(f"A window leaves the signal. Received: {self.windows} for {input_shape[1]} channels")
        self.directions = [
            self.add_weight(shape=(stop - start, size), name=f"directions_{number}", trainable=False)
            for number, ((start, stop), size) in enumerate(zip(self.windows, self.sizes, strict=True))
        ]

    def call(self, inputs: Any) -> Any:
        """Project; see the class for shapes."""
        signal = ops.cast(inputs, "float32")
        parts = []
        for (start, stop), directions in zip(self.windows, self.directions, strict=True):
            moved = ops.stack([signal[:, start + step : stop + step] for step in (-1, 0, 1)], axis=1)
            parts.append(ops.matmul(moved, directions))
        return ops.concatenate(parts, axis=-1)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """See the class."""
        return (input_shape[0], 3, int(np.sum(self.sizes)))

    def get_config(self) -> dict[str, Any]:
        """Return everything needed to build the layer again."""
        config = super().get_config()
        config.pop("trainable")
        config.pop("dtype")
        return {**config, "windows": self.windows, "sizes": self.sizes}
