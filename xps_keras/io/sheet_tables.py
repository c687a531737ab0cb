"""Tables of a sheet of a workbook: where each begins and ends, and that no row between is lost."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from xps_keras.errors import InputError
from xps_keras.io.sheet import Sheet, number, words
from xps_keras.io.text_columns import is_axis
from xps_keras.spectrum import FEWEST_POINTS

_HEAD_ROWS = 12


def tables_of_sheet(sheet: Sheet, path: Path) -> list[tuple[int, int, int]]:
    """Find stretches of rows of numbers.

    Args:
        sheet: The sheet.
        path: The file, for messages.

    Returns:
        Of each the first row of words above, the first row, and the row behind the last.

    Raises:
        InputError: If rows without numbers cut a region in two.
    """
    numeric = [sum(number(cell) is not None for cell in row) for row in sheet.rows]
    tables: list[tuple[int, int, int]] = []
    begin, head = None, 0
    for row, count in enumerate([*numeric, 0]):
        # One number between rows of more is a cell gone missing, which `_columns` refuses by name.
        inside = count >= 2 or (count == 1 and begin is not None and row + 1 < len(numeric) and numeric[row + 1] >= 2)
        if inside and begin is None:
            begin = row + 1 if _names_numbers(sheet, row) else row
        elif not inside and begin is not None:
            if row - begin >= FEWEST_POINTS:
                tables.append((max(head, begin - _HEAD_ROWS), begin, row))
                head = row
            begin = None  # fewer rows are settings above a table
    _refuse_cut(sheet, tables, path)
    return tables


def _names_numbers(sheet: Sheet, row: int) -> bool:
    """Tell whether a row of numbers holds a word above a number: names of columns such as angles, `BE | 0 | 60`."""
    return any(
        words(cell) and number(sheet.cell(row + 1, index)) is not None for index, cell in enumerate(sheet.rows[row])
    )


def _refuse_cut(sheet: Sheet, tables: Sequence[tuple[int, int, int]], path: Path) -> None:
    """Refuse rows without numbers or words inside a region: its energies run on behind them."""
    for (_, _, end), (_, begin, _) in pairwise(tables):
        if any(words(cell) for row in sheet.rows[end:begin] for cell in row):
            continue
        steps = []
        for index in range(len(sheet.rows[begin])):
            before, last, first = (number(sheet.cell(row, index)) for row in (end - 2, end - 1, begin))
            if before is None or last is None or first is None or before == last:
                continue
            if is_axis(_last_of(sheet, index, end)):
                steps.append((first - last) / (last - before))
        # A number of rows or a time that runs on beside energies that begin anew says nothing.
        if steps and all(1.5 < step < begin - end + 1.5 for step in steps):
            raise InputError(
                f"{path.name}: row {sheet.skipped + end + 1} of sheet {sheet.title} holds no numbers inside a "
                "region, fill or remove it."
            )


def _last_of(sheet: Sheet, index: int, end: int) -> NDArray[np.float64]:
    """Return the last few numbers of a column above a row."""
    found = [number(sheet.cell(row, index)) for row in range(end - FEWEST_POINTS, end)]
    return np.array([np.nan if value is None else value for value in found])
