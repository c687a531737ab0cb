"""Sheets as Thermo Avantage exports them: one region, or one region at every level of a depth profile, each.

Head: ``Axis | Energy | Elements= | 191`` and the path of the data file. Then a row of titles that begins with ``Binding
Energy (E)``, a row of units (``eV``, ``Counts / s``), and the rows of numbers. Measured columns carry no title or a
level; curves of a fit carry a name.
"""

import re
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from xps_keras.errors import InputError, SpectrumWarning
from xps_keras.io.column_names import energy_scale, unit_of
from xps_keras.io.draft import Draft
from xps_keras.io.levels import level_name
from xps_keras.io.sheet import FromSheet, Sheet, column_name, number, words
from xps_keras.io.text_notes import read_notes
from xps_keras.library.core_line import find_core_line, is_survey

_HEAD_ROWS = 60
_TITLE = re.compile(r"(?i)^(binding|kinetic) energy \(E\)")
_FOLDER = re.compile(r"(?i)([^\\/]+)\.DATA[\\/]")


def read(sheet: Sheet, path: Path) -> FromSheet | None:
    """Read a sheet of Avantage.

    Args:
        sheet: The sheet.
        path: The file, for messages.

    Returns:
        A draft per measured column; None when the sheet is no such one.

    Raises:
        InputError: If a measured column breaks off inside the table.
    """
    titles = next(
        (
            row
            for row in range(min(len(sheet.rows) - 1, _HEAD_ROWS))
            if _TITLE.match(words(sheet.cell(row, 0))) and words(sheet.cell(row + 1, 0)) == "eV"
        ),
        None,
    )
    if titles is None:
        return None
    begin = titles + 2
    end = next((row for row in range(begin, len(sheet.rows)) if number(sheet.cell(row, 0)) is None), len(sheet.rows))
    columns = [
        column
        for column in range(1, len(sheet.rows[titles + 1]))
        if words(sheet.cell(titles + 1, column)).lower().startswith("counts")
    ]
    measured = [column for column in columns if not words(sheet.cell(titles, column))]
    if not measured or end == begin:
        return None
    if any(number(sheet.cell(row, 0)) is not None for row in range(end, len(sheet.rows))):
        raise InputError(f"{path.name}: cell A{end + 1} of sheet {sheet.title} holds no energy, correct it.")
    head = [words(cell) for row in sheet.rows[:titles] for cell in row]
    folder = next((match[1] for text in head if (match := _FOLDER.search(text))), "")
    label = re.sub(r"(?i)\s*scan\s*$", "", sheet.title)
    energy = np.array([number(sheet.cell(row, 0)) for row in range(begin, end)], dtype=np.float64)
    fitted = [words(sheet.cell(titles, column)) for column in columns if column not in measured]
    text = f"Of sheet {sheet.title} the measured intensities were read, not the fit ({', '.join(fitted)})."
    warnings = (SpectrumWarning("columns-ignored", text),) if fitted else ()
    levels = _levels(sheet, measured, titles)
    drafts = [
        Draft(
            label="survey" if is_survey(label) else label,
            energy_ev=energy,
            intensity=_intensities(sheet, column, begin, end, path),
            place=f"sheet {sheet.title}, columns A and {column_name(column)}",
            scale=energy_scale(words(sheet.cell(titles, 0))) or "binding",
            intensity_unit=unit_of(words(sheet.cell(titles + 1, column))) or "arbitrary",
            source_energy_ev=read_notes(head).source_energy_ev,
            sample=folder if len(measured) == 1 else level_name(folder, index + 1, levels[index]),
            warnings=warnings,
            element_line=find_core_line(sheet.title),
        )
        for index, column in enumerate(measured)
    ]
    return FromSheet(drafts, [])


def _intensities(sheet: Sheet, column: int, begin: int, end: int, path: Path) -> NDArray[np.float64]:
    values = [number(sheet.cell(row, column)) for row in range(begin, end)]
    for row, value in enumerate(values, begin):
        if value is None:
            raise InputError(
                f"{path.name}: cell {column_name(column)}{row + 1} of sheet {sheet.title} holds no number, correct it."
            )
    return np.array(values, dtype=np.float64)


def _levels(sheet: Sheet, columns: list[int], titles: int) -> list[str]:
    """Return what stands above the columns of several levels, ``Etch Time (s) 60``; empty where nothing does."""
    for row in range(titles, max(titles - 4, -1), -1):
        values = [number(sheet.cell(row, column)) for column in columns]
        if None not in values:
            near = [words(cell) for above in sheet.rows[max(row - 1, 0) : row + 1] for cell in above]
            what = next((text for text in reversed(near) if text and not _TITLE.match(text)), "")
            return [f"{what} {value:g}".strip() for value in values]
    return [""] * len(columns)
