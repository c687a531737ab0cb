"""The functional groups, in the order of every label vector of this package; ``library/data/groups.csv`` lists them."""

import csv
import io
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Literal, get_args

Counted = Literal["match", "first atom"]
"""``match`` counts different sets of matched atoms (rings, double bonds); ``first atom`` counts different first atoms
of the patterns, so that a symmetrical group is not counted twice."""


@dataclass(frozen=True)
class Group:
    """A functional group that a spectrum may show (a row of ``groups.csv``)."""

    name: str
    elements: tuple[str, ...]
    """Elements whose main core level must have been measured before the group can be called present or absent.

    Oxygen groups need C 1s alone: the carbon bound to the oxygen carries the larger chemical shift, and O 1s only
    sharpens the answer.
    """
    smarts: tuple[str, ...]
    """Patterns, any of which makes the group."""
    counted: Counted
    """How matches become a number."""
    exclusions: str
    """What counts and what does not, in words; may be empty."""
    published: int
    """Reference polymers that carry it as published (arXiv 2603.05350), 0 where none does."""
    disagreement: str
    """Why the labels of this package differ from the published ones, empty where they do not."""


def _read() -> tuple[Group, ...]:
    # Its own reader: this floor lies below the library, whose table it is.
    text = (files("xps_keras") / "library" / "data" / "groups.csv").read_text(encoding="utf-8")
    ways: dict[str, Counted] = {way: way for way in get_args(Counted)}
    return tuple(
        Group(
            name=row["group"],
            elements=tuple(row["elements"].split()),
            smarts=tuple(row["smarts"].split()),
            counted=ways[row["counted"]],
            exclusions=row["exclusions"],
            published=int(row["polymers_published"] or 0),
            disagreement=row["disagreement"],
        )
        for row in csv.DictReader(io.StringIO(text))
    )


GROUPS: tuple[Group, ...] = _read()
"""The groups in label order (arXiv 2603.05350)."""

GROUP_NAMES: tuple[str, ...] = tuple(group.name for group in GROUPS)
"""Names of the groups in label order."""


@lru_cache(maxsize=8)
def groups_named(labels: tuple[str, ...]) -> tuple[Group, ...]:
    """Return what is known about the groups of a library or a model, in the order of its labels.

    Args:
        labels: ``GROUP_NAMES``, or labels that a user's library brought: of these nothing is known but their names,
            even where a name is one of ours.
    """
    if labels == GROUP_NAMES:
        return GROUPS
    return tuple(Group(name, (), (), "match", "", 0, "") for name in labels)
