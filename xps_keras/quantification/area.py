"""The area of one line above its background, and how well it is known.

The background is the one of ``losses``, fitted beside the stretch in which all states of the line stand. Two simpler
ones, a straight line and an iterated Shirley background between the ends of that stretch, bracket it: the former takes
the step of scattered electrons for a part of the peak, the latter the flank of the losses for a step. How far the three
lie apart measures what the choice costs.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xps_keras.library.lines import Line
from xps_keras.median import median
from xps_keras.preprocessing.background import end_levels, linear, shirley
from xps_keras.preprocessing.planned import PlannedRegion
from xps_keras.preprocessing.signals import noise
from xps_keras.quantification.losses import modelled

END_EV = 1.0
"""Width in eV over which either end of the stretch is averaged; half of it lies outside of the stretch."""
BESIDE_EV = 5.0
"""What stands further from the stretch may be another line and does not enter its background."""
GRID_EV = 0.1
"""Finer points are averaged to about this step first."""
LEAST_COVERED = 0.5
"""Part of the stretch that must have been recorded. Of C 1s half reaches to 289.2 eV, an ester's top."""
CUT_UNCERTAINTY = 0.06
"""Relative uncertainty where the stretch was not recorded to its end: shake-up is 6 to 9 % of aromatic C 1s."""
WHOLE = 0.9
"""Recorded part of the stretch from which nothing of weight is missing."""
BACKGROUND_PART = 0.25
"""Part of the distance between the largest and the smallest of the three areas that is a standard uncertainty."""
ASTRAY, DOUBTED = 0.1, 4.0
"""Part of the area, and uncertainties by counting, by which the fitted background may miss the bracketing two."""
SMOOTH_EV = 0.6
"""Width in eV over which the signal is averaged before its top is looked for."""


@dataclass(frozen=True)
class LineArea:
    """Area of one line, in intensity (counts per second where the file allows it) times eV."""

    line: Line
    region: str
    """Name of the region it was measured in."""
    area: float
    """May be negative where there is no peak."""
    counting: float
    """Standard uncertainty by counting noise, that of the ends of the background included."""
    background: float
    """Standard uncertainty by the choice of the background and by what was not recorded."""
    rise: float
    """Difference of the ends of the stretch, in intensity."""
    top: float
    """Highest intensity above the straight line, averaged over 0.6 eV; in intensity."""
    covered: float
    """Part of the stretch that was recorded, 0 to 1."""
    transmission: float | None
    """Transmission at the middle of the stretch by which intensities were divided; None where they were not."""

    @property
    def steep(self) -> bool:
        """Whether the background rises or falls by more than the peak is high."""
        return self.rise > max(self.top, 0.0)


def covered(line: Line, used: PlannedRegion, shift_ev: float) -> float:
    """Return the part of a line's stretch, moved by the shift, that a region holds, 0 to 1; 0 for one not used."""
    if not used.used or used.energy_ev is None:
        return 0.0
    low, high = line.peak_low_ev + shift_ev, line.peak_high_ev + shift_ev
    held = min(float(used.energy_ev[-1]), high) - max(float(used.energy_ev[0]), low)
    return max(held, 0.0) / (high - low)


def measurable(line: Line, used: PlannedRegion, shift_ev: float) -> bool:
    """Tell whether enough of a line's stretch, moved by the shift, was recorded in a region to measure its area."""
    return covered(line, used, shift_ev) >= LEAST_COVERED and used.intensity is not None


def line_area(line: Line, used: PlannedRegion, shift_ev: float, with_transmission: bool = False) -> LineArea | None:
    """Measure one line in one region.

    Args:
        line: The line.
        used: The region, with its intensities on an even grid.
        shift_ev: Measured minus true binding energy in eV.
        with_transmission: Whether intensities are divided by the transmission that the file holds for the region.

    Returns:
        The area; None where too little of the stretch was recorded.
    """
    part = covered(line, used, shift_ev)
    if not measurable(line, used, shift_ev):
        return None
    transmission = transmission_of(used) if with_transmission else None
    low, high = line.peak_low_ev + shift_ev, line.peak_high_ev + shift_ev
    energy, whole, middle = _stretch(used, transmission, low, high)
    step = float(energy[-1] - energy[0]) / (energy.size - 1)
    inside: NDArray[np.bool_] = np.asarray((energy >= low - 0.5 * END_EV) & (energy <= high + 0.5 * END_EV))
    signal = whole[inside]
    ends = max(1, min(round(END_EV / step), signal.size // 8))
    levels = [float(level.item()) for level in end_levels(signal, ends)]
    straight = signal - linear(signal[None], ends)[0]
    curved = signal - shirley(signal[None], ends)[0] if levels[1] > levels[0] else straight
    simple = step * float(straight.sum()), step * float(curved.sum())
    point = _noise(whole)
    area = _modelled_area(energy, whole, low, high, point)
    counting = _counting(signal, point[inside], step, ends)
    mean, apart = 0.5 * (simple[0] + simple[1]), abs(simple[0] - simple[1])
    spread = max(*simple, area) - min(*simple, area)
    if abs(area - mean) > ASTRAY * abs(mean) + 2.0 * apart + DOUBTED * counting:
        area = mean  # something else stands beside the line
    cut = CUT_UNCERTAINTY * abs(area) if part < WHOLE else 0.0
    width = min(max(1, round(SMOOTH_EV / step)), signal.size)
    smooth = np.convolve(straight, np.full(width, 1.0 / width), mode="valid")
    return LineArea(
        line=line,
        region=used.name,
        area=area,
        counting=counting,
        background=float(np.hypot(BACKGROUND_PART * spread, cut)),
        rise=abs(levels[1] - levels[0]),
        top=float(smooth.max()),
        covered=part,
        transmission=middle,
    )


def _stretch(
    used: PlannedRegion, transmission: NDArray[np.float64] | None, low_ev: float, high_ev: float
) -> tuple[NDArray[np.float64], NDArray[np.float64], float | None]:
    """Return energies, intensities over transmission, and the transmission at the middle, around a line."""
    assert used.energy_ev is not None and used.intensity is not None  # noqa: S101, PT018  # the caller has looked
    near = (used.energy_ev >= low_ev - BESIDE_EV) & (used.energy_ev <= high_ev + BESIDE_EV)
    energy, intensity = used.energy_ev[near], used.intensity[near]
    middle = None
    if transmission is not None:
        intensity = intensity / transmission[near]
        middle = float(np.interp(0.5 * (low_ev + high_ev), energy, transmission[near]))
    times = int(GRID_EV / (float(energy[-1] - energy[0]) / (energy.size - 1)) + 1e-6)
    if times > 1:
        count = energy.size // times * times
        energy, intensity = (values[:count].reshape(-1, times).mean(axis=1) for values in (energy, intensity))
    return energy, intensity, middle


def _modelled_area(
    energy_ev: NDArray[np.float64],
    intensity: NDArray[np.float64],
    low_ev: float,
    high_ev: float,
    noise_of: NDArray[np.float64],
) -> float:
    step = float(energy_ev[-1] - energy_ev[0]) / (energy_ev.size - 1)
    least = max(1, min(round(0.5 * END_EV / step), energy_ev.size // 8))
    beside: NDArray[np.bool_] = np.asarray((energy_ev < low_ev) | (energy_ev > high_ev))
    beside[:least] = beside[-least:] = True
    background = modelled(energy_ev, intensity, beside, noise_of)
    return step * float((intensity - background)[~beside].sum())


def transmission_of(used: PlannedRegion) -> NDArray[np.float64] | None:
    """Return the transmission at the points of a region's even grid; None where the file holds none."""
    region = used.region
    if region.transmission is None or used.energy_ev is None:
        return None
    return np.interp(used.energy_ev, region.binding_energy_ev, region.transmission)


def _noise(whole: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the standard deviation of the noise of each point, whatever unit the intensities have.

    It is measured where most points lie, on the background, and grows with the root of the intensity from there.
    """
    usual = float(median(whole))
    gain = np.maximum(whole / usual, 1.0) if usual > 0.0 else np.ones_like(whole)
    return noise(whole) * np.sqrt(gain)


def _counting(signal: NDArray[np.float64], point: NDArray[np.float64], step_ev: float, ends: int) -> float:
    """Return the standard uncertainty of an area by noise; either end, a mean of points, weighs half of the width."""
    peak = step_ev * float(np.sqrt(np.square(point).sum()))
    level = step_ev * signal.size * float(point.min()) / np.sqrt(2.0 * ends)
    return float(np.hypot(peak, level))
