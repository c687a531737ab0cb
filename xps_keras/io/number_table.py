"""Columns of numbers in text of unknown style: separators, decimal comma, quotes."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Style:
    """How the numbers of a line are written."""

    separator: str | None
    """Character between columns, None for any white space."""
    decimal: str
    """``.`` or ``,``."""

    def cells(self, line: str) -> list[str]:
        """Split a line into cells, without quotes and without empty cells at its end."""
        cells = [cell.strip().strip("\"'").strip() for cell in line.strip().split(self.separator)]
        while cells and not cells[-1]:
            cells.pop()
        return cells

    def number(self, cell: str) -> float | None:
        """Read one cell; None when it is no number. NaN and inf are numbers here and refused later, by name."""
        if self.decimal == "," and "." in cell:
            return None
        try:
            return float(cell.replace(",", ".") if self.decimal == "," else cell)
        except ValueError:
            return None

    def row(self, line: str) -> list[float]:
        """Return the numbers a line begins with, up to the first cell that is none."""
        numbers: list[float] = []
        for cell in self.cells(line):
            value = self.number(cell)
            if value is None:
                break
            numbers.append(value)
        return numbers


# Order decides ties: a tab or a semicolon is never part of a number, a comma may be.
STYLES = (
    Style("\t", "."),
    Style("\t", ","),
    Style(";", "."),
    Style(";", ","),
    Style(None, "."),
    Style(None, ","),
    Style(",", "."),
)


def find_style(lines: Iterable[str]) -> tuple[Style, int]:
    """Find the style in which most lines begin with two numbers.

    Args:
        lines: Lines of a file, headers included.

    Returns:
        The style, and the number of lines that begin with two numbers in it.
    """
    sample = list(lines)
    counts = [sum(len(style.row(line)) >= 2 for line in sample) for style in STYLES]
    best = max(range(len(STYLES)), key=lambda index: counts[index])
    return STYLES[best], counts[best]
