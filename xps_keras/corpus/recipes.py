"""Recipes: what a synthetic corpus holds, as data."""

from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from xps_keras.errors import UsageError


@dataclass(frozen=True)
class Instrument:
    """What an instrument adds to a spectrum and leaves out of it; ranges are uniform unless stated otherwise."""

    survey_of_elements: float = 0.8
    """Probability that the main line of an element of the sample is recorded (C 1s always is)."""
    blank_lines: float = 0.15
    """Probability that the main line of an element not in the sample is recorded."""
    secondary_lines: float = 0.05
    """Probability that a further line of an element of the sample is recorded."""
    only_carbon: float = 0.2
    """Probability that C 1s is the only region."""
    window_ev: tuple[float, float] = (14.0, 24.0)
    """Length of a region in eV."""
    latest_start_ev: float = 3.0
    """A region begins at the latest this far above its line's usual window moved by the shift: for C 1s at 281 eV."""
    peak_counts: tuple[float, float] = (300.0, 100_000.0)
    """Counts at the top of C 1s above its background, log-uniform."""
    region_scale: float = 0.10
    """Standard deviation of the logarithm of a region's intensity: transmission, sensitivity factors, angle."""
    background_level: tuple[float, float] = (0.02, 1.0)
    """Flat background of every region relative to the net top of C 1s, log-uniform."""
    background_slope: float = 0.3
    """Standard deviation of the relative rise of the flat background over the region."""
    loss_per_ev: tuple[float, float] = (0.0, 0.05)
    """Shirley-like step: fraction of the peak area at lower binding energy, per eV, that stands as background."""
    hump_area: tuple[float, float] = (0.0, 0.5)
    """Area of the energy-loss hump relative to the line; its low flank rises at the high end of a region."""
    hump_distance_ev: float = 22.0
    """Distance of the hump's centre from the line in eV (insulators: 20-25 eV)."""
    hump_width_ev: float = 5.0
    """Standard deviation of the hump in eV."""
    end_points: int = 5
    """Channels averaged at either end for the background subtraction (0.5 eV)."""
    library_energy_jitter_ev: float = 0.07
    """Standard deviation in eV of each tabulated energy: most library energies are known within 0.1 eV."""
    library_width_jitter: float = 0.08
    """Standard deviation of the logarithm of each tabulated width."""
    library_area_jitter: float = 0.05
    """Standard deviation of the logarithm of each tabulated area; four times that for shake-up."""
    jitter_of: Literal["peaks", "components"] = "peaks"
    """What moves by itself. ``peaks``, as in version 0.1.0, tears doublets apart. ``components`` moves a doublet as a
    whole, and an environment in all polymers that have it: three fifths of the variance are shared by them."""
    misalignment_ev: float = 0.0
    """Standard deviation in eV with which a region other than C 1s stands apart from the common shift."""
    steep_backgrounds: float = 0.0
    """Probability that a region stands on the flank of something else: a tail of losses, another line."""
    steep_rise: tuple[float, float] = (0.3, 6.0)
    """Rise of such a background from end to end relative to the net top of the region, log-uniform, either sign."""
    short_carbon: float = 0.0
    """Probability that C 1s is recorded in a window that ends before the shake-up."""
    short_carbon_ev: tuple[float, float] = (8.0, 13.0)
    """Length of such a window in eV."""
    short_carbon_end_ev: tuple[float, float] = (291.0, 293.5)
    """Upper end of such a window in eV, before the shift."""


@dataclass(frozen=True)
class Surface:
    """What a real surface holds beside the polymers of a mixture; each effect alone is switched off by 0.

    Amounts are areas of all lines of a thing relative to the C 1s area of the polymers, log-uniform within their range;
    where there is no polymer, relative to the whole area of the carbon that stands in its place.
    """

    species: Literal["training", "held out"] = "training"
    """Which species of ``species.csv`` are drawn: those for training, or those kept for judging."""
    only: tuple[str, ...] = ("all",)
    """Keys of the only foreign species and sp2 carbons that are drawn, or ``all`` of their kinds."""
    untouched: float = 0.0
    """Probability that there is nothing beside the polymers: fresh films, cleaned surfaces."""
    contamination: float = 0.5
    """Probability of adventitious carbon on the sample."""
    contamination_amount: tuple[float, float] = (0.01, 1.0)
    """Area of adventitious carbon with its oxygen."""
    contamination_parts: tuple[float, ...] = (15.0, 3.0, 1.0, 1.0)
    """Mean amounts of C-C, C-O, C=O and O-C=O in it, parameters of a Dirichlet distribution: 75, 15, 5 and 5 %."""
    no_polymer: float = 0.12
    """Probability that there is no polymer at all: adventitious carbon, or sp2 carbon, on a substrate."""
    bare_graphitic: float = 0.5
    """Probability that the carbon of a sample without polymer is sp2; else it is adventitious."""
    bare_foreign: float = 0.8
    """Probability of foreign species on a sample without polymer, unless ``foreign`` is 0."""
    foreign: float = 0.45
    """Probability of foreign species: substrates with their oxygen and metal lines, salts, ions."""
    foreign_kinds: tuple[str, ...] = (
        "oxide",
        "silicon",
        "salt",
        "fluoride",
        "sulphur",
        "nitride",
        "metal",
        "organic ion",
    )
    """Kinds of species that are drawn, see ``library.species``."""
    anything: float = 0.15
    """Part of the foreign species that are none: a peak at any energy of a window."""
    foreign_species: tuple[int, ...] = (1, 1, 2, 3)
    """Numbers of them, each entry equally likely."""
    composition: float = 0.3
    """Standard deviation of the logarithm of the area of each component of a species: stoichiometry, overlayers."""
    foreign_amount: tuple[float, float] = (0.03, 8.0)
    """Area of each of them; of organic ions that of their C 1s: a film of them is as much carbon as a polymer."""
    foreign_line: str = "all"
    """Main line that ``foreign_amount`` is the area of, only species that show it being drawn, or ``all`` (C 1s of
    organic ions)."""
    graphitic: float = 0.14
    """Probability of sp2 carbon: graphite, carbon black, graphene and its oxide, amorphous carbon."""
    graphitic_amount: tuple[float, float] = (0.05, 20.0)
    """Area of sp2 carbon: from a filler to all that is seen."""
    second_state: float = 0.08
    """Probability that a part of the sample is charged differently."""
    second_state_part: tuple[float, float] = (0.05, 0.45)
    """That part, uniform."""
    second_state_ev: tuple[float, float] = (0.3, 4.0)
    """By how much it stands elsewhere in eV, log-uniform, either sign."""


@dataclass(frozen=True)
class Recipe:
    """How the spectra of a corpus are drawn."""

    name: str
    components: tuple[int, ...] = (2, 3)
    """Numbers of polymers in a mixture, each entry equally likely; polymers are drawn with replacement."""
    smallest_fraction: float = 0.0
    """Every component weighs at least this."""
    max_shift_ev: float = 3.0
    """Largest rigid shift in eV; shifts are uniform in [-max, +max]."""
    whole_channels: bool = True
    """Whether shifts are whole channels of the axis, as in the paper, or any real number."""
    broadening_ev: float = 0.2
    """Standard deviation in eV of the half-normal distribution of the Gaussian broadening's sigma."""
    mixing: Literal["exact", "paper"] = "exact"
    """``paper`` repeats the running normalisation of the authors' code, under which the labels' amounts are wrong."""
    hypothetical: float = 0.0
    """Probability that a component is drawn from the hypothetical polymers instead of the corpus's library."""
    common: float = 0.0
    """Probability that a component is one of the polymers that laboratories most often have (``common_polymers.csv``),
    as far as the library holds them: what is likely before anything is seen."""
    instrument: Instrument | None = None
    """Instrument effects; None for ideal spectra."""
    surface: Surface | None = None
    """What stands beside the polymers; None for polymers alone. Needs instrument effects."""

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-ready dictionary, the inverse of ``recipe_from_dict``."""
        return asdict(self)


RECIPES: dict[str, Recipe] = {
    "paper": Recipe(name="paper"),
    "generalise": Recipe(name="generalise", hypothetical=0.7),
    "instrument": Recipe(
        name="instrument",
        components=(1, 1, 2, 3),
        broadening_ev=0.35,
        smallest_fraction=0.05,
        max_shift_ev=5.0,
        whole_channels=False,
        instrument=Instrument(),
    ),
    "surface": Recipe(
        name="surface",
        components=(1, 1, 1, 2, 3),
        broadening_ev=0.35,
        smallest_fraction=0.05,
        max_shift_ev=6.0,
        whole_channels=False,
        hypothetical=0.3,
        common=0.4,
        instrument=Instrument(
            region_scale=0.2,
            library_energy_jitter_ev=0.10,
            jitter_of="components",
            misalignment_ev=0.08,
            steep_backgrounds=0.08,
            short_carbon=0.1,
        ),
        surface=Surface(untouched=0.35),
    ),
}
"""``paper``: the protocol of arXiv 2603.05350. ``generalise``: the same with polymers that no library lists, so that a
network has to learn chemistry and not 104 fingerprints. ``instrument``: spectra as files hold them. ``surface``: those
of real surfaces, on which a polymer is seldom alone."""


def recipe(name: str, max_shift_ev: float | None = None, mixing: str | None = None) -> Recipe:
    """Return a named recipe.

    Args:
        name: A key of ``RECIPES``.
        max_shift_ev: Largest shift in eV, None for the recipe's own.
        mixing: ``exact`` or ``paper``, None for the recipe's own.

    Returns:
        The recipe.

    Raises:
        UsageError: Unknown name, unknown mixing or a shift outside 0-10 eV.
    """
    if name not in RECIPES:
        raise UsageError(f"There is no recipe '{name}'; choose one of: {', '.join(RECIPES)}.")
    found = RECIPES[name]
    if max_shift_ev is not None:
        if not 0 <= max_shift_ev <= 10:
            raise UsageError(f"The largest shift must lie between 0 and 10 eV, not {max_shift_ev:g} eV.")
        found = replace(found, max_shift_ev=float(max_shift_ev))
    if mixing is not None:
        if mixing not in ("exact", "paper"):
            raise UsageError(f"Mixing must be 'exact' or 'paper', not '{mixing}'.")
        found = replace(found, mixing=mixing)  # type: ignore[arg-type]  # checked on the line above
    return found


def recipe_from_dict(fields: dict[str, Any]) -> Recipe:
    """Build a recipe from ``Recipe.to_dict``'s dictionary, tuples restored."""

    def restored(values: dict[str, Any]) -> dict[str, Any]:
        return {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}

    fields = restored(fields)
    if fields.get("instrument") is not None:
        fields["instrument"] = Instrument(**restored(fields["instrument"]))
    if fields.get("surface") is not None:
        fields["surface"] = Surface(**restored(fields["surface"]))
    return Recipe(**fields)
