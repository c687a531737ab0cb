"""Which columns of a table are energies and intensities: names above the table, or the numbers themselves."""

import re
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from xps_keras.io.column_names import ENERGY_ROLES, Pair, pairs_by_name, role_of
from xps_keras.io.corrections import two_scales
from xps_keras.io.number_table import is_number, split_line
from xps_keras.io.text_notes import COMMENT_MARKS
from xps_keras.io.text_tables import Table, column
from xps_keras.median import median
from xps_keras.spectrum import FEWEST_POINTS

_NAME_LINES = 6  # lines above a table among which its names are sought
_TITLE_LINES = 12  # lines above a table among which words on its sample are sought
_LONGEST_UNIT = 12  # letters of a unit below a name
_WIDE = re.compile(r"\t+|;| {2,}|, ?")
_SETTING = re.compile(r"(?i)pass|dwell|acquisition|\bscans\b|sweeps|excitation|photon|source|anode|x-?ray")
_UNNAMED = re.compile(r"Unnamed: \d+(?:_level_\d+)?")  # what pandas writes for a name that is missing
_AGAIN = re.compile(r"(.{0,80}[^\W\d].{0,80})\.\d{1,3}")  # and what it writes for one that comes again: `Counts.1`
_LEGEND = re.compile(r"(?i)\W*legends?\s{0,3}[,;:\t]")
HIGHEST_EV = 20_000.0
"""No energy of a spectrum is above this."""
_MOST_COLUMNS = 64  # columns among which nameless pairs are sought
_SAME_STEP = 1e-3  # largest part by which the steps of regions side by side differ where nothing names their columns
_UNEVEN = 0.2  # largest deviation of the steps of an energy axis from their median


def column_names(table: Table, separator: str | None) -> list[str]:
    """Return a name for each column, empty ones where none stands.

    Names may stand in one line or in several, a unit below a name; they are joined. In a table parted by white space
    names of several words stand two spaces apart, or are told by what they mean.

    Args:
        table: The table.
        separator: What parts its columns.

    Returns:
        One name per column.
    """
    count = table.columns
    numbered = 1 if _rows_are_numbered(table) else 0
    found: list[list[str]] = []
    for line in reversed(table.words[-_NAME_LINES:]):
        cells = cells_above(line, separator, count - numbered)
        if len(cells) == count - numbered and role_of(cells[0]) != "other":
            cells = [""] * numbered + cells  # R gives a column of row numbers no name
        numbers = [is_number(cell) for cell in cells]
        energies = not cells[:1] or not cells[0] or role_of(cells[0]) in ENERGY_ROLES
        series = len(cells) == count > 2 and not numbers[0] and all(numbers[1:]) and energies
        if 2 <= len(cells) <= count and not any(":" in cell for cell in cells) and (series or not any(numbers)):
            found.append([*cells, *[""] * (count - len(cells))])
    if not found:
        return [""] * count
    nearest = found[0]
    if len(found) > 1 and all(len(cell) <= _LONGEST_UNIT for cell in nearest) and pairs_by_name(found[1]):
        return [f"{name} {unit}".strip() for name, unit in zip(found[1], nearest, strict=True)]
    return next((names for names in found if pairs_by_name(names)), nearest)


def _rows_are_numbered(table: Table) -> bool:
    """Tell whether the first column counts the rows of an energy axis in the second."""
    if any(len(row.cells) < 3 or row.numeric[:2] != (True, True) for row in table.rows):
        return False
    try:
        first, second = (
            np.array([float(row.cells[index].replace(",", ".")) for row in table.rows]) for index in (0, 1)
        )
    except ValueError:
        return False
    return counts_rows(first) and is_axis(second)


def titles_of_columns(table: Table, separator: str | None) -> list[str]:
    """Return all that stands above each column, row by row, joined.

    Args:
        table: The table.
        separator: What parts its columns.

    Returns:
        One text per column.
    """
    rows = [cells_above(line, separator, table.columns) for line in table.words[-_NAME_LINES:]]
    rows = [row for row in rows if len(row) == table.columns]
    return [" ".join(filter(None, (row[index] for row in rows))) for index in range(table.columns)]


def words_of_columns(table: Table, separator: str | None, pair: Pair) -> list[str]:
    """Return the words above a table that concern two of its columns: whole lines, and cells above these columns.

    Args:
        table: The table.
        separator: What parts its columns.
        pair: The columns.

    Returns:
        The words, nearest last.
    """
    found = []
    for line in table.words[-_TITLE_LINES:]:
        if _LEGEND.match(line):
            continue
        cells = cells_above(line, separator, table.columns)
        whole = separator is None and re.search(r"[:=]", line) is not None  # white space parts no key from its value
        if 2 <= len(cells) <= table.columns and table.columns >= 2 and not whole:
            own = [cells[index] for index in (pair.energy, pair.intensity) if index < len(cells)]
            filled = [cell for cell in cells if cell]
            if len(filled) > 2 and filled[0] == cells[0] and all(map(is_number, filled[1:])):
                # A key and a value over each pair: `Etch time (s) | 0 | | 60`.
                own = [cells[0], *(cell for cell in own if cell and is_number(cell))]
            # A setting may stand in two cells: `Etch time (s) | 60`.
            found += [" ".join(own)] if len(own) == 2 and own[0] and is_number(own[1]) else own
        else:
            found.append(line.strip().lstrip(COMMENT_MARKS).strip())
    return found


def legend_of(table: Table, separator: str | None, count: int) -> list[str]:
    """Return the names in a line ``legend,C1s,O1s`` above a table.

    Args:
        table: The table.
        separator: What parts its columns.
        count: How many spectra stand side by side.

    Returns:
        One name per spectrum, empty ones where there is no such line of as many names.
    """
    for line in reversed(table.words):
        if separator is not None and _LEGEND.match(line):
            names = list(split_line(line, separator).cells[1:])
            if len(names) == count:
                return names
    return [""] * count


def settings_of(lines: Sequence[str], separator: str | None) -> list[str]:
    """Write settings that stand in two cells, ``Pass energy,20`` or in quotes, as others do: ``Pass energy: 20``.

    Args:
        lines: Lines of words above a table.
        separator: What parts its columns.

    Returns:
        The lines; all others as they are.
    """
    return [line if separator is None else _as_setting(line, separator) for line in lines]


def _as_setting(line: str, separator: str) -> str:
    cells = split_line(line.strip().lstrip(COMMENT_MARKS if separator != ";" else "#%!*/"), separator).cells
    if len(cells) == 3 and is_number(cells[1]) and cells[2].isalpha() and _SETTING.search(cells[0]):
        return f"{cells[0]}: {cells[1]} {cells[2]}"
    if len(cells) != 2 or re.search(r"[:=]", cells[0]):
        return line
    if is_number(cells[1]):
        return f"{cells[0]}: {cells[1]}" if _SETTING.search(cells[0]) else line
    return f"{cells[0]}: {cells[1]}" if line.lstrip().startswith('"') else line


def cells_above(line: str, separator: str | None, count: int) -> list[str]:
    """Cut a line of words above a table into names, those that come again as they stand first.

    Args:
        line: The line.
        separator: What parts the columns of the table.
        count: How many they are.

    Returns:
        The names, as many as there are columns where the line holds names.
    """
    cells = _cut(line, separator, count)
    return [base[1] if (base := _AGAIN.fullmatch(cell)) and base[1] in cells else cell for cell in cells]


def _cut(line: str, separator: str | None, count: int) -> list[str]:
    line = _UNNAMED.sub("", line)
    text = line.strip().lstrip(COMMENT_MARKS if separator != ";" else "#%!*/").strip()
    text = text.partition("ColumnLabels:")[2].strip() or text
    if separator is not None:
        # The line as it stands, since an empty first name is a name too.
        cells = list(split_line(line.lstrip("#%!*"), separator).cells)
        cells = cells[1:] if len(cells) > count and not cells[0] else cells
        if len(cells) >= 2 or count < 2:
            return cells
        return [cell.strip() for cell in _WIDE.split(text)]
    ways = (_WIDE.split(text), text.split())
    return next((parts for parts in ways if len(parts) == count), _by_meaning(text, count))


def _by_meaning(text: str, count: int) -> list[str]:
    """Cut a line such as `Binding Energy (eV) Counts` before each word that begins another name."""
    words = text.split()
    if len(words) > 4 * count:
        return []
    cells: list[str] = []
    for word in words:
        role = role_of(word)
        if not cells or (role not in ("", "energy") and role != role_of(cells[-1])):
            cells.append(word)
        else:
            cells[-1] = f"{cells[-1]} {word}"
    return cells if len(cells) == count else []


def pairs_by_position(table: Table, decimal: str | None, file: str) -> list[Pair]:
    """Find energies and intensities where no names tell them: the first two filled columns, unless numbers say more.

    A column that rises by one from 0 or 1 beside a finer axis is an index; a column that is no axis beside one that is
    stands in the wrong order; columns that are an axis and none in turn are regions side by side.

    Args:
        table: The table.
        decimal: Decimal mark of the file, None when unknown.
        file: Name of the file, for messages.

    Returns:
        The pairs.
    """
    filled = table.filled[:_MOST_COLUMNS]
    usable = [index for index in filled if all(row.numeric[index] for row in table.rows if _has(row.cells, index))]
    if len(filled) < 2:
        return []
    if len(usable) < 2:
        return [Pair(filled[0], filled[1], None)]
    values = {index: np.array(column(table, index, decimal, file)[0]) for index in usable}
    axes = [index for index in usable if is_axis(values[index])]
    if len(axes) > 1 and axes[0] == usable[0] and counts_rows(values[axes[0]]):
        usable, axes = usable[1:], axes[1:]
    if len(axes) == 1 and usable[0] not in axes and len(usable) == 2:
        return [Pair(axes[0], usable[0], None)]
    if len(axes) == 2 and usable[:2] == axes and len(usable) > 2:
        return [Pair(_energies_of(axes, values), usable[2], None)]
    if len(axes) > 1 and usable[::2] == axes and len(usable) % 2 == 0:
        return [Pair(energy, intensity, None) for energy, intensity in zip(usable[::2], usable[1::2], strict=True)]
    if _alike(axes, usable, values):
        return [Pair(axis, usable[usable.index(axis) + 1], None) for axis in axes]
    return [Pair(usable[0], usable[1], None)] if len(usable) > 1 else [Pair(filled[0], filled[1], None)]


def _alike(axes: list[int], usable: list[int], values: dict[int, NDArray[np.float64]]) -> bool:
    """Tell whether several axes of one step stand before spectra each, none beside another."""
    at = [usable.index(axis) for axis in axes]
    apart = len(at) > 1 and at[0] == 0 and all(after - before > 1 for before, after in pairwise([*at, len(usable)]))
    steps = [abs(median(np.diff(values[axis]))) for axis in axes]
    return apart and max(steps) - min(steps) < _SAME_STEP * max(steps)


def _energies_of(axes: list[int], values: dict[int, NDArray[np.float64]]) -> int:
    """Choose among two axes of the same rows: the binding energies of both scales, else the first."""
    first, second = (values[axis] for axis in axes)
    moved = np.ptp(second - first) < 0.1 * abs(median(np.diff(first)))  # recorded and corrected energies
    if (first[0] == 0.0 or first.max() > HIGHEST_EV) and not moved and not two_scales(first, second):
        return axes[1]  # a time before the energies
    # Up to half of the energy of the source, where all lines of organic elements stand, binding energies are smaller.
    return axes[1] if two_scales(first, second) and second.mean() < first.mean() else axes[0]


def _has(cells: tuple[str, ...], index: int) -> bool:
    return index < len(cells) and bool(cells[index])


def is_axis(values: NDArray[np.float64]) -> bool:
    """Tell whether numbers rise or fall evenly, but for jumps between regions."""
    if len(values) < 4 or not np.isfinite(values).all():
        return False
    steps = np.diff(values)
    usual = median(steps)
    if usual == 0.0:
        return False
    return float(np.mean(np.abs(steps - usual) < _UNEVEN * abs(usual))) > 0.9


def padding_behind(values: NDArray[np.float64]) -> int:
    """Count the equal numbers, such as zeros, that fill a column of energies up to the length of a longer one.

    Args:
        values: A column.

    Returns:
        Their number; 0 where what stands before is no axis, or runs on into them.
    """
    others = np.flatnonzero(values != values[-1]) if len(values) else np.empty(0)
    if not others.size or not np.isfinite(values).all():
        return 0
    own = values[: int(others[-1]) + 1]
    count = len(values) - len(own)
    if (count < 2 and values[-1] != 0.0) or len(own) < FEWEST_POINTS or not is_axis(own):
        return 0
    return count if abs(values[-1] - own[-1]) > 2.0 * abs(median(np.diff(own))) else 0


def counts_rows(values: NDArray[np.float64]) -> bool:
    """Tell whether numbers count 0, 1, 2, ... or 1, 2, 3, ...: an index."""
    return bool(len(values) > 1 and values[0] in (0.0, 1.0) and (np.diff(values) == 1.0).all())
