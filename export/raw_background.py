"""The backgrounds of ``xps_keras.preprocessing.background`` as a TensorFlow graph."""

from typing import Any

import tensorflow as tf

from xps_keras.export.raw_rows import Rows, number, running_means
from xps_keras.preprocessing.background import (
    END_EV,
    FLANK,
    FLANK_ENDS,
    GROWTHS,
    NO_STEP,
    POWERS,
    ROUNDS,
    SURE_FLANK,
    TAILS,
    TROUGH_ENDS,
)


def background(rows: Rows) -> Any:
    """Shirley background where the high end stands above the low end, else a straight line; as ``subtract`` does.

    What stands on a flank gets either on top of the flank.
    """
    step = (rows.high - rows.low) / tf.cast(rows.count - 1, rows.values.dtype)
    ends = tf.maximum(tf.minimum(tf.cast(tf.round(END_EV / step), tf.int32), rows.count // 8), 1)
    curve = _flank(rows, ends)
    return curve + _between_ends(Rows(rows.energy, rows.values - curve, rows.count), ends)


def _end_levels(rows: Rows, ends: Any) -> tuple[Any, Any]:
    """Means of the first and of the last points, each of shape ``(rows, 1)``."""
    place, zero = tf.range(tf.shape(rows.values)[1])[None, :], tf.zeros_like(rows.values)
    share_of = 1.0 / tf.cast(ends, rows.values.dtype)
    low = tf.reduce_sum(tf.where(place < ends[:, None], rows.values, zero), 1) * share_of
    last = rows.inside & (place >= (rows.count - ends)[:, None])
    return low[:, None], (tf.reduce_sum(tf.where(last, rows.values, zero), 1) * share_of)[:, None]


def _flank(rows: Rows, ends: Any) -> Any:
    """The flank that a row stands on, zero where it stands on none; ``xps_keras.preprocessing.background.flank``."""
    kind, zero = rows.values.dtype, tf.zeros_like(rows.values)
    low, high = _end_levels(rows, ends)
    foot, rise = tf.minimum(low, high), tf.abs(high - low)
    across = tf.cast(tf.range(tf.shape(rows.values)[1])[None, :], kind) / tf.cast(rows.count - 1, kind)[:, None]
    across = tf.where(rows.inside, across, zero)
    way = tf.where(high < low, 1.0 - across, across)
    outer = tf.cast(rows.inside & (tf.minimum(across, 1.0 - across) <= number(FLANK_ENDS, zero)), kind)
    powers, growths, beyond = (
        tf.cast(tf.constant(given, tf.float64), kind)[None, :, None] for given in (POWERS, GROWTHS, TAILS)
    )
    along = tf.expand_dims(way, 1)
    tails = (beyond / (1.0 + beyond - along)) ** 2
    shapes = tf.concat([tf.pow(along, powers), tf.exp(growths * (along - 1.0)), tails], 1)
    place = tf.range(tf.shape(rows.values)[1])[None, :]
    near_low, near_high = place < ends[:, None], rows.inside & (place >= (rows.count - ends)[:, None])
    of_low, of_high = (
        tf.reduce_sum(tf.where(tf.expand_dims(mask, 1), shapes, tf.zeros_like(shapes)), 2, keepdims=True)
        / tf.reshape(tf.cast(ends, kind), [-1, 1, 1])
        for mask in (near_low, near_high)
    )
    first, last = tf.minimum(of_low, of_high), tf.maximum(of_low, of_high)
    shapes = (shapes - first) / (last - first)
    seen = tf.where(rows.inside, (rows.values - foot) / tf.where(rise > 0, rise, tf.ones_like(rise)), zero)
    fitted = shapes * tf.expand_dims(outer, 1)
    missed = tf.reduce_sum(fitted * fitted, 2) - 2.0 * tf.reduce_sum(fitted * tf.expand_dims(seen, 1), 2)
    best = tf.argmin(missed, 1, output_type=tf.int32)
    shape = tf.where(rows.inside, tf.gather(shapes, best, batch_dims=1), zero)
    left = seen - shape
    step = tf.where(way > 0.5, tf.ones_like(way), zero)
    error, of_step = (
        tf.sqrt(tf.reduce_sum(missed * missed * outer, 1, keepdims=True) / tf.reduce_sum(outer, 1, keepdims=True))
        for missed in (left, seen - step)
    )
    width = tf.minimum(TROUGH_ENDS * ends, rows.count)[:, None]
    means, fits = running_means(Rows(rows.energy, left, rows.count), width)
    top = tf.reduce_max(tf.where(fits, means, tf.fill(tf.shape(means), number(-1e30, means))), 1, keepdims=True)
    missing = tf.maximum(number(FLANK, zero) * top, number(SURE_FLANK, zero) * error)
    is_flank = (rise > 0) & (missing < number(1.0, zero)) & (error < number(NO_STEP, zero) * of_step) & rows.inside
    return tf.where(is_flank, foot + rise * shape, zero)


def _between_ends(rows: Rows, ends: Any) -> Any:
    """Shirley background or a straight line."""
    kind, zero = rows.values.dtype, tf.zeros_like(rows.values)
    place = tf.range(tf.shape(rows.values)[1])[None, :]
    low, high = _end_levels(rows, ends)
    rise = high - low
    line = low + rise * tf.cast(place, kind) / tf.cast(rows.count - 1, kind)[:, None]

    width = tf.minimum(TROUGH_ENDS * ends, rows.count)[:, None]
    means, fits = running_means(rows, width)
    room = means - low
    centre = tf.where(fits, place + width // 2, tf.zeros_like(place + width))
    least = number(1e-6, zero) * tf.reduce_sum(tf.abs(rows.values), 1, keepdims=True)
    background, solvable = line, least < least
    for _ in range(ROUNDS):
        area = tf.cumsum(tf.where(rows.inside, rows.values - background, zero), 1)
        whole = area[:, -1:]
        solvable = whole > least
        share = area / tf.where(solvable, whole, tf.ones_like(whole))
        beyond = tf.gather(share, centre, batch_dims=1)
        past = fits & (beyond > 0.5)
        limit = tf.where(past, room / tf.where(past, beyond, tf.ones_like(beyond)), zero + number(1e30, zero))
        ceiling = tf.maximum(tf.reduce_min(limit, 1, keepdims=True), tf.zeros_like(low))
        background = low + tf.minimum(tf.maximum(rise, tf.zeros_like(rise)), ceiling) * share
    return tf.where(solvable & (rise > 0), background, line)
