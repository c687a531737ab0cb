"""Whether two runs of a model agree: an artefact with Keras, or a target machine with the golden file."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xps_keras.errors import ModelError
from xps_keras.graph_contract import ALIGNED, GRAPH_OUTPUTS, PROBABILITIES, READING_WEIGHT, Output
from xps_keras.runtime.kinds import CHANNELS, SPECTRUM_OUTPUTS

Arrays = Mapping[str, NDArray[np.float32]]


@dataclass(frozen=True)
class Tolerance:
    """Largest difference from Keras that an artefact may show."""

    probability: float
    """For ``probabilities`` and ``reading_probabilities``."""
    weight: float
    """For ``reading_weight``."""
    shift_ev: float
    """For ``shift_ev``, ``reading_shift_ev`` and ``reading_uncertainty_ev``, in eV."""
    aligned: float
    """For ``aligned``, as a fraction of each spectrum's highest value."""
    decisions: float
    """Fraction of the group decisions (probability against threshold) that may differ."""
    channels: float = 1e-4
    """For ``channels`` of a graph that takes measured spectra, against what Python makes of them; the same fraction."""

    def of(self, output: str) -> float:
        """Return the tolerance of an output by its name."""
        row = _row(output)
        return float(getattr(self, row.tolerance)) if row else self.probability


RELATIVE = (ALIGNED, CHANNELS)
"""Spectra: compared as fractions of their highest value."""


def compare(
    reference: Arrays, measured: Arrays, tolerance: Tolerance, thresholds: NDArray[np.float32], what: str
) -> dict[str, float]:
    """Return the largest difference per output, or refuse.

    Readings come in the order of their weights. Where two weights are closer than two tolerances, either order is
    right, so these readings are left out, and so is a spectrum whose two heaviest readings are that close. The
    weights themselves are compared everywhere.

    Args:
        reference: What Keras gave, arrays by output name.
        measured: What the artefact gave.
        tolerance: What is allowed.
        thresholds: Per group, shape ``(groups,)``.
        what: Name of the artefact, for messages.

    Returns:
        The largest difference per output; ``aligned`` as a fraction of the spectrum's maximum.

    Raises:
        ModelError: When names or shapes differ, nothing could be compared, or a difference exceeds the tolerance.
    """
    if set(reference) != set(measured):
        raise _refusal(what, f"gives the outputs {sorted(measured)} where Keras gives {sorted(reference)}")
    rows = np.ones(len(reference[PROBABILITIES]), bool)
    readings = None
    if READING_WEIGHT in reference:
        readings = _settled(reference[READING_WEIGHT], 2 * tolerance.weight)
        heaviest = reference[READING_WEIGHT].argmax(axis=1)
        rows = readings[np.arange(len(rows)), heaviest]
    if not rows.any():
        raise _refusal(what, "cannot be compared with Keras, whose readings are tied in every spectrum")
    errors = {}
    for name, expected in reference.items():
        if measured[name].shape != expected.shape:
            raise _refusal(what, f"gives {name} of shape {measured[name].shape}, Keras {expected.shape}")
        difference = np.abs(measured[name].astype(np.float64) - expected)
        if name in RELATIVE:
            difference /= np.maximum(expected.max(axis=1, keepdims=True), np.finfo(np.float32).tiny)
        row = _row(name)
        if row and row.of_reading and name != READING_WEIGHT:
            difference = difference[readings]
        elif name != READING_WEIGHT:
            difference = difference[rows]
        errors[name] = float(difference.max())
        if not errors[name] <= tolerance.of(name):  # also true for NaN
            raise _refusal(what, f"differs from Keras by {errors[name]:.2g} in {name} ({tolerance.of(name):g} allowed)")
    agreement(reference[PROBABILITIES][rows], measured[PROBABILITIES][rows], tolerance, thresholds, what)
    return errors


def agreement(
    before: NDArray[np.float32],
    after: NDArray[np.float32],
    tolerance: Tolerance,
    thresholds: NDArray[np.float32],
    what: str,
) -> dict[str, float]:
    """Count the group decisions that differ, or refuse; one is always allowed: a fraction of few is no fraction.

    Args:
        before: Probabilities of the reference, shape ``(n, groups)``.
        after: Those to be judged.
        tolerance: What is allowed.
        thresholds: Per group, shape ``(groups,)``.
        what: Name of the artefact, for messages.

    Returns:
        Content of ``Metadata.agreement``.

    Raises:
        ModelError: When more decisions differ than allowed.
    """
    changed = int(np.sum((before >= thresholds) != (after >= thresholds)))
    if changed > max(1.0, tolerance.decisions * before.size):
        raise _refusal(
            what, f"changes {changed / before.size:.2%} of the group decisions ({tolerance.decisions:.2%} allowed)"
        )
    error = float(np.abs(after.astype(np.float64) - before).max())
    return {"spectra": float(len(before)), "probability_error": error, "decisions_changed": float(changed)}


def separation(outputs: Arrays) -> NDArray[np.float64]:
    """Return the smallest distance between the weights of two readings, shape ``(n,)``; 1 for a single reading."""
    if READING_WEIGHT not in outputs or outputs[READING_WEIGHT].shape[1] < 2:
        return np.ones(len(outputs[PROBABILITIES]))
    ordered = np.sort(outputs[READING_WEIGHT].astype(np.float64), axis=1)
    return np.asarray(np.diff(ordered, axis=1).min(axis=1))


def _settled(weight: NDArray[np.float32], gap: float) -> NDArray[np.bool_]:
    """Mark the readings whose weight stands apart from all others of its row, shape ``(n, readings)``."""
    apart = np.abs(weight[:, :, None] - weight[:, None, :]) > gap
    return np.asarray((apart | np.eye(weight.shape[1], dtype=bool)).all(axis=2))


def _row(output: str) -> Output | None:
    return GRAPH_OUTPUTS.get(output) or SPECTRUM_OUTPUTS.get(output)


def _refusal(what: str, reason: str) -> ModelError:
    return ModelError(f"The {what} artefact {reason}.")
