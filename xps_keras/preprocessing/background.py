"""Inelastic backgrounds of a region, for one spectrum or for a block of them.

The same functions treat a user's file and the synthetic corpus, so that a model is trained on what the subtraction
really leaves behind.
"""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

Method = Literal["shirley", "linear", "flank"]

END_EV = 0.5
"""Width in eV over which each end of a region is averaged."""
TROUGH_ENDS = 4
"""Width of the search for a trough, in units of the averaged end: 2 eV, wide enough that noise makes no trough."""
ROUNDS = 6
"""Iterations of the Shirley background: six agree with the limit within 2e-3 of the step for polymer spectra."""
FLANK = 1.0
"""A region stands on a flank where its ends differ by more than this many times what is left when it is gone."""
FLANK_ENDS = 0.16
"""Part of a region at either end that a flank is fitted to. On steep regions of training species (rises of 1 to 10
peaks; powers, exponentials and tails of Lorentzians) 0.12 to 0.18 do about as well, 0.08 worse."""
SURE_FLANK = 8.0
"""A flank rises by more than this many times the root mean square by which it misses the ends: no noise does."""
NO_STEP = 0.8
"""A flank misses the outer parts by less than this part of what a step misses them by, zero before the peak and flat
behind it: that is a Shirley background, however high. With it none of 450 steps of 0.7 to 8 peaks is taken for a flank
(all without), and 99 % of 750 flanks are."""
POWERS = tuple(np.geomspace(0.35, 5.0, 61).tolist())
"""Shapes of flanks: powers of the way from the lower to the higher end, a shoulder, a straight line, or a foot."""
GROWTHS = tuple(np.geomspace(0.5, 8.0, 31).tolist())
"""Exponentials that grow by so many powers of e from end to end."""
TAILS = tuple(np.geomspace(0.15, 3.0, 31).tolist())
"""Tails of a line (Lorentzian, far from its middle) that stands so many lengths of the region beyond the higher end."""


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
    """Average the ends of a region.

    Args:
        intensity: Shape ``(..., n)``, ascending binding energy.
        points: Number of points averaged at either end, at least 1.

    Returns:
        Mean intensity of the first and of the last ``points`` points, each of shape ``(..., 1)``.
    """
    low = intensity[..., :points].mean(axis=-1, keepdims=True)
    high = intensity[..., -points:].mean(axis=-1, keepdims=True)
    return low, high


def _running_means(intensity: NDArray[np.floating], width: int) -> NDArray[np.floating]:
    """Means of ``width`` neighbours, shape ``(..., n - width + 1)``; entry ``i`` is centred on ``i + width // 2``."""
    total = np.cumsum(intensity, axis=-1)
    before = np.concatenate([np.zeros_like(total[..., :1]), total[..., :-width]], axis=-1)
    means: NDArray[np.floating] = (total[..., width - 1 :] - before) / width
    return means


def _line(low: NDArray[np.floating], high: NDArray[np.floating], like: NDArray[np.floating]) -> NDArray[np.floating]:
    ramp: NDArray[np.floating] = np.linspace(0.0, 1.0, like.shape[-1], dtype=like.dtype)
    background: NDArray[np.floating] = low + (high - low) * ramp
    return background


def linear(intensity: NDArray[np.floating], points: int) -> NDArray[np.floating]:
    """Straight line between the averaged ends of a region.

    Args:
        intensity: Shape ``(..., n)``.
        points: Number of points averaged at either end.

    Returns:
        The background, same shape as ``intensity``.
    """
    return _line(*end_levels(intensity, points), intensity)


def shirley(intensity: NDArray[np.floating], points: int, rounds: int = ROUNDS) -> NDArray[np.floating]:
    """Iterated Shirley background that never cuts through the data.

    At each energy the background stands above its low end in proportion to the peak area at lower binding energy:
    D. A. Shirley, Phys. Rev. B 5 (1972) 4709, iterated as in A. Proctor and P. M. A. Sherwood, Anal. Chem. 54 (1982)
    13. Those tie it to the high end of the region. But 10 to 25 eV above a line of a polymer the energy losses rise
    again, and a background tied to the top of that rise runs through the shake-up of aromatic rings and removes it.
    So the step is lowered until, beyond half of the area, the background nowhere exceeds the mean of the data over
    ``TROUGH_ENDS * points`` points. Where a region has no net peak area the straight line between its ends is
    returned.

    Args:
        intensity: Shape ``(..., n)``, ascending binding energy on an even grid.
        points: Number of points averaged at either end.
        rounds: Number of iterations.

    Returns:
        The background, same shape as ``intensity``.
    """
    low, high = end_levels(intensity, points)
    fallback = _line(low, high, intensity)
    background = fallback
    threshold = 1e-6 * np.abs(intensity).sum(axis=-1, keepdims=True)
    solvable = np.ones_like(low, dtype=bool)
    width = min(TROUGH_ENDS * points, intensity.shape[-1])
    room = _running_means(intensity, width) - low
    centres = slice(width // 2, width // 2 + room.shape[-1])
    for _ in range(rounds):
        area = np.cumsum(intensity - background, axis=-1)
        total = area[..., -1:]
        solvable = total > threshold
        share = area / np.where(solvable, total, 1.0)
        beyond = share[..., centres]
        past_half = beyond > 0.5
        ceiling = np.where(past_half, room / np.where(past_half, beyond, 1.0), np.inf).min(axis=-1, keepdims=True)
        background = low + np.clip(high - low, 0.0, np.maximum(ceiling, 0.0)) * share
    return np.where(solvable, background, fallback)


def flank(intensity: NDArray[np.floating], points: int) -> tuple[NDArray[np.floating], NDArray[np.bool_]]:
    """The flank of something stronger that a region stands on.

    Beside a strong line of another element the signal rises or falls through the whole region by more than its own peak
    is high, and never straight: a line between the ends, or a step, then cuts the peak away or leaves a hump as large
    as it. Of ``POWERS``, ``GROWTHS`` and ``TAILS`` the shape is taken that fits the outer parts of the region best,
    where least else stands.

    Args:
        intensity: Shape ``(batch, n)``, ascending binding energy on an even grid.
        points: Number of points averaged at either end.

    Returns:
        The flank, same shape as ``intensity``, and whether it is one, shape ``(batch,)``: it rises by more than what
        stands on it is high, by far more than it misses the outer parts by, and misses them by less than a bare step
        does. Where it is none it is to be ignored.
    """
    low, high = end_levels(intensity, points)
    falls = (high < low)[..., 0]
    rising = np.where(falls[:, None], intensity[:, ::-1], intensity)
    foot, rise = np.minimum(low, high), np.abs(high - low)
    seen = (rising - foot) / np.where(rise > 0, rise, 1.0)
    way = np.linspace(0.0, 1.0, intensity.shape[-1], dtype=intensity.dtype)
    powers, growths, beyond = (np.asarray(given, way.dtype)[:, None] for given in (POWERS, GROWTHS, TAILS))
    shapes = np.concatenate([way**powers, np.exp(growths * (way - 1.0)), (beyond / (1.0 + beyond - way)) ** 2])
    first, last = end_levels(shapes, points)
    shapes = (shapes - first) / (last - first)
    outer = np.minimum(way, 1.0 - way) <= FLANK_ENDS
    # The square of what each shape misses, without what is the same for all.
    missed = np.square(shapes[:, outer]).sum(axis=-1) - 2.0 * seen[:, outer] @ shapes[:, outer].T
    shape = shapes[np.argmin(missed, axis=-1)]
    left = seen - shape
    error = np.sqrt(np.square(left[:, outer]).mean(axis=-1))
    of_step = np.sqrt(np.square(seen[:, outer] - (way[outer] > 0.5)).mean(axis=-1))
    top = _running_means(left, min(TROUGH_ENDS * points, intensity.shape[-1])).max(axis=-1)
    is_flank = (rise[:, 0] > 0) & (np.maximum(FLANK * top, SURE_FLANK * error) < 1.0) & (error < NO_STEP * of_step)
    curve = foot + rise * shape
    return np.where(falls[:, None], curve[:, ::-1], curve), is_flank


def choose(intensity: NDArray[np.floating], points: int) -> Method:
    """Name the background that fits one region.

    A Shirley background rises towards higher binding energy with the peak area. When the high end stands below the
    low end, that shape is impossible and a straight line is used. What stands on a flank gets either of them on top of
    the flank.
    """
    if flank(intensity[None], points)[1][0]:
        return "flank"
    return "shirley" if _rises(intensity, points) else "linear"


def _rises(intensity: NDArray[np.floating], points: int) -> bool:
    low, high = end_levels(intensity, points)
    return float(high[..., 0]) > float(low[..., 0])


def subtract(intensity: NDArray[np.floating], points: int, with_flanks: bool = True) -> NDArray[np.floating]:
    """Subtract from each region of a block the background that ``choose`` names for it.

    Args:
        intensity: Shape ``(batch, n)``, ascending binding energy on an even grid.
        points: Number of points averaged at either end.
        with_flanks: Whether flanks are looked for; False is what version 0.1.0 did.

    Returns:
        Net intensity, same shape; it may be negative where noise dominates.
    """
    if with_flanks:
        curve, is_flank = flank(intensity, points)
        intensity = np.where(is_flank[:, None], intensity - curve, intensity)
    low, high = end_levels(intensity, points)
    return intensity - np.where(high > low, shirley(intensity, points), linear(intensity, points))
