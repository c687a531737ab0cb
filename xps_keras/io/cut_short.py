"""Text files that end before they should: a last line that breaks off."""

import re
from collections.abc import Sequence

from xps_keras.errors import SpectrumWarning
from xps_keras.io.decode import to_lines
from xps_keras.io.number_table import SEPARATORS, Row, split_line

_COLLAPSED = 0.3  # part of the values above it, below which a shorter last number may have lost digits
_BEYOND_NOISE = 6.0  # standard deviations of counts by which it is smaller then
_PARTED = re.compile(r"[\s,;]")
_PIECE = re.compile(r"[-+]?[\d.,]*(?:[eE][-+]?\d*)?")
_LONGEST = 2000  # letters of a line that is asked


def cut_short(text: str) -> SpectrumWarning:
    """Say that a file ends early.

    Args:
        text: What was lost, as a sentence.
    """
    return SpectrumWarning("file-truncated", text)


def whole_lines(text: str) -> tuple[list[str], list[SpectrumWarning]]:
    """Cut a text into lines, and empty the last one where it is a row that breaks off.

    Only a text without a line end behind its last line may: of a row with fewer cells than those above it, or with a
    last number of fewer digits that is far smaller, nobody knows what it held.

    Args:
        text: The text.

    Returns:
        The lines, and what was left out.
    """
    lines = to_lines(text)
    if len(lines) < 3 or text.endswith(("\n", "\r")) or not _breaks_off(lines[-3:]):
        return lines, []
    said = (
        f"The file ends within line {len(lines)} (`{lines[-1].strip()[:40]}`), which was left out; "
        "what stood behind it is lost."
    )
    lines[-1] = ""
    return lines, [cut_short(said)]


def _breaks_off(lines: Sequence[str]) -> bool:
    """Tell whether the last of three lines is a piece of a row such as the two others."""
    if max(map(len, lines)) > _LONGEST or not _PIECE.fullmatch(_PARTED.split(lines[-1])[-1]):
        return False
    for separator in SEPARATORS:
        first, second, last = (split_line(line, separator) for line in lines)
        width = len(second.cells)
        if not (width > 1 and len(first.cells) == width and _holds_numbers(first) and _holds_numbers(second)):
            continue
        if not last.cells or not _holds_numbers(Row(last.cells[:-1])):
            return False
        # Every cell was written, empty ones too.
        written = width > 2 and separator is not None and lines[-1].count(separator) >= lines[-2].count(separator)
        if len(last.cells) != width:  # two cells of several may be whole, where one spectrum is longer
            if written or not _begins_next(last.cells[0], first.cells[0], second.cells[0]):
                return False
            return len(last.cells) < width and (width == 2 or len(last.cells) % 2 == 1 or width % 2 == 1)
        if not last.numeric[-1]:
            return True
        return _collapsed(last.cells[-1], (first.cells[-1], second.cells[-1]))
    return False


def _holds_numbers(row: Row) -> bool:
    return all(numeric or not cell for cell, numeric in zip(row.cells, row.numeric, strict=True))


def _begins_next(cell: str, first: str, second: str) -> bool:
    """Tell whether a cell is the next energy, or the beginning of it."""
    try:
        one, other = (float(text.replace(",", ".")) for text in (first, second))
    except ValueError:
        return False
    if "e" in second.lower():
        return cell[:1] == second[:1]
    return str(abs(int(2.0 * other - one))).startswith(re.split("[.,]", cell.lstrip("+-"))[0])


def _collapsed(cell: str, above: Sequence[str]) -> bool:
    try:
        value, *others = (abs(float(text.replace(",", "."))) for text in (cell, *above))
    except ValueError:
        return False
    least = min(others)
    smaller = value < _COLLAPSED * least and least - value > _BEYOND_NOISE * least**0.5
    if not smaller or len(cell) >= min(map(len, above)):
        return False
    if any("e" in text.lower() for text in above):
        return True
    if not value or not cell.lstrip("+-").isdigit() or cell.startswith("-") != above[-1].startswith("-"):
        return False  # a number that lost digits at its end begins like those above
    lost = range(1, max(map(len, above)) - len(cell) + 1)
    return any(value * 10**k < 2.0 * max(others) and (value + 1.0) * 10**k > 0.5 * least for k in lost)
