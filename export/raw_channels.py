"""From a measured spectrum to the model's channels as a TensorFlow graph.

It does what ``xps_keras.preprocessing`` does in Python. Every region is one row of a matrix; rows are padded
on the right and carry their length. Only operations that ONNX and TFLite have built in are used, so there is no
``searchsorted``, no segment operation, no loop and no scatter.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import tensorflow as tf

from xps_keras.axis import AXIS
from xps_keras.io import draft, jumps
from xps_keras.library.lines import LINES
from xps_keras.preprocessing import planned as rules
from xps_keras.preprocessing.background import (
    END_EV,
    FLANK,
    FLANK_ENDS,
    GROWTHS,
    NO_STEP,
    POWERS,
    SURE_FLANK,
    TAILS,
    TROUGH_ENDS,
)
from xps_keras.spectrum import FEWEST_POINTS

ROUNDS = 6
"""Iterations of the Shirley background, as in ``xps_keras.preprocessing.background.shirley``."""
RIVAL_ROUNDS = 8
"""Iterations by which rival measurements of one region are settled; exact for chains of up to eight rivals."""

_FILLER_EV = np.arange(2000.0, 2001.0, 0.1)  # an empty row far outside: no reduction ever meets an empty matrix
_LINES = list(LINES.values())
_MAIN = [line for line in _LINES if line.main]


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


def channels(energy: Any, intensity: Any) -> tuple[Any, Any, Any]:
    """Put a measured spectrum onto the axis.

    Args:
        energy: Binding energies in eV, shape ``(n,)``, n at least 8; regions one after the other, each ascending or
            descending.
        intensity: Intensities, shape ``(n,)``, same type.

    Returns:
        Net intensity on ``AXIS`` ``(6601,)``, never negative; the mask of measured channels ``(6601,)``; and a scalar
        mask: whether a C 1s peak stands in a used region, without which ``analyze`` gives no answer.
    """
    rows = _chosen(*_candidates(_regions(energy, intensity)))
    rows = _on_even_grid(rows)
    net = Rows(
        rows.energy, tf.where(rows.inside, rows.values - _background(rows), tf.zeros_like(rows.values)), rows.count
    )
    values, measured = _stitch(net)
    return tf.maximum(values, tf.zeros_like(values)), measured, tf.reduce_any(_shows_carbon(net))


def _number(value: float, like: Any) -> Any:
    return tf.cast(tf.constant(value, tf.float64), like.dtype)


def _regions(energy: Any, intensity: Any) -> Rows:
    """Cut where the energy jumps, turn every region round to ascending energies, add the filler row."""
    jump = tf.abs(energy[1:] - energy[:-1])
    size = tf.shape(energy)[0]
    usual = _median(jump[None, :], tf.reshape(size - 1, [1]))[0]
    cut = jump > tf.maximum(_number(1.0, energy), jumps.GAP_STEPS * usual)
    cuts = tf.cast(tf.reshape(tf.where(cut), [-1]), tf.int32) + 1
    edges = tf.concat([[0], cuts, tf.reshape(size, [1])], 0)
    # A lone wrong energy must not cut a region in two, as in the reader.
    whole = tf.reduce_any(edges[1:] - edges[:-1] < FEWEST_POINTS)
    edges = tf.concat([[0], tf.boolean_mask(cuts, tf.fill(tf.shape(cuts), tf.logical_not(whole)))], 0)
    starts = tf.concat([edges, tf.reshape(size, [1])], 0)
    filler = tf.cast(tf.constant(_FILLER_EV), energy.dtype)
    flat = tf.concat([energy, filler], 0)
    values = tf.concat([intensity, tf.zeros_like(filler)], 0)
    counts = tf.concat([starts[1:], tf.reshape(size + len(_FILLER_EV), [1])], 0) - starts
    descending = tf.gather(flat, starts) > tf.gather(flat, starts + counts - 1)
    place = tf.minimum(tf.range(tf.reduce_max(counts))[None, :], counts[:, None] - 1)
    place = tf.where(descending[:, None], counts[:, None] - 1 - place, place) + starts[:, None]
    rows = Rows(tf.gather(flat, place), tf.gather(values, place), counts)
    return Rows(rows.energy, tf.where(rows.inside, rows.values, tf.zeros_like(rows.values)), counts)


def _candidates(regions: Rows) -> tuple[Rows, Any]:
    """Judge every region, and cut wide ones to the windows of main lines.

    Returns:
        All candidates: the regions, then one row per region and main line; and which of them may be used.
    """
    step = _median(_steps(regions), regions.count - 1)
    span = regions.high - regions.low
    covered = _covered(regions, _LINES)
    filler = regions.low >= _number(_FILLER_EV[0], regions.low)
    sound = _sound(regions) & (step <= _number(rules.LARGEST_STEP_EV * rules.STEP_TOLERANCE, step))
    sound &= (span >= _number(rules.NARROWEST_EV, span)) & tf.reduce_any(covered, 1)
    wide = span > _number(rules.WIDEST_EV, span)
    window_low, window_high = (
        tf.cast(tf.constant(side), span.dtype)
        for side in zip(*((line.window_low_ev - 1e-6, line.window_high_ev + 1e-6) for line in _MAIN), strict=True)
    )
    energy, there = tf.expand_dims(regions.energy, 1), tf.expand_dims(regions.inside, 1)
    below = _count(there & (energy < window_low[None, :, None]))
    within = _count(there & (energy >= window_low[None, :, None]) & (energy <= window_high[None, :, None]))
    parted = (sound & wide)[:, None] & _covered(regions, _MAIN) & (within >= FEWEST_POINTS)
    first = tf.concat([tf.zeros_like(regions.count), tf.reshape(below, [-1])], 0)
    count = tf.concat([regions.count, tf.maximum(tf.reshape(within, [-1]), 1)], 0)
    owner = tf.range(tf.shape(span)[0])
    owner = tf.concat([owner, tf.reshape(tf.repeat(owner[:, None], len(_MAIN), 1), [-1])], 0)
    usable = tf.concat([(sound & tf.logical_not(wide)) | filler, tf.reshape(parted, [-1])], 0)
    kept = tf.cast(tf.reshape(tf.where(usable), [-1]), tf.int32)
    first, count, owner = (tf.gather(part, kept) for part in (first, count, owner))
    place = first[:, None] + tf.minimum(tf.range(tf.reduce_max(count))[None, :], count[:, None] - 1)
    energy, values = (
        tf.gather(tf.gather(part, owner), place, batch_dims=1) for part in (regions.energy, regions.values)
    )
    rows = Rows(energy, values, count)
    rows = Rows(energy, tf.where(rows.inside, values, tf.zeros_like(values)), count)
    return rows, tf.reduce_max(_steps(rows), 1) <= _number(rules.LARGEST_GAP_EV, energy)


def _sound(rows: Rows) -> Any:
    """Regions that the reader would keep: in order, finite, not constant, not mostly negative."""
    zero = tf.zeros_like(rows.values)
    pair = rows.inside[:, 1:]
    ordered = tf.reduce_all((rows.energy[:, 1:] > rows.energy[:, :-1]) | tf.logical_not(pair), 1)
    finite = tf.reduce_all(tf.abs(rows.values) < _number(draft.LARGEST, zero), 1)
    largest = tf.reduce_max(tf.where(rows.inside, rows.values, rows.values[:, :1]), 1)
    least = tf.reduce_min(tf.where(rows.inside, rows.values, rows.values[:, :1]), 1)
    negative = tf.cast(_count(rows.inside & (rows.values < zero)), zero.dtype)
    few = negative <= _number(draft.MOST_NEGATIVE, zero) * tf.cast(rows.count, zero.dtype)
    upright = few | (largest > -least)
    return ordered & finite & (largest > least) & upright & (rows.count >= FEWEST_POINTS)


def _covered(rows: Rows, lines: list[Any]) -> Any:
    """Lines whose window shares half of the shorter of the two with a row, shape ``(rows, lines)``."""
    low = tf.cast(tf.constant([line.window_low_ev for line in lines]), rows.energy.dtype)[None, :]
    high = tf.cast(tf.constant([line.window_high_ev for line in lines]), rows.energy.dtype)[None, :]
    return _overlap(rows.low[:, None], rows.high[:, None], low, high) >= rules.COVERED


def _overlap(low: Any, high: Any, other_low: Any, other_high: Any) -> Any:
    """Common part of two stretches over the shorter one."""
    common = tf.minimum(high, other_high) - tf.maximum(low, other_low)
    return common / tf.minimum(high - low, other_high - other_low)


def _chosen(rows: Rows, usable: Any) -> Rows:
    """Keep the better of two measurements of the same energies, and order by preference: finer step, longer range."""
    step = tf.cast(tf.round(_median(_steps(rows), rows.count - 1) * 1e3), tf.int32)
    length = tf.cast(tf.round((rows.high - rows.low) * 1e1), tf.int32)
    # One sort by both: lengths stay below 100,000 tenths of an eV, and equal keys keep their order.
    key = step * 100_000 - length
    order = tf.argsort(key, stable=True)
    rows, usable, key = rows.select(order), tf.gather(usable, order), tf.gather(key, order)
    shared = _overlap(rows.low[:, None], rows.high[:, None], rows.low[None, :], rows.high[None, :])
    place = tf.range(tf.shape(rows.count)[0])
    beats = (shared > rules.SAME) & (place[:, None] < place[None, :])  # the row's number beats the column's
    usable |= rows.low >= _number(_FILLER_EV[0], rows.low)
    chosen = usable
    for _ in range(RIVAL_ROUNDS):
        chosen = usable & tf.logical_not(tf.reduce_any(beats & chosen[:, None], 0))
    kept = tf.cast(tf.reshape(tf.where(chosen), [-1]), tf.int32)[::-1]
    # Of equals the first is kept, but where equals share a few channels the last one's values count.
    return rows.select(tf.gather(kept, tf.argsort(tf.gather(key, kept), stable=True)))


def _on_even_grid(rows: Rows) -> Rows:
    """Interpolate uneven rows onto an even grid of their median step; even rows keep their own points."""
    step = (rows.high - rows.low) / tf.cast(rows.count - 1, rows.energy.dtype)
    steps, pairs = _steps(rows), rows.inside[:, 1:]
    even = tf.reduce_all((tf.abs(steps - step[:, None]) < 0.01 * step[:, None]) | tf.logical_not(pairs), 1)
    median = tf.maximum(_median(steps, rows.count - 1), _number(rules.FINEST_STEP_EV, step))
    regular = tf.cast(tf.round((rows.high - rows.low) / median), tf.int32) + 1
    count = tf.where(even, rows.count, regular)
    place = tf.minimum(tf.range(tf.reduce_max(count))[None, :], count[:, None] - 1)
    grid = tf.cast(place, step.dtype) * ((rows.high - rows.low) / tf.cast(count - 1, step.dtype))[:, None]
    grid += rows.low[:, None]
    own = tf.minimum(place, rows.count[:, None] - 1)
    energy = tf.where(even[:, None], tf.gather(rows.energy, own, batch_dims=1), grid)
    values = tf.where(even[:, None], tf.gather(rows.values, own, batch_dims=1), _interpolate(grid, rows, rows.values))
    gridded = Rows(energy, values, count)
    return Rows(energy, tf.where(gridded.inside, values, tf.zeros_like(values)), count)


def _background(rows: Rows) -> Any:
    """Shirley background where the high end stands above the low end, else a straight line; see ``background.py``.

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


def _running_means(rows: Rows, width: Any) -> tuple[Any, Any]:
    """Means of ``width`` points from each on, shape ``(rows, width)``, and where so many follow."""
    place = tf.range(tf.shape(rows.values)[1])[None, :]
    fits = place <= rows.count[:, None] - width
    total = tf.concat([tf.zeros_like(rows.values[:, :1]), tf.cumsum(rows.values, 1)], 1)
    behind = tf.gather(total, tf.where(fits, place + width, tf.zeros_like(place + width)), batch_dims=1)
    return (behind - total[:, :-1]) / tf.cast(width, rows.values.dtype), fits


def _flank(rows: Rows, ends: Any) -> Any:
    """The flank that a row stands on, zero where it stands on none; ``xps_keras.preprocessing.background.flank``."""
    kind, zero = rows.values.dtype, tf.zeros_like(rows.values)
    low, high = _end_levels(rows, ends)
    foot, rise = tf.minimum(low, high), tf.abs(high - low)
    across = tf.cast(tf.range(tf.shape(rows.values)[1])[None, :], kind) / tf.cast(rows.count - 1, kind)[:, None]
    across = tf.where(rows.inside, across, zero)
    way = tf.where(high < low, 1.0 - across, across)
    outer = tf.cast(rows.inside & (tf.minimum(across, 1.0 - across) <= _number(FLANK_ENDS, zero)), kind)
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
    means, fits = _running_means(Rows(rows.energy, left, rows.count), width)
    top = tf.reduce_max(tf.where(fits, means, tf.fill(tf.shape(means), _number(-1e30, means))), 1, keepdims=True)
    missing = tf.maximum(_number(FLANK, zero) * top, _number(SURE_FLANK, zero) * error)
    is_flank = (rise > 0) & (missing < _number(1.0, zero)) & (error < _number(NO_STEP, zero) * of_step) & rows.inside
    return tf.where(is_flank, foot + rise * shape, zero)


def _between_ends(rows: Rows, ends: Any) -> Any:
    """Shirley background or a straight line."""
    kind, zero = rows.values.dtype, tf.zeros_like(rows.values)
    place = tf.range(tf.shape(rows.values)[1])[None, :]
    low, high = _end_levels(rows, ends)
    rise = high - low
    line = low + rise * tf.cast(place, kind) / tf.cast(rows.count - 1, kind)[:, None]

    width = tf.minimum(TROUGH_ENDS * ends, rows.count)[:, None]
    means, fits = _running_means(rows, width)
    room = means - low
    centre = tf.where(fits, place + width // 2, tf.zeros_like(place + width))
    least = _number(1e-6, zero) * tf.reduce_sum(tf.abs(rows.values), 1, keepdims=True)
    background, solvable = line, least < least
    for _ in range(ROUNDS):
        area = tf.cumsum(tf.where(rows.inside, rows.values - background, zero), 1)
        whole = area[:, -1:]
        solvable = whole > least
        share = area / tf.where(solvable, whole, tf.ones_like(whole))
        beyond = tf.gather(share, centre, batch_dims=1)
        past = fits & (beyond > 0.5)
        limit = tf.where(past, room / tf.where(past, beyond, tf.ones_like(beyond)), zero + _number(1e30, zero))
        ceiling = tf.maximum(tf.reduce_min(limit, 1, keepdims=True), tf.zeros_like(low))
        background = low + tf.minimum(tf.maximum(rise, tf.zeros_like(rise)), ceiling) * share
    return tf.where(solvable & (rise > 0), background, line)


def _stitch(net: Rows) -> tuple[Any, Any]:
    """Net intensity of the rows on the axis, the first row of a channel winning, and the measured channels."""
    kind = net.values.dtype
    axis = tf.cast(tf.constant(AXIS.energies_ev), kind)
    margin = _number(1e-6, axis)
    first = _count(axis[None, :] < (net.low - margin)[:, None])
    count = _count(axis[None, :] <= (net.high + margin)[:, None]) - first
    place = first[:, None] + tf.range(tf.maximum(tf.reduce_max(count), 1))[None, :]
    at = tf.gather(axis, tf.minimum(place, AXIS.size - 1))
    picked = _interpolate(at, net, net.values)
    # Finer points than channels: the mean over each channel, from the area under straight lines.
    half = _number(0.5 * AXIS.step_ev, axis)
    left, right = tf.maximum(at - half, net.low[:, None]), tf.minimum(at + half, net.high[:, None])
    trapezoids = 0.5 * (net.values[:, 1:] + net.values[:, :-1]) * _steps(net)
    area = tf.concat([tf.zeros_like(net.values[:, :1]), tf.cumsum(trapezoids, 1)], 1)
    wide = right > left
    mean = (_interpolate(right, net, area) - _interpolate(left, net, area)) / tf.where(
        wide, right - left, tf.ones_like(at)
    )
    coarse = net.energy[:, 1] - net.energy[:, 0] > _number(0.75 * AXIS.step_ev, axis)
    values = tf.where(coarse[:, None], picked, mean)
    # Onto the whole axis without scattering: every channel asks every row.
    offset = tf.range(AXIS.size)[None, :] - first[:, None]
    inside = (offset >= 0) & (offset < count[:, None])
    offset = tf.where(inside, offset, tf.zeros_like(offset))
    spread = tf.gather(values, offset, batch_dims=1)
    wins = inside & (tf.cumsum(tf.cast(inside, tf.int32), 0) == 1)
    return tf.reduce_sum(tf.where(wins, spread, tf.zeros_like(spread)), 0), tf.reduce_any(inside, 0)


def _shows_carbon(net: Rows) -> Any:
    """Rows that cover C 1s and whose highest mean over 0.6 eV exceeds six standard errors, as ``has_peak`` says."""
    kind = net.values.dtype
    low, high = rules.CARBON_EV
    shared = tf.minimum(net.high, _number(high, net.high)) - tf.maximum(net.low, _number(low, net.low))
    step = net.energy[:, 1] - net.energy[:, 0]
    width = tf.minimum(tf.maximum(tf.cast(tf.round(2 * rules.PEAK_HALF_WIDTH_EV / step), tf.int32), 1), net.count // 2)[
        :, None
    ]
    second = net.values[:, 2:] - 2.0 * net.values[:, 1:-1] + net.values[:, :-2]
    there = net.inside[:, 2:]
    spread = tf.where(there, tf.abs(second), tf.fill(tf.shape(second), _number(1e30, second)))
    noise = _number(1.4826 / np.sqrt(6.0), second) * _median(spread, net.count - 2)
    means, fits = _running_means(net, width)
    smooth = tf.where(fits, means, tf.zeros_like(means))
    top = tf.reduce_max(smooth, 1)
    error = rules.PEAK_OVER_NOISE * noise / tf.sqrt(tf.cast(width[:, 0], kind))
    return (shared >= rules.LEAST_CARBON_EV) & (top > error) & (top > tf.zeros_like(top))


def _interpolate(at: Any, rows: Rows, values: Any) -> Any:
    """Interpolate linearly row by row, end values outside; ``at`` ``(rows, m)``, ``values`` ``(rows, width)``."""
    # A point is found by counting those below it; the padding repeats the last energy and would be counted too.
    below = tf.expand_dims(rows.energy, 1) <= tf.expand_dims(at, 2)
    below = _count(below & tf.expand_dims(rows.inside, 1)) - 1
    below = tf.minimum(tf.maximum(below, 0), rows.count[:, None] - 2)
    start, stop = (tf.gather(rows.energy, below + side, batch_dims=1) for side in (0, 1))
    part = (at - start) / (stop - start)
    part = tf.minimum(tf.maximum(part, tf.zeros_like(part)), tf.ones_like(part))
    first, second = (tf.gather(values, below + side, batch_dims=1) for side in (0, 1))
    return first + part * (second - first)


def _steps(rows: Rows) -> Any:
    """Distances of neighbouring points, shape ``(rows, width - 1)``; zero beyond a row's length."""
    return rows.energy[:, 1:] - rows.energy[:, :-1]


def _median(values: Any, count: Any) -> Any:
    """Median of the first ``count`` values of each row."""
    there = tf.range(tf.shape(values)[1])[None, :] < count[:, None]
    ordered = tf.sort(tf.where(there, values, tf.fill(tf.shape(values), _number(1e30, values))), 1)
    middle = tf.stack([(count - 1) // 2, count // 2], 1)
    return tf.reduce_mean(tf.gather(ordered, middle, batch_dims=1), 1)


def _count(mask: Any) -> Any:
    """Number of true entries along the last axis."""
    return tf.reduce_sum(tf.cast(mask, tf.int32), -1)
