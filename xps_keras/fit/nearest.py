"""Which polymers, alone or two together, explain a spectrum best, and what tells them apart."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from xps_keras.fit.dictionary import common_polymers
from xps_keras.fit.left_over import residual_share
from xps_keras.fit.nonnegative import nonnegative
from xps_keras.fit.refined import refined
from xps_keras.fit.result import Match
from xps_keras.fit.shown import shown_peaks
from xps_keras.fit.solve import Problem, Setting, Solution, fit_at
from xps_keras.fit.sparse import gains, losses, pruned, score

Floats = NDArray[np.float64]

MATCHES = 5
LOOKED = 30
"""Polymers that are looked at, of those that come first at the shift of the whole fit."""
SINGLES = 9
"""Polymers that are fitted one by one, those that cannot be told apart counted once."""
PARTNERS = 6
"""Polymers of which pairs are made."""
PAIRS = 3
"""Pairs that are fitted."""
SCALED = 0.12
"""Standard deviation of the logarithm of a region's intensity against C 1s, beside that of the whole fit."""
APART_EV = 0.12
"""The same of its energy in eV."""
WITHIN_EV = 0.1
"""Standard deviation in eV by which the shift of a match may differ from that of the whole fit."""
LEAST_SHARE = 0.04
"""A second polymer of a smaller share is none."""
FITS = 0.10
"""Largest residual of a match: beyond it a polymer does not explain the spectrum."""
LEAST_OF_CARBON = 0.3
"""What of the carbon a match must make up, contamination and sp2 carbon being the rest."""
TWINS = 0.1
"""Polymers whose fits differ by fewer half chi-squares are one match: nothing that was recorded tells them apart."""
SAME = 0.02
"""Two polymers whose fits differ nowhere by more of a region's top cannot be told apart."""


@dataclass(frozen=True, eq=False)
class _Tried:
    columns: tuple[int, ...]
    solution: Solution
    score: float
    """What ``sparse.score`` says."""
    residual: float = 1.0
    """Part of the intensity that is left over after the last step of its components."""
    left: tuple[Floats, ...] = ()


def nearest(problem: Problem, solution: Solution, others: Problem | None = None) -> tuple[Match, ...]:
    """Find the polymers that explain a spectrum best.

    Contamination is allowed beside them, as well as what regions may differ by, and the foreign species of the whole
    fit.

    Args:
        problem: Regions and columns.
        solution: The whole fit, whose shift counts.
        others: The same regions with another library, whose polymers are searched instead.

    Returns:
        At most five matches, best first; none where none leaves less than a tenth.
    """
    searched = problem if others is None else others
    dictionary = searched.dictionary
    kinds = np.array(dictionary.kinds)
    polymers = np.flatnonzero((kinds == "polymer") & searched.allowed)
    polymers = polymers[np.isin(polymers, searched.columns_at(solution.setting.shift_ev))]
    weights = _weights_there(problem, solution, searched)
    foreign = ~np.isin(kinds, ("polymer", "environment")) & (weights > 0)
    beside = np.flatnonzero((kinds == "contamination") | foreign)
    freedoms = _freedoms(problem, solution)
    search = _Search(searched, solution.setting, freedoms, beside)
    twins = search.twins(search.ranked(polymers))
    tried = [search.fitted((place,)) for place in twins]
    tried.sort(key=lambda one: one.score)
    inside = [int(place) for place in np.argsort(-weights, kind="stable")[:8] if kinds[place] == "polymer"][:4]
    heads = {place: head for head, others in twins.items() for place in others}
    inside = [heads.get(place, place) for place in inside if weights[place] > 0 and place in polymers]
    partners = list(dict.fromkeys([*inside, *(one.columns[0] for one in tried)]))[:PARTNERS]
    tried += [search.fitted(pair) for pair in search.pairs(partners)[:PAIRS]]
    tried = _distinct(sorted(tried, key=lambda one: one.score), dictionary.organic)[: MATCHES + 2]
    fitting = [one for one in map(search.looked_at, tried) if one.residual <= FITS][:MATCHES]
    return tuple(
        Match(
            *_shares(searched, one),
            residual=one.residual,
            same=tuple(dictionary.names[place] for place in twins.get(one.columns[0], ()) if len(one.columns) == 1),
            difference=_difference(searched, one, fitting[place + 1]) if place + 1 < len(fitting) else "",
        )
        for place, one in enumerate(fitting)
    )


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


def _freedoms(problem: Problem, solution: Solution) -> list[tuple[Floats, Floats]]:
    """Return per region what may differ from the whole fit, to first order.

    Background, scale and energy, each times its standard deviation; and the inverse of their products with the prior.
    """
    found = []
    for place, (stretch, fitted) in enumerate(zip(problem.stretches, problem.fitted(solution), strict=True)):
        scaled = fitted * (SCALED if place else 1e-6)
        moved = -np.gradient(fitted, stretch.step_ev) * (APART_EV if place else WITHIN_EV)
        shapes = np.concatenate([problem.shapes[place], np.stack([scaled, moved])]) @ stretch.whitening.T
        found.append((shapes, np.asarray(np.linalg.inv(shapes @ shapes.T + np.eye(len(shapes))), np.float64)))
    return found


@dataclass(frozen=True, eq=False)
class _Search:
    """The search of one spectrum."""

    problem: Problem
    setting: Setting
    freedoms: list[tuple[Floats, Floats]]
    beside: NDArray[np.int64]
    """Columns that are allowed beside every polymer."""

    def ranked(self, polymers: NDArray[np.int64]) -> list[int]:
        """Return polymers in the order in which each alone explains the spectrum at the whole fit's shift."""
        own, cross = np.zeros(polymers.size), np.zeros((polymers.size, self.beside.size))
        target = -self.problem.prices(polymers)
        for design, rest, data, (shapes, inverse) in zip(
            self.problem.design(self.setting, polymers),
            self.problem.design(self.setting, self.beside),
            self.problem.data,
            self.freedoms,
            strict=True,
        ):
            products = design @ shapes.T
            lowered = products @ inverse
            own += np.einsum("ij,ij->i", design, design) - np.einsum("ij,ij->i", lowered, products)
            cross += design @ rest.T - lowered @ (shapes @ rest.T)
            target += design @ data - lowered @ (shapes @ data)
        gram, wanted = self._normal(self.beside)
        brought = gains(self.problem, self.setting.shift_ev)
        values = []
        for place in range(polymers.size):
            block = np.block([[np.array([[own[place]]]), cross[place : place + 1]], [cross[place, :, None], gram]])
            columns = np.append(polymers[place], self.beside)
            values.append(self._value(block, np.append(target[place], wanted), columns, brought, 1))
        return [int(polymers[place]) for place in np.argsort(values, kind="stable")]

    def twins(self, ranked: Sequence[int]) -> dict[int, list[int]]:
        """Return the first polymers that differ in the regions recorded, and with each those that do not.

        Where one of them is in common use, the others stand behind it.
        """
        looked = np.array(ranked[:LOOKED], np.int64)
        curves = np.concatenate(self.problem.design(self.setting, looked), axis=1)
        size = np.maximum(np.square(curves).sum(axis=1), 1e-30)
        amount = np.square(curves @ np.concatenate(self.problem.data) / size)  # squares of the weights of each alone
        apart = 0.5 * amount * (size - np.square(curves @ curves.T) / size[:, None])
        found: dict[int, list[int]] = {}
        for place in range(looked.size):
            first = next((one for one in found if apart[one, place] < TWINS), None)
            if first is not None:
                found[first].append(place)
            elif len(found) < SINGLES:
                found[place] = [place]
        usual = [self.problem.dictionary.names[place] in common_polymers() for place in looked.tolist()]
        groups = [sorted(group, key=lambda place: not usual[place]) for group in found.values()]
        return {int(looked[first]): [int(looked[place]) for place in others] for first, *others in groups}

    def pairs(self, partners: Sequence[int]) -> list[tuple[int, ...]]:
        """Return pairs in the order in which they explain the spectrum."""
        chosen = np.array(partners, np.int64)
        gram, target = self._normal(np.concatenate([chosen, self.beside]))
        brought = gains(self.problem, self.setting.shift_ev)
        others = np.arange(chosen.size, chosen.size + self.beside.size)
        found = []
        for first in range(chosen.size):
            for second in range(first + 1, chosen.size):
                some = np.concatenate([[first, second], others])
                columns = np.concatenate([chosen[[first, second]], self.beside])
                value = self._value(gram[np.ix_(some, some)], target[some], columns, brought, 2)
                found.append((value, (int(chosen[first]), int(chosen[second]))))
        return [pair for _, pair in sorted(found)]

    def fitted(self, columns: tuple[int, ...]) -> _Tried:
        """Fit one or two polymers."""
        problem, setting = self.problem, self.setting
        anchor = (setting.shift_ev, WITHIN_EV)
        whole = np.sort(np.concatenate([columns, self.beside])).astype(np.int64)
        found = fit_at(problem, setting.shift_ev, rounds=3, anchor=anchor, setting=setting, columns=whole)
        if (found.weights[self.beside] > 0).any():
            found = pruned(problem, found, anchor, rounds=2, keep=columns)
        return _Tried(columns, found, score(problem, found, anchor))

    def looked_at(self, tried: _Tried) -> _Tried:
        """Let the components of a match take their last step, and see what is left over."""
        problem, solution = self.problem, tried.solution
        left = problem.left(solution)
        if problem.dictionary.spectra is None:
            left = list(refined(problem, solution, shown_peaks(problem, solution)).residuals)
        return replace(tried, residual=residual_share(problem.stretches, left), left=tuple(problem.left(solution)))

    def _value(self, gram: Floats, target: Floats, columns: NDArray[np.int64], brought: Floats, polymers: int) -> float:
        """Return about what ``sparse.score`` would say of some polymers, which stand first, and what is beside them."""
        weights = nonnegative(gram, target)
        used = weights > 0
        used[:polymers] = True
        cost = np.minimum(losses(gram, weights), brought[columns])
        cost[:polymers] = brought[columns[:polymers]]
        value = float(0.5 * weights @ gram @ weights - target @ weights) + float(cost.sum())
        return value + self.problem.unlikely(columns[used])

    def _normal(self, columns: NDArray[np.int64]) -> tuple[Floats, Floats]:
        gram = np.zeros((columns.size, columns.size))
        target = -self.problem.prices(columns)
        for design, data, (shapes, inverse) in zip(
            self.problem.design(self.setting, columns), self.problem.data, self.freedoms, strict=True
        ):
            products = design @ shapes.T
            lowered = products @ inverse
            gram += design @ design.T - lowered @ products.T
            target += design @ data - lowered @ (shapes @ data)
        return gram, target


def _distinct(tried: Sequence[_Tried], organic: NDArray[np.bool_]) -> list[_Tried]:
    """Leave out what makes up little of the carbon, pairs of which one is nothing, and what was found before."""
    found: list[_Tried] = []
    for one in tried:
        weights = one.solution.weights[list(one.columns)]
        carbon = float(one.solution.weights[organic].sum())
        if weights.min() < LEAST_SHARE * weights.sum() or weights.sum() <= LEAST_OF_CARBON * carbon:
            continue
        if all(set(one.columns) != set(other.columns) for other in found):
            found.append(one)
    return found


def _shares(problem: Problem, tried: _Tried) -> tuple[tuple[str, ...], tuple[float, ...]]:
    weights = tried.solution.weights[list(tried.columns)]
    order = np.argsort(-weights, kind="stable")
    names = tuple(problem.dictionary.names[tried.columns[place]] for place in order.tolist())
    return names, tuple(float(weights[place] / weights.sum()) for place in order.tolist())


def _difference(problem: Problem, one: _Tried, other: _Tried) -> str:
    """Say where the fits of two matches differ most, over the error of the data."""
    best: tuple[float, str] | None = None
    names = " + ".join(_shares(problem, other)[0])
    largest = 0.0
    for place, stretch in enumerate(problem.stretches):
        apart = other.left[place] - one.left[place]
        top = max(float(np.sort(stretch.net)[-5:].mean()), 1e-30)
        at = int(np.argmax(np.abs(apart / stretch.error)))
        largest = max(largest, float(np.abs(apart).max()) / top)
        size = abs(float(apart[at] / stretch.error[at]))
        if best is None or size > best[0]:
            word = "lower" if apart[at] > 0 else "higher"  # what the other leaves over, it lacks
            energy = float(stretch.energy_ev[at]) - one.solution.setting.shift_ev
            amount = 100.0 * abs(float(apart[at])) / top
            best = (size, f"{names} is {amount:.0f} % of the top {word} at {stretch.name} {energy:.1f} eV")
    if best is None or largest < SAME:
        return f"{names} cannot be told from it in these regions"
    return best[1]
