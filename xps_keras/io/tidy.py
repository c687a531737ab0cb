"""Tables in long form: beside each energy and intensity stands the sample, the region or a value that was set."""

import csv
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from xps_keras.io.number_table import SEPARATORS, cleaned, find_separator, is_number
from xps_keras.io.sample_words import counts_repetitions, sample_words
from xps_keras.io.sheet import Cell, Sheet, number, words
from xps_keras.io.text_dressed import undressed
from xps_keras.library.core_line import find_core_line, is_survey
from xps_keras.median import median
from xps_keras.spectrum import FEWEST_POINTS

_MOST_LEADING = 6  # columns of words before the numbers
_MOST_ASKED = 2000  # lines that tell whether a text is in long form


def rows_of(lines: list[str]) -> tuple[list[str], str | None, int]:
    """Find the separator by which most lines are rows of numbers, words before the numbers moved behind them.

    Args:
        lines: Lines of a text.

    Returns:
        The lines, without what is printed around the numbers where without it there were no rows, and those of a table
        in long form (``PET,C 1s,285.0,1026``) with their words last; the separator; and the number of rows, see
        ``find_separator``.
    """
    lines = _filled_down(lines)
    separator, rows = find_separator(lines)
    if rows < FEWEST_POINTS:
        bare = undressed(lines)
        if bare is not lines:
            lines = bare
            separator, rows = find_separator(lines)
    if rows >= FEWEST_POINTS:
        return lines, separator, rows
    for other in SEPARATORS:
        moved = _numbers_first(lines, other)
        if moved is not None:
            return (moved, *find_separator(moved))
    return lines, separator, rows


def _filled_down(lines: list[str]) -> list[str]:
    """Write in every row the word that stands in the first row of each region alone, as merged cells are exported."""
    for separator in ("\t", ";", ","):
        parted = (place for place, line in enumerate(lines) if separator in line)
        first = next((place for place in parted if _is_numbers(_cut(lines[place], separator))), len(lines))
        begun, following = (_cut(line, separator) for line in (*lines[first : first + 2], "", "")[:2])
        asked = [
            index
            for index, cell in enumerate(begun)
            if _is_word(cell) and _is_numbers(following) and not "".join(following[index : index + 1]).strip()
        ]
        if not asked:
            continue
        cut = {place: cells for place, line in enumerate(lines) if _is_numbers(cells := _cut(line, separator))}
        found = list(lines)
        for index in asked:
            filled = _fill([cells[index] if index < len(cells) else "" for cells in cut.values()])
            for (place, cells), word in zip(cut.items(), filled, strict=True):
                cells += [""] * (index + 1 - len(cells))
                cells[index] = word
                found[place] = _joined(cells, separator)
        return found
    return lines


def _is_numbers(cells: Sequence[str]) -> bool:
    return len(cells) > 1 and sum(is_number(cleaned(cell)) for cell in cells) > 1


def _is_word(cell: str) -> bool:
    return bool(cell.strip()) and not is_number(cleaned(cell))


def _fill(cells: Sequence[str]) -> list[str]:
    """Fill the empty cells below each word of a column; as they are where it is no such column."""
    words = [cell for cell in cells if cell.strip()]
    if not all(map(_is_word, words)) or not cells[0].strip() or len(words) * FEWEST_POINTS > len(cells):
        return list(cells)
    last = ""
    return [last := cell if cell.strip() else last for cell in cells]


def _numbers_first(lines: list[str], separator: str | None) -> list[str] | None:
    asked = [line for line in lines if line.strip()][:_MOST_ASKED]
    shapes = Counter(
        (leading, len(cells)) for cells in (_cut(line, separator) for line in asked) if (leading := _leading(cells))
    )
    if not shapes:
        return None
    (leading, count), rows = shapes.most_common(1)[0]
    if rows < FEWEST_POINTS or rows <= len(asked) / 2:
        return None
    cut = [_cut(line, separator) for line in lines]
    own = [index for index, cells in enumerate(cut) if len(cells) == count and _leading(cells) == leading]
    # A list of peaks has words before its numbers too, but other ones in every row.
    if len({tuple(cut[index][:leading]) for index in own}) * FEWEST_POINTS > len(own):
        return None
    moved = set(own)
    written = [index for index, line in enumerate(lines) if line.strip()]
    for above, index in pairwise(written):
        words_alone = not any(is_number(cleaned(cell)) for cell in cut[above])
        if index in moved and len(cut[above]) == count and (index == own[0] or words_alone):
            moved.add(above)  # the names of the columns, of a second table too
    return [
        _joined([*cut[index][leading:], *cut[index][:leading]], separator) if index in moved else line
        for index, line in enumerate(lines)
    ]


def _cut(line: str, separator: str | None) -> list[str]:
    if separator is None:
        return line.split()
    if '"' in line:
        return next(csv.reader([line], delimiter=separator, skipinitialspace=True), [])
    return line.split(separator) if separator in line else [line]


def _leading(cells: list[str]) -> int:
    """Count the cells of words before the first of two numbers; 0 where there are none, or no two numbers."""
    numeric = [is_number(cleaned(cell)) for cell in cells[: _MOST_LEADING + 2]]
    first = numeric.index(True) if True in numeric else 0
    sound = 0 < first <= _MOST_LEADING and numeric[first : first + 2] == [True, True]
    return first if sound and any(cell.strip() for cell in cells[:first]) else 0


def _joined(cells: list[str], separator: str | None) -> str:
    if separator is None:
        return " ".join(cells)
    line = io.StringIO()
    csv.writer(line, delimiter=separator, lineterminator="").writerow([cell.strip() for cell in cells])
    return line.getvalue()


@dataclass(frozen=True)
class Told:
    """What the further columns of a table say about a region."""

    label: str
    """Core line or survey, empty where no column says it."""
    words: tuple[str, ...]
    """Words about its sample, see ``sample_words``."""


def told_by(columns: Sequence[tuple[str, str]]) -> Told:
    """Read what columns that are constant over a region say about it.

    Args:
        columns: Name and value of each, ``("sample", "PET")``; a name may be empty.

    Returns:
        Its label and words; a column that only counts repetitions says nothing.
    """
    label, said = "", []
    for name, value in columns:
        if is_survey(value):
            label = label or "survey"
        elif line := find_core_line(value):
            label = label or line
            said.append(sample_words(value))
        elif not name:
            said.append(f"value {value}" if is_number(value) else ("" if counts_repetitions(value) else value))
        else:
            told = (
                ""
                if counts_repetitions(value) and not is_number(value)
                else sample_words(f"{name.replace('_', ' ')}: {value}")
            )
            said.append(value if told and not is_number(value) and "\\" not in value else told)
    return Told(label, tuple(dict.fromkeys(filter(None, said))))


def sheets_of(sheet: Sheet) -> list[tuple[Told, Sheet]]:
    """Part a sheet in long form into one sheet per stretch of rows about which its further columns say the same.

    Args:
        sheet: The sheet.

    Returns:
        What is said about each stretch, and a sheet that holds it alone, its rows where they were and the names of the
        columns above them; the sheet as it is where there are no such columns.
    """
    whole = [(Told("", ()), sheet)]
    numeric = [sum(number(cell) is not None for cell in row) >= 2 for row in sheet.rows]
    begin = numeric.index(True) if True in numeric else len(numeric)
    end = next((row for row in range(begin, len(numeric)) if not numeric[row]), len(numeric))
    width = max((len(row) for row in sheet.rows[begin:end]), default=0)
    sheet = _sheet_filled_down(sheet, begin, end, width)
    telling = [column for column in range(width) if _tells([sheet.cell(row, column) for row in range(begin, end)])]
    if not telling:
        return whole
    keys = [tuple(_text(sheet.cell(row, column)) for column in telling) for row in range(begin, end)]
    edges = _edges(keys)
    axes = [
        np.array([number(sheet.cell(row, column)) or 0.0 for row in range(begin, end)])
        for column in range(width)
        if column not in telling
    ]
    if min(stop - start for start, stop in edges) < FEWEST_POINTS or not any(_breaks(axis, edges) for axis in axes):
        return whole
    head = [_without(row, telling) for row in sheet.rows[:begin]]
    names = ["" if not begin else words(sheet.cell(begin - 1, column)) for column in telling]
    found = []
    for start, stop in edges:
        rows = [_without(row, telling) for row in sheet.rows[begin + start : begin + stop]]
        told = told_by(list(zip(names, keys[start], strict=True)))
        found.append((told, Sheet(sheet.title, [*head, *rows], start)))
    return found


def _sheet_filled_down(sheet: Sheet, begin: int, end: int, width: int) -> Sheet:
    """Fill the cells of a sheet below words that stand in the first row of each region alone: merged cells."""
    asked = [column for column in range(width) if begin + 1 < end and words(sheet.cell(begin, column))]
    asked = [column for column in asked if sheet.cell(begin + 1, column) is None]
    rows = [[*row, *[None] * (width - len(row))] for row in sheet.rows[begin:end]]
    for column in asked:
        for row, word in zip(rows, _fill([_text(row[column]) for row in rows]), strict=True):
            row[column] = word or None
    return replace(sheet, rows=[*sheet.rows[:begin], *map(tuple, rows), *sheet.rows[end:]]) if asked else sheet


def _breaks(axis: NDArray[np.float64], edges: list[tuple[int, int]]) -> bool:
    """Tell whether a column runs evenly within stretches of rows and on from none to the next, as energies do."""
    within = np.concatenate([np.diff(axis[start:stop]) for start, stop in edges])
    step = median(within)
    even = np.abs(within - step) <= 0.3 * abs(step)
    between = np.array([axis[start] - axis[start - 1] for start, _ in edges[1:]])
    return bool(step != 0.0 and even.mean() > 0.8 and (np.abs(between - step) > 0.5 * abs(step)).all())


def _tells(cells: list[Cell]) -> bool:
    """Tell whether a column holds one value for many rows, then another."""
    if len(cells) < 2 * FEWEST_POINTS or any(_text(cell) == "" for cell in cells):
        return False
    edges = _edges([_text(cell) for cell in cells])
    return len(edges) > 1 and min(stop - start for start, stop in edges) >= FEWEST_POINTS


def _edges(values: Sequence[object]) -> list[tuple[int, int]]:
    """First row and row behind the last of each stretch of equal values."""
    changes = [row + 1 for row, (one, other) in enumerate(pairwise(values)) if one != other]
    return list(pairwise([0, *changes, len(values)]))


def _text(cell: Cell) -> str:
    value = number(cell)
    return f"{value:g}" if value is not None else ("" if cell is None else str(cell).strip())


def _without(row: tuple[Cell, ...], columns: list[int]) -> tuple[Cell, ...]:
    return tuple(None if index in columns else cell for index, cell in enumerate(row))
