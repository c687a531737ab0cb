"""What a fit leaves over, and where it puts something that was not measured."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xps_keras.fit.stretches import Stretch
from xps_keras.median import median

Floats = NDArray[np.float64]

AVERAGED_EV = 0.6
"""Length over which a residual is averaged: about half a line."""
CLEAR = 4.0
"""Standard errors of counting that an averaged residual must exceed to be told."""
OF_TOP = 0.03
"""Part of a region's top that it must exceed as well: less is within the error of shapes and backgrounds."""
PEAK = 3.0
"""Standard deviations of counting that a region's top must reach to be looked at."""
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
    area = max(float(np.abs(stretch.net).sum()), 1e-30)
    top = float(np.sort(stretch.net)[-5:].mean())
    if top < PEAK * median(stretch.noise):
        return smooth, error, []
    clear = np.abs(smooth) > np.maximum(CLEAR * error, OF_TOP * top)
    found, stop = [], 0
    for first in np.flatnonzero(clear).tolist():
        if first < stop:
            continue
        # The flanks below the limit belong to it as well.
        sign = np.sign(smooth[first])
        other = np.flatnonzero(smooth * sign <= 0)
        low = int(other[other < first].max(initial=-1)) + 1
        stop = int(other[other > first].min(initial=smooth.size))
        percent = 100.0 * float(residual[low:stop].sum()) / area
        if abs(percent) >= LEAST_PERCENT:
            strongest = low + int(np.argmax(np.abs(smooth[low:stop])))
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
