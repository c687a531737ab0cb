"""Five folds of the reference polymers: ``python -m xps_keras.tools.split_folds`` divides and writes ``folds.csv``.

Which fold a polymer is in follows from the spectra and the groups alone, by a rule without chance, so that the table
can be checked; that it is a table keeps the folds of published figures when a polymer is corrected.
"""

import argparse
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from xps_keras.experiments.identifiability import SETTINGS, alike, compare
from xps_keras.library.folds import FOLDS
from xps_keras.library.library import Library
from xps_keras.library.loading import load_library

DATA = Path(__file__).parent.parent / "library" / "data"
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


def divide(carries: NDArray[np.bool_], sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Divide units among folds so that groups and polymers are spread as evenly as can be.

    Units with the rarest groups choose first, each the cheapest fold (after K. Sechidis et al., On the stratification
    of multi-label data, ECML PKDD 2011); then units move or change places as long as that is cheaper. Ties go to the
    lowest number: nothing is left to chance.

    Args:
        carries: Whether a unit carries a group, shape ``(units, groups)``.
        sizes: Polymers of each unit, shape ``(units,)``.

    Returns:
        Fold of each unit, shape ``(units,)``.
    """
    total = carries.sum(axis=0)
    rarity = np.array([sorted(total[row]) or [len(carries)] for row in carries], dtype=object)
    order = sorted(range(len(carries)), key=lambda unit: (rarity[unit], unit))
    fold = np.full(len(carries), -1)
    for unit in order:
        fold[unit] = _cheapest(fold, unit, carries, sizes)
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


def table() -> str:
    """Divide the reference polymers.

    Returns:
        The text of ``folds.csv``: polymer, the first polymer of its unit, fold.
    """
    library = load_library()
    gathered = units(library)
    first = [library.keys.index(unit[0]) for unit in gathered]
    fold = divide(library.group_counts[first] > 0, np.array([len(unit) for unit in gathered]))
    # Numbered in the order in which they first occur in the library.
    number = {old: new for new, old in enumerate(dict.fromkeys(fold.tolist()))}
    place = {key: (unit[0], number[which]) for unit, which in zip(gathered, fold.tolist(), strict=True) for key in unit}
    rows = [f"{key},{place[key][0]},{place[key][1]}" for key in library.keys]
    return "\n".join(["key,alike,fold", *rows]) + "\n"


def main(arguments: list[str] | None = None) -> int:
    """Write ``data/folds.csv``, or with ``--check`` compare it with a new division.

    Args:
        arguments: Command line, ``sys.argv[1:]`` when None.

    Returns:
        Exit status: 1 when ``--check`` finds a difference, else 0.
    """
    parser = argparse.ArgumentParser(prog="python -m xps_keras.tools.split_folds", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if the committed table is outdated")
    options = parser.parse_args(arguments)
    path, text = DATA / "folds.csv", table()
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return 0
    if options.check:
        print("outdated: folds.csv; run python -m xps_keras.tools.split_folds", file=sys.stderr)
        return 1
    path.write_text(text, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
