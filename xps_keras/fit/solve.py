"""The fit itself: weights of columns, and with them shift, width, and what regions may differ by.

Weights follow from non-negative least squares at given shift and width; these and the small freedoms of each region
follow from Gauss-Newton steps in which the weights move along (variable projection: Golub and Pereyra, SIAM J. Numer.
Anal. 10 (1973) 413; Kaufman, BIT 15 (1975) 49). Freedoms are held by normal priors, columns cost a price: that keeps
the list of what was found short.
"""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from xps_keras.fit.dictionary import Complex, Dictionary, Table, derivatives, placed, seen, waves
from xps_keras.fit.knowledge import Knowledge
from xps_keras.fit.nonnegative import nonnegative
from xps_keras.fit.stretches import Stretch
from xps_keras.library.lines import LINES
from xps_keras.median import median

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
GROUND = 0.03
"""Standard deviation of level, slope and step of what is left of a background, relative to a region's top."""
LARGEST_STEP = (0.15, 0.08, 0.08, 0.15)
"""Most by which shift, variance, a region's energy and the logarithm of its scale change at once."""
MOSTLY = 0.33
"""Part of a foreign species' area that has to stand in the regions."""
HIDDEN = 0.1
"""Part of a column's area in main lines from which it is called hidden."""
OTHERS_EV = 0.08
"""Error in eV of the shift that comes from the choice of columns: measured on recipe `instrument`."""
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
    residuals: tuple[Floats, ...]
    """Data minus fit and background over the errors, which are then independent, per region."""
    ground: tuple[Floats, ...]
    """What is left of the background, in units of the data, per region."""
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
        deadline: Time of ``time.thread_time`` at which a fit gives up.
        knowledge: What a network knows of the spectrum; None without one.
    """

    def __init__(
        self,
        dictionary: Dictionary,
        stretches: Sequence[Stretch],
        allowed: NDArray[np.bool_] | None = None,
        deadline: float = math.inf,
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
        self.data = [stretch.whitening @ stretch.net for stretch in self.stretches]
        self.tables = [dictionary.table(float(s.energy_ev[0]), float(s.energy_ev[-1])) for s in self.stretches]
        self._waves = [waves(table, s.energy_ev) for table, s in zip(self.tables, self.stretches, strict=True)]
        self._rows = [_rows(table, len(dictionary.names)) for table in self.tables]
        self.shapes = [_ground(stretch) for stretch in self.stretches]
        """Level, slope and step of what is left of each background, times their deviations, shape ``(3, points)``."""
        self.ground = [
            (over, np.asarray(np.linalg.inv(over @ over.T + np.eye(3)), np.float64))
            for over in (shape @ s.whitening.T for shape, s in zip(self.shapes, self.stretches, strict=True))
        ]
        """The same over the errors, and the inverse of their products with the prior."""

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
        peaks = self.dictionary.peaks
        inside = np.zeros(len(peaks.energy_ev), bool)
        for stretch in self.stretches:
            low, high = float(stretch.energy_ev[0]) - shift_ev, float(stretch.energy_ev[-1]) - shift_ev
            inside |= (peaks.energy_ev > low - 1.0) & (peaks.energy_ev < high + 1.0)
        main = np.array([LINES[line].main for line in peaks.line])
        count = len(self.allowed)
        area = np.bincount(peaks.polymer, weights=peaks.area * main, minlength=count)
        unseen = np.bincount(peaks.polymer, weights=peaks.area * (main & ~inside), minlength=count)
        return np.asarray(unseen > HIDDEN * area)

    def design(self, setting: Setting, columns: NDArray[np.int64]) -> list[Floats]:
        """Return the columns over the errors, per region, shape ``(c, points)``."""
        return [
            self.whitened(place, seen(self._placed(place, setting, columns), self._waves[place]), setting)
            for place in range(len(self.stretches))
        ]

    def whitened(self, place: int, values: Floats, setting: Setting) -> Floats:
        """Turn columns of unit weight into data, over the errors."""
        scaled = values * (self.unit * np.exp(float(setting.scale[place])))
        return np.asarray(scaled @ self.stretches[place].whitening.T, np.float64)

    def fitted(self, solution: Solution) -> list[Floats]:
        """Return the fit without backgrounds in units of the data, per region."""
        setting, columns = solution.setting, np.flatnonzero(solution.weights > 0)
        return [
            seen((solution.weights[columns] @ self._placed(place, setting, columns))[None], self._waves[place])[0]
            * (self.unit * np.exp(float(setting.scale[place])))
            for place in range(len(self.stretches))
        ]

    def left(self, solution: Solution) -> list[Floats]:
        """Return data minus fit and background in units of the data, per region."""
        return [
            stretch.net - fitted - ground
            for stretch, fitted, ground in zip(self.stretches, self.fitted(solution), solution.ground, strict=True)
        ]

    def _placed(self, place: int, setting: Setting, columns: NDArray[np.int64]) -> Complex:
        rows = self._rows[place][columns]
        coefficients = self.tables[place].coefficients[rows] * (rows >= 0)[:, None]
        shift = setting.shift_ev + float(setting.off_ev[place])
        return placed(self.tables[place], coefficients, shift, setting.variance_ev2)

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

    def normal(self, design: Sequence[Floats], columns: NDArray[np.int64]) -> tuple[Floats, Floats]:
        """Return Gram matrix and target with the backgrounds projected out."""
        gram = np.zeros((len(columns), len(columns)))
        target = -self.prices(columns)
        for place, columns_here in enumerate(design):
            ground, inverse = self.ground[place]
            products = columns_here @ ground.T
            lowered = products @ inverse
            gram += columns_here @ columns_here.T - lowered @ products.T
            target += columns_here @ self.data[place] - lowered @ (ground @ self.data[place])
        return gram, target

    def solution(
        self, setting: Setting, columns: NDArray[np.int64], start: Floats | None = None
    ) -> tuple[Solution, list[Floats], Floats, Floats]:
        """Find the weights at a setting; also design, Gram matrix and target."""
        design = self.design(setting, columns)
        gram, target = self.normal(design, columns)
        found = nonnegative(gram, target, start)
        return self.evaluated(setting, columns, design, found), design, gram, target

    def evaluated(
        self, setting: Setting, columns: NDArray[np.int64], design: Sequence[Floats], found: Floats
    ) -> Solution:
        """Return the fit with given weights of some columns."""
        weights = np.zeros(len(self.allowed))
        weights[columns] = found
        objective = float(self.prices(columns) @ found) + prior(setting)
        residuals, grounds = [], []
        for place, columns_here in enumerate(design):
            ground, inverse = self.ground[place]
            left = self.data[place] - found @ columns_here
            amount = inverse @ (ground @ left)
            objective += 0.5 * float(left @ left - amount @ (ground @ left))
            residuals.append(left - amount @ ground)
            grounds.append(amount @ self.shapes[place])
        return Solution(setting, weights, objective, tuple(residuals), tuple(grounds), 0.0)

    def step(
        self,
        solution: Solution,
        columns: NDArray[np.int64],
        design: Sequence[Floats],
        fixed_shift: bool,
        anchor: tuple[float, float] | None,
    ) -> tuple[Setting, float]:
        """Return the Gauss-Newton step of everything and the curvature by the shift."""
        setting, count = solution.setting, len(self.stretches)
        found = solution.weights[columns]
        active = np.flatnonzero(found > 0)
        free = 2 + 2 * (count - 1)
        size = free + active.size
        hessian, gradient = np.zeros((size, size)), np.zeros(size)
        for place in range(count):
            mixed = found[active] @ self._placed(place, setting, columns[active])
            slopes = self.whitened(place, seen(derivatives(self.tables[place], mixed), self._waves[place]), setting)
            jacobian = np.zeros((size, self.data[place].size))
            jacobian[:2] = slopes
            if place:
                jacobian[2 * place] = slopes[0]
                jacobian[2 * place + 1] = found[active] @ design[place][active]
            jacobian[free:] = design[place][active]
            ground, inverse = self.ground[place]
            products = jacobian @ ground.T
            hessian += jacobian @ jacobian.T - products @ inverse @ products.T
            # The residual already has the background taken out, and that is orthogonal to it up to its prior.
            gradient += jacobian @ solution.residuals[place]
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
        if fixed_shift:
            change = np.concatenate(([0.0], np.linalg.solve(hessian[1:, 1:], gradient[1:])))
        else:
            change = np.linalg.solve(hessian, gradient)
        limits = np.array([*LARGEST_STEP[:2], *LARGEST_STEP[2:] * (count - 1)])
        change = np.clip(change[:free], -limits, limits)
        off, scale = np.zeros(count), np.zeros(count)
        off[1:], scale[1:] = change[2::2], change[3::2]
        return Setting(float(change[0]), float(change[1]), off, scale), float(curvature)


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
    fixed_shift: bool = False,
    anchor: tuple[float, float] | None = None,
    setting: Setting | None = None,
    columns: NDArray[np.int64] | None = None,
) -> Solution:
    """Fit from a first guess of the shift.

    Args:
        problem: Regions and columns.
        shift_ev: First guess in eV.
        rounds: Most Gauss-Newton steps; 0 for weights alone.
        fixed_shift: Whether the shift stays as guessed.
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
        kept, design = whole[chosen], [part[chosen] for part in design]
    for _ in range(rounds):
        if time.thread_time() > problem.deadline:
            raise FitError("it took too long")
        change, curvature = problem.step(solution, kept, design, fixed_shift, anchor)
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


def _ground(stretch: Stretch) -> Floats:
    """Level, slope and step in units of the data, each times its standard deviation, shape ``(3, points)``."""
    below = np.cumsum(np.maximum(stretch.net, 0.0))
    shapes = np.stack(
        [
            np.ones_like(stretch.net),
            np.linspace(-1.0, 1.0, stretch.net.size),
            below / max(float(below[-1]), 1e-30) - 0.5,
        ]
    )
    top = max(float(np.sort(stretch.net)[-5:].mean()), 1e-30)
    # Where noise was cut off at zero, what is left of it stands half a standard deviation high.
    return shapes * float(np.hypot(GROUND * top, median(stretch.noise)))
