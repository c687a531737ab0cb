"""What speaks for or against a charge beside the rule: lines of known energy, the fit, carbon, impossible oxygen.

None of them moves the charge; ``known_charge`` tells when lines do. Each changes the odds that it is wrong by a factor,
how much oftener the witness says so of wrong answers than of right ones. The factors are milder than what was counted
on 2,248 spectra of 188 kinds of sample, drawn by a simulation apart from this package's corpus and library;
``docs/analysis.md`` holds the counts.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from xps_keras.analysis.consistency import WRONG_EV, Consistency
from xps_keras.analysis.doubt import Verdict
from xps_keras.analysis.known_charge import CONTRADICTS_EV, KnownCharge, contradiction
from xps_keras.analysis.references import COMPOUND_AGREES_EV, ReferenceLine
from xps_keras.fit.result import Fit
from xps_keras.median import median

CONFIRMS_EV = 0.3
"""Distance within which a line that can be nothing else confirms an answer."""
COMPOUNDS_CONFIRM_EV = 0.4
"""The same for the median of lines of compounds, none of which stands beyond what they agree within."""
FIT_MOVES_EV = 0.35
"""A fit that is held near the answer and yet stands further than this from it speaks against it."""
CARBON_DIFFERS_EV = 0.5
CARBON_AGREES_EV = 0.35
"""C 1s alone speaks against an answer from which it differs by the former, if its strongest maximum is hydrocarbon
within the latter at what it says."""
FOREIGN = 0.9
"""And if so much of another region is of no group: what misleads."""
NO_OXYGEN_EV = (534.0, 535.3)
"""Corrected energies of O 1s at which no oxygen of a solid stands; ethers beside CF2, lines of sodium are beyond."""
CONFIRMED, COMPOUNDS_CONFIRMED = 0.1, 0.2
CONTRADICTED, FIT_MOVED, CARBON_DIFFERS, IMPOSSIBLE = 3.0, 4.0, 4.0, 10.0
"""Factors on the odds of a wrong answer."""
ONE_OF_TWO = 0.5
"""Probability that a shift is wrong, at least, where a fit that decides, or two lines of compounds, say another one:
one of the two is wrong, and nothing says which."""


@dataclass(frozen=True, eq=False)
class Seen:
    """What witnesses know, on the scale of the library."""

    lines: tuple[ReferenceLine, ...]
    """Lines of known energy."""
    fit: Fit
    """The fit at the answer; one without parts says nothing."""
    maximum_shift_ev: float | None
    """The shift in eV if the strongest C 1s maximum is hydrocarbon; None where there is none."""
    foreign: Mapping[str, float]
    """Share of each region but C 1s that no group explains."""
    unexplained: Collection[tuple[str, float]]
    """Region and corrected energy in eV of each signal that nothing explains; none of a region without a line."""
    carbide: KnownCharge | None = None
    """What a carbide asks for whose C 1s was taken for hydrocarbon; None where none does."""
    decided: bool = False
    """Whether lines decided the answer: what the rule doubts is then the other one of the two."""


@dataclass(frozen=True, eq=False)
class Heard:
    """What stands once all witnesses were heard."""

    verdict: Verdict
    """The candidate that stands, and whether it is doubted now."""
    doubt: float
    """Probability that the answer is wrong by more than 0.5 eV."""
    other: tuple[str, float] | None
    """Who asks for which other shift, on the library's scale in eV."""
    carbon: bool
    """Whether C 1s alone speaks against it."""


def heard(
    verdict: Verdict, threshold: float | None, shift_ev: float, rival: tuple[str, float] | None, seen: Seen
) -> Heard:
    """Hear all witnesses about an answer.

    Args:
        verdict: What the rule says of it.
        threshold: Probability from which the charge is called undecided; None without a fitted rule, whose doubt is
            then left as it is.
        shift_ev: The answer, on the library's scale in eV; elsewhere than the verdict's where a fit decided.
        rival: The other value that the regions offer, as ``charge.rival`` returns it.
        seen: What the witnesses know.

    Returns:
        What stands.
    """
    doubt, doubted = verdict.doubt, verdict.doubted
    carbon = 1.0 if verdict.stands else by_carbon(verdict.consistency, seen.maximum_shift_ev, seen.foreign)
    if threshold is not None:
        lines, fit = by_lines(seen.lines, shift_ev), by_fit(seen.fit, shift_ev)
        doubt = weighed(doubt, (lines, fit, carbon, by_oxygen(seen.unexplained)))
        doubted = doubt >= threshold
    asked = seen.carbide or contradiction(seen.lines, shift_ev)
    against = None if asked is None else (asked.words, asked.shift_ev)
    other = against or _farthest(shift_ev, dissent(seen.lines, shift_ev), rival)
    if other is None and fit_moved(seen.fit, shift_ev):
        other = ("the reference fit", seen.fit.shift_ev)
    if against is not None or abs(shift_ev - verdict.shift_ev) > WRONG_EV:
        doubt, doubted = ONE_OF_TWO if seen.decided else max(doubt, ONE_OF_TWO), True
    return Heard(replace(verdict, doubted=doubted), doubt, other, carbon > 1.0)


def weighed(doubt: float, factors: Iterable[float]) -> float:
    """Return how doubtful an answer is once witnesses were heard.

    Args:
        doubt: Probability that it is wrong by what the rule says, 0 to 1.
        factors: What the functions below return: by how much each changes the odds.
    """
    odds = doubt
    for factor in factors:
        odds *= factor
    return odds / (odds + (1.0 - doubt))


def by_lines(lines: Sequence[ReferenceLine], shift_ev: float) -> float:
    """Weigh lines of known energy.

    Args:
        lines: What ``reference_lines`` found.
        shift_ev: The answer, on the scale of the shifts that the lines imply, in eV.
    """
    factor = CONFIRMED if _sure(lines, shift_ev) else COMPOUNDS_CONFIRMED if _compounds(lines, shift_ev) else 1.0
    return factor if dissent(lines, shift_ev) is None else factor * CONTRADICTED


def by_fit(fit: Fit, shift_ev: float) -> float:
    """Weigh the fit at the answer; both on one scale in eV."""
    return FIT_MOVED if fit_moved(fit, shift_ev) else 1.0


def by_carbon(consistency: Consistency, maximum_shift_ev: float | None, foreign: Mapping[str, float]) -> float:
    """Weigh what C 1s says where nearly all of another region is foreign and all regions decide.

    Args:
        consistency: What regions and parts of them answered.
        maximum_shift_ev: The shift, on the library's scale in eV, if the strongest C 1s maximum is hydrocarbon.
        foreign: Share of each other region that no group explains.
    """
    carbon = consistency.carbon_alone.shift_ev
    differs = abs(carbon - consistency.everything.shift_ev) > CARBON_DIFFERS_EV
    agrees = maximum_shift_ev is not None and abs(maximum_shift_ev - carbon) <= CARBON_AGREES_EV
    return CARBON_DIFFERS if differs and agrees and max(foreign.values(), default=0.0) > FOREIGN else 1.0


def by_oxygen(unexplained: Collection[tuple[str, float]]) -> float:
    """Weigh signals of O 1s where no oxygen stands.

    Args:
        unexplained: Region and corrected energy in eV, on the library's scale, of each signal that nothing explains.
    """
    low, high = NO_OXYGEN_EV
    return IMPOSSIBLE if any(name == "O 1s" and low <= energy <= high for name, energy in unexplained) else 1.0


def fit_moved(fit: Fit, shift_ev: float) -> bool:
    """Tell whether the fit stands elsewhere than the answer; arguments as ``by_fit``."""
    return bool(fit.parts) and abs(fit.shift_ev - shift_ev) > FIT_MOVES_EV


def agreement(lines: Sequence[ReferenceLine], shift_ev: float) -> str:
    """Say which lines confirm the answer and why that is no proof, empty where none does; arguments as ``by_lines``."""
    if names := _sure(lines, shift_ev):
        why = "what is on a metal need not share its charge"
    elif names := _compounds(lines, shift_ev):
        why = "it may be another compound" if len(names) == 1 else "they may be other compounds"
    else:
        return ""
    return f"{' and '.join(names)} {'agrees' if len(names) == 1 else 'agree'}, but {why}"


def dissent(lines: Sequence[ReferenceLine], shift_ev: float) -> tuple[str, float] | None:
    """Return the line that most surely speaks against the answer.

    Args:
        lines: What ``reference_lines`` found.
        shift_ev: The answer, on the scale of the shifts that the lines imply, in eV.

    Returns:
        Its name and the shift it implies, on the same scale; None where none does.
    """
    against = [
        line
        for line in lines
        if (line.sure and not line.agrees) or (line.compound and line.apart_ev(shift_ev) > CONTRADICTS_EV)
    ]
    first = min(against, key=lambda line: not line.sure, default=None)
    return None if first is None else (first.name, first.implied_shift_ev)


def _farthest(shift_ev: float, *others: tuple[str, float] | None) -> tuple[str, float] | None:
    """Return the other value that stands farthest from the answer: the uncertainty has to hold them all."""
    return max(filter(None, others), key=lambda other: abs(other[1] - shift_ev), default=None)


def _sure(lines: Sequence[ReferenceLine], shift_ev: float) -> list[str]:
    return [line.name for line in lines if line.sure and line.apart_ev(shift_ev) <= CONFIRMS_EV]


def _compounds(lines: Sequence[ReferenceLine], shift_ev: float) -> list[str]:
    compounds = [line for line in lines if line.compound]
    if not all(line.apart_ev(shift_ev) <= COMPOUND_AGREES_EV for line in compounds):
        return []
    alike = compounds and abs(median([one.implied_shift_ev for one in compounds]) - shift_ev) <= COMPOUNDS_CONFIRM_EV
    return [line.name for line in compounds] if alike else []
