"""Recipes: what a synthetic corpus holds, as data."""

from dataclasses import asdict, dataclass
from typing import Annotated, Any, Literal

from xps_keras.corpus.limits import (
    SMALLEST,
    AmountRange,
    Between,
    Deviation,
    EnergyWidth,
    LengthRange,
    LogRange,
    Part,
    PartRange,
    Several,
    Span,
)

LARGEST_SHIFT_EV = 10.0
"""Largest shift in eV that a recipe may ask for."""


@dataclass(frozen=True)
class Instrument:
    """What an instrument adds to a spectrum and leaves out of it; ranges are uniform unless stated otherwise."""

    survey_of_elements: Part = 0.8
    """Probability that the main line of an element of the sample is recorded (C 1s always is)."""
    blank_lines: Part = 0.15
    """Probability that the main line of an element not in the sample is recorded."""
    secondary_lines: Part = 0.05
    """Probability that a further line of an element of the sample is recorded."""
    only_carbon: Part = 0.2
    """Probability that C 1s is the only region."""
    window_ev: LengthRange = (14.0, 24.0)
    """Length of a region in eV."""
    latest_start_ev: Annotated[float, Between(-5.0, 10.0)] = 3.0
    """A region begins at the latest this far above its line's usual window moved by the shift: for C 1s at 281 eV."""
    peak_counts: LogRange = (300.0, 100_000.0)
    """Counts at the top of C 1s above its background, log-uniform."""
    region_scale: Deviation = 0.10
    """Standard deviation of the logarithm of a region's intensity: transmission, sensitivity factors, angle."""
    background_level: LogRange = (0.02, 1.0)
    """Flat background of every region relative to the net top of C 1s, log-uniform."""
    background_slope: Deviation = 0.3
    """Standard deviation of the relative rise of the flat background over the region."""
    loss_per_ev: PartRange = (0.0, 0.05)
    """Shirley-like step: fraction of the peak area at lower binding energy, per eV, that stands as background."""
    hump_area: AmountRange = (0.0, 0.5)
    """Area of the energy-loss hump relative to the line; its low flank rises at the high end of a region."""
    hump_distance_ev: Annotated[float, Between(5.0, 100.0)] = 22.0
    """Distance of the hump's centre from the line in eV (insulators: 20-25 eV)."""
    hump_width_ev: Annotated[float, Between(0.5, 50.0)] = 5.0
    """Standard deviation of the hump in eV."""
    end_points: Annotated[int, Between(1, 20)] = 5
    """Channels averaged at either end for the background subtraction (0.5 eV)."""
    library_energy_jitter_ev: EnergyWidth = 0.07
    """Standard deviation in eV of each tabulated energy: most library energies are known within 0.1 eV."""
    library_energy_jitter_times: LogRange = (1.0, 1.0)
    """Factor of ``library_energy_jitter_ev``, log-uniform, one for each draw of the library: nobody knows how well a
    table is known, and of materials that it does not hold it knows less."""
    library_width_jitter: Deviation = 0.08
    """Standard deviation of the logarithm of each tabulated width."""
    library_area_jitter: Deviation = 0.05
    """Standard deviation of the logarithm of each tabulated area; four times that for shake-up."""
    jitter_of: Literal["peaks", "components"] = "peaks"
    """What moves by itself. ``peaks``, as in version 0.1.0, tears doublets apart. ``components`` moves a doublet as a
    whole, and an environment in all polymers that have it: three fifths of the variance are shared by them."""
    misalignment_ev: EnergyWidth = 0.0
    """Standard deviation in eV with which a region other than C 1s stands apart from the common shift."""
    steep_backgrounds: Part = 0.0
    """Probability that a region stands on the flank of something else: a tail of losses, another line."""
    steep_rise: LogRange = (0.3, 6.0)
    """Rise of such a background from end to end relative to the net top of the region, log-uniform, either sign."""
    short_carbon: Part = 0.0
    """Probability that C 1s is recorded in a window that ends before the shake-up."""
    short_carbon_ev: LengthRange = (8.0, 13.0)
    """Length of such a window in eV."""
    short_carbon_end_ev: Annotated[tuple[float, float], Span(), Between(285.0, 305.0)] = (291.0, 293.5)
    """Upper end of such a window in eV, before the shift."""


@dataclass(frozen=True)
class Surface:
    """What a real surface holds beside the polymers of a mixture; each effect alone is switched off by 0.

    Amounts are areas of all lines of a thing relative to the C 1s area of the polymers, log-uniform within their range;
    where there is no polymer, relative to the whole area of the carbon that stands in its place.
    """

    species: Literal["training", "held out"] = "training"
    """Which species of ``species.csv`` are drawn: those for training, or those kept for judging."""
    only: Annotated[tuple[str, ...], Several()] = ("all",)
    """Keys of the only foreign species and sp2 carbons that are drawn, or ``all`` of their kinds."""
    untouched: Part = 0.0
    """Probability that there is nothing beside the polymers: fresh films, cleaned surfaces."""
    contamination: Part = 0.5
    """Probability of adventitious carbon on the sample."""
    contamination_amount: LogRange = (0.01, 1.0)
    """Area of adventitious carbon with its oxygen."""
    contamination_parts: Annotated[tuple[float, ...], Several(4, 4), Between(SMALLEST, 1e6)] = (15.0, 3.0, 1.0, 1.0)
    """Mean amounts of C-C, C-O, C=O and O-C=O in it, parameters of a Dirichlet distribution: 75, 15, 5 and 5 %."""
    no_polymer: Part = 0.12
    """Probability that there is no polymer at all: adventitious carbon, or sp2 carbon, on a substrate."""
    bare_graphitic: Part = 0.5
    """Probability that the carbon of a sample without polymer is sp2; else it is adventitious."""
    bare_foreign: Part = 0.8
    """Probability of foreign species on a sample without polymer, unless ``foreign`` is 0."""
    foreign: Part = 0.45
    """Probability of foreign species: substrates with their oxygen and metal lines, salts, ions."""
    foreign_kinds: Annotated[tuple[str, ...], Several()] = (
        "oxide",
        "silicon",
        "salt",
        "fluoride",
        "sulphur",
        "nitride",
        "metal",
        "organic ion",
        "mixed layer",
    )
    """Kinds of species that are drawn, see ``library.species``."""
    anything: Part = 0.15
    """Part of the foreign species that are none: a peak at any energy of a window."""
    foreign_species: Annotated[tuple[int, ...], Several(), Between(1, 10)] = (1, 1, 2, 3)
    """Numbers of them, each entry equally likely."""
    composition: Deviation = 0.3
    """Standard deviation of the logarithm of the area of each component of a species: stoichiometry, overlayers."""
    foreign_amount: LogRange = (0.03, 8.0)
    """Area of each of them; of organic ions that of their C 1s: a film of them is as much carbon as a polymer."""
    foreign_line: str = "all"
    """Main line that ``foreign_amount`` is the area of, only species that show it being drawn, or ``all`` (C 1s of
    organic ions)."""
    graphitic: Part = 0.14
    """Probability of sp2 carbon: graphite, carbon black, graphene and its oxide, amorphous carbon."""
    graphitic_amount: LogRange = (0.05, 20.0)
    """Area of sp2 carbon: from a filler to all that is seen."""
    second_state: Part = 0.08
    """Probability that a part of the sample is charged differently."""
    second_state_part: PartRange = (0.05, 0.45)
    """That part, uniform."""
    second_state_ev: LogRange = (0.3, 4.0)
    """By how much it stands elsewhere in eV, log-uniform, either sign."""


@dataclass(frozen=True)
class Recipe:
    """How the spectra of a corpus are drawn."""

    name: str
    components: Annotated[tuple[int, ...], Several(), Between(1, 10)] = (2, 3)
    """Numbers of polymers in a mixture, each entry equally likely; polymers are drawn with replacement."""
    smallest_fraction: Part = 0.0
    """Every component weighs at least this."""
    max_shift_ev: Annotated[float, Between(0.0, LARGEST_SHIFT_EV)] = 3.0
    """Largest rigid shift in eV; shifts are uniform in [-max, +max]."""
    whole_channels: bool = True
    """Whether shifts are whole channels of the axis, as in the paper, or any real number."""
    broadening_ev: EnergyWidth = 0.2
    """Standard deviation in eV of the half-normal distribution of the Gaussian broadening's sigma."""
    mixing: Literal["exact", "paper"] = "exact"
    """``paper`` repeats the running normalisation of the authors' code, under which the labels' amounts are wrong."""
    hypothetical: Part = 0.0
    """Probability that a component that is no ``common`` one is drawn from the hypothetical polymers instead of the
    corpus's library."""
    common: Part = 0.0
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
        hypothetical=0.6,
        common=0.25,
        instrument=Instrument(
            region_scale=0.2,
            library_energy_jitter_ev=0.10,
            library_energy_jitter_times=(0.5, 2.0),
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
