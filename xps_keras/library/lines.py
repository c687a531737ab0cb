"""Core-level and Auger lines between 40 and 700 eV that the library knows."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from xps_keras.library.tables import read_table


@dataclass(frozen=True)
class Line:
    """One photoelectron line (a doublet is one line) or Auger line under Al K-alpha."""

    name: str
    """Element and level, for example ``S 2p``."""
    element: str
    """Element symbol."""
    scofield: float | None
    """Cross section under Al K-alpha relative to C 1s, both partners of a doublet; None for Auger lines."""
    scofield_mg: float | None
    """The same under Mg K-alpha; None where the table holds none."""
    kinetic_energy_ev: float | None
    """Kinetic energy under Al K-alpha in eV; None for Auger lines."""
    sensitivity: float
    """Area per atom relative to one C 1s electron: Scofield cross section x KE^0.75; both partners of a doublet."""
    splitting_ev: float
    """Distance from the stronger to the weaker partner in eV (towards higher binding energy), 0 for a single line."""
    minor_to_major: float
    """Area of the weaker partner over that of the stronger one, 0 for a single line."""
    fwhm_ev: float
    """Usual full width at half maximum in eV, monochromated Al K-alpha, high resolution."""
    lorentzian_fraction: float
    """Lorentzian share of the width, see ``lineshape.voigt_widths``."""
    main: bool
    """Whether this is the line by which the element is measured."""
    window_low_ev: float
    """Lower end in eV of the stretch an analyst records for this line."""
    window_high_ev: float
    """Upper end in eV of the stretch an analyst records for this line."""
    peak_low_ev: float
    """Lower end in eV of the stretch in which all chemical states of the line stand, organic and inorganic ones."""
    peak_high_ev: float
    """Upper end in eV of that stretch, shake-up of C 1s and O 1s included."""
    confidence: str
    """Of the sensitivity: S sourced, K general knowledge, E estimate, C computed."""
    source: str
    """Where the numbers come from."""


def _known(cell: str) -> float | None:
    return float(cell) if cell else None


def _read_lines() -> dict[str, Line]:
    return {
        row["line"]: Line(
            name=row["line"],
            element=row["element"],
            scofield=_known(row["scofield"]),
            scofield_mg=_known(row["scofield_mg"]),
            kinetic_energy_ev=_known(row["kinetic_energy_ev"]),
            sensitivity=float(row["sensitivity"]),
            splitting_ev=float(row["splitting_ev"]),
            minor_to_major=float(row["minor_to_major"]),
            fwhm_ev=float(row["fwhm_ev"]),
            lorentzian_fraction=float(row["lorentzian_fraction"]),
            main=row["main"] == "yes",
            window_low_ev=float(row["window_low_ev"]),
            window_high_ev=float(row["window_high_ev"]),
            peak_low_ev=float(row["peak_low_ev"]),
            peak_high_ev=float(row["peak_high_ev"]),
            confidence=row["confidence"],
            source=row["source"],
        )
        for row in read_table("lines.csv")
    }


LINES: Mapping[str, Line] = MappingProxyType(_read_lines())
"""Every line, by name."""
MAIN_LINES: tuple[str, ...] = tuple(name for name, line in LINES.items() if line.main)
"""Names of the lines by which elements are measured, in the order of ``LINES``."""
