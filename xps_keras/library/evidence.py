"""Where a functional group shows itself: the lines and energies a reader of a spectrum would look at."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from xps_keras.library.tables import read_table


@dataclass(frozen=True)
class Evidence:
    """One place in a spectrum that speaks for a group."""

    line: str
    """Name of the line, a key of ``LINES``."""
    energy_ev: float
    """Typical binding energy in eV, saturated hydrocarbon C 1s = 285.0; the group's polymers scatter around it."""


def parse_evidence(text: str) -> tuple[Evidence, ...]:
    """Read the evidence column of ``groups.csv``.

    Args:
        text: ``C 1s 288.7; O 1s 531.7``; empty for a group without evidence.

    Returns:
        The places in the order of the text, the most telling first.

    Raises:
        ValueError: If a part does not end in an energy.
    """
    parts = [part.strip().rpartition(" ") for part in text.split(";") if part.strip()]
    return tuple(Evidence(line=line, energy_ev=float(energy)) for line, _, energy in parts)


EVIDENCE: Mapping[str, tuple[Evidence, ...]] = MappingProxyType(
    {row["group"]: parse_evidence(row["evidence"]) for row in read_table("groups.csv")}
)
"""Evidence of every group, by name; empty for a group that no polymer carries."""
