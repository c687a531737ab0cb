"""The rules by which a structure becomes peaks, as data: environments, secondary shifts, satellites.

Reading them needs no chemistry package; ``from_structure`` applies them.
"""

from dataclasses import dataclass
from functools import lru_cache

from xps_keras.library.tables import read_table


@dataclass(frozen=True)
class Rule:
    """One chemical environment of an atom on one line (a row of ``rules.csv``)."""

    line: str
    """Name of the line, a key of ``LINES``."""
    priority: int
    """Rules of a line are asked in ascending order; the first that fits is taken. Unique within a line."""
    name: str
    """Name of the environment, unique within a line."""
    smarts: str
    """Neighbourhood; the first atom of the pattern is the atom itself."""
    family: str
    """Class of environments that share secondary shifts and satellites."""
    energy_ev: float
    """Binding energy in eV before secondary shifts, saturated hydrocarbon C 1s = 285.00."""
    uncertainty_ev: float
    """Standard uncertainty of the energy in eV."""
    fwhm_ev: float
    """Full width at half maximum in eV, monochromated Al K-alpha, high resolution."""
    lorentzian_fraction: float
    """Lorentzian share of the width, see ``lineshape.voigt_widths``."""
    confidence: str
    """S sourced, K general knowledge, E estimate, C computed."""
    source: str
    """Where the energy comes from."""
    use: str
    """``library``: an atom of a library polymer needs it; ``hypothetical``: of a hypothetical one; else ``unused``."""


@dataclass(frozen=True)
class Shift:
    """A secondary shift that a neighbour adds to an environment's energy (a row of ``shifts.csv``)."""

    name: str
    """What the neighbour is."""
    line: str
    """Line it acts on."""
    families: tuple[str, ...]
    """Families of rules it acts on."""
    patterns: tuple[str, ...]
    """SMARTS, any of which may fit; atom map 1 is the atom shifted, 2 the neighbour counted."""
    shift_ev: float
    """Shift in eV for each neighbour counted."""
    most: int
    """So many neighbours count at most."""
    uncertainty_ev: float
    """Standard uncertainty of one neighbour's shift in eV."""
    confidence: str
    """S sourced, K general knowledge, E estimate."""
    source: str
    """Where the number comes from."""


@dataclass(frozen=True)
class Satellite:
    """A shake-up satellite (a row of ``satellites.csv``); the atoms that carry it pay for its area."""

    name: str
    """Label of the peak."""
    line: str
    """Line it belongs to."""
    families: tuple[str, ...]
    """Families of rules whose atoms carry it."""
    distance_ev: float
    """Distance in eV above the lowest energy of the atoms that carry it: the main ring peak."""
    share: float
    """Fraction of each carrier's intensity."""
    fwhm_ev: float
    """Full width at half maximum in eV."""
    lorentzian_fraction: float
    """Lorentzian share of the width."""
    confidence: str
    """S sourced, K general knowledge, E estimate."""
    source: str
    """Where the numbers come from."""


def _families(text: str) -> tuple[str, ...]:
    return tuple(text.split("; "))


@lru_cache(maxsize=1)
def load_rules() -> dict[str, tuple[Rule, ...]]:
    """Return the rules of every line in the order in which they are asked."""
    rules: dict[str, list[Rule]] = {}
    for row in read_table("rules.csv"):
        rule = Rule(
            line=row["line"],
            priority=int(row["priority"]),
            name=row["rule"],
            smarts=row["smarts"],
            family=row["family"],
            energy_ev=float(row["energy_ev"]),
            uncertainty_ev=float(row["uncertainty_ev"]),
            fwhm_ev=float(row["fwhm_ev"]),
            lorentzian_fraction=float(row["lorentzian_fraction"]),
            confidence=row["confidence"],
            source=row["source"],
            use=row["use"],
        )
        rules.setdefault(rule.line, []).append(rule)
    return {line: tuple(sorted(own, key=lambda rule: rule.priority)) for line, own in rules.items()}


@lru_cache(maxsize=1)
def load_shifts() -> tuple[Shift, ...]:
    """Return all secondary shifts."""
    return tuple(
        Shift(
            name=row["shift"],
            line=row["line"],
            families=_families(row["on"]),
            patterns=tuple(row["smarts"].split()),
            shift_ev=float(row["shift_ev"]),
            most=int(row["most"]),
            uncertainty_ev=float(row["uncertainty_ev"]),
            confidence=row["confidence"],
            source=row["source"],
        )
        for row in read_table("shifts.csv")
    )


@lru_cache(maxsize=1)
def load_satellites() -> tuple[Satellite, ...]:
    """Return all satellites."""
    return tuple(
        Satellite(
            name=row["satellite"],
            line=row["line"],
            families=_families(row["on"]),
            distance_ev=float(row["distance_ev"]),
            share=float(row["share_percent"]) / 100.0,
            fwhm_ev=float(row["fwhm_ev"]),
            lorentzian_fraction=float(row["lorentzian_fraction"]),
            confidence=row["confidence"],
            source=row["source"],
        )
        for row in read_table("satellites.csv")
    )
