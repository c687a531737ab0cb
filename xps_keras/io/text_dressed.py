"""What programs print around and between the numbers of a table: bars, brackets, quotes, labels of rows."""

import re
from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np

from xps_keras.io.number_table import SEPARATORS, AmbiguousError, find_separator, join_line, read_column, split_line
from xps_keras.io.text_columns import is_axis
from xps_keras.spectrum import FEWEST_POINTS

_MOST_ASKED = 2000  # lines that tell whether a change makes rows
_LONGEST = 20_000  # letters of a line that may be a row
_RUN_ON = 0.8  # part of running labels behind which the next number follows; each region may count anew
_FORTRAN = re.compile(r"(?<![\w.,])([-+]?(?:\d{1,20}[.,]?\d{0,20}|[.,]\d{1,20}))[dD]([-+]?\d{1,3})(?![\w.,])")
_POWER = re.compile(r"(?<=\d)\s?(?:[*x\u00d7\u00b7]\s?10|\*)\s?\^\s?[({]?([-+]?\d{1,2})[)}]?(?![\w.])")
_ERROR = re.compile(r"(?<=\d)\s?(?:\(\d{1,9}(?:[.,]\d{1,9})?\)|(?:\u00b1|\+/-)\s?\d{1,15}(?:[.,]\d{1,15})?)")
_RULED = frozenset(" \t|+:=-") | set(map(chr, range(0x2500, 0x2580)))
"""Of these a line between the rows of a table is made."""
_BAR = frozenset("|\u2502\u2503")
_BARS = re.compile(r"\s{0,9}[|\u2502\u2503]\s{0,9}")
_AROUND = "[](){},; \t"
_DATE = r"(?:\d{4}[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[-./]\d{1,2}[-./]\d{2,4})"
_CLOCK = r"\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?:\s?[AaPp][Mm])?(?:Z|[+-]\d\d:?\d\d)?"
_GAP = r"[\s,;|]"
_LABEL = re.compile(
    rf'\s*("?(?:(?P<when>{_DATE}(?:(?:T|{_GAP}{{1,9}}){_CLOCK})?|{_CLOCK})|'
    rf"[^\W\d_]{{0,16}}[ _#-]?(?P<count>\d{{1,7}})[:.)]?|\[\s*(?P<listed>\d{{1,7}})\s*,?\s*\])\"?){_GAP}+(?=[-+]?[\d.])"
)
_SCALE = re.compile(r"\s*(\d(?:\.\d*)?e[-+]?\d{1,3})\s*\*\s*", re.IGNORECASE)


def undressed(lines: list[str]) -> list[str]:
    """Take off what stands around and between the numbers of a text in which no rows of numbers are seen.

    Args:
        lines: Its lines.

    Returns:
        As many lines: with bars between columns as tabs and rules as empty lines, without brackets, quotes and errors
        around numbers, without a time, a date or a running label before the numbers of each row, and with exponents as
        other programs write them (``1.234D+03``, ``1.234*10^3``); each of these where it makes rows. The same list
        where none does.
    """
    found = lines
    for way in (_plain_numbers, _without_quotes, _without_bars, _without_labels, _without_brackets):
        changed = way(found)
        if changed is not None:
            found = changed
    return found


def as_displayed(lines: Sequence[str]) -> list[str]:
    """Multiply numbers below a factor that stands alone, as MATLAB displays a matrix: ``1.0e+03 *``.

    Args:
        lines: The lines of a text.

    Returns:
        The lines, rows of numbers up to the next line of words multiplied.
    """
    if not any(map(_SCALE.fullmatch, lines)):
        return list(lines)
    found = []
    factor: float | None = None
    for line in lines:
        scale, row = _SCALE.fullmatch(line), split_line(line, None)
        if scale is not None:
            factor = float(scale[1])
            line = ""
        elif line.strip() and not (row.is_row and all(row.numeric)):
            factor = None
        elif factor is not None and row.cells:
            try:  # MATLAB writes decimal points whatever the country
                line = "  ".join(f"{factor * float(cell.replace(',', '.')):.12g}" for cell in row.cells)
            except ValueError:
                factor = None
        found.append(line)
    return found


def _changed(lines: Sequence[str], change: Callable[[str], str]) -> list[str] | None:
    """Return the lines changed where that makes enough rows of them that are not rows yet."""
    changed = [change(line) if len(line) < _LONGEST else line for line in lines]
    asked = [after for before, after in zip(lines, changed, strict=True) if before != after]
    return changed if any(_hold_numbers(asked, separator) for separator in SEPARATORS) else None


def _hold_numbers(lines: Sequence[str], separator: str | None) -> bool:
    """Tell whether enough lines hold two numbers, with words before them in a table in long form; some are asked."""
    lines = lines[:: 1 + len(lines) // _MOST_ASKED]
    return sum(sum(split_line(line, separator).numeric) > 1 for line in lines) >= FEWEST_POINTS


def _plain_numbers(lines: Sequence[str]) -> list[str] | None:
    """Write exponents with an ``e``, and numbers without their errors."""

    def plain(line: str) -> str:
        if not any(map(str.isdigit, line)):
            return line
        return _ERROR.sub("", _POWER.sub(r"e\1", _FORTRAN.sub(r"\1e\2", line)))

    return _changed(lines, plain)


def _without_quotes(lines: Sequence[str]) -> list[str] | None:
    """Take off quotes around whole lines, and the equals sign that keeps a spreadsheet from changing a cell."""

    def bare(line: str) -> str:
        if '"' not in line:
            return line
        text = line.strip().replace('="', '"')
        return text[1:-1] if text.count('"') == 2 and text.startswith('"') and text.endswith('"') else text

    return _changed(lines, bare)


def _without_bars(lines: Sequence[str]) -> list[str] | None:
    """Write tabs for bars between columns, as in Markdown and Org, and nothing for rules."""

    def parted(line: str) -> str:
        if _RULED.issuperset(line):
            return ""
        return line if _BAR.isdisjoint(line) else _BARS.sub("\t", line.strip().strip("|\u2502\u2503").strip())

    return _changed(lines, parted)


def _without_brackets(lines: Sequence[str]) -> list[str] | None:
    """Take off brackets around rows, and what parts rows: ``(284.5, 1026),``."""

    def bare(line: str) -> str:
        inner = line.strip(_AROUND)
        return inner if inner[:1].isdigit() or inner[:1] in ("-", "+", ".") else line

    return _changed(lines, bare)


def _without_labels(lines: Sequence[str]) -> list[str] | None:
    """Take off a time, a date or a running label before the numbers of each row, where an axis of energies is left."""
    labels = {index: label for index, line in enumerate(lines) if (label := _LABEL.match(line[:_LONGEST]))}
    if len(labels) < FEWEST_POINTS or 2 * len(labels) < sum(bool(line.strip()) for line in lines):
        return None
    counts = [int(count) for label in labels.values() if (count := label["count"] or label["listed"])]
    runs_on = sum(after == before + 1 for before, after in pairwise(counts)) >= _RUN_ON * (len(counts) - 1)
    if counts and (len(counts) < len(labels) or not runs_on):
        return None
    found = list(lines)
    for index, label in labels.items():
        found[index] = lines[index][label.end() :]
    separator, rows = find_separator([found[index] for index in labels])
    if rows < FEWEST_POINTS or not _has_axis([found[index] for index in labels], separator):
        return None
    first = min(labels)
    whole, own = (len(split_line(text, separator).cells) for text in (lines[first], found[first]))
    names = split_line(lines[first - 1], separator).cells if first else ()
    if len(names) == whole > own:
        found[first - 1] = join_line(names[whole - own :], separator)
    return found


def _has_axis(lines: Sequence[str], separator: str | None) -> bool:
    """Tell whether one of the first two columns is an axis."""
    rows = [split_line(line, separator) for line in lines]
    rows = [row for row in rows if row.is_row]
    for place in range(2):
        cells = [row.cells[place] for row in rows if row.numeric[place : place + 1] == (True,)]
        try:
            if len(cells) == len(rows) and is_axis(np.array(read_column(cells))):
                return True
        except AmbiguousError:
            continue
    return False
