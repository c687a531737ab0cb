"""Several spectra on the energies of one: further columns of intensities behind a column of energies."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from xps_keras.io.column_names import ENERGY_ROLES, Pair, role_of
from xps_keras.io.one_axis import spectra_among, words_of_spectra
from xps_keras.io.text_columns import is_axis, titles_of_columns
from xps_keras.io.text_tables import Table, column


def spectra_beside(
    table: Table, pairs: list[Pair], names: Sequence[str], separator: str | None, decimal: str | None, file: str
) -> list[tuple[Pair, Sequence[int], str, int]]:
    """Find all spectra of a table: its pairs, and others on the same energies.

    Args:
        table: The table.
        pairs: Energies and intensities by their names or places.
        names: Names of all columns.
        separator: What parts its columns.
        decimal: The decimal mark; None where no number has one.
        file: Name of the file, for messages.

    Returns:
        Of each its columns, those beside them, what tells it apart from the others on its energies, and their number.
    """
    edges = [-1, *(max(pair.energy, pair.intensity) for pair in pairs[:-1])]
    ends = [*(min(pair.energy, pair.intensity) for pair in pairs[1:]), len(names)]
    found: list[tuple[Pair, Sequence[int], str, int]] = []
    filled = set(table.filled)
    for pair, after, before in zip(pairs, edges, ends, strict=True):
        beside = range(after + 1, before)
        own = [index for index in _own(pair, beside, len(pairs)) if index in filled]
        series = _series(table, pair, own, names, separator, decimal, file, alone=len(pairs) == 1)
        scales = [index for index in beside if role_of(names[index]) in ENERGY_ROLES]
        found += [(one, scales, word, len(series)) for one, word in series] or [(pair, beside, "", 1)]
    return found


def _own(pair: Pair, beside: Sequence[int], count: int) -> Sequence[int]:
    """Return the columns that belong to a pair and to no neighbour: those on the side of its intensity."""
    if count == 1:
        return beside
    return [index for index in beside if (index > pair.energy) == (pair.intensity > pair.energy)]


def _series(
    table: Table,
    pair: Pair,
    beside: Sequence[int],
    names: Sequence[str],
    separator: str | None,
    decimal: str | None,
    file: str,
    alone: bool,
) -> list[tuple[Pair, str]]:
    """Find several spectra on the energies of a pair, among the columns beside it, each with what tells it apart."""
    others = [
        index
        for index in beside
        if index not in (pair.energy, pair.intensity) and role_of(names[index]) not in ENERGY_ROLES
    ]
    rows = [row for row in table.rows if row.numeric[pair.energy : pair.energy + 1] == (True,)]
    places = [
        index for index in (pair.intensity, *others) if all(row.numeric[index : index + 1] == (True,) for row in rows)
    ]
    if len(places) < 2 or places[0] != pair.intensity:
        return []
    values = [np.array(column(table, index, decimal, file)[0]) for index in places]
    if any(len(numbers) != len(rows) for numbers in values):
        return []
    if not any(names):
        axes = [index for index, numbers in zip(places, values, strict=True) if is_axis(numbers)]
        values = [numbers for index, numbers in zip(places, values, strict=True) if index not in axes]
        places = [index for index in places if index not in axes]
        if len(places) < 2:
            return []
    called = [names[index] for index in places if names[index]]
    if len(called) > 1 and len(set(called)) == 1:
        names = titles_of_columns(table, separator)  # `Counts` over each, the samples' names above
    places = sorted(places[place] for place in spectra_among([names[index] for index in places], values))
    # Beside other regions the same number stands for the same sample.
    numbers = [f"column {index + 1}" if alone else f"spectrum {place}" for place, index in enumerate(places, start=1)]
    words = words_of_spectra([names[index] for index in places], numbers)
    return [(replace(pair, intensity=index), word) for index, word in zip(places, words, strict=True)]
