"""What the quantification says about one sample, field by field what ``analyze --json`` writes."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ElementRow:
    """An element of the composition."""

    element: str
    line: str
    """The line it was measured by."""
    percent: float
    """Atomic percent of the elements recorded; hydrogen is never seen."""
    uncertainty: float
    """Standard uncertainty of ``percent``: counting, choice of background, sensitivity factors, transmission."""


@dataclass(frozen=True)
class Undetected:
    """An element whose line was recorded and does not stand out of its background."""

    element: str
    line: str
    below_percent: float
    """Atomic percent that the sample holds at most: three standard uncertainties above what is there."""


@dataclass(frozen=True)
class Composition:
    """Atomic percentages, or why there are none."""

    elements: tuple[ElementRow, ...]
    """Carbon first, then by percent; empty where withheld."""
    assumptions: tuple[str, ...]
    """What was taken for granted: sensitivity factors, transmission, a homogeneous depth."""
    withheld: str | None = None
    """Why there is no composition, one sentence; None where there is one."""
    undetected: tuple[Undetected, ...] = ()
    """Elements that were looked for and not found, in the order of ``LINES``."""
    not_counted: tuple[str, ...] = ()
    """Lines of other elements that were recorded: the percentages are those of the elements above alone."""
