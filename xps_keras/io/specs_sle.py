"""Reader of SPECS Prodigy's own files (.sle): an SQLite database of counts, and XML that names them.

The table ``Spectrum`` holds energies and number of points of each region, ``RawData`` one row per scan with its place
in loops (``Loop=2u;Scan [Idx]=1u``), ``CountRateData`` the counts themselves: by their noise counts per point and scan,
whatever the table is called. ``Configuration`` keeps the schedule, XML with the names of groups and regions.
"""

import contextlib
import re
import xml.etree.ElementTree as ElementTree
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from xps_keras.errors import InputError, SpectrumWarning
from xps_keras.io.column_names import unit_of
from xps_keras.io.decode import known_number
from xps_keras.io.draft import Draft, Parsed
from xps_keras.io.reader import Reader
from xps_keras.io.samples import parted_names
from xps_keras.io.specs_xml import OF_ENERGIES, xml_root
from xps_keras.io.sqlite_tables import SIGNATURE, Tables, TooMuch, tables

_TABLES = (b"CountRateData", b"RawData", b"Spectrum")
_REMEDY = "export it from Prodigy as VAMAS or .xy"
_MOST_VALUES = 20_000_000
"""Counts in a file: compressed ones need hardly any room in it."""
_LONGEST_SCHEDULE = 10_000_000  # letters of XML
_LONGEST_NAME = 60  # letters of a name in a message
_SCAN = re.compile(r"(?i)scan\b")
"""In the name of a loop that repeats one measurement."""


@dataclass(frozen=True)
class _Named:
    """What the schedule says of a spectrum."""

    group: str
    """Name of its group, with a number where several groups bear it."""
    name: str
    mode: str
    """``FixedAnalyzerTransmission``; empty where the schedule does not say."""
    dwell_s: float | None
    shift: str
    """The shift of energies that Prodigy notes for its pictures, empty for none."""


@dataclass(frozen=True)
class _Spectrum:
    """A row of the table, and its names."""

    node: int
    channels: int
    """Of the detector, of which each has its own counts."""
    points: int
    start_ev: float
    scale: Literal["binding", "kinetic"]
    step_ev: float
    pass_energy_ev: float | None
    unit: Literal["counts", "counts/s", "arbitrary"]
    named: _Named

    @property
    def place(self) -> str:
        """Where it stands, for messages."""
        name = f" (`{self.named.name[:_LONGEST_NAME]}`)" if self.named.name else ""
        return f"spectrum {self.node}{name}"

    @property
    def energy_ev(self) -> NDArray[np.float64]:
        """Energies in eV, from the lowest kinetic energy on."""
        rising = self.step_ev if self.scale == "kinetic" else -self.step_ev
        return np.round(self.start_ev + rising * np.arange(self.points), 6)


class SpecsSleReader:
    """Databases of SPECS Prodigy."""

    name = "SPECS Prodigy database"
    extra = None

    def recognises(self, content: bytes, path: Path) -> bool:
        """Tell whether the file is an SQLite database with Prodigy's tables."""
        return content.startswith(SIGNATURE) and all(table in content for table in _TABLES)

    def read(self, content: bytes, path: Path) -> Parsed:
        """Read every scan of energies; the scans of a region are summed, another turn of a loop is measured anew.

        Args:
            content: The file.
            path: Its path, for messages.

        Returns:
            One draft per region and turn of its loops, the group as its sample.

        Raises:
            InputError: If the database is damaged, of an unknown layout, or holds no scan of energies with counts.
        """
        drafts: list[Draft] = []
        turns: list[str] = []
        warnings: list[SpectrumWarning] = []
        with tables(content, _USED, kind="Prodigy database", path=path, remedy=_REMEDY) as base:
            names = _schedule(base, path)
            left = [_MOST_VALUES]
            for row in list(base.rows(_SPECTRA)):
                try:
                    spectrum = _spectrum(base, row, names)
                    for turn, draft in _drafts(base, spectrum, left):
                        drafts.append(draft)
                        turns.append(turn)
                except (ValueError, OverflowError) as error:
                    warnings.append(_left_out(row, names, error))
        if not drafts:
            why = warnings[-1].text if warnings else "it holds no spectrum."
            raise InputError(f"{path.name}: no scan of energies in this Prodigy database: {why}")
        parted = parted_names([draft.sample for draft in drafts], [draft.label for draft in drafts], turns)
        named = (replace(draft, sample=name) for draft, name in zip(drafts, parted, strict=True))
        return Parsed(tuple(named), tuple(warnings))


READER: Reader = SpecsSleReader()

_SPECTRA = (
    "SELECT Node, EnergyChns, NonEnergyChns, Samples, ElectronEnergy, EnergyType, Step, EpassOrRR FROM Spectrum "
    "ORDER BY Node"
)
_RAW = "SELECT RawID, Scans, Eexc, Head, Tail, Trace FROM RawData WHERE Node = ? ORDER BY RawID"
_USED = frozenset("configuration nodemapping spectrum rawdata countratedata ordinateinfo transmissiondata".split())
_CHUNKS = "SELECT Offset, ChunkSize, Data FROM CountRateData WHERE RawID = ? ORDER BY Offset"


def _number(value: Any, what: str) -> float:
    """Return a number; SQLite keeps anything in any column."""
    if not isinstance(value, int | float) or not abs(value) < 1e9:
        raise ValueError(f"its {what} is no number")
    return float(value)


def _schedule(base: Tables, path: Path) -> dict[int, _Named]:
    """Return what the schedule says of each spectrum, by its node."""
    schedule = next((row[0] for row in base.rows("SELECT Value FROM Configuration WHERE Key = 'Schedule'")), None)
    if not isinstance(schedule, str):
        return {}
    if len(schedule) > _LONGEST_SCHEDULE:
        raise TooMuch(f"over {_LONGEST_SCHEDULE} letters of its schedule")
    mapped = base.rows("SELECT InternalID, Node FROM NodeMapping")
    nodes = {number: node for number, node in mapped if isinstance(number, int) and isinstance(node, int)}
    root, cut = xml_root(schedule.encode(errors="replace"), path)
    if cut:
        raise InputError(f"{path.name}: the XML is broken (it ends early), copy the file again or {_REMEDY}.")
    groups: list[str] = []
    found: dict[int, tuple[int, ElementTree.Element]] = {}
    waiting = [(root, -1)]
    while waiting:
        element, group = waiting.pop()
        if element.tag == "SpectrumGroup":
            group = len(groups)
            groups.append(_group_name(element.get("Name", "")))
        if element.tag == "Spectrum" and (number := element.get("ID", "")[:12]).isdecimal():
            found[nodes.get(int(number), int(number))] = (group, element)
        else:
            waiting += [(child, group) for child in reversed(element)]
    names = ["", *_numbered(groups)]
    return {node: _named(element, names[group + 1]) for node, (group, element) in found.items()}


def _group_name(name: str) -> str:
    """Return the name of a group without keys that nobody filled: ``PET, #Time: , #Temp: RT`` is PET, Temp: RT."""
    first, *keys = name.split("#")
    kept = [key.strip(" ,") for key in keys if re.search(r"\w", key.partition(":")[2] or key)]
    return ", ".join(filter(None, (first.strip(" ,"), *kept)))


def _numbered(groups: Sequence[str]) -> list[str]:
    """Tell groups of one name apart by their numbers."""
    times = Counter(groups)
    return [
        ", ".join(filter(None, (name, f"group {place}"))) if times[name] > 1 else name
        for place, name in enumerate(groups, 1)
    ]


def _named(element: ElementTree.Element, group: str) -> _Named:
    settings = next((child for child in element if child.tag.endswith("Settings") and child.get("DwellTime")), None)
    processing = element.find("DataProcessing")
    shift = "" if processing is None else processing.get("SpectrumShift", "").strip()
    return _Named(
        group=group,
        name=element.get("Name", "").strip(),
        mode="" if settings is None else settings.tag.removesuffix("Settings"),
        dwell_s=None if settings is None else known_number(settings.get("DwellTime", "")[:24]),
        shift=shift if re.search(r"[1-9]", shift) else "",
    )


def _left_out(row: Sequence[Any], names: dict[int, _Named], error: Exception) -> SpectrumWarning:
    named = names.get(row[0]) if isinstance(row[0], int) else None
    name = f" (`{named.name[:_LONGEST_NAME]}`)" if named is not None and named.name else ""
    return SpectrumWarning("block-skipped", f"Spectrum {str(row[0])[:12]}{name} was left out: {error}.")


def _spectrum(base: Tables, row: Sequence[Any], names: dict[int, _Named]) -> _Spectrum:
    node, channels, others, points = (
        int(_number(value, what))
        for value, what in zip(row, ("node", "EnergyChns", "NonEnergyChns", "Samples"), strict=False)
    )
    named = names.get(node, _Named("", "", "", None, ""))
    if named.mode and not OF_ENERGIES.search(named.mode):
        raise ValueError(f"its scan mode is {named.mode[:_LONGEST_NAME]}, no scan of energies")
    if not 0 < points <= _MOST_VALUES:
        raise ValueError(f"it promises {points} points")
    scale = str(row[5]).lower()
    if scale not in ("binding", "kinetic"):
        raise ValueError(f"its energies are called {str(row[5])[:_LONGEST_NAME]}, neither Binding nor Kinetic")
    retarded = "retard" in named.mode.lower()
    unit = next(base.rows("SELECT Unit FROM OrdinateInfo WHERE Node = ?", node), ("",))
    return _Spectrum(
        node=node,
        channels=channels * others,
        points=points,
        start_ev=_number(row[4], "ElectronEnergy"),
        scale="binding" if scale == "binding" else "kinetic",
        step_ev=_number(row[6], "Step"),
        pass_energy_ev=None if retarded else known_number(str(_number(row[7], "EpassOrRR"))),
        unit=unit_of(str(unit[0])[:_LONGEST_NAME]) or "counts",
        named=named,
    )


def _drafts(base: Tables, spectrum: _Spectrum, left: list[int]) -> Iterator[tuple[str, Draft]]:
    """Sum the scans of each turn of the loops."""
    if spectrum.channels != 1:
        raise ValueError(f"its counts stand apart for {spectrum.channels} channels of the detector; {_REMEDY}")
    scans: dict[tuple[str, float | None], list[tuple[Any, Any, bool]]] = {}  # by turn and photon energy
    for raw, *told, trace in base.rows(_RAW, spectrum.node):
        left[0] -= max(spectrum.points, 100)  # a short scan makes work, too
        if left[0] < 0:
            raise TooMuch(f"over {_MOST_VALUES} counts")
        source = told[1] if isinstance(told[1], int | float) else None
        scans.setdefault((_turn(str(trace)), source), []).append((raw, told[0], any(told[2:])))
    if not scans:
        raise ValueError("it was not measured")
    transmission = _transmission(base, spectrum)
    for (turn, source), raws in scans.items():
        total, repeated, incomplete = np.zeros(spectrum.points), 0, 0
        for raw, times, padded in raws:
            if padded:
                raise ValueError(f"it holds points beyond its ends, for a shift of channels; {_REMEDY}")
            counts = _counts(base, raw, spectrum)
            if counts is None:
                incomplete += 1
                continue
            total += counts
            repeated += max(1, int(_number(times, "Scans")))
        if not repeated:
            continue
        yield turn, _draft(spectrum, total, repeated, incomplete, source, transmission)


def _draft(
    spectrum: _Spectrum,
    total: NDArray[np.float64],
    repeated: int,
    incomplete: int,
    source_ev: float | None,
    transmission: NDArray[np.float64] | None,
) -> Draft:
    warnings = []
    if incomplete:
        text = f"{incomplete} scans of {spectrum.place} are incomplete and were left out."
        warnings.append(SpectrumWarning("scans-skipped", text))
    if spectrum.named.shift:
        text = (
            f"Prodigy notes a shift of {spectrum.named.shift[:12]} eV for {spectrum.place}; it was not applied: the "
            "energies are those that were recorded."
        )
        warnings.append(SpectrumWarning("already-corrected", text))
    return Draft(
        label=spectrum.named.name,
        energy_ev=spectrum.energy_ev,
        intensity=total if spectrum.unit == "counts" else total / repeated,
        place=spectrum.place,
        scale=spectrum.scale,
        intensity_unit=spectrum.unit,
        source_energy_ev=known_number(str(source_ev)),
        dwell_s=spectrum.named.dwell_s,
        scans=repeated,
        pass_energy_ev=spectrum.pass_energy_ev,
        transmission=transmission,
        sample=spectrum.named.group,
        warnings=tuple(warnings),
    )


def _turn(trace: str) -> str:
    """Return where in its loops a scan stands, without the number of the scan: ``Loop=2u;Scan [Idx]=1u`` is loop 2."""
    parts = [part.partition("=") for part in trace[:300].split(";") if not _SCAN.match(part)]
    return ", ".join(f"{name.strip().lower()} {re.sub(r'(?<=[0-9])u$', '', value.strip())}" for name, _, value in parts)


def _counts(base: Tables, raw: Any, spectrum: _Spectrum) -> NDArray[np.float64] | None:
    """Return the counts of one scan, None where they do not fill it."""
    found: list[NDArray[np.float64]] = []
    at = 0
    for offset, size, data in base.rows(_CHUNKS, raw):
        if offset != at or not isinstance(size, int) or not 0 < size <= spectrum.points - at:
            return None
        found.append(_values(data, size))
        at += size
    return np.concatenate(found) if at == spectrum.points else None


def _values(data: Any, size: int) -> NDArray[np.float64]:
    """Unpack numbers of 8 or 4 bytes, which may be compressed: a checksum says so."""
    if not isinstance(data, bytes):
        raise ValueError("its counts are no binary numbers")
    with contextlib.suppress(zlib.error):
        packed = zlib.decompressobj()
        unpacked = packed.decompress(data, 8 * size + 1)
        if packed.eof:
            data = unpacked
    if len(data) not in (4 * size, 8 * size):
        raise ValueError(f"it holds {len(data)} bytes for {size} counts")
    return np.frombuffer(data, dtype=f"<f{len(data) // size}").astype(np.float64)


def _transmission(base: Tables, spectrum: _Spectrum) -> NDArray[np.float64] | None:
    """Return the transmission of the analyser at each point, which Prodigy computes; None where it did not."""
    query = "SELECT Data FROM TransmissionData WHERE Node = ? AND NonEnergyChns = 1 AND Samples = ? LIMIT 2"
    found = list(base.rows(query, spectrum.node, spectrum.points))
    return _values(found[0][0], spectrum.points) if len(found) == 1 else None
