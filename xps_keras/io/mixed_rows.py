"""Tables in long form whose rows were sorted by energy, so that those of several spectra stand mixed."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from xps_keras.errors import SpectrumWarning
from xps_keras.io.column_names import ENERGY_ROLES, role_of
from xps_keras.io.number_table import AmbiguousError, cleaned, is_number, read_column
from xps_keras.io.sheet import Sheet, number, words
from xps_keras.io.text_columns import column_names, is_axis
from xps_keras.io.text_tables import Table
from xps_keras.spectrum import FEWEST_POINTS

_MOST_ASKED = 16  # columns that may say to which spectrum a row belongs


def table_in_order(table: Table, separator: str | None) -> Table:
    """Put the rows of each spectrum of a text together.

    Args:
        table: The table.
        separator: What parts its columns.

    Returns:
        The table, each row with its line; as it is where no rows stand mixed.
    """
    width = min(table.columns, _MOST_ASKED)
    if width < 3 or any(len(row.cells) < width for row in table.rows):
        return table
    names = column_names(table, separator)[:width]
    order = _order([[row.cells[index] for row in table.rows] for index in range(width)], names)
    if order is None:
        return table
    return replace(table, rows=[table.rows[row] for row in order], lines=[table.lines[row] for row in order])


def sheet_in_order(sheet: Sheet) -> tuple[Sheet, list[SpectrumWarning]]:
    """Put the rows of each spectrum of a sheet of a workbook together.

    Args:
        sheet: The sheet.

    Returns:
        The sheet, and what is said about it; as it is where no rows stand mixed.
    """
    numeric = [sum(number(cell) is not None for cell in row) >= 2 for row in sheet.rows]
    begin = numeric.index(True) if True in numeric else len(numeric)
    end = next((row for row in range(begin, len(numeric)) if not numeric[row]), len(numeric))
    rows = sheet.rows[begin:end]
    width = min(min(map(len, rows), default=0), _MOST_ASKED)
    names = [words(sheet.cell(begin - 1, index)) if begin else "" for index in range(width)]
    order = _order([[_text(row[index]) for row in rows] for index in range(width)], names) if width > 2 else None
    if order is None:
        return sheet, []
    text = (
        f"The rows {sheet.skipped + begin + 1} to {sheet.skipped + end} of sheet {sheet.title} hold several spectra "
        "mixed: those of each were put together, and rows count that way."
    )
    sorted_rows = [*sheet.rows[:begin], *(rows[place] for place in order), *sheet.rows[end:]]
    return replace(sheet, rows=sorted_rows), [SpectrumWarning("rows-sorted", text)]


def _text(cell: object) -> str:
    value = number(cell)
    return f"{value:.12g}" if value is not None else cleaned(words(cell))


def _order(columns: Sequence[Sequence[str]], names: Sequence[str]) -> list[int] | None:
    """Return the rows spectrum by spectrum where columns of few values say to which each belongs; None for no need."""
    count = len(columns[0])
    values = [_numbers(cells) for cells in columns]
    called = {index for index, name in enumerate(names) if role_of(name) in ENERGY_ROLES}
    few = [
        index
        for index, cells in enumerate(columns)
        if index not in called and 1 < len(set(cells)) <= count / FEWEST_POINTS
    ]
    named = [index for index in few if values[index] is None and all(columns[index])]
    energies = [
        numbers
        for index, numbers in enumerate(values)
        if numbers is not None and (index in called if called else (numbers % 1.0).any())
    ]
    ways = [named] if named else []
    ways += [[*named, index] for index in few if values[index] is not None]
    for keys in ways:
        cells = list(zip(*(columns[index] for index in keys), strict=True))
        rows: dict[tuple[str, ...], list[int]] = {}
        for row, key in enumerate(cells):
            rows.setdefault(key, []).append(row)
        runs = 1 + sum(one != other for one, other in pairwise(cells))
        fewest = min(map(len, rows.values()))
        if fewest < FEWEST_POINTS or (not called and len(rows) > fewest):
            continue  # without names energies are the more numerous ones
        if runs == len(rows):
            if any(_is_mixed(numbers, list(rows.values())) for numbers in energies):
                return None  # they stand in order
            continue
        if any(_is_mixed(numbers, list(rows.values())) for numbers in energies):
            return [row for own in rows.values() for row in own]
    return None


def _numbers(cells: Sequence[str]) -> NDArray[np.float64] | None:
    """Read a column of numbers, None where it is none."""
    if not all(map(is_number, cells)):
        return None
    try:
        return np.array(read_column(cells))
    except AmbiguousError:
        return None


def _is_mixed(values: NDArray[np.float64], groups: Sequence[Sequence[int]]) -> bool:
    """Tell whether numbers run evenly one way within each group of rows alone, not from row to row."""
    own = [values[np.array(rows)] for rows in groups]
    if not all(map(is_axis, own)) or any((np.diff(part) == 0.0).any() for part in own):
        return False
    return not is_axis(values) or bool((np.diff(values) == 0.0).any())
