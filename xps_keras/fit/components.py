"""A fit sorted by chemical environments, as a table of a paper shows it, and by the things that it is made of."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xps_keras.fit.result import Component, Part
from xps_keras.fit.solve import Problem, Solution
from xps_keras.library.lines import LINES

Floats = NDArray[np.float64]

LEAST_PERCENT = 0.5
"""Components below this part of their line are left out, and below their uncertainty as well."""
FWHM_PER_EV2 = 8.0 * np.log(2.0)
"""Square of the full width at half maximum over the variance of a Gaussian."""


@dataclass(frozen=True, eq=False)
class Shown:
    """The peaks of a fit that stand in its regions; ``m`` peaks."""

    peaks: NDArray[np.int64]
    """Indices into the dictionary's peaks, ascending, shape ``(m,)``."""
    region: NDArray[np.int64]
    """Region that each stands in, shape ``(m,)``."""
    names: tuple[tuple[str, str], ...]
    """Line and environment of each."""
    areas: Floats
    """Area of each per unit of its column's weight, in intensity times eV, shape ``(m,)``."""


def shown_peaks(problem: Problem, solution: Solution) -> Shown:
    """Find the peaks of the columns in use and the regions they stand in."""
    dictionary, setting = problem.dictionary, solution.setting
    used = np.flatnonzero(solution.weights[dictionary.peaks.polymer] > 0)
    region = np.full(used.size, -1)
    for place, stretch in enumerate(problem.stretches):
        energy = dictionary.peaks.energy_ev[used] + setting.shift_ev + float(setting.off_ev[place])
        region[(energy >= stretch.energy_ev[0]) & (energy <= stretch.energy_ev[-1]) & (region < 0)] = place
    used, region = used[region >= 0], region[region >= 0]
    names = tuple((dictionary.peaks.line[at], dictionary.environment[at]) for at in used.tolist())
    areas = dictionary.peaks.area[used] * problem.unit * np.exp(setting.scale[region])
    return Shown(used, region, names, areas)


def components_of(
    problem: Problem, solution: Solution, shown: Shown, draws: Floats, moved_ev: float
) -> tuple[Component, ...]:
    """Sum the peaks of each environment.

    Args:
        problem: Regions and columns.
        solution: The fit.
        shown: What ``shown_peaks`` returned.
        draws: Weights of fits to noise draws, shape ``(draws, columns)``.
        moved_ev: What to add to measured energies.

    Returns:
        The components, by line, then by energy.
    """
    peaks, setting = problem.dictionary.peaks, solution.setting
    owner = peaks.polymer[shown.peaks]
    area = shown.areas * solution.weights[owner]
    drawn = shown.areas * draws[:, owner]
    energies = peaks.energy_ev[shown.peaks] + setting.shift_ev + setting.off_ev[shown.region] + moved_ev
    minor = peaks.is_kind("minor partner")[shown.peaks]
    lines = np.array([line for line, _ in shown.names])
    found = []
    for line, name in dict.fromkeys(shown.names):
        here = np.array([pair == (line, name) for pair in shown.names])
        whole = lines == line
        percent = 100.0 * area[here].sum() / max(area[whole].sum(), 1e-30)
        parts = 100.0 * drawn[:, here].sum(axis=1) / np.maximum(drawn[:, whole].sum(axis=1), 1e-30)
        uncertainty = float(np.sqrt(np.mean(np.square(parts - percent)))) if len(parts) else 0.0
        if percent < max(LEAST_PERCENT, uncertainty):
            continue
        main = here & ~minor if (here & ~minor).any() else here
        weight = area[main] / area[main].sum()
        middle = float(weight @ energies[main])
        variance = float(weight @ np.square(energies[main] - middle)) + setting.variance_ev2
        width = float(weight @ np.square(peaks.fwhm_ev[shown.peaks[main]])) + FWHM_PER_EV2 * variance
        found.append(
            Component(
                line=line,
                name=name,
                energy_ev=middle,
                fwhm_ev=float(np.sqrt(max(width, 0.01))),
                area=float(area[here].sum()),
                percent=float(percent),
                uncertainty=uncertainty,
            )
        )
    order = list(LINES)
    return tuple(sorted(found, key=lambda component: (order.index(component.line), component.energy_ev)))


def parts_of(problem: Problem, solution: Solution, shown: Shown, draws: Floats) -> tuple[Part, ...]:
    """Say how much of the fitted area each column in use has, largest first; arguments as ``components_of``."""
    dictionary = problem.dictionary
    owner = dictionary.peaks.polymer[shown.peaks]
    area = np.bincount(owner, weights=shown.areas, minlength=len(dictionary.names))
    share = 100.0 * area * solution.weights / max(float(area @ solution.weights), 1e-30)
    drawn = 100.0 * area * draws / np.maximum(draws @ area, 1e-30)[:, None]
    spread = np.sqrt(np.mean(np.square(drawn - share), axis=0)) if len(draws) else np.zeros_like(share)
    order = [place for place in np.argsort(-share, kind="stable").tolist() if share[place] >= LEAST_PERCENT]
    return tuple(
        Part(dictionary.names[place], dictionary.kinds[place], float(share[place]), float(spread[place]))
        for place in order
    )
