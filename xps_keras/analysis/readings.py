"""What a model reads from a spectrum: shifts, each with the groups that follow from it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from xps_keras.analysis.consistency import reading_order

LEAST_WEIGHT = 0.1
"""Other readings of the shift are reported from this weight on."""
RIVAL_APART_EV, VOTE_EV, MOST_RIVALS = 0.5, 0.3, 4
"""Readings that an undecided charge lies between stand farther apart; what is read so near speaks for one of them."""
SAME_SHIFT_EV = 0.2
"""Readings of all regions and of some of them are one reading up to this distance."""


@dataclass(frozen=True, eq=False)
class ModelReading:
    """One reading as the model gives it, on the scale of the library."""

    shift_ev: float
    """Measured minus library energy in eV."""
    uncertainty_ev: float | None
    weight: float
    probabilities: NDArray[np.float64]
    """Shape ``(groups,)``."""
    limited: bool = True
    """Whether the model's detection limits hold for them; they do not for what a fit tells."""


def readings_of(outputs: dict[str, NDArray[np.float32]], row: int = 0) -> tuple[ModelReading, ...]:
    """Turn the outputs of a model for one spectrum into its readings.

    Models that read the shift as a distribution name ``reading_shift_ev``, ``reading_uncertainty_ev`` and
    ``reading_weight`` of shape ``(n, readings)`` and ``reading_probabilities`` of shape ``(n, readings, groups)``.
    Other models have one reading of weight 1 and no uncertainty.

    Args:
        outputs: Outputs of the graph contract for a batch.
        row: Place of the spectrum in the batch.

    Returns:
        The readings: the one that stands, then the others, heaviest first.
    """
    if "reading_shift_ev" not in outputs:
        probabilities = np.asarray(outputs["probabilities"][row], dtype=np.float64)
        return (ModelReading(float(np.ravel(outputs["shift_ev"])[row]), None, 1.0, probabilities),)
    shifts = outputs["reading_shift_ev"][row]
    weights = outputs["reading_weight"][row]
    uncertainties = outputs["reading_uncertainty_ev"][row]
    by_reading = np.asarray(outputs["reading_probabilities"][row], dtype=np.float64)
    found = (
        ModelReading(float(shifts[i]), float(uncertainties[i]), float(weights[i]), by_reading[i])
        for i in reading_order(shifts, weights)
    )
    return tuple(found)


def with_all_regions(standing: ModelReading, readings: tuple[ModelReading, ...]) -> ModelReading:
    """Return what stands with the groups as all regions show them at its shift, where the model read them there too.

    Regions that mislead about the shift still tell groups once the shift is known.
    """
    near = [other for other in readings if abs(other.shift_ev - standing.shift_ev) <= SAME_SHIFT_EV]
    if not near:
        return standing
    return replace(standing, probabilities=near[0].probabilities)


def nearest(readings: Sequence[ModelReading], answer: ModelReading) -> ModelReading | None:
    """Return the reading that an answer goes back to, None where it goes back to another's.

    One that would be reported goes before nearer ones of next to no weight.

    Args:
        readings: Readings of what stands.
        answer: The answer: one of them, moved by a fit or not, or one of other regions.
    """
    near = [one for one in readings if abs(one.shift_ev - answer.shift_ev) <= 2.0 * SAME_SHIFT_EV]
    return min(near, key=lambda one: (one.weight < LEAST_WEIGHT, abs(one.shift_ev - answer.shift_ev)), default=None)


def rivals(
    answer: ModelReading, asked: Sequence[Sequence[ModelReading]], stands: int
) -> list[tuple[ModelReading, float]]:
    """Return the readings that an undecided charge lies between, and how likely each is.

    Args:
        answer: The reading that stands.
        asked: The readings with all regions, with C 1s alone, and with each other region left out.
        stands: Which of these the answer rests on.

    Returns:
        The answer, then what else is read of the regions it rests on and of all, and the first reading of each of the
        others: those that stand elsewhere, heaviest first, at most four. How likely: half the weight of what is read
        near it where the answer rests, half the mean of that over all that was asked.
    """
    read = [*asked[stands], *asked[0], *(readings[0] for readings in asked)]
    found = [answer]
    for other in sorted(read, key=lambda one: -one.weight):
        apart = all(abs(other.shift_ev - one.shift_ev) > RIVAL_APART_EV for one in found)
        if other.weight >= LEAST_WEIGHT and apart and len(found) <= MOST_RIVALS:
            found.append(other)

    def near(readings: Sequence[ModelReading], shift_ev: float) -> float:
        return sum(one.weight for one in readings if abs(one.shift_ev - shift_ev) <= VOTE_EV)

    votes = [[near(readings, one.shift_ev) for readings in asked] for one in found]
    return [(one, 0.5 * vote[stands] + 0.5 * sum(vote) / len(vote)) for one, vote in zip(found, votes, strict=True)]
