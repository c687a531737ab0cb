"""What a reading of the network says of each group, as findings with what speaks for them."""

from collections.abc import Mapping

import numpy as np

from xps_keras.analysis.evidence import evidence_for, expected_signals, measured_elements
from xps_keras.analysis.readings import ModelReading
from xps_keras.analysis.result import Analysis, GroupFinding
from xps_keras.analysis.statuses import status_of
from xps_keras.groups import groups_named
from xps_keras.library.lines import LINES
from xps_keras.metadata import Metadata
from xps_keras.preprocessing.channels import Channels


def findings_of(
    reading: ModelReading, channels: Channels, metadata: Metadata, moved_ev: float, refused: Mapping[str, bool]
) -> tuple[GroupFinding, ...]:
    """Turn one reading's probabilities into findings.

    Args:
        reading: Shift and probabilities.
        channels: The spectrum; groups of elements whose line was not measured are not assessable.
        metadata: Thresholds and limits.
        moved_ev: The chosen reference minus the library's.
        refused: Groups that cannot be called absent, and whether they cannot be called present either.

    Returns:
        One finding per group, in the model's order.
    """
    measured = measured_elements(channels.measured, reading.shift_ev, metadata.lines)
    findings = []
    for index, group in enumerate(groups_named(metadata.labels)):
        probability = float(np.clip(reading.probabilities[index], 0.0, 1.0))
        threshold, limits = metadata.thresholds[index], metadata.detection_limits
        limit = limits[index] if limits is not None and reading.limited else None
        assessable = metadata.assessable[index] and measured.issuperset(group.elements)
        status = status_of(probability, threshold, assessable, limit)
        if group.name in refused and (refused[group.name] or status != "present"):
            status = "not assessable"
        findings.append(
            GroupFinding(
                name=group.name,
                status=status,
                # A number beside "not assessable" would be read as an answer.
                probability=None if status == "not assessable" else probability,
                threshold=threshold,
                detection_limit=limit,
                evidence=evidence_for(group.name, channels, reading.shift_ev, moved_ev)
                if status == "present" and not metadata.own_labels
                else (),
            )
        )
    return tuple(findings)


def elements_of(analysis: Analysis, metadata: Metadata) -> list[tuple[str, frozenset[str]]]:
    """Return name and elements of the groups that are present."""
    signals = expected_signals()
    return [
        (group.name, frozenset((*group.elements, *(LINES[one.line].element for one in signals.get(group.name, ())))))
        for group in groups_named(metadata.labels)
        if group.name in {found.name for found in analysis.present}
    ]
