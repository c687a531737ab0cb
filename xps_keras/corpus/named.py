"""A recipe by its name, or from a file of one's own."""

import os
from dataclasses import replace

from xps_keras.corpus.recipe_file import read_recipe
from xps_keras.corpus.recipes import LARGEST_SHIFT_EV, RECIPES, Recipe
from xps_keras.errors import UsageError
from xps_keras.files import StrPath


def recipe(name: StrPath, max_shift_ev: float | None = None, mixing: str | None = None) -> Recipe:
    """Return a recipe.

    Args:
        name: A key of ``RECIPES``, or the path of a ``.toml`` file, see ``recipe_file``.
        max_shift_ev: Largest shift in eV, None for the recipe's own.
        mixing: ``exact`` or ``paper``, None for the recipe's own.

    Returns:
        The recipe.

    Raises:
        UsageError: Unknown name, a file that is no recipe or calls itself as a built-in recipe of other content,
            unknown mixing or a shift outside 0-10 eV.
    """
    return with_settings(_found(os.fspath(name)), max_shift_ev, mixing)


def with_settings(found: Recipe, max_shift_ev: float | None = None, mixing: str | None = None) -> Recipe:
    """Return a recipe with another largest shift and mixing; arguments and errors as ``recipe``."""
    if max_shift_ev is not None:
        if not 0 <= max_shift_ev <= LARGEST_SHIFT_EV:
            raise UsageError(
                f"The largest shift must lie between 0 and {LARGEST_SHIFT_EV:g} eV, not {max_shift_ev:g} eV."
            )
        found = replace(found, max_shift_ev=float(max_shift_ev))
    if mixing is not None:
        if mixing not in ("exact", "paper"):
            raise UsageError(f"Mixing must be 'exact' or 'paper', not '{mixing}'.")
        found = replace(found, mixing=mixing)  # type: ignore[arg-type]  # checked on the line above
    return found


def built_in(found: Recipe) -> bool:
    """Tell whether a recipe bears the name of a built-in one, whose content that name then says."""
    return found.name in RECIPES


def _found(name: str) -> Recipe:
    if name in RECIPES:
        return RECIPES[name]
    if not name.lower().endswith(".toml"):
        raise UsageError(
            f"There is no recipe '{name}'; choose one of: {', '.join(RECIPES)}, or name a .toml file, which "
            "`xps-keras recipe show` prints as an example."
        )
    found = read_recipe(name)
    if built_in(found) and found != RECIPES[found.name]:
        raise UsageError(
            f"{name}: '{found.name}' is the name of a built-in recipe of other content; give `name` another text."
        )
    return found
