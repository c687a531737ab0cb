"""Names of core lines as instruments abbreviate them."""

import re

_LINE = re.compile(r"(?<![A-Za-z])([A-Z][a-z]?)[ _]?([1-7][spdf])(?![A-Za-z])")
_NO_ELEMENTS = frozenset(["Su"])  # PHI calls a survey `Su1s`


def find_core_line(name: str) -> str:
    """Find the core line that a name holds.

    Args:
        name: ``Sn3d5``, ``C1s Scan``, ``O 1s``.

    Returns:
        Element and level, ``Sn 3d``; empty when the name holds none.
    """
    match = _LINE.search(name)
    return "" if match is None or match[1] in _NO_ELEMENTS else f"{match[1]} {match[2]}"


def is_survey(name: str) -> bool:
    """Tell whether a name says that a region is a survey."""
    return bool(re.search(r"(?i)survey|\bwide\b|\bsu1s\b", name))
