"""When a group is called present, absent, not seen or not assessable."""

from collections.abc import Collection, Iterable

import numpy as np
from numpy.typing import NDArray

from xps_keras.analysis.consistency import Part
from xps_keras.analysis.evidence import expected_signals
from xps_keras.analysis.result import GroupFinding, Status
from xps_keras.errors import SpectrumWarning
from xps_keras.metadata import Metadata
from xps_keras.preprocessing.planned import LEAST_CARBON_EV

WORTH_NAMING = 0.5
"""A group that would be found where half of the sample carries it, or less, is absent where it is not found."""
CARBON_END_EV = 293.5
"""Corrected energy up to which C 1s has to reach: the shake-up of a benzene ring stands at 291.4 eV, 2.5 eV wide."""
SHAKE_UP_EV = (290.5, 292.0)
SHAKE_UP_OF_RING_EV = 291.4
SHORT_UNCERTAINTY_EV = 0.15
"""Half the distance between a benzene ring (284.7 eV) and hydrocarbon (285.0 eV), between which only the shake-up and
other regions decide."""

GRAPHITIC, SURE_RING = 0.08, 0.88
"""From this share of sp2 carbon on, a benzene ring has to be this probable to be called."""
RING = "benzene ring"
Shares = float | NDArray[np.floating]


def status_of(probability: float, threshold: float, assessable: bool, limit: float | None) -> Status:
    """Return the status of a group.

    Args:
        probability: Calibrated probability of the group.
        threshold: Probability from which it is present.
        assessable: Whether the model can know it from what was measured.
        limit: Smallest fraction of a mixture at which the model finds the group; None where it never does reliably.

    Returns:
        The status.
    """
    if not assessable:
        return "not assessable"
    # In float32, as the model answers and as `evaluate` counts: a threshold may be one of its values.
    if np.float32(probability) >= np.float32(threshold):
        return "present"
    return "absent" if limit is not None and limit <= WORTH_NAMING else "not seen"


def limit_text(group: GroupFinding) -> str:
    """Say from which amount on a group would have been found."""
    if group.detection_limit is None:
        return "never found reliably"
    return f"detectable from {100 * group.detection_limit:.0f} %"


def unseen_by_limit(groups: Iterable[GroupFinding]) -> list[str]:
    """Name the groups that were not seen, those with the same limit together."""
    by_limit: dict[str, list[str]] = {}
    for group in groups:
        if group.status == "not seen":
            by_limit.setdefault(limit_text(group), []).append(group.name)
    return [f"{', '.join(names)} ({limit})" for limit, names in sorted(by_limit.items())]


def carbon_end_ev(parts: Collection[Part], shift_ev: float) -> float | None:
    """Return the corrected energy at which the C 1s region ends; None where there is no C 1s region."""
    carbon = max(parts, key=lambda part: part.carbon_ev, default=None)
    if carbon is None or carbon.carbon_ev < LEAST_CARBON_EV:
        return None
    return carbon.high_ev - shift_ev


def ends_early(end_ev: float | None) -> bool:
    """Tell whether a C 1s region ends before the shake-up of a benzene ring."""
    return end_ev is not None and end_ev < CARBON_END_EV - 1e-6


def groups_by_shake_up() -> frozenset[str]:
    """Return the groups that the shake-up of C 1s tells from others."""
    low, high = SHAKE_UP_EV
    return frozenset(
        group
        for group, signals in expected_signals().items()
        for signal in signals
        if signal.line == "C 1s" and signal.energy_ev is not None and low <= signal.energy_ev <= high
    )


def ring_untold(probability: Shares, graphitic_share: Shares) -> NDArray[np.bool_]:
    """Tell where sp2 carbon stands for what may be a benzene ring: both have C 1s at 284.5 eV and a shake-up.

    Args:
        probability: Probability of a benzene ring, a number or shape ``(n,)``.
        graphitic_share: Part of C 1s that the model calls sp2 carbon, same shape.

    Returns:
        Whether neither can be said of the ring. On 600 spectra of graphene a ring is called in 10 % (22 % were it 0.15
        and 0.8); on 4,000 of ``surface`` that costs F1 of the ring 0.012.
    """
    return np.asarray((np.asarray(graphitic_share) >= GRAPHITIC) & (np.asarray(probability) < SURE_RING))


def unaskable(metadata: Metadata, shift_ev: float, short: bool) -> dict[str, bool]:
    """Return the groups that cannot be called absent here, and whether they cannot be called present either.

    Args:
        metadata: What the model says about itself.
        shift_ev: Shift on the library's scale in eV; beyond what the model was trained on no group can be judged.
        short: Whether C 1s ends before the shake-up of a benzene ring.
    """
    if abs(shift_ev) > metadata.max_shift_ev:
        return dict.fromkeys(metadata.labels, True)
    if metadata.own_labels:
        return {}
    return dict.fromkeys(groups_by_shake_up(), False) if short else {}


def window_warnings(end_ev: float | None, moved_ev: float = 0.0, raised: bool = True) -> list[SpectrumWarning]:
    """Name a C 1s window that is too short.

    Args:
        end_ev: Its end in eV, corrected, on the library's scale; None without C 1s.
        moved_ev: Chosen reference minus the library's 285.0 eV.
        raised: Whether the shift has an uncertainty, which is then larger.
    """
    if end_ev is None or not ends_early(end_ev):
        return []
    more = ", and the uncertainty of the shift was raised" if raised else ""
    return [
        SpectrumWarning(
            "window-short",
            f"C 1s ends at {end_ev + moved_ev:.1f} eV (corrected), before the shake-up of a benzene ring at "
            f"{SHAKE_UP_OF_RING_EV + moved_ev:.1f} eV is over: "
            f"that there is no ring cannot be told from it{more}; record C 1s to "
            f"{np.ceil(CARBON_END_EV) + 2:.0f} eV.",
        )
    ]
