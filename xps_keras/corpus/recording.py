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
    """A part of the axis, in channels of an unshifted spectrum, that is recorded as a whole or not at all."""

    start: int
    stop: int
    shows: NDArray[np.bool_]
    """The polymers for which it is recorded, shape ``(polymers,)``."""


def segments_of(lines: tuple[Line, ...], shows: NDArray[np.bool_]) -> tuple[Segment, ...]:
    """Cut the recorded windows of lines, which may overlap, into segments, which do not.

    Args:
        lines: The lines.
        shows: Which polymer shows which line, shape ``(polymers, lines)``.

    Returns:
        The segments, ascending; neighbours differ in the polymers for which they are recorded.
    """
    windows = [AXIS.window(line.window_low_ev, line.window_high_ev) for line in lines]
    starts, stops = (np.array([getattr(window, end) for window in windows]) for end in ("start", "stop"))
    segments: list[Segment] = []
    for start, stop in pairwise(np.unique(np.concatenate([starts, stops])).tolist()):
        own = np.asarray(shows[:, (starts <= start) & (stops >= stop)].any(axis=1))
        if segments and segments[-1].stop == start and np.array_equal(segments[-1].shows, own):
            start = segments.pop().start
        segments.append(Segment(start, stop, own))
    return tuple(segment for segment in segments if segment.shows.any())


def record(
    samples: Iterable[Samples], segments: tuple[Segment, ...], shows: NDArray[np.bool_], moved: NDArray[np.intp]
) -> Runs:
    """Cut what is recorded from ideal spectra: the lines that they show, windows moved with the shift.

    Args:
        samples: What the engine computed.
        segments: The segments.
        shows: Which segments each mixture shows, shape ``(n, segments)``.
        moved: Shifts in whole channels, shape ``(n,)``.

    Returns:
        The recorded runs, zero beyond the axis.
    """
    number, row = np.nonzero(shows.T)
    counts = np.bincount(number, minlength=len(segments))
    width = np.array([segment.stop - segment.start for segment in segments])
    start = np.array([segment.start for segment in segments])[number] + moved[row]
    values = np.zeros(int(width @ counts), np.float32)
    parts = [
        part.reshape(count, size)
        for part, count, size in zip(np.split(values, np.cumsum(width * counts)[:-1]), counts, width, strict=True)
    ]
    place = np.where(shows, np.cumsum(shows, axis=0) - 1, -1).T.copy()
    for computed in samples:
        last = computed.first + computed.intensity.shape[1]
        for segment, part, target in zip(segments, parts, place, strict=True):
            if not len(part) or segment.start < computed.first or segment.stop > last:
                continue
            inside = computed.intensity[:, segment.start - computed.first : segment.stop - computed.first]
            if len(computed.mixtures) == len(shows) == len(part):  # C 1s: nothing to pick out
                part += inside
                continue
            rows = target[computed.mixtures]
            if len(rows) == len(part) and rows.min() >= 0:
                part += inside
            elif rows.max() >= 0:
                held = rows >= 0
                part[rows[held]] += inside[held]
    length = width[number]
    ends = np.cumsum(length)
    for run in np.flatnonzero((start < 0) | (start + length > AXIS.size)).tolist():
        channel = start[run] + np.arange(length[run])
        values[ends[run] - length[run] : ends[run]][(channel < 0) | (channel >= AXIS.size)] = 0.0
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
    for row, channels in enumerate(channels_moved(shift_ev).tolist()):
        target, source = max(channels, 0), max(-channels, 0)
        moved[row, target : AXIS.size - source] = still[row, source : AXIS.size - target]
    return moved


def channels_moved(shift_ev: NDArray[np.floating]) -> NDArray[np.intp]:
    """Return the whole channels by which windows move with a shift."""
    return np.round(np.asarray(shift_ev) / AXIS.step_ev).astype(np.intp)
