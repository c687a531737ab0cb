"""Inelastic backgrounds of a region, for one spectrum or for a block of them.

The same functions treat a user's file and the synthetic corpus, so that a model is trained on what the subtraction
really leaves behind.
"""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

Method = Literal["shirley", "linear"]

END_EV = 0.5
"""Width in eV over which each end of a region is averaged."""
TROUGH_ENDS = 4
"""Width of the search for a trough, in units of the averaged end: 2 eV, wide enough that noise makes no trough."""


def end_points(step_ev: float, size: int) -> int:
    """Number of points averaged at either end of a region: ``END_EV`` wide, at least 1, at most an eighth of it.

    Args:
        step_ev: Distance of neighbouring points in eV.
        size: Number of points of the region.

    Returns:
        The ``points`` that the other functions of this module take.
    """
    return max(1, min(round(END_EV / step_ev), size // 8))


def end_levels(intensity: NDArray[np.floating], points: int) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
    """Levels to which the background is tied on the two sides of a region's highest peak.

    Each is the mean of the outermost ``points`` points, or, where lower, the lowest mean of any ``4 points``
    neighbours between that end and the highest point. The trough matters for polymers: 10 to 25 eV above a line the
    energy losses rise again, and a background tied to the top of that rise runs above the shake-up of aromatic rings
    and removes it.

    Args:
        intensity: Shape ``(..., n)``, ascending binding energy.
        points: Number of points averaged at either end, at least 1.

    Returns:
        The levels on the low and on the high side, each of shape ``(..., 1)``.
    """
    low = intensity[..., :points].mean(axis=-1, keepdims=True)
    high = intensity[..., -points:].mean(axis=-1, keepdims=True)
    width = TROUGH_ENDS * points
    if intensity.shape[-1] <= width:
        return low, high
    total = np.cumsum(intensity, axis=-1)
    means = (total[..., width - 1 :] - np.concatenate([np.zeros_like(low), total[..., :-width]], axis=-1)) / width
    start = np.arange(means.shape[-1])
    peak = intensity.argmax(axis=-1)[..., None]
    left = np.where(start + width <= peak, means, np.inf).min(axis=-1, keepdims=True)
    right = np.where(start > peak, means, np.inf).min(axis=-1, keepdims=True)
    return np.minimum(low, left), np.minimum(high, right)


def _line(low: NDArray[np.floating], high: NDArray[np.floating], like: NDArray[np.floating]) -> NDArray[np.floating]:
    ramp: NDArray[np.floating] = np.linspace(0.0, 1.0, like.shape[-1], dtype=like.dtype)
    background: NDArray[np.floating] = low + (high - low) * ramp
    return background


def linear(intensity: NDArray[np.floating], points: int) -> NDArray[np.floating]:
    """Straight line between the two levels of ``end_levels``, placed at the ends of the region.

    Args:
        intensity: Shape ``(..., n)``.
        points: Number of points averaged at either end.

    Returns:
        The background, same shape as ``intensity``.
    """
    return _line(*end_levels(intensity, points), intensity)


def shirley(intensity: NDArray[np.floating], points: int, rounds: int = 6) -> NDArray[np.floating]:
    """Iterated Shirley background: at each energy proportional to the peak area at lower binding energy.

    Formula: D. A. Shirley, Phys. Rev. B 5 (1972) 4709, iterated as in A. Proctor and P. M. A. Sherwood, Anal. Chem.
    54 (1982) 13. Where a region has no net peak area the straight line between its levels is returned.

    Args:
        intensity: Shape ``(..., n)``, ascending binding energy on an even grid.
        points: Number of points averaged at either end.
        rounds: Number of iterations; six agree with the limit within 1e-3 of the step for polymer spectra.

    Returns:
        The background, same shape as ``intensity``.
    """
    low, high = end_levels(intensity, points)
    fallback = _line(low, high, intensity)
    background = fallback
    threshold = 1e-6 * np.abs(intensity).sum(axis=-1, keepdims=True)
    solvable = np.ones_like(low, dtype=bool)
    for _ in range(rounds):
        area = np.cumsum(intensity - background, axis=-1)
        total = area[..., -1:]
        solvable = total > threshold
        # Within [0, 1]: where noise outweighs the peak, the background must not leave the span of its levels.
        background = low + (high - low) * np.clip(area / np.where(solvable, total, np.inf), 0.0, 1.0)
    return np.where(solvable, background, fallback)


def choose(intensity: NDArray[np.floating], points: int) -> Method:
    """Name the background that fits one region.

    A Shirley background rises towards higher binding energy with the peak area. When the high end stands below the
    low end, that shape is impossible and a straight line is used.
    """
    low, high = end_levels(intensity, points)
    return "shirley" if float(high[..., 0]) > float(low[..., 0]) else "linear"


def subtract(intensity: NDArray[np.floating], points: int) -> NDArray[np.floating]:
    """Subtract from each region of a block the background that ``choose`` names for it.

    Args:
        intensity: Shape ``(batch, n)``, ascending binding energy on an even grid.
        points: Number of points averaged at either end.

    Returns:
        Net intensity, same shape; it may be negative where noise dominates.
    """
    low, high = end_levels(intensity, points)
    return intensity - np.where(high > low, shirley(intensity, points), linear(intensity, points))
