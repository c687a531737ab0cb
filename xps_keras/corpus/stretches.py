"""The transforms that the engine adds up, written down from peaks or taken from measured spectra."""

from dataclasses import dataclass

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from xps_keras.axis import EnergyAxis
from xps_keras.library.library import Peaks
from xps_keras.library.lines import LINES
from xps_keras.library.lineshape import voigt_widths

TAIL = 5e-5
"""A stretch ends where the Lorentzian tail of a peak has fallen to this fraction of the polymer's tallest peak."""
REACH_EV = (8.0, 60.0)
"""A stretch goes on at least and at most this far beyond the outermost peaks of its line."""
OVERLAP_EV = 2.0
"""A stretch that reaches less than this into the recorded window of another line is ended before it."""
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


@dataclass(frozen=True, eq=False)
class Stretch:
    """Transforms of the part of a library that lies in one stretch of the axis, usually one line."""

    first: int
    """Channel of the first sample; it may lie below the axis."""
    length: int
    """Number of samples of the transform."""
    row: NDArray[np.intp]
    """Row of each polymer in ``transform``, -1 for polymers with nothing here, shape ``(polymers,)``."""
    transform: NDArray[np.complex64]
    """Transforms of the area-normalised polymers, shape ``(rows, m)``."""
    tail: NDArray[np.float32]
    """What tails of lines far away add to each sample of ``recorded``, for every polymer, shape ``(polymers,)``."""
    recorded: slice
    """The samples that an analyst records for this line."""


def stretches_of_peaks(peaks: Peaks, polymers: int, axis: EnergyAxis) -> tuple[Stretch, ...]:
    """Write down a stretch for each line.

    A stretch holds the peaks of its line and as much of their Lorentzian tails as it is long. Where the tails of
    another line arrive from beyond that line's own stretch they are nearly even, and a constant stands for them.

    Args:
        peaks: The peak table.
        polymers: Number of polymers in it.
        axis: The energy axis.

    Returns:
        The stretches, in the order in which their lines occur.
    """
    step = axis.step_ev
    # From here on everything is counted in channels, but the area of a polymer, which is 1 in eV.
    sigma_ev, gamma_ev = voigt_widths(peaks.fwhm_ev, peaks.lorentzian_fraction)
    sigma, gamma = sigma_ev / step, gamma_ev / step
    place = (peaks.energy_ev - axis.low_ev) / step
    area = peaks.area / np.bincount(peaks.polymer, weights=peaks.area, minlength=polymers)[peaks.polymer] / step
    tallest = np.zeros(polymers)
    np.maximum.at(tallest, peaks.polymer, area / (np.sqrt(2 * np.pi) * sigma + np.pi * gamma))
    # A Voigt profile falls off as its Lorentzian part does, with area * gamma / (pi * distance^2).
    flank = area * gamma / np.pi
    reach = np.sqrt(flank / (TAIL * tallest[peaks.polymer]))
    lines = np.array(peaks.line)
    of_line = {line: np.flatnonzero(lines == line) for line in dict.fromkeys(peaks.line)}
    windows = {line: axis.window(LINES[line].window_low_ev, LINES[line].window_high_ev) for line in of_line}
    span = {}
    for line, chosen in of_line.items():
        beyond = np.clip(reach[chosen].max(), REACH_EV[0] / step, REACH_EV[1] / step)
        low, high = int(place[chosen].min() - beyond), int(place[chosen].max() + beyond) + 1
        for other in windows.values():  # a recorded window lies in a stretch as a whole or not at all
            if other.start < low < other.stop:
                low = other.stop if other.stop - low < OVERLAP_EV / step else other.start
            if other.start < high < other.stop:
                high = other.start if high - other.start < OVERLAP_EV / step else other.stop
        span[line] = low, int(scipy.fft.next_fast_len(high - low, real=True))
    stretches = []
    for line, chosen in of_line.items():
        first, length = span[line]
        turn = 2 * np.pi / length
        count = min(int(np.sqrt(-2 * np.log(DAMPED)) / (sigma[chosen].min() * turn)) + 1, length // 2) + 1
        owners, starts = np.unique(peaks.polymer[chosen], return_index=True)
        ends = np.append(starts[1:], len(chosen))
        transform = np.empty((len(owners), count), np.complex64)
        for some in np.array_split(np.arange(len(owners)), -(-len(chosen) // CHUNK)):
            begin = starts[some[0]]
            these = chosen[begin : ends[some[-1]]]
            own = _peak_transforms(
                place[these] - first, sigma[these], gamma[these], area[these], turn * np.arange(count), length
            )
            transform[some] = np.add.reduceat(own, starts[some] - begin, axis=0)
        row = np.full(polymers, -1, np.intp)
        row[owners] = np.arange(len(owners))
        middle = (windows[line].start + windows[line].stop) / 2
        recorded = slice(windows[line].start - first, windows[line].stop - first)
        far = [other for other in of_line if not span[other][0] <= middle < sum(span[other])]
        from_far = np.concatenate([of_line[other] for other in far]) if far else np.empty(0, np.intp)
        tail = np.bincount(
            peaks.polymer[from_far], flank[from_far] / np.square(place[from_far] - middle), minlength=polymers
        )
        stretches.append(Stretch(first, length, row, transform, tail.astype(np.float32), recorded))
    return tuple(stretches)


def stretch_of_spectra(intensity: NDArray[np.float32], measured: NDArray[np.bool_], axis: EnergyAxis) -> Stretch:
    """Transform measured spectra, one stretch for the whole axis.

    Where a region ends above zero the edge is let down smoothly over ``TAPER_EV``, or the interpolation between
    channels would ring; what stands beyond a region is for the caller to cut off.

    Args:
        intensity: Spectra of area 1, zero where nothing was measured, shape ``(polymers, axis.size)``.
        measured: Channels that were recorded, same shape.
        axis: The energy axis.

    Returns:
        The stretch.
    """
    length = int(scipy.fft.next_fast_len(axis.size + round(MARGIN_EV / axis.step_ev), real=True))
    padded = np.zeros((len(intensity), length))
    for row, (values, recorded) in enumerate(zip(intensity, measured, strict=True)):
        padded[row] = _let_down(values, recorded, length, round(TAPER_EV / axis.step_ev))
    transform = scipy.fft.rfft(padded, axis=1).astype(np.complex64)
    return Stretch(0, length, np.arange(len(intensity)), transform, np.zeros(len(intensity), np.float32), slice(0, 0))


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
) -> NDArray[np.complex64]:
    """Transforms of Voigt peaks at ``place``, all in channels, shape ``(peaks, m)`` for m angular frequencies.

    A transform of ``length`` samples folds what lies beyond them back into them: with a Lorentzian tail of
    ``1 / u^2`` that is ``(pi / length)^2 / sin(pi u / length)^2 - 1 / u^2`` too much, and it is taken off again.
    """
    u = np.pi * np.fft.fftfreq(length)[1:]
    folded = np.append(1.0 / 3.0, 1.0 / np.square(np.sin(u)) - 1.0 / np.square(u)) * np.square(np.pi / length)
    excess = scipy.fft.rfft(folded).real[: omega.size]
    damping = np.multiply.outer(-0.5 * np.square(sigma), np.square(omega)) - np.multiply.outer(gamma, omega)
    transform = area[:, None] * np.exp(damping) - np.multiply.outer(area * gamma / np.pi, excess)
    peak: NDArray[np.complex64] = transform.astype(np.float32) * phases(place * omega[1], omega.size)
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
