"""Energies about which a file says nothing: binding energies, unless the numbers can only be kinetic."""

from collections.abc import Sequence
from dataclasses import replace

from xps_keras.errors import SpectrumWarning
from xps_keras.io.draft import Draft
from xps_keras.spectrum import AL_K_ALPHA_EV

SCALE_ASSUMED = "scale-assumed"
"""Code of the warning by which a reader marks a region whose scale it took to be binding energy."""
_HIGHEST_ORGANIC_EV = 900.0  # no line of an organic element has a binding energy above this
_CARBON_EV = (282.0, 290.0)
"""Binding energies that every region of C 1s reaches over."""


def settled(drafts: Sequence[Draft]) -> list[Draft]:
    """Turn regions of unsaid scale to kinetic energies where C 1s stands on that scale and nothing on the other.

    Args:
        drafts: All regions of a file; those whose scale was assumed say so in a warning.

    Returns:
        The regions in the same order.
    """
    unsaid = [draft for draft in drafts if _is_unsaid(draft)]
    low_ev = min((float(draft.energy_ev.min()) for draft in unsaid), default=0.0)
    if not low_ev > _HIGHEST_ORGANIC_EV or not any(map(_may_hold_carbon, unsaid)):
        return list(drafts)
    return [_kinetic(draft) if _is_unsaid(draft) else draft for draft in drafts]


def _is_unsaid(draft: Draft) -> bool:
    return any(warning.code == SCALE_ASSUMED for warning in draft.warnings)


def _may_hold_carbon(draft: Draft) -> bool:
    low, high = _CARBON_EV
    source = draft.source_energy_ev or AL_K_ALPHA_EV
    return bool(draft.energy_ev.min() <= source - high and draft.energy_ev.max() >= source - low)


def _kinetic(draft: Draft) -> Draft:
    warnings = [warning for warning in draft.warnings if warning.code != SCALE_ASSUMED]
    text = (
        f"Nothing says whether the energies of {draft.place} are binding or kinetic: kinetic energies were assumed, "
        "because C 1s stands there on that scale and no line of an organic element does on the other."
    )
    warnings.append(SpectrumWarning(SCALE_ASSUMED, text))
    return replace(draft, scale="kinetic", warnings=tuple(warnings))
