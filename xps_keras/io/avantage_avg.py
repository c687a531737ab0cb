"""Reader of Thermo Avantage's text dump (.avg): properties, axes, and lists of values.

The energy axis is stored as kinetic energy, evenly spaced, unless its label says binding; a second axis of etch times,
levels or positions gives a sample per value.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from xps_keras.errors import InputError, SpectrumWarning
from xps_keras.io.column_names import unit_of
from xps_keras.io.cut_short import cut_short
from xps_keras.io.decode import known_number, to_lines, to_text
from xps_keras.io.draft import Draft, Parsed
from xps_keras.io.number_table import is_number
from xps_keras.io.reader import Reader

_PROPERTY = re.compile(r"^(DS_\w{1,80})(?:\[\d{1,4}\])?\s{0,80}:[^=]{0,200}=\s{0,8}(.*)$")
_AXIS = re.compile(r"^\s{0,16}(\d{1,3})\s{0,4}=\s{0,8}([^,]{1,40}),([^,]{1,40}),([^,]{1,40}),\s{0,8}(\w{1,40})(.*)$")
_VALUE = re.compile(
    r"(?:DATAXIS\s{0,4}=\s{0,4}(\d+)\s{1,4})?SPACEAXIS\s{0,4}=\s{0,4}(\d+).{0,200}POINT\s{0,4}=\s{0,4}(\d+)\s{1,4}VALUE\s{0,4}=\s{0,4}'?([^;']{1,60})"
)
_LIST = re.compile(r"^\s{0,8}LIST@\s{0,8}\d+\s{0,4}=(.*)$")
_WHOLE = re.compile(r"\d{1,9}")
_SOURCE, _TITLE, _SUBJECT = "DS_SOPROPID_ENERGY", "DS_EXT_SUPROPID_TITLE", "DS_EXT_SUPROPID_SUBJECT"
_UNIT, _LABEL, _PASS = "DS_GEPROPID_VALUE_UNIT", "DS_GEPROPID_VALUE_LABEL", "DS_ANPROPID_PASS"
_DWELL, _SCANS, _SCALE = "DS_ACPROPID_ACQ_TIME", "DS_ACPROPID_PERIODS", "DS_ACPROPID_EV_SCALE"
_BINDING = "2"
"""Value of the energy scale for binding energies; 1 is kinetic."""
_MOST_POINTS = 10_000_000


class AvantageAvgReader:
    """Thermo Avantage."""

    name = "Avantage text"
    extra = None

    def recognises(self, content: bytes, path: Path) -> bool:
        """Tell whether the axes and the properties of Avantage's dump stand in the text."""
        head = content[:65_536].replace(b"\0", b"")  # a wide text has a zero in every letter
        if b"DS_" not in head or to_text(content[:65_536]) is None:
            return False
        return b"$SPACEAXES" in content[:2_000_000].replace(b"\0", b"")

    def read(self, content: bytes, path: Path) -> Parsed:
        """Read the spectra of the file.

        Args:
            content: The file.
            path: Its path, for messages.

        Returns:
            One draft per spectrum.

        Raises:
            InputError: If the energy axis or the values are missing or do not fit.
        """
        properties: dict[str, str] = {}
        axes: dict[int, _SpaceAxis] = {}
        labels: dict[tuple[int, int], str] = {}
        described: dict[int, int] = {}
        blocks: list[_Block] = []
        in_axes = False
        for number, line in enumerate(to_lines(to_text(content) or ""), start=1):
            if line.startswith("$"):
                in_axes = line.startswith("$SPACEAXES")
                if line.startswith("$DATA="):
                    blocks.append(_Block([int(cell) for cell in _WHOLE.findall(line)]))
            if match := _PROPERTY.match(line):
                properties.setdefault(match[1], match[2].strip().strip("'"))
            elif in_axes and (match := _AXIS.match(line)):
                try:
                    start, step, points = float(match[2]), float(match[3]), int(match[4])
                except ValueError:
                    raise InputError(f"{path.name}: line {number} breaks an axis, export the file again.") from None
                evenly, *texts = [cell.strip(" '") for cell in match[6].strip(" ,").split(",")]
                axes[int(match[1])] = _SpaceAxis(match[5], start, step, points, evenly.lower() == "linear", texts)
            elif match := _VALUE.search(line):
                labels[int(match[2]), int(match[3])] = match[4].strip()
                described.setdefault(int(match[1] or 0), int(match[2]))
            elif match := _LIST.match(line):
                blocks = blocks or [_Block([])]
                blocks[-1].line = blocks[-1].line or number
                try:
                    cells = match[1].replace("#empty#", "nan").split(",")
                    blocks[-1].values += [float(cell) for cell in cells if cell.strip()]
                except ValueError:
                    raise InputError(f"{path.name}: line {number} holds no list of numbers, correct it.") from None
        return _parsed(properties, axes, labels, described, [block for block in blocks if block.values], path.name)


READER: Reader = AvantageAvgReader()


@dataclass(frozen=True)
class _SpaceAxis:
    """One line below $SPACEAXES."""

    kind: str
    start: float
    step: float
    points: int
    even: bool
    texts: list[str]
    """Symbol, unit and label, as far as the line has them."""


@dataclass
class _Block:
    """One list of values."""

    index: list[int]
    """Places on the axes but for the energies', in their order; empty where the file gives none."""
    values: list[float] = field(default_factory=list)
    line: int = 0


def _parsed(
    properties: dict[str, str],
    axes: dict[int, _SpaceAxis],
    labels: dict[tuple[int, int], str],
    described: dict[int, int],
    blocks: list[_Block],
    file: str,
) -> Parsed:
    number = next((number for number, axis in axes.items() if axis.kind.upper() == "ENERGY"), None)
    if number is None:
        raise InputError(f"{file}: this Avantage file has no energy axis, export a spectrum.")
    axis = axes[number]
    words = " ".join(axis.texts).lower()
    if not axis.even:
        raise InputError(f"{file}: the energies of this Avantage file are not evenly spaced, export it as VAMAS.")
    warnings = _without_cut_spectrum(blocks, axis.points)
    count = sum(len(block.values) for block in blocks)
    if not 0 < axis.points <= _MOST_POINTS or not count or any(len(block.values) % axis.points for block in blocks):
        raise InputError(
            f"{file}: {count} values do not fill an even energy axis of {axis.points} points, export the file again."
        )
    others = [place for place in sorted(axes) if place != number]
    # One axis of the data may be described by several of space: a level by its number, its time and its depth.
    dimensions = max(len(block.index) for block in blocks)
    of_index = [described.get(1 + at, others[at] if at < len(others) else -1) for at in range(dimensions)]
    further = [place for place in (of_index or others) if place in axes and axes[place].points > 1]
    rows: list[tuple[tuple[int, ...], NDArray[np.float64], int]] = []
    for block in blocks:
        table = np.array(block.values, dtype=np.float64).reshape(-1, axis.points)
        indexed = 0 < len(block.index) == dimensions and len(table) == 1
        for values in table:
            if indexed:
                place = tuple(at for which, at in zip(of_index, block.index, strict=True) if which in further)
            else:
                place = _in_order(len(rows), [axes[which].points for which in further], count // axis.points)
            rows.append((place, values, block.line))
    rows.sort(key=lambda row: row[0][::-1])
    binding = "binding" in words or ("kinetic" not in words and properties.get(_SCALE, "").strip() == _BINDING)
    unit = unit_of(properties.get(_UNIT, "")) or unit_of(properties.get(_LABEL, ""))
    kept = [row for row in rows if not np.isnan(row[1]).all()]
    if not kept:
        raise InputError(f"{file}: this Avantage file holds no measurement, every value is empty.")
    if len(kept) < len(rows):
        text = f"{len(rows) - len(kept)} of {len(rows)} spectra hold no values and were left out."
        warnings.append(SpectrumWarning("region-skipped", text))
    drafts = []
    for row, (place, values, line) in enumerate(kept):
        told = ", ".join(_named(axes[which], which, at, labels) for which, at in zip(further, place, strict=False))
        told = told or (f"spectrum {row + 1}" if len(rows) > 1 else "")
        drafts.append(
            Draft(
                label=properties.get(_TITLE, ""),
                energy_ev=np.round(axis.start + axis.step * np.arange(axis.points), 6),
                intensity=values,
                place=f"spectrum {row + 1} (line {line})",
                scale="binding" if binding else "kinetic",
                intensity_unit=unit or "counts",
                source_energy_ev=known_number(properties.get(_SOURCE, "")),
                dwell_s=known_number(properties.get(_DWELL, "")),
                scans=_whole(properties.get(_SCANS, "")),
                pass_energy_ev=known_number(properties.get(_PASS, "")) or None,
                sample=", ".join(filter(None, (properties.get(_SUBJECT, ""), told))),
            )
        )
    return Parsed(tuple(drafts), tuple(warnings))


def _without_cut_spectrum(blocks: list[_Block], points: int) -> list[SpectrumWarning]:
    """Take off the piece of a spectrum with which the last of several ends, and say so."""
    piece = len(blocks[-1].values) % points if blocks and points > 0 else 0
    if not piece or sum(len(block.values) for block in blocks) < points:
        return []
    del blocks[-1].values[-piece:]
    if not blocks[-1].values:
        blocks.pop()
    return [cut_short(f"The file ends within a spectrum, of whose {points} values {piece} are there: it was left out.")]


def _in_order(row: int, shape: list[int], count: int) -> tuple[int, ...]:
    """Return the places of a spectrum without an index: the first of the further axes goes fastest."""
    if not shape or int(np.prod(shape)) != count:
        return ()
    return tuple(int(at) for at in np.unravel_index(row, shape, order="F"))


def _named(axis: _SpaceAxis, number: int, place: int, labels: dict[tuple[int, int], str]) -> str:
    """Name one place on an axis: ``etch time 12.5 s``, ``position 2``."""
    value = labels.get((number, place), f"{axis.start + place * axis.step:g}")
    numeric = is_number(value)
    unit = axis.texts[1] if len(axis.texts) > 1 and numeric else ""
    value = f"{float(value):g}" if numeric else value
    return f"{axis.kind.lower().replace('etch', 'etch ')} {value} {unit}".strip()


def _whole(text: str) -> int | None:
    value = known_number(text)
    return None if value is None or value > 1e9 else max(1, round(value))
