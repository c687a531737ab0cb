"""The fit itself: weights of columns, and with them shift, width, and what regions may differ by.

Weights follow from non-negative least squares at given shift and width; these and the small freedoms of each region
follow from Gauss-Newton steps in which the weights move along (variable projection: Golub and Pereyra, SIAM J. Numer.
Anal. 10 (1973) 413; Kaufman, BIT 15 (1975) 49). Freedoms are held by normal priors, columns cost a price: that keeps
the list of what was found short.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from xps_keras.fit.deadline import Deadline
from xps_keras.fit.dictionary import Dictionary
from xps_keras.fit.knowledge import Knowledge
from xps_keras.fit.nonnegative import nonnegative
from xps_keras.fit.stretches import Stretch
from xps_keras.fit.transforms import Complex, Table, derivatives, placed, waves

Floats = NDArray[np.float64]

PRICE = 1.5
"""What a column that makes up the whole spectrum costs, in half chi-squares, times how implausible it is."""
OFF_EV = 0.10
"""Standard deviation in eV by which a region may stand apart from C 1s."""
SCALE = 0.15
"""Standard deviation of the logarithm of a region's intensity against C 1s: transmission, overlayers."""
WIDTH_EV2 = (0.08, 0.15)
"""Mean and standard deviation of the variance of the broadening in eV²."""
NARROWEST_EV2 = -0.03
"""Least variance: lines may be a little narrower than the library's."""
LARGEST_STEP = (0.15, 0.08, 0.08, 0.15)
"""Most by which shift, variance, a region's energy and the logarithm of its scale change at once."""
MOSTLY = 0.33
"""Part of a foreign species' area that has to stand in the regions."""
HIDDEN = 0.1
"""Part of a column's area in main lines from which it is called hidden."""
OTHERS_EV = 0.08
"""Error in eV of the shift that comes from the choice of columns: measured on recipe `instrument`."""
ROUGHLY_EV = 0.05
"""What was recorded is looked up at shifts on this grid."""
NOTHING = 0.01
"""Half chi-squares for which no step is made."""
KEPT = 40
"""Columns that are looked at after the first round: those in use and those nearest to it."""


class FitError(Exception):
    """A fit that was given up; never reaches a user, whose answer is then the network's."""


@dataclass(frozen=True, eq=False)
class Setting:
    """What is not linear; ``r`` regions."""

    shift_ev: float
    variance_ev2: float
    off_ev: Floats
    """How much higher each region stands than C 1s, shape ``(r,)``, 0 for the first."""
    scale: Floats
    """Logarithm of each region's intensity against C 1s, shape ``(r,)``, 0 for the first."""


@dataclass(frozen=True, eq=False)
class Solution:
    """A fit."""

    setting: Setting
    weights: Floats
    """Of every column of the dictionary, relative to the C 1s area of the data, shape ``(n,)``."""
    objective: float
    """Half chi-square with all priors and prices."""
    residual: Floats
    """Data minus fit over the errors, those of the background included, which are then independent; all regions."""
    curvature: float
    """Second derivative of the objective by the shift with all else following, in 1/eV²."""

    @property
    def shift_uncertainty_ev(self) -> float:
        """Standard deviation of the shift in eV: what the fit sees, and what other columns would have made of it."""
        return float(np.sqrt(1.0 / max(self.curvature, 1e-6) + OTHERS_EV**2))


class Problem:
    """Regions and what they may be made of.

    Args:
        dictionary: The columns.
        stretches: The regions, C 1s first.
        allowed: Columns that may be used, shape ``(n,)``; None for all.
        deadline: When a fit gives up; None for never.
        knowledge: What a network knows of the spectrum; None without one.
    """

    def __init__(
        self,
        dictionary: Dictionary,
        stretches: Sequence[Stretch],
        allowed: NDArray[np.bool_] | None = None,
        deadline: Deadline | None = None,
        knowledge: Knowledge | None = None,
    ) -> None:
        self.deadline, self.knowledge = deadline, knowledge
        self.dictionary, self.stretches = dictionary, tuple(stretches)
        self.allowed = np.ones(len(dictionary.names), bool) if allowed is None else allowed
        self._prices = PRICE * dictionary.plausible
        if knowledge is not None:
            self._prices = self._prices + knowledge.price(dictionary.kinds, dictionary.groups)
        first = self.stretches[0]
        self.unit = max(float(np.maximum(first.net, 0.0).sum()) * first.step_ev, 1e-30)
        """Area of C 1s in the data: weights are relative to it."""
        ends = np.cumsum([0, *(stretch.net.size for stretch in self.stretches)]).tolist()
        self.places = [slice(low, high) for low, high in pairwise(ends)]
        """Where the points of each region stand among those of all, ``p`` points together."""
        self.data = np.concatenate([stretch.whitening @ stretch.net for stretch in self.stretches])
        """The data over the errors, shape ``(p,)``."""
        self.tables = [dictionary.table(float(s.energy_ev[0]), float(s.energy_ev[-1])) for s in self.stretches]
        self.waves = [waves(table, s.energy_ev) for table, s in zip(self.tables, self.stretches, strict=True)]
        """What ``transforms.waves`` returns per region."""
        self._whitened = [based @ s.whitening.T for based, s in zip(self.waves, self.stretches, strict=True)]
        self._rows = [_rows(table, len(dictionary.names)) for table in self.tables]
        self._hidden: dict[int, NDArray[np.bool_]] = {}

    def start(self, shift_ev: float) -> Setting:
        """Return a first setting."""
        count = len(self.stretches)
        return Setting(shift_ev, WIDTH_EV2[0], np.zeros(count), np.zeros(count))

    def columns_at(self, shift_ev: float) -> NDArray[np.int64]:
        """Return the allowed columns that mostly stand inside the regions, shape ``(c,)``.

        Carbon is always recorded, so columns with C 1s may have any other line outside; a foreign species of which
        only a minor line was recorded would stand for whatever a background leaves there.
        """
        peaks = self.dictionary.peaks
        inside = np.zeros(len(peaks.energy_ev), bool)
        for stretch in self.stretches:
            low, high = float(stretch.energy_ev[0]) - shift_ev, float(stretch.energy_ev[-1]) - shift_ev
            inside |= (peaks.energy_ev > low) & (peaks.energy_ev < high)
        count = len(self.allowed)
        seen_area = np.bincount(peaks.polymer, weights=peaks.area * inside, minlength=count)
        area = np.bincount(peaks.polymer, weights=peaks.area, minlength=count)
        found = np.where(self.dictionary.organic, seen_area > 0, seen_area > MOSTLY * area)
        if self.dictionary.spectra is not None:
            found[: len(self.dictionary.spectra)] = True
        return np.flatnonzero(found & self.allowed)

    def hidden_at(self, shift_ev: float) -> NDArray[np.bool_]:
        """Tell which columns have a good part of their area where nothing was recorded, shape ``(n,)``.

        They may be there, but an analyst who had them on the sample would have recorded their lines.
        """
        key = round(shift_ev / ROUGHLY_EV)
        if key not in self._hidden:
            self._hidden[key] = self._hidden_at(key * ROUGHLY_EV)
        return self._hidden[key]

    def _hidden_at(self, shift_ev: float) -> NDArray[np.bool_]:
        peaks, main = self.dictionary.peaks, self.dictionary.main
        inside = np.zeros(len(peaks.energy_ev), bool)
        for stretch in self.stretches:
            low, high = float(stretch.energy_ev[0]) - shift_ev, float(stretch.energy_ev[-1]) - shift_ev
            inside |= (peaks.energy_ev > low - 1.0) & (peaks.energy_ev < high + 1.0)
        count = len(self.allowed)
        area = np.bincount(peaks.polymer, weights=peaks.area * main, minlength=count)
        unseen = np.bincount(peaks.polymer, weights=peaks.area * (main & ~inside), minlength=count)
        return np.asarray(unseen > HIDDEN * area)

    def design(self, setting: Setting, columns: NDArray[np.int64]) -> Floats:
        """Return the columns over the errors, shape ``(c, p)``."""
        found = np.empty((len(columns), self.data.size))
        for place, here in enumerate(self.places):
            np.matmul(self._parts(place, setting, columns), self._whitened[place], out=found[:, here])
        return found

    def whitened(self, place: int, values: Floats) -> Floats:
        """Put values in units of the data over the errors of a region, shape ``(..., points)``."""
        return np.asarray(values @ self.stretches[place].whitening.T, np.float64)

    def fitted(self, solution: Solution) -> list[Floats]:
        """Return the fit without backgrounds in units of the data, per region."""
        columns = np.flatnonzero(solution.weights > 0)
        weights = solution.weights[columns]
        return [
            (weights @ self._parts(place, solution.setting, columns)) @ self.waves[place]
            for place in range(len(self.stretches))
        ]

    def left(self, solution: Solution) -> list[Floats]:
        """Return data minus fit and background in units of the data, per region."""
        return [
            stretch.net - fitted - self.whitened(place, stretch.ground) @ solution.residual[here] @ stretch.ground
            for place, (stretch, fitted, here) in enumerate(
                zip(self.stretches, self.fitted(solution), self.places, strict=True)
            )
        ]

    def _parts(self, place: int, setting: Setting, columns: NDArray[np.int64]) -> Floats:
        """Amplitudes of columns in units of the data at a setting, real and imaginary in turns, shape ``(c, 2 k)``."""
        return self._placed(place, setting, self.tables[place].padded[self._rows[place][columns]]).view(np.float64)

    def _placed(self, place: int, setting: Setting, coefficients: Complex) -> Complex:
        factor = self.unit * np.exp(float(setting.scale[place]))
        shift = setting.shift_ev + float(setting.off_ev[place])
        return np.ascontiguousarray(placed(self.tables[place], coefficients, shift, setting.variance_ev2, factor))

    def prices(self, columns: NDArray[np.int64]) -> Floats:
        """Return what a weight of 1 costs."""
        return self._prices[columns]

    def unlikely(self, columns: NDArray[np.int64]) -> float:
        """Return what the groups of columns cost by what is known, in half chi-squares."""
        return 0.0 if self.knowledge is None else self.knowledge.cost(self.dictionary.groups[columns])

    def unlikely_at_least(self, columns: NDArray[np.int64]) -> Floats:
        """Return what the unlikely groups of each column cost, whatever stands beside it, shape ``(c,)``."""
        if self.knowledge is None:
            return np.zeros(len(columns))
        return self.knowledge.least(self.dictionary.groups[columns])

    def normal(self, design: Floats, columns: NDArray[np.int64]) -> tuple[Floats, Floats]:
        """Return Gram matrix and target."""
        return design @ design.T, design @ self.data - self.prices(columns)

    def solution(
        self, setting: Setting, columns: NDArray[np.int64], start: Floats | None = None
    ) -> tuple[Solution, Floats, Floats, Floats]:
        """Find the weights at a setting; also design, Gram matrix and target."""
        design = self.design(setting, columns)
        gram, target = self.normal(design, columns)
        found = nonnegative(gram, target, start)
        weights = np.zeros(len(self.allowed))
        weights[columns] = found
        residual = self.data - found @ design
        objective = float(self.prices(columns) @ found) + prior(setting) + 0.5 * float(residual @ residual)
        return Solution(setting, weights, objective, residual, 0.0), design, gram, target

    def step(
        self,
        solution: Solution,
        columns: NDArray[np.int64],
        design: Floats,
        anchor: tuple[float, float] | None,
    ) -> tuple[Setting, float, float]:
        """Return the Gauss-Newton step of everything, what it should gain, and the curvature by the shift."""
        setting, count = solution.setting, len(self.stretches)
        found = solution.weights[columns]
        active = np.flatnonzero(found > 0)
        free = 2 + 2 * (count - 1)
        size = free + active.size
        jacobian = np.zeros((size, self.data.size))
        jacobian[free:] = design[active]
        weights = found[active]
        mixed = weights @ jacobian[free:]
        for place, here in enumerate(self.places):
            coefficients = weights @ self.tables[place].padded[self._rows[place][columns[active]]]
            slopes = derivatives(self.tables[place], self._placed(place, setting, coefficients))
            jacobian[:2, here] = slopes.view(np.float64) @ self._whitened[place]
            if place:
                jacobian[2 * place, here] = jacobian[0, here]
                jacobian[2 * place + 1, here] = mixed[here]
        hessian = jacobian @ jacobian.T
        gradient = jacobian @ solution.residual
        gradient[free:] -= self.prices(columns[active])
        variance, width = WIDTH_EV2
        hessian[1, 1] += 1.0 / width**2
        gradient[1] -= (setting.variance_ev2 - variance) / width**2
        for place in range(1, count):
            hessian[2 * place, 2 * place] += 1.0 / OFF_EV**2
            gradient[2 * place] -= float(setting.off_ev[place]) / OFF_EV**2
            hessian[2 * place + 1, 2 * place + 1] += 1.0 / SCALE**2
            gradient[2 * place + 1] -= float(setting.scale[place]) / SCALE**2
        if anchor is not None:
            hessian[0, 0] += 1.0 / anchor[1] ** 2
            gradient[0] -= (setting.shift_ev - anchor[0]) / anchor[1] ** 2
        hessian[np.diag_indices(size)] *= 1.0 + 1e-8
        hessian[np.diag_indices(size)] += 1e-9
        curvature = hessian[0, 0] - hessian[0, 1:] @ np.linalg.solve(hessian[1:, 1:], hessian[1:, 0])
        change = np.linalg.solve(hessian, gradient)
        gain = 0.5 * float(gradient @ change)
        limits = np.array([*LARGEST_STEP[:2], *LARGEST_STEP[2:] * (count - 1)])
        change = np.clip(change[:free], -limits, limits)
        off, scale = np.zeros(count), np.zeros(count)
        off[1:], scale[1:] = change[2::2], change[3::2]
        return Setting(float(change[0]), float(change[1]), off, scale), gain, float(curvature)


def prior(setting: Setting) -> float:
    """Return what the setting costs, in half chi-squares."""
    variance, width = WIDTH_EV2
    return 0.5 * float(
        ((setting.variance_ev2 - variance) / width) ** 2
        + np.square(setting.off_ev / OFF_EV).sum()
        + np.square(setting.scale / SCALE).sum()
    )


def fit_at(
    problem: Problem,
    shift_ev: float,
    rounds: int = 6,
    anchor: tuple[float, float] | None = None,
    setting: Setting | None = None,
    columns: NDArray[np.int64] | None = None,
) -> Solution:
    """Fit from a first guess of the shift.

    Args:
        problem: Regions and columns.
        shift_ev: First guess in eV.
        rounds: Most Gauss-Newton steps; 0 for weights alone.
        anchor: Mean and standard deviation in eV of a prior for the shift; None for none.
        setting: A whole first setting instead; its shift counts.
        columns: Columns to use, None for all with a peak in a region.

    Returns:
        The fit.

    Raises:
        FitError: The deadline of the problem has passed.
    """
    setting = problem.start(shift_ev) if setting is None else setting
    whole = problem.columns_at(setting.shift_ev) if columns is None else columns

    def cost(solution: Solution) -> float:
        if anchor is None:
            return solution.objective
        return solution.objective + 0.5 * ((solution.setting.shift_ev - anchor[0]) / anchor[1]) ** 2

    solution, design, gram, target = problem.solution(setting, whole)
    kept, curvature = whole, 0.0
    if whole.size > KEPT and rounds:
        slope = (target - gram @ solution.weights[whole]) / np.sqrt(np.maximum(np.diag(gram), 1e-12))
        slope[solution.weights[whole] > 0] = np.inf
        chosen = np.sort(np.argsort(-slope, kind="stable")[:KEPT])
        kept, design = whole[chosen], design[chosen]
    for _ in range(rounds):
        if problem.deadline is not None and problem.deadline.passed():
            raise FitError("it took too long")
        change, gain, curvature = problem.step(solution, kept, design, anchor)
        if gain < NOTHING:
            break
        better = None
        for shortened in (1.0, 0.4, 0.1):
            tried = moved(solution.setting, change, shortened)
            found = problem.solution(tried, kept, solution.weights[kept])
            if cost(found[0]) < cost(solution) - 1e-6:
                better = found
                break
        if better is None:
            break
        gained = cost(solution) - cost(better[0])
        step_ev = abs(better[0].setting.shift_ev - solution.setting.shift_ev)
        solution, design = better[0], better[1]
        if gained < 0.02 + 1e-4 * cost(solution) and step_ev < 0.01:
            break
    return replace(solution, curvature=curvature)


def moved(setting: Setting, change: Setting, part: float) -> Setting:
    """Return a setting after a part of a step."""
    return Setting(
        setting.shift_ev + part * change.shift_ev,
        max(setting.variance_ev2 + part * change.variance_ev2, NARROWEST_EV2),
        setting.off_ev + part * change.off_ev,
        setting.scale + part * change.scale,
    )


def _rows(table: Table, columns: int) -> NDArray[np.int64]:
    """Place of every column in a table, -1 for those that are not in it."""
    rows = np.full(columns, -1)
    rows[table.columns] = np.arange(len(table.columns))
    return rows
