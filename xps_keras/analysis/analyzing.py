"""Spectrum in, answer out: the corrected energy scale and the functional groups, with what speaks for them.

The answer mirrors ``xps-keras analyze --json`` field by field; ``docs/analysis.md`` explains how to read it.
"""

from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from xps_keras import __version__
from xps_keras.analysis.evidence import evidence_for, measured_elements
from xps_keras.analysis.result import (
    C1S_SEARCH_EV,
    LIBRARY_REFERENCE_EV,
    Analysis,
    GroupFinding,
    ModelIdentity,
    Reading,
    RegionRow,
    Status,
    to_json,
)
from xps_keras.analysis.warnings import warnings
from xps_keras.groups import GROUPS
from xps_keras.metadata import Metadata
from xps_keras.preprocessing.channels import Channels, to_channels
from xps_keras.preprocessing.signals import strongest_maximum_ev
from xps_keras.printable import printable
from xps_keras.spectrum import Spectrum

__all__ = ["Analysis", "GroupFinding", "ModelIdentity", "Reading", "RegionRow", "Status", "analyze", "to_json"]

LEAST_WEIGHT = 0.1
"""Other readings of the shift are reported from this weight on."""


class Runnable(Protocol):
    """What ``analyze`` needs of a loaded model; ``xps_keras.runtime.load`` gives one."""

    @property
    def metadata(self) -> Metadata:
        """Labels, thresholds and limits of the model."""

    @property
    def name(self) -> str:
        """Name for the answer."""

    @property
    def sha256(self) -> str:
        """SHA-256 of the artefact, hexadecimal."""

    def run(self, intensity: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
        """Map spectra of shape ``(batch, 6601)`` to the named outputs of the graph contract."""


@dataclass(frozen=True)
class ModelReading:
    """One reading as the model gives it, on the scale of the library."""

    shift_ev: float
    """Measured minus library energy in eV."""
    uncertainty_ev: float | None
    weight: float
    probabilities: NDArray[np.float64]
    """Shape ``(groups,)``."""


def readings_of(outputs: dict[str, NDArray[np.float32]]) -> tuple[ModelReading, ...]:
    """Turn the outputs of a model for one spectrum into its readings.

    Models that read the shift as a distribution name ``reading_shift_ev``, ``reading_uncertainty_ev`` and
    ``reading_weight`` of shape ``(1, readings)`` and ``reading_probabilities`` of shape ``(1, readings, groups)``.
    Other models have one reading of weight 1 and no uncertainty.

    Args:
        outputs: Outputs of the graph contract for a batch of one.

    Returns:
        The readings, heaviest first.
    """
    if "reading_shift_ev" not in outputs:
        probabilities = np.asarray(outputs["probabilities"], dtype=np.float64).reshape(-1)
        return (ModelReading(float(np.ravel(outputs["shift_ev"])[0]), None, 1.0, probabilities),)
    shifts = np.ravel(outputs["reading_shift_ev"])
    weights = np.ravel(outputs["reading_weight"])
    uncertainties = np.ravel(outputs["reading_uncertainty_ev"])
    by_reading = np.asarray(outputs["reading_probabilities"], dtype=np.float64).reshape(shifts.size, -1)
    found = (
        ModelReading(float(shifts[i]), float(uncertainties[i]), float(weights[i]), by_reading[i])
        for i in np.argsort(-weights, kind="stable")
    )
    return tuple(found)


def analyze(spectrum: Spectrum, runtime: Runnable, reference_ev: float = LIBRARY_REFERENCE_EV) -> Analysis:
    """Find the charging shift and the functional groups of a spectrum.

    Args:
        spectrum: A spectrum as read from a file.
        runtime: The model.
        reference_ev: Energy in eV at which saturated hydrocarbon C 1s is to stand. It moves every reported energy
            and never what the model sees.

    Returns:
        The answer.

    Raises:
        InputError: The spectrum holds nothing that can be analysed.
    """
    return analyze_channels(spectrum, to_channels(spectrum), runtime, reference_ev)


def analyze_channels(
    spectrum: Spectrum, channels: Channels, runtime: Runnable, reference_ev: float = LIBRARY_REFERENCE_EV
) -> Analysis:
    """Do the work of ``analyze`` for a spectrum that already stands on the axis.

    Args:
        spectrum: The spectrum as read, for its name and provenance.
        channels: The same spectrum on the axis.
        runtime: The model.
        reference_ev: Energy in eV at which saturated hydrocarbon C 1s is to stand.

    Returns:
        The answer.
    """
    metadata = runtime.metadata
    readings = readings_of(runtime.run(channels.intensity[None, :].astype(np.float32)))
    best = readings[0]
    # The model's scale has CHx at 285.0 eV; a lower reference makes true energies lower and the shift larger.
    moved = reference_ev - LIBRARY_REFERENCE_EV
    alternatives = tuple(
        Reading(
            shift_ev=other.shift_ev - moved,
            weight=other.weight,
            present=tuple(
                group.name for group in _judge(other, channels, metadata, moved) if group.status == "present"
            ),
        )
        for other in readings[1:]
        if other.weight >= LEAST_WEIGHT
    )
    top = _carbon_maximum_ev(channels)
    draft = Analysis(
        file=printable(str(spectrum.path)),
        sample=spectrum.sample or None,
        sha256=spectrum.sha256,
        shift_ev=best.shift_ev - moved,
        shift_uncertainty_ev=best.uncertainty_ev,
        shift_classical_ev=None if top is None else top - reference_ev,
        reference_ev=reference_ev,
        alternatives=alternatives,
        groups=_judge(best, channels, metadata, moved),
        regions=tuple(
            RegionRow(
                used.name,
                used.region.low_ev,
                used.region.high_ev,
                used.region.step_ev,
                used.used,
                used.why,
                used.background,
            )
            for used in channels.regions
        ),
        warnings=(),
        model=ModelIdentity(runtime.name, metadata.package_version, runtime.sha256),
        version=__version__,
    )
    found = (*spectrum.warnings, *channels.warnings, *warnings(draft, channels, metadata, best.shift_ev))
    # The channels may repeat what the reader said; each thing is said once.
    return replace(draft, warnings=tuple(dict.fromkeys(found)))


def _judge(reading: ModelReading, channels: Channels, metadata: Metadata, moved_ev: float) -> tuple[GroupFinding, ...]:
    """Turn one reading's probabilities into findings; ``moved_ev`` is the chosen reference minus the library's."""
    measured = measured_elements(channels.measured, reading.shift_ev, metadata.lines)
    findings = []
    for index, group in enumerate(GROUPS):
        probability = float(np.clip(reading.probabilities[index], 0.0, 1.0))
        threshold = metadata.thresholds[index]
        # In float32, as the model answers and as `evaluate` counts: a threshold may be one of its values.
        status: Status = "present" if np.float32(probability) >= np.float32(threshold) else "absent"
        if not metadata.assessable[index] or not measured.issuperset(group.elements):
            status = "not assessable"
        limits = metadata.detection_limits
        findings.append(
            GroupFinding(
                name=group.name,
                status=status,
                # A number beside "not assessable" would be read as an answer.
                probability=None if status == "not assessable" else probability,
                threshold=threshold,
                detection_limit=None if limits is None else limits[index],
                evidence=evidence_for(group.name, channels, reading.shift_ev, moved_ev) if status == "present" else (),
            )
        )
    return tuple(findings)


def _carbon_maximum_ev(channels: Channels) -> float | None:
    """Return the measured energy of the strongest C 1s maximum; None when there is none in a used region."""
    low, high = C1S_SEARCH_EV
    best: tuple[float, float] | None = None
    for used in channels.regions:
        if used.energy_ev is None or used.region.high_ev < low or used.region.low_ev > high:
            continue
        energy = strongest_maximum_ev(used.energy_ev, used.net, low, high)
        if energy is None:
            continue
        height = float(np.interp(energy, used.energy_ev, used.net))
        if best is None or height > best[0]:
            best = (height, energy)
    return None if best is None else best[1]
