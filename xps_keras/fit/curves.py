"""The curves of a fit on the grids of the file, for pictures."""

import numpy as np
from numpy.typing import NDArray

from xps_keras.fit.components import Shown
from xps_keras.fit.dictionary import placed, seen, transforms, waves
from xps_keras.fit.result import FittedRegion
from xps_keras.fit.solve import Problem, Solution
from xps_keras.preprocessing.channels import Channels, PlannedRegion

Floats = NDArray[np.float64]

MOST_POINTS = 1000
"""Curves are computed on so many points at most, and drawn straight between them."""


def fitted_regions(problem: Problem, solution: Solution, shown: Shown, channels: Channels) -> tuple[FittedRegion, ...]:
    """Compute the curves of every region that was fitted, in file order.

    Args:
        problem: Regions and columns.
        solution: The fit.
        shown: The peaks that stand in them.
        channels: The file's regions.
    """
    found = []
    for used in channels.regions:
        places = [
            place
            for place, stretch in enumerate(problem.stretches)
            if used.used
            and used.energy_ev is not None
            and stretch.name == used.name
            and abs(float(stretch.energy_ev[0] - used.energy_ev[0])) < 0.5
        ]
        if places:
            found.append(_region(problem, solution, shown, used, places[0]))
    return tuple(found)


def _region(problem: Problem, solution: Solution, shown: Shown, used: PlannedRegion, place: int) -> FittedRegion:
    assert used.energy_ev is not None  # noqa: S101  # it was fitted
    assert used.intensity is not None and used.background_intensity is not None  # noqa: S101, PT018
    energy, stretch, setting = used.energy_ev, problem.stretches[place], solution.setting
    ground = used.background_intensity + np.interp(energy, stretch.energy_ev, solution.ground[place])
    grid = energy if energy.size <= MOST_POINTS else np.linspace(energy[0], energy[-1], MOST_POINTS)
    peaks = problem.dictionary.peaks
    here = np.flatnonzero(shown.region == place)
    names = [shown.names[at][1] for at in here]
    lines = {shown.names[at][0] for at in here}
    titles = [name if len(lines) == 1 else f"{shown.names[at][0]} {name}" for at, name in zip(here, names, strict=True)]
    components: dict[str, Floats] = {}
    if here.size:
        order = list(dict.fromkeys(titles))
        group = np.array([order.index(title) for title in titles])
        sort = np.argsort(group, kind="stable")
        table = problem.tables[place]
        weight = solution.weights[peaks.polymer[shown.peaks[here]]] * problem.unit * np.exp(setting.scale[place])
        sums = transforms(peaks, shown.peaks[here][sort], table.middle_ev, group[sort], weight[sort])
        shift = setting.shift_ev + float(setting.off_ev[place])
        values = seen(placed(table, sums, shift, setting.variance_ev2), waves(table, grid))
        middle = {
            title: float(np.mean(peaks.energy_ev[shown.peaks[here[group == number]]]))
            for number, title in enumerate(order)
        }
        for title in sorted(order, key=lambda title: middle[title]):
            components[title] = np.interp(energy, grid, values[order.index(title)])
    total = ground + np.sum(list(components.values()), axis=0) if components else ground
    return FittedRegion(
        name=used.name,
        line=used.lines[0] if used.lines else used.name,
        energy_ev=energy,
        intensity=used.intensity,
        background=ground,
        total=np.asarray(total),
        components=components,
    )
