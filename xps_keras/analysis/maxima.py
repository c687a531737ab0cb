"""Where the strongest maximum of a line stands in a file, with no model asked."""

import numpy as np
from numpy.typing import NDArray

from xps_keras.preprocessing.background import linear
from xps_keras.preprocessing.channels import Channels
from xps_keras.preprocessing.signals import signal_to_noise, strongest_maximum_ev
from xps_keras.spectrum import FEWEST_POINTS, Region

COARSEST_EV = 0.25
"""A survey's step says nothing about tenths of an eV."""

C1S_SEARCH_EV = (276.0, 300.0)
"""Measured energies between which the strongest C 1s maximum is sought: the line itself at shifts of 9 eV and less."""
O1S_SEARCH_EV = (521.0, 546.0)
"""The same for O 1s."""


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
