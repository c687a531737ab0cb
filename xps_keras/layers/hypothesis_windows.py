"""Core-level windows of a spectrum under a fixed set of shift hypotheses."""

from typing import Any

import keras
import numpy as np
from keras import ops

from xps_keras.layers.window_index import pair_starts


@keras.saving.register_keras_serializable(package="xps_keras")
class HypothesisWindows(keras.layers.Layer):
    """Cuts the same windows out of a signal once per hypothesis about its shift, channels pooled in pairs.

    What follows, shared over the hypotheses, is equivariant by construction: moving the signal by one hypothesis
    step moves the answers by one place.

    Args:
        windows: Stretches ``(start, stop)`` in channels of an unshifted signal.
        hypotheses: Shifts in channels, even numbers.

    Input shape:
        ``(batch, length)``.

    Output shape:
        ``(batch, len(hypotheses), n)`` for ``n`` pooled pairs; zero outside the signal.
    """

    def __init__(self, windows: Any, hypotheses: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.windows = tuple((int(start), int(stop)) for start, stop in windows)
        self.hypotheses = tuple(int(shift) for shift in hypotheses)
        if any(shift % 2 for shift in self.hypotheses):
            raise ValueError(f"`hypotheses` must be even numbers of channels. Received: {self.hypotheses}")
        self._pairs = pair_starts(self.windows) // 2

    def call(self, inputs: Any) -> Any:
        """Cut the windows; see the class for shapes."""
        length = inputs.shape[1]
        if length % 2:
            inputs, length = ops.pad(inputs, [[0, 0], [0, 1]]), length + 1
        pooled = 0.5 * (inputs[:, 0::2] + inputs[:, 1::2])
        pooled = ops.pad(pooled, [[0, 0], [1, 1]])  # every place outside the signal is one of these zeros
        place = self._pairs[None, :] + np.array(self.hypotheses, np.int32)[:, None] // 2
        place = np.clip(place, -1, length // 2) + 1
        windows = ops.take(pooled, place.reshape(-1), axis=1)
        return ops.reshape(windows, (-1, *place.shape))

    def compute_output_shape(self, input_shape: Any) -> Any:
        """See the class."""
        return (input_shape[0], len(self.hypotheses), len(self._pairs))

    def get_config(self) -> dict[str, Any]:
        """Return everything needed to build the layer again."""
        return {**super().get_config(), "windows": self.windows, "hypotheses": self.hypotheses}
