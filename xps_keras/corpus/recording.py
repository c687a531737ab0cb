"""Ideal spectra as far as they are recorded: the windows of their lines, zero elsewhere."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from xps_keras.axis import AXIS
from xps_keras.corpus.engine import Samples
from xps_keras.corpus.runs import Runs
from xps_keras.library.lines import Line


@dataclass(frozen=True, eq=False)
class Segment:
    """A part of the axis, in channels of an unshifted spectrum, in which the same lines are recorded throughout."""

    start: int
    stop: int
    lines: NDArray[np.bool_]
    """The lines that are recorded here, shape ``(lines,)``."""


def segments_of(lines: tuple[Line, ...]) -> tuple[Segment, ...]:
    """Cut the recorded windows of lines, which may overlap, into segments, which do not."""
    windows = [AXIS.window(line.window_low_ev, line.window_high_ev) for line in lines]
    starts, stops = (np.array([getattr(window, end) for window in windows]) for end in ("start", "stop"))
    ends = np.unique(np.concatenate([starts, stops])).tolist()
    cut = [Segment(start, stop, (starts <= start) & (stops >= stop)) for start, stop in pairwise(ends)]
    return tuple(segment for segment in cut if segment.lines.any())


def record(
    samples: Iterable[Samples], segments: tuple[Segment, ...], shows: NDArray[np.bool_], moved: NDArray[np.intp]
) -> Runs:
    """Cut what is recorded from ideal spectra: the lines that they show, windows moved with the shift.

    Args:
        samples: What the engine computed.
        segments: Segments of all lines.
        shows: Which lines each mixture shows, shape ``(n, lines)``.
        moved: Shifts in whole channels, shape ``(n,)``.

    Returns:
        The recorded runs, zero beyond the axis.
    """
    mixtures = [np.flatnonzero((shows & segment.lines).any(axis=1)) for segment in segments]
    counts = [len(own) for own in mixtures]
    width = np.array([segment.stop - segment.start for segment in segments])
    values = np.zeros(int(width @ counts), np.float32)
    ends = np.cumsum(width * counts)
    parts = [
        part.reshape(count, -1) for part, count in zip(np.split(values, ends[:-1]), counts, strict=True) if count
    ]
    held = [(own, segment) for own, segment in zip(mixtures, segments, strict=True) if own.size]
    place = np.full((len(held), len(shows)), -1)
    for number, (own, _) in enumerate(held):
        place[number, own] = np.arange(len(own))
    for computed in samples:
        last = computed.first + computed.intensity.shape[1]
        for number, (_, segment) in enumerate(held):
            if segment.start < computed.first or segment.stop > last:
                continue
            target = place[number, computed.mixtures]
            source = np.flatnonzero(target >= 0)
            part = parts[number]
            inside = computed.intensity[:, segment.start - computed.first : segment.stop - computed.first]
            if len(source) == len(target) == len(part):  # the rule for a line's own stretch: nothing to pick out
                part += inside
            elif source.size:
                part[target[source]] += inside[source]
    for (own, segment), part in zip(held, parts, strict=True):
        for cut in np.flatnonzero((segment.start + moved[own] < 0) | (segment.stop + moved[own] > AXIS.size)):
            channel = np.arange(segment.start, segment.stop) + moved[own[cut]]
            part[cut, (channel < 0) | (channel >= AXIS.size)] = 0.0
    row = np.concatenate(mixtures)
    start = np.repeat([segment.start for segment in segments], counts) + moved[row]
    length = np.repeat(width, counts)
    return Runs(row.astype(np.int32), start.astype(np.int32), length.astype(np.int32), values)


def moved_with(recorded: NDArray[np.bool_], weights: csr_array, shift_ev: NDArray[np.floating]) -> NDArray[np.bool_]:
    """Return the recorded channels of mixtures, moved with the shift.

    Args:
        recorded: Recorded channels of each polymer, shape ``(polymers, AXIS.size)``.
        weights: Weight of every polymer in every mixture, shape ``(n, polymers)``.
        shift_ev: Shifts in eV, shape ``(n,)``.

    Returns:
        Channels that were recorded for any polymer of a mixture, shape ``(n, AXIS.size)``.
    """
    still = ((weights > 0) @ recorded.astype(np.float32)) > 0
    moved = np.zeros_like(still)
    for row, channels in enumerate(channels_of(shift_ev).tolist()):
        target, source = max(channels, 0), max(-channels, 0)
        moved[row, target : AXIS.size - source] = still[row, source : AXIS.size - target]
    return moved


def channels_of(shift_ev: NDArray[np.floating]) -> NDArray[np.intp]:
    """Return the whole channels by which windows move with a shift."""
    return np.round(np.asarray(shift_ev) / AXIS.step_ev).astype(np.intp)
