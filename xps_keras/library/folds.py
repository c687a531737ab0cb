"""Five folds of the reference polymers, so that a model can be asked about polymers it has never seen.

``polymers-without-fold-2`` is what such a model is trained on, ``polymers-fold-2`` what it is then asked about.
Polymers whose spectra and groups are the same (five polyolefins, three chlorostyrenes, ...) stand in one fold: parted,
the held-out spectrum would be a seen one. ``tools/split_folds.py`` makes the tables.

There are two divisions. The *folds* (``folds.csv``) are those of the figures published with version 0.1; networks and
recipes have been chosen on them since. The *parts* (``folds_2.csv``, ``polymers-without-part-2``) were drawn anew by a
seed after that and are for judging: nothing may be chosen on them.
"""

from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from xps_keras.errors import UsageError
from xps_keras.library.editions import OLDER_EDITIONS, POLYMERS, PRESENT, in_edition
from xps_keras.library.library import Library, read_only
from xps_keras.library.loading import load_library
from xps_keras.library.tables import read_table

Word = Literal["fold", "part"]
FOLDS = 5
"""Number of folds of either division."""
TABLES: MappingProxyType[Word, str] = MappingProxyType({"fold": "folds.csv", "part": "folds_2.csv"})
"""What the folds of a division are called in names of libraries -> its table."""


@dataclass(frozen=True)
class Held:
    """Which polymers a library is about: one fold of a division, or all polymers but that one."""

    word: Word
    """The division."""
    number: int
    """The fold, from 0."""
    without: bool
    """Whether the library leaves the fold out; otherwise it holds nothing else."""
    edition: str = PRESENT
    """Edition of the reference polymers."""

    @property
    def name(self) -> str:
        """Name of the library."""
        middle = "without-" if self.without else ""
        return in_edition(f"{POLYMERS}-{middle}{self.word}-{self.number}", self.edition)

    @property
    def whole(self) -> str:
        """Name of the library that is divided."""
        return in_edition(POLYMERS, self.edition)


PARTS_OF: MappingProxyType[str, Held] = MappingProxyType(
    {
        held.name: held
        for edition in (PRESENT, *OLDER_EDITIONS)
        for word in TABLES
        for without in (True, False)
        for number in range(FOLDS)
        for held in [Held(word, number, without, edition)]
    }
)
"""Every library that leaves a fold out or holds nothing else, by name."""
FOLD_NAMES = tuple(PARTS_OF)
"""Names of these libraries."""


@dataclass(frozen=True, eq=False)
class Division:
    """Where each of the reference polymers stands; ``P`` polymers in library order."""

    fold: NDArray[np.int64]
    """Fold of each polymer, shape ``(P,)``."""
    unit: NDArray[np.int64]
    """Index of the first polymer with the same spectrum and groups, shape ``(P,)``."""
    carriers: NDArray[np.int64]
    """Carriers of each group that differ in their spectra, shape ``(groups,)``."""
    testable: NDArray[np.bool_]
    """Groups whose carriers stand in two or more folds, shape ``(groups,)``: held out in one, known from another."""


@lru_cache(maxsize=len(TABLES))
def division(word: Word = "fold") -> Division:
    """Return the folds of the reference polymers.

    Args:
        word: Which division.

    Returns:
        The division.
    """
    library = load_library()
    rows = {row["key"]: row for row in read_table(TABLES[word])}
    fold = np.array([int(rows[key]["fold"]) for key in library.keys])
    unit = np.array([library.index(rows[key]["alike"]) for key in library.keys])
    carries = library.group_counts > 0
    first = unit == np.arange(len(unit))
    in_folds = sum((carries & (fold == number)[:, None]).any(axis=0).astype(int) for number in range(FOLDS))
    return Division(fold, unit, carries[first].sum(axis=0), np.asarray(in_folds) >= 2)


@lru_cache(maxsize=4 * FOLDS)
def fold_library(name: str) -> Library:
    """Return one of the libraries ``FOLD_NAMES``.

    Args:
        name: Its name.

    Returns:
        The polymers of a fold, or all others, in library order.

    Raises:
        UsageError: There is no such fold.
    """
    if name not in PARTS_OF:
        raise UsageError(f"There is no library {name!r}; folds are numbered 0 to {FOLDS - 1}.")
    held = PARTS_OF[name]
    inside = division(held.word).fold == held.number
    library = load_library(held.whole)
    wanted = ~inside if held.without else inside
    return read_only(library.subset([key for key, chosen in zip(library.keys, wanted, strict=True) if chosen], name))


def held_out(library: str) -> Held | None:
    """Return the fold that a library leaves out.

    Args:
        library: Name of a training library; others may be joined to it in the name by ``+``.

    Returns:
        The fold, None when all polymers are in it.
    """
    found = (PARTS_OF.get(name) for name in library.split("+"))
    return next((held for held in found if held is not None and held.without), None)
