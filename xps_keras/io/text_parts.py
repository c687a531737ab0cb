"""Columns that hold numbers at a part of the energies alone: regions or samples joined on one axis."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from xps_keras.io.column_names import role_of
from xps_keras.io.jumps import GAP_STEPS
from xps_keras.io.number_table import Row, join_line
from xps_keras.io.one_axis import spectra_among
from xps_keras.io.text_columns import cells_above, column_names, counts_rows, is_axis
from xps_keras.io.text_tables import Table, column, common_decimal
from xps_keras.median import median
from xps_keras.spectrum import FEWEST_POINTS

_MOST_ABSENT = 8  # times as many cells as are written; one long row makes a table of next to nothing
_UNEVEN = 0.5  # largest deviation of a step from the median, but for jumps between regions


@dataclass
class RowGroup:
    """Columns that hold numbers in the same rows."""

    rows: NDArray[np.bool_]
    columns: list[int]


def parted_by_rows(table: Table, separator: str | None, file: str) -> list[Table]:
    """Part a table of one column of energies whose other columns hold numbers in rows of their own.

    Programs that join spectra on their energies leave cells empty, or write NaN, where a spectrum has no point. What
    has a hole inside a region is not parted, and refused by its line as any row that is not whole.

    Args:
        table: The table.
        separator: What parts its columns.
        file: Name of the file, for messages.

    Returns:
        A table per set of rows, with the columns that are filled there; the table as it is where there are no such
        columns, or where some row would belong to none.
    """
    width = table.columns
    if not any(len(row.cells) < width or any(map(_is_empty, row.cells)) for row in table.rows):
        return [table]
    if len(table.rows) * width > _MOST_ABSENT * sum(len(row.cells) for row in table.rows):
        return [table]
    bare = replace(
        table, rows=[Row(tuple("" if _is_empty(cell) else cell for cell in row.cells)) for row in table.rows]
    )
    filled = np.zeros((len(bare.rows), width), dtype=bool)
    for place, row in enumerate(bare.rows):
        filled[place, : len(row.cells)] = [bool(cell) for cell in row.cells]
        if any(bool(cell) and not numeric for cell, numeric in zip(row.cells, row.numeric, strict=True)):
            return [table]
    decimal = common_decimal(bare, file)
    whole = [index for index in range(width) if filled[:, index].all()]
    values = {
        index: np.array(column(bare, index, decimal, file)[0]) for index in range(width) if filled[:, index].any()
    }
    energy = next((index for index in whole if not counts_rows(values[index])), None)
    if energy is None or any(is_axis(numbers) for index, numbers in values.items() if index not in whole):
        return [table]
    groups: dict[bytes, RowGroup] = {}
    for index in values:
        if index != energy and not (index in whole and is_axis(values[index])):
            groups.setdefault(filled[:, index].tobytes(), RowGroup(filled[:, index], [])).columns.append(index)
    names = dict(enumerate(column_names(bare, separator)))
    kept = spectra_by_rows(list(groups.values()), names, values)
    energies = values[energy]
    sound = all(_in_order(energies[group.rows]) for group in kept)
    if len(kept) < 2 or not sound or not np.any([group.rows for group in kept], axis=0).all():
        return [table]
    always = {index for index in whole if index == energy or is_axis(values[index])}
    return [_part(bare, group, always, separator) for group in kept]


def _is_empty(cell: str) -> bool:
    return not cell or cell.lower() == "nan"


def _in_order(energies: NDArray[np.float64]) -> bool:
    """Tell whether energies go one way in like steps, but for jumps between regions."""
    steps = np.diff(energies)
    if len(energies) < FEWEST_POINTS:
        return False
    usual = median(steps)
    jumps = np.abs(steps) > max(1.0, GAP_STEPS * abs(usual))
    return bool((jumps | (np.abs(steps - usual) < _UNEVEN * abs(usual))).all())


def spectra_by_rows(
    groups: list[RowGroup], names: Mapping[int, str], values: Mapping[int, NDArray[np.float64]]
) -> list[RowGroup]:
    """Keep the groups of columns that hold spectra of their own.

    Args:
        groups: Columns beside one column of energies, by the rows in which they hold numbers.
        names: Name of each column.
        values: Numbers of each column, without the rows in which it holds none.

    Returns:
        The groups by their first column; the columns of the others are given to the first one that they overlap.
    """
    kept: list[RowGroup] = []
    for group in sorted(groups, key=lambda one: (-int(one.rows.sum()), one.columns[0])):
        beside = next((one for one in kept if int((one.rows & group.rows).sum()) >= FEWEST_POINTS), None)
        if any(role_of(names[index]) in ("", "intensity") for index in group.columns) and (
            beside is None or _is_another(group, beside, names, values)
        ):
            kept.append(RowGroup(group.rows, list(group.columns)))
        elif beside is not None:
            beside.columns += group.columns
    return sorted(kept, key=lambda one: one.columns[0])


def _is_another(
    group: RowGroup, beside: RowGroup, names: Mapping[int, str], values: Mapping[int, NDArray[np.float64]]
) -> bool:
    """Tell whether a group holds a spectrum of its own, not a fit of what stands beside it at more energies."""
    shared = beside.rows & group.rows
    called, columns = [], []
    for one, index in ((beside, beside.columns[0]), *((group, index) for index in group.columns)):
        called.append(names[index])
        columns.append(values[index][shared[one.rows]])
    return any(place > 0 for place in spectra_among(called, columns))


def _part(table: Table, group: RowGroup, always: set[int], separator: str | None) -> Table:
    """Return the rows of a group with the energies and its own columns, and what stands above these."""
    width = table.columns
    own = sorted(always.union(group.columns))
    rows, lines = [], []
    for place in np.flatnonzero(group.rows).tolist():
        cells = table.rows[place].cells
        rows.append(Row(tuple(cells[index] if index < len(cells) else "" for index in own)))
        lines.append(table.lines[place])
    words = []
    for line in table.words:
        cells = tuple(cells_above(line, separator, width))
        words.append(join_line([cells[index] for index in own], separator) if len(cells) == width else line)
    return Table(words, rows, lines, list(table.between))
