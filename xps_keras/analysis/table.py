"""Many answers as one table: a row a sample, for a spreadsheet.

Rows are made of the JSON form of an answer, so that table and JSON can never differ.
"""

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from xps_keras.errors import UsageError

Cell: TypeAlias = str | float | bool | None
Row: TypeAlias = dict[str, Cell]
"""One sample; what is not known is left out."""

FIRST = (
    "file",
    "sample",
    "shift / eV",
    "uncertainty / eV",
    "charge undecided",
    "verdict",
    "chance that shift is right / %",
)
"""Columns before the elements and components, which differ from batch to batch."""
LAST = (
    "sp2 carbon by the model / % of C 1s",
    "groups present",
    "warnings",
    "not analysed because",
    "SHA-256 of the file",
)
"""Columns behind them."""
END_MARK = b"written by xps-keras"
"""Comment of the workbook's archive, by which a later call knows that it is no measurement."""
_ELEMENT, _COMPONENT = " / at.%", " / % of C 1s"
_SP2 = LAST[0]
_WIDTHS = {"file": 32, "sample": 20, "groups present": 48, "warnings": 32, "not analysed because": 40}
_FORMULA = ("=", "@", "\t")
_MAYBE_FORMULA = frozenset("(|!=")


def row_of(entry: Mapping[str, Any]) -> Row:
    """Return the row of one sample.

    Args:
        entry: What ``analyze --json`` writes for it, an answer or an error.

    Returns:
        Cells by the name of the column; numbers as in the JSON, percent for shares.
    """
    row: Row = {"file": entry["file"], "sample": entry.get("sample")}
    if "error" in entry:
        row["not analysed because"] = entry["error"]
        return row
    verdict = entry["verdict"]
    given = any(one["known"] and one["stands"] and one["uncertainty_ev"] is None for one in entry["candidates"])
    row |= {
        "shift / eV": entry["shift_ev"],
        "uncertainty / eV": entry["shift_uncertainty_ev"],
        "charge undecided": entry["charge_undecided"],
        "verdict": verdict and verdict["explained"],
        "chance that shift is right / %": None if given else _percent(verdict and verdict["quality"]),
        _SP2: _percent(entry["graphitic_share"]),
        "groups present": "; ".join(_present(entry["groups"])),
        "warnings": "; ".join(dict.fromkeys(warning["code"] for warning in entry["warnings"])),
        "SHA-256 of the file": entry["sha256"],
    }
    for element in (entry["composition"] or {}).get("elements", ()):
        row[f"{element['element']}{_ELEMENT}"] = element["percent"]
    for part in (entry["fit"] or {}).get("components", ()):
        if part["line"] == "C 1s":
            name = f"{part['name']}{_COMPONENT}"
            row[name] = round(float(row.get(name) or 0.0) + part["percent"], 4)
    return row


def columns(rows: Iterable[Mapping[str, Cell]]) -> tuple[str, ...]:
    """Return the columns of a table: the union of what its rows hold.

    Args:
        rows: The samples.

    Returns:
        The fixed ones, with elements (carbon first) and components of C 1s, in the order of their first appearance,
        between them.
    """
    found: dict[str, None] = {}
    for row in rows:
        found |= dict.fromkeys(name for name in row if name not in _FIXED)
    elements = sorted((name for name in found if name.endswith(_ELEMENT)), key=lambda name: name != f"C{_ELEMENT}")
    return (*FIRST, *elements, *(name for name in found if name.endswith(_COMPONENT)), *LAST)


_FIXED = frozenset((*FIRST, *LAST))


def csv_of(rows: Sequence[Mapping[str, Cell]]) -> str:
    """Return a table as comma-separated text with decimal points.

    Args:
        rows: The samples.

    Returns:
        The text; cells that a spreadsheet would take for a formula begin with an apostrophe.
    """
    names = columns(rows)
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(names)
    for row in rows:
        writer.writerow([_text(row.get(name)) for name in names])
    return buffer.getvalue()


def xlsx_of(rows: Sequence[Mapping[str, Cell]], about: Mapping[str, str]) -> bytes:
    """Return a table as an Excel workbook.

    Args:
        rows: The samples.
        about: What stands on the second sheet, such as versions and settings.

    Returns:
        The file's bytes.

    Raises:
        UsageError: openpyxl is not installed.
    """
    needs_xlsx()
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    names = columns(rows)
    sheet = book.create_sheet("samples")
    sheet.freeze_panes = "C2"
    for number, name in enumerate(names, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = _WIDTHS.get(name, 14)
    notes = book.create_sheet("about")
    notes.column_dimensions["A"].width = 24

    def cell(target: Any, value: Cell, bold: bool = False) -> Any:
        made = WriteOnlyCell(target, value)
        if isinstance(value, str):
            made.data_type = "s"  # a name that begins with an equals sign is no formula
        if bold:
            made.font = Font(bold=True)
        return made

    sheet.append([cell(sheet, name, bold=True) for name in names])
    for row in rows:
        sheet.append([cell(sheet, row.get(name)) for name in names])
    for item in about.items():
        notes.append([cell(notes, text) for text in item])
    buffer = io.BytesIO()
    book.save(buffer)
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.comment = END_MARK
    return buffer.getvalue()


def needs_xlsx() -> None:
    """Make sure that workbooks can be written.

    Raises:
        UsageError: openpyxl is not installed.
    """
    try:
        import openpyxl  # noqa: F401 # asked for before the work begins
    except ImportError as error:
        raise UsageError("An .xlsx table needs openpyxl: `pip install 'xps-keras[xlsx]'`, or name a .csv.") from error


def _present(groups: Sequence[Mapping[str, Any]]) -> list[str]:
    found = [group for group in groups if group["status"] == "present"]
    return [group["name"] for group in sorted(found, key=lambda group: -(group["probability"] or 0.0))]


def _percent(share: float | None) -> float | None:
    return None if share is None else round(100.0 * share, 2)


def _text(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if not isinstance(value, str):
        return f"{value:.10g}"
    formula = value.startswith(_FORMULA) or (value[:1] in ("+", "-") and not _MAYBE_FORMULA.isdisjoint(value))
    return f"'{value}" if formula else value
