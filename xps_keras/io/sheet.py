"""A sheet of a workbook as rows of cells, and the reading of single cells."""

import math
from dataclasses import dataclass

from xps_keras.errors import SpectrumWarning
from xps_keras.io.draft import Draft

Cell = object
"""Text, number, date, truth value or None."""


@dataclass(frozen=True)
class Sheet:
    """One sheet."""

    title: str
    rows: list[tuple[Cell, ...]]
    """Values, each row without the empty cells at its end."""
    skipped: int = 0
    """Rows of the workbook's sheet before those."""

    def cell(self, row: int, column: int) -> Cell:
        """Return a cell, both counted from 0; None beyond the end of a row or sheet."""
        return self.rows[row][column] if row < len(self.rows) and column < len(self.rows[row]) else None


@dataclass(frozen=True)
class FromSheet:
    """What one sheet gave."""

    drafts: list[Draft]
    warnings: list[SpectrumWarning]


def number(cell: Cell) -> float | None:
    """Read a cell as a number; text with a number counts, with a decimal comma too, and NaN is refused later."""
    if isinstance(cell, bool) or not isinstance(cell, int | float | str):
        return None
    try:
        return float(cell.strip().replace(",", ".") if isinstance(cell, str) else cell)
    except (ValueError, OverflowError):
        return None


def words(cell: Cell) -> str:
    """Read a cell as words: stripped text, empty for numbers and empty cells."""
    return "" if not isinstance(cell, str) or number(cell) is not None else cell.strip().strip("\ufeff")


def column_name(column: int) -> str:
    """Name a column, counted from 0, as Excel does: A, B, ..., Z, AA."""
    name = ""
    column += 1
    while column:
        column, letter = divmod(column - 1, 26)
        name = chr(ord("A") + letter) + name
    return name


def is_finite(value: float | None) -> bool:
    """Tell whether a number is there and finite."""
    return value is not None and math.isfinite(value)
