"""The label table of a licensed library: which groups each polymer carries."""

import csv
import io
import math
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from xps_keras.errors import InputError
from xps_keras.files import StrPath
from xps_keras.groups import GROUP_NAMES

NAMES = ("labels.csv", "labels.xlsx")
"""File names that are looked for, in this order."""
LONGEST_LABEL, MOST_LABELS = 60, 500
"""Letters of a label of one's own, and number of labels."""
_KEY, _NAME, _SMILES = "key", "name", "smiles"


@dataclass(frozen=True)
class LabelRow:
    """One polymer of the table."""

    key: str
    """Name of its folder."""
    name: str
    smiles: str
    """Repeat unit, empty when the table gives none."""
    counts: tuple[float, ...]
    """Groups per repeat unit in the order of ``LabelTable.labels``."""


@dataclass(frozen=True)
class LabelTable:
    """Which groups the polymers of a library carry."""

    labels: tuple[str, ...]
    """Names of the groups: ``GROUP_NAMES``, or those of the columns where they are the owner's own."""
    rows: tuple[LabelRow, ...]
    """The polymers in the order of the table."""


def read_labels(folder: StrPath, own_labels: bool = False) -> LabelTable:
    """Read ``labels.csv`` or ``labels.xlsx`` of a folder.

    The first row names the columns: ``key``, optionally ``name`` and ``smiles``, and one column for each group in use.
    Groups without a column and empty cells count as 0.

    Args:
        folder: The folder.
        own_labels: Whether all other columns are groups of the owner's own; else they are groups of the package.

    Returns:
        The table.

    Raises:
        InputError: There is no table, it cannot be read, a column is unknown or a cell is no count; columns are of two
            label sets; or, with labels of one's own, there are two tables.
    """
    folder = Path(folder)
    tables = [folder / name for name in NAMES if (folder / name).is_file()]
    if own_labels and len(tables) > 1:
        raise InputError(f"{folder}: a library has one label set, but there are two tables, {' and '.join(NAMES)}.")
    if not tables:
        raise InputError(
            f"{folder}: there is no label table; add {NAMES[0]} with the columns key, name and one per group."
        )
    path = tables[0]
    cells = _xlsx(path) if path.suffix == ".xlsx" else _csv(path)
    rows = [(number, row) for number, row in enumerate(cells, 1) if any(cell.strip() for cell in row)]
    if len(rows) < 2:
        raise InputError(f"{path}: the table holds no polymer; add a row of column names and one row for each polymer.")
    columns = [cell.strip() for cell in rows[0][1]]
    while columns and not columns[-1]:
        columns.pop()
    labels = _own(columns, path) if own_labels else GROUP_NAMES
    _check_columns(columns, labels, path)
    found = tuple(_row(columns, labels, row, f"{path}: row {number}") for number, row in rows[1:])
    keys = [row.key for row in found]
    for key in keys:
        if keys.count(key) > 1:
            raise InputError(f"{path}: the key {key!r} stands in {keys.count(key)} rows, keep one of them.")
    return LabelTable(labels, found)


def _csv(path: Path) -> list[list[str]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
        first = text.partition("\n")[0]
        return list(csv.reader(io.StringIO(text), delimiter=max(",;\t", key=first.count)))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(
            f"{path}: the table cannot be read ({error}); save it as comma-separated UTF-8 text."
        ) from error


def _xlsx(path: Path) -> list[list[str]]:
    try:
        import openpyxl
    except ModuleNotFoundError as error:
        raise InputError(
            f"{path}: reading Excel tables needs openpyxl; "
            "run `pip install 'xps-keras[xlsx]'` or save it as labels.csv."
        ) from error
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        rows = [
            ["" if cell is None else str(cell) for cell in row]
            for row in book.worksheets[0].iter_rows(values_only=True)
        ]
        book.close()
    except Exception as error:  # openpyxl raises whatever its zip and XML code raises
        raise InputError(
            f"{path}: this is no readable Excel table ({error}); save it again or as labels.csv."
        ) from error
    return rows


def _own(columns: list[str], path: Path) -> tuple[str, ...]:
    """Return the columns that are labels of the owner's own."""
    labels = tuple(column for column in columns if column not in (_KEY, _NAME, _SMILES))
    for label in labels:
        if not label or not label.isprintable() or len(label) > LONGEST_LABEL:
            raise InputError(f"{path}: {label!r} is no label; write up to {LONGEST_LABEL} printable letters.")
    if not 1 <= len(labels) <= MOST_LABELS:
        raise InputError(f"{path}: there are {len(labels)} labels; name 1 to {MOST_LABELS} in columns of their own.")
    return labels


def _check_columns(columns: list[str], labels: tuple[str, ...], path: Path) -> None:
    if _KEY not in columns:
        raise InputError(f"{path}: there is no column 'key'; name the column with the folders of the polymers so.")
    for column in columns:
        if columns.count(column) > 1:
            raise InputError(
                f"{path}: the column {column!r} stands there {columns.count(column)} times, keep one of them."
            )
        if column not in (_KEY, _NAME, _SMILES, *labels):
            near = get_close_matches(column, labels, n=1, cutoff=0.75)
            ours = sorted(set(columns) & set(labels))
            if near:
                hint = f"did you mean {near[0]!r}?"
            elif ours:
                hint = (
                    f"columns are key, name, smiles and the {len(labels)} groups, one of which is {ours[0]!r}: a "
                    "library has one label set, that of the package or, with --own-labels, one of your own."
                )
            else:
                hint = (
                    f"columns are key, name, smiles and the {len(labels)} groups, or labels of your own with "
                    "--own-labels."
                )
            raise InputError(f"{path}: the column {column!r} is unknown; {hint}")
    if not set(columns) & set(labels):
        raise InputError(f"{path}: no column names a group; add one for each group the polymers carry.")


def _row(columns: list[str], labels: tuple[str, ...], row: list[str], place: str) -> LabelRow:
    cells = dict(zip(columns, (cell.strip() for cell in row), strict=False))
    if any(cell.strip() for cell in row[len(columns) :]):
        raise InputError(f"{place} has more cells than there are columns, remove the separator too many.")
    key = cells.get(_KEY, "")
    if not key or key.startswith(".") or any(letter in key for letter in '/\\:*?"<>|\0') or not key.isprintable():
        raise InputError(f"{place}: {key!r} is no name of a folder; write the polymer's folder into the column 'key'.")
    counts = tuple(_count(cells.get(group, ""), f"{place}, column {group!r}") for group in labels)
    if not any(counts):
        raise InputError(f"{place}: {key} carries no group at all, fill in its counts.")
    return LabelRow(key, cells.get(_NAME) or key, cells.get(_SMILES, ""), counts)


def _count(cell: str, place: str) -> float:
    try:
        value = float(cell.replace(",", ".")) if cell else 0.0
    except ValueError:
        value = math.nan
    if not 0 <= value < 1000:
        raise InputError(f"{place}: {cell!r} is no count of groups per repeat unit; write a number from 0.")
    return value
