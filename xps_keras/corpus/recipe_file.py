"""Recipes that users write: a TOML file in, a recipe out, every field checked against its type and limits.

The file holds the fields of ``Recipe`` and, where it has instrument effects or surfaces, the tables ``[instrument]``
and ``[surface]`` with the fields of those classes. A field that is left out has the default of its class. The limits
stand beside the fields, as data in their types.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import fields
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

from xps_keras.corpus.limits import Between, Several, Span
from xps_keras.corpus.recipes import Instrument, Recipe, Surface
from xps_keras.errors import UsageError
from xps_keras.files import StrPath, read_regular
from xps_keras.library.lines import MAIN_LINES
from xps_keras.library.species import load_species
from xps_keras.printable import printable

TABLES: dict[str, type] = {"instrument": Instrument, "surface": Surface}
"""Tables of a file and what they become."""
LARGEST_BYTES = 1_000_000
"""A recipe takes some thousand."""
_LARGEST_NUMBER = 10**18
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")


def read_recipe(path: StrPath) -> Recipe:
    """Read a recipe from a TOML file.

    Args:
        path: The file. Without a field ``name`` the recipe is called as the file.

    Returns:
        The recipe.

    Raises:
        UsageError: The file cannot be read, a field is unknown, or a value is of a wrong type or outside its limits.
    """
    path = Path(path)
    try:
        content = tomllib.loads(read_regular(path, LARGEST_BYTES).decode("utf-8"))
    except OSError as error:
        raise UsageError(f"{path}: the recipe cannot be read ({error.strerror or error}).") from error
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path}: this is no TOML ({printable(str(error)[:200])}).") from error
    return recipe_from_table({"name": path.stem, **content}, str(path))


def recipe_from_table(content: Mapping[str, Any], source: str) -> Recipe:
    """Make a recipe of what a file holds.

    Args:
        content: Fields by name, ``instrument`` and ``surface`` as tables.
        source: Name of the file, for messages.

    Raises:
        UsageError: A field is unknown, or a value is of a wrong type or outside its limits.
    """
    values = _values(Recipe, {name: value for name, value in content.items() if name not in TABLES}, source, "")
    for name, kind in TABLES.items():
        if name not in content:
            continue
        if not isinstance(content[name], Mapping):
            raise UsageError(f"{source}: `{name}` must be a table, begin it with [{name}].")
        values[name] = kind(**_values(kind, content[name], source, f"{name}."))
    found = Recipe(**values)
    _check_together(found, source)
    return found


def limits_of(kind: type) -> dict[str, tuple[Any, tuple[Any, ...]]]:
    """Return the plain type and the limits of every field of ``Recipe``, ``Instrument`` or ``Surface``."""
    hints = get_type_hints(kind, include_extras=True)
    return {
        field.name: (get_args(hint)[0], hint.__metadata__) if get_origin(hint) is Annotated else (hint, ())
        for field in fields(kind)
        for hint in [hints[field.name]]
    }


def _values(kind: type, table: Mapping[str, Any], source: str, prefix: str) -> dict[str, Any]:
    known = {name: limit for name, limit in limits_of(kind).items() if name not in TABLES}
    for name in table:
        if name not in known:
            raise UsageError(f"{source}: there is no field `{prefix}{_short(name)}`; {_hint(name, known, prefix)}.")
    return {name: _value(*known[name], value, f"{source}: `{prefix}{name}`") for name, value in table.items()}


def _hint(name: str, known: Mapping[str, Any], prefix: str) -> str:
    for table, kind in TABLES.items():
        if f"{table}." != prefix and name in limits_of(kind):
            return f"it belongs below [{table}]"
    if prefix and name in limits_of(Recipe):
        return "it belongs above the tables"
    near = get_close_matches(name, [*known, *(() if prefix else TABLES)], n=1, cutoff=0.6)
    if near:
        return f"did you mean `{prefix}{near[0]}`"
    return f"fields are {', '.join(known)}"


def _value(kind: Any, limits: tuple[Any, ...], value: Any, place: str) -> Any:
    """Check one value and return it as the field holds it."""
    if get_origin(kind) is tuple:
        entry, *_ = get_args(kind)
        if not isinstance(value, list):
            raise UsageError(f"{place} must be a list such as {_example(kind)}, not {_shown(value)}.")
        fewest, most = next(((each.fewest, each.most) for each in limits if isinstance(each, Several)), (2, 2))
        if not fewest <= len(value) <= most:
            number = f"from {fewest} to {most} entries" if fewest < most else f"{most} entries"
            raise UsageError(f"{place} must hold {number}, not {len(value)}.")
        found = tuple(_single(entry, limits, each, place) for each in value)
        if any(isinstance(each, Span) for each in limits) and found[0] > found[1]:
            raise UsageError(f"{place} begins at {found[0]:g} and ends at {found[1]:g}; write the low end first.")
        return found
    return _single(kind, limits, value, place)


def _single(kind: Any, limits: tuple[Any, ...], value: Any, place: str) -> Any:
    if get_origin(kind) is Literal:
        if value not in get_args(kind):
            raise UsageError(f"{place} must be one of {', '.join(map(_shown, get_args(kind)))}, not {_shown(value)}.")
        return value
    words = {float: "a number", int: "a whole number", bool: "true or false", str: "a text"}
    if type(value) is int and abs(value) > _LARGEST_NUMBER:
        raise UsageError(f"{place} is far too large a number: {_shown(value)}.")
    if kind is float and type(value) is int:
        value = float(value)
    if type(value) is not kind:
        raise UsageError(f"{place} must be {words[kind]}, not {_shown(value)}.")
    for limit in limits:
        if isinstance(limit, Between) and not limit.least <= value <= limit.most:  # written so that NaN fails too
            raise UsageError(f"{place} must lie between {limit.least:g} and {limit.most:g}, but it is {value:g}.")
    return value


def _shown(value: Any) -> str:
    """Write a value as TOML would, shortened."""
    text = str(value).lower() if isinstance(value, bool) else f'"{value}"' if isinstance(value, str) else str(value)
    return _short(text)


def _short(text: str) -> str:
    """Make a text of a file fit for a message."""
    return printable(text if len(text) <= 40 else text[:37] + "...")


def _example(kind: Any) -> str:
    return '["all"]' if get_args(kind)[0] is str else "[1, 2]" if get_args(kind)[0] is int else "[0.1, 1.0]"


def _check_together(found: Recipe, source: str) -> None:
    """Refuse fields that contradict one another, and names that no table holds."""
    if not _NAME.fullmatch(found.name):
        raise UsageError(
            f"{source}: '{_short(found.name)}' cannot name a recipe: give `name` up to 40 letters, digits, '-' and "
            "'_', a letter or digit first."
        )
    most = max(found.components)
    if found.smallest_fraction * most > 1.0:
        raise UsageError(
            f"{source}: {most} components cannot weigh at least {found.smallest_fraction:g} each; lower "
            "`smallest_fraction`."
        )
    if found.surface is None:
        return
    if found.instrument is None:
        raise UsageError(f"{source}: [surface] needs instrument effects; add a table [instrument], which may be empty.")
    species = load_species()
    _known(found.surface.foreign_kinds, dict.fromkeys(species.kinds), f"{source}: `surface.foreign_kinds`")
    _known(found.surface.only, ("all", *species.keys), f"{source}: `surface.only`")
    _known((found.surface.foreign_line,), ("all", *MAIN_LINES), f"{source}: `surface.foreign_line`")


def _known(given: tuple[str, ...], names: Any, place: str) -> None:
    for name in given:
        if name not in names:
            near = get_close_matches(name, list(names), n=1) or list(names)
            raise UsageError(f"{place} knows no '{_short(name)}'; it may hold {', '.join(map(repr, near))}.")
