"""The stretches of the axis that a network looks at, from where peaks of the libraries stand."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from xps_keras.axis import AXIS
from xps_keras.library.lines import LINES, Line
from xps_keras.library.loading import load_library
from xps_keras.library.species import load_species

AROUND_EV = 2.5
"""Distance in eV from a peak to the end of its window: a peak of 2 eV width, some doubt of its place."""
GRID_EV = 0.2
"""Windows end on multiples of this, rounded outward: networks pool channels in pairs."""


@lru_cache(maxsize=4)
def windows_of_lines(
    libraries: Sequence[str] = ("polymers", "hypothetical"),
) -> tuple[tuple[float, float], ...]:
    """Return the windows that hold every peak of every line, and those of foreign species in them.

    A line of ``LINES`` without a peak in any of the libraries keeps the middle half of the stretch that an analyst
    records for it, where its chemical states would lie.

    Args:
        libraries: Names of libraries of the package, a tuple.

    Returns:
        Stretches ``(low, high)`` in eV on the axis, ascending, apart from one another.
    """
    peaks = [*(load_library(name).peaks for name in libraries), load_species().peaks]
    stretches: list[tuple[float, float]] = []
    for line in LINES.values():
        energies = np.unique(np.concatenate([_energies(table.line, table.energy_ev, line.name) for table in peaks]))
        stretches += [(energy - AROUND_EV, energy + AROUND_EV) for energy in energies] or [_middle_half(line)]
    return _joined([_on_grid(*stretch) for stretch in stretches])


def _energies(lines: Sequence[str], energy_ev: NDArray[np.float64], name: str) -> NDArray[np.float64]:
    return np.asarray(energy_ev[np.array([line == name for line in lines], bool)])


def _middle_half(line: Line) -> tuple[float, float]:
    inset = 0.25 * (line.window_high_ev - line.window_low_ev)
    return line.window_low_ev + inset, line.window_high_ev - inset


def _on_grid(low_ev: float, high_ev: float) -> tuple[float, float]:
    # A hair less first: 282.0 written as 281.99999999999994 must not cost another step.
    low, high = (np.floor(low_ev / GRID_EV + 1e-6), np.ceil(high_ev / GRID_EV - 1e-6))
    return max(float(round(low * GRID_EV, 1)), AXIS.low_ev), min(float(round(high * GRID_EV, 1)), AXIS.high_ev)


def _joined(stretches: list[tuple[float, float]]) -> tuple[tuple[float, float], ...]:
    joined: list[tuple[float, float]] = []
    for low, high in sorted(stretches):
        if joined and low <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(high, joined[-1][1]))
        else:
            joined.append((low, high))
    return tuple(joined)
