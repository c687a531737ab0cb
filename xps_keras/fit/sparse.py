"""A short list of columns: what a fit can do without is left out, and refitting noise says how sure the rest is."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from xps_keras.fit.nonnegative import Swept, nonnegative
from xps_keras.fit.solve import Problem, Setting, Solution, fit_at

Floats = NDArray[np.float64]

LEAST_GAIN = {"contamination": 3.0, "sp2 carbon": 6.0, "environment": 7.0, "polymer": 5.0}
"""Half chi-squares that a column has to bring: half the logarithm of a few hundred points (Schwarz, Ann. Stat. 6
(1978) 461), and the logarithm of how many of its kind there are to choose from."""
FOREIGN_GAIN = 8.0
"""The same for all other kinds."""
HIDDEN_GAIN = 4.0
"""What a column has to bring on top of that whose lines were not all recorded."""
STRAY_GAIN = 8.0
"""The same of one peak that is another element's line: an analyst who suspects palladium looks at its 3d line."""
TOO_SURE = 6.0
"""By what scores of fits of other things are too far apart to be likelihoods: no table is quite that of the sample."""
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
    own = _least_gains(problem.dictionary.kinds)
    carbon_only = len(problem.stretches) == 1
    hidden = HIDDEN_GAIN * (0.5 if carbon_only else 1.0) * problem.hidden_at(shift_ev)
    return np.asarray(own + hidden + STRAY_GAIN * problem.dictionary.stray, np.float64)


@lru_cache(maxsize=8)
def _least_gains(kinds: tuple[str, ...]) -> Floats:
    return np.array([LEAST_GAIN.get(kind, FOREIGN_GAIN) for kind in kinds])


def shortest(
    problem: Problem,
    setting: Setting,
    columns: NDArray[np.int64],
    anchor: tuple[float, float] | None,
    rounds: int = 4,
    keep: Sequence[int] = (),
) -> Solution:
    """Leave out, one after another, the columns that bring least, and fit once more.

    Args:
        problem: Regions and columns.
        setting: Where a fit stands.
        columns: What it is made of.
        anchor: Prior of the shift for the fit that is returned.
        rounds: Steps of that fit.
        keep: Columns that stay.

    Returns:
        A fit of fewer columns.
    """
    # Contamination may take the place of what is left out.
    inside = (problem.dictionary.kind == "contamination") & problem.allowed
    inside[columns] = True
    active = np.flatnonzero(inside)
    gain = gains(problem, setting.shift_ev)[active]
    swept = Swept(*problem.normal(problem.design(setting, active), active))
    swept.settle(inside[active].astype(float))
    kept = np.ones(active.size, bool)
    needed = np.isin(active, np.array(keep, np.int64))
    while kept.sum() > 1 and not needed[kept].all():
        least = gain - _of_groups(problem, active, swept.used & kept)
        loss = swept.losses - least
        place = int(np.argmin(np.where(needed | ~kept, np.inf, loss)))
        without = swept
        if swept.used[place]:
            without = swept.copy()
            without.switch(place)
            without.allowed[place] = False
            without.settle()
        if without.value - swept.value >= least[place]:
            if loss[place] >= 0.0:
                break  # what is left costs more still
            needed[place] = True
            continue
        kept[place] = without.allowed[place] = False
        swept = without
    return fit_at(problem, setting.shift_ev, rounds=rounds, anchor=anchor, setting=setting, columns=active[kept])


def pruned(problem: Problem, solution: Solution, anchor: tuple[float, float] | None) -> Solution:
    """Do the work of ``shortest`` for what a fit is made of, the largest when it is much; arguments as there."""
    used = np.flatnonzero(solution.weights > 0)
    if used.size > MOST_COLUMNS:
        used = used[np.argsort(-solution.weights[used], kind="stable")[:MOST_COLUMNS]]
    return shortest(problem, solution.setting, used, anchor)


def _of_groups(problem: Problem, columns: NDArray[np.int64], used: NDArray[np.bool_]) -> Floats:
    """Return what is lost of likely groups, or won of unlikely ones, without each column, shape ``(n,)``."""
    found = np.zeros(columns.size)
    if problem.knowledge is not None:
        found[used] = problem.knowledge.without(problem.dictionary.groups[columns[used]])
    return found


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
    gram, target = problem.normal(problem.design(solution.setting, columns), columns)
    whole = Swept(gram, target)
    whole.settle(solution.weights[columns])
    values, vectors = np.linalg.eigh(gram)
    noise = np.random.default_rng(SEED).standard_normal((DRAWS, columns.size))
    noise = noise @ (vectors * np.sqrt(np.maximum(values, 0.0))).T
    inside = np.flatnonzero(whole.used)
    drawn = np.zeros((DRAWS, columns.size))
    drawn[:, inside] = whole.weights[inside] - noise[:, inside] @ whole.table[np.ix_(inside, inside)]
    for draw in np.flatnonzero((drawn < 0.0).any(axis=1)).tolist():
        drawn[draw] = nonnegative(gram, target + noise[draw], solution.weights[columns])
    found = np.zeros((DRAWS, len(problem.allowed)))
    found[:, columns] = drawn
    return found
