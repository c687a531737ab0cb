"""Regions as rows of one matrix, padded on the right, and what is computed row by row.

Only operations that ONNX and TFLite have built in are used, so there is no ``searchsorted``, no segment operation, no
loop and no scatter.
"""

from dataclasses import dataclass
from typing import Any

import tensorflow as tf


@dataclass(frozen=True)
class Rows:
    """Stretches of measured points, ascending in energy, one a row."""

    energy: Any
    """Binding energies in eV, shape ``(rows, width)``; beyond a row's length its last energy is repeated."""
    values: Any
    """Intensities, shape ``(rows, width)``; zero beyond a row's length."""
    count: Any
    """Length of each row, int32 ``(rows,)``, at least ``FEWEST_POINTS``."""

    @property
    def inside(self) -> Any:
        """Mask of the points that are there, shape ``(rows, width)``."""
        return tf.range(tf.shape(self.energy)[1])[None, :] < self.count[:, None]

    @property
    def low(self) -> Any:
        """Lowest energies, shape ``(rows,)``."""
        return self.energy[:, 0]

    @property
    def high(self) -> Any:
        """Highest energies, shape ``(rows,)``."""
        return self.energy[:, -1]

    def select(self, which: Any) -> "Rows":
        """Return some of the rows, by their numbers."""
        return Rows(*(tf.gather(part, which) for part in (self.energy, self.values, self.count)))


def number(value: float, like: Any) -> Any:
    """Return a constant of the type of a tensor."""
    return tf.cast(tf.constant(value, tf.float64), like.dtype)


def interpolate(at: Any, rows: Rows, values: Any) -> Any:
    """Interpolate linearly row by row, end values outside; ``at`` ``(rows, m)``, ``values`` ``(rows, width)``."""
    # A point is found by counting those below it; the padding repeats the last energy and would be counted too.
    below = tf.expand_dims(rows.energy, 1) <= tf.expand_dims(at, 2)
    below = how_many(below & tf.expand_dims(rows.inside, 1)) - 1
    below = tf.minimum(tf.maximum(below, 0), rows.count[:, None] - 2)
    start, stop = (tf.gather(rows.energy, below + side, batch_dims=1) for side in (0, 1))
    part = (at - start) / (stop - start)
    part = tf.minimum(tf.maximum(part, tf.zeros_like(part)), tf.ones_like(part))
    first, second = (tf.gather(values, below + side, batch_dims=1) for side in (0, 1))
    return first + part * (second - first)


def distances(rows: Rows) -> Any:
    """Distances of neighbouring points, shape ``(rows, width - 1)``; zero beyond a row's length."""
    return rows.energy[:, 1:] - rows.energy[:, :-1]


def row_median(values: Any, count: Any) -> Any:
    """Median of the first ``count`` values of each row, shape ``(rows,)``."""
    there = tf.range(tf.shape(values)[1])[None, :] < count[:, None]
    ordered = tf.sort(tf.where(there, values, tf.fill(tf.shape(values), number(1e30, values))), 1)
    middle = tf.stack([(count - 1) // 2, count // 2], 1)
    return tf.reduce_mean(tf.gather(ordered, middle, batch_dims=1), 1)


def how_many(mask: Any) -> Any:
    """Number of true entries along the last axis."""
    return tf.reduce_sum(tf.cast(mask, tf.int32), -1)


def running_means(rows: Rows, width: Any) -> tuple[Any, Any]:
    """Means of ``width`` points from each on, shape ``(rows, width)``, and where so many follow."""
    place = tf.range(tf.shape(rows.values)[1])[None, :]
    fits = place <= rows.count[:, None] - width
    total = tf.concat([tf.zeros_like(rows.values[:, :1]), tf.cumsum(rows.values, 1)], 1)
    behind = tf.gather(total, tf.where(fits, place + width, tf.zeros_like(place + width)), batch_dims=1)
    return (behind - total[:, :-1]) / tf.cast(width, rows.values.dtype), fits
