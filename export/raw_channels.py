"""From a measured spectrum to the model's channels as a TensorFlow graph.

It does what ``xps_keras.preprocessing`` does in Python, with every region as one row of a matrix; see ``raw_rows``.
"""

from typing import Any

import numpy as np
import tensorflow as tf

from xps_keras.axis import AXIS
from xps_keras.export.raw_background import background
from xps_keras.export.raw_rows import Rows, distances, how_many, interpolate, number, row_median, running_means
from xps_keras.io import draft, jumps
from xps_keras.library.lines import LINES
from xps_keras.preprocessing import planned as rules
from xps_keras.spectrum import FEWEST_POINTS

RIVAL_ROUNDS = 8
"""Iterations by which rival measurements of one region are settled; exact for chains of up to eight rivals."""

_FILLER_EV = np.arange(2000.0, 2001.0, 0.1)  # an empty row far outside: no reduction ever meets an empty matrix
_LINES = list(LINES.values())
_MAIN = [line for line in _LINES if line.main]


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
        rows.energy, tf.where(rows.inside, rows.values - background(rows), tf.zeros_like(rows.values)), rows.count
    )
    values, measured = _stitch(net)
    return tf.maximum(values, tf.zeros_like(values)), measured, tf.reduce_any(_shows_carbon(net))


def _regions(energy: Any, intensity: Any) -> Rows:
    """Cut where the energy jumps, turn every region round to ascending energies, add the filler row."""
    jump = tf.abs(energy[1:] - energy[:-1])
    size = tf.shape(energy)[0]
    usual = row_median(jump[None, :], tf.reshape(size - 1, [1]))[0]
    cut = jump > tf.maximum(number(1.0, energy), jumps.GAP_STEPS * usual)
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
    step = row_median(distances(regions), regions.count - 1)
    span = regions.high - regions.low
    covered = _covered(regions, _LINES)
    filler = regions.low >= number(_FILLER_EV[0], regions.low)
    sound = _sound(regions) & (step <= number(rules.LARGEST_STEP_EV * rules.STEP_TOLERANCE, step))
    sound &= (span >= number(rules.NARROWEST_EV, span)) & tf.reduce_any(covered, 1)
    wide = span > number(rules.WIDEST_EV, span)
    window_low, window_high = (
        tf.cast(tf.constant(side), span.dtype)
        for side in zip(*((line.window_low_ev - 1e-6, line.window_high_ev + 1e-6) for line in _MAIN), strict=True)
    )
    energy, there = tf.expand_dims(regions.energy, 1), tf.expand_dims(regions.inside, 1)
    below = how_many(there & (energy < window_low[None, :, None]))
    within = how_many(there & (energy >= window_low[None, :, None]) & (energy <= window_high[None, :, None]))
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
    return rows, tf.reduce_max(distances(rows), 1) <= number(rules.LARGEST_GAP_EV, energy)


def _sound(rows: Rows) -> Any:
    """Regions that the reader would keep: in order, finite, not constant, not mostly negative."""
    zero = tf.zeros_like(rows.values)
    pair = rows.inside[:, 1:]
    ordered = tf.reduce_all((rows.energy[:, 1:] > rows.energy[:, :-1]) | tf.logical_not(pair), 1)
    finite = tf.reduce_all(tf.abs(rows.values) < number(draft.LARGEST, zero), 1)
    largest = tf.reduce_max(tf.where(rows.inside, rows.values, rows.values[:, :1]), 1)
    least = tf.reduce_min(tf.where(rows.inside, rows.values, rows.values[:, :1]), 1)
    negative = tf.cast(how_many(rows.inside & (rows.values < zero)), zero.dtype)
    few = negative <= number(draft.MOST_NEGATIVE, zero) * tf.cast(rows.count, zero.dtype)
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
    step = tf.cast(tf.round(row_median(distances(rows), rows.count - 1) * 1e3), tf.int32)
    length = tf.cast(tf.round((rows.high - rows.low) * 1e1), tf.int32)
    # One sort by both: lengths stay below 100,000 tenths of an eV, and equal keys keep their order.
    key = step * 100_000 - length
    order = tf.argsort(key, stable=True)
    rows, usable, key = rows.select(order), tf.gather(usable, order), tf.gather(key, order)
    shared = _overlap(rows.low[:, None], rows.high[:, None], rows.low[None, :], rows.high[None, :])
    place = tf.range(tf.shape(rows.count)[0])
    beats = (shared > rules.SAME) & (place[:, None] < place[None, :])  # the row's number beats the column's
    usable |= rows.low >= number(_FILLER_EV[0], rows.low)
    chosen = usable
    for _ in range(RIVAL_ROUNDS):
        chosen = usable & tf.logical_not(tf.reduce_any(beats & chosen[:, None], 0))
    kept = tf.cast(tf.reshape(tf.where(chosen), [-1]), tf.int32)[::-1]
    # Of equals the first is kept, but where equals share a few channels the last one's values count.
    return rows.select(tf.gather(kept, tf.argsort(tf.gather(key, kept), stable=True)))


def _on_even_grid(rows: Rows) -> Rows:
    """Interpolate uneven rows onto an even grid of their median step; even rows keep their own points."""
    step = (rows.high - rows.low) / tf.cast(rows.count - 1, rows.energy.dtype)
    steps, pairs = distances(rows), rows.inside[:, 1:]
    even = tf.reduce_all((tf.abs(steps - step[:, None]) < 0.01 * step[:, None]) | tf.logical_not(pairs), 1)
    median = tf.maximum(row_median(steps, rows.count - 1), number(rules.FINEST_STEP_EV, step))
    regular = tf.cast(tf.round((rows.high - rows.low) / median), tf.int32) + 1
    count = tf.where(even, rows.count, regular)
    place = tf.minimum(tf.range(tf.reduce_max(count))[None, :], count[:, None] - 1)
    grid = tf.cast(place, step.dtype) * ((rows.high - rows.low) / tf.cast(count - 1, step.dtype))[:, None]
    grid += rows.low[:, None]
    own = tf.minimum(place, rows.count[:, None] - 1)
    energy = tf.where(even[:, None], tf.gather(rows.energy, own, batch_dims=1), grid)
    values = tf.where(even[:, None], tf.gather(rows.values, own, batch_dims=1), interpolate(grid, rows, rows.values))
    gridded = Rows(energy, values, count)
    return Rows(energy, tf.where(gridded.inside, values, tf.zeros_like(values)), count)


def _stitch(net: Rows) -> tuple[Any, Any]:
    """Net intensity of the rows on the axis, the first row of a channel winning, and the measured channels."""
    kind = net.values.dtype
    axis = tf.cast(tf.constant(AXIS.energies_ev), kind)
    margin = number(1e-6, axis)
    first = how_many(axis[None, :] < (net.low - margin)[:, None])
    count = how_many(axis[None, :] <= (net.high + margin)[:, None]) - first
    place = first[:, None] + tf.range(tf.maximum(tf.reduce_max(count), 1))[None, :]
    at = tf.gather(axis, tf.minimum(place, AXIS.size - 1))
    picked = interpolate(at, net, net.values)
    # Finer points than channels: the mean over each channel, from the area under straight lines.
    half = number(0.5 * AXIS.step_ev, axis)
    left, right = tf.maximum(at - half, net.low[:, None]), tf.minimum(at + half, net.high[:, None])
    trapezoids = 0.5 * (net.values[:, 1:] + net.values[:, :-1]) * distances(net)
    area = tf.concat([tf.zeros_like(net.values[:, :1]), tf.cumsum(trapezoids, 1)], 1)
    wide = right > left
    mean = (interpolate(right, net, area) - interpolate(left, net, area)) / tf.where(
        wide, right - left, tf.ones_like(at)
    )
    coarse = net.energy[:, 1] - net.energy[:, 0] > number(0.75 * AXIS.step_ev, axis)
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
    shared = tf.minimum(net.high, number(high, net.high)) - tf.maximum(net.low, number(low, net.low))
    step = net.energy[:, 1] - net.energy[:, 0]
    width = tf.minimum(tf.maximum(tf.cast(tf.round(2 * rules.PEAK_HALF_WIDTH_EV / step), tf.int32), 1), net.count // 2)[
        :, None
    ]
    second = net.values[:, 2:] - 2.0 * net.values[:, 1:-1] + net.values[:, :-2]
    there = net.inside[:, 2:]
    spread = tf.where(there, tf.abs(second), tf.fill(tf.shape(second), number(1e30, second)))
    noise = number(1.4826 / np.sqrt(6.0), second) * row_median(spread, net.count - 2)
    means, fits = running_means(net, width)
    smooth = tf.where(fits, means, tf.zeros_like(means))
    top = tf.reduce_max(smooth, 1)
    error = rules.PEAK_OVER_NOISE * noise / tf.sqrt(tf.cast(width[:, 0], kind))
    return (shared >= rules.LEAST_CARBON_EV) & (top > error) & (top > tf.zeros_like(top))
