"""What a fit leaves over, and where it puts something that was not measured."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xps_keras.fit.stretches import Stretch

Floats = NDArray[np.float64]

AVERAGED_EV = 0.6
"""Length over which a residual is averaged: about half a line."""
CLEAR = 4.0
"""Standard errors of counting that an averaged residual must exceed to be told."""
OF_TOP = 0.03
"""Part of a region's top that it must exceed as well: less is within the error of shapes and backgrounds."""
LEAST_PERCENT = 2.5
"""Part of a region's area that a stretch of residual must hold to be told."""


@dataclass(frozen=True)
class Left:
    """A stretch of residual in one region."""

    region: str
    energy_ev: float
    """Where it is strongest, as measured, in eV."""
    percent: float
    """Part of the region's area, 0 to 100; negative where the fit says too much."""


def left_over(stretch: Stretch, residual: Floats) -> tuple[Floats, Floats, list[Left]]:
    """Look at the residual of a region.

    Args:
        stretch: The region.
        residual: Data minus fit in units of the data, shape ``(n,)``.

    Returns:
        The averaged residual and its standard error from counting, both of shape ``(n,)``, and the clear stretches.
    """
    width = min(max(1, round(AVERAGED_EV / stretch.step_ev)), max(stretch.net.size // 2, 1))
    box = np.full(width, 1.0 / width)
    weight = np.convolve(np.ones_like(residual), box, mode="same")
    smooth = np.convolve(residual, box, mode="same") / weight
    error = np.sqrt(np.convolve(np.square(stretch.noise), box, mode="same") / weight / width)
    area = max(float(np.maximum(stretch.net, 0.0).sum()), 1e-30)
    top = float(np.sort(stretch.net)[-5:].mean())
    clear = np.abs(smooth) > np.maximum(CLEAR * error, OF_TOP * top)
    side = np.where(clear, np.sign(smooth), 0.0)
    edges = np.flatnonzero(np.diff(np.concatenate(([0.0], side, [0.0]))))
    found = []
    for first, stop in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        if side[first] == 0.0:
            continue
        # The flanks below the limit belong to it as well.
        low, high = first, stop
        while low > 0 and smooth[low - 1] * side[first] > 0:
            low -= 1
        while high < len(smooth) and smooth[high] * side[first] > 0:
            high += 1
        percent = 100.0 * float(residual[low:high].sum()) / area
        if abs(percent) >= LEAST_PERCENT:
            strongest = first + int(np.argmax(np.abs(smooth[first:stop])))
            found.append(Left(stretch.name, float(stretch.energy_ev[strongest]), percent))
    return smooth, error, found


def residual_share(stretches: Sequence[Stretch], residuals: Sequence[Floats]) -> float:
    """Return the intensity left over, beyond noise, over the whole intensity, regions weighing by their area."""
    left = whole = 0.0
    for stretch, residual in zip(stretches, residuals, strict=True):
        smooth, error, _ = left_over(stretch, residual)
        left += float(np.maximum(np.abs(smooth) - error, 0.0).sum()) * stretch.step_ev
        whole += float(np.maximum(stretch.net, 0.0).sum()) * stretch.step_ev
    return left / max(whole, 1e-30)
