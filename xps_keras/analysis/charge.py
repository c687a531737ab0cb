"""What the regions together say about the charge, in rows and in words."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from xps_keras.analysis.consistency import Candidate
from xps_keras.analysis.doubt import CLEAR, Verdict
from xps_keras.analysis.fitting import LIKELY
from xps_keras.analysis.known_charge import KnownCharge
from xps_keras.errors import SpectrumWarning

APART_EV = 0.3
"""Candidates and readings nearer than this are one answer."""
ORGANIC = 0.2
"""Share of a region that no group explains up to which groups are said to explain it."""
TOO_LITTLE = 4.0
"""So many times likelier wrong than all regions, C 1s alone blames none of them."""
GIVEN_DIFFERS_EV = 0.25
"""A charge that was given and stands further from what the model reads is worth a word."""
DISAGREES_EV = 0.5
"""A region without which the shift changes by more does not fit."""


@dataclass(frozen=True)
class CandidateRow:
    """The shift as it follows from some of the regions."""

    name: str
    """``all regions``, ``C 1s alone``, ``without O 1s``, or what else tells the charge: lines, the user."""
    shift_ev: float
    """Measured minus true binding energy in eV, relative to the analysis' reference."""
    uncertainty_ev: float | None
    """Standard deviation within the heaviest reading in eV; None when the model gives none."""
    weight: float
    """Weight of that reading, 0 to 1."""
    stands: bool
    """Whether the answer rests on it."""
    known: bool = False
    """Whether it is no reading of the model: lines of known energy tell it, or it was given."""


def name_of(verdict: Verdict, place: int) -> str:
    """Return how an answer names a candidate."""
    candidate = verdict.consistency.candidates[place]
    if not candidate.left_out:
        return "all regions"
    if place == verdict.consistency.carbon:
        return "C 1s alone"
    return f"without {', '.join(candidate.left_out)}"


def rows(
    verdict: Verdict,
    moved_ev: float,
    known: KnownCharge | None = None,
    shift_ev: float = 0.0,
    uncertainty_ev: float | None = None,
) -> tuple[CandidateRow, ...]:
    """Return the candidates for the answer.

    Args:
        verdict: Which of them stands.
        moved_ev: Chosen reference minus the library's 285.0 eV.
        known: The known charge on which the answer rests instead; None where it does not.
        shift_ev: The answer at a known charge, on the library's scale in eV.
        uncertainty_ev: Its standard deviation in eV.
    """
    regions = tuple(
        CandidateRow(
            name_of(verdict, place),
            found.shift_ev - moved_ev,
            found.uncertainty_ev,
            found.weight,
            place == verdict.stands and known is None,
        )
        for place, found in enumerate(verdict.consistency.candidates)
    )
    if known is None:
        return regions
    return (*regions, CandidateRow(known.words, shift_ev - moved_ev, uncertainty_ev, 1.0, True, True))


def disagreeing(verdict: Verdict) -> tuple[str, ...]:
    """Return the names of the regions that do not fit, none where all do.

    It is the one without which the shift changes most, where that goes at least half of the way to C 1s alone;
    otherwise all that C 1s contradicts.
    """
    consistency = verdict.consistency
    standing = consistency.candidates[verdict.stands]
    if verdict.stands != 0 and abs(consistency.change_ev(verdict.stands)) <= APART_EV:
        return ()
    if verdict.stands == 0 and consistency.difference_ev <= DISAGREES_EV:
        return ()
    single = consistency.candidates[consistency.culprit]
    change = abs(consistency.change_ev(consistency.culprit))
    if standing is single or change >= max(APART_EV, 0.5 * consistency.difference_ev):
        return single.left_out
    return standing.left_out or consistency.carbon_alone.left_out


def rival(verdict: Verdict, shift_ev: float, readings: Sequence[tuple[float, float]]) -> tuple[str, float] | None:
    """Return the other value that the shift may have.

    Args:
        verdict: The candidates.
        shift_ev: The answer, on the library's scale in eV.
        readings: Shift in eV on the library's scale and weight of the readings of what stands, heaviest first.

    Returns:
        Where it comes from and the shift in eV on the library's scale: the likeliest candidate that stands elsewhere,
        else the heaviest reading that does; None where there is none.
    """
    for place in verdict.order:
        other = verdict.consistency.candidates[place]
        if abs(other.shift_ev - shift_ev) > APART_EV:
            return name_of(verdict, place), other.shift_ev
    for other_ev, weight in readings:
        if abs(other_ev - shift_ev) > APART_EV and weight > 0.0:
            return "another reading", other_ev
    return None


def stated_uncertainty(own_ev: float | None, shift_ev: float, other_ev: float | None, short: float) -> float | None:
    """Return the uncertainty of the answer: the model's own, wider where something else is doubtful.

    Args:
        own_ev: Of the reading, in eV; None when the model gives none.
        shift_ev: The answer in eV.
        other_ev: The other value of a charge that is undecided, in eV, None where there is none.
        short: What a short C 1s window adds, a standard deviation in eV.

    Returns:
        In eV; half the distance of two values that cannot be told apart is one standard deviation of them.
    """
    if own_ev is None:
        return None
    apart = 0.0 if other_ev is None else 0.5 * abs(other_ev - shift_ev)
    return float(np.sqrt(own_ev**2 + apart**2 + short**2))


def charge_warnings(
    verdict: Verdict,
    shift_ev: float,
    other: tuple[str, float] | None,
    foreign: Mapping[str, float],
    oxygen_measured: bool,
    alternatives: Sequence[tuple[float, float]],
    moved_ev: float,
    likely: float | None = None,
    agreeing: str = "",
    carbon_speaks: bool = False,
    known: str = "",
    strange: Collection[str] = (),
) -> list[SpectrumWarning]:
    """Say in words how far the charge can be trusted.

    Args:
        verdict: Which candidate stands.
        shift_ev: The answer, on the library's scale in eV; elsewhere than the candidate where a fit decided.
        other: What ``rival`` returned.
        foreign: Share of each used region that no group explains; empty for models without that output.
        oxygen_measured: Whether the file holds O 1s.
        alternatives: Shift in eV, on the scale of the analysis' reference, and weight of the other readings.
        moved_ev: Chosen reference minus the library's 285.0 eV.
        likely: Probability that the answer is right within 0.5 eV; None for a model without a rule.
        agreeing: Which lines of known energy confirm the answer, and why that is no proof; empty where none does.
        carbon_speaks: Whether C 1s alone speaks against the answer, which rests on regions that are foreign.
        known: The known charge on which the answer rests; empty where it does not.
        strange: Regions with a signal that no present group explains.

    Returns:
        The warnings, gravest first.
    """
    found = []
    by_fit = abs(shift_ev - verdict.shift_ev) > APART_EV
    basis = known or ("the better fit" if by_fit else name_of(verdict, verdict.stands))
    culprits = disagreeing(verdict)
    organic = verdict.stands == 0 and all(
        foreign.get(name, 1.0) <= ORGANIC and name not in strange for name in culprits
    )
    if verdict.doubted:
        found.append(
            SpectrumWarning("charge-undecided", _undecided(likely, basis, shift_ev, other, moved_ev, agreeing))
        )
    if culprits:
        text = _disagree(verdict, basis, culprits, moved_ev, carbon_speaks, organic)
        found.append(SpectrumWarning("regions-disagree", text))
    named = [f"{name} ({share:.0%})" for name, share in foreign.items() if share > CLEAR]
    if named:
        found.append(
            SpectrumWarning(
                "foreign-region",
                f"No functional group explains most of {', '.join(named)}: what stands there is a substrate, a salt or "
                "an ion, or a polymer with a group that the model does not know.",
            )
        )
    if alternatives:
        shifts = ", ".join(f"{ev:+.2f} eV (weight {weight:.2f})" for ev, weight in alternatives)
        advice = _advice(() if organic else culprits, oxygen_measured)
        found.append(
            SpectrumWarning("two-readings", f"The spectrum can also be read with a shift of {shifts}; {advice}.")
        )
    return found


def chance_text(likely: float) -> str:
    """Return a chance in percent, not rounded up to the one from which a charge is called likely."""
    percent = round(100.0 * likely)
    return f"{percent - 1 if likely < LIKELY <= percent / 100.0 else percent} %"


def _undecided(
    likely: float | None,
    basis: str,
    shift_ev: float,
    other: tuple[str, float] | None,
    moved_ev: float,
    agreeing: str,
) -> str:
    chance = "" if likely is None else f"{chance_text(likely)} likely"
    if other is None:
        values = f"{shift_ev - moved_ev:+.2f} eV is the best guess{f' ({chance})' if chance else ''}"
    else:
        name, value = other
        second = f"{value - moved_ev:+.2f} eV ({name})"
        values = f"it is {shift_ev - moved_ev:+.2f} eV ({', '.join(filter(None, (basis, chance)))}) or {second}"
    advice = agreeing or "a reference line or a C 1s component that you know would decide (--charge)"
    sure = likely is not None and likely >= LIKELY
    groups = "Confirm it before you quote groups" if sure else "Do not quote groups before it is known"
    certain = "is not certain" if sure else "cannot be told for certain from this file"
    return f"The charge {certain}: {values}. {groups}; {advice}."


def _disagree(
    verdict: Verdict, basis: str, culprits: tuple[str, ...], moved_ev: float, carbon_speaks: bool, organic: bool
) -> str:
    consistency = verdict.consistency

    def at(candidate: Candidate) -> str:
        return f"{candidate.shift_ev - moved_ev:+.2f} eV"

    basis = "all of them" if basis == "all regions" else basis
    own_doubt = consistency.carbon_alone.judged_doubt
    too_little = own_doubt is not None and own_doubt >= TOO_LITTLE * verdict.doubt
    if verdict.stands == 0 and too_little and not carbon_speaks:
        return (
            f"C 1s alone, which shows too little here to fix the charge, would give {at(consistency.carbon_alone)}; "
            f"all regions together give {at(consistency.everything)}. The answer rests on {basis}."
        )
    names = " and ".join(culprits)
    if organic:
        return (
            f"C 1s alone would be read at {at(consistency.carbon_alone)}; with {names}, which functional groups "
            f"explain, it is {at(consistency.everything)}. The answer rests on {basis}."
        )
    verb = "does" if len(culprits) == 1 else "do"
    values = f"all regions give {at(consistency.everything)}, C 1s alone {at(consistency.carbon_alone)}"
    return f"{names} {verb} not fit C 1s: {values}. The answer rests on {basis}."


def _advice(culprits: tuple[str, ...], oxygen_measured: bool) -> str:
    if culprits:
        return f"{' and '.join(culprits)} cannot decide it, for what stands there does not fit C 1s"
    if not oxygen_measured:
        return "a second region, O 1s above all, would decide"
    return "the regions of this file do not decide between them"


def given_warnings(known: KnownCharge, verdict: Verdict, moved_ev: float) -> list[SpectrumWarning]:
    """Say where the model contradicts a charge that was given, and where the line that tells it may be another one.

    Args:
        known: The charge that was given.
        verdict: What the model says of the charge.
        moved_ev: Chosen reference minus the library's 285.0 eV.
    """
    found = []
    if abs(verdict.shift_ev - known.shift_ev) > GIVEN_DIFFERS_EV:
        found.append(
            SpectrumWarning(
                "given-charge-differs",
                f"The charge was given as {known.shift_ev - moved_ev:+.2f} eV and stands; the model alone reads "
                f"{verdict.shift_ev - moved_ev:+.2f} eV.",
            )
        )
    if known.rivals_ev:
        others = " or ".join(f"{rival - moved_ev:+.2f} eV" for rival in known.rivals_ev)
        found.append(
            SpectrumWarning(
                "given-line-ambiguous",
                f"{known.line} shows another maximum that is nearly as high; the strongest one was taken for the given "
                f"line. If another is meant, the charge is {others}: give that number instead.",
            )
        )
    return found
