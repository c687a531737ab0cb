"""Where the strongest maximum of a line stands in a file, with no model asked."""

import numpy as np

from xps_keras.preprocessing.channels import Channels
from xps_keras.preprocessing.signals import strongest_maximum_ev

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
