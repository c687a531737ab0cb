"""Where a table holds several regions, one behind the other, without any line between."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from xps_keras.median import median
from xps_keras.spectrum import FEWEST_POINTS

GAP_STEPS = 10
"""A jump of more steps than this, and of more than 1 eV, begins another region."""


def split_at_jumps(energy: NDArray[np.float64]) -> list[slice]:
    """Cut a table where regions follow each other without any line between.

    A lone wrong energy must not cut a region in two, so nothing is cut unless every part is a region by itself.

    Args:
        energy: Energies in eV in the order of the rows, shape ``(n,)``.

    Returns:
        The rows of each region, in order; all rows where nothing is cut.
    """
    whole = [slice(0, len(energy))]
    steps = np.abs(np.diff(energy))
    if not len(steps) or not np.isfinite(steps).all():
        return whole
    cuts = np.flatnonzero(steps > max(1.0, GAP_STEPS * median(steps))) + 1
    edges = [0, *cuts.tolist(), len(energy)]
    parts = [slice(begin, end) for begin, end in pairwise(edges)]
    return parts if all(part.stop - part.start >= FEWEST_POINTS for part in parts) else whole
