"""Core-level windows of a spectrum under a fixed set of shift hypotheses."""

from typing import Any

import keras
import numpy as np
from keras import ops

from xps_keras.layers.window_index import pool_starts


@keras.saving.register_keras_serializable(package="xps_keras")
class HypothesisWindows(keras.layers.Layer):
    """Cuts the same windows out of a signal once per hypothesis about its shift, neighbouring channels pooled.

    What follows, shared over the hypotheses, is equivariant by construction: moving the signal by one hypothesis
    step moves the answers by one place.

    Args:
        windows: Stretches ``(start, stop)`` in channels of an unshifted signal.
        hypotheses: Shifts in channels, multiples of ``pool``.
        pool: Number of neighbours averaged.

    Input shape:
        ``(batch, length)``.

    Output shape:
        ``(batch, len(hypotheses), n)`` for ``n`` pools; zero outside the signal.
    """

    def __init__(self, windows: Any, hypotheses: Any, pool: int = 2, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.windows = tuple((int(start), int(stop)) for start, stop in windows)
        self.hypotheses = tuple(int(shift) for shift in hypotheses)
        self.pool = int(pool)
        if any(shift % self.pool for shift in self.hypotheses):
            raise ValueError(
                f"`hypotheses` must be multiples of `pool` channels. Received: {self.hypotheses}, pool={self.pool}"
            )
        self._places = pool_starts(self.windows, self.pool) // self.pool

    def call(self, inputs: Any) -> Any:
        """Cut the windows; see the class for shapes."""
        missing = -inputs.shape[1] % self.pool
        pooled = ops.reshape(
            ops.pad(inputs, [[0, 0], [0, missing]]), (-1, (inputs.shape[1] + missing) // self.pool, self.pool)
        )
        pooled = ops.mean(pooled, axis=2)
        last = pooled.shape[1]
        pooled = ops.pad(pooled, [[0, 0], [1, 1]])  # every place outside the signal is one of these zeros
        place = self._places[None, :] + np.array(self.hypotheses, np.int32)[:, None] // self.pool
        place = np.clip(place, -1, last) + 1
        # A place of all signals at once: one place of one signal after another takes twice as long.
        windows = ops.transpose(ops.take(ops.transpose(pooled), place.reshape(-1), axis=0))
        return ops.reshape(windows, (-1, *place.shape))

    def compute_output_shape(self, input_shape: Any) -> Any:
        """See the class."""
        return (input_shape[0], len(self.hypotheses), len(self._places))

    def get_config(self) -> dict[str, Any]:
        """Return everything needed to build the layer again."""
        return {**super().get_config(), "windows": self.windows, "hypotheses": self.hypotheses, "pool": self.pool}
