"""A column of numbers of a sheet: what it holds, by its name and by its numbers."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from xps_keras.io.column_names import Role, may_count_rows, role_of
from xps_keras.io.text_columns import counts_rows
from xps_keras.median import median
from xps_keras.spectrum import FEWEST_POINTS

_EVEN, _EVEN_SHARE = 0.3, 0.9  # steps of an energy axis differ less than this, in so many of its points
_ORDERED_SHARE = 0.8
_HIGHEST_EV, _LOWEST_EV, _WIDEST_STEP_EV = 10_000.0, -100.0, 5.0


@dataclass(frozen=True)
class SheetColumn:
    """One column of numbers of a table."""

    index: int
    name: str
    """Its name in the rows of names above the table, empty when there is none."""
    first_row: int
    values: NDArray[np.float64]

    @property
    def role(self) -> Role:
        """What its name says; a name `i` or `n` is that of an index where the numbers count rows."""
        return "other" if may_count_rows(self.name) and counts_rows(self.values) else role_of(self.name)

    @property
    def is_energy(self) -> bool:
        """Whether its name says energy, or says nothing and the numbers are even steps in one direction."""
        role = self.role
        steps = np.diff(self.values)
        if role in ("binding", "kinetic", "energy"):
            # A list of peaks has energies too, in no order; an axis with a wrong point is refused later, by name.
            return bool(len(steps)) and float(max((steps > 0).mean(), (steps < 0).mean())) > _ORDERED_SHARE
        if role:
            return False
        if len(steps) + 1 < FEWEST_POINTS or not np.isfinite(self.values).all():
            return False
        step = median(steps)
        even = np.abs(steps - step) <= _EVEN * abs(step)
        within = _LOWEST_EV < self.values.min() and self.values.max() < _HIGHEST_EV
        return bool(0 < abs(step) <= _WIDEST_STEP_EV and even.mean() > _EVEN_SHARE and within)

    @property
    def is_other(self) -> bool:
        """Whether its name says background, fit, index or the like."""
        return self.role == "other"

    @property
    def rows(self) -> tuple[int, int]:
        """Its first row and the one behind its last."""
        return self.first_row, self.first_row + len(self.values)

    def within(self, begin: int, end: int) -> "SheetColumn":
        """Return the part of it that stands in some rows."""
        kept = self.values[begin - self.first_row : end - self.first_row]
        return replace(self, first_row=begin, values=kept)
