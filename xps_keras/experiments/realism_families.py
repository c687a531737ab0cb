"""Families of test spectra: one effect of real surfaces at one level each, on otherwise ordinary spectra of polymers.

Foreign species and sp2 carbon are those that every training leaves out (``Surface.species``). All families of one seed
hold the same mixtures of polymers at the same shifts, as far as they hold polymers of the library.
"""

from dataclasses import dataclass, replace
from typing import Any

from xps_keras.corpus.recipes import RECIPES, Instrument, Recipe, Surface

STATED_EV = 0.12
"""Energy jitter in eV at which components move by what the library states: 0.06 (S, C), 0.12 (K), 0.3 eV (E)."""
PEAK_COUNTS = 5_000.0
MAX_SHIFT_EV = 4.0
NONE = "no effect"
"""Effect of the family with which all others are compared."""

_INSTRUMENT = Instrument(
    survey_of_elements=1.0,
    blank_lines=0.0,
    secondary_lines=0.0,
    only_carbon=0.0,
    peak_counts=(PEAK_COUNTS, PEAK_COUNTS),
    library_energy_jitter_ev=0.0,
    jitter_of="components",
)
"""C 1s and the main lines of all elements of the sample, and the library's energies as they are."""
_SURFACE = Surface(
    species="held out",
    contamination=0.0,
    no_polymer=0.0,
    foreign=0.0,
    anything=0.0,
    foreign_species=(1,),
    graphitic=0.0,
    second_state=0.0,
)
"""Nothing beside the polymers."""
_BASE = replace(
    RECIPES["instrument"], name="realism", max_shift_ev=MAX_SHIFT_EV, instrument=_INSTRUMENT, surface=_SURFACE
)


@dataclass(frozen=True)
class Family:
    """Spectra with one effect."""

    effect: str
    """What is done to them, for example ``oxide O 1s``."""
    level: str
    """How much of it, in words; empty where there is only one level."""
    recipe: Recipe
    carbon: bool = False
    """Whether the sample is sp2 carbon alone, so that naming it and calling a benzene ring are counted."""

    @property
    def name(self) -> str:
        """Effect and level."""
        return f"{self.effect}, {self.level}" if self.level else self.effect


def _family(
    effect: str,
    level: str = "",
    instrument: dict[str, Any] | None = None,
    surface: dict[str, Any] | None = None,
    carbon: bool = False,
    **fields: Any,
) -> Family:
    made = replace(
        _BASE,
        instrument=replace(_INSTRUMENT, **(instrument or {})),
        surface=replace(_SURFACE, **(surface or {})),
        **fields,
    )
    return Family(effect, level, made, carbon)


def _foreign(effect: str, kind: str, amount: float, line: str = "all") -> Family:
    """One species of a kind in every sample: so much of the polymers' C 1s area, in one line or in all of them."""
    where = "of C 1s" if line == "all" else f"in {line}"
    surface = {"foreign": 1.0, "foreign_kinds": (kind,), "foreign_amount": (amount, amount), "foreign_line": line}
    return _family(effect, f"{amount:g} {where}", surface=surface)


def _on_oxide(level: float | None) -> Family:
    surface: dict[str, Any] = {"no_polymer": 1.0, "contamination": 1.0}
    if level is not None:
        surface |= {"foreign": 1.0, "bare_foreign": 1.0, "foreign_kinds": ("oxide",), "foreign_line": "O 1s"}
        surface["foreign_amount"] = (level, level)
    return _family(
        "adventitious carbon alone", "no oxide" if level is None else f"oxide O 1s {level:g}", surface=surface
    )


def _sp2(effect: str, *species: str) -> Family:
    surface = {"no_polymer": 1.0, "graphitic": 1.0, "bare_graphitic": 1.0, "only": species}
    return _family(effect, surface=surface, carbon=True)


FAMILIES: tuple[Family, ...] = (
    _family(NONE),
    _family("C 1s alone", instrument={"only_carbon": 1.0}),
    *(_foreign("oxide", "oxide", level, "O 1s") for level in (0.2, 0.6, 2.0)),
    *(_foreign("silica, silicates", "silicon", level, "Si 2p") for level in (0.05, 0.15, 0.5)),
    *(_on_oxide(level) for level in (None, 1.0, 5.0)),
    *(
        _family(
            "steep background",
            f"{level:g} of the peak",
            instrument={"steep_backgrounds": 1.0, "steep_rise": (level, level)},
        )
        for level in (1.0, 3.0, 10.0)
    ),
    *(
        _family(
            "library energies off",
            f"{times:g} times as stated",
            instrument={"library_energy_jitter_ev": STATED_EV * times},
        )
        for times in (1.0, 2.0, 3.0)
    ),
    _family("hypothetical polymers", hypothetical=1.0),
    *(
        _family(
            "adventitious overlayer",
            f"{level:g} of C 1s",
            surface={"contamination": 1.0, "contamination_amount": (level, level)},
        )
        for level in (0.05, 0.15, 0.4)
    ),
    *(
        _family(
            "second charge state", f"{away:g} eV away", surface={"second_state": 1.0, "second_state_ev": (away, away)}
        )
        for away in (0.3, 0.6, 1.0)
    ),
    *(_family("misaligned regions", f"{off:g} eV", instrument={"misalignment_ev": off}) for off in (0.1, 0.2, 0.4)),
    *(
        _foreign(effect, kind, level)
        for effect, kind in (
            ("salts", "salt"),
            ("sulphides, thiolates", "sulphur"),
            ("nitrides", "nitride"),
            ("fluorides", "fluoride"),
            ("metal lines", "metal"),
            ("organic ions", "organic ion"),
            ("mixed layers", "mixed layer"),
        )
        for level in (0.3, 1.0)
    ),
    _sp2("graphite-like carbon", "glassy carbon", "carbon nanotubes", "activated carbon"),
    _sp2("graphene", "lightly oxidised graphene"),
    _sp2("amorphous carbon", "hydrogenated amorphous carbon"),
    _family("short C 1s window", instrument={"short_carbon": 1.0}),
    _family("short C 1s window, C 1s alone", instrument={"short_carbon": 1.0, "only_carbon": 1.0}),
)
"""All families in the order of table and picture."""


def families_named(words: tuple[str, ...]) -> tuple[Family, ...]:
    """Return the families whose name holds any of the words; all for no words."""
    return tuple(family for family in FAMILIES if not words or any(word in family.name for word in words))
