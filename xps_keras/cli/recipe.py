"""``xps-keras recipe``: built-in recipes as files to begin one's own with."""

import sys
from typing import Annotated

import typer

recipe_app = typer.Typer(help="Recipes: how spectra are drawn.", no_args_is_help=True, rich_markup_mode=None)


@recipe_app.command()
def show(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A built-in recipe, or a .toml file, which is checked.")],
) -> None:
    """Print a recipe as a file for --recipe: every field with its meaning, unit and limits."""
    from xps_keras.corpus.named import recipe
    from xps_keras.corpus.recipe_text import recipe_text

    sys.stdout.write(recipe_text(recipe(name)))


@recipe_app.command("list")
def list_recipes() -> None:
    """Name the built-in recipes."""
    from xps_keras.corpus.recipes import RECIPES

    for name, found in RECIPES.items():
        parts = [name for name, part in (("instrument", found.instrument), ("surface", found.surface)) if part]
        print(f"{name}: shifts to {found.max_shift_ev:g} eV, {' and '.join(parts) or 'ideal spectra'}")
