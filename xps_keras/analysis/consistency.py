"""One spectrum asked several times: all regions, C 1s alone, and each other region left out.

A rigid shift moves every region alike. Where the answers differ, some region holds what the model does not know, and
the region without which the answer changes most is the one that does not fit.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xps_keras.axis import AXIS
from xps_keras.graph_contract import SHIFT_DOUBT
from xps_keras.library.lines import LINES
from xps_keras.preprocessing.channels import Channels
from xps_keras.preprocessing.planned import CARBON_EV, LEAST_CARBON_EV

WRONG_EV = 0.5
"""A shift that is off by more is wrong: the groups that follow from it are others."""
_COVERED = 0.5

Outputs = Mapping[str, NDArray[np.float32]]


@dataclass(frozen=True)
class Part:
    """A measured stretch of the axis that is left out or kept as a whole."""

    name: str
    """Lines that stand in it, such as ``O 1s``."""
    first: int
    """First channel."""
    stop: int
    """Channel behind the last."""

    @property
    def low_ev(self) -> float:
        """Energy of the first channel."""
        return AXIS.low_ev + AXIS.step_ev * self.first

    @property
    def high_ev(self) -> float:
        """Energy of the last channel."""
        return AXIS.low_ev + AXIS.step_ev * (self.stop - 1)

    @property
    def carbon_ev(self) -> float:
        """Length in eV shared with ``CARBON_EV``."""
        return min(self.high_ev, CARBON_EV[1]) - max(self.low_ev, CARBON_EV[0])


@dataclass(frozen=True)
class Candidate:
    """The shift as it follows from some of the regions."""

    left_out: tuple[str, ...]
    """Names of the regions that the model was not shown, none for all regions."""
    shift_ev: float
    """Measured minus library energy in eV, of the reading that stands."""
    uncertainty_ev: float | None
    """Its standard deviation in eV; None when the model gives none."""
    weight: float
    """Weight of that reading, 0 to 1."""
    spread_ev: float
    """Weighted standard deviation of all readings in eV, 0 for a model with a single one."""
    stated_doubt: float = 0.0
    """Probability that the shift is wrong by more than 0.5 eV, by the model's own readings and uncertainties."""
    judged_doubt: float | None = None
    """The same as the network judges it by all that it sees; None for a network that does not."""


@dataclass(frozen=True)
class Consistency:
    """What one spectrum answers when parts of it are left out."""

    candidates: tuple[Candidate, ...]
    """All regions first; then C 1s alone and the others, in the order of ``variants``."""
    carbon: int
    """Place of C 1s alone among the candidates; 0 where C 1s is the only region."""

    @property
    def everything(self) -> Candidate:
        """All regions."""
        return self.candidates[0]

    @property
    def carbon_alone(self) -> Candidate:
        """C 1s alone."""
        return self.candidates[self.carbon]

    @property
    def without(self) -> tuple[int, ...]:
        """Places of the candidates that leave out exactly one region."""
        return tuple(place for place, candidate in enumerate(self.candidates) if len(candidate.left_out) == 1)

    @property
    def culprit(self) -> int:
        """Place of the candidate without the region whose absence changes the shift most; 0 where there is none."""
        return max(self.without, key=lambda place: abs(self.change_ev(place)), default=0)

    def change_ev(self, place: int) -> float:
        """Return by how much a candidate stands above all regions in eV."""
        return self.candidates[place].shift_ev - self.everything.shift_ev

    @property
    def difference_ev(self) -> float:
        """Distance between all regions and C 1s alone in eV."""
        return abs(self.change_ev(self.carbon))


def parts_of_channels(channels: Channels) -> tuple[Part, ...]:
    """Return the used regions of a file as parts of the axis, in file order."""
    parts = []
    for used in channels.regions:
        if used.used and used.energy_ev is not None:
            first = round((float(used.energy_ev[0]) - AXIS.low_ev) / AXIS.step_ev + 0.499)
            stop = int((float(used.energy_ev[-1]) - AXIS.low_ev) / AXIS.step_ev + 1e-6) + 1
            parts.append(Part(used.name, max(first, 0), min(stop, AXIS.size)))
    return tuple(part for part in parts if part.stop > part.first)


def parts_of_mask(measured: NDArray[np.bool_]) -> tuple[Part, ...]:
    """Return the contiguous measured runs that hold the window of a line, or most of it.

    Args:
        measured: Channels that were recorded, shape ``(6601,)``.

    Returns:
        The runs, by rising energy, named after the main lines in them.
    """
    edges = np.flatnonzero(np.diff(np.concatenate(([0], measured.astype(np.int8), [0]))))
    parts = [Part("", int(first), int(stop)) for first, stop in edges.reshape(-1, 2)]
    named = (Part(_lines_in(part), part.first, part.stop) for part in parts)
    return tuple(part for part in named if part.name)


def _lines_in(part: Part) -> str:
    names = []
    for line in LINES.values():
        overlap = min(part.high_ev, line.window_high_ev) - max(part.low_ev, line.window_low_ev)
        if overlap >= _COVERED * min(part.high_ev - part.low_ev, line.window_high_ev - line.window_low_ev) > 0:
            names.append((not line.main, line.name))
    main = [name for secondary, name in names if not secondary]
    return ", ".join(main or [name for _, name in names])


def variants(
    intensity: NDArray[np.float32], parts: Sequence[Part]
) -> tuple[NDArray[np.float32], tuple[tuple[str, ...], ...]]:
    """Return a spectrum with parts of it left out.

    Args:
        intensity: Shape ``(6601,)``.
        parts: Its regions.

    Returns:
        Spectra of shape ``(variants, 6601)``, and per spectrum the names of the parts that are missing: none; all but
        C 1s; every single one but C 1s. Nothing is left out of a spectrum whose only region is C 1s, and with one
        other region "C 1s alone" and "without it" are one variant.
    """
    carbon = max(parts, key=lambda part: part.carbon_ev, default=None)
    others = [part for part in parts if part is not carbon]
    if carbon is None or carbon.carbon_ev < LEAST_CARBON_EV or not others:
        return intensity[None].astype(np.float32), ((),)
    kept = slice(carbon.first, carbon.stop)
    rows, names = [intensity, np.zeros_like(intensity)], [(), tuple(part.name for part in others)]
    rows[1][kept] = intensity[kept]
    for part in others if len(others) > 1 else []:
        row = intensity.copy()
        row[part.first : part.stop] = 0.0
        row[kept] = intensity[kept]  # where two regions share channels they are carbon's
        rows.append(row)
        names.append((part.name,))
    return np.stack(rows).astype(np.float32), tuple(names)


def consistency_of(outputs: Outputs, left_out: Sequence[tuple[str, ...]]) -> Consistency:
    """Read the answers to the variants of one spectrum.

    Args:
        outputs: Outputs of the graph contract for the batch of variants.
        left_out: The names that ``variants`` returned.

    Returns:
        The candidates.
    """
    candidates = tuple(_candidate(outputs, row, names) for row, names in enumerate(left_out))
    return Consistency(candidates, 1 if len(candidates) > 1 else 0)


def reading_order(shift_ev: NDArray[np.floating], weight: NDArray[np.floating]) -> NDArray[np.int64]:
    """Return the order of readings: the one that stands, then the others, heaviest first.

    What stands is the heaviest reading of the 0.5 eV around one in which most weight lies: the shift that is least
    likely wrong by more. Two readings at +2.2 and +2.3 eV outweigh a heavier one elsewhere.

    Args:
        shift_ev: Shift of each reading in eV, shape ``(readings,)``.
        weight: Its weight, same shape.
    """
    near = np.abs(shift_ev[:, None] - shift_ev) <= WRONG_EV
    around = near[int(np.argmax(near @ weight + 1e-6 * weight))]
    best = int(np.argmax(np.where(around, weight, -1.0)))
    heaviest = np.argsort(-weight, kind="stable")
    return np.concatenate(([best], heaviest[heaviest != best]))


def _candidate(outputs: Outputs, row: int, left_out: tuple[str, ...]) -> Candidate:
    if "reading_shift_ev" not in outputs:
        return Candidate(left_out, float(np.ravel(outputs["shift_ev"])[row]), None, 1.0, 0.0)
    shift = outputs["reading_shift_ev"][row].astype(np.float64)
    weight = outputs["reading_weight"][row].astype(np.float64)
    best = int(reading_order(shift, weight)[0])
    total = max(float(weight.sum()), 1e-12)
    mean = float(weight @ shift) / total
    spread = float(np.sqrt(max(float(weight @ (shift - mean) ** 2) / total, 0.0)))
    uncertainty = outputs["reading_uncertainty_ev"][row].astype(np.float64)
    beyond = _beyond(shift - shift[best], uncertainty)
    return Candidate(
        left_out,
        float(shift[best]),
        float(uncertainty[best]),
        float(weight[best]),
        spread,
        float(weight @ beyond) / total,
        float(np.ravel(outputs[SHIFT_DOUBT])[row]) if SHIFT_DOUBT in outputs else None,
    )


def _beyond(distance_ev: NDArray[np.float64], deviation_ev: NDArray[np.float64]) -> NDArray[np.float64]:
    """Probability that a value, normal around a distance, lies more than ``WRONG_EV`` from zero, per reading."""
    found = []
    for distance, deviation in zip(distance_ev.tolist(), deviation_ev.tolist(), strict=True):
        scale = max(deviation, 1e-6) * math.sqrt(2.0)
        found.append(0.5 * (math.erfc((WRONG_EV - distance) / scale) + math.erfc((WRONG_EV + distance) / scale)))
    return np.array(found)
