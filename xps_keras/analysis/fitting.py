"""The reference fit of an analysis: at the reading that stands, at all of them, or without a network."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from xps_keras.analysis.readings import SAME_SHIFT_EV, ModelReading
from xps_keras.fit.answer import Fitted, answer_of, best_fit
from xps_keras.fit.deadline import Deadline
from xps_keras.fit.dictionary import Dictionary, standard_dictionary
from xps_keras.fit.knowledge import Knowledge, knowledge_of
from xps_keras.fit.result import Fit, FittedRegion, Method, Verdict
from xps_keras.fit.solve import FitError, Problem, fit_at
from xps_keras.fit.sparse import noise_draws
from xps_keras.fit.stretches import Stretch
from xps_keras.graph_contract import LIBRARY_PROBABILITIES
from xps_keras.groups import GROUP_NAMES
from xps_keras.library.loading import common_polymers, load_library
from xps_keras.library.species import load_species
from xps_keras.preprocessing.channels import Channels
from xps_keras.preprocessing.planned import PlannedRegion

LONGEST_S = 2.0
"""A fit that takes longer is given up."""
HONEST = 0.5
"""Error of the network's shift over the uncertainty it states, where it reads the right charge: 0.40 on recipe
`instrument`, 0.52 on `surface`, root mean squares."""
LEAST_ANCHOR_EV = 0.1
"""A reading of the network holds the fit no tighter than this, a standard deviation in eV."""
REFINED_ANCHOR_EV = 0.25
"""The same where the fit decides."""
FIT_EV = 0.2
"""What a fit's shift is good to beside a reading of the network, a standard deviation in eV; chosen on recipe
`instrument`, where the mean of both by these weights is better than either."""
TIGHT_EV = 0.02
"""How far the last fit may go from that mean."""
APART_EV = 0.15
"""Readings nearer than this are one start."""
MOST_STARTS = 4
WEIGHT = 3.0
"""Half chi-squares that the logarithm of a reading's weight counts for."""
RIVAL_WEIGHT = 12.0
"""As `WEIGHT`, where a fit decides between readings of an undecided charge. On spectra of the recipe `surface` any
weight from 4 to 20 does about the same; of 1,084 with species of no training 301 were wrong by 0.5 eV, 285 after it."""
GRID_EV = 0.3
"""Distance of the starts of a search without a network."""
SEARCHED_EV = 10.0
"""How far a search without a network goes to either side."""
CARRIED = 0.05
"""Part of a fit that things with a group must make up, without a network, for the group to be there."""
HELD, NOT_HELD = 0.75, 0.025
"""Part of the groups that are there of those that a search without a network holds, and of those that it does not:
counted on 90 spectra of ``experiment realism``, seed 86."""
GOOD = 0.04
"""Residual up to which a spectrum is explained, if nothing clear is left over."""
POOR = 0.15
"""Residual from which it is not explained."""
LIKELY = 0.9
"""Chance from which an undecided charge is held to be right so far that a fit at it may explain something."""
TELLING_PERCENT = 5.0
"""Part of a region's area from which something left over is named in the verdict."""


@dataclass(frozen=True)
class Start:
    """A shift at which a fit begins."""

    shift_ev: float
    """On the scale of the library, in eV."""
    uncertainty_ev: float
    weight: float
    """What the network gives it, 0 to 1."""
    knowledge: Knowledge | None = None
    """What else the network says there."""


def known(
    reading: ModelReading, outputs: Mapping[str, NDArray[np.float32]], row: int, own_labels: bool = False
) -> Knowledge | None:
    """Return what a network knows of a spectrum, for a start.

    Args:
        reading: One of its readings.
        outputs: Outputs of the graph contract.
        row: Place of the spectrum in them.
        own_labels: Whether the groups are a user's own, of which no polymer of the fit is known to carry any.
    """
    if own_labels:
        return None
    polymer, graphitic = (
        float(np.clip(np.ravel(outputs[name][row])[0], 0.0, 1.0)) if name in outputs else None
        for name in ("polymer_share", "graphitic_share")
    )
    return knowledge_of(reading.probabilities, polymer, graphitic, _polymers(reading, outputs, row))


def _polymers(reading: ModelReading, outputs: Mapping[str, NDArray[np.float32]], row: int) -> dict[str, float] | None:
    """Return the probability of each polymer, None where the network does not say or says it of another shift."""
    keys = load_library().keys
    found = outputs.get(LIBRARY_PROBABILITIES)
    if found is None or found.shape[-1] != len(keys):
        return None
    if abs(float(np.ravel(outputs["shift_ev"])[row]) - reading.shift_ev) > SAME_SHIFT_EV:
        return None
    return dict(zip(keys, found[row].tolist(), strict=True))


def fitted_at(
    stretches: Sequence[Stretch],
    start: Start,
    dictionary: Dictionary | None = None,
    least_ev: float = LEAST_ANCHOR_EV,
) -> Fitted | str:
    """Fit at one reading, as a check.

    Args:
        stretches: What is fitted, C 1s first.
        start: The reading.
        dictionary: What the spectrum may be made of; the package's own when None.
        least_ev: It holds the fit no tighter than this, a standard deviation in eV.

    Returns:
        The fit, or a sentence that says why there is none.
    """
    anchor = (start.shift_ev, max(HONEST * start.uncertainty_ev, least_ev))
    return _tried([(start, anchor)], stretches, dictionary)


def likelier_of(stretches: Sequence[Stretch], starts: Sequence[Start]) -> int:
    """Fit near each of several readings, and choose that which network and fit together find likelier.

    Args:
        stretches: What is fitted, C 1s first.
        starts: The readings, the one that stands first: it does where there is no fit.

    Returns:
        The place of the reading.
    """
    costs: list[float] = []
    for start in starts:
        near = (start.shift_ev, max(start.uncertainty_ev, REFINED_ANCHOR_EV))
        fitted = _tried([(replace(start, weight=1.0), near)], stretches, None)
        likely = RIVAL_WEIGHT * float(np.log(max(start.weight, 1e-3)))
        costs.append(np.inf if isinstance(fitted, str) else fitted.score - likely)
    return int(np.argmin(costs)) if np.isfinite(costs[0]) else 0


def best_of(
    stretches: Sequence[Stretch], starts: Sequence[Start], dictionary: Dictionary | None = None
) -> Fitted | str:
    """Fit at every reading and return the best fit, which may move the shift; arguments as ``likelier_of``."""
    chosen = distinct(starts)
    pairs = [(one, (one.shift_ev, max(one.uncertainty_ev, REFINED_ANCHOR_EV))) for one in chosen]
    best = _tried(pairs, stretches, dictionary)
    if isinstance(best, str):
        return best
    found = best.solution.setting.shift_ev
    start = min(chosen, key=lambda one: abs(one.shift_ev - found))
    if start.uncertainty_ev <= 0.0:
        return best
    trust = np.array([start.uncertainty_ev, FIT_EV]) ** -2.0
    mean = float(trust @ [start.shift_ev, found] / trust.sum())
    last = _tried([(Start(mean, TIGHT_EV, 1.0, start.knowledge), (mean, TIGHT_EV))], stretches, dictionary)
    return best if isinstance(last, str) else last


def searched(stretches: Sequence[Stretch], dictionary: Dictionary | None = None) -> Fitted | str:
    """Fit without a network: weights alone on a grid of shifts, then whole fits where they are best."""
    if not stretches:
        return "There is nothing to fit."
    problem = Problem(dictionary or standard_dictionary(), stretches)
    grid = np.arange(-SEARCHED_EV, SEARCHED_EV + 1e-6, GRID_EV)
    values = np.array([fit_at(problem, float(shift), rounds=0).objective for shift in grid])
    starts = [Start(float(grid[place]), 10.0, 1.0) for place in np.argsort(values, kind="stable").tolist()]
    return _tried([(one, None) for one in distinct(starts, 3.0 * GRID_EV)[:MOST_STARTS]], stretches, dictionary)


def distinct(starts: Sequence[Start], apart_ev: float = APART_EV) -> list[Start]:
    """Return the starts that stand apart, the first of each kind, at most four."""
    found: list[Start] = []
    for start in starts:
        if all(abs(start.shift_ev - other.shift_ev) > apart_ev for other in found):
            found.append(start)
    return found[:MOST_STARTS]


def _tried(
    starts: Sequence[tuple[Start, tuple[float, float] | None]],
    stretches: Sequence[Stretch],
    dictionary: Dictionary | None,
) -> Fitted | str:
    if not stretches:
        return "There is nothing to fit."
    deadline = Deadline(LONGEST_S)
    found: list[tuple[float, Fitted]] = []
    try:
        for start, anchor in starts:
            columns = dictionary or standard_dictionary()
            fitted = best_fit(columns, stretches, start.shift_ev, anchor, deadline, start.knowledge)
            found.append((fitted.score - WEIGHT * float(np.log(max(start.weight, 1e-3))), fitted))
    except FitError:
        if not found:
            return f"The fit was given up after {LONGEST_S:g} s; the network's answer stands."
    except np.linalg.LinAlgError:
        if not found:
            return "The fit did not converge; the network's answer stands."
    return min(found, key=lambda one: one[0])[1]


def groups_in(fitted: Fitted) -> NDArray[np.float64]:
    """Return how often fits to noise drawn anew hold each functional group, shape ``(groups,)``.

    A group is in a fit where polymers and species that carry it make up a twentieth of its carbon.
    """
    dictionary = fitted.problem.dictionary
    library, species = load_library(), load_species()
    counts = np.zeros((len(dictionary.names), len(GROUP_NAMES)))
    for place, (name, kind) in enumerate(zip(dictionary.names, dictionary.kinds, strict=True)):
        if kind == "polymer" and name in library.keys:
            counts[place] = library.group_counts[library.index(name)]
        elif name in species.keys:
            counts[place] = species.group_counts[species.keys.index(name)]
    draws = noise_draws(fitted.problem, fitted.solution)
    share = draws @ (counts > 0) / np.maximum(draws.sum(axis=1, keepdims=True), 1e-30)
    return np.asarray((share >= CARRIED).mean(axis=0))


def probabilities_by(fitted: Fitted) -> NDArray[np.float64]:
    """Return the probability of each functional group where a fit alone decides, shape ``(groups,)``.

    A group that all fits to noise hold is there in three of four spectra, for many mixtures fit equally well.
    """
    return NOT_HELD + (HELD - NOT_HELD) * groups_in(fitted)


def fit_of(fitted: Fitted | str, channels: Channels, method: Method, shift_ev: float, moved_ev: float) -> Fit:
    """Return the typed answer of a fit, or an empty one that says why there is none.

    Args:
        fitted: What the functions above returned.
        channels: The file's regions.
        method: Who decided the shift.
        shift_ev: Shift of the answer on the library's scale in eV.
        moved_ev: Chosen reference minus the library's.
    """
    if isinstance(fitted, str):
        return Fit(method, shift_ev - moved_ev, 0.0, 0.0, 1.0, (), (), (), (), (), fitted)
    try:
        return answer_of(fitted, channels, method, shift_ev, moved_ev)
    except (FitError, np.linalg.LinAlgError):
        note = "The fit was given up; the network's answer stands."
        return Fit(method, shift_ev - moved_ev, 0.0, 0.0, 1.0, (), (), (), (), (), note)


def fit_of_region(region: PlannedRegion, fitted: Sequence[FittedRegion]) -> FittedRegion | None:
    """Find the fit of a region: the one of its name that begins and ends with it; None where there is none."""

    def apart(fit: FittedRegion) -> float:
        ends = float(fit.energy_ev.min()) - region.region.low_ev, float(fit.energy_ev.max()) - region.region.high_ev
        return abs(ends[0]) + abs(ends[1])

    low, high = region.region.low_ev, region.region.high_ev
    named = [fit for fit in fitted if fit.name == region.name and low <= float(np.median(fit.energy_ev)) <= high]
    return min(named, key=apart, default=None)


def moved_fit(fit: Fit, moved_ev: float) -> Fit:
    """Put a fit on the scale of another reference.

    Args:
        fit: The fit.
        moved_ev: New reference minus that of the fit, in eV; true energies rise by it, and the shift falls.
    """
    return replace(
        fit,
        shift_ev=fit.shift_ev - moved_ev,
        components=tuple(replace(one, energy_ev=one.energy_ev + moved_ev) for one in fit.components),
        unexplained=tuple(replace(one, energy_ev=one.energy_ev + moved_ev) for one in fit.unexplained),
        nearest=tuple(match.moved(moved_ev) for match in fit.nearest),
    )


def _names(fit: Fit) -> list[str]:
    """Name the three largest parts; a polymer beside the one that comes nearest by fit and network together."""
    names = [_spelt(part.shown, part.kind) for part in fit.parts[:3]]
    nearest = fit.nearest[0] if fit.nearest else None
    first = fit.parts[0]
    if first.kind != "polymer" or nearest is None or len(nearest.polymers) > 1 or first.shown in nearest.polymers:
        return names
    inside = [part.shown for part in fit.parts[:3]]
    alike = [one for one in (*nearest.polymers, *nearest.same) if one not in inside]
    return [f"{names[0]} or {_spelt(alike[0], 'polymer')}" if alike else names[0], *names[1:]]


def _spelt(name: str, kind: str) -> str:
    """Return a polymer that is not in common use by its full name as well, and anything else as it is."""
    library = load_library()
    if kind != "polymer" or name not in library.keys or name in common_polymers():
        return name
    full = library.polymer_names[library.index(name)]
    return full if full.endswith(f"({name})") else f"{full} ({name})"


def verdict_of(fit: Fit, doubt: float | None, undecided: bool, empty: Collection[str] = ()) -> Verdict:
    """Say in one word whether the spectrum is explained.

    Args:
        fit: The fit at the shift that stands.
        doubt: Probability that the shift is wrong; None for a model without a rule.
        undecided: Whether that is too much.
        empty: Regions without a line, whose background is nothing to explain.

    Returns:
        The verdict.
    """
    quality = 1.0 - (doubt if doubt is not None else (0.5 if undecided else 0.1))
    if not fit.parts:
        return Verdict("not explained", fit.note or "Nothing that the fit knows explains it at this shift.", quality)
    names = ", ".join(_names(fit))
    verb = "explains" if len(fit.parts) == 1 else "explain"
    left = [one for one in fit.unexplained if abs(one.percent) >= TELLING_PERCENT and one.region not in empty]
    share = f"{100.0 * fit.residual:.1f} % of the intensity is left over"
    lost = undecided and quality < LIKELY
    if lost or fit.residual >= POOR:
        why = "the charge cannot be told" if lost else share
        return Verdict("not explained", f"The fit at this shift is not to be believed: {why}.", quality)
    if left or fit.residual >= GOOD:
        signals = " and ".join(
            f"{one.region} at {one.energy_ev:.1f} eV ({one.percent:+.0f} % of the region)" for one in left[:3]
        )
        what = f"not explained is {signals}" if left else share
        right = ", if the charge is right" if undecided else ""
        return Verdict("explained in part", f"{names} {verb} most of it{right}; {what}.", quality)
    if undecided:
        return Verdict("explained in part", f"{names} {verb} it if the charge is right; {share}.", quality)
    return Verdict("explained", f"{names} {verb} it; {share}.", quality)
