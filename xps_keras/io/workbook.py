"""Reader of Excel workbooks (.xlsx): what Avantage exports, and plain sheets of columns."""

import io
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from xps_keras.errors import InputError, SpectrumWarning
from xps_keras.io import avantage_sheet, plain_sheet
from xps_keras.io.draft import Draft, Parsed
from xps_keras.io.made_of import without_collections
from xps_keras.io.needs import EXTRA, library
from xps_keras.io.number_table import cleaned
from xps_keras.io.reader import Reader
from xps_keras.io.sheet import Cell, Sheet, words
from xps_keras.io.source_words import source_energy
from xps_keras.io.unsaid_scale import settled

_LARGEST_TEXT = 100_000_000
"""Bytes of all tables of a workbook, unpacked: fifty times the longest real one."""
_MOST_CELLS = 5_000_000
_MOST_ROWS = 1_048_576  # what Excel itself allows
_MOST_LINES = 1000  # rows of a sheet among which words name a source
_REMEDY = "save it again or save each sheet as CSV text"


class WorkbookReader:
    """Excel workbooks."""

    name = "Excel workbook"
    extra = EXTRA

    def recognises(self, content: bytes, path: Path) -> bool:
        """Tell whether the file is a ZIP archive that holds a workbook of Office Open XML."""
        return content.startswith(b"PK\x03\x04") and b"xl/workbook.xml" in content

    def read(self, content: bytes, path: Path) -> Parsed:
        """Read every sheet that holds spectra."""
        held: list[tuple[str, list[Draft]]] = []
        warnings: list[SpectrumWarning] = []
        sheets = _sheets(content, path)
        measured = [avantage_sheet.read(sheet, path) for sheet in sheets]
        for sheet, found in zip(sheets, measured, strict=True):
            # Avantage's other sheets hold peak tables and titles; a sheet that somebody added may hold a spectrum.
            other = plain_sheet.read(sheet, path) if found is None else found
            if other is not None and (other.drafts or not any(measured)):
                held.append((sheet.title, other.drafts))
                warnings += other.warnings
        drafts, said = without_collections(held)
        warnings += said
        why = next((warning.text for warning in warnings if warning.code == "region-skipped"), "")
        if not drafts and why:
            raise InputError(f"{path.name}: {why}")
        if not drafts:
            names = ", ".join(sheet.title for sheet in sheets)
            raise InputError(
                f"{path.name}: no sheet ({names}) holds a column of energies beside a column of intensities, "
                "put binding energy and counts into two columns."
            )
        return Parsed(tuple(_with_source(settled(drafts), sheets)), tuple(warnings))


READER: Reader = WorkbookReader()


def _with_source(drafts: list[Draft], sheets: list[Sheet]) -> list[Draft]:
    """Give kinetic energies without a source that which the words of all sheets name, where they name one."""
    if all(draft.scale == "binding" or draft.source_energy_ev is not None for draft in drafts):
        return drafts
    named = {source_energy(_lines(sheet)) for sheet in sheets} - {None}
    source = named.pop() if len(named) == 1 else None
    return [
        replace(draft, source_energy_ev=source)
        if draft.scale == "kinetic" and draft.source_energy_ev is None
        else draft
        for draft in drafts
    ]


def _lines(sheet: Sheet) -> list[str]:
    """Return the rows of a sheet that hold words, as lines."""
    said = (row for row in sheet.rows[:_MOST_LINES] if any(map(words, row)))
    return [" ".join(str(cell) for cell in row if cell is not None) for row in said]


def _sheets(content: bytes, path: Path) -> list[Sheet]:
    """Unpack the sheets; sizes are bounded before, and cells while they are read."""
    openpyxl = library("openpyxl", "workbooks", path)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            # Python's zipfile unpacks no more than an entry declares, so the sum of what is declared is a bound.
            unpacked = sum(entry.file_size for entry in archive.infolist() if not _is_picture(entry.filename))
        if unpacked > _LARGEST_TEXT:
            raise InputError(
                f"{path.name}: the workbook unpacks to {unpacked / 1e6:.0f} MB, more than any spectra "
                f"({_LARGEST_TEXT / 1e6:.0f} MB), save the regions alone."
            )
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        try:
            budget = _MOST_CELLS
            sheets: list[Sheet] = []
            for page in book.worksheets:
                rows = _rows(page, budget, path)
                budget -= sum(map(len, rows))
                sheets.append(Sheet(str(page.title), rows))
            return sheets
        finally:
            book.close()
    except InputError:
        raise
    except Exception as error:  # openpyxl raises whatever its zip and XML code raises
        raise InputError(f"{path.name}: the workbook is damaged ({_one_line(error)}), {_REMEDY}.") from error


def _is_picture(name: str) -> bool:
    return not name.lower().endswith((".xml", ".rels"))


def _rows(page: Any, budget: int, path: Path) -> list[tuple[Cell, ...]]:
    page.reset_dimensions()  # what a sheet says about its size is not to be trusted: rows end where their cells end
    rows: list[tuple[Cell, ...]] = []
    for row in page.iter_rows(values_only=True):
        budget -= max(len(row), 1)
        if budget < 0 or len(rows) >= _MOST_ROWS:
            raise InputError(
                f"{path.name}: sheet {page.title} and those before it hold more than {_MOST_CELLS:,} cells, "
                "save the regions alone."
            )
        cells = tuple(None if isinstance(cell, str) and _is_missing(cell) else cell for cell in row)
        last = max((index for index, cell in enumerate(cells) if cell is not None), default=-1)
        rows.append(cells[: last + 1])
    return rows


def _is_missing(text: str) -> bool:
    """Tell whether a cell says that it has no value: ``#N/A``, ``NaN``, a dash."""
    return not cleaned(text) or text.strip().lower() == "nan"


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:100].rstrip(".") or type(error).__name__
