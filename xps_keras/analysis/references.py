"""Lines of known energy that happen to stand in a file: a check of the charge, and more where it is in doubt."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from xps_keras.analysis.maxima import clear_maximum_ev
from xps_keras.errors import SpectrumWarning
from xps_keras.library.core_line import find_core_line
from xps_keras.library.tables import read_table
from xps_keras.preprocessing.channels import Channels
from xps_keras.preprocessing.signals import HALF_WINDOW_EV
from xps_keras.spectrum import Region

REACH_EV = 8.0
"""A reference line is sought this far from its energy: no sample of interest is charged by more."""
AGREES_EV = 0.4
"""Distance within which an implied shift and the answer agree."""
COMPOUND_AGREES_EV = 0.8
"""The same for a line of a compound, which stands elsewhere by half an eV in another one."""
CLEAR_SIGNAL = 20.0
"""Standard errors from which a maximum counts as a line."""
PARTNER = (0.4, 1.3)
"""Height of a doublet's weaker partner over what its branching ratio makes of the stronger one, at least and at most:
background and overlap move it."""


@dataclass(frozen=True)
class Reference:
    """One line whose energy is known."""

    line: str
    """Element and level, such as ``Au 4f``."""
    energy_ev: float
    """Binding energy of the stronger partner with hydrocarbon C 1s at 285.0 eV."""
    splitting_ev: float
    """Distance to the weaker partner in eV, 0 where none can be told."""
    minor_to_major: float
    """Area of the weaker partner over that of the stronger one."""
    sure: bool
    """Whether the line means this substance wherever it stands; F 1s may as well be an organic one."""
    words: str
    """How an answer names it."""
    compound: bool
    """Whether it is a line of an oxide or a salt, which shares the sample's charge as a metal below a film need not."""
    other_ev: tuple[float, ...]
    """Energies of the same line in other states that are met, such as the metal and the carbide of an oxide, in eV. A
    line that stands there contradicts nothing."""


@dataclass(frozen=True)
class ReferenceLine:
    """A line of known energy that was found in the file."""

    name: str
    """Line and substance."""
    energy_ev: float
    """Measured binding energy in eV."""
    implied_shift_ev: float
    """Shift in eV that would put it where it belongs, on the scale of the analysis' reference."""
    agrees: bool
    """Whether that is within 0.4 eV of the answer, for compounds 0.8 eV."""
    sure: bool
    """Whether the line can be nothing else; False for F 1s, which may be organic, and for compounds."""
    compound: bool = False
    """Whether it is a line of an oxide or a salt."""

    def apart_ev(self, shift_ev: float) -> float:
        """Return how far the shift that the line implies stands from another one, both on one scale in eV."""
        return abs(self.implied_shift_ev - shift_ev)


@lru_cache(maxsize=1)
def references() -> tuple[Reference, ...]:
    """Return the known lines of ``references.csv``."""
    return tuple(
        Reference(
            row["line"],
            float(row["energy_ev"]),
            float(row["splitting_ev"]),
            float(row["minor_to_major"]),
            row["sure"] == "yes",
            row["words"],
            row["compound"] == "yes",
            tuple(float(energy) for energy in row["other_ev"].split()),
        )
        for row in read_table("references.csv")
    )


def reference_lines(channels: Channels, shift_ev: float) -> tuple[ReferenceLine, ...]:
    """Find lines of known energy, also in regions that the model does not see.

    Args:
        channels: The spectrum with all its regions.
        shift_ev: The answer on the library's scale in eV; it decides only what ``agrees``.

    Returns:
        The lines in the order of the table, the shifts that they imply on the library's scale. F 1s is listed only
        where it would fit lithium fluoride at the answer.
    """
    found = []
    for reference in references():
        energies = (_find(reference, used.region) for used in channels.regions)
        energy = next((energy for energy in energies if energy is not None), None)
        if energy is None:
            continue
        implied = energy - reference.energy_ev
        agrees = abs(implied - shift_ev) <= (COMPOUND_AGREES_EV if reference.compound else AGREES_EV)
        other = any(abs(energy - other_ev - shift_ev) <= COMPOUND_AGREES_EV for other_ev in reference.other_ev)
        if agrees or (not other and (reference.sure or reference.compound)):
            found.append(ReferenceLine(reference.words, energy, implied, agrees, reference.sure, reference.compound))
    return tuple(found)


def reference_warnings(lines: Sequence[ReferenceLine], shift_ev: float) -> list[SpectrumWarning]:
    """Name the lines that contradict the answer.

    Args:
        lines: Of what ``reference_lines`` found, those that were not told of otherwise.
        shift_ev: The answer, on the scale of the analysis' reference in eV.
    """
    return [
        SpectrumWarning(
            "reference-disagrees",
            f"{line.name} stands at {line.energy_ev:.2f} eV, which would be a shift of {line.implied_shift_ev:+.2f} eV "
            f"where the answer is {shift_ev:+.2f} eV. It was not used: "
            + ("it may be another compound." if line.compound else "a metal below a film need not share its charge."),
        )
        for line in lines
        if (line.sure or line.compound) and not line.agrees
    ]


def _find(reference: Reference, region: Region) -> float | None:
    """Return the measured energy of a reference line in one region, None where it is not there."""
    low, high = reference.energy_ev - REACH_EV, reference.energy_ev + REACH_EV
    named = find_core_line(region.label)
    by_label = named == reference.line
    if not by_label:
        covers = region.low_ev <= reference.energy_ev <= region.high_ev
        any_line = reference.compound or (not reference.splitting_ev and reference.sure)
        if named or not covers or any_line:
            return None  # some line of some element: only a label tells which
    # A region that is named for the line need not reach to where it stands without charge.
    between = (region.low_ev, region.high_ev) if by_label else (low, high)
    found = clear_maximum_ev(region, between, CLEAR_SIGNAL)
    if found is None or not low <= found[0] <= high:
        return None
    top, net = found
    if reference.splitting_ev and not _has_partner(reference, region.binding_energy_ev, net, top, by_label):
        return None
    return top


def _has_partner(
    reference: Reference, energy: NDArray[np.float64], net: NDArray[np.float64], top_ev: float, by_label: bool
) -> bool:
    """Tell whether the weaker partner stands where it must; beyond the region's end the label has to do."""
    if top_ev + reference.splitting_ev > energy[-1] - HALF_WINDOW_EV:
        return by_label
    heights = [
        float(net[np.abs(energy - at) <= HALF_WINDOW_EV].mean()) for at in (top_ev, top_ev + reference.splitting_ev)
    ]
    ratio = heights[1] / max(heights[0], 1e-12) / reference.minor_to_major
    return PARTNER[0] <= ratio <= PARTNER[1]
