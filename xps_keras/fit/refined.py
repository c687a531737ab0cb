"""The components of a fit moved onto the data: energies, widths and areas within what the library may be wrong by.

The library's energies are good to about a twentieth of an electron volt, and no table knows the sample's widths. Once
it is settled what a spectrum is made of, each environment of each region may differ a little, held by normal priors;
that is what an analyst does last, and what the components that are reported rest on.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xps_keras.fit.shown import Shown
from xps_keras.fit.solve import Problem, Solution
from xps_keras.fit.stretches import Stretch
from xps_keras.fit.transforms import Complex, derivatives, placed, seen, transforms

Floats = NDArray[np.float64]

ENERGY_EV = 0.06
"""Standard deviation in eV of an environment's energy."""
AREA = 0.10
"""Standard deviation of the logarithm of its area."""
VARIANCE_EV2 = 0.05
"""Standard deviation of the variance that is added to its width, in eV²."""
NARROWEST_EV2 = -0.06
"""Least of that, the fit's own included."""
GROUND = 0.02
"""Standard deviation of level, slope, bend and step of the background, relative to a region's top."""
OFF_HEIGHT = 0.003
"""Shapes are good to about this part of a region's top."""
ROUNDS = 4
SETTLED = 0.1
"""Standard deviations by which nothing changes any more after the last round."""
MOST = (0.05, 0.10, 0.05)
"""Most that energy, logarithm of area and variance change at once."""

Group = tuple[int, str, str]
"""Region, line and environment."""


@dataclass(frozen=True, eq=False)
class Refined:
    """Environments after their last step; ``g`` of them."""

    groups: tuple[Group, ...]
    of_peak: NDArray[np.int64]
    """Environment of each shown peak, shape ``(m,)``."""
    energy_ev: Floats
    """By how much each stands higher than in the fit, shape ``(g,)``."""
    factor: Floats
    """Its area over that of the fit, shape ``(g,)``."""
    variance_ev2: Floats
    """What is added to its variance, shape ``(g,)``."""
    covariance: Floats
    """Of the logarithms of the areas, shape ``(g, g)``."""
    ground: tuple[Floats, ...]
    """What is left of the background, in units of the data, per region."""
    residuals: tuple[Floats, ...]
    """Data minus fit in units of the data, per region."""


def refined(problem: Problem, solution: Solution, shown: Shown) -> Refined:
    """Move the environments of a fit onto the data.

    Args:
        problem: Regions and columns.
        solution: The fit.
        shown: Its peaks.

    Returns:
        The environments.
    """
    keys = [(int(region), line, name) for region, (line, name) in zip(shown.region, shown.names, strict=True)]
    groups = tuple(sorted(dict.fromkeys(keys)))
    of_peak = np.array([groups.index(key) for key in keys], np.int64)
    energy, area, variance = (np.zeros(len(groups)) for _ in range(3))
    covariance = np.zeros((len(groups), len(groups)))
    grounds, residuals = [], []
    for place, stretch in enumerate(problem.stretches):
        here = np.array([number for number, group in enumerate(groups) if group[0] == place], np.int64)
        found = _region(problem, solution, shown, of_peak, place, stretch, here)
        energy[here], area[here], variance[here] = found[0]
        covariance[np.ix_(here, here)] = found[1]
        grounds.append(found[2])
        residuals.append(found[3])
    return Refined(groups, of_peak, energy, np.exp(area), variance, covariance, tuple(grounds), tuple(residuals))


def group_transforms(
    problem: Problem, solution: Solution, shown: Shown, of_peak: NDArray[np.int64], place: int, here: NDArray[np.int64]
) -> Complex:
    """Return the transforms of the environments ``here`` of one region, at the fit's weights and setting."""
    chosen = np.flatnonzero(np.isin(of_peak, here))
    order = chosen[np.argsort(of_peak[chosen], kind="stable")]
    peaks, setting, table = problem.dictionary.peaks, solution.setting, problem.tables[place]
    places = shown.peaks[order]
    weights = solution.weights[peaks.polymer[places]] * problem.unit * np.exp(float(setting.scale[place]))
    sums = transforms(peaks, places, table.middle_ev, np.searchsorted(here, of_peak[order]), weights)
    return placed(table, sums, setting.shift_ev + float(setting.off_ev[place]), setting.variance_ev2)


def _region(
    problem: Problem,
    solution: Solution,
    shown: Shown,
    of_peak: NDArray[np.int64],
    place: int,
    stretch: Stretch,
    here: NDArray[np.int64],
) -> tuple[Floats, Floats, Floats, Floats]:
    """Refine one region; return energies, logarithms of areas and variances, covariance, background and residual."""
    count = here.size
    table = problem.tables[place]
    based = problem.waves[place]
    top = max(float(np.sort(stretch.net)[-5:].mean()), 1e-30)
    error = np.sqrt(np.square(stretch.noise) + np.square(OFF_HEIGHT * top)) + 1e-12 * top
    slopes = _ground(stretch) * (GROUND * top)
    sums = group_transforms(problem, solution, shown, of_peak, place, here)
    state = np.zeros((3, count))
    amount = np.zeros(len(slopes))
    limits = np.repeat(np.array(MOST), count)
    deviation = np.repeat([ENERGY_EV, AREA, VARIANCE_EV2], count)
    covariance = np.zeros((count, count))
    last = ROUNDS
    for step in range(ROUNDS + 1):
        moved = _moved(table.frequency, sums, state)
        curves = seen(moved, based)
        residual = stretch.net - curves.sum(axis=0) - amount @ slopes
        if step == last or not count:
            break
        by_energy, by_variance = np.split(seen(derivatives(table, moved).reshape(2 * count, -1), based), 2)
        jacobian = np.concatenate([by_energy, curves, by_variance, slopes]) / error
        size = 3 * count
        hessian = jacobian @ jacobian.T
        hessian[np.diag_indices(len(hessian))] += np.concatenate([1.0 / np.square(deviation), np.ones(len(slopes))])
        gradient = jacobian @ (residual / error)
        gradient[:size] -= state.ravel() / np.square(deviation)
        gradient[size:] -= amount
        found = np.linalg.solve(hessian, gradient)
        state = state + np.clip(found[:size], -limits, limits).reshape(3, count)
        lowest = NARROWEST_EV2 - min(solution.setting.variance_ev2, 0.0)
        state[2] = np.maximum(state[2], lowest)
        amount = amount + found[size:]
        covariance = np.linalg.inv(hessian)[count : 2 * count, count : 2 * count]
        if np.abs(found[:size] / deviation).max() < SETTLED:
            last = step + 1
    return state, covariance, amount @ slopes, residual


def _moved(frequency: Floats, sums: Complex, state: Floats) -> Complex:
    energy, area, variance = (part[:, None] for part in state)
    return np.asarray(sums * np.exp(area - 0.5 * variance * np.square(frequency) - 1j * energy * frequency))


def moved_curves(problem: Problem, place: int, sums: Complex, found: Refined, here: NDArray[np.int64]) -> Complex:
    """Return the transforms of environments after their last step; arguments as ``group_transforms``."""
    state = np.stack([found.energy_ev[here], np.log(found.factor[here]), found.variance_ev2[here]])
    return _moved(problem.tables[place].frequency, sums, state)


def _ground(stretch: Stretch) -> Floats:
    """Level, slope, bend and step of a background, shape ``(4, points)``."""
    along = np.linspace(-1.0, 1.0, stretch.net.size)
    below = np.cumsum(np.maximum(stretch.net, 0.0))
    return np.stack(
        [np.ones_like(along), along, 1.5 * np.square(along) - 0.5, below / max(float(below[-1]), 1e-30) - 0.5]
    )
