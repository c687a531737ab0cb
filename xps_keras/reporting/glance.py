"""An answer in one word, for lists of many samples."""

from dataclasses import dataclass
from typing import Literal

from xps_keras.analysis.report import undecided_text
from xps_keras.analysis.result import Analysis

Level = Literal["clear", "look", "doubtful"]

_LOOK = frozenset(
    [
        "classical-disagrees",
        "composition-disagrees",
        "element-missing",
        "foreign-region",
        "given-charge-differs",
        "given-line-ambiguous",
        "glitch",
        "intensity-scale",
        "label-differs",
        "low-counts",
        "no-counts",
        "reference-disagrees",
        "region-cut",
        "regions-disagree",
        "saturated",
        "shift-at-limit",
        "survey-used",
        "tail-cut",
        "two-readings",
        "unexplained-line",
        "unexplained-signal",
        "window-short",
    ]
)
"""Warnings that bear on shift or groups; the others say what was read and how."""


@dataclass(frozen=True)
class Glance:
    """How far an answer carries."""

    level: Level
    """``clear``: nothing speaks against it; ``look``: read the warnings first; ``doubtful``: do not quote it."""
    sentence: str
    """Why."""


def glance(analysis: Analysis) -> Glance:
    """Say in one word how far an answer carries.

    Args:
        analysis: The answer. The verdict of the fit decides where there is one, an undecided charge before it.

    Returns:
        The word and its reason.
    """
    words = undecided_text(analysis)
    words = f"{words[0].upper()}{words[1:]}"
    if analysis.charge_undecided and not analysis.charge_likely:
        return Glance("doubtful", f"{words}; do not quote groups before it is known.")
    verdict = analysis.verdict
    if verdict is not None and verdict.explained == "not explained":
        return Glance("doubtful", verdict.reason)
    if analysis.charge_undecided:
        return Glance("look", f"{words}; confirm it before you quote groups.")
    grave = [warning for warning in analysis.warnings if warning.code in _LOOK]
    if verdict is not None and verdict.explained == "explained in part":
        return Glance("look", verdict.reason)
    if grave:
        more = f" (and {len(grave) - 1} more)" if len(grave) > 1 else ""
        return Glance("look", f"{grave[0].text}{more}")
    if {row.name for row in analysis.regions if row.used} == {"C 1s"}:
        return Glance("look", "Only C 1s was used: no other region confirms shift and groups.")
    return Glance("clear", "Nothing in the file speaks against the answer." if verdict is None else verdict.reason)
