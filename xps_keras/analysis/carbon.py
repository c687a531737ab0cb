"""What else is known about a sample, in words: its carbon, where the model says so, and lines of known energy."""

from xps_keras.analysis.references import AGREES_EV, ReferenceLine
from xps_keras.analysis.result import Analysis

LEAST_SHARE = 0.04
"""A smaller part of sp2 carbon is not named. From here on 13 % of the surfaces that hold none are said to hold some
(11 % from 0.05 on), and 96.5 % of amorphous carbon, of no training species, is named (94.5 %)."""
MORE, LESS = 0.5, 0.15
"""Part of C 1s that is polymer from which the organic part is more than adventitious carbon, and below which not."""


def more_than_contamination(polymer_share: float) -> str:
    """Answer whether the organic part is more than adventitious carbon: ``yes``, ``no`` or ``unclear``."""
    if polymer_share >= MORE:
        return "yes"
    return "no" if polymer_share < LESS else "unclear"


def carbon_sentences(analysis: Analysis) -> list[str]:
    """Return what is known about the carbon, empty for models that do not say."""
    found = []
    if analysis.graphitic_share is not None and analysis.graphitic_share >= LEAST_SHARE:
        found.append(f"sp2 (graphitic) carbon: {100 * analysis.graphitic_share:.0f} % of C 1s")
    if analysis.polymer_share is not None:
        found.append(f"organic part more than adventitious carbon: {more_than_contamination(analysis.polymer_share)}")
    return found


def agreement_of(line: ReferenceLine, shift_ev: float) -> str:
    """Say how a line of known energy stands to the answer; both shifts on one scale in eV."""
    if not line.agrees:
        return "does not agree"
    return "agrees" if line.apart_ev(shift_ev) <= AGREES_EV else "does not contradict"


def check_sentences(analysis: Analysis) -> list[str]:
    """Return on what the shift rests where that is not the model, and what lines of known energy say about it."""
    found = [] if analysis.known_charge is None else [f"the shift rests on {analysis.known_charge.name}"]
    for line in analysis.reference_lines:
        sure = "" if line.sure else ", if it is that"
        found.append(
            f"check: {line.name} at {line.energy_ev:.2f} eV{sure}: shift {line.implied_shift_ev:+.2f} eV, "
            f"{agreement_of(line, analysis.shift_ev)}"
        )
    return found
