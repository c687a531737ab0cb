"""Which polymers, alone or two together, explain a spectrum best, and what tells them apart."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

import numpy as np
from numpy.typing import NDArray

from xps_keras.fit.left_over import residual_share
from xps_keras.fit.refined import refined
from xps_keras.fit.result import Match
from xps_keras.fit.search import Search, Tried
from xps_keras.fit.shown import shown_peaks
from xps_keras.fit.solve import Problem, Solution
from xps_keras.fit.sparse import TOO_SURE

Floats = NDArray[np.float64]

MATCHES = 5
LIKELIEST = 4
"""Polymers that the network calls likeliest, and that are fitted whatever else is."""
LEAST_SHARE = 0.04
"""A second polymer of a smaller share is none."""
FITS = 0.10
"""Largest residual of a match: beyond it a polymer does not explain the spectrum."""
LEAST_OF_CARBON = 0.3
"""What of the carbon a match must make up, contamination and sp2 carbon being the rest."""
SAME = 0.02
"""Two polymers whose fits differ nowhere by more of a region's top cannot be told apart."""


@dataclass(frozen=True, eq=False)
class Nearest:
    """What a search found."""

    matches: tuple[Match, ...]
    """At most five, best first; none where none leaves less than a tenth."""
    tried: tuple[Tried, ...]
    """All fits that were made, of up to three polymers, best first."""


@dataclass(frozen=True, eq=False)
class _Seen:
    """A fit and what it leaves over."""

    tried: Tried
    residual: float
    """Part of the intensity that is left over after the last step of its components."""
    left: tuple[Floats, ...]
    """What it leaves over before that, in units of the data, per region."""


def nearest(
    problem: Problem,
    solution: Solution,
    others: Problem | None = None,
    anchor: tuple[float, float] | None = None,
) -> Nearest:
    """Find the polymers that explain a spectrum best.

    Contamination is allowed beside them, as well as what regions may differ by, and the foreign species of the whole
    fit.

    Args:
        problem: Regions and columns.
        solution: The whole fit, whose shift counts.
        others: The same regions with another library, whose polymers are searched instead.
        anchor: Prior of the shift, mean and standard deviation in eV, for scores that compare with the whole fit's.
    """
    searched = problem if others is None else others
    names = searched.dictionary.names
    search = Search(searched, solution, _weights_there(problem, solution, searched), problem.fitted(solution), anchor)
    odds = _odds(searched)
    twins = _named(search.twins(columns for _, columns in search.added(())), odds)
    tried = search.tried(twins)
    known = {one.columns for one in tried} | {(place,) for others in twins.values() for place in others}
    tried += [search.fitted((place,)) for place in _likeliest(search, odds) if (place,) not in known]
    tried = sorted(tried, key=lambda one: one.score)
    ranked = sorted(_distinct(tried, searched.dictionary.organic), key=lambda one: _unlikely(one, odds))
    looked = (_seen(searched, one) for one in ranked[: MATCHES + 2])
    fitting = list(islice((one for one in looked if one.residual <= FITS), MATCHES))
    apart = [*(_difference(searched, *pair) for pair in pairwise(fitting)), ("", None)][: len(fitting)]
    matches = tuple(
        Match(
            *_shares(searched, one.tried),
            residual=one.residual,
            same=tuple(names[place] for place in twins.get(one.tried.columns[0], ()) if len(one.tried.columns) == 1),
            difference=difference,
            difference_ev=at_ev,
        )
        for one, (difference, at_ev) in zip(fitting, apart, strict=True)
    )
    return Nearest(matches, tuple(tried))


def _odds(problem: Problem) -> Floats | None:
    """Return the logarithm of the odds of each polymer, shape ``(n,)``; None where no network says them."""
    if problem.knowledge is None or not problem.knowledge.polymers:
        return None
    said, names = problem.knowledge.polymers, problem.dictionary.names
    polymer = problem.dictionary.kind == "polymer"
    if not all(name in said for name, is_polymer in zip(names, polymer.tolist(), strict=True) if is_polymer):
        return None  # another library's polymers: nothing is known of most of them
    return np.array([said.get(name, 0.0) if here else 0.0 for name, here in zip(names, polymer.tolist(), strict=True)])


def _named(twins: dict[int, list[int]], odds: Floats | None) -> dict[int, list[int]]:
    """Let polymers that cannot be told apart here be called after the likeliest of them."""
    if odds is None:
        return twins
    groups = [sorted((first, *others), key=lambda place: -odds[place]) for first, others in twins.items()]
    return {first: others for first, *others in groups}


def _likeliest(search: Search, odds: Floats | None) -> list[int]:
    """Return the polymers that the network calls likeliest, whatever the fit to first order says of them."""
    if odds is None:
        return []
    return [int(place) for place in search.polymers[np.argsort(-odds[search.polymers], kind="stable")[:LIKELIEST]]]


def _unlikely(tried: Tried, odds: Floats | None) -> float:
    """Return what decides the order of matches: of fit and network, as two witnesses, the sum; less is better."""
    if odds is None:
        return tried.score / TOO_SURE
    return tried.score / TOO_SURE - float(odds[list(tried.columns)].sum())


def _seen(problem: Problem, tried: Tried) -> _Seen:
    """Let the components of a match take their last step, and see what is left over."""
    left = problem.left(tried.solution)
    last = left
    if problem.dictionary.spectra is None:
        last = list(refined(problem, tried.solution, shown_peaks(problem, tried.solution)).residuals)
    return _Seen(tried, residual_share(problem.stretches, last), tuple(left))


def _weights_there(problem: Problem, solution: Solution, searched: Problem) -> Floats:
    """Return the weights of a fit in the order of another dictionary, 0 for what it lacks."""
    if searched is problem:
        return solution.weights
    names, kinds = problem.dictionary.names, problem.dictionary.kinds
    known = {
        (names[place], kinds[place]): float(solution.weights[place]) for place in np.flatnonzero(solution.weights > 0)
    }
    other = searched.dictionary
    return np.array([known.get(pair, 0.0) for pair in zip(other.names, other.kinds, strict=True)])


def _distinct(tried: Sequence[Tried], organic: NDArray[np.bool_]) -> list[Tried]:
    """Leave out lists of three, what makes up little of the carbon, and pairs of which one is nothing or known."""
    found: list[Tried] = []
    for one in tried:
        if len(one.columns) > 2:
            continue
        weights = one.solution.weights[list(one.columns)]
        carbon = float(one.solution.weights[organic].sum())
        if weights.min() < LEAST_SHARE * weights.sum() or weights.sum() <= LEAST_OF_CARBON * carbon:
            continue
        if all(set(one.columns) != set(other.columns) for other in found):
            found.append(one)
    return found


def _shares(problem: Problem, tried: Tried) -> tuple[tuple[str, ...], tuple[float, ...]]:
    weights = tried.solution.weights[list(tried.columns)]
    order = np.argsort(-weights, kind="stable")
    names = tuple(problem.dictionary.names[tried.columns[place]] for place in order.tolist())
    return names, tuple(float(weights[place] / weights.sum()) for place in order.tolist())


def _difference(problem: Problem, one: _Seen, other: _Seen) -> tuple[str, float | None]:
    """Say where the fits of two matches differ most, over the error of the data, and give the energy in eV."""
    best: tuple[float, str, float] | None = None
    names = " + ".join(_shares(problem, other.tried)[0])
    largest = 0.0
    for place, stretch in enumerate(problem.stretches):
        apart = other.left[place] - one.left[place]
        top = max(float(np.sort(stretch.net)[-5:].mean()), 1e-30)
        at = int(np.argmax(np.abs(apart / stretch.error)))
        largest = max(largest, float(np.abs(apart).max()) / top)
        size = abs(float(apart[at] / stretch.error[at]))
        if best is None or size > best[0]:
            word = "lower" if apart[at] > 0 else "higher"  # what the other leaves over, it lacks
            energy = float(stretch.energy_ev[at]) - one.tried.solution.setting.shift_ev
            amount = 100.0 * abs(float(apart[at])) / top
            best = (size, f"{names} is {amount:.0f} % of the top {word} at {stretch.name} {energy:.1f} eV", energy)
    if best is None or largest < SAME:
        return f"{names} cannot be told from it in these regions", None
    return best[1:]
