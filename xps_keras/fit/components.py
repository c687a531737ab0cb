"""A fit sorted by chemical environments, as a table of a paper shows it, and by the things that it is made of."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from xps_keras.fit.refined import Refined
from xps_keras.fit.result import SEVERAL_OF, Component, Part
from xps_keras.fit.shown import Shown, shown_peaks
from xps_keras.fit.solve import Problem, Solution
from xps_keras.fit.sparse import TOO_SURE
from xps_keras.library.lines import LINES

Floats = NDArray[np.float64]

LEAST_PERCENT = 0.5
"""Components below this part of their line are left out, and below their uncertainty as well."""
HONEST = 1.3
"""What the errors that are known here have to be multiplied with, and ..."""
UNSEEN = 1.0
"""... what in percentage points has to be added to them, as squares, so that intervals hold what they promise: without
these 63 % of the shares of a tenth and more lie within one of them and 82 % within two, on 800 spectra of recipe
`instrument` (seed 45)."""
LEAST_LIKELY = 0.02
"""Other fits that are less likely than this, compared with the best one, are not looked at."""
FWHM_PER_EV2 = 8.0 * np.log(2.0)
"""Square of the full width at half maximum over the variance of a Gaussian."""


def components_of(
    problem: Problem,
    solution: Solution,
    shown: Shown,
    moved: Refined,
    draws: Floats,
    corrected_ev: float,
    others: Sequence[tuple[Solution, float]],
) -> tuple[Component, ...]:
    """Sum the peaks of each environment.

    Args:
        problem: Regions and columns.
        solution: The fit.
        shown: What ``shown_peaks`` returned.
        moved: What ``refined`` returned.
        draws: Weights of fits to noise draws, shape ``(draws, columns)``.
        corrected_ev: What to add to measured energies.
        others: Fits of other things to the same regions, and by how much their ``sparse.score`` is worse.

    Returns:
        The components, by line, then by energy. Uncertainties are those of the draws, of the areas' last step, and of
        what else the spectrum may be made of.
    """
    peaks, setting = problem.dictionary.peaks, solution.setting
    owner = peaks.polymer[shown.peaks]
    factor = shown.areas * moved.factor[moved.of_peak]
    area, drawn = factor * solution.weights[owner], factor * draws[:, owner]
    energies = peaks.energy_ev[shown.peaks] + setting.shift_ev + setting.off_ev[shown.region] + corrected_ev
    energies = energies + moved.energy_ev[moved.of_peak]
    broader = setting.variance_ev2 + moved.variance_ev2[moved.of_peak]
    minor = peaks.is_kind("minor partner")[shown.peaks]
    lines = np.array([line for line, _ in shown.names])
    elsewhere = _elsewhere(problem, solution, others)
    found = []
    for line, name in dict.fromkeys(shown.names):
        here = np.array([pair == (line, name) for pair in shown.names])
        whole = lines == line
        part = area[here].sum() / max(area[whole].sum(), 1e-30)
        parts = drawn[:, here].sum(axis=1) / np.maximum(drawn[:, whole].sum(axis=1), 1e-30)
        spread = float(np.mean(np.square(parts - part))) if len(parts) else 0.0
        spread += _last_step(moved, area, here, whole, float(part))
        percent, uncertainty = 100.0 * float(part), 100.0 * float(np.sqrt(spread))
        if percent < max(LEAST_PERCENT, uncertainty):
            continue
        uncertainty = HONEST * float(np.hypot(uncertainty, 100.0 * elsewhere.get((line, name), 0.0)))
        uncertainty = float(np.hypot(uncertainty, UNSEEN)) if part < 1.0 else uncertainty
        main = here & ~minor if (here & ~minor).any() else here
        weight = area[main] / area[main].sum()
        middle = float(weight @ energies[main])
        variance = float(weight @ (np.square(energies[main] - middle) + broader[main]))
        width = float(weight @ np.square(peaks.fwhm_ev[shown.peaks[main]])) + FWHM_PER_EV2 * variance
        found.append(
            Component(
                line=line,
                name=name,
                energy_ev=middle,
                fwhm_ev=float(np.sqrt(max(width, 0.01))),
                area=float(area[here].sum()),
                percent=percent,
                uncertainty=uncertainty,
            )
        )
    order = list(LINES)
    return tuple(sorted(found, key=lambda component: (order.index(component.line), component.energy_ev)))


def _elsewhere(
    problem: Problem, solution: Solution, others: Sequence[tuple[Solution, float]]
) -> dict[tuple[str, str], float]:
    """Return by how much the components' parts of their lines differ in other fits, root mean squares by likelihood."""
    own = _parts(problem, solution)
    squares = dict.fromkeys(own, 0.0)
    whole = 1.0
    for other, worse in others:
        likely = float(np.exp(-max(worse, 0.0) / TOO_SURE))
        if likely < LEAST_LIKELY:
            continue
        parts = _parts(problem, other)
        whole += likely
        for key, part in own.items():
            squares[key] += likely * (parts.get(key, 0.0) - part) ** 2
    return {key: float(np.sqrt(square / whole)) for key, square in squares.items()}


def _parts(problem: Problem, solution: Solution) -> dict[tuple[str, str], float]:
    """Return the part of its line that each component of a fit has."""
    shown = shown_peaks(problem, solution)
    area = shown.areas * solution.weights[problem.dictionary.peaks.polymer[shown.peaks]]
    found: dict[tuple[str, str], float] = {}
    lines: dict[str, float] = {}
    for key, value in zip(shown.names, area.tolist(), strict=True):
        found[key] = found.get(key, 0.0) + value
        lines[key[0]] = lines.get(key[0], 0.0) + value
    return {key: value / max(lines[key[0]], 1e-30) for key, value in found.items()}


def _last_step(moved: Refined, area: Floats, here: NDArray[np.bool_], whole: NDArray[np.bool_], part: float) -> float:
    """Return the variance of a component's part of its line from that of the logarithms of areas."""
    count = len(moved.groups)
    total = max(float(area[whole].sum()), 1e-30)
    own = np.bincount(moved.of_peak[here], weights=area[here], minlength=count) / total
    all_of_line = np.bincount(moved.of_peak[whole], weights=area[whole], minlength=count) / total
    slope = own - part * all_of_line
    return max(float(slope @ moved.covariance @ slope), 0.0)


def parts_of(problem: Problem, solution: Solution, shown: Shown, draws: Floats) -> tuple[Part, ...]:
    """Say how much of the fitted area each column in use has, largest first; arguments as ``components_of``."""
    dictionary = problem.dictionary
    owner = dictionary.peaks.polymer[shown.peaks]
    area = np.bincount(owner, weights=shown.areas, minlength=len(dictionary.names))
    share = 100.0 * area * solution.weights / max(float(area @ solution.weights), 1e-30)
    drawn = 100.0 * area * draws / np.maximum(draws @ area, 1e-30)[:, None]
    spread = np.sqrt(np.mean(np.square(drawn - share), axis=0)) if len(draws) else np.zeros_like(share)
    order = [place for place in np.argsort(-share, kind="stable").tolist() if share[place] >= LEAST_PERCENT]
    found = []
    for place in order:
        name, kind = dictionary.names[place], dictionary.kinds[place]
        lines = {dictionary.peaks.line[peak] for peak in shown.peaks[owner == place].tolist()}
        words = f"{SEVERAL_OF[kind]} such as {name}" if kind in SEVERAL_OF and len(lines) == 1 else name
        found.append(Part(name, kind, float(share[place]), float(spread[place]), words))
    return tuple(found)
