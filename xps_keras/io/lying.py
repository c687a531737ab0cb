"""Tables that lie: energies stand in a row and spectra in the rows below, as a matrix of a depth profile does."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from xps_keras.errors import SpectrumWarning
from xps_keras.io.column_names import ENERGY_ROLES, role_of
from xps_keras.io.number_table import SEPARATORS, join_line, split_line
from xps_keras.io.sheet import Cell, Sheet, number, words
from xps_keras.io.text_columns import counts_rows, is_axis
from xps_keras.median import median
from xps_keras.spectrum import FEWEST_POINTS

_MOST_LEADING = 3  # cells of words before the numbers of a row
_ASKED = 6  # cells that tell of most rows that they hold no energies
_LOWEST_EV, _HIGHEST_EV, _WIDEST_STEP_EV = -100.0, 10_000.0, 5.0


@dataclass(frozen=True)
class _Head:
    """A row of energies."""

    leading: int
    """Cells before the first energy."""
    energies: NDArray[np.float64]


def upright_lines(lines: Sequence[str]) -> tuple[list[str], list[SpectrumWarning]]:
    """Set the lying tables of a text upright.

    Args:
        lines: Its lines.

    Returns:
        The lines, each lying table as one with a column of energies and a column for each of its rows; and what is said
        about them.
    """
    for separator in SEPARATORS:
        if separator is not None and not any(line.count(separator) >= FEWEST_POINTS - 1 for line in lines):
            continue
        found: list[str] = []
        said: list[SpectrumWarning] = []
        place = 0
        while place < len(lines):
            head, rows = _table_at(partial(_cells, lines, separator), place, len(lines))
            if head is None:
                found += lines[place : place + len(rows)]
            else:
                said.append(_said(f"The table at line {place + 1}"))
                found += [join_line(row, separator or "\t") for row in _turned(rows, head.leading)]
            place += len(rows)
        if said:
            return found, said
    return list(lines), []


def upright_sheet(sheet: Sheet) -> tuple[Sheet, list[SpectrumWarning]]:
    """Set the lying tables of a sheet of a workbook upright, see ``upright_lines``.

    Args:
        sheet: The sheet.

    Returns:
        The sheet, and what is said about it.
    """
    found: list[tuple[Cell, ...]] = []
    said: list[SpectrumWarning] = []
    place = 0
    while place < len(sheet.rows):
        head, rows = _table_at(sheet.rows.__getitem__, place, len(sheet.rows))
        if head is None:
            found += sheet.rows[place : place + len(rows)]
        else:
            said.append(_said(f"The table at row {sheet.skipped + place + 1} of sheet {sheet.title}"))
            found += [tuple(row) for row in _turned(rows, head.leading)]
        place += len(rows)
    return (replace(sheet, rows=found), said) if said else (sheet, [])


def _said(table: str) -> SpectrumWarning:
    text = f"{table} holds its energies in a row: its rows were read as columns, and lines and cells count that way."
    return SpectrumWarning("table-turned", text)


def _cells(lines: Sequence[str], separator: str | None, place: int) -> Sequence[Cell]:
    """Cut a line into cells, a short one without care: it holds no energies."""
    asked = lines[place].split(separator, _ASKED)
    return split_line(lines[place], separator).cells if len(asked) > _ASKED else asked


def _table_at(
    cells_of: Callable[[int], Sequence[Cell]], place: int, count: int
) -> tuple[_Head | None, list[Sequence[Cell]]]:
    """Find a lying table that begins at a row.

    Args:
        cells_of: Gives the cells of a row.
        place: Number of the row.
        count: Number of rows.

    Returns:
        Its row of energies, None where none begins; and all rows that need not be looked at again.
    """
    first = cells_of(place)
    head = _head(first)
    rows = [first]
    if head is None:
        return None, rows
    while place + len(rows) < count and _goes_on(head, cells := cells_of(place + len(rows))):
        rows.append(cells)
    return (head if _lies(head, rows[1:]) else None), rows


def _head(cells: Sequence[Cell]) -> _Head | None:
    """Read a row of energies: even steps one way, behind a cell or a few of words, or behind one of any kind."""
    asked = [value for cell in cells[:_ASKED] if (value := number(cell)) is not None][-_ASKED + 2 :]
    if len(cells) < FEWEST_POINTS or not (_rises(asked) or _rises(asked[::-1])):
        return None
    values = [number(cell) for cell in cells]
    leading = next((index for index, value in enumerate(values) if value is not None), len(values))
    for begin in (leading, leading + 1):
        rest = values[begin:]
        if begin > _MOST_LEADING or len(rest) < FEWEST_POINTS or None in rest:
            continue
        energies = np.array(rest, dtype=np.float64)
        steps = np.diff(energies)
        one_way = bool((steps > 0).all() or (steps < 0).all())
        within = bool(_LOWEST_EV < energies.min() and energies.max() < _HIGHEST_EV)
        if one_way and within and is_axis(energies) and not counts_rows(energies):
            runs_on = abs(steps[0] - median(steps)) < 0.5 * abs(median(steps))
            if abs(median(steps)) <= _WIDEST_STEP_EV and (runs_on or begin > leading):
                return _Head(begin, energies)
    return None


def _rises(values: Sequence[float]) -> bool:
    return len(values) > 2 and all(one < other for one, other in pairwise(values))


def _goes_on(head: _Head, row: Sequence[Cell]) -> bool:
    """Tell whether a row holds a number at each energy of a head."""
    held = len(row) == head.leading + len(head.energies)
    return held and not any(number(cell) is None for cell in row[head.leading :])


def _lies(head: _Head, below: Sequence[Sequence[Cell]]) -> bool:
    """Tell whether the rows below a head are spectra, rather than points of a series of as many levels.

    Where the cells before the numbers are an axis too, energies have the smaller steps and are more.
    """
    if not below:
        return False
    first = [number(row[head.leading - 1]) for row in below] if head.leading else [None]
    if None in first or len(first) < FEWEST_POINTS:
        return True
    column = np.array(first, dtype=np.float64)
    steps = np.abs(np.diff(column))
    if not is_axis(column):
        return True
    return abs(median(np.diff(head.energies))) < median(steps) and len(column) <= len(head.energies)


def _turned(rows: Sequence[Sequence[Cell]], leading: int) -> list[list[Cell]]:
    """Make columns of rows: first the energies, then each spectrum under what stands before it."""
    called = [" ".join(filter(None, (_text(cell) for cell in row[:leading]))) for row in rows]
    columns = [list(row[leading:]) for row in rows]
    points: list[list[Cell]] = [list(point) for point in zip(*columns, strict=True)]
    if not any(called[1:]):
        return points
    corner = called[0]
    energy = role_of(corner) in ENERGY_ROLES
    if words(corner) and not energy and all(number(name) is not None for name in called[1:]):
        # A value that was set for each: `Etch time (s) | 0 | 30`.
        return [[*called], ["Energy", *("Intensity" for _ in called[1:])], *points]
    return [[corner if energy else "Energy", *called[1:]], *points]


def _text(cell: Cell) -> str:
    value = number(cell)
    return f"{value:g}" if value is not None else words(cell)
