"""Reader of two-column text in its usual disguises: csv, txt, xy, dat."""

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from xps_keras.errors import InputError, SpectrumWarning
from xps_keras.io.decode import to_text
from xps_keras.io.draft import FEWEST_POINTS, Draft, Parsed
from xps_keras.io.number_table import Style, find_style
from xps_keras.io.text_notes import COMMENT_MARKS, Notes, read_notes
from xps_keras.spectrum import AL_K_ALPHA_EV

_HEAD_BYTES = 65_536
_GAP_STEPS = 10
"""A jump of more steps than this, and of more than 1 eV, begins another region."""
_KINETIC_AL_EV = 700.0
"""Kinetic energies reach beyond this in every C 1s or survey measurement with Al K-alpha."""


@dataclass
class _Table:
    """Consecutive rows of numbers, and the words before them."""

    words: list[str]
    rows: list[list[float]]
    lines: list[int]
    """Line of each row, counted from 1."""
    parted_by_words: bool
    """Whether words stand between this table and the one before it, rather than blank or comment lines alone."""


class TextReader:
    """Columns of numbers, with or without words about them."""

    name = "two-column text"
    extra = None

    def recognises(self, content: bytes, path: Path) -> bool:
        """Tell whether the file is text with lines of two numbers."""
        text = to_text(content[:_HEAD_BYTES])
        return text is not None and find_style(text.splitlines())[1] > 0

    def read(self, content: bytes, path: Path) -> Parsed:
        """Read every region of the file."""
        return _parse(content, path)


def _parse(data: bytes, path: Path) -> Parsed:
    """Read the regions of a text file.

    Energies are binding energies unless the words before them say kinetic; a kinetic scale without a source energy
    is taken as Al K-alpha where energies reach beyond 700 eV, with a warning.

    Args:
        data: The file.
        path: Its path, for messages.

    Returns:
        One draft per region, in file order.

    Raises:
        InputError: If a row among the numbers is broken.
    """
    lines = (to_text(data) or "").splitlines()
    style, _ = find_style(lines)
    tables = _merge(_tables(lines, style, path))
    drafts: list[Draft] = []
    warnings: list[SpectrumWarning] = []
    earlier = Notes()
    for table in tables:
        notes = read_notes(table.words, style, len(table.rows[0])).after(earlier)
        earlier = notes
        energy, intensity = _two_columns(table, notes, path)
        numbers = np.array(table.lines, dtype=np.int64)
        scale, source, said = _scale(notes, energy)
        warnings += said
        if min(map(len, table.rows)) > 2:
            columns = f"{notes.energy_column + 1} (energy) and {notes.intensity_column + 1} (intensity)"
            text = f"Of the {len(table.rows[0])} columns only {columns} were read."
            warnings.append(SpectrumWarning("columns-ignored", text))
        for part in _split(energy):
            drafts.append(
                Draft(
                    label=notes.label,
                    energy_ev=energy[part],
                    intensity=intensity[part],
                    place=f"the table at line {numbers[part][0]}",
                    scale=scale,
                    intensity_unit=notes.unit or "arbitrary",
                    source_energy_ev=source,
                    dwell_s=notes.dwell_s,
                    scans=notes.scans,
                    lines=numbers[part],
                )
            )
    return Parsed(tuple(drafts), tuple(warnings))


def _scale(
    notes: Notes, energy: NDArray[np.float64]
) -> tuple[Literal["binding", "kinetic"], float | None, list[SpectrumWarning]]:
    source = notes.source_energy_ev
    if notes.scale is None:
        text = "The file does not say whether its energies are binding or kinetic: binding energies were assumed."
        return "binding", source, [SpectrumWarning("scale-assumed", text)]
    if notes.scale == "binding" or source is not None:
        return notes.scale, source, []
    if float(np.nanmax(energy)) <= _KINETIC_AL_EV:
        return "kinetic", None, []
    text = f"Kinetic energies without a source energy: Al K-alpha ({AL_K_ALPHA_EV} eV) was assumed."
    return "kinetic", AL_K_ALPHA_EV, [SpectrumWarning("source-assumed", text)]


def _tables(lines: list[str], style: Style, path: Path) -> list[_Table]:
    """Gather consecutive rows of numbers."""
    rows = [style.row(line) for line in lines]
    tables: list[_Table] = []
    words: list[str] = []
    parted = True
    fresh = True
    for index, (line, row) in enumerate(zip(lines, rows, strict=True)):
        if len(row) >= 2:
            if fresh:
                tables.append(_Table(words, [], [], parted))
                words, parted, fresh = [], False, False
            tables[-1].rows.append(row)
            tables[-1].lines.append(index + 1)
            continue
        text = line.strip()
        following = rows[index + 1] if index + 1 < len(rows) else []
        if not fresh and len(row) == 1 and len(following) >= 2:
            raise InputError(f"{path.name}: line {index + 1} (`{text[:40]}`) does not hold two numbers, correct it.")
        fresh = True
        if text:
            words.append(text)
            parted = parted or text[0] not in COMMENT_MARKS
    return tables


def _merge(tables: list[_Table]) -> list[_Table]:
    """Join tables that only blank or comment lines part and whose energies run on."""
    merged: list[_Table] = []
    for table in tables:
        last = merged[-1] if merged else None
        if last is not None and not table.parted_by_words and len(last.rows) > 1:
            step = last.rows[-1][0] - last.rows[-2][0]
            if step and abs((table.rows[0][0] - last.rows[-1][0]) / step - 1.0) < 0.5:
                last.rows += table.rows
                last.lines += table.lines
                continue
        merged.append(table)
    return merged


def _two_columns(table: _Table, notes: Notes, path: Path) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    last = max(notes.energy_column, notes.intensity_column)
    for row, line in zip(table.rows, table.lines, strict=True):
        if len(row) <= last:
            raise InputError(f"{path.name}: line {line} holds {len(row)} numbers, column {last + 1} is missing.")
    energy = np.array([row[notes.energy_column] for row in table.rows], dtype=np.float64)
    intensity = np.array([row[notes.intensity_column] for row in table.rows], dtype=np.float64)
    return energy, intensity


def _split(energy: NDArray[np.float64]) -> list[slice]:
    """Cut a table where regions follow each other without any line between.

    A lone wrong energy must not cut a region in two, so nothing is cut unless every part is a region by itself.
    """
    whole = [slice(0, len(energy))]
    steps = np.abs(np.diff(energy))
    if not len(steps) or not np.isfinite(steps).all():
        return whole
    cuts = np.flatnonzero(steps > max(1.0, _GAP_STEPS * float(np.median(steps)))) + 1
    edges = [0, *cuts.tolist(), len(energy)]
    parts = [slice(begin, end) for begin, end in pairwise(edges)]
    return parts if all(part.stop - part.start >= FEWEST_POINTS for part in parts) else whole
