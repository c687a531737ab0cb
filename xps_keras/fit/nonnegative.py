"""Non-negative least squares on normal equations, with a price for every weight.

The active-set method of Lawson and Hanson in the form of Bro and de Jong (J. Chemometrics 11 (1997) 393): it only
needs the Gram matrix, so the number of channels does not matter, and it begins where an earlier fit ended. The
equations are kept solved for the columns in use by the sweep operator (Goodnight, Am. Stat. 33 (1979) 149): a column
that enters or leaves is one update of rank one, and weights, slopes, and what each column's absence would cost stand
in the table at any time.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

MOST_CHANGES = 200
"""Most columns that enter."""
ALONE = 1e-9
"""A column of which this part or less is not made up by those in use cannot enter."""


class Swept:
    """Minimise ``w G w / 2 - t w`` over ``w >= 0``, columns coming and going.

    Args:
        gram: Products of the columns with each other, shape ``(n, n)``, positive semi-definite.
        target: Products of the columns with the data, less the price of each, shape ``(n,)``.
    """

    def __init__(self, gram: Floats, target: Floats) -> None:
        count = len(target)
        self.table = np.empty((count + 1, count + 1))
        self.table[:-1, :-1] = gram
        self.table[-1, :-1] = self.table[:-1, -1] = target
        self.table[-1, -1] = 0.0
        self._size = np.maximum(np.diag(gram), 1e-300)
        self._scale = np.sqrt(self._size)
        self._tolerance = 1e-9 * max(float(np.abs(target).max(initial=0.0)), 1e-30)
        self.allowed = self._size > 1e-9 * self._size.max(initial=1e-300)
        """Columns that may enter, shape ``(n,)``."""
        self.used = np.zeros(count, bool)
        """Columns in use, shape ``(n,)``."""

    def copy(self) -> "Swept":
        """Return the same state, to go on from there twice."""
        other = Swept.__new__(Swept)
        other.__dict__.update(self.__dict__)
        other.table, other.allowed, other.used = self.table.copy(), self.allowed.copy(), self.used.copy()
        return other

    def part(self, columns: NDArray[np.int64]) -> "Swept":
        """Return the state with some of the columns, among them all that are in use."""
        other = Swept.__new__(Swept)
        other._tolerance = self._tolerance
        rows = np.append(columns, len(self.used))
        other.table = self.table[rows[:, None], rows]
        for name in ("_size", "_scale", "allowed", "used"):
            setattr(other, name, getattr(self, name)[columns])
        return other

    @property
    def weights(self) -> Floats:
        """Weights where the slopes of the columns in use are zero, shape ``(n,)``."""
        return np.where(self.used, self.table[-1, :-1], 0.0)

    @property
    def value(self) -> float:
        """What is minimised."""
        return 0.5 * float(self.table[-1, -1])

    @property
    def losses(self) -> Floats:
        """By how much it would rise without each column if others might become negative, shape ``(n,)``."""
        found = np.zeros(len(self.used))
        inside = self.used.nonzero()[0]
        found[inside] = -0.5 * np.square(self.table[-1, inside]) / np.minimum(self.table[inside, inside], -1e-300)
        return found

    def switch(self, column: int) -> None:
        """Let a column enter, or leave if it is in use."""
        table = self.table
        own = table[:, column].copy()
        pivot = own[column]
        table -= np.multiply.outer(own / pivot, own)
        own /= -pivot if self.used[column] else pivot
        table[:, column] = own
        table[column] = own
        table[column, column] = -1.0 / pivot
        self.used[column] = not self.used[column]

    def settle(self, start: Floats | None = None) -> None:
        """Let columns enter and leave until nothing gets better.

        Args:
            start: Weights of an earlier fit, shape ``(n,)``, whose columns enter first; None for none.
        """
        table, count = self.table, len(self.used)
        if not count:
            return
        now = np.where(self.used, table[-1, :-1], 0.0)
        if start is not None:
            for column in np.flatnonzero((start > 0) & self.allowed & ~self.used).tolist():
                if table[column, column] > ALONE * self._size[column]:
                    self.switch(column)
                    now[column] = start[column]
        self._leave(np.maximum(now, 0.0))
        for _ in range(MOST_CHANGES):
            slope = table[-1, :-1]
            gain = np.where(self.used | ~self.allowed, 0.0, slope / self._scale)
            column = int(gain.argmax())
            if gain[column] <= 0.0 or slope[column] <= self._tolerance:
                break
            if table[column, column] <= ALONE * self._size[column]:
                self.allowed[column] = False
                continue
            now = np.where(self.used, slope, 0.0)
            self.switch(column)
            self._leave(now)
            if not self.used[column]:
                self.allowed[column] = False  # it left at once: rounding, not a better fit

    def _leave(self, now: Floats) -> None:
        """Take out columns that would become negative on the way from weights that are not."""
        while True:
            wanted = self.table[-1, :-1]
            falling = np.flatnonzero(self.used & (wanted <= 0.0))
            if not falling.size:
                return
            steps = now[falling] / np.maximum(now[falling] - wanted[falling], 1e-300)
            first = int(steps.argmin())
            step = min(max(float(steps[first]), 0.0), 1.0)
            now = np.where(self.used, np.maximum(now + step * (wanted - now), 0.0), 0.0)
            now[falling[first]] = 0.0
            self.switch(int(falling[first]))


def nonnegative(gram: Floats, target: Floats, start: Floats | None = None) -> Floats:
    """Minimise ``w G w / 2 - t w`` over ``w >= 0``.

    Args:
        gram: Products of the columns with each other, shape ``(n, n)``, positive semi-definite.
        target: Products of the columns with the data, less the price of each, shape ``(n,)``.
        start: Weights of an earlier fit, shape ``(n,)``; None to begin with nothing.

    Returns:
        Weights, shape ``(n,)``.
    """
    swept = Swept(gram, target)
    swept.settle(start)
    return np.maximum(swept.weights, 0.0)
