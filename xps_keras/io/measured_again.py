"""Whether a region was measured before among many others, without a look at each of them."""

import math
import re
from dataclasses import dataclass

from xps_keras.library.core_line import find_core_line
from xps_keras.spectrum import Region

_SNAP = re.compile(r"\bsnap", re.IGNORECASE)
_LEAST_SHARED = 0.8  # part of the longer range that two measurements of one region share
_SAME_STEP = 1.5  # largest ratio of their steps: a survey and a narrow scan are no repetition of one another

_NO_SPAN_EV = 1e-9  # regions shorter than this are all of one class


@dataclass(frozen=True)
class _Place:
    """Where a region lies."""

    low_ev: float
    high_ev: float
    step_ev: float

    def again(self, other: "_Place") -> bool:
        """Tell whether two regions of one name are the same one of two samples, or of two sweeps."""
        ratio = self.step_ev / other.step_ev
        if not 1.0 / _SAME_STEP < ratio < _SAME_STEP:
            return False
        shared = min(self.high_ev, other.high_ev) - max(self.low_ev, other.low_ev)
        return shared > _LEAST_SHARED * max(self.high_ev - self.low_ev, other.high_ev - other.low_ev)


class Measured:
    """The regions of one sample, sorted by what they are and where they lie.

    Two regions that share four fifths of the longer one differ in their spans by less than a quarter, and in their low
    ends by less than a quarter of the longer span. So spans are sorted into classes a quarter apart, and low ends into
    cells as wide as their class: what may be the same region lies in the same or a neighbouring class and cell.
    """

    def __init__(self) -> None:
        """Hold nothing yet."""
        self._cells: dict[tuple[str, int, int], list[_Place]] = {}

    def holds(self, region: Region) -> bool:
        """Tell whether the region is one of those held, measured again."""
        key, place = key_of(region), _place(region)
        size = _size(place)
        for near in (size - 1, size, size + 1):
            cell = _cell(place, near)
            for beside in (cell - 1, cell, cell + 1):
                if any(place.again(other) for other in self._cells.get((key, near, beside), ())):
                    return True
        return False

    def add(self, region: Region) -> None:
        """Hold one more region."""
        place = _place(region)
        size = _size(place)
        self._cells.setdefault((key_of(region), size, _cell(place, size)), []).append(place)


def key_of(region: Region) -> str:
    """Return what a region is by its own words: its core line, else its label without numbers at the end.

    A snapshot before a scan is a region of its own.
    """
    line = find_core_line(region.label) or find_core_line(region.element_line)
    if not line:
        return without_number(region.label)
    return f"{line} snap" if _SNAP.search(region.label) else line


def without_number(label: str) -> str:
    """Return a label in small letters without what counts its repetitions."""
    return label.lower().rstrip("0123456789 #.:_-()")


def _place(region: Region) -> _Place:
    return _Place(region.low_ev, region.high_ev, region.step_ev)


def _size(place: _Place) -> int:
    return math.floor(math.log(max(place.high_ev - place.low_ev, _NO_SPAN_EV)) / math.log(1.0 / _LEAST_SHARED))


def _cell(place: _Place, size: int) -> int:
    return math.floor(place.low_ev / (1.0 / _LEAST_SHARED) ** size)
