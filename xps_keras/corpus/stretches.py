"""The transforms that the engine adds up, written down from peaks or taken from measured spectra."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from xps_keras.axis import AXIS
from xps_keras.library.library import Peaks
from xps_keras.library.lines import LINES
from xps_keras.library.lineshape import voigt_widths

TAIL = 5e-5
"""A stretch ends where the Lorentzian tail of a peak has fallen to this fraction of the polymer's tallest peak."""
REACH_EV = (8.0, 60.0)
"""A stretch goes on at least and at most this far beyond the outermost peaks of its line."""
OVERLAP_EV = 2.0
"""A stretch that reaches less than this into the recorded window of another line is ended before it."""
CLEAR_EV = 12.0
"""A transform repeats itself, and what is left of a repeated peak counts as a tail from this distance on."""
MARGIN_EV = 40.0
"""Empty stretch appended to measured spectra: what leaves the axis at one end must not come back at the other."""
TAPER_EV = 2.0
"""Length over which a measured region that ends above zero is let down to zero."""
DAMPED = 1e-7
"""Frequencies at which the narrowest peak is damped below this are left out."""
FINE = 32
"""Multiples of an angle whose exponentials are taken one by one, see ``phases``."""
CHUNK = 4096
"""Peaks transformed at once: some 10 MB."""


@dataclass(frozen=True)
class Stretch:
    """A stretch of the axis with a transform of its own, usually the surroundings of one line."""

    first: int
    """Channel of the first sample; it may lie below the axis."""
    length: int
    """Number of samples of the transform."""
    sound: int
    """Number of them, from the first, that hold what they should; into the others peaks are repeated."""
    frequencies: int
    """Number of frequencies that are not damped to nothing."""
    recorded: slice
    """The samples that an analyst records for this line."""


@dataclass(frozen=True, eq=False)
class Transforms:
    """A library's polymers, each as transforms of the stretches in which it has something."""

    stretches: tuple[Stretch, ...]
    """Where."""
    row: NDArray[np.intp]
    """Row of each polymer in ``values``, -1 for polymers with nothing there, shape ``(stretches, polymers)``."""
    values: NDArray[np.complex64]
    """Transforms of the area-normalised polymers, shape ``(rows, m)``, zero beyond the frequencies of a stretch."""
    tail: NDArray[np.float32]
    """What tails of lines far away add to each recorded sample of a stretch, shape ``(polymers, stretches)``."""


def transforms_of_peaks(peaks: Peaks, polymers: int, only_recorded: bool = False) -> Transforms:
    """Write down the transforms of peaks, a stretch for each line.

    A stretch holds the peaks of its line and as much of their Lorentzian tails as it is long. Where the tails of
    another line arrive from beyond that line's own stretch they are nearly even, and a constant stands for them.

    Args:
        peaks: The peak table.
        polymers: Number of polymers in it.
        only_recorded: Whether a stretch ends with the last recorded window in it, which is less to compute.

    Returns:
        The transforms, stretches in the order in which their lines occur.
    """
    step = AXIS.step_ev
    # From here on everything is counted in channels, but the area of a polymer, which is 1 in eV.
    sigma_ev, gamma_ev = voigt_widths(peaks.fwhm_ev, peaks.lorentzian_fraction)
    sigma, gamma = sigma_ev / step, gamma_ev / step
    place = (peaks.energy_ev - AXIS.low_ev) / step
    area = peaks.area / np.bincount(peaks.polymer, weights=peaks.area, minlength=polymers)[peaks.polymer] / step
    tallest = np.zeros(polymers)
    np.maximum.at(tallest, peaks.polymer, area / (np.sqrt(2 * np.pi) * sigma + np.pi * gamma))
    # A Voigt profile falls off as its Lorentzian part does, with area * gamma / (pi * distance^2).
    flank = area * gamma / np.pi
    reach = np.sqrt(flank / (TAIL * tallest[peaks.polymer]))
    lines = np.array(peaks.line)
    of_line = {line: np.flatnonzero(lines == line) for line in dict.fromkeys(peaks.line)}
    windows = {line: AXIS.window(LINES[line].window_low_ev, LINES[line].window_high_ev) for line in of_line}
    spans = {
        line: _span(place[chosen], reach[chosen].max(), list(windows.values()), only_recorded)
        for line, chosen in of_line.items()
    }
    stretches: list[Stretch] = []
    blocks: list[NDArray[np.complex64]] = []
    row = np.full((len(of_line), polymers), -1, np.intp)
    tail = np.zeros((polymers, len(of_line)), np.float32)
    for number, (line, chosen) in enumerate(of_line.items()):
        first, last, length = spans[line]
        turn = 2 * np.pi / length
        before = round((length + place[chosen].min() + place[chosen].max() - first - last) / 2)
        count = min(int(np.sqrt(-2 * np.log(DAMPED)) / (sigma[chosen].min() * turn)) + 1, length // 2) + 1
        owners, starts = np.unique(peaks.polymer[chosen], return_index=True)
        ends = np.append(starts[1:], len(chosen))
        block = np.empty((len(owners), count), np.complex64)
        for some in np.array_split(np.arange(len(owners)), -(-len(chosen) // CHUNK)):
            begin = starts[some[0]]
            these = chosen[begin : ends[some[-1]]]
            own = _peak_transforms(
                place[these] - first, sigma[these], gamma[these], area[these], turn * np.arange(count), length, before
            )
            block[some] = np.add.reduceat(own, starts[some] - begin, axis=0)
        row[number, owners] = sum(map(len, blocks)) + np.arange(len(owners))
        middle = (windows[line].start + windows[line].stop) / 2
        far = [other for other in of_line if not spans[other].first <= middle < spans[other].last]
        from_far = np.concatenate([of_line[other] for other in far]) if far else np.empty(0, np.intp)
        tail[:, number] = np.bincount(
            peaks.polymer[from_far], flank[from_far] / np.square(place[from_far] - middle), minlength=polymers
        )
        recorded = slice(windows[line].start - first, windows[line].stop - first)
        stretches.append(Stretch(first, length, last - first, count, recorded))
        blocks.append(block)
    widest = max(stretch.frequencies for stretch in stretches)
    values = np.concatenate([np.pad(block, ((0, 0), (0, widest - block.shape[1]))) for block in blocks])
    return Transforms(tuple(stretches), row, values, tail)


class _Span(NamedTuple):
    """Channels ``first`` to ``last - 1`` of the axis, from a transform of ``length`` samples."""

    first: int
    last: int
    length: int


def _span(place: NDArray[np.float64], reach: float, windows: list[slice], only_recorded: bool) -> _Span:
    """Choose the stretch of a line.

    Args:
        place: Channels of its peaks.
        reach: Channels over which their tails are visible.
        windows: Recorded windows of all lines; each lies in a stretch as a whole or not at all.
        only_recorded: As for ``transforms_of_peaks``.
    """
    lowest, highest = place.min(), place.max()
    beyond = np.clip(reach, REACH_EV[0] / AXIS.step_ev, REACH_EV[1] / AXIS.step_ev)
    low, high = int(lowest - beyond), int(highest + beyond) + 1
    for window in windows:
        if window.start < low < window.stop:
            low = window.stop if window.stop - low < OVERLAP_EV / AXIS.step_ev else window.start
        if window.start < high < window.stop:
            high = window.start if high - window.start < OVERLAP_EV / AXIS.step_ev else window.stop
    if not only_recorded:
        length = int(scipy.fft.next_fast_len(high - low, real=True))
        return _Span(low, low + length, length)
    held = [window for window in windows if low <= window.start and window.stop <= high]
    low, high = min(window.start for window in held), max(window.stop for window in held)
    # Every distance from a peak to a channel occurs once, and repeated peaks stay clear of the stretch.
    distances = highest - lowest + high - low
    clear = max(high - lowest, highest - low) + CLEAR_EV / AXIS.step_ev
    return _Span(low, high, int(scipy.fft.next_fast_len(int(max(distances, clear)) + 1, real=True)))


def transforms_of_spectra(intensity: NDArray[np.float32], measured: NDArray[np.bool_]) -> Transforms:
    """Transform measured spectra, one stretch for the whole axis.

    Where a region ends above zero the edge is let down smoothly over ``TAPER_EV``, or the interpolation between
    channels would ring; what stands beyond a region is for the caller to cut off.

    Args:
        intensity: Spectra of area 1, zero where nothing was measured, shape ``(polymers, 6601)``.
        measured: Channels that were recorded, same shape.

    Returns:
        The transforms.
    """
    length = int(scipy.fft.next_fast_len(AXIS.size + round(MARGIN_EV / AXIS.step_ev), real=True))
    padded = np.zeros((len(intensity), length))
    for row, (values, recorded) in enumerate(zip(intensity, measured, strict=True)):
        padded[row] = _let_down(values, recorded, length, round(TAPER_EV / AXIS.step_ev))
    values = scipy.fft.rfft(padded, axis=1).astype(np.complex64)
    stretch = Stretch(0, length, length, values.shape[1], slice(0, 0))
    return Transforms((stretch,), np.arange(len(intensity))[None], values, np.zeros((len(intensity), 1), np.float32))


def phases(angle: NDArray[np.float64], count: int) -> NDArray[np.complex64]:
    """Return ``exp(-1j * m * angle)`` for m = 0 ... count-1, shape ``(n, count)``.

    The exponential of a product of coarse and fine multiples: ``FINE`` times fewer exponentials, and the angle is
    reduced in double precision.
    """
    coarse = -(-count // FINE)
    low = np.exp(-1j * angle[:, None] * np.arange(FINE)).astype(np.complex64)
    high = np.exp(-1j * angle[:, None] * (FINE * np.arange(coarse))).astype(np.complex64)
    phases: NDArray[np.complex64] = (high[:, :, None] * low[:, None, :]).reshape(len(angle), coarse * FINE)
    return phases[:, :count]


def _peak_transforms(
    place: NDArray[np.float64],
    sigma: NDArray[np.float64],
    gamma: NDArray[np.float64],
    area: NDArray[np.float64],
    omega: NDArray[np.floating],
    length: int,
    before: int,
) -> NDArray[np.complex64]:
    """Transforms of Voigt peaks at ``place``, all in channels, shape ``(peaks, m)`` for m angular frequencies.

    A transform of ``length`` samples folds what lies beyond them back into them: with a Lorentzian tail of
    ``1 / u^2`` that is ``(pi / length)^2 / sin(pi u / length)^2 - 1 / u^2`` too much, and it is taken off again, from
    ``before`` channels before a peak to ``length - before`` behind it.
    """
    u = np.pi / length * np.roll(np.arange(length) - before, -before)[1:]
    folded = np.append(1.0 / 3.0, 1.0 / np.square(np.sin(u)) - 1.0 / np.square(u)) * np.square(np.pi / length)
    excess = scipy.fft.rfft(folded)[: omega.size]
    damping = np.multiply.outer(-0.5 * np.square(sigma), np.square(omega)) - np.multiply.outer(gamma, omega)
    transform = area[:, None] * np.exp(damping) - np.multiply.outer(area * gamma / np.pi, excess)
    peak: NDArray[np.complex64] = transform.astype(np.complex64) * phases(place * omega[1], omega.size)
    return peak


def _let_down(values: NDArray[np.float32], recorded: NDArray[np.bool_], length: int, taper: int) -> NDArray[np.float64]:
    """Continue the edges of regions with a cosine that reaches zero after ``taper`` channels or the next region."""
    padded = np.zeros(length)
    padded[: values.size] = np.where(recorded, values, 0.0)
    known = np.zeros(length, bool)
    known[: values.size] = recorded
    # The transform is periodic, and so are the gaps: each begins after a last recorded channel.
    for last in np.flatnonzero(known & ~np.roll(known, -1)):
        gap = int(np.argmax(np.roll(known, -int(last) - 1)))  # channels to the next region
        reach = min(taper, gap)
        fall = np.square(np.cos(0.5 * np.pi * np.arange(1, reach + 1) / (reach + 1)))
        ahead = (last + 1 + np.arange(reach)) % length
        behind = (last + gap - np.arange(reach)) % length
        padded[ahead] += padded[last] * fall
        padded[behind] += padded[(last + 1 + gap) % length] * fall
    return padded
