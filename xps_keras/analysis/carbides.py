"""Carbides, whose C 1s stands where hydrocarbon of another charge would: known by their metal and the carbon on them.

All lines of a carbide with fluorine and oxygen on it look like organic ones once C 1s is taken for hydrocarbon, so a
network can be sure and wrong by 2 to 3 eV. What gives it away is the hydrocarbon that every surface carries.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from xps_keras.analysis.known_charge import KnownCharge
from xps_keras.analysis.maxima import C1S_SEARCH_EV, O1S_SEARCH_EV, clear_maxima, clear_maximum_ev, maximum_ev
from xps_keras.analysis.result import LIBRARY_REFERENCE_EV
from xps_keras.library.core_line import find_core_line
from xps_keras.library.tables import read_table
from xps_keras.preprocessing.channels import Channels
from xps_keras.preprocessing.planned import PlannedRegion
from xps_keras.preprocessing.signals import HALF_WINDOW_EV
from xps_keras.spectrum import Region

CALLED_HYDROCARBON_EV = 0.8
"""So near hydrocarbon has an answer to put the strongest C 1s maximum to have taken the carbide for it."""
METAL_AGREES_EV = 0.5
"""So near has a maximum of the metal to stand where the carbide's does."""
ALONE_AGREES_EV = 0.35
"""The same where nothing else tells the carbide."""
HYDROCARBON_AGREES_EV = 0.5
"""So near the hydrocarbon on it."""
LEAST_HYDROCARBON = 0.4
"""Height of its maximum over that of the carbide, at least: what carbonyl carbon beside an oxide seldom reaches."""
BETWEEN = 0.45
MOST_BETWEEN = 0.55
"""So far on the way from carbide to hydrocarbon, at most this part of the carbide's height is left: the C-N and C-O of
an organic layer, which stand there, reach 0.58 and more beside so much carbonyl carbon."""
NITROGEN = 10.0
"""Standard errors from which N 1s holds nitrogen: amides have their carbonyl carbon where the hydrocarbon would be."""
CLEAR_SIGNAL = 20.0
"""Standard errors from which the metal's maximum counts."""


@dataclass(frozen=True)
class Carbide:
    """What is known of one, with hydrocarbon C 1s at 285.0 eV."""

    line: str
    """Element and level of the metal."""
    energy_ev: float
    """Binding energy of its stronger partner in the carbide."""
    carbon_ev: float
    """Binding energy of C 1s in the carbide."""
    oxygen_ev: tuple[float, ...]
    """Energies between which the strongest O 1s on it stands, where this tells it from what looks alike; else none.
    Who records silicones or boron nitride records O 1s or N 1s; of carbides often C 1s and the other element alone."""
    words: str
    """How an answer names it."""


@lru_cache(maxsize=1)
def carbides() -> tuple[Carbide, ...]:
    """Return those of ``carbides.csv``."""
    return tuple(
        Carbide(
            row["line"],
            float(row["energy_ev"]),
            float(row["carbon_ev"]),
            tuple(float(energy) for energy in row["oxygen_ev"].split()),
            row["words"],
        )
        for row in read_table("carbides.csv")
    )


def carbide_charge(channels: Channels, shift_ev: float) -> KnownCharge | None:
    """Return the charge that a carbide asks for where an answer has taken its C 1s for hydrocarbon.

    Args:
        channels: The spectrum with all its regions.
        shift_ev: The answer, on the library's scale in eV.

    Returns:
        What C 1s of the carbide and the hydrocarbon on it ask for together, or where oxygen would tell the carbide and
        was not recorded, C 1s alone; None where metal, hydrocarbon or oxygen is missing.
    """
    carbon_ev = maximum_ev(channels, C1S_SEARCH_EV)
    if carbon_ev is None or abs(carbon_ev - shift_ev - LIBRARY_REFERENCE_EV) > CALLED_HYDROCARBON_EV:
        return None
    recorded = {_line_of(used): used for used in reversed(channels.regions)}
    carbon = recorded.get("C 1s")
    if carbon is None or carbon.energy_ev is None or _holds_nitrogen(recorded.get("N 1s")):
        return None
    for carbide in carbides():
        metal = recorded.get(carbide.line)
        asked_ev = carbon_ev - carbide.carbon_ev
        name = f"{carbide.words} by {carbide.line} and C 1s"
        if metal is None or not _stands_at(metal.region, carbide.energy_ev + asked_ev, METAL_AGREES_EV):
            continue
        if carbide.oxygen_ev and "O 1s" not in recorded:
            if _stands_at(metal.region, carbide.energy_ev + asked_ev, ALONE_AGREES_EV):
                return KnownCharge(asked_ev, (name,), line=carbide.line)
            continue
        hydrocarbon_ev = _hydrocarbon_ev(carbon.energy_ev, carbon.net, carbon_ev, LIBRARY_REFERENCE_EV + asked_ev)
        if hydrocarbon_ev is not None and _has_oxygen(channels, carbide, asked_ev):
            asked_ev = 0.5 * (asked_ev + hydrocarbon_ev - LIBRARY_REFERENCE_EV)
            return KnownCharge(asked_ev, (name, "the hydrocarbon on it"), line=carbide.line)
    return None


def _line_of(used: PlannedRegion) -> str:
    """Return the line that a region's label names, else the one that it covers; empty where neither tells."""
    return find_core_line(used.region.label) or (used.lines[0] if len(used.lines) == 1 else "")


def _hydrocarbon_ev(
    energy_ev: NDArray[np.float64], net: NDArray[np.float64], carbide_ev: float, expected_ev: float
) -> float | None:
    """Return where the hydrocarbon on a carbide stands, None where it does not or where an organic layer looks so."""
    found = [
        energy
        for energy, height in clear_maxima(energy_ev, net)
        if height >= LEAST_HYDROCARBON and abs(energy - expected_ev) <= HYDROCARBON_AGREES_EV
    ]
    if not found:
        return None
    at = (carbide_ev, carbide_ev + BETWEEN * (found[0] - carbide_ev))
    top, between = (float(net[np.abs(energy_ev - one) <= HALF_WINDOW_EV].mean()) for one in at)
    return found[0] if between <= MOST_BETWEEN * top else None


def _stands_at(metal: Region, energy_ev: float, within_ev: float) -> bool:
    """Tell whether the strongest maximum of a metal's region stands at a measured energy."""
    found = clear_maximum_ev(metal, (metal.low_ev, metal.high_ev), CLEAR_SIGNAL)
    return found is not None and abs(found[0] - energy_ev) <= within_ev


def _has_oxygen(channels: Channels, carbide: Carbide, asked_ev: float) -> bool:
    """Tell whether O 1s stands where it does on a carbide that is only told by it."""
    if not carbide.oxygen_ev:
        return True
    oxygen_ev = maximum_ev(channels, O1S_SEARCH_EV)
    low, high = carbide.oxygen_ev
    return oxygen_ev is not None and low <= oxygen_ev - asked_ev <= high


def _holds_nitrogen(nitrogen: PlannedRegion | None) -> bool:
    if nitrogen is None:
        return False
    region = nitrogen.region
    return clear_maximum_ev(region, (region.low_ev, region.high_ev), NITROGEN) is not None
