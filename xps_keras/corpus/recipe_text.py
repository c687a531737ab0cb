"""A recipe as the text of a file that ``recipe_file`` reads, with the meaning and the limits of every field."""

import ast
import inspect
import math
import textwrap
from dataclasses import fields
from itertools import pairwise
from typing import Any

from xps_keras.corpus.limits import SMALLEST, Between
from xps_keras.corpus.recipe_file import TABLES, limits_of
from xps_keras.corpus.recipes import Recipe

WIDTH = 100
"""Longest line of a comment."""


def recipe_text(recipe: Recipe) -> str:
    """Write a recipe as TOML: every field with its docstring as a comment.

    Args:
        recipe: The recipe.

    Returns:
        The text; ``read_recipe`` gives the same recipe again.
    """
    lines = [
        *_comment(f"{meanings(Recipe)['']} Give the recipe a `name` of its own when you change it."),
        "",
        *_fields(recipe),
    ]
    for name in TABLES:
        if (part := getattr(recipe, name)) is not None:
            lines += ["", *_comment(meanings(type(part))[""]), f"[{name}]", *_fields(part)]
    return "\n".join(lines) + "\n"


def meanings(kind: type) -> dict[str, str]:
    """Return the docstrings of a class (under ``""``) and of its fields, which Python itself does not keep.

    Where the source of the package was not installed, only that of the class is known.
    """
    try:
        says = docstrings_of_fields(kind)
    except OSError:
        says = {}
    return {"": _plain(inspect.getdoc(kind) or ""), **{name: _plain(text) for name, text in says.items()}}


def docstrings_of_fields(kind: type) -> dict[str, str]:
    """Return the docstring below each field of a class that has one, as it stands in the source.

    Raises:
        OSError: The source was not installed.
    """
    (found,) = ast.parse(textwrap.dedent(inspect.getsource(kind))).body
    assert isinstance(found, ast.ClassDef)  # noqa: S101  # `kind` is a class
    says = {}
    for field, text in pairwise(found.body):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
            if isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant):
                says[field.target.id] = str(text.value.value)
    return says


def _plain(text: str) -> str:
    return " ".join(text.replace("``", "`").split())


def _fields(part: Any) -> list[str]:
    lines = []
    meaning = meanings(type(part))
    for field in fields(part):
        if field.name in TABLES:
            continue
        text = f"{meaning.get(field.name, '')} {_limits(type(part), field.name)}".strip()
        lines += [*_comment(text), f"{field.name} = {_toml(getattr(part, field.name))}"]
    return lines


def _limits(kind: type, name: str) -> str:
    limit = next((each for each in limits_of(kind)[name][1] if isinstance(each, Between)), None)
    if limit is None:
        return ""
    if limit.least == SMALLEST:
        return f"(above 0, up to {limit.most:g})"
    return f"({limit.least:g} or more)" if math.isinf(limit.most) else f"({limit.least:g} to {limit.most:g})"


def _comment(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent="# ", subsequent_indent="# ")


def _toml(value: Any) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    return repr(value)
