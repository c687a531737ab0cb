"""What model, fit and witnesses say of a spectrum together, before it is written down as an answer."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from xps_keras.analysis.charge import rival
from xps_keras.analysis.composition import empty_regions
from xps_keras.analysis.consistency import WRONG_EV
from xps_keras.analysis.doubt import Verdict, foreign_of, foreign_shares, share_of
from xps_keras.analysis.examining import Examined
from xps_keras.analysis.findings import findings_of
from xps_keras.analysis.known_charge import KnownCharge
from xps_keras.analysis.maxima import C1S_SEARCH_EV, maximum_ev
from xps_keras.analysis.readings import LEAST_WEIGHT, ModelReading, nearest
from xps_keras.analysis.references import ReferenceLine, reference_lines
from xps_keras.analysis.result import LIBRARY_REFERENCE_EV, GroupFinding
from xps_keras.analysis.statuses import RING, ends_early, ring_untold, unaskable
from xps_keras.analysis.unexplained import left_over, unexplained_signals
from xps_keras.analysis.witnesses import Seen, heard
from xps_keras.library.core_line import find_core_line
from xps_keras.preprocessing.channels import Channels
from xps_keras.quantification.composition import quantify
from xps_keras.quantification.result import Composition
from xps_keras.quantification.sensitivity import Sensitivities


@dataclass(frozen=True, eq=False)
class Judged:
    """What stands; shifts on the scale of the library in eV, energies in sentences on that of the reference."""

    given: KnownCharge | None
    """The charge that a user gave; None where it had to be found."""
    others: tuple[ModelReading, ...]
    """Other readings that are reported; none beside a charge that was given."""
    refused: Mapping[str, bool]
    """Groups that cannot be called absent, and whether they cannot be called present either."""
    groups: tuple[GroupFinding, ...]
    signals: tuple[tuple[str, float], ...]
    """Region and corrected energy of each signal that no present group explains."""
    lines: tuple[ReferenceLine, ...]
    """Lines of known energy, without the one that told the charge."""
    classical_shift_ev: float | None
    """The shift if the strongest C 1s maximum is hydrocarbon; None where there is none."""
    graphitic_share: float | None
    polymer_share: float | None
    foreign_shares: Mapping[str, float] | None
    """What the model says of shares; None where the answer stands elsewhere than it."""
    composition: Composition
    empty: frozenset[str]
    """Regions in which no line stands out of the background."""
    verdict: Verdict
    """The candidate that stands, and whether it is doubted."""
    rival: tuple[str, float] | None
    """Who asks for which other shift."""
    doubt: float | None
    """Probability that the charge is wrong; None without a rule, and for one that was given."""
    carbon_speaks: bool
    """Whether C 1s alone speaks against the answer."""


def judged(channels: Channels, found: Examined, sensitivities: Sensitivities | None, moved_ev: float) -> Judged:
    """Hear all that speaks for or against an answer.

    Args:
        channels: The spectrum on the axis.
        found: What ``examined`` returned for it.
        sensitivities: Factors of the composition; those of the package when None.
        moved_ev: Chosen reference minus the library's 285.0 eV.

    Returns:
        What stands.
    """
    metadata, outputs, best, verdict = found.metadata, found.outputs, found.best, found.judged
    given = found.known if found.known is not None and found.known.given else None
    elsewhere = abs(best.shift_ev - verdict.shift_ev) > WRONG_EV  # what the model says of shares is said of its shift
    refused = unaskable(metadata, best.shift_ev, ends_early(found.end_ev))
    graphitic = None if elsewhere else share_of(outputs, "graphitic_share", verdict.stands)
    if graphitic is not None and not metadata.own_labels:
        if ring_untold(float(best.probabilities[metadata.labels.index(RING)]), graphitic):
            refused[RING] = True
    others: tuple[ModelReading, ...] = ()
    if given is None:
        own = nearest(found.readings, best)
        others = tuple(one for one in found.readings if one.weight >= LEAST_WEIGHT and one is not own)
    groups = findings_of(best, found.shown, metadata, moved_ev, refused)
    present = {group.name for group in groups if group.status == "present"}
    signals = () if metadata.own_labels else unexplained_signals(channels, best.shift_ev, present)
    shares = None if elsewhere else foreign_shares(outputs, verdict.stands)
    lines = reference_lines(channels, best.shift_ev)
    told = found.known or found.carbide
    if told is not None:  # the line that tells a charge proves nothing, of that or of another one
        lines = tuple(line for line in lines if find_core_line(line.name) != told.line)
    composition = quantify(channels, best.shift_ev, sensitivities, moved_ev=moved_ev)
    empty = empty_regions(channels, composition)
    top = maximum_ev(channels, C1S_SEARCH_EV)
    classical = None if top is None else top - LIBRARY_REFERENCE_EV
    stands = heard(
        verdict,
        None if metadata.consistency is None else metadata.consistency.threshold,
        best.shift_ev,
        rival(verdict, best.shift_ev, [(other.shift_ev, other.weight) for other in others]),
        Seen(
            lines,
            found.fit,
            classical,
            _foreign_beside_carbon(channels, shares),
            (*signals, *(one for one in left_over(found.fit) if one[0] not in empty)),
            found.carbide,
            found.known is not None,
        ),
    )
    verdict = stands.verdict if given is None else replace(stands.verdict, doubted=False)
    second = stands.other if given is None else None
    if verdict.doubted and second is not None:
        other = (second[1],)
        composition = quantify(channels, best.shift_ev, sensitivities, other_shifts_ev=other, moved_ev=moved_ev)
    return Judged(
        given=given,
        others=others,
        refused=refused,
        groups=groups,
        signals=signals,
        lines=lines,
        classical_shift_ev=classical,
        graphitic_share=graphitic,
        polymer_share=None if elsewhere else share_of(outputs, "polymer_share", verdict.stands),
        foreign_shares=shares,
        composition=composition,
        empty=empty,
        verdict=verdict,
        rival=second,
        doubt=None if metadata.consistency is None or given is not None else stands.doubt,
        carbon_speaks=stands.carbon,
    )


def _foreign_beside_carbon(channels: Channels, shares: Mapping[str, float] | None) -> dict[str, float]:
    """Return the share of each used region but C 1s that no group explains; empty for models that do not say."""
    beside = ((used.name, foreign_of(used.lines, shares)) for used in channels.regions if used.used)
    return {name: share for name, share in beside if share is not None and "C 1s" not in name}
