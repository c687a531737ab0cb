"""Reader of Igor text waves (.itx), as SPECS Prodigy and Igor Pro write them."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from xps_keras.errors import InputError
from xps_keras.io.decode import to_text
from xps_keras.io.draft import Parsed
from xps_keras.io.igor_wave import Dimension, Wave, to_drafts
from xps_keras.io.reader import Reader

_MARK = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*IGOR[ \t]*[\r\n]")
_WAVES = re.compile(r"(?i)^WAVES((?:\s*/[A-Z](?:\s*=\s*\([^)]*\))?)*)\s*,?\s*(.*)$")
_NAME = r"(?:'([^']*)'|([^\s,;'\"]+))"
_NUMBER = r"[-+]?(?:\d{1,40}(?:\.\d{0,40})?|\.\d{1,40})(?:[eE][-+]?\d{1,4})?"
_SCALE = re.compile(
    r"(?i)^SetScale\s*(?:/([PI]))?\s*([xyd])\s*,?\s*("
    + _NUMBER
    + r")\s*,\s*("
    + _NUMBER
    + r")\s*(?:,\s*\"([^\"]*)\")?\s*,\s*(.+)$"
)
_NOTE = re.compile(rf"(?i)^Note\s+{_NAME}\s*,\s*\"(.*)\"\s*$")
_REMEDY = "save the waves again or export two columns"


class IgorTextReader:
    """Text waves of Igor Pro."""

    name = "Igor text wave"
    extra = None

    def recognises(self, content: bytes, path: Path) -> bool:
        """Tell whether the first line is IGOR."""
        return _MARK.match(content[:64]) is not None

    def read(self, content: bytes, path: Path) -> Parsed:
        """Read every wave of the file."""
        lines = [line.strip() for line in (to_text(content) or "").splitlines()]
        return Parsed(*to_drafts(_waves(lines, path), path))


READER: Reader = IgorTextReader()


def _waves(lines: list[str], path: Path) -> list[Wave]:
    """Read the tables; scales and notes follow theirs, comments stand before."""
    waves: list[Wave] = []
    called: dict[str, int] = {}
    notes: dict[int, list[str]] = {}
    comments: list[str] = []
    said = ""
    at = 0
    while at < len(lines):
        line = lines[at]
        at += 1
        head = _WAVES.match(line)
        if head is not None:
            flags, names = head[1].upper(), _names(head[2])
            end = next((index for index in range(at, len(lines)) if lines[index].upper() == "END"), None)
            if end is None or at >= len(lines) or lines[at].upper() != "BEGIN":
                raise InputError(f"{path.name}: the wave at line {at} has no BEGIN or no END, {_REMEDY}.")
            if "/T" not in flags:
                said = "\n".join(comments) or said  # a header that stands once holds for all waves
                for wave in _table(lines, at + 1, end, flags, names, said, path):
                    called[wave.name] = len(waves)  # of two waves of one name a command concerns the latest
                    waves.append(wave)
            comments = []
            at = end + 1
        elif line.startswith("X //"):
            comments.append(line[4:])
        for command in _commands(line):
            if (scale := _SCALE.match(command)) is not None:
                for index in {called[name] for name in _names(scale[6]) if name in called}:
                    waves[index] = _scaled(waves[index], scale)
            elif (note := _NOTE.match(command)) is not None and (name := note[1] or note[2]) in called:
                text = note[3].replace("\\r", "\n").replace("\\n", "\n").replace("\\t", "\t")
                notes.setdefault(called[name], []).append(text)
    return [
        replace(wave, note="\n".join([wave.note, *notes[index]])) if index in notes else wave
        for index, wave in enumerate(waves)
    ]


def _commands(line: str) -> list[str]:
    """Part the commands of a line, ``X SetScale ...; SetScale ...``; a semicolon in a text parts none."""
    if not line[:2].upper().startswith("X ") or line.startswith("X //"):
        return []
    return [command.strip() for command in re.findall(r"(?:\"[^\"]*\"|'[^']*'|[^;\"'])+", line[2:])]


def _names(text: str) -> list[str]:
    return [quoted or plain for quoted, plain in re.findall(_NAME, text)]


def _table(lines: list[str], begin: int, end: int, flags: str, names: list[str], note: str, path: Path) -> list[Wave]:
    rows: list[list[float]] = []
    while end > begin and not lines[end - 1]:
        end -= 1
    for index in range(begin, end):
        if not lines[index]:
            if not rows:
                continue
            raise InputError(f"{path.name}: line {index + 1} inside the wave at line {begin} is blank, {_REMEDY}.")
        try:
            row = [float(cell) for cell in re.split(r"[\s,]+", lines[index])]
        except ValueError:
            raise InputError(
                f"{path.name}: line {index + 1} (`{lines[index][:40]}`) does not hold numbers, {_REMEDY}."
            ) from None
        if rows and len(row) != len(rows[0]):
            raise InputError(
                f"{path.name}: line {index + 1} holds {len(row)} numbers, {len(rows[0])} before it, {_REMEDY}."
            )
        rows.append(row)
    if not rows:
        raise InputError(f"{path.name}: the wave at line {begin} holds no numbers, {_REMEDY}.")
    table = np.array(rows, dtype=np.float64).reshape(len(rows), -1)
    told = re.search(r"/N\s{0,8}=\s{0,8}\(([\d\s,]{0,80})\)", flags)
    shape = tuple(int(size) for size in re.findall(r"\d{1,12}", told[1])) if told else ()
    if len(names) == 1 and len(shape) > 1:
        if table.shape != shape:
            written, held = " times ".join(map(str, shape)), " times ".join(map(str, table.shape))
            raise InputError(
                f"{path.name}: the wave at line {begin} says {written} values and holds {held}, {_REMEDY}."
            )
        columns: list[NDArray[np.float64]] = [table]
    else:
        columns = [table[:, index] for index in range(table.shape[1])]
        if len(columns) != len(names) or (shape and shape[0] != len(rows)):
            raise InputError(
                f"{path.name}: the waves at line {begin} are {len(names)} of {shape[0] if shape else len(rows)} values "
                f"by their heading and {len(columns)} of {len(rows)} by their numbers, {_REMEDY}."
            )
    return [
        Wave(name, values, (Dimension(),) * values.ndim, "", note, f"the wave {name} (line {begin})")
        for name, values in zip(names, columns, strict=True)
    ]


def _scaled(wave: Wave, told: re.Match[str]) -> Wave:
    """Igor's three ways: start and step (P), first and last (I), first and end excluded (none)."""
    how, which, unit = (told[1] or "").upper(), told[2].lower(), told[5] or ""
    first, second = float(told[3]), float(told[4])
    if which == "d":
        return replace(wave, unit=unit)
    index = "xy".index(which)
    if index >= wave.values.ndim:
        return wave
    points = wave.values.shape[index]
    divisor = max(points - 1, 1) if how == "I" else points
    step = second if how == "P" else (second - first) / divisor
    dimensions = list(wave.dimensions)
    dimensions[index] = Dimension(first, step, unit)
    return replace(wave, dimensions=tuple(dimensions))
