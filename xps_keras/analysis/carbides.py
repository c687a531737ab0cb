"""Carbides, whose C 1s stands where hydrocarbon of another charge would: known by the carbon on them.

All lines of a carbide with fluorine and oxygen on it look like organic ones once C 1s is taken for hydrocarbon, so a
network can be sure and wrong by 2 to 3 eV. What gives it away is the hydrocarbon that every surface carries.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from xps_keras.analysis.known_charge import OXYGEN_EV, KnownCharge
from xps_keras.analysis.maxima import C1S_SEARCH_EV, O1S_SEARCH_EV, clear_maxima, clear_maximum_ev, height, maximum_ev
from xps_keras.analysis.references import ReferenceLine
from xps_keras.analysis.result import LIBRARY_REFERENCE_EV
from xps_keras.library.core_line import find_core_line
from xps_keras.library.tables import read_table
from xps_keras.preprocessing.channels import Channels
from xps_keras.preprocessing.planned import PlannedRegion

CALLED_HYDROCARBON_EV = 0.8
"""So near hydrocarbon has an answer to put the strongest C 1s maximum to have taken the carbide for it."""
AGREES_EV = 0.5
"""So near has a maximum of the other element to stand where the carbide's does."""
ALONE_AGREES_EV = 0.35
"""The same where nothing else tells the carbide but that the model calls its carbon sp2 carbon."""
SP2 = 0.3
"""Part of C 1s that is called so, at least; of silicones, glass and boron nitride next to nothing is."""
LEAST_HYDROCARBON = 0.4
"""Height of its maximum over that of the carbide, at least: what carbonyl carbon beside an oxide seldom reaches."""
BETWEEN = 0.45
MOST_BETWEEN = 0.55
"""So far on the way from carbide to hydrocarbon, at most this part of the carbide's height is left: the C-N and C-O of
an organic layer, which stand there, reach 0.58 and more beside so much carbonyl carbon."""
NITROGEN = 10.0
"""Standard errors from which N 1s holds nitrogen: amides have their carbonyl carbon where the hydrocarbon would be."""
CLEAR_SIGNAL = 20.0
"""Standard errors from which the other element's maximum counts."""


@dataclass(frozen=True)
class Carbide:
    """What is known of one, with hydrocarbon C 1s at 285.0 eV."""

    line: str
    """Element and level of what is not carbon."""
    energy_ev: float
    """Its binding energy in the carbide, of the stronger partner."""
    carbon_ev: float
    """Binding energy of C 1s in the carbide."""
    within_ev: float
    """How far from where it is expected the hydrocarbon on it may stand: C 1s of carbides of one element differs."""
    oxygen_ev: tuple[float, ...]
    """Energies between which the strongest O 1s on it stands, where this tells it from what looks alike; else none."""
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
            float(row["within_ev"]),
            tuple(float(energy) for energy in row["oxygen_ev"].split()),
            row["words"],
        )
        for row in read_table("carbides.csv")
    )


def carbide_charge(
    channels: Channels, shift_ev: float, lines: Sequence[ReferenceLine] = (), graphitic: float | None = None
) -> KnownCharge | None:
    """Return the charge that a carbide asks for where an answer has taken its C 1s for hydrocarbon.

    Args:
        channels: The spectrum with all its regions.
        shift_ev: The answer, on the library's scale in eV.
        lines: Lines of known energy in the file. One of another element that agrees with the answer speaks for it.
        graphitic: Part of C 1s that the model calls sp2 carbon, 0 to 1; None where it does not say.

    Returns:
        What C 1s of the carbide and the hydrocarbon on it ask for together, or C 1s alone where oxygen would tell the
        carbide and was not recorded; None where the other element, hydrocarbon or oxygen does not fit.
    """
    carbon = next((used for used in channels.regions if used.used and "C 1s" in used.lines), None)
    carbon_ev = maximum_ev(channels, C1S_SEARCH_EV)
    if carbon is None or carbon.energy_ev is None or carbon_ev is None:
        return None
    if abs(carbon_ev - shift_ev - LIBRARY_REFERENCE_EV) > CALLED_HYDROCARBON_EV:
        return None
    tops: dict[str, list[float]] = {}
    for used in channels.regions:
        region, name = used.region, _line_of(used)
        least = NITROGEN if name == "N 1s" else CLEAR_SIGNAL
        found = clear_maximum_ev(region, (region.low_ev, region.high_ev), least)
        tops.setdefault(name, []).extend([] if found is None else [found[0]])
    agreeing = {find_core_line(line.name) for line in lines if line.agrees and (line.sure or line.compound)}
    oxygen_ev = maximum_ev(channels, O1S_SEARCH_EV)
    for carbide in [] if tops.get("N 1s") else carbides():
        asked_ev = carbon_ev - carbide.carbon_ev
        apart_ev = min((abs(top - asked_ev - carbide.energy_ev) for top in tops.get(carbide.line, [])), default=np.inf)
        if apart_ev > AGREES_EV or agreeing - {carbide.line}:
            continue
        name = f"{carbide.words} by {carbide.line} and C 1s"
        if carbide.oxygen_ev and "O 1s" not in tops:
            if apart_ev <= ALONE_AGREES_EV and graphitic is not None and graphitic >= SP2:
                return KnownCharge(asked_ev, (name,), line=carbide.line)
            continue
        low, high = carbide.oxygen_ev or OXYGEN_EV
        oxygen = not carbide.oxygen_ev if oxygen_ev is None else low <= oxygen_ev - asked_ev <= high
        expected = (LIBRARY_REFERENCE_EV + asked_ev, carbide.within_ev)
        hydrocarbon_ev = _hydrocarbon_ev(carbon.energy_ev, carbon.net, carbon_ev, *expected)
        if oxygen and hydrocarbon_ev is not None:
            asked_ev = 0.5 * (asked_ev + hydrocarbon_ev - LIBRARY_REFERENCE_EV)
            return KnownCharge(asked_ev, (name, "the hydrocarbon on it"), line=carbide.line)
    return None


def _line_of(used: PlannedRegion) -> str:
    """Return the line that a region's label names, else the one that it covers; empty where neither tells."""
    return find_core_line(used.region.label) or (used.lines[0] if len(used.lines) == 1 else "")


def _hydrocarbon_ev(
    energy_ev: NDArray[np.float64], net: NDArray[np.float64], carbide_ev: float, expected_ev: float, within_ev: float
) -> float | None:
    """Return where the hydrocarbon on a carbide stands, None where it does not or where an organic layer looks so."""
    found = [
        energy
        for energy, part in clear_maxima(energy_ev, net)
        if part >= LEAST_HYDROCARBON and abs(energy - expected_ev) <= within_ev
    ]
    if not found:
        return None
    between = height(energy_ev, net, carbide_ev + BETWEEN * (found[0] - carbide_ev))
    return found[0] if between <= MOST_BETWEEN * height(energy_ev, net, carbide_ev) else None
