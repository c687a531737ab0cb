"""The curves of a fit on the grids of the file, for pictures."""

import numpy as np
from numpy.typing import NDArray

from xps_keras.fit.refined import Refined, group_transforms, moved_curves
from xps_keras.fit.result import FittedRegion
from xps_keras.fit.shown import Shown
from xps_keras.fit.solve import Problem, Solution
from xps_keras.fit.transforms import seen, waves
from xps_keras.preprocessing.channels import Channels
from xps_keras.preprocessing.planned import PlannedRegion

Floats = NDArray[np.float64]

MOST_POINTS = 1000
"""Curves are computed on so many points at most, and drawn straight between them."""


def fitted_regions(
    problem: Problem, solution: Solution, shown: Shown, moved: Refined, channels: Channels
) -> tuple[FittedRegion, ...]:
    """Compute the curves of every region that was fitted, in file order.

    Args:
        problem: Regions and columns.
        solution: The fit.
        shown: The peaks that stand in them.
        moved: The environments after their last step.
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
            found.append(_region(problem, solution, shown, moved, used, places[0]))
    return tuple(found)


def _region(
    problem: Problem, solution: Solution, shown: Shown, moved: Refined, used: PlannedRegion, place: int
) -> FittedRegion:
    assert used.energy_ev is not None  # noqa: S101  # it was fitted
    assert used.intensity is not None and used.background_intensity is not None  # noqa: S101, PT018
    energy, stretch = used.energy_ev, problem.stretches[place]
    ground = used.background_intensity + np.interp(energy, stretch.energy_ev, moved.ground[place])
    grid = energy if energy.size <= MOST_POINTS else np.linspace(energy[0], energy[-1], MOST_POINTS)
    here = np.array([number for number, group in enumerate(moved.groups) if group[0] == place], np.int64)
    components: dict[str, Floats] = {}
    if here.size:
        sums = group_transforms(problem, solution, shown, moved.of_peak, place, here)
        values = seen(moved_curves(problem, place, sums, moved, here), waves(problem.tables[place], grid))
        lines = {moved.groups[number][1] for number in here}
        middle = [float(grid[np.argmax(row)]) for row in values]
        for at in np.argsort(middle, kind="stable").tolist():
            _, line, name = moved.groups[here[at]]
            components[name if len(lines) == 1 else f"{line} {name}"] = np.interp(energy, grid, values[at])
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
