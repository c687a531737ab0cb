"""Core-level windows of a spectrum, aligned by given shifts."""

from typing import Any

import keras
from keras import ops

from xps_keras.layers.window_index import pool_starts


@keras.saving.register_keras_serializable(package="xps_keras")
class AlignedWindows(keras.layers.Layer):
    """Cuts windows out of a signal after undoing a shift, channels pooled in pairs.

    Equal to resampling the whole signal by linear interpolation (``shift_channels``) and then cutting and pooling,
    but only the channels that are looked at are touched, for several shifts of one signal at once.

    Args:
        windows: Stretches ``(start, stop)`` in channels of an unshifted signal.

    Input shape:
        A list: the signal ``(batch, length)`` and the shifts in channels, float32 ``(batch, readings)``.

    Output shape:
        ``(batch, readings, n)`` for ``n`` pooled pairs; zero outside the signal.
    """

    def __init__(self, windows: Any, **kwargs: Any) -> None:
        # No autocast: half precision cannot hold a shift and a channel number.
        super().__init__(autocast=False, **kwargs)
        self.windows = tuple((int(start), int(stop)) for start, stop in windows)
        self._pairs = pool_starts(self.windows)

    def call(self, inputs: Any) -> Any:
        """Cut the windows; see the class for shapes."""
        signal, shift = inputs
        length = signal.shape[1]
        readings = shift.shape[1]
        padded = ops.pad(signal, [[0, 0], [2, 2]])
        pooled = 0.5 * (padded[:, :-1] + padded[:, 1:])  # place p holds the mean of channels p - 2 and p - 1
        shift = ops.cast(shift, "float32")
        whole = ops.floor(shift)
        part = ops.cast(shift - whole, signal.dtype)[:, :, None]
        place = self._pairs[None, None, :] + 2 + ops.cast(whole, "int32")[:, :, None]
        last = length + 2  # the mean of the two zeros behind the signal
        below = ops.reshape(ops.clip(place, 0, last), (-1, readings * len(self._pairs)))
        above = ops.reshape(ops.clip(place + 1, 0, last), (-1, readings * len(self._pairs)))
        shape = (-1, readings, len(self._pairs))
        low = ops.reshape(ops.take_along_axis(pooled, below, axis=1), shape)
        high = ops.reshape(ops.take_along_axis(pooled, above, axis=1), shape)
        return low * (1 - part) + high * part

    def compute_output_shape(self, input_shape: Any) -> Any:
        """See the class."""
        signal, shift = input_shape
        return (signal[0], shift[1], len(self._pairs))

    def get_config(self) -> dict[str, Any]:
        """Return everything needed to build the layer again."""
        return {**super().get_config(), "windows": self.windows}
