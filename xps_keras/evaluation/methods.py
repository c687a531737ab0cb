"""Answers to test spectra by each method: the network's, or with the shift that a reference fit decides."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from xps_keras.analysis.consistency import parts_of_mask
from xps_keras.analysis.fitting import Start, best_of, known, probabilities_by, searched
from xps_keras.analysis.readings import LEAST_WEIGHT, ModelReading, readings_of
from xps_keras.fit.answer import Fitted
from xps_keras.fit.result import Method
from xps_keras.fit.stretches import Stretch, stretches_on_axis

Outputs = dict[str, NDArray[np.float32]]


def decided(
    outputs: Outputs,
    intensity: NDArray[np.float32],
    measured: NDArray[np.bool_],
    method: Method = "network",
    own_labels: bool = False,
) -> Outputs:
    """Let a method decide the shifts of a batch.

    Args:
        outputs: What the network answered.
        intensity: The spectra, shape ``(n, 6601)``.
        measured: Channels that were recorded, same shape.
        method: ``network`` changes nothing; ``refine`` and ``classical`` fit each spectrum, which takes 0.1 to 1 s.
        own_labels: Whether the groups are a user's own.

    Returns:
        Outputs of the same names and shapes; the reading that stands comes first.
    """
    if method == "network":
        return outputs
    changed = {name: values.copy() for name, values in outputs.items()}
    for row in range(len(intensity)):
        stretches = stretches_of(intensity[row], measured[row])
        readings = readings_of(outputs, row)
        if method == "refine":
            found = best_of(stretches, starts_of(readings, outputs, row, own_labels))
        else:
            found = searched(stretches)
        if not isinstance(found, str):
            _write(changed, row, found, method, readings)
    return changed


def stretches_of(intensity: NDArray[np.float32], measured: NDArray[np.bool_]) -> tuple[Stretch, ...]:
    """Return the regions of a test spectrum as a fit takes them; both of shape ``(6601,)``."""
    return stretches_on_axis(intensity, [(part.name, part.first, part.stop) for part in parts_of_mask(measured)])


def starts_of(readings: Sequence[ModelReading], outputs: Outputs, row: int, own_labels: bool = False) -> list[Start]:
    """Return the readings of a spectrum at which fits begin, the network's first choice first.

    Args:
        readings: What ``readings_of`` returned for the row.
        outputs: What the network answered.
        row: The spectrum's.
        own_labels: Whether the groups are a user's own.
    """
    return [
        Start(one.shift_ev, one.uncertainty_ev or 0.0, one.weight, known(one, outputs, row, own_labels))
        for place, one in enumerate(readings)
        if place == 0 or one.weight >= LEAST_WEIGHT
    ]


def _write(changed: Outputs, row: int, found: Fitted, method: Method, readings: tuple[ModelReading, ...]) -> None:
    """Put the fit's shift, and the groups that go with it, in the place of the network's."""
    shift, uncertainty = found.solution.setting.shift_ev, found.solution.shift_uncertainty_ev
    distance = [abs(one.shift_ev - shift) for one in readings]
    order = sorted(range(len(readings)), key=lambda place: (distance[place] > min(distance), place))
    probabilities = probabilities_by(found) if method == "classical" else readings[order[0]].probabilities
    changed["shift_ev"][row] = shift
    changed["probabilities"][row] = probabilities
    if "reading_shift_ev" not in changed:
        return
    for place, number in enumerate(order):
        reading = readings[number]
        changed["reading_shift_ev"][row, place] = reading.shift_ev
        changed["reading_uncertainty_ev"][row, place] = reading.uncertainty_ev
        changed["reading_weight"][row, place] = reading.weight
        changed["reading_probabilities"][row, place] = reading.probabilities
    changed["reading_shift_ev"][row, 0] = shift
    changed["reading_uncertainty_ev"][row, 0] = uncertainty
    changed["reading_probabilities"][row, 0] = probabilities
    if method == "classical":
        changed["reading_weight"][row] = np.eye(len(order))[0]
