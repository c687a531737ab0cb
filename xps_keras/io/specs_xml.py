"""Reader of SPECS XML, the file of the SpecsLab programs: groups of regions, cycles, scans, counts per detector.

A hemispherical analyser with several channel detectors records each energy once in each detector, shifted by the
detector's ``shift`` times the pass energy; ``mcd_head`` and ``mcd_tail`` points more at the ends make that possible.
The counts of all detectors at one energy are summed, as the program itself does.
"""

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from xps_keras.errors import InputError, SpectrumWarning
from xps_keras.io.decode import known_number
from xps_keras.io.draft import Draft, Parsed
from xps_keras.io.samples import parted_names

_MARKS = (b"specs.de/Serializer", b"CORBA XML")
_MOST_VALUES = 10_000_000


class SpecsXmlReader:
    """SpecsLab 2 and its followers."""

    name = "SPECS XML"
    extra = None

    def recognises(self, content: bytes, path: Path) -> bool:
        """Tell whether the file is XML with the marks of SPECS' serializer near the top."""
        head = content[:65_536]
        return head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<?xml") and any(mark in head for mark in _MARKS)

    def read(self, content: bytes, path: Path) -> Parsed:
        """Read every region of every group; the scans of a region are summed, a cycle more is measured anew.

        Args:
            content: The file.
            path: Its path, for messages.

        Returns:
            One draft per region and cycle, the group as its sample.

        Raises:
            InputError: If the XML is broken or holds no region with counts.
        """
        if b"<!ENTITY" in content:
            raise InputError(f"{path.name}: this XML file defines entities, which no SPECS file does, export it again.")
        try:
            root = ElementTree.fromstring(content)  # noqa: S314 - entities were refused above
        except (ElementTree.ParseError, ValueError, LookupError) as error:
            raise InputError(f"{path.name}: the XML is broken ({error}), copy or export the file again.") from None
        drafts: list[Draft] = []
        cycles: list[str] = []
        warnings: list[SpectrumWarning] = []
        number = 0
        for group in _structs(root, "RegionGroup"):
            for region in _structs(group, "RegionData"):
                number += 1
                place = f"region {number} (`{_text(region, 'name')}`)"
                for cycle, element in enumerate(_structs(region, "Cycle")):
                    try:
                        draft = _draft(region, element, place, _text(group, "name"))
                    except (ValueError, OverflowError) as error:
                        warnings.append(
                            SpectrumWarning("block-skipped", f"{place.capitalize()} was left out: {error}.")
                        )
                        continue
                    if draft is not None:
                        drafts.append(draft)
                        cycles.append(f"cycle {cycle + 1}")
        if not drafts:
            why = warnings[-1].text if warnings else "it holds no counts."
            raise InputError(f"{path.name}: no spectrum in this SPECS file: {why}")
        names = parted_names([draft.sample for draft in drafts], [draft.label for draft in drafts], cycles)
        return Parsed(
            tuple(replace(draft, sample=name) for draft, name in zip(drafts, names, strict=True)), tuple(warnings)
        )


def _structs(parent: ElementTree.Element, kind: str) -> Iterator[ElementTree.Element]:
    return (element for element in parent.iter("struct") if element.get("type_name") == kind)


def _child(parent: ElementTree.Element, name: str) -> ElementTree.Element | None:
    return next((element for element in parent if element.get("name") == name), None)


def _text(parent: ElementTree.Element, name: str) -> str:
    child = _child(parent, name)
    return "" if child is None else (child.text or "").strip()


def _draft(region: ElementTree.Element, cycle: ElementTree.Element, place: str, sample: str) -> Draft | None:
    definition = next(_structs(region, "RegionDef"), None)
    if definition is None:
        raise ValueError("it has no definition")
    if (mode := _scan_mode(definition)) and "transmission" not in mode.lower() and "retard" not in mode.lower():
        raise ValueError(f"its scan mode is {mode}, no scan of energies")
    values = [counts for scan in _structs(cycle, "ScanData") if (counts := _counts(scan)).size]
    if not values:
        return None
    complete = [counts for counts in values if counts.size == values[0].size]
    points = int(_text(definition, "values_per_curve"))
    step, start = float(_text(definition, "scan_delta")), float(_text(definition, "kinetic_energy"))
    if not 0 < points <= _MOST_VALUES:
        raise ValueError(f"it promises {points} points")
    total = np.sum(complete, axis=0)
    intensity = _over_detectors(total, region, definition, points, step)
    warnings: tuple[SpectrumWarning, ...] = ()
    if len(complete) < len(values):
        text = f"{len(values) - len(complete)} of {len(values)} scans of {place} are incomplete and were left out."
        warnings = (SpectrumWarning("scans-skipped", text),)
    return Draft(
        label=re.sub(r"^\d+ ", "", _text(region, "name")),
        energy_ev=np.round(start + step * np.arange(len(intensity)), 6),
        intensity=intensity,
        place=place,
        scale="kinetic",
        intensity_unit="counts",
        source_energy_ev=known_number(_text(definition, "excitation_energy")),
        dwell_s=known_number(_text(definition, "dwell_time")),
        scans=len(complete),
        pass_energy_ev=known_number(_text(definition, "pass_energy")),
        transmission=_transmission(region, len(intensity)),
        sample=sample,
        warnings=warnings,
    )


def _scan_mode(definition: ElementTree.Element) -> str:
    mode = _child(definition, "scan_mode")
    return "" if mode is None else _text(mode, "name")


def _transmission(region: ElementTree.Element, points: int) -> NDArray[np.float64] | None:
    """Return the transmission of the analyser at each energy, which the program computes; None where it did not."""
    held = _child(region, "transmission")
    values = [] if held is None else " ".join(held.itertext()).split()
    return np.array(values, dtype=np.float64) if len(values) == points else None


def _counts(scan: ElementTree.Element) -> NDArray[np.float64]:
    counts = _child(scan, "counts")
    if counts is None:
        return np.empty(0)
    return np.array(" ".join(counts.itertext()).split(), dtype=np.float64)


def _over_detectors(
    counts: NDArray[np.float64], region: ElementTree.Element, definition: ElementTree.Element, points: int, step: float
) -> NDArray[np.float64]:
    """Sum what all detectors counted at one kinetic energy."""
    shifts = [float(_text(detector, "shift")) for detector in _structs(region, "Detector")] or [0.0]
    head, tail = int(_text(region, "mcd_head") or 0), int(_text(region, "mcd_tail") or 0)
    if counts.size != len(shifts) * (points + head + tail):
        if counts.size == points:
            return counts
        raise ValueError(f"it holds {counts.size} counts where {len(shifts)} x {points + head + tail} belong")
    table = counts.reshape(-1, len(shifts))
    pass_energy = float(_text(definition, "pass_energy") or 0.0)
    total = np.zeros(points)
    for detector, shift in enumerate(shifts):
        # A detector that looks `shift` times the pass energy higher meets an energy that many steps earlier.
        begin = round(head - shift * pass_energy / step)
        if begin < 0 or begin + points > len(table):
            raise ValueError("its detectors reach beyond the measured points")
        total += table[begin : begin + points, detector]
    return total
