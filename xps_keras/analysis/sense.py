"""How well the shifts that a model considers fit the spectrum: a reference fit at each, for the rule to look at."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xps_keras.analysis.consistency import Consistency, Outputs, Part
from xps_keras.consistency_rule import FIT_FEATURES
from xps_keras.fit.dictionary import Dictionary, standard_dictionary
from xps_keras.fit.left_over import residual_share
from xps_keras.fit.solve import FitError, Problem, fit_at
from xps_keras.fit.sparse import pruned, score
from xps_keras.fit.stretches import stretches_on_axis

Floats = NDArray[np.float64]

APART_EV = 0.2
"""Shifts nearer than this are fitted once."""
MOST = 4
"""Shifts that are fitted, heaviest first."""
LEAST_WEIGHT = 0.03
"""Readings of all regions and of C 1s from this weight on are considered."""
SLACK_EV = 0.15
"""How far a fit goes from where it begins, a standard deviation in eV."""
ELSEWHERE_EV = 0.5
"""Fits further apart are other answers."""
ALONE = 25.0
"""By how many half chi-squares a fit counts as better where there is no other."""
SCALE = 8.0
"""Half chi-squares on a scale that bends from here on."""
KNOWN = "training"
"""Species that the fits know. Those held out are left out, so that a rule is judged by what no fit knows."""

Question = tuple[NDArray[np.floating], Sequence[Part], Sequence[float]]
"""A spectrum on the axis, its regions, and the shifts at which to fit it."""


@dataclass(frozen=True, eq=False)
class Sense:
    """Fits at ``s`` shifts of one spectrum."""

    shift_ev: Floats
    """Where they began, on the library's scale in eV, shape ``(s,)``."""
    best_ev: Floats
    """Where they ended."""
    score: Floats
    """What ``fit.sparse.score`` says of each: less is better."""
    level: float
    """Half chi-square per point of the best fit, 0.5 where nothing but the errors is left."""
    residual: Floats
    """Part of the intensity that each leaves over."""

    def features(self, shift_ev: float) -> Floats:
        """Return what the rule looks at for a candidate, in the order of ``FIT_FEATURES``."""
        if not self.shift_ev.size:
            return np.zeros(len(FIT_FEATURES))
        own = int(np.argmin(np.abs(self.shift_ev - shift_ev)))
        far = np.abs(self.shift_ev - shift_ev) > ELSEWHERE_EV
        worse = float(self.score[own] - self.score[far].min()) if far.any() else -ALONE
        worse /= max(1.0, 2.0 * self.level)
        return np.array(
            [
                np.arcsinh(worse / SCALE),
                float(np.log1p(np.abs(self.best_ev[own] - shift_ev) / 0.1)),
                float(np.log(self.residual[own] + 3e-3)),
                0.0 if far.any() else 1.0,
            ]
        )


def shifts_of(consistency: Consistency, outputs: Outputs) -> tuple[float, ...]:
    """Return the shifts that a model considers for one spectrum.

    Args:
        consistency: Its candidates.
        outputs: Outputs of the graph contract for its variants.

    Returns:
        In eV on the library's scale, those of the candidates first, then readings by weight.
    """
    named = [(2.0 + one.weight, one.shift_ev) for one in consistency.candidates]
    if "reading_shift_ev" in outputs:
        for row in dict.fromkeys((0, consistency.carbon)):
            weights, shifts = outputs["reading_weight"][row], outputs["reading_shift_ev"][row]
            named += [
                (float(weight), float(shift))
                for weight, shift in zip(weights, shifts, strict=True)
                if weight >= LEAST_WEIGHT
            ]
    found: list[float] = []
    for _, shift in sorted(named, key=lambda one: -one[0]):
        if all(abs(shift - other) > APART_EV for other in found):
            found.append(shift)
    return tuple(found[:MOST])


def sense_of(
    intensity: NDArray[np.floating],
    parts: Sequence[Part],
    shifts_ev: Sequence[float],
    dictionary: Dictionary | None = None,
) -> Sense:
    """Fit a spectrum at each of several shifts.

    Args:
        intensity: Shape ``(6601,)``.
        parts: Its regions.
        shifts_ev: The shifts in eV.
        dictionary: What it may be made of; polymers and the species of training when None.

    Returns:
        The fits; none where nothing can be fitted.
    """
    stretches = stretches_on_axis(intensity, [(part.name, part.first, part.stop) for part in parts])
    rows: list[tuple[float, float, float, float, float]] = []
    if stretches:
        known = dictionary or standard_dictionary(KNOWN)
        problem = Problem(known, stretches, known.without_kinds("environment"))
        for shift in shifts_ev:
            near = (shift, SLACK_EV)
            try:
                found = pruned(problem, fit_at(problem, shift, rounds=3, anchor=near), near, rounds=2)
            except (FitError, np.linalg.LinAlgError):
                continue
            residuals = problem.left(found)
            points = sum(one.net.size for one in stretches)
            rows.append(
                (
                    shift,
                    found.setting.shift_ev,
                    score(problem, found),
                    float(found.residual @ found.residual) / (2.0 * points),
                    residual_share(stretches, residuals),
                )
            )
    table = np.array(rows).reshape(-1, 5).T
    level = float(table[3].min()) if rows else 0.5
    return Sense(table[0], table[1], table[2], level, table[4])
