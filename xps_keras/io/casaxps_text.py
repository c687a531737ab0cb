"""Reader of the text tables that CasaXPS exports: K.E., Counts, fit curves, B.E., CPS, fit curves."""

import csv
import re
from dataclasses import dataclass, replace
from pathlib import Path, PureWindowsPath
from typing import Literal, NamedTuple

import numpy as np

from xps_keras.errors import InputError, SpectrumWarning
from xps_keras.io.decode import known_number, to_lines, to_text
from xps_keras.io.draft import Draft, Parsed
from xps_keras.io.number_table import AmbiguousError, is_number, read_column, split_line
from xps_keras.io.reader import Reader
from xps_keras.io.sample_words import sample_words
from xps_keras.io.samples import parted_names
from xps_keras.io.text_notes import core_line_label
from xps_keras.io.unsaid_source import with_sources
from xps_keras.library.core_line import first_core_line
from xps_keras.spectrum import AL_K_ALPHA_EV

_HEAD_BYTES = 65_536
_LONGEST_NUMBER = 30
_TITLE = re.compile(r"[^\\/]{1,80}")  # no path
_BEGINS = re.compile(r"characteristic\s?energy|acquisition\s?time|\bCycle\s{1,3}\d+\s{0,3}:", re.IGNORECASE)
_CYCLE = re.compile(r"^Cycle\s{1,3}(\d+)\s{0,3}:\s{0,3}(\S.*)?$", re.IGNORECASE)
_SOURCE = re.compile(r"characteristic\s?energy", re.IGNORECASE)
_DWELL = re.compile(r"acquisition\s?time", re.IGNORECASE)
_NUMBER_BEHIND = re.compile(r"[^\d.,+-]{0,20}([+-]?[.,]?\d[\d.,eE+-]*)")


@dataclass(frozen=True)
class _Columns:
    """Where one spectrum stands in the table."""

    energy: int
    intensity: int
    scale: Literal["binding", "kinetic"]
    unit: Literal["counts", "counts/s"]
    separator: str = "\t"


def _columns(cells: list[str]) -> list[_Columns]:
    """Find energy-intensity pairs in a heading; binding energy with counts per second is preferred where both stand.

    Above the intensities stands ``CPS``, or the title of the spectrum before it, ``Cycle 0:PET:C 1s:CPS``.
    """
    found: dict[str, list[_Columns]] = {"binding": [], "kinetic": []}
    for index, cell in enumerate(cells[:-1]):
        following = cells[index + 1].upper()
        if _CYCLE.match(cells[index + 1]):
            following = following.rpartition(":")[2].strip()
        if cell.upper() == "B.E." and following in ("CPS", "COUNTS"):
            found["binding"].append(
                _Columns(index, index + 1, "binding", "counts/s" if following == "CPS" else "counts")
            )
        if cell.upper() == "K.E." and following in ("CPS", "COUNTS"):
            found["kinetic"].append(
                _Columns(index, index + 1, "kinetic", "counts/s" if following == "CPS" else "counts")
            )
    return found["binding"] or found["kinetic"]


def _heading(line: str) -> tuple[list[str], list[_Columns]]:
    for separator in ("\t", ",", ";"):
        cells = [cell.strip().strip('"') for cell in line.split(separator)]
        columns = [replace(pair, separator=separator) for pair in _columns(cells)]
        if columns:
            return cells, columns
    return [], []


class CasaXpsTextReader:
    """Tables of CasaXPS, saved as text."""

    name = "CasaXPS text"
    extra = None

    def recognises(self, content: bytes, path: Path) -> bool:
        """Tell whether the file has a CasaXPS table heading: K.E. and Counts, or B.E. and CPS."""
        text = to_text(content[:_HEAD_BYTES])
        return text is not None and any(map(_is_heading, to_lines(text)))

    def read(self, content: bytes, path: Path) -> Parsed:
        """Read every spectrum of the file."""
        return _parse(content, path)


READER: Reader = CasaXpsTextReader()


def _is_heading(line: str) -> bool:
    return bool(_heading(line)[1])


def _parse(data: bytes, path: Path) -> Parsed:
    """Read every spectrum of a CasaXPS text export.

    CasaXPS applies its calibration to both energy columns of an export and does not say so, hence
    ``charge_correction_ev`` stays None.

    Args:
        data: The file.
        path: Its path, for messages.

    Returns:
        One draft per energy-intensity pair under each heading.

    Raises:
        InputError: If no number stands under a heading, or a row breaks off.
    """
    lines = to_lines(to_text(data) or "")
    headings = [index for index, line in enumerate(lines) if _is_heading(line)]
    drafts: list[Draft] = []
    cycles: list[str] = []
    warnings: list[SpectrumWarning] = []
    for number, (index, end) in enumerate(zip(headings, [*headings[1:], len(lines)], strict=True)):
        heading, columns = _heading(lines[index])
        separator = columns[0].separator
        above = _above(lines[headings[number - 1] if number else 0 : index], separator)
        bottom = _bottom(lines, index + 1, end, separator, path.name)
        # Cut once for all spectra that stand side by side in it.
        rows = [split_line(line, separator).cells for line in lines[index + 1 : bottom]]
        warnings += _left_out(rows, index + 2, columns)
        for pair in columns:
            draft = _read(lines, rows, index + 1, pair, above, path.name)
            if draft is not None:
                own = _CYCLE.match(heading[pair.intensity].rpartition(":")[0])
                cycle, sample, label = _of_cycle(own) if own else _title(above, pair)
                drafts.append(replace(draft, label=label, sample=sample))
                cycles.append(cycle)
    if not drafts:
        raise InputError(f"{path.name}: no numbers stand under the column heading, export the spectrum again.")
    drafts = [_with_source(draft) for draft in with_sources(drafts)]
    names = parted_names(
        [draft.sample for draft in drafts], [draft.label for draft in drafts], [f"cycle {cycle}" for cycle in cycles]
    )
    return Parsed(
        tuple(replace(draft, sample=name) for draft, name in zip(drafts, names, strict=True)), tuple(warnings)
    )


def _left_out(rows: list[tuple[str, ...]], first: int, columns: list[_Columns]) -> list[SpectrumWarning]:
    """Name rows of numbers under a heading of which none stands in its columns, as where another table was pasted."""
    left = [
        first + place
        for place, row in enumerate(rows)
        if sum(map(bool, row)) > 1
        and all(is_number(cell) for cell in row if cell)
        and not any(any(row[pair.energy : pair.intensity + 1]) for pair in columns)
    ]
    if not left:
        return []
    where = f"Line {left[0]}" if len(left) == 1 else f"{len(left)} lines from {left[0]} to {left[-1]}"
    text = f"{where} of numbers stand under no column heading of CasaXPS and were not read."
    return [SpectrumWarning("rows-ignored", text)]


class _Title(NamedTuple):
    """What the title of a spectrum says."""

    cycle: str
    sample: str
    label: str


@dataclass(frozen=True)
class _Above:
    """What stands above the tables of one heading, found once for all of them; nearest lines first."""

    titles: list[list[tuple[int, "_Title"]]]
    """Of each line with titles, their columns and the titles."""
    source: list[tuple[int, str]]
    """Columns and numbers of the nearest line with source energies."""
    dwell: list[tuple[int, str]]


def _above(lines: list[str], separator: str) -> _Above:
    nearest = [_cells(line, separator) for line in lines[::-1] if _begins_spectrum(line)]
    titles = [
        [(at, _of_cycle(match)) for at, cell in enumerate(row) if (match := _CYCLE.match(cell))] for row in nearest
    ]
    named = [found for found in titles if found] or _of_words(lines, separator)
    return _Above(named, _numbers(_SOURCE, nearest), _numbers(_DWELL, nearest))


def _of_cycle(match: re.Match[str]) -> _Title:
    sample, colon, label = (match[2] or "").rpartition(":")
    return _Title(match[1], sample.strip() if colon else "", label.strip())


def _of_words(lines: list[str], separator: str) -> list[list[tuple[int, _Title]]]:
    """Read a title without `Cycle` above the settings: `PET C 1s`, or a block below the path of its file."""
    settings = next((index for index in range(len(lines) - 1, -1, -1) if _SOURCE.search(lines[index])), 0)
    if not settings and lines and _TITLE.fullmatch(lines[-1]) and first_core_line(lines[-1]):
        settings = len(lines)  # a title alone
    if not settings or not any(map(str.isalpha, lines[settings - 1])):
        return []
    path = lines[settings - 2].strip().strip('"') if settings > 1 else ""
    file = PureWindowsPath(path).stem if re.search(r"[\\/]", path) else ""
    titles = []
    for at, cell in enumerate(_cells(lines[settings - 1], separator)):
        line = first_core_line(cell)
        before = cell[: line.begin].strip(" -_,:;") if line else ""
        sample = before if any(map(str.isalpha, before)) else (line and sample_words(cell)) or file
        if cell:
            titles.append((at, _Title("", sample, core_line_label(cell) or cell)))
    return [titles]


def _begins_spectrum(line: str) -> bool:
    """Tell whether a line stands above the heading of a spectrum: its title, its source or its time."""
    return _BEGINS.search(line) is not None


def _cells(line: str, separator: str) -> list[str]:
    """Cut a line of words; unlike ``split_line`` this keeps the unit at the end of a cell."""
    parts = next(csv.reader([line], delimiter=separator), []) if '"' in line else line.split(separator)
    return [part.strip().strip('"') for part in parts]


def _bottom(lines: list[str], begin: int, end: int, separator: str, file: str) -> int:
    """Find where the rows under a heading end: before what stands above the next spectrum.

    Without columns of a fit, the time of the next spectrum stands in the columns of the rows above it.
    """
    bottom = next((index for index in range(begin, end) if _begins_spectrum(lines[index])), end)
    for index in range(bottom, end):
        filled = [cell for cell in split_line(lines[index], separator).cells if cell]
        if len(filled) > 1 and all(map(is_number, filled)):
            raise InputError(
                f"{file}: line {index + 1} (`{lines[index].strip()[:40]}`) has no column heading between it and the "
                f"title at line {bottom + 1}, add the heading (`K.E.`, `Counts`, ...) or export the spectrum again."
            )
    return bottom


def _numbers(pattern: re.Pattern[str], nearest: list[list[str]]) -> list[tuple[int, str]]:
    """Columns and numbers of the first line that gives any: each behind its name, in the same cell or the next."""
    for cells in nearest:
        found: list[tuple[int, str]] = []
        for at, cell in enumerate(cells):
            name = pattern.search(cell)
            if name is not None:
                following = cells[at + 1] if at + 1 < len(cells) else ""
                number = _NUMBER_BEHIND.match(cell, name.end()) or _NUMBER_BEHIND.match(following)
                if number is not None:
                    found.append((at, number[1]))
        if found:
            return found
    return []


def _title(above: _Above, pair: _Columns) -> _Title:
    """Cycle, sample and region of a spectrum: the last title at or left of its columns in a line of titles."""
    for titles in above.titles:
        title = next((title for at, title in reversed(titles) if at <= pair.energy), None)
        if title is not None:
            return title
    return _Title("", "", "")


def _near(numbers: list[tuple[int, str]], pair: _Columns) -> float | None:
    """Read a number that the lines above give for a spectrum: the last one at or left of its columns."""
    if not numbers:
        return None
    text = next((text for at, text in reversed(numbers) if at <= pair.energy + 1), numbers[-1][1])
    return known_number(text[:_LONGEST_NUMBER])


def _read(
    lines: list[str], rows: list[tuple[str, ...]], begin: int, pair: _Columns, above: _Above, file: str
) -> Draft | None:
    """Read one pair of columns; rows of a shorter neighbour are empty cells, and nothing between may be unreadable."""
    cells: list[tuple[str, str, int]] = []
    ended = 0
    for index, row in enumerate(rows, begin):
        energy = row[pair.energy] if len(row) > pair.energy else ""
        intensity = row[pair.intensity] if len(row) > pair.intensity else ""
        if not energy and not intensity:
            ended = index + 1 if cells else 0
            continue
        readable = is_number(energy) and is_number(intensity)
        if not readable and not is_number(energy) and not is_number(intensity):
            ended = index + 1 if cells else 0  # words: a footer, or the title of the next table
            continue
        if not readable or ended:
            line = index + 1 if not readable else ended
            raise InputError(
                f"{file}: line {line} (`{lines[line - 1].strip()[:40]}`) stands inside the table at line {begin} and "
                f"holds no two numbers in columns {pair.energy + 1} and {pair.intensity + 1}, correct it."
            )
        cells.append((energy, intensity, index + 1))
    if not cells:
        return None
    try:
        energies = read_column([energy for energy, _, _ in cells])
        intensities = read_column([intensity for _, intensity, _ in cells], "," if "," in cells[0][0] else None)
    except AmbiguousError as error:
        raise InputError(f"{file}: the table at line {begin} can be read in two ways: {error}.") from None
    return Draft(
        label="",
        energy_ev=np.array(energies, dtype=np.float64),
        intensity=np.array(intensities, dtype=np.float64),
        place=f"the table at line {begin} (column {pair.energy + 1})",
        scale=pair.scale,
        intensity_unit=pair.unit,
        source_energy_ev=_near(above.source, pair),
        dwell_s=_near(above.dwell, pair) if pair.unit == "counts" else None,
        lines=np.array([line for _, _, line in cells], dtype=np.int64),
    )


def _with_source(draft: Draft) -> Draft:
    if draft.scale == "binding" or draft.source_energy_ev is not None:
        return draft
    text = f"Only kinetic energies are given: Al K-alpha ({AL_K_ALPHA_EV} eV) was assumed as the source."
    return replace(draft, source_energy_ev=AL_K_ALPHA_EV, warnings=(SpectrumWarning("source-assumed", text),))
