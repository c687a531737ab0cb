"""Tables whose rows stand in no order at all, as a database or a shuffled data frame writes them."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from xps_keras.io.jumps import GAP_STEPS
from xps_keras.median import median
from xps_keras.spectrum import FEWEST_POINTS

_UNEVEN = 0.2  # part of a step by which those of an axis differ
_LEAST_BACK = 0.2  # part of the rows that go back; a wrong energy or two scans one behind the other go back once


def shuffled_order(
    numbers: Sequence[NDArray[np.float64]], keys: Sequence[Sequence[tuple[str, ...]]]
) -> list[int] | None:
    """Return the rows spectrum by spectrum, each by its energies, where rows stand in no order.

    Nothing is put in order that leaves a doubt: sorted, the energies of each spectrum must run evenly, none twice and
    none missing, so that a wrong one is refused as it is elsewhere.

    Args:
        numbers: Columns of numbers that may be energies, each of shape ``(rows,)``.
        keys: Ways to tell to which spectrum each row belongs, the likeliest first, each with a key per row.

    Returns:
        The rows, spectra in the order of their keys; None where they stand in order or nothing tells the order.
    """
    shuffled = [values for values in numbers if goes_back(values)]
    if not shuffled:
        return None
    for way in keys:
        rows: dict[tuple[str, ...], list[int]] = {}
        for row, key in enumerate(way):
            rows.setdefault(key, []).append(row)
        if min(map(len, rows.values())) < FEWEST_POINTS:
            continue
        for values in shuffled:
            ordered = [np.array(own)[np.argsort(values[own], kind="stable")] for _, own in sorted(rows.items())]
            if all(_runs_evenly(values[own]) for own in ordered):
                return [int(row) for own in ordered for row in own]
    return None


def goes_back(values: NDArray[np.float64]) -> bool:
    """Tell whether numbers rise and fall by turns."""
    steps = np.diff(values)
    return bool(len(steps)) and min(float((steps < 0).mean()), float((steps > 0).mean())) > _LEAST_BACK


def _runs_evenly(values: NDArray[np.float64]) -> bool:
    """Tell whether ascending numbers are those of one region or of several, one behind the other."""
    steps = np.diff(values)
    usual = median(steps)
    jumps = steps > max(1.0, GAP_STEPS * usual)
    return bool(usual > 0.0 and (np.abs(steps - usual)[~jumps] <= _UNEVEN * usual).all())
