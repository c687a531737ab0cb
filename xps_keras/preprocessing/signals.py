"""What can be read off one net region without a model: noise, components that show, the strongest maximum.

Every function takes the ascending binding energies of a region and its net intensity (background subtracted, not
clipped), both of shape ``(n,)`` and on the *measured* energy scale.
"""

import numpy as np
from numpy.typing import NDArray

from xps_keras.median import median

Array = NDArray[np.float64]

HALF_WINDOW_EV = 0.3
"""Signals are averaged over this distance on either side: about half the width of an organic core line."""
SIGNIFICANCE = 5.0
"""Standard errors by which an averaged signal must exceed zero to count as seen."""
NEIGHBOURHOOD_EV = 2.0
LEAST_OF_NEIGHBOURS = 0.03
"""Part of the maximum within 2 eV that a signal must reach. The flank of a line 1.2 eV wide is down to 1.3 % at
1.5 eV, the distance of the C-O component from its neighbour, so a flank alone is not taken for a component."""
LEAST_OF_REGION = 0.005
"""Part of the region's maximum that a signal must reach: less is within the error of any background. An aromatic
shake-up reaches 1-2 %."""
TOP_FRACTION = 0.8
"""The parabola of ``strongest_maximum_ev`` is fitted to the points above this part of the maximum."""


def noise(net: Array) -> float:
    """Estimate the standard deviation of the noise of a point, robust against peaks.

    Median absolute second difference, scaled for normal noise (1.4826) and for the variance of a second difference,
    which is six-fold. Peaks that fill less than half of the region do not move the median.

    Args:
        net: Net intensity of one region.

    Returns:
        The standard deviation in the unit of ``net``; 0 for fewer than three points.
    """
    if net.size < 3:
        return 0.0
    second = net[2:] - 2.0 * net[1:-1] + net[:-2]
    return float(1.4826 * median(np.abs(second)) / np.sqrt(6.0))


def signal_to_noise(energy_ev: Array, net: Array, low_ev: float, high_ev: float) -> float:
    """Return the strongest signal of a window, averaged over 0.6 eV, over the standard error of that average.

    Args:
        energy_ev: Binding energies of the region.
        net: Net intensity.
        low_ev: Lower end of the window, measured scale.
        high_ev: Upper end of the window, measured scale.

    Returns:
        The ratio; infinite for a region free of noise, 0 for a window without points or without signal.
    """
    if energy_ev.size < 3:
        return 0.0
    step = float(energy_ev[-1] - energy_ev[0]) / (energy_ev.size - 1)
    width = min(max(1, round(2.0 * HALF_WINDOW_EV / step)), energy_ev.size)
    smooth = np.convolve(net, np.full(width, 1.0 / width), mode="same")
    inside = (energy_ev >= low_ev) & (energy_ev <= high_ev)
    top = float(smooth[inside].max(initial=0.0))
    error = noise(net) / np.sqrt(width)
    if top <= 0.0:
        return 0.0
    return top / error if error > 0.0 else float("inf")


def is_seen(energy_ev: Array, net: Array, at_ev: float) -> bool:
    """Tell whether a component truly stands at an energy.

    The signal is averaged over 0.3 eV on either side and must exceed five standard errors of the region's noise, 3 %
    of the maximum within 2 eV and 0.5 % of the region's maximum.

    Args:
        energy_ev: Binding energies of the region.
        net: Net intensity.
        at_ev: Energy in question, measured scale.

    Returns:
        True when a signal stands there; False also when the energy was not measured.
    """
    distance = np.abs(energy_ev - at_ev)
    inside = net[distance <= HALF_WINDOW_EV + 1e-6]
    if inside.size == 0 or not energy_ev[0] <= at_ev <= energy_ev[-1]:
        return False
    least = max(
        SIGNIFICANCE * noise(net) / np.sqrt(inside.size),
        LEAST_OF_NEIGHBOURS * float(net[distance <= NEIGHBOURHOOD_EV].max()),
        LEAST_OF_REGION * float(net.max()),
        0.0,
    )
    return bool(float(inside.mean()) > least)


def strongest_maximum_ev(energy_ev: Array, net: Array, low_ev: float, high_ev: float) -> float | None:
    """Locate the strongest maximum of a window by a parabola through its smoothed top.

    This is the classical way of charge referencing: the analyst's cursor on top of the strongest line. Neighbouring
    components of equal height pull the top; the value is meant as a check, not as a fit.

    Args:
        energy_ev: Binding energies of the region.
        net: Net intensity.
        low_ev: Lower end of the window, measured scale.
        high_ev: Upper end of the window, measured scale.

    Returns:
        Energy of the maximum on the measured scale in eV, None when nothing stands out of the noise there.
    """
    if signal_to_noise(energy_ev, net, low_ev, high_ev) < SIGNIFICANCE:
        return None
    step = float(energy_ev[-1] - energy_ev[0]) / (energy_ev.size - 1)
    # A triangle about 0.4 eV wide at half height, narrower than any organic line, so the top stays where it is.
    half = max(1, round(0.4 / step))
    kernel = np.bartlett(2 * half + 1) if half > 1 else np.array([0.25, 0.5, 0.25])
    smooth = np.convolve(net, kernel / kernel.sum(), mode="same")
    candidates = np.where((energy_ev >= low_ev) & (energy_ev <= high_ev), smooth, -np.inf)
    top = int(np.argmax(candidates))
    below = np.flatnonzero(smooth < TOP_FRACTION * smooth[top])
    start = int(below[below < top].max(initial=-1)) + 1
    stop = int(below[below > top].min(initial=smooth.size))
    if stop - start < 3:
        return float(energy_ev[top])
    offset = energy_ev[start:stop] - energy_ev[top]
    curvature, slope, _ = np.polyfit(offset, smooth[start:stop], 2)
    if curvature >= 0.0:
        return float(energy_ev[top])
    return float(energy_ev[top] + np.clip(-slope / (2.0 * curvature), offset[0], offset[-1]))
