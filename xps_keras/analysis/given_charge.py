"""The charge where the user knows it: a shift in eV, or the energy at which a line of the file belongs."""

import re
from dataclasses import dataclass
from functools import lru_cache

from xps_keras.analysis.known_charge import KnownCharge
from xps_keras.analysis.maxima import clear_maxima, clear_maximum_ev, height
from xps_keras.analysis.references import references
from xps_keras.errors import InputError, UsageError
from xps_keras.library.core_line import find_core_line
from xps_keras.library.lines import LINES
from xps_keras.library.tables import read_table
from xps_keras.preprocessing.channels import Channels
from xps_keras.preprocessing.signals import strongest_maximum_ev
from xps_keras.printable import printable
from xps_keras.spectrum import Region

LARGEST_EV = 50.0
"""No charge beyond this is taken for one."""
REACH_EV = 12.0
"""A line is sought this far from where it belongs."""
END_EV = 0.5
"""A maximum nearer to an end of its region may stand beyond it."""
CLEAR_SIGNAL = 10.0
"""Standard errors from which a maximum counts as a line."""
NEARLY = 0.5
"""Another maximum of the line that is so high, as part of the strongest one, may be the one that is meant."""
PARTNER_EV = 0.5
"""So near to where the weaker partner of a doublet belongs, a maximum is that."""

_NUMBER = r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)"
_SHIFT = re.compile(rf"\s*({_NUMBER})\s*(?:eV)?\s*", re.IGNORECASE)
_LINE = re.compile(rf"\s*([^=]+?)\s*=\s*({_NUMBER})\s*(?:eV)?\s*", re.IGNORECASE)
_WEAKER = re.compile(r"p\s?1/2|d\s?3/2|f\s?5/2", re.IGNORECASE)


@dataclass(frozen=True)
class GivenCharge:
    """What a user said of the charge."""

    value_ev: float
    """The shift, measured minus true; or where the line belongs, on the scale of the analysis' reference."""
    line: str = ""
    """Element and level, such as ``Au 4f``; empty where the shift was given."""


def read_charge(text: str) -> GivenCharge:
    """Read a charge as a user writes it.

    Args:
        text: A shift such as ``3.7``, or a line and where it belongs, such as ``Au 4f=84.0``.

    Returns:
        What was said.

    Raises:
        UsageError: It is neither, or no energy that a charge or a line can have.
    """
    if shift := _SHIFT.fullmatch(text):
        value_ev = float(shift[1])
        if abs(value_ev) > LARGEST_EV:
            raise UsageError(f"A charge of {value_ev:g} eV is beyond any; give the shift in eV, measured minus true.")
        return GivenCharge(value_ev)
    said = _LINE.fullmatch(text)
    line = "" if said is None else find_core_line(said[1])
    if said is None or not line or not 0.0 < float(said[2]) < 1500.0:
        raise UsageError(
            "The charge is a shift in eV such as 3.7, or a line and where it belongs such as 'Au 4f=84.0', "
            f"not '{printable(text)}'."
        )
    if _WEAKER.search(said[1]):
        raise UsageError(
            f"'{printable(said[1])}' is the weaker line of a doublet; name the stronger one, p3/2, d5/2 or f7/2, "
            "and where it belongs."
        )
    return GivenCharge(float(said[2]), line)


def given_charge(charge: GivenCharge, channels: Channels, moved_ev: float, file: str) -> KnownCharge:
    """Return a given charge on the scale of the library.

    Args:
        charge: What the user said.
        channels: The sample's regions.
        moved_ev: Chosen reference minus the library's 285.0 eV.
        file: The file's name, for the message.

    Returns:
        The charge. A line's is that of its strongest maximum, within 12 eV of where it belongs, in the first region
        that is named after it, or else in one that is named after no line.

    Raises:
        InputError: The sample has no such line.
    """
    if not charge.line:
        return KnownCharge(charge.value_ev + moved_ev, ("the charge that was given",), None, True)
    regions = [used.region for used in channels.regions]
    named = [region for region in regions if find_core_line(region.label) == charge.line]
    unnamed = [region for region in regions if not find_core_line(region.label)]
    between = charge.value_ev - REACH_EV, charge.value_ev + REACH_EV
    found = (_maxima_ev(region, between, charge.line) for region in (*named, *unnamed))
    tops_ev = next(filter(None, found), [])
    if not tops_ev:
        raise InputError(
            f"{file}: no {charge.line} stands within {REACH_EV:g} eV of {charge.value_ev:g} eV in a region with "
            "fine steps, its maximum clear of the ends, so it cannot tell the charge."
        )
    name = f"{charge.line} at {charge.value_ev:g} eV as given"
    belongs_ev = charge.value_ev - moved_ev
    shift_ev, *rivals_ev = (top_ev - belongs_ev for top_ev in tops_ev)
    return KnownCharge(shift_ev, (name,), None, True, charge.line, tuple(rivals_ev))


def _maxima_ev(region: Region, between_ev: tuple[float, float], line: str) -> list[float]:
    """Return where the strongest maximum stands, then others that may be meant; empty where none tells."""
    found = clear_maximum_ev(region, between_ev, CLEAR_SIGNAL)
    if found is None or not region.low_ev + END_EV <= found[0] <= region.high_ev - END_EV:
        return []
    top_ev, net = found
    energy, (low, high) = region.binding_energy_ev, between_ev
    places = [top_ev]
    for at, _ in clear_maxima(energy, net):
        exact = strongest_maximum_ev(energy, net, at - PARTNER_EV, at + PARTNER_EV)
        if exact is None or not low <= exact <= high or abs(exact - top_ev) <= PARTNER_EV:
            continue
        if height(energy, net, exact) >= NEARLY * height(energy, net, top_ev):
            places.append(exact)
    splitting_ev = _splitting_ev(line)
    alone = [
        one
        for one in places[1:]
        if all(abs(one - other - splitting_ev) > PARTNER_EV for other in places if other != one)
    ]
    return [top_ev, *alone]


@lru_cache(maxsize=1)
def _doublets() -> dict[str, float]:
    return {row["line"]: float(row["splitting_ev"]) for row in read_table("doublets.csv")}


def _splitting_ev(line: str) -> float:
    """Return how far above the stronger partner of a doublet the weaker one stands, 0 for one peak or not known."""
    if line in LINES:
        return LINES[line].splitting_ev
    known = {one.line: one.splitting_ev for one in references()} | _doublets()
    return known.get(line, 0.0)
