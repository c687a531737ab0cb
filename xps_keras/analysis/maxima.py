"""Where the maxima of lines stand in a file, with no model asked."""

import numpy as np
from numpy.typing import NDArray

from xps_keras.preprocessing.background import linear
from xps_keras.preprocessing.channels import Channels
from xps_keras.preprocessing.signals import HALF_WINDOW_EV, noise, signal_to_noise, strongest_maximum_ev
from xps_keras.spectrum import FEWEST_POINTS, Region

COARSEST_EV = 0.25
"""A survey's step says nothing about tenths of an eV."""

C1S_SEARCH_EV = (276.0, 300.0)
"""Measured energies between which the strongest C 1s maximum is sought: the line itself at shifts of 9 eV and less."""
O1S_SEARCH_EV = (521.0, 546.0)
"""The same for O 1s."""
STANDS_OUT = 15.0
"""Standard errors by which one of several maxima, averaged over 0.6 eV, must stand above the valleys beside it."""
LEAST_OF_REGION = 0.08
"""Part of the region's maximum that such a maximum must reach: less is within the error of background and shape."""
LEAST_PROMINENCE = 0.05
"""Part of the region's maximum by which it must stand above the valleys beside it."""
EDGE_EV = 1.0
"""None is sought this near to the end of a region, where the background is tied down."""


def maximum_ev(channels: Channels, between_ev: tuple[float, float]) -> float | None:
    """Return the measured energy of the strongest maximum of the used regions between two energies.

    Args:
        channels: The file's regions.
        between_ev: The two measured energies, in eV.

    Returns:
        In eV; None where no used region has one there.
    """
    low, high = between_ev
    best: tuple[float, float] | None = None
    for used in channels.regions:
        if used.energy_ev is None or used.region.high_ev < low or used.region.low_ev > high:
            continue
        energy = strongest_maximum_ev(used.energy_ev, used.net, low, high)
        if energy is None:
            continue
        height = float(np.interp(energy, used.energy_ev, used.net))
        if best is None or height > best[0]:
            best = (height, energy)
    return None if best is None else best[1]


def clear_maximum_ev(
    region: Region, between_ev: tuple[float, float], least: float
) -> tuple[float, NDArray[np.float64]] | None:
    """Return the measured energy of the strongest maximum of any region, also of one that the model does not see.

    Args:
        region: The region as measured.
        between_ev: Two measured energies, in eV, between which it is sought.
        least: Standard errors that it must exceed to count as a line.

    Returns:
        The energy in eV, and the intensity above a straight line from end to end; None where no line stands there, or
        the region is a survey.
    """
    energy = region.binding_energy_ev
    if energy.size < FEWEST_POINTS or region.step_ev > COARSEST_EV:
        return None
    net = region.intensity - linear(region.intensity[None], max(1, energy.size // 20))[0]
    if signal_to_noise(energy, net, *between_ev) < least:
        return None
    top = strongest_maximum_ev(energy, net, *between_ev)
    return None if top is None else (top, net)


def height(energy_ev: NDArray[np.float64], net: NDArray[np.float64], at_ev: float) -> float:
    """Return net intensity averaged over 0.6 eV around an energy in eV, 0 beyond the ends; arrays of shape ``(n,)``."""
    near = net[np.abs(energy_ev - at_ev) <= HALF_WINDOW_EV]
    return float(near.mean()) if near.size else 0.0


def clear_maxima(energy_ev: NDArray[np.float64], net: NDArray[np.float64]) -> list[tuple[float, float]]:
    """Return every maximum of a region that clearly stands out.

    Args:
        energy_ev: Ascending binding energies as measured in eV, shape ``(n,)``.
        net: Net intensity, shape ``(n,)``.

    Returns:
        Energy in eV and height over the region's top of each, by energy; none of a region of few points.
    """
    if net.size < FEWEST_POINTS:
        return []
    step = float(energy_ev[-1] - energy_ev[0]) / (net.size - 1)
    width = min(max(1, round(2.0 * HALF_WINDOW_EV / step)), net.size // 2)
    smooth = np.convolve(net, np.full(width, 1.0 / width), mode="same")
    error = noise(net) / np.sqrt(width)
    top = float(smooth.max())
    least, stands_out = (max(STANDS_OUT * error, part * top) for part in (LEAST_OF_REGION, LEAST_PROMINENCE))
    inside = (energy_ev >= energy_ev[0] + EDGE_EV) & (energy_ev <= energy_ev[-1] - EDGE_EV)
    found: list[tuple[float, float]] = []
    for place in np.flatnonzero((smooth[1:-1] >= smooth[:-2]) & (smooth[1:-1] > smooth[2:])) + 1:
        height = float(smooth[place])
        if inside[place] and height >= least and _prominence(smooth, int(place)) >= stands_out:
            found.append((float(energy_ev[place]), height / top))
    return found


def _prominence(values: NDArray[np.float64], place: int) -> float:
    """Height of a maximum above the higher of the two valleys that part it from higher ground."""
    height = values[place]
    valleys = []
    for side in (values[:place][::-1], values[place + 1 :]):
        higher = np.flatnonzero(side > height)
        stretch = side[: higher[0]] if higher.size else side
        valleys.append(float(stretch.min()) if stretch.size else float(height))
    return float(height - max(valleys))
