"""Five folds of the reference polymers, so that a model can be asked about polymers it has never seen.

``polymers-without-fold-2`` is what such a model is trained on, ``polymers-fold-2`` what it is then asked about.
Polymers whose spectra and groups are the same (five polyolefins, three chlorostyrenes, ...) stand in one fold: parted,
the held-out spectrum would be a seen one. ``splitting.py`` makes the table.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from xps_keras.errors import InputError
from xps_keras.library.library import Library, read_only
from xps_keras.library.loading import load_library
from xps_keras.library.tables import read_table

FOLDS = 5
"""Number of folds."""
FOLD_NAMES = tuple(f"polymers-{part}fold-{number}" for part in ("without-", "") for number in range(FOLDS))
"""Names of the libraries that leave a fold out, and of those that hold nothing else."""


@dataclass(frozen=True, eq=False)
class Division:
    """Where each of the reference polymers stands; ``P`` polymers in library order."""

    fold: NDArray[np.int64]
    """Fold of each polymer, shape ``(P,)``."""
    unit: NDArray[np.int64]
    """Index of the first polymer with the same spectrum and groups, shape ``(P,)``."""
    carriers: NDArray[np.int64]
    """Carriers of each group that differ in their spectra, shape ``(40,)``."""
    testable: NDArray[np.bool_]
    """Groups whose carriers stand in two or more folds, shape ``(40,)``: held out in one, known from another."""


@lru_cache(maxsize=1)
def division() -> Division:
    """Return the folds of the reference polymers."""
    library = load_library()
    rows = {row["key"]: row for row in read_table("folds.csv")}
    fold = np.array([int(rows[key]["fold"]) for key in library.keys])
    unit = np.array([library.index(rows[key]["alike"]) for key in library.keys])
    carries = library.group_counts > 0
    first = unit == np.arange(len(unit))
    in_folds = sum((carries & (fold == number)[:, None]).any(axis=0).astype(int) for number in range(FOLDS))
    return Division(fold, unit, carries[first].sum(axis=0), np.asarray(in_folds) >= 2)


@lru_cache(maxsize=len(FOLD_NAMES))
def fold_library(name: str) -> Library:
    """Return one of the libraries ``FOLD_NAMES``.

    Args:
        name: Its name.

    Returns:
        The polymers of a fold, or all others, in library order.

    Raises:
        InputError: There is no such fold.
    """
    number = held_out_fold(name)
    if name not in FOLD_NAMES:
        raise InputError(f"There is no library {name!r}; folds are numbered 0 to {FOLDS - 1}.")
    inside = division().fold == (number if number is not None else int(name[-1]))
    library = load_library()
    wanted = ~inside if number is not None else inside
    made = library.subset([key for key, chosen in zip(library.keys, wanted, strict=True) if chosen], name)
    return read_only(made)


def held_out_fold(library: str) -> int | None:
    """Return the fold that a library leaves out.

    Args:
        library: Name of a training library; others may be joined to it in the name.

    Returns:
        The number of the fold, None when all polymers are in it.
    """
    found = re.search(rf"\bpolymers-without-fold-([0-{FOLDS - 1}])\b", library)
    return int(found.group(1)) if found else None
