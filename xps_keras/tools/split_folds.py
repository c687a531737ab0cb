"""Five folds of the reference polymers, twice: ``python -m xps_keras.tools.split_folds`` writes ``folds*.csv``.

Which fold a polymer is in follows from the spectra and the groups alone, by a rule without chance (``folds.csv``), or
from these and a seed (``folds_2.csv``), so that the tables can be checked; that they are tables keeps the folds of
published figures when a polymer is corrected. Each is made from the edition of the polymers that it was first made for.
"""

import sys

import numpy as np
from numpy.typing import NDArray

from xps_keras.experiments.identifiability import SETTINGS, alike, compare
from xps_keras.library.editions import POLYMERS, in_edition
from xps_keras.library.folds import FOLDS, TABLES
from xps_keras.library.library import Library
from xps_keras.library.loading import load_library
from xps_keras.tools.committed import write_or_check

SEED = 20_261_126
"""Of ``folds_2.csv``: drawn once, before any network was judged on it."""
_UNTESTED = 10.0
"""Cost of a group whose carriers all stand in one fold: more than any balance can save."""


def units(library: Library) -> list[tuple[str, ...]]:
    """Gather polymers whose spectra and groups are the same: they must not be parted.

    Were one in training and the other held out, the held-out spectrum would have been seen.

    Args:
        library: The polymers.

    Returns:
        Keys of every unit in library order, units in the order of their first polymer.
    """
    sets = alike(compare(library, SETTINGS[0]))
    unit_of = {key: unit for unit in sets for key in unit}
    joined = [tuple(sorted(unit_of.get(key, (key,)), key=library.keys.index)) for key in library.keys]
    return list(dict.fromkeys(joined))


def divide(carries: NDArray[np.bool_], sizes: NDArray[np.int64], seed: int | None = None) -> NDArray[np.int64]:
    """Divide units among folds so that groups and polymers are spread as evenly as can be.

    Units with the rarest groups choose first, each the cheapest fold (after K. Sechidis et al., On the stratification
    of multi-label data, ECML PKDD 2011); then units move or change places as long as that is cheaper. Ties go to the
    lowest number: nothing is left to chance. With a seed the start is drawn instead and only moves follow: another
    division, as even as the first.

    Args:
        carries: Whether a unit carries a group, shape ``(units, groups)``.
        sizes: Polymers of each unit, shape ``(units,)``.
        seed: Of the start, None for the rule without chance.

    Returns:
        Fold of each unit, shape ``(units,)``.
    """
    total = carries.sum(axis=0)
    rarity = np.array([sorted(total[row]) or [len(carries)] for row in carries], dtype=object)
    order = sorted(range(len(carries)), key=lambda unit: (rarity[unit], unit))
    if seed is None:
        fold = np.full(len(carries), -1)
        for unit in order:
            fold[unit] = _cheapest(fold, unit, carries, sizes)
    else:
        fold = np.random.default_rng(seed).integers(0, FOLDS, len(carries))
    while _improve(fold, carries, sizes):
        pass
    return fold


def _cost(fold: NDArray[np.int64], carries: NDArray[np.bool_], sizes: NDArray[np.int64]) -> float:
    held = np.array([carries[fold == number].sum(axis=0) for number in range(FOLDS)])
    polymers = np.array([sizes[fold == number].sum() for number in range(FOLDS)])
    total = carries.sum(axis=0)
    shared = total >= 2
    placed = held.sum(axis=0)
    spread = (np.square(held - placed / FOLDS).sum(axis=0) / np.maximum(total, 1))[shared].sum()
    parted = (held > 0).sum(axis=0)
    untested = (shared & (placed == total) & (parted < 2)).sum()
    return float(spread + np.square(polymers - polymers.mean()).sum() / sizes.mean() / FOLDS + _UNTESTED * untested)


def _cheapest(fold: NDArray[np.int64], unit: int, carries: NDArray[np.bool_], sizes: NDArray[np.int64]) -> int:
    def with_it(number: int) -> float:
        tried = fold.copy()
        tried[unit] = number
        return _cost(tried, carries, sizes)

    return min(range(FOLDS), key=lambda number: (round(with_it(number), 9), number))


def _improve(fold: NDArray[np.int64], carries: NDArray[np.bool_], sizes: NDArray[np.int64]) -> bool:
    """Make the best single move or exchange in place; False when none is cheaper."""
    best, change = round(_cost(fold, carries, sizes), 9), None
    for one in range(len(fold)):
        others = [(one, number) for number in range(FOLDS) if number != fold[one]]
        moves = [[move] for move in others]
        moves += [[(one, int(fold[two])), (two, int(fold[one]))] for two in range(one) if fold[two] != fold[one]]
        for move in moves:
            tried = fold.copy()
            for unit, number in move:
                tried[unit] = number
            cost = round(_cost(tried, carries, sizes), 9)
            if cost < best:
                best, change = cost, tried
    if change is None:
        return False
    fold[:] = change
    return True


def table(edition: str = "0.1", seed: int | None = None) -> str:
    """Divide the reference polymers.

    Args:
        edition: Edition of the reference polymers.
        seed: As in ``divide``.

    Returns:
        The text of a table: polymer, the first polymer of its unit, fold.
    """
    library = load_library(in_edition(POLYMERS, edition))
    gathered = units(library)
    first = [library.keys.index(unit[0]) for unit in gathered]
    fold = divide(library.group_counts[first] > 0, np.array([len(unit) for unit in gathered]), seed)
    # Numbered in the order in which they first occur in the library.
    number = {old: new for new, old in enumerate(dict.fromkeys(fold.tolist()))}
    place = {key: (unit[0], number[which]) for unit, which in zip(gathered, fold.tolist(), strict=True) for key in unit}
    rows = [f"{key},{place[key][0]},{place[key][1]}" for key in library.keys]
    return "\n".join(["key,alike,fold", *rows]) + "\n"


def tables() -> dict[str, str]:
    """Return the tables of both divisions by file name."""
    return {TABLES["fold"]: table(), TABLES["part"]: table(seed=SEED)}


def main(arguments: list[str] | None = None) -> int:
    """Write the tables of folds, or with ``--check`` compare them with new divisions.

    Args:
        arguments: Command line, ``sys.argv[1:]`` when None.

    Returns:
        Exit status: 1 when ``--check`` finds a difference, else 0.
    """
    return write_or_check("xps_keras.tools.split_folds", __doc__, tables, arguments)


if __name__ == "__main__":
    sys.exit(main())
