"""Core-level windows of a spectrum, aligned by given shifts."""

from typing import Any

import keras
import numpy as np
from keras import ops

from xps_keras.layers.resampling import BLOCK, block_pairs, split_shift
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
        starts = pool_starts(self.windows)
        self._blocks, position = np.unique(starts // BLOCK, return_inverse=True)
        pair = position * (BLOCK // 2) + starts % BLOCK // 2
        breaks = np.flatnonzero(np.diff(pair) != 1) + 1
        # Which pairs of the fetched blocks lie in windows: slices, each from its first pair up to its last.
        self._kept = [slice(int(part[0]), int(part[-1]) + 1) for part in np.split(pair, breaks)]
        self._size = len(starts)

    def call(self, inputs: Any) -> Any:
        """Cut the windows; see the class for shapes."""
        signal, shift = inputs
        block, rest, part = split_shift(shift, BLOCK, signal.shape[1] + 2)
        pairs = block_pairs(signal, block, BLOCK, self._blocks)
        # Interpolated and averaged: a pair is (1 - part) / 2 of its first channel, 1 / 2 of the next, part / 2 of the
        # one after, each moved by the rest.
        distance = (np.arange(2 * BLOCK)[:, None] - np.arange(0, BLOCK, 2)).astype("float32")
        first, middle, last = (
            ops.cast(ops.equal(distance, rest[:, :, None, None] + step), signal.dtype) for step in (0.0, 1.0, 2.0)
        )
        part = ops.cast(part, signal.dtype)[:, :, None, None]
        pooled = ops.matmul(pairs, 0.5 * (first * (1 - part) + middle + last * part))
        pooled = ops.reshape(pooled, (-1, shift.shape[1], len(self._blocks) * (BLOCK // 2)))
        return ops.concatenate([pooled[:, :, kept] for kept in self._kept], axis=-1)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """See the class."""
        signal, shift = input_shape
        return (signal[0], shift[1], self._size)

    def get_config(self) -> dict[str, Any]:
        """Return everything needed to build the layer again."""
        return {**super().get_config(), "windows": self.windows}
