"""Reader of SPECS XML, the file of the SpecsLab programs: groups of regions, cycles, scans, counts per detector.

A hemispherical analyser with several channel detectors records each energy once in each detector, shifted by the
detector's ``shift`` times the pass energy; ``mcd_head`` and ``mcd_tail`` points more at the ends make that possible.
The counts of all detectors at one energy are summed, as the program itself does.
"""

import contextlib
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from xps_keras.errors import InputError, SpectrumWarning
from xps_keras.io.cut_short import cut_short
from xps_keras.io.decode import known_number, narrow_text
from xps_keras.io.draft import Draft, Parsed
from xps_keras.io.reader import Reader
from xps_keras.io.samples import parted_names

_MARKS = (b"specs.de/Serializer", b"CORBA XML")
OF_ENERGIES = re.compile(r"(?i)transmission|retard|snapshot")
"""Scan modes in which a curve is counts over energies."""
_MOST_VALUES = 10_000_000
_LONGEST_NAME = 60  # letters of a name in a message


class SpecsXmlReader:
    """SpecsLab 2 and its followers."""

    name = "SPECS XML"
    extra = None

    def recognises(self, content: bytes, path: Path) -> bool:
        """Tell whether the file is XML with the marks of SPECS' serializer near the top."""
        head = content[:65_536].lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").replace(b"\0", b"")  # UTF-16 has zeros
        return head.startswith(b"<?xml") and any(mark in head for mark in _MARKS)

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
        root, warnings = xml_root(content, path)
        drafts: list[Draft] = []
        cycles: list[str] = []
        number = 0
        for group in _structs(root, "RegionGroup"):
            sample = _text(group, "name")
            for element in _structs(group, "RegionData"):
                number += 1
                place = f"region {number} (`{_text(element, 'name')[:_LONGEST_NAME]}`)"
                try:
                    region = _region(element, place, sample)
                except (ValueError, OverflowError) as error:
                    warnings.append(_left_out(place, error))
                    continue
                found = list(_structs(element, "Cycle"))
                if not found:
                    warnings.append(_left_out(place, ValueError(_no_counts(element, 0))))
                for index, cycle in enumerate(found):
                    try:
                        draft = _draft(region, cycle)
                    except (ValueError, ArithmeticError) as error:
                        warnings.append(_left_out(place, error))
                        continue
                    if draft is None:
                        warnings.append(_left_out(place, ValueError(_no_counts(element, index))))
                        continue
                    drafts.append(draft)
                    cycles.append(f"cycle {index + 1}")
        if not drafts:
            why = warnings[-1].text if warnings else "it holds no counts."
            raise InputError(f"{path.name}: no spectrum in this SPECS file: {why}")
        names = parted_names([draft.sample for draft in drafts], [draft.label for draft in drafts], cycles)
        return Parsed(
            tuple(replace(draft, sample=name) for draft, name in zip(drafts, names, strict=True)), tuple(warnings)
        )


READER: Reader = SpecsXmlReader()


def xml_root(content: bytes, path: Path) -> tuple[ElementTree.Element, list[SpectrumWarning]]:
    """Parse XML that a SPECS program wrote.

    Args:
        content: The XML.
        path: The file, for messages.

    Returns:
        The tree, of a file that ends early what stands whole, and what was lost.

    Raises:
        InputError: If it is broken, or defines entities, which may grow without bound.
    """
    if b"<!ENTITY" in content.replace(b"\0", b""):
        raise InputError(f"{path.name}: this XML file defines entities, which no SPECS file does, export it again.")
    broken: Exception | None = None
    for text in (content, narrow_text(content)):  # letters of Windows without a word about them
        tree = _Tree()
        parser = ElementTree.XMLParser(target=tree)  # noqa: S314 - entities were refused above
        try:
            parser.feed(text)
            ended = False
            with contextlib.suppress(ElementTree.ParseError):
                parser.close()
                ended = True
            root, lost = tree.whole()
        except (ElementTree.ParseError, ValueError, LookupError) as error:
            broken = broken or error
            continue
        if ended:
            return root, []
        what = f"within region `{lost[:_LONGEST_NAME]}`, which was left out" if lost else "behind its last whole region"
        return root, [cut_short(f"The file ends {what}; what stood behind it is lost.")]
    raise InputError(f"{path.name}: the XML is broken ({broken}), copy or export the file again.")


class _Tree(ElementTree.TreeBuilder):
    """Builds a tree of which a file that ends early holds the beginning."""

    def __init__(self) -> None:
        super().__init__()
        self._open: list[ElementTree.Element] = []

    def start(self, tag: str, attrs: dict[str, str], /) -> ElementTree.Element:
        """Begin an element."""
        self._open.append(super().start(tag, attrs))
        return self._open[-1]

    def end(self, tag: str, /) -> ElementTree.Element:
        """End an element."""
        self._open.pop()
        return super().end(tag)

    def whole(self) -> tuple[ElementTree.Element, str]:
        """Return the tree without the region in which the file ends, and the name of that one."""
        lost = ""
        for element in self._open[::-1]:
            if element.get("type_name") == "RegionData":
                lost = _text(element, "name") or "without a name"
                element.clear()
        while self._open:
            self.end(self._open[-1].tag)
        root: ElementTree.Element | None = self.close()
        if root is None:
            raise ValueError("it holds no element")
        return root, lost


def _no_counts(element: ElementTree.Element, cycle: int) -> str:
    compact = _child(element, "compact_cycles")
    where = "" if compact is None or not len(compact) else ", its compact cycles are not read; export it as .xy"
    return f"cycle {cycle + 1} holds no counts{where}"


def _structs(parent: ElementTree.Element, kind: str) -> Iterator[ElementTree.Element]:
    """Walk the structures of a kind below an element, without those within one of the same kind."""
    waiting = [parent]
    while waiting:
        element = waiting.pop()
        if element.tag == "struct" and element.get("type_name") == kind:
            yield element
        else:
            waiting += list(element)[::-1]


def _child(parent: ElementTree.Element, name: str) -> ElementTree.Element | None:
    return next((element for element in parent if element.get("name") == name), None)


def _text(parent: ElementTree.Element, name: str) -> str:
    child = _child(parent, name)
    return "" if child is None else (child.text or "").strip()


def _left_out(place: str, error: Exception) -> SpectrumWarning:
    return SpectrumWarning("block-skipped", f"{place[:1].upper()}{place[1:]} was left out: {error}.")


@dataclass(frozen=True, eq=False)
class _Region:
    """What holds for every cycle of a region; numbers as the file has them, step and energies in eV."""

    label: str
    place: str
    sample: str
    points: int
    step_ev: float
    start_ev: float
    pass_energy_ev: float
    head: int
    """Points that were measured more at the low end, and at the high end."""
    tail: int
    shifts: tuple[float, ...]
    """By how many pass energies each detector looks higher."""
    source_energy_ev: float | None
    dwell_s: float | None
    transmission: NDArray[np.float64]
    """Of the analyser at each energy, empty where the file gives none."""


def _region(element: ElementTree.Element, place: str, sample: str) -> _Region:
    definition = next(_structs(element, "RegionDef"), None)
    if definition is None:
        raise ValueError("it has no definition")
    if (mode := _scan_mode(definition)) and not OF_ENERGIES.search(mode):
        raise ValueError(f"its scan mode is {mode[:_LONGEST_NAME]}, no scan of energies")
    points = int(_text(definition, "values_per_curve")[:12])
    if not 0 < points <= _MOST_VALUES:
        raise ValueError(f"it promises {points} points")
    return _Region(
        label=re.sub(r"^\d{1,12} ", "", _text(element, "name")),
        place=place,
        sample=sample,
        points=points,
        step_ev=float(_text(definition, "scan_delta")),
        start_ev=float(_text(definition, "kinetic_energy")),
        pass_energy_ev=float(_text(definition, "pass_energy") or 0.0),
        head=int(_text(element, "mcd_head")[:12] or 0),
        tail=int(_text(element, "mcd_tail")[:12] or 0),
        shifts=tuple(float(_text(detector, "shift")) for detector in _structs(element, "Detector")) or (0.0,),
        source_energy_ev=known_number(_text(definition, "excitation_energy")),
        dwell_s=known_number(_text(definition, "dwell_time")),
        transmission=_transmission(element),
    )


def _scan_mode(definition: ElementTree.Element) -> str:
    mode = _child(definition, "scan_mode")
    return "" if mode is None else _text(mode, "name")


def _draft(region: _Region, cycle: ElementTree.Element) -> Draft | None:
    values = [counts for scan in _structs(cycle, "ScanData") if (counts := _counts(scan)).size]
    if not values:
        return None
    longest = max(counts.size for counts in values)
    complete = [counts for counts in values if counts.size == longest]
    intensity = _over_detectors(np.sum(complete, axis=0), region)
    warnings: tuple[SpectrumWarning, ...] = ()
    if len(complete) < len(values):
        text = (
            f"{len(values) - len(complete)} of {len(values)} scans of {region.place} are incomplete and were left out."
        )
        warnings = (SpectrumWarning("scans-skipped", text),)
    return Draft(
        label=region.label,
        energy_ev=np.round(region.start_ev + region.step_ev * np.arange(len(intensity)), 6),
        intensity=intensity,
        place=region.place,
        scale="kinetic",
        intensity_unit="counts",
        source_energy_ev=region.source_energy_ev,
        dwell_s=region.dwell_s,
        scans=len(complete),
        pass_energy_ev=region.pass_energy_ev or None,
        transmission=region.transmission if len(region.transmission) == len(intensity) else None,
        sample=region.sample,
        warnings=warnings,
    )


def _transmission(element: ElementTree.Element) -> NDArray[np.float64]:
    """Return the transmission of the analyser at each energy, which the program computes; empty where it did not."""
    held = _child(element, "transmission")
    return np.array([] if held is None else " ".join(held.itertext()).split(), dtype=np.float64)


def _counts(scan: ElementTree.Element) -> NDArray[np.float64]:
    counts = _child(scan, "counts")
    if counts is None:
        return np.empty(0)
    return np.array(" ".join(counts.itertext()).split(), dtype=np.float64)


def _over_detectors(counts: NDArray[np.float64], region: _Region) -> NDArray[np.float64]:
    """Sum what all detectors counted at one kinetic energy."""
    points, measured = region.points, region.points + region.head + region.tail
    if counts.size != len(region.shifts) * measured:
        if counts.size == points:
            return counts
        raise ValueError(f"it holds {counts.size} counts where {len(region.shifts)} x {measured} belong")
    table = counts.reshape(-1, len(region.shifts))
    total = np.zeros(points)
    for detector, shift in enumerate(region.shifts):
        # A detector that looks `shift` times the pass energy higher meets an energy that many steps earlier.
        begin = round(region.head - shift * region.pass_energy_ev / region.step_ev)
        if begin < 0 or begin + points > len(table):
            raise ValueError("its detectors reach beyond the measured points")
        total += table[begin : begin + points, detector]
    return total
