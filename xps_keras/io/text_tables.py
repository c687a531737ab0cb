"""Tables of numbers in a text: where each begins and ends, and that no row between is lost."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from xps_keras.errors import InputError
from xps_keras.io.number_table import AmbiguousError, Row, decimal_mark, read_column, split_line
from xps_keras.io.text_notes import COMMENT_MARKS

_SPREADSHEET_ERRORS = ("#N/A", "#NV", "#DIV", "#VALUE", "#REF", "#NUM", "#IND")
_NAMES = re.compile(
    r"^\W*(?:(?:region|group|sample|specimen|spectrum|title|cycle|curve|scan)\b\s?(?:name|id|no\.?)?\s?\d{0,4}\s?[:=]|"
    r"[A-Z][a-z]?\s?[1-7][spdf](?:[1357]/2)?\W*$)",
    re.IGNORECASE,
)
"""A comment between two tables that names a region: they are two."""
_MOST_LOST = 50  # lines between two pieces of a table that may be its unreadable rows


@dataclass
class Table:
    """Consecutive rows of numbers, and the words before them."""

    words: list[str]
    rows: list[Row] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    """Line of each row, counted from 1."""
    between: list[tuple[int, str]] = field(default_factory=list)
    """Lines that are neither rows, blank nor comments between the table before and this one, counted from 1."""

    @property
    def columns(self) -> int:
        """Number of columns of the widest row."""
        return max(len(row.cells) for row in self.rows)

    @property
    def filled(self) -> list[int]:
        """Numbers of the columns that hold anything, ascending."""
        return sorted({index for row in self.rows for index, cell in enumerate(row.cells) if cell})


def tables_of(lines: Sequence[str], separator: str | None, file: str) -> list[Table]:
    """Gather the tables of a text.

    Args:
        lines: All lines.
        separator: What parts the columns, None for white space.
        file: Name of the file, for messages.

    Returns:
        The tables in file order; pieces that only blank lines, comments or words part are joined where the energies run
        on.

    Raises:
        InputError: If a row inside a table cannot be read.
    """
    tables: list[Table] = []
    words: list[str] = []
    between: list[tuple[int, str]] = []
    fresh, blank = True, False
    for index, line in enumerate(lines):
        text = line.strip()
        if not text:
            blank = True  # double spacing is no cut; a jump of the energies is found later
            continue
        row = split_line(line, separator)
        if row.is_row and not (fresh and _names_columns(row, lines[index + 1 : index + 2], separator)):
            if fresh or (blank and len(row.cells) != len(tables[-1].rows[-1].cells)):
                tables.append(Table(words, between=between))
                words, between = [], []
            tables[-1].rows.append(row)
            tables[-1].lines.append(index + 1)
            fresh, blank = False, False
            continue
        fresh, blank = True, False
        words.append(line.rstrip())  # an empty first name of a column is one too
        if text[0] not in COMMENT_MARKS or text.startswith(_SPREADSHEET_ERRORS):
            between.append((index + 1, text))
    _refuse_broken_ends(tables, between, separator, file)
    return _joined(tables, separator, file)


def _names_columns(row: Row, following: Sequence[str], separator: str | None) -> bool:
    """Tell whether numbers are the names of columns, such as angles, above all but the first, which has none."""
    below = [split_line(line, separator) for line in following]
    return not row.cells[0] and any(one.is_row and one.cells[0] and len(one.cells) == len(row.cells) for one in below)


def without_padding(table: Table) -> Table:
    """Empty the cells below the end of shorter columns, where NaN stands beside the numbers of longer ones."""
    if table.rows[-1].cells and not any(cell.lower() == "nan" for cell in table.rows[-1].cells):
        return table
    rows = list(table.rows)
    padded = set(range(table.columns))
    for place in range(len(rows) - 1, -1, -1):
        cells = rows[place].cells
        padded = {index for index in padded if index < len(cells) and cells[index].lower() == "nan"}
        if not padded or len(padded) == len(cells):
            break
        rows[place] = Row(tuple("" if index in padded else cell for index, cell in enumerate(cells)))
    return replace(table, rows=rows)


def _energies(table: Table, ends: slice) -> list[float]:
    """First numbers of some rows; good enough to see whether two pieces run on."""
    values = []
    for row in table.rows[ends]:
        cell = next(cell for cell in row.cells if cell)
        try:
            values.append(float(cell.replace(",", ".")))
        except ValueError:
            return []
    return values


def _joined(tables: list[Table], separator: str | None, file: str) -> list[Table]:
    joined: list[Table] = []
    for table in tables:
        last = joined[-1] if joined else None
        if last is None or not (steps := _steps_between(last, table)):
            joined.append(table)
            continue
        if table.between and steps > 1.5 and len(table.between) <= _MOST_LOST and steps < len(table.between) + 1.5:
            raise _unreadable(table.between[0], file)
        broken = next((line for line in table.between if _is_half_row(line[1], separator)), None)
        if broken is not None and len(last.rows) > 1 and steps < _MOST_LOST:
            raise _unreadable(broken, file)
        if 0.5 < steps < 1.5 and not _names_a_region(table):
            last.rows += table.rows
            last.lines += table.lines
            continue
        joined.append(table)
    return joined


def _names_a_region(table: Table) -> bool:
    if len(table.rows) <= 20:
        return False
    named = any(any(letter.isalpha() for letter in text) for _, text in table.between)
    return named or any(_NAMES.search(text) for text in table.words)


def _steps_between(last: Table, table: Table) -> float:
    """Steps from the last energy of one table to the first of the next; 0 when they do not run on."""
    end, start = _energies(last, slice(-2, None)), _energies(table, slice(0, 1))
    if len(end) < 2 or not start or end[1] == end[0]:
        return 0.0
    steps = (start[0] - end[1]) / (end[1] - end[0])
    return steps if steps > 0 else 0.0


def _is_half_row(text: str, separator: str | None) -> bool:
    row = split_line(text, separator)
    return row.begins_with_number and len(row.cells) <= 2 and text[0] not in COMMENT_MARKS


def _refuse_broken_ends(tables: list[Table], behind: list[tuple[int, str]], separator: str | None, file: str) -> None:
    """Refuse a half row directly before the first row of a table or behind its last, where the energies run on."""
    for number, table in enumerate(tables):
        if len(table.rows) < 2:
            continue
        following = tables[number + 1].between if number + 1 < len(tables) else behind
        if table.between and table.between[-1][0] == table.lines[0] - 1:
            _refuse_if_half(table.between[-1], _energies(table, slice(0, 2))[::-1], separator, file)
        if following and following[0][0] == table.lines[-1] + 1:
            _refuse_if_half(following[0], _energies(table, slice(-2, None)), separator, file)


def _refuse_if_half(line: tuple[int, str], beside: list[float], separator: str | None, file: str) -> None:
    if not _is_half_row(line[1], separator) or len(beside) < 2 or beside[0] == beside[1]:
        return
    try:
        value = float(split_line(line[1], separator).cells[0].replace(",", "."))
    except ValueError:
        return
    if 0.5 < (value - beside[1]) / (beside[1] - beside[0]) < 1.5:
        raise _unreadable(line, file)


def _unreadable(line: tuple[int, str], file: str) -> InputError:
    number, text = line
    return InputError(
        f"{file}: line {number} (`{text[:40]}`) stands inside a table and does not hold two numbers, correct it."
    )


def column(table: Table, index: int, decimal: str | None, file: str) -> tuple[list[float], list[int]]:
    """Read one column of a table down to where it ends, which a longer neighbour may outlast.

    Args:
        table: The table.
        index: Number of the column, from 0.
        decimal: Decimal mark of the file's other columns, None when none is known.
        file: Name of the file, for messages.

    Returns:
        The numbers, and the indices of their rows; empty cells are left out.

    Raises:
        InputError: If a cell is no number, or may be read in two ways.
    """
    cells, places = [], []
    for place, row in enumerate(table.rows):
        cell = row.cells[index] if index < len(row.cells) else ""
        if not cell:
            continue
        if not row.numeric[index]:
            raise InputError(
                f"{file}: line {table.lines[place]} holds `{cell[:30]}` in column {index + 1} where a number belongs, "
                "correct it."
            )
        cells.append(cell)
        places.append(place)
    try:
        return read_column(cells, decimal), places
    except AmbiguousError as error:
        raise InputError(
            f"{file}: column {index + 1} from line {table.lines[0]} on can be read in two ways: {error}, export it "
            "without thousands separators."
        ) from None


def common_decimal(table: Table, file: str) -> str | None:
    """Return the decimal mark that the numbers of a table show, None when they show none or columns differ."""
    marks = set()
    columns: dict[int, list[str]] = {}
    for row in table.rows:  # row by row, since one of many columns must not cost every other row as much
        for index, (cell, numeric) in enumerate(zip(row.cells, row.numeric, strict=True)):
            if numeric:
                columns.setdefault(index, []).append(cell)
    for index, cells in columns.items():
        try:
            mark = decimal_mark(cells)
        except AmbiguousError as error:
            raise InputError(
                f"{file}: column {index + 1} from line {table.lines[0]} on can be read in two ways: {error}, write all "
                "numbers in one way."
            ) from None
        if mark:
            marks.add(mark)
    return marks.pop() if len(marks) == 1 else None
