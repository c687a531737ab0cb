"""Which regions of a file measure one stretch of energies, whatever their windows and steps."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDEST_SCAN_EV = 100.0
"""A wider scan is a survey."""
_SHARED = 0.5  # part of the shorter range that two regions of one core line share, of the longer one without a line
_MOST_WINDOWS = 64  # of one core line, among which a region is sought


@dataclass(frozen=True)
class Stretch:
    """Where a region lies, and the core line by which it is called."""

    line: str
    low_ev: float
    high_ev: float

    @property
    def span_ev(self) -> float:
        """Length in eV."""
        return self.high_ev - self.low_ev

    def again(self, other: "Stretch") -> bool:
        """Tell whether two regions measure the same; a survey measures no narrow scan again.

        A title over several regions may name the first one alone: one without a core line is judged by its energies.
        """
        spans = sorted((self.span_ev, other.span_ev))
        if (self.line and other.line and self.line != other.line) or spans[0] <= WIDEST_SCAN_EV < spans[1]:
            return False
        shared = min(self.high_ev, other.high_ev) - max(self.low_ev, other.low_ev)
        return shared > _SHARED * (spans[0] if self.line and other.line else spans[1])


def same_regions(stretches: Sequence[Stretch]) -> list[int]:
    """Number regions by what they measure.

    Args:
        stretches: The regions.

    Returns:
        For each the place of the first one that measures the same. Of more windows than any file has each later one
        stands for itself.
    """
    firsts: dict[str, list[int]] = {}
    known: dict[Stretch, int] = {}
    for place, one in enumerate(stretches):
        if one in known:
            continue
        begun = firsts.setdefault(one.line, [])
        asked = [begun, *(others for line, others in firsts.items() if others is not begun and not (line and one.line))]
        known[one] = next((first for some in asked for first in some if one.again(stretches[first])), place)
        if known[one] == place and len(begun) < _MOST_WINDOWS:
            begun.append(place)
    return [known[one] for one in stretches]
