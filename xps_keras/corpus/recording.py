"""Ideal spectra as far as they are recorded: the windows of their lines, zero elsewhere."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from xps_keras.axis import AXIS
from xps_keras.corpus.engine import Samples
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
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Put ideal spectra on the axis where a line that they show is recorded, windows moved with the shift.

    Args:
        samples: What the engine computed.
        segments: Segments of all lines.
        shows: Which lines each mixture shows, shape ``(n, lines)``.
        moved: Shifts in whole channels, shape ``(n,)``.

    Returns:
        Intensity of area 1, never negative, zero where nothing is recorded, and the recorded channels, both of shape
        ``(n, AXIS.size)``.
    """
    mixtures = [np.flatnonzero((shows & segment.lines).any(axis=1)) for segment in segments]
    parts = [
        np.zeros((len(own), segment.stop - segment.start), np.float32)
        for own, segment in zip(mixtures, segments, strict=True)
    ]
    place = np.full((len(segments), len(shows)), -1)
    for number, own in enumerate(mixtures):
        place[number, own] = np.arange(len(own))
    for computed in samples:
        for number, segment in enumerate(segments):
            low, high = segment.start - computed.first, segment.stop - computed.first
            if low < 0 or high > computed.intensity.shape[1]:
                continue
            target = place[number, computed.mixtures]
            held = target >= 0
            if held.all():  # the rule for a line's own stretch: nothing to pick out
                parts[number][target] += computed.intensity[:, low:high]
            else:
                parts[number][target[held]] += computed.intensity[held, low:high]
    area = np.zeros(len(shows), np.float32)
    for own, part, segment in zip(mixtures, parts, segments, strict=True):
        np.maximum(part, 0.0, out=part)
        for cut in np.flatnonzero((segment.start + moved[own] < 0) | (segment.stop + moved[own] > AXIS.size)):
            channel = np.arange(segment.start, segment.stop) + moved[own[cut]]
            part[cut, (channel < 0) | (channel >= AXIS.size)] = 0.0
        area[own] += part.sum(axis=1)
    scale = 1.0 / (np.where(area > 0, area, 1.0) * np.float32(AXIS.step_ev))
    intensity = np.zeros((len(shows), AXIS.size), np.float32)
    measured = np.zeros((len(shows), AXIS.size), bool)
    for own, part, segment in zip(mixtures, parts, segments, strict=True):
        part *= scale[own, None]
        starts = segment.start + moved[own]
        stops = np.clip(segment.stop + moved[own], 0, AXIS.size)
        # Row by row: slices are several times faster than one scatter of the whole block.
        for row, start, stop, values in zip(own.tolist(), starts.tolist(), stops.tolist(), part, strict=True):
            first = max(start, 0)
            intensity[row, first:stop] = values[first - start : stop - start]
            measured[row, first:stop] = True
    return intensity, measured


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


def unit_area(intensity: NDArray[np.float32]) -> NDArray[np.float32]:
    """Give spectra the area 1, negative intensities cut off, in place; an empty spectrum stays empty."""
    np.maximum(intensity, 0.0, out=intensity)
    area = intensity.sum(axis=1, keepdims=True) * np.float32(AXIS.step_ev)
    intensity /= np.where(area > 0, area, np.float32(1.0))
    return intensity


def channels_of(shift_ev: NDArray[np.floating]) -> NDArray[np.intp]:
    """Return the whole channels by which windows move with a shift."""
    return np.round(np.asarray(shift_ev) / AXIS.step_ev).astype(np.intp)
