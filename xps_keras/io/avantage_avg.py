"""Reader of Thermo Avantage's text dump (.avg): properties, axes, and lists of values.

The energy axis is stored as kinetic energy, evenly spaced, unless its label says binding; a second axis of etch times,
levels or positions gives a sample per value.
"""

import re
from pathlib import Path

import numpy as np

from xps_keras.errors import InputError, SpectrumWarning
from xps_keras.io.decode import known_number, to_lines, to_text
from xps_keras.io.draft import Draft, Parsed
from xps_keras.io.reader import Reader

_PROPERTY = re.compile(r"^(DS_\w{1,80})(?:\[\d{1,4}\])?\s{0,80}:[^=]{0,200}=\s{0,8}(.*)$")
_AXIS = re.compile(r"^\s{0,16}(\d{1,3})\s{0,4}=\s{0,8}([^,]{1,40}),([^,]{1,40}),([^,]{1,40}),\s{0,8}(\w{1,40})(.*)$")
_VALUE = re.compile(
    r"SPACEAXIS\s{0,4}=\s{0,4}(\d+).{0,200}POINT\s{0,4}=\s{0,4}(\d+)\s{1,4}VALUE\s{0,4}=\s{0,4}'?([^;']{1,60})"
)
_LIST = re.compile(r"^\s{0,8}LIST@\s{0,8}\d+\s{0,4}=(.*)$")
_SOURCE, _TITLE, _UNIT = "DS_SOPROPID_ENERGY", "DS_EXT_SUPROPID_TITLE", "DS_GEPROPID_VALUE_UNIT"
_DWELL, _SCANS = "DS_ACPROPID_ACQ_TIME", "DS_ACPROPID_PERIODS"
_MOST_POINTS = 10_000_000


class AvantageAvgReader:
    """Thermo Avantage."""

    name = "Avantage text"
    extra = None

    def recognises(self, content: bytes, path: Path) -> bool:
        """Tell whether the axes and the properties of Avantage's dump stand in the text."""
        return b"$SPACEAXES" in content[:1_000_000] and b"DS_" in content[:65_536] and b"\0" not in content[:1024]

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
        axes: dict[int, tuple[float, float, int, str, str]] = {}
        labels: dict[tuple[int, int], str] = {}
        values: list[float] = []
        first = 0
        in_axes = False
        for number, line in enumerate(to_lines(to_text(content) or ""), start=1):
            if line.startswith("$"):
                in_axes = line.startswith("$SPACEAXES")
            if match := _PROPERTY.match(line):
                properties.setdefault(match[1], match[2].strip().strip("'"))
            elif in_axes and (match := _AXIS.match(line)):
                try:
                    axes[int(match[1])] = (float(match[2]), float(match[3]), int(match[4]), match[5], match[6])
                except ValueError:
                    raise InputError(f"{path.name}: line {number} breaks an axis, export the file again.") from None
            elif match := _VALUE.search(line):
                labels[int(match[1]), int(match[2])] = match[3].strip()
            elif match := _LIST.match(line):
                first = first or number
                try:
                    values += [float(cell) for cell in match[1].replace("#empty#", "nan").split(",") if cell.strip()]
                except ValueError:
                    raise InputError(f"{path.name}: line {number} holds no list of numbers, correct it.") from None
        return _parsed(properties, axes, labels, values, first, path.name)


READER: Reader = AvantageAvgReader()


def _parsed(
    properties: dict[str, str],
    axes: dict[int, tuple[float, float, int, str, str]],
    labels: dict[tuple[int, int], str],
    values: list[float],
    first_line: int,
    file: str,
) -> Parsed:
    energy_axis = next((number for number, axis in axes.items() if axis[3].upper() == "ENERGY"), None)
    if energy_axis is None:
        raise InputError(f"{file}: this Avantage file has no energy axis, export a spectrum.")
    start, step, points, _, words = axes[energy_axis]
    if not 0 < points <= _MOST_POINTS or not values or len(values) % points or "linear" not in words.lower():
        raise InputError(
            f"{file}: {len(values)} values do not fill an even energy axis of {points} points, export the file again."
        )
    table = np.array(values, dtype=np.float64).reshape(-1, points)
    binding = "binding" in words.lower()
    others = [number for number, axis in sorted(axes.items()) if number != energy_axis and axis[2] == len(table)]
    warnings: tuple[SpectrumWarning, ...] = ()
    title = properties.get(_TITLE, "")
    unit = properties.get(_UNIT, "").lower()
    drafts = []
    for row, intensity in enumerate(table):
        sample = ""
        if len(table) > 1:
            number = others[0] if others else -1
            name = axes[number][3].lower().replace("etch", "etch ") if others else "spectrum"
            value = labels.get((number, row))
            if value is None:
                value = f"{axes[number][0] + row * axes[number][1]:g}" if others else str(row + 1)
            sample = f"{name} {value}"
        drafts.append(
            Draft(
                label=title,
                energy_ev=np.round(start + step * np.arange(points), 6),
                intensity=intensity,
                place=f"spectrum {row + 1} (line {first_line})",
                scale="binding" if binding else "kinetic",
                intensity_unit="counts/s" if "/s" in unit or "cps" in unit else "counts",
                source_energy_ev=known_number(properties.get(_SOURCE, "")),
                dwell_s=known_number(properties.get(_DWELL, "")),
                scans=_whole(properties.get(_SCANS, "")),
                sample=sample,
            )
        )
    return Parsed(tuple(drafts), warnings)


def _whole(text: str) -> int | None:
    value = known_number(text)
    return None if value is None or value > 1e9 else max(1, round(value))
