"""Kinetic energies in a file that does not say of which source: the anode under which its core lines fit."""

from collections.abc import Sequence
from dataclasses import replace

from xps_keras.errors import SpectrumWarning
from xps_keras.io.draft import Draft
from xps_keras.library.core_line import find_core_line
from xps_keras.library.lines import LINES
from xps_keras.spectrum import AL_K_ALPHA_EV, MG_K_ALPHA_EV

ANODES_EV = {"Al": AL_K_ALPHA_EV, "Mg": MG_K_ALPHA_EV}
_KINETIC_AL_EV = 700.0  # kinetic energies reach beyond this in every C 1s or survey measured with Al K-alpha


def with_sources(drafts: Sequence[Draft]) -> Sequence[Draft]:
    """Give the regions without a source energy that of the likeliest anode; a file is measured with one.

    Args:
        drafts: All regions of a file.

    Returns:
        The same, kinetic ones without a source with it and a warning. Where the core lines by which regions are called
        fit no anode, or none is called so and no region reaches an energy that tells of aluminium, nothing is changed.
    """
    unsaid = [draft for draft in drafts if draft.scale == "kinetic" and draft.source_energy_ev is None]
    anode = _likeliest(unsaid) if unsaid else None
    if anode is None:
        return drafts
    text = f"Kinetic energies without a source energy: {anode} K-alpha ({ANODES_EV[anode]} eV) was assumed."
    said = SpectrumWarning("source-assumed", text)
    return [
        replace(draft, source_energy_ev=ANODES_EV[anode], warnings=(said, *draft.warnings))
        if any(draft is one for one in unsaid)
        else draft
        for draft in drafts
    ]


def _likeliest(drafts: Sequence[Draft]) -> str | None:
    fits = dict.fromkeys(ANODES_EV, 0)
    called = 0
    for draft in drafts:
        line = LINES.get(find_core_line(draft.element_line) or find_core_line(draft.label))
        if line is None or not draft.energy_ev.size:
            continue
        called += 1
        low, high = float(draft.energy_ev.min()), float(draft.energy_ev.max())
        for anode, source in ANODES_EV.items():
            fits[anode] += source - high < line.window_high_ev and source - low > line.window_low_ev
    if called:
        best = max(fits, key=lambda anode: fits[anode])
        return best if fits[best] else None
    reaches = max((float(draft.energy_ev.max()) for draft in drafts if draft.energy_ev.size), default=0.0)
    return "Al" if reaches > _KINETIC_AL_EV else None
