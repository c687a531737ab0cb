"""A short list of columns: what a fit can do without is left out, and refitting noise says how sure the rest is."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from xps_keras.fit.nonnegative import nonnegative
from xps_keras.fit.solve import Problem, Solution, fit_at

Floats = NDArray[np.float64]

LEAST_GAIN = {"contamination": 3.0, "sp2 carbon": 6.0, "environment": 7.0, "polymer": 5.0}
"""Half chi-squares that a column has to bring: half the logarithm of a few hundred points (Schwarz, Ann. Stat. 6
(1978) 461), and the logarithm of how many of its kind there are to choose from."""
FOREIGN_GAIN = 8.0
"""The same for all other kinds."""
HIDDEN_GAIN = 4.0
"""What a column has to bring on top of that whose lines were not all recorded."""
MOST_COLUMNS = 25
DRAWS = 24
SEED = 15
"""The draws are the same every time: an answer does not change from run to run."""


def score(problem: Problem, solution: Solution, anchor: tuple[float, float] | None = None) -> float:
    """Return half chi-square with all priors, and what the columns in use have to bring: less is better.

    It compares fits of different columns, at different shifts.
    """
    away = 0.0 if anchor is None else 0.5 * ((solution.setting.shift_ev - anchor[0]) / anchor[1]) ** 2
    used = np.flatnonzero(solution.weights > 0)
    brought = float(gains(problem, solution.setting.shift_ev)[used].sum())
    return solution.objective + away + brought + problem.unlikely(used)


def gains(problem: Problem, shift_ev: float) -> Floats:
    """Return what each column has to bring, in half chi-squares, shape ``(n,)``."""
    own = np.array([LEAST_GAIN.get(kind, FOREIGN_GAIN) for kind in problem.dictionary.kinds])
    carbon_only = len(problem.stretches) == 1
    return np.asarray(own + HIDDEN_GAIN * (0.5 if carbon_only else 1.0) * problem.hidden_at(shift_ev), np.float64)


def pruned(
    problem: Problem,
    solution: Solution,
    anchor: tuple[float, float] | None,
    rounds: int = 4,
    keep: Sequence[int] = (),
) -> Solution:
    """Leave out, one after another, the columns that bring least, and fit once more.

    Args:
        problem: Regions and columns.
        solution: A fit.
        anchor: Prior of the shift for the fit that is returned.
        rounds: Steps of that fit.
        keep: Columns that stay.

    Returns:
        A fit of fewer columns.
    """
    kinds = np.array(problem.dictionary.kinds)
    active = np.flatnonzero(solution.weights > 0)
    if active.size > MOST_COLUMNS:
        active = active[np.argsort(-solution.weights[active], kind="stable")[:MOST_COLUMNS]]
    active = np.union1d(active, np.array(keep, np.int64))
    # Contamination may take the place of what is left out.
    active = np.union1d(active, np.flatnonzero((kinds == "contamination") & problem.allowed))
    gain = gains(problem, solution.setting.shift_ev)[active]
    gram, target = problem.normal(problem.design(solution.setting, active), active)
    kept = np.arange(active.size)
    weights = nonnegative(gram, target)
    value = 0.5 * weights @ gram @ weights - target @ weights
    needed = np.isin(active, keep)
    while kept.size > 1 and not needed[kept].all():
        least = gain[kept] - _of_groups(problem, active[kept], weights)
        loss = losses(gram[np.ix_(kept, kept)], weights) - least
        place = int(np.argmin(np.where(needed[kept], np.inf, loss)))
        rest = np.delete(kept, place)
        block, wanted = gram[np.ix_(rest, rest)], target[rest]
        found = np.delete(weights, place)
        if weights[place] > 0.0:
            found = nonnegative(block, wanted, found)
        lost = float(0.5 * found @ block @ found - wanted @ found - value)
        if lost >= least[place]:
            if loss[place] >= 0.0:
                break  # what is left costs more still
            needed[kept[place]] = True
            continue
        kept, weights, value = rest, found, value + lost
    return fit_at(
        problem,
        solution.setting.shift_ev,
        rounds=rounds,
        anchor=anchor,
        setting=solution.setting,
        columns=active[kept],
    )


def _of_groups(problem: Problem, columns: NDArray[np.int64], weights: Floats) -> Floats:
    """Return what is lost of likely groups, or won of unlikely ones, without each column, shape ``(n,)``."""
    found = np.zeros(columns.size)
    if problem.knowledge is not None:
        used = weights > 0
        found[used] = problem.knowledge.without(problem.dictionary.groups[columns[used]])
    return found


def losses(gram: Floats, weights: Floats) -> Floats:
    """Return about how much each column's absence would cost, in half chi-squares, shape ``(n,)``.

    It is exact where the other weights may become negative, and 0 for columns that are not in use.
    """
    used = np.flatnonzero(weights > 0)
    block = gram[np.ix_(used, used)]
    block = block + 1e-10 * np.trace(block) / max(used.size, 1) * np.eye(used.size)
    losses = np.zeros(len(weights))
    losses[used] = 0.5 * np.square(weights[used]) / np.maximum(np.diag(np.linalg.inv(block)), 1e-300)
    return losses


def noise_draws(problem: Problem, solution: Solution) -> Floats:
    """Fit the same columns, and those that come near to being used, to data that noise has drawn anew.

    The noise is that of ``Stretch.whitening``: counting and the errors of the library.

    Args:
        problem: Regions and columns.
        solution: The fit.

    Returns:
        Weights, shape ``(DRAWS, columns)``.
    """
    columns = np.flatnonzero(solution.weights > 0)
    design = problem.design(solution.setting, columns)
    gram, target = problem.normal(design, columns)
    weights = solution.weights[columns]
    values, vectors = np.linalg.eigh(gram)
    spread = vectors * np.sqrt(np.maximum(values, 0.0))
    normal = np.random.default_rng(SEED).standard_normal((DRAWS, columns.size))
    found = np.zeros((DRAWS, len(problem.allowed)))
    for draw, noise in enumerate(normal):
        found[draw, columns] = nonnegative(gram, target + spread @ noise, weights)
    return found
