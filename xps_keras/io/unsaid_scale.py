"""Energies about which a file says nothing: binding energies, unless the numbers can only be kinetic."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from xps_keras.errors import SpectrumWarning
from xps_keras.io.draft import Draft
from xps_keras.io.unsaid_source import ANODES_EV
from xps_keras.library.core_line import core_lines
from xps_keras.library.lines import LINES
from xps_keras.spectrum import AL_K_ALPHA_EV

SCALE_ASSUMED = "scale-assumed"
"""Code of the warning by which a reader marks a region whose scale it took to be binding energy."""
_HIGHEST_ORGANIC_EV = 900.0  # no line of an organic element has a binding energy above this
_CARBON_EV = (282.0, 290.0)
"""Binding energies that every region of C 1s reaches over."""


class Unsaid(NamedTuple):
    """A region about whose scale nothing is said."""

    called: str
    """What the file calls it."""
    low: float
    high: float
    """Its least and its largest energy in eV, on whichever scale."""
    source_energy_ev: float | None


def why_kinetic(regions: Sequence[Unsaid]) -> str:
    """Tell why energies can only be kinetic ones.

    Args:
        regions: All regions of a file about whose scale nothing is said.

    Returns:
        The reason, in words that follow a comma; empty where they may be binding energies.
    """
    named = [({line.name for line in core_lines(region.called)}, region) for region in regions]
    lines = [(names.pop(), region) for names, region in named if len(names) == 1 and names <= LINES.keys()]
    on_binding = [line for line, region in lines if _reaches(line, region.low, region.high)]
    on_kinetic = [
        line
        for line, region in lines
        for source in ([region.source_energy_ev] if region.source_energy_ev else ANODES_EV.values())
        if _reaches(line, source - region.high, source - region.low)
    ]
    if on_kinetic and not on_binding:
        names = ", ".join(dict.fromkeys(on_kinetic))
        return f"because on that scale alone the regions stand where their names say ({names})."
    if regions and min(region.low for region in regions) > _HIGHEST_ORGANIC_EV and any(map(_may_hold_carbon, regions)):
        return "because C 1s stands there on that scale and no line of an organic element does on the other."
    return ""


def settled(drafts: Sequence[Draft]) -> list[Draft]:
    """Turn regions of unsaid scale to kinetic energies where the numbers can be nothing else.

    Args:
        drafts: All regions of a file; those whose scale was assumed say so in a warning.

    Returns:
        The regions in the same order.
    """
    unsaid = [draft for draft in drafts if _is_unsaid(draft) and draft.energy_ev.size]
    why = why_kinetic(
        [
            Unsaid(
                draft.element_line or draft.label,
                float(draft.energy_ev.min()),
                float(draft.energy_ev.max()),
                draft.source_energy_ev,
            )
            for draft in unsaid
        ]
    )
    return [_kinetic(draft, why) if why and _is_unsaid(draft) else draft for draft in drafts]


def _is_unsaid(draft: Draft) -> bool:
    return any(warning.code == SCALE_ASSUMED for warning in draft.warnings)


def _reaches(line: str, low: float, high: float) -> bool:
    return low < LINES[line].window_high_ev and high > LINES[line].window_low_ev


def _may_hold_carbon(region: Unsaid) -> bool:
    low, high = _CARBON_EV
    source = region.source_energy_ev or AL_K_ALPHA_EV
    return region.low <= source - high and region.high >= source - low


def _kinetic(draft: Draft, why: str) -> Draft:
    warnings = [warning for warning in draft.warnings if warning.code != SCALE_ASSUMED]
    text = (
        f"Nothing says whether the energies of {draft.place} are binding or kinetic: kinetic energies were assumed, "
        f"{why}"
    )
    warnings.append(SpectrumWarning(SCALE_ASSUMED, text))
    return replace(draft, scale="kinetic", warnings=tuple(warnings))
