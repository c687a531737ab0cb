"""What a detector did wrong: single channels that no line can make, stretches of zeros, clipped tops."""

import numpy as np
from numpy.typing import NDArray

from xps_keras.median import median

Array = NDArray[np.float64]

LEAST_OF_SPAN = 0.05
"""Part of the span of a region's intensities that a single channel must stand out by."""
BEYOND_NOISE = 10.0
"""Standard deviations of the noise around it that it must stand out by, and that zeros must stand below their ends."""
NEIGHBOURHOOD = 7
"""Points to either side from which the noise around a channel is taken."""
ALONE = 0.8
"""How far a channel stands from its neighbours over how far from the next ones. Of a line 0.35 eV wide, narrower than
any, it is 0.3 in steps of 0.1 eV and 0.6 in steps of 0.2 eV; of a single channel 1."""
FEWEST_ZEROS, FEWEST_CLIPPED = 4, 5
"""Points in a row."""
LEAST_STEP = 0.02
"""Part of the highest point that it falls by beside a clipped top, or jumps by at the end of zeros."""


def glitches(intensity: Array) -> NDArray[np.int64]:
    """Find single channels that stand out as no line can, up or down.

    Args:
        intensity: Intensity of a region, by energy, in steps of 0.2 eV or less; shape ``(n,)``.

    Returns:
        Their places, ascending; none at the ends.
    """
    if intensity.size < 2 * NEIGHBOURHOOD + 1:
        return np.empty(0, np.int64)
    near = np.zeros_like(intensity)
    near[1:-1] = intensity[1:-1] - 0.5 * (intensity[2:] + intensity[:-2])
    far = np.full_like(intensity, np.inf)
    far[2:-2] = intensity[2:-2] - 0.5 * (intensity[4:] + intensity[:-4])
    size = np.abs(near)
    empty = np.zeros(intensity.size, dtype=bool)
    for first, stop in _runs(intensity == 0.0):
        if stop - first >= FEWEST_ZEROS:
            empty[max(0, first - 1) : stop + 1] = True  # beside zeros everything stands alone
    everywhere = _spread(size)
    highest = np.zeros(intensity.size, dtype=bool)
    highest[1:-1] = (size[1:-1] > size[2:]) & (size[1:-1] > size[:-2])
    alone = highest & ~empty & (size > LEAST_OF_SPAN * np.ptp(intensity)) & (size > ALONE * np.abs(far))

    def stands_out(place: int) -> bool:
        left, right = size[max(0, place - NEIGHBOURHOOD) : max(0, place - 1)], size[place + 2 : place + NEIGHBOURHOOD]
        return bool(size[place] > BEYOND_NOISE * max(everywhere, 1.4826 * median(np.concatenate([left, right]))))

    return np.array([place for place in np.flatnonzero(alone).tolist() if stands_out(place)], np.int64)


def without_glitches(intensity: Array) -> Array:
    """Put the mean of its neighbours in the place of every single channel that stands out as no line can."""
    places = glitches(intensity)
    mended = intensity.astype(np.float64)
    mended[places] = 0.5 * (mended[places - 1] + mended[places + 1])
    return mended


def zeros(intensity: Array) -> list[tuple[int, int]]:
    """Find stretches of exact zeros that begin or end with a jump: no counts were taken there.

    Args:
        intensity: As for ``glitches``.

    Returns:
        First place of each and the place behind its last.
    """
    top = float(intensity.max(initial=0.0))
    least = max(LEAST_STEP * top, BEYOND_NOISE * _spread(np.abs(np.diff(intensity, 2))))
    return [
        (first, stop)
        for first, stop in _runs(intensity == 0.0)
        if stop - first >= FEWEST_ZEROS
        and max(intensity[first - 1] if first else 0.0, intensity[stop] if stop < intensity.size else 0.0) > least
    ]


def clipped(intensity: Array) -> tuple[int, int] | None:
    """Find the flat top of a line whose counts were more than the detector can tell.

    Args:
        intensity: As for ``glitches``.

    Returns:
        Its first place and the place behind its last; None where there is none.
    """
    top = float(intensity.max(initial=0.0))
    if np.ptp(intensity) <= BEYOND_NOISE * _spread(np.abs(np.diff(intensity, 2))):
        return None  # few counts are often the same
    for first, stop in _runs(intensity == top):
        inside = 0 < first and stop < intensity.size
        if stop - first >= FEWEST_CLIPPED and inside and top > 0.0:
            beside = max(intensity[first - 1], intensity[stop])
            if top - beside >= LEAST_STEP * top:
                return first, stop
    return None


def _spread(size: Array) -> float:
    """Return the standard deviation of normal noise of which nine in ten are no larger: few counts are mostly zero."""
    if not size.size:
        return 0.0
    place = min(size.size - 1, int(0.9 * size.size))
    return float(np.partition(size, place)[place]) / 1.645


def _runs(holds: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return first place and the place behind the last of every stretch where something holds."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], holds, [False])).astype(np.int8)))
    return [(int(first), int(stop)) for first, stop in edges.reshape(-1, 2)]
