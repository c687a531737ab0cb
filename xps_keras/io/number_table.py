"""Columns of numbers in text of unknown style: separators, quotes, decimal and thousands marks, units in cells."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from xps_keras.spectrum import FEWEST_POINTS

_MINUS = str.maketrans({"\N{MINUS SIGN}": "-", "\N{EN DASH}": "-", "\N{SMALL HYPHEN-MINUS}": "-", "\uff0d": "-"})
_POINTS = str.maketrans({"\N{FULLWIDTH FULL STOP}": ".", "\N{ARABIC DECIMAL SEPARATOR}": "."})
_SPACES = str.maketrans({"\N{NO-BREAK SPACE}": " ", "\N{NARROW NO-BREAK SPACE}": " ", "\N{THIN SPACE}": " "})
_APOSTROPHES = str.maketrans({"\N{RIGHT SINGLE QUOTATION MARK}": "'"})
_UNIT = re.compile(r"\s{0,4}(?:([km]?)(?:eV|cps|counts?(?:/s)?|cts|c/s)|a\.\s?u\.)\Z", re.IGNORECASE)
_PREFIXES = {"k": "e3", "K": "e3", "M": "e6", "m": "e-3"}
_PLAIN = re.compile(r"[-+]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][-+]?\d+)?\Z")
_MISSING = frozenset(
    "NA N/A n/a N.A. n.a. <NA> -- --- - . ? null NULL None "
    "#N/A #NV #DIV/0! #VALUE! #REF! #NUM! #NAME? #NULL! #WERT! #ZAHL! #VALEUR! #VALOR!".split()
)
"""What R, pandas, spreadsheets and others write where a column has no value, as below the end of a shorter one."""
_NAMED = frozenset(["nan", "-nan", "+nan", "inf", "-inf", "+inf"])
_GROUPED = re.compile(r"([-+]?\d{1,3})((?:[ ',.]\d{3})+)(?:([.,])(\d*))?\Z")


def cleaned(cell: str) -> str:
    """Strip a cell of quotes, of typographic minus signs and spaces, and of a unit: ``1.026 kcps`` is ``1.026e3``."""
    text = cell if cell.isascii() else cell.translate(_MINUS | _POINTS | _SPACES | _APOSTROPHES)
    text = text.strip().strip("\"'").strip()
    if not text or text[-1].isdigit():
        return text
    if text in _MISSING:
        return ""
    unit = _UNIT.search(text)
    number = text[: unit.start()] if unit else ""
    if unit is None or not number or number[-1] not in "0123456789.,":
        return text  # the name `counts` is no unit of a number
    if not unit[1]:
        return number
    return f"{number}{_PREFIXES[unit[1]]}" if re.fullmatch(r"[-+\d.,]+", number) else text


def is_number(cell: str) -> bool:
    """Tell whether a cleaned cell is a number in some style; NaN and inf are numbers here, refused later by name."""
    return bool(_PLAIN.match(cell)) or cell.lower() in _NAMED or bool(_GROUPED.match(cell))


@dataclass(frozen=True)
class Row:
    """One line cut into cells."""

    cells: tuple[str, ...]
    """Cleaned cells, empty ones at the end left out."""

    @cached_property
    def numeric(self) -> tuple[bool, ...]:
        """Which cells are numbers."""
        return tuple(map(is_number, self.cells))

    @property
    def is_row(self) -> bool:
        """Whether the line belongs to a table: its first filled cell is a number, and another is too."""
        first = next((index for index, cell in enumerate(self.cells) if cell), None)
        return first is not None and self.numeric[first] and sum(self.numeric) >= 2

    @property
    def begins_with_number(self) -> bool:
        """Whether the first cell is a number."""
        return bool(self.cells) and self.numeric[0]


def split_line(line: str, separator: str | None) -> Row:
    """Cut a line into cells.

    Args:
        line: The line.
        separator: Character between columns; None for any white space. Quotes protect a separator within a cell.

    Returns:
        The cells; empty ones at the end are left out, those before a filled one are kept.
    """
    if separator is None:
        cells = line.split()
    elif '"' in line:
        cells = next(csv.reader([line], delimiter=separator, skipinitialspace=True), [])
    else:
        cells = line.split(separator)
    cells = [cleaned(cell) for cell in cells]
    while cells and not cells[-1]:
        cells.pop()
    return Row(tuple(cells))


def join_line(cells: Sequence[object], separator: str | None) -> str:
    """Write cells as a line that ``split_line`` cuts into them again.

    Args:
        cells: The cells; with white space between columns none of them may hold two spaces in a row.
        separator: Character between columns, None for white space.
    """
    if separator is None:
        return "  ".join(map(str, cells))
    line = io.StringIO()
    csv.writer(line, delimiter=separator, lineterminator="").writerow(cells)
    return line.getvalue()


_MOST_ASKED = 20_000
# Order decides ties: a tab or a semicolon is never part of a number, a comma or a space may be.
SEPARATORS = ("\t", ";", None, ",")
_STRONG = ("\t", ";")


def is_row_by(line: str, separator: str | None) -> bool:
    """Tell whether a separator makes a line a row, and no stronger one a better row: not `279,40<tab>402,0` the comma.

    Args:
        line: The line.
        separator: Character between columns, None for any white space.
    """
    row = split_line(line, separator)
    if not row.is_row or all(row.numeric) or separator in _STRONG:
        return row.is_row
    better = (split_line(line, other) for other in _STRONG if other in line)
    return not any(other.is_row and all(other.numeric) for other in better)


def find_separator(lines: Iterable[str]) -> tuple[str | None, int]:
    """Find the separator by which most lines are rows of numbers.

    Args:
        lines: Lines of a file, headers included.

    Returns:
        The separator, and the number of lines that are rows; of a long file every second, third, ... line is asked.
        A tab or a semicolon goes before white space, by which titles that begin with numbers are rows as well.
    """
    sample = [line for line in lines if any(map(str.isdigit, line))]
    sample = sample[:: 1 + len(sample) // _MOST_ASKED]
    counts = []
    for separator in SEPARATORS:
        if separator is not None and not any(separator in line for line in sample):
            counts.append(0)
            continue
        counts.append(sum(is_row_by(line, separator) for line in sample))
    best = max(range(len(SEPARATORS)), key=lambda index: counts[index])
    if SEPARATORS[best] is None and any(counts[:best]):
        rows = _in_runs(sample)
        best = next((index for index in range(best) if 0 < rows <= counts[index]), best)
    return SEPARATORS[best], counts[best]


def _in_runs(lines: Iterable[str]) -> int:
    """Count the rows parted by white space that stand beside others like them: a title `10 min` or a date does not."""
    rows = [row.numeric for line in lines if (row := split_line(line, None)).is_row]
    runs = [len(list(run)) for _, run in groupby(rows)]
    return sum(run for run in runs if run >= FEWEST_POINTS)


class AmbiguousError(Exception):
    """Numbers of a column may be read in two ways that differ; the text names one of them."""


def read_column(cells: Sequence[str], decimal_elsewhere: str | None = None) -> list[float]:
    """Read the numbers of one column, whose style they share.

    A mark followed by other than three digits, or in front of which more than three stand, parts decimals. A mark that
    stands twice in a number, or beside another mark to its right, parts thousands. Where neither is seen, a column in
    which numbers with the mark stand beside whole numbers above 99 may mean either.

    Args:
        cells: Cleaned cells, each a number.
        decimal_elsewhere: The decimal mark of other columns, None when none is known.

    Returns:
        The numbers.

    Raises:
        AmbiguousError: If a mark may part thousands or decimals.
    """
    try:
        if decimal_elsewhere != "," and not any("," in cell or "_" in cell for cell in cells):
            values = [float(cell) for cell in cells]
            if not _may_be_thousands(cells, "."):
                return values
    except ValueError:
        pass  # thousands marks, read below
    decimal = decimal_mark(cells)
    if decimal is None and decimal_elsewhere is not None:
        # Decimals in another column do not make 1.131 beside 950 clear; the other mark is one of thousands then.
        _require_clear(cells, decimal_elsewhere)
        decimal = decimal_elsewhere
    if decimal is None:
        for mark in ".,":
            _require_clear(cells, mark)
        decimal = "," if any("," in cell for cell in cells) and not any("." in cell for cell in cells) else "."
    return [_number(cell, decimal) for cell in cells]


def decimal_mark(cells: Sequence[str]) -> str | None:
    """Return the mark that parts decimals by the evidence of these numbers, None when there is none.

    Raises:
        AmbiguousError: If both marks do.
    """
    found: dict[str, str] = {}
    for cell in cells:
        mark = _decimal_evidence(cell)
        if mark is not None:
            found.setdefault(mark, cell)
    if len(found) > 1:
        raise AmbiguousError(f"`{found['.']}` has a decimal point and `{found[',']}` a decimal comma")
    return next(iter(found), None)


def _decimal_evidence(cell: str) -> str | None:
    mantissa = cell.lower().partition("e")[0]
    points, commas = mantissa.count("."), mantissa.count(",")
    if points and commas:
        if points > 1 or commas > 1:
            return "," if points > 1 else "."
        return "." if mantissa.rindex(".") > mantissa.rindex(",") else ","
    if points + commas == 0:
        return None
    mark = "." if points else ","
    if points + commas > 1:
        return "," if mark == "." else "."  # the other one, since this one parts thousands
    whole, _, rest = mantissa.lstrip("+-").partition(mark)
    spaced = " " in whole or "'" in whole
    if spaced or len(rest) != 3 or not 1 <= len(whole) <= 3 or whole.startswith("0") or mantissa != cell.lower():
        return mark
    return None


def _may_be_thousands(cells: Sequence[str], mark: str) -> bool:
    """Tell whether numbers with a mark and exactly three digits behind it stand beside whole numbers above 99."""
    marked = [cell for cell in cells if mark in cell]
    if not marked or len(marked) == len(cells) or any(_decimal_evidence(cell) for cell in marked):
        return False
    return any(len(cell.lstrip("+-")) == 3 and cell.lstrip("+-").isdigit() for cell in cells)


def _require_clear(cells: Sequence[str], mark: str) -> None:
    if _may_be_thousands(cells, mark):
        example = next(cell for cell in cells if mark in cell)
        whole = next(cell for cell in cells if cell.lstrip("+-").isdigit())
        raise AmbiguousError(f"`{example}` beside `{whole}` may have a thousands separator or decimals")


def _number(cell: str, decimal: str) -> float:
    if cell.lower() in _NAMED:
        return float(cell)
    text = cell.replace(" ", "").replace("'", "").replace("_", "")
    thousands = "," if decimal == "." else "."
    return float(text.replace(thousands, "").replace(decimal, "."))


def join_spaced_thousands(rows: Sequence[Row]) -> list[Row] | None:
    """Join numbers that white space cut at their thousands: ``280.3 1 026`` beside ``280.4 987``.

    Args:
        rows: Rows of a table whose columns white space parts.

    Returns:
        The rows with two columns, None when they are not of this kind: every row has an energy and then one number in
        groups of three, and rows differ in their number of groups or a group begins with a zero.
    """
    joined = []
    zero = False
    for row in rows:
        energy, *groups = row.cells
        if not groups or not groups[0].lstrip("+-").isdigit() or len(groups[0].lstrip("+-")) > 3:
            return None
        if any(len(group) != 3 or not group.isdigit() for group in groups[1:]):
            return None
        zero = zero or any(group.startswith("0") for group in groups[1:])
        joined.append(Row((energy, "".join(groups))))
    lengths = {len(row.cells) for row in rows}
    return joined if max(lengths) > 2 and (len(lengths) > 1 or zero) else None
