"""The peaks of a fit that stand in its regions."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xps_keras.fit.solve import Problem, Solution

Floats = NDArray[np.float64]


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
