"""Which polymers, one to three together, explain a spectrum: ranked at a shift to first order, then fitted."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xps_keras.fit.nonnegative import Swept
from xps_keras.fit.solve import Problem, Solution
from xps_keras.fit.sparse import gains, score, shortest
from xps_keras.library.loading import common_polymers

Floats = NDArray[np.float64]
Columns = tuple[int, ...]

LOOKED = 20
"""Polymers that are looked at, of those that come first at the shift of the whole fit."""
MOST_POLYMERS = 300
"""Polymers of a large library of which combinations are looked at."""
SINGLES = 8
"""Polymers that are fitted one by one, those that cannot be told apart counted once."""
BEGUN = 6
"""Polymers that pairs begin with."""
ADDED = 5
"""Polymers that are looked at beside each beginning."""
BEYOND = 4
"""So many more are looked at than are wanted: the first guess of their order may be wrong."""
PAIRS = 4
"""Pairs that are fitted."""
MORE = 2
"""Lists of three polymers, or of the whole fit's with one exchanged, that are fitted."""
SCALED = 0.12
"""Standard deviation of the logarithm of a region's intensity against C 1s, beside that of the whole fit."""
APART_EV = 0.12
"""The same of its energy in eV."""
WITHIN_EV = 0.1
"""Standard deviation in eV by which the shift of a fit may differ from that of the whole fit."""
TWINS = 0.1
"""Polymers whose fits differ by fewer half chi-squares are one: nothing that was recorded tells them apart."""


@dataclass(frozen=True, eq=False)
class Tried:
    """A fit of some polymers with what stands beside them."""

    columns: Columns
    """The polymers."""
    solution: Solution
    score: float
    """What ``sparse.score`` says."""


class Search:
    """The search of one spectrum.

    Args:
        problem: Regions, and the columns of the library that is searched.
        solution: The whole fit, whose shift counts.
        weights: Its weights in the order of that library, shape ``(n,)``.
        fitted: Its curves in units of the data, per region.
        anchor: Prior of the shift by which fits are judged; that by which they are held when None.
    """

    def __init__(
        self,
        problem: Problem,
        solution: Solution,
        weights: Floats,
        fitted: Sequence[Floats],
        anchor: tuple[float, float] | None = None,
    ) -> None:
        self.problem, self.setting, self.anchor = problem, solution.setting, anchor
        kinds = problem.dictionary.kind
        inside = problem.columns_at(self.setting.shift_ev)
        foreign = ~np.isin(kinds, ("polymer", "environment")) & (weights > 0)
        self.beside = np.flatnonzero((kinds == "contamination") | foreign)
        """Columns that are allowed beside every polymer."""
        self.freedoms = _freedoms(problem, fitted)
        self.brought = gains(problem, self.setting.shift_ev)
        polymers = inside[kinds[inside] == "polymer"]
        if polymers.size > MOST_POLYMERS:
            polymers = self._first(polymers)
        self.columns = np.concatenate([polymers, self.beside]).astype(np.int64)
        self.polymers = polymers
        self.swept = Swept(*self._normal())
        self.whole: Columns = tuple(
            int(place)
            for place in np.argsort(-weights, kind="stable").tolist()
            if weights[place] > 0 and place in polymers
        )
        """Polymers of the whole fit, largest first."""

    def added(self, base: Columns, most: int = LOOKED) -> list[tuple[float, Columns]]:
        """Find the polymers that explain most beside others.

        Args:
            base: The others.
            most: Number that is wanted.

        Returns:
            About what ``sparse.score`` would say of each list, and the list; best first.
        """
        count = self.polymers.size
        inside = np.flatnonzero(np.isin(self.polymers, base))
        fixed = np.concatenate([inside, np.arange(count, self.columns.size)])
        swept = self.swept.copy()
        swept.allowed[:count] = False
        swept.allowed[inside] = True
        swept.settle()
        # A first guess, by which few are looked at more closely: here what stands beside a polymer may be negative.
        own = np.diag(swept.table)[:count]
        slope = np.maximum(swept.table[-1, :count], 0.0)
        gained = 0.5 * np.square(slope) / np.maximum(own, 1e-6 * np.diag(self.swept.table)[:count] + 1e-30)
        least = self.brought[self.polymers] + self.problem.unlikely_at_least(self.polymers) - gained
        least += float(self.brought[list(base)].sum()) + swept.value
        found: list[tuple[float, Columns]] = []
        for place in np.argsort(least, kind="stable")[: most + BEYOND].tolist():
            new = int(self.polymers[place])
            if new not in base:
                some = np.append(fixed, place)
                found.append((self._value(swept.part(some), some, len(inside)), (*base, new)))
        return sorted(found)[:most]

    def twins(self, ranked: Iterable[Columns]) -> dict[int, list[int]]:
        """Return the first polymers that differ in the regions recorded, and with each those that do not.

        Where one of them is in common use, the others stand behind it.
        """
        looked = np.array([columns[0] for columns in ranked], np.int64)
        curves = self.problem.design(self.setting, looked)
        size = np.maximum(np.square(curves).sum(axis=1), 1e-30)
        amount = np.square(curves @ self.problem.data / size)  # squares of the weights of each alone
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

    def tried(self, twins: dict[int, list[int]]) -> list[Tried]:
        """Fit single polymers, pairs, and a few longer lists; best first."""
        heads = {place: head for head, others in twins.items() for place in others}
        found = sorted((self.fitted((head,)) for head in twins), key=lambda one: one.score)
        inside = [heads.get(place, place) for place in self.whole[:3]]
        begun = list(dict.fromkeys([*inside, *(one.columns[0] for one in found)]))[:BEGUN]
        found += self._fitted([pair for first in begun for pair in self.added((first,), ADDED)], PAIRS, found)
        longer = [longer for one in self._best(found, 2)[:2] for longer in self.added(one.columns, ADDED)]
        if 2 <= len(self.whole) <= 4:
            for place in self.whole:
                longer += self.added(tuple(other for other in self.whole if other != place), ADDED)
        found += self._fitted(longer, MORE, found)
        return sorted(found, key=lambda one: one.score)

    @staticmethod
    def _best(found: Sequence[Tried], polymers: int) -> list[Tried]:
        return sorted((one for one in found if len(one.columns) == polymers), key=lambda one: one.score)

    def _fitted(self, ranked: Iterable[tuple[float, Columns]], most: int, known: Sequence[Tried]) -> list[Tried]:
        """Fit the best lists that are not known."""
        seen = {frozenset(one.columns) for one in known}
        chosen: list[Columns] = []
        for _, columns in sorted(ranked):
            if frozenset(columns) not in seen and len(chosen) < most:
                seen.add(frozenset(columns))
                chosen.append(columns)
        return [self.fitted(columns) for columns in chosen]

    def fitted(self, columns: Columns) -> Tried:
        """Fit some polymers."""
        problem, setting = self.problem, self.setting
        anchor = (setting.shift_ev, WITHIN_EV)
        whole = np.concatenate([columns, self.beside]).astype(np.int64)
        found = shortest(problem, setting, whole, anchor, rounds=3, keep=columns)
        return Tried(columns, found, score(problem, found, self.anchor or anchor))

    def _value(self, swept: Swept, some: NDArray[np.int64], polymers: int) -> float:
        """Return about what ``sparse.score`` would say of columns, of which the first few and the last are polymers."""
        columns = self.columns[some]
        swept.allowed[-1] = True
        swept.settle()
        used, cost = swept.used.copy(), np.minimum(swept.losses, self.brought[columns])
        used[:polymers], used[-1] = True, True
        cost[:polymers], cost[-1] = self.brought[columns[:polymers]], self.brought[columns[-1]]
        return swept.value + float(cost.sum()) + self.problem.unlikely(columns[used])

    def _normal(self) -> tuple[Floats, Floats]:
        """Return Gram matrix and target of all columns with what regions may differ by projected out."""
        shapes, inverse = self.freedoms
        design = self.problem.design(self.setting, self.columns)
        gram, target = self.problem.normal(design, self.columns)
        products = design @ shapes.T
        lowered = products @ inverse
        return gram - lowered @ products.T, target - lowered @ (shapes @ self.problem.data)

    def _first(self, polymers: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return those of many polymers that alone explain most."""
        shapes, inverse = self.freedoms
        design, data = self.problem.design(self.setting, polymers), self.problem.data
        products = design @ shapes.T
        lowered = products @ inverse
        own = np.einsum("ij,ij->i", design, design) - np.einsum("ij,ij->i", lowered, products)
        target = design @ data - lowered @ (shapes @ data) - self.problem.prices(polymers)
        gained = np.square(np.maximum(target, 0.0)) / np.maximum(own, 1e-30)
        return np.sort(polymers[np.argsort(-gained, kind="stable")[:MOST_POLYMERS]])


def _freedoms(problem: Problem, fitted: Sequence[Floats]) -> tuple[Floats, Floats]:
    """Return what may differ from the whole fit in each region, to first order.

    Scale and energy, each times its standard deviation, over the errors; and the inverse of their products with the
    prior.
    """
    shapes = np.zeros((2 * len(fitted), problem.data.size))
    for place, (stretch, curve, here) in enumerate(zip(problem.stretches, fitted, problem.places, strict=True)):
        scaled = curve * (SCALED if place else 1e-6)
        moved = -np.gradient(curve, stretch.step_ev) * (APART_EV if place else WITHIN_EV)
        shapes[2 * place : 2 * place + 2, here] = problem.whitened(place, np.stack([scaled, moved]))
    return shapes, np.asarray(np.linalg.inv(shapes @ shapes.T + np.eye(len(shapes))), np.float64)
