"""The kinds of spectra that the rule of doubt is fitted and measured on: a recipe with one effect at a time."""

from dataclasses import replace
from typing import Literal

from xps_keras.corpus.recipes import RECIPES, Recipe

CLEAN = "no effect"
POLYMERS_ALONE = "instrument"
"""Recipe of spectra without effects."""
QUIET_JITTER_EV = 0.05
"""A library that is wrong is an effect too: beside any other one energies are off by 0.025 eV where sourced, 0.125 eV
where estimated, about as in the clean spectra of version 0.1.0."""
LIBRARY_WRONG = {1.0: "as stated", 2.0: "by twice that", 3.5: "by three and a half times that"}
"""By how much more than it states a library is wrong: most failures on polymers have no other reason."""
CLEAN_COUNTS = 5_000.0
"""Counts at the top of a spectrum without effects, in which all main lines of its elements were recorded and the
library is right, as in ``experiment realism``: C 1s alone, a missing line and few counts leave the charge open, so that
a rule that must not flag them finds few failures elsewhere."""
SPARSE = "few lines or counts"
"""No other effect than these."""


def families(recipe: Recipe, species: Literal["training", "held out"] = "training") -> dict[str, Recipe]:
    """Return a recipe, the recipe without any effect, and with one effect at a time.

    Args:
        recipe: A recipe with a surface; of any other one only the recipe itself is used, as clean spectra.
        species: Which species are drawn.

    Returns:
        Recipes by name of the effect.
    """
    if recipe.surface is None or recipe.instrument is None:
        return {CLEAN: recipe}
    whole = replace(recipe.surface, species=species)
    nothing = replace(
        whole, untouched=0.0, contamination=0.0, no_polymer=0.0, foreign=0.0, graphitic=0.0, second_state=0.0
    )
    stated = replace(
        recipe.instrument,
        misalignment_ev=0.0,
        steep_backgrounds=0.0,
        short_carbon=0.0,
        library_energy_jitter_times=(1.0, 1.0),
    )
    quiet = replace(stated, library_energy_jitter_ev=min(QUIET_JITTER_EV, stated.library_energy_jitter_ev))
    clean = replace(recipe, hypothetical=0.0, surface=nothing, instrument=quiet)
    alone = RECIPES[POLYMERS_ALONE]
    assert alone.instrument is not None  # noqa: S101  # it has one
    recorded = replace(
        alone.instrument,
        survey_of_elements=1.0,
        blank_lines=0.0,
        secondary_lines=0.0,
        only_carbon=0.0,
        library_energy_jitter_ev=0.0,
        jitter_of="components",
        peak_counts=(CLEAN_COUNTS, CLEAN_COUNTS),
    )
    found = {
        "all effects": replace(recipe, surface=whole),
        CLEAN: replace(alone, max_shift_ev=recipe.max_shift_ev, surface=nothing, instrument=recorded),
        SPARSE: clean,
    }
    found["hypothetical polymers"] = replace(clean, hypothetical=1.0)
    found["contamination"] = replace(clean, surface=replace(nothing, contamination=1.0))
    for kind in whole.foreign_kinds:
        only = replace(nothing, foreign=1.0, foreign_kinds=(kind,), anything=0.0, foreign_species=(1,))
        found[kind] = replace(clean, surface=only)
    found["carbon on oxide"] = replace(
        clean, surface=replace(nothing, no_polymer=1.0, foreign=1.0, foreign_kinds=("oxide",), anything=0.0)
    )
    found["sp2 carbon"] = replace(clean, surface=replace(nothing, graphitic=1.0))
    found["sp2 carbon alone"] = replace(
        clean, surface=replace(nothing, no_polymer=1.0, graphitic=1.0, bare_graphitic=1.0)
    )
    found["second charge state"] = replace(clean, surface=replace(nothing, second_state=1.0))
    found["steep background"] = replace(clean, instrument=replace(quiet, steep_backgrounds=1.0))
    found["short C 1s"] = replace(clean, instrument=replace(quiet, short_carbon=1.0))
    found["C 1s alone"] = replace(clean, instrument=replace(quiet, only_carbon=1.0))
    found["short C 1s alone"] = replace(clean, instrument=replace(quiet, only_carbon=1.0, short_carbon=1.0))
    for times, name in LIBRARY_WRONG.items():
        off = replace(stated, library_energy_jitter_times=(times, times))
        found[f"library energies off {name}"] = replace(clean, instrument=off)
    return found
