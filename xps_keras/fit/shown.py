"""The peaks of a fit that stand in its regions."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xps_keras.fit.solve import Problem, Solution
from xps_keras.library.lines import LINES

Floats = NDArray[np.float64]

UNTOLD = {("C 1s", "C-Si"): ("Si 2p", "C-C/C-H")}
"""Environments that another line tells from hydrocarbon, and what they are called where that was not recorded."""


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
    untold = {pair: name for pair, (line, name) in UNTOLD.items() if not _recorded(problem, line, setting.shift_ev)}
    pairs = [(dictionary.peaks.line[at], dictionary.environment[at]) for at in used.tolist()]
    names = tuple((pair[0], untold.get(pair, pair[1])) for pair in pairs)
    areas = dictionary.peaks.area[used] * problem.unit * np.exp(setting.scale[region])
    return Shown(used, region, names, areas)


def _recorded(problem: Problem, line: str, shift_ev: float) -> bool:
    """Tell whether a region holds the middle of a line's window."""
    middle = 0.5 * (LINES[line].window_low_ev + LINES[line].window_high_ev) + shift_ev
    return any(stretch.energy_ev[0] <= middle <= stretch.energy_ev[-1] for stretch in problem.stretches)
