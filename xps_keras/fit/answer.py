"""From regions and a first guess of the shift to the typed answer: fit, components, parts, what is left, matches."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xps_keras.fit.components import components_of, parts_of
from xps_keras.fit.curves import fitted_regions
from xps_keras.fit.deadline import Deadline
from xps_keras.fit.dictionary import Dictionary
from xps_keras.fit.knowledge import Knowledge
from xps_keras.fit.left_over import Left, left_over, residual_share
from xps_keras.fit.nearest import nearest
from xps_keras.fit.refined import refined
from xps_keras.fit.result import Fit, Match, Method, Unexplained
from xps_keras.fit.shown import shown_peaks
from xps_keras.fit.solve import FitError, Problem, Solution, fit_at
from xps_keras.fit.sparse import noise_draws, pruned, score
from xps_keras.fit.stretches import Stretch
from xps_keras.preprocessing.channels import Channels

Floats = NDArray[np.float64]

ENVIRONMENTS_FROM = 0.035
"""Residual from which single environments may stand in for polymers that the library lacks."""
BESIDE_EV = (0.0, -0.25, 0.25)
"""Where fits of one reading begin."""
SAME_EV = 0.03
"""Fits that come nearer to each other are one."""
SLACK_EV = 0.12
"""How far the first steps go from there, a standard deviation in eV."""


@dataclass(frozen=True, eq=False)
class Fitted:
    """A fit with all that its answer is made of."""

    problem: Problem
    solution: Solution
    score: float
    """Compares fits at different shifts, see ``sparse.score``."""
    residual: float
    """Part of the intensity that it leaves over."""
    anchor: tuple[float, float] | None = None
    """Prior of the shift that it was made with, mean and standard deviation in eV."""


def best_fit(
    dictionary: Dictionary,
    stretches: Sequence[Stretch],
    shift_ev: float,
    anchor: tuple[float, float] | None,
    deadline: Deadline | None = None,
    knowledge: Knowledge | None = None,
) -> Fitted:
    """Fit at a reading, with few columns.

    Args:
        dictionary: What the spectrum may be made of.
        stretches: The regions, C 1s first.
        shift_ev: First guess of the shift in eV.
        anchor: Prior of the shift, mean and standard deviation in eV; None for none.
        deadline: As for ``Problem``.
        knowledge: As for ``Problem``.

    Returns:
        The fit; single environments are in it only where polymers and species leave something over.
    """
    problem = Problem(dictionary, stretches, dictionary.without_kinds("environment"), deadline, knowledge)
    found = _best(problem, shift_ev, anchor)
    first = _looked_at(problem, found, anchor)
    if first.residual < ENVIRONMENTS_FROM:
        return first
    wider = Problem(dictionary, stretches, None, deadline, knowledge)
    other = _best(wider, found.setting.shift_ev, anchor, (0.0,))
    return min(first, _looked_at(wider, other, anchor), key=lambda one: one.score)


def _best(
    problem: Problem,
    shift_ev: float,
    anchor: tuple[float, float] | None,
    beginnings_ev: Sequence[float] = BESIDE_EV,
) -> Solution:
    """Fit from a reading and from either side of it, for there is more than one minimum; the best short one."""
    begun: list[Solution] = []
    for beside in beginnings_ev if anchor is None or anchor[1] > 0.02 else (0.0,):
        near = (shift_ev + beside, SLACK_EV)
        found = fit_at(problem, shift_ev + beside, rounds=3, anchor=near)
        if all(abs(found.setting.shift_ev - one.setting.shift_ev) > SAME_EV for one in begun):
            begun.append(found)
    tried = [pruned(problem, one, anchor) for one in begun]
    return min(tried, key=lambda one: score(problem, one, anchor))


def _looked_at(problem: Problem, solution: Solution, anchor: tuple[float, float] | None) -> Fitted:
    residuals = problem.left(solution)
    share = residual_share(problem.stretches, residuals)
    return Fitted(problem, solution, score(problem, solution, anchor), share, anchor)


@dataclass(frozen=True, eq=False)
class Compared:
    """A fit beside others."""

    fitted: Fitted
    """The best of them."""
    matches: tuple[Match, ...]
    others: tuple[tuple[Solution, float], ...]
    """All others, and by how much their scores are worse."""
    note: str | None = None
    """Why there are none; None where they were looked for."""


def compared(fitted: Fitted) -> Compared:
    """Look for the nearest polymers, and take one or two of them for the fit where they explain it better.

    A list that was made short by leaving out one column after another may miss the shortest.
    """
    try:
        found = nearest(fitted.problem, fitted.solution, anchor=fitted.anchor)
    except FitError as error:  # the fit itself stands all the same
        return Compared(fitted, (), (), f"The search for the nearest polymers was given up: {error}.")
    best = fitted
    if found.tried and found.tried[0].score < fitted.score:
        best = _looked_at(fitted.problem, found.tried[0].solution, fitted.anchor)
    fits = [(fitted.solution, fitted.score), *((one.solution, one.score) for one in found.tried)]
    others = tuple((one, worse - best.score) for one, worse in fits if one is not best.solution)
    return Compared(best, found.matches, others)


def clearly_left(problem: Problem, residuals: Sequence[Floats]) -> tuple[Left, ...]:
    """Return what is clearly left over, largest first; residuals in units of the data."""
    left = [
        one
        for stretch, residual in zip(problem.stretches, residuals, strict=True)
        for one in left_over(stretch, residual)[2]
    ]
    return tuple(sorted(left, key=lambda one: -abs(one.percent)))


def answer_of(fitted: Fitted, channels: Channels, method: Method, shift_ev: float, moved_ev: float) -> Fit:
    """Turn a fit into its answer.

    Args:
        fitted: The fit.
        channels: The file's regions, for curves.
        method: Who decided the shift.
        shift_ev: Shift of the answer on the scale of the library in eV: energies are corrected by it.
        moved_ev: Chosen reference minus the library's.

    Returns:
        The typed answer.
    """
    found = compared(fitted)
    problem, solution = found.fitted.problem, found.fitted.solution
    draws = noise_draws(problem, solution)
    shown = shown_peaks(problem, solution)
    moved = refined(problem, solution, shown)
    left = clearly_left(problem, moved.residuals)
    return Fit(
        method=method,
        shift_ev=solution.setting.shift_ev - moved_ev,
        shift_uncertainty_ev=solution.shift_uncertainty_ev,
        broadening_ev=float(np.sqrt(max(solution.setting.variance_ev2, 0.0))),
        residual=residual_share(problem.stretches, moved.residuals),
        parts=parts_of(problem, solution, shown, draws),
        components=components_of(problem, solution, shown, moved, draws, moved_ev - shift_ev, found.others),
        unexplained=tuple(Unexplained(one.region, one.energy_ev - shift_ev + moved_ev, one.percent) for one in left),
        nearest=found.matches,
        regions=fitted_regions(problem, solution, shown, moved, channels),
        note=found.note,
    )
