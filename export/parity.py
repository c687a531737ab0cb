"""The gate: an artefact is written only when its own runtime gives the numbers that Keras gives."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xps_keras.errors import InputError
from xps_keras.metadata import (
    ALIGNED,
    PROBABILITIES,
    READING_PROBABILITIES,
    READING_SHIFT_EV,
    READING_UNCERTAINTY_EV,
    READING_WEIGHT,
    SHIFT_EV,
)
from xps_keras.runtime import Runtime

Arrays = Mapping[str, NDArray[np.float32]]

BATCHES = (1, 3, 7)
"""Sizes of the first batches; what remains of the spectra makes one more."""


@dataclass(frozen=True)
class Tolerance:
    """Largest difference from Keras that an artefact may show."""

    probability: float
    """For ``probabilities``, ``reading_probabilities`` and ``reading_weight``."""
    shift_ev: float
    """For ``shift_ev``, ``reading_shift_ev`` and ``reading_uncertainty_ev``, in eV."""
    aligned: float
    """For ``aligned``, as a fraction of each spectrum's highest value."""
    decisions: float | None = None
    """Fraction of the group decisions (probability against threshold) that may differ; None where the tolerance of
    the probabilities already says enough."""

    def of(self, output: str) -> float:
        """Return the tolerance of an output by its name."""
        if output == ALIGNED:
            return self.aligned
        return self.shift_ev if output in {SHIFT_EV, READING_SHIFT_EV, READING_UNCERTAINTY_EV} else self.probability


TOLERANCES: dict[tuple[str, str], Tolerance] = {
    ("saved_model", "none"): Tolerance(probability=1e-5, shift_ev=1e-4, aligned=1e-4),
    ("onnx", "none"): Tolerance(probability=1e-5, shift_ev=1e-4, aligned=1e-4),
    ("tflite", "none"): Tolerance(probability=1e-4, shift_ev=1e-3, aligned=1e-3),
    ("tflite", "float16"): Tolerance(probability=5e-3, shift_ev=1e-2, aligned=1e-2, decisions=0.001),
    ("tflite", "int8"): Tolerance(probability=0.1, shift_ev=0.1, aligned=0.3, decisions=0.01),
}
"""By format and quantisation. A shift of 0.1 eV is one channel; moving a line of 1 eV width by it changes the aligned
spectrum by up to a quarter of its maximum, hence the wide last figure for int8."""


def measure(
    runtime: Runtime, graph: Any, spectra: NDArray[np.float32], tolerance: Tolerance
) -> tuple[dict[str, float], dict[str, NDArray[np.float32]]]:
    """Compare an artefact with Keras in batches of several sizes.

    Args:
        runtime: The artefact, loaded.
        graph: The Keras serving graph.
        spectra: Shape ``(n, 6601)``, n above 11.
        tolerance: What is allowed.

    Returns:
        The largest difference per output, and what Keras gave.

    Raises:
        InputError: When a difference exceeds the tolerance.
    """
    reference = {name: np.asarray(value) for name, value in graph(spectra, training=False).items()}
    edges = np.cumsum((0, *BATCHES))
    edges = np.append(edges, len(spectra)) if len(spectra) > edges[-1] else edges
    parts = [runtime.run(spectra[start:stop]) for start, stop in itertools.pairwise(edges)]
    measured = {name: np.concatenate([part[name] for part in parts]) for name in runtime.metadata.outputs}
    thresholds = np.asarray(runtime.metadata.thresholds, np.float32)
    name = f"{runtime.metadata.format} ({runtime.metadata.quantization})"
    return compare(reference, measured, tolerance, thresholds, name), reference


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
        thresholds: Per group, shape ``(40,)``.
        what: Name of the artefact, for messages.

    Returns:
        The largest difference per output; ``aligned`` as a fraction of the spectrum's maximum.

    Raises:
        InputError: When names or shapes differ, nothing could be compared, or a difference exceeds the tolerance.
    """
    if set(reference) != set(measured):
        raise _refusal(what, f"gives the outputs {sorted(measured)} where Keras gives {sorted(reference)}")
    rows = np.ones(len(reference[PROBABILITIES]), bool)
    readings = None
    if READING_WEIGHT in reference:
        readings = _settled(reference[READING_WEIGHT], 2 * tolerance.probability)
        heaviest = reference[READING_WEIGHT].argmax(axis=1)
        rows = readings[np.arange(len(rows)), heaviest]
    if not rows.any():
        raise _refusal(what, "cannot be compared with Keras, whose readings are tied in every spectrum")
    errors = {}
    for name, expected in reference.items():
        if measured[name].shape != expected.shape:
            raise _refusal(what, f"gives {name} of shape {measured[name].shape}, Keras {expected.shape}")
        difference = np.abs(measured[name].astype(np.float64) - expected)
        if name == ALIGNED:
            difference /= np.maximum(expected.max(axis=1, keepdims=True), np.finfo(np.float32).tiny)
        if name in {READING_SHIFT_EV, READING_UNCERTAINTY_EV, READING_PROBABILITIES}:
            difference = difference[readings]
        elif name != READING_WEIGHT:
            difference = difference[rows]
        errors[name] = float(difference.max())
        if not errors[name] <= tolerance.of(name):  # also true for NaN
            raise _refusal(what, f"differs from Keras by {errors[name]:.2g} in {name} ({tolerance.of(name):g} allowed)")
    if tolerance.decisions is not None:
        before, after = (values[PROBABILITIES][rows] >= thresholds for values in (reference, measured))
        changed = float(np.mean(before != after))
        if changed > tolerance.decisions:
            raise _refusal(what, f"changes {changed:.2%} of the group decisions ({tolerance.decisions:.2%} allowed)")
    return errors


def _settled(weight: NDArray[np.float32], gap: float) -> NDArray[np.bool_]:
    """Mark the readings whose weight stands apart from all others of its row, shape ``(n, readings)``."""
    apart = np.abs(weight[:, :, None] - weight[:, None, :]) > gap
    return np.asarray((apart | np.eye(weight.shape[1], dtype=bool)).all(axis=2))


def _refusal(what: str, reason: str) -> InputError:
    return InputError(
        f"The {what} artefact {reason}, so nothing was written; choose another format or quantization, or retrain."
    )
