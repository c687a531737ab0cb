"""Which columns of a table of text are spectra: energies as recorded, and what was measured at them."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from xps_keras.errors import SpectrumWarning
from xps_keras.io.column_names import (
    Pair,
    in_turn,
    is_corrected,
    may_count_rows,
    pairs_by_name,
    role_of,
)
from xps_keras.io.corrections import moved_by, of_several_regions, two_scales
from xps_keras.io.other_axis import no_xps, other_quantity
from xps_keras.io.text_columns import (
    counts_rows,
    is_axis,
    pairs_by_position,
)
from xps_keras.io.text_tables import Table, column

_ONE_WAY = 0.9  # part of the steps of a column of energies that go one way; regions may stand below one another


def spectra_in(
    table: Table, names: Sequence[str], decimal: str | None, file: str
) -> tuple[list[str], list[Pair], list[SpectrumWarning]]:
    """Find the energies and intensities of a table.

    Args:
        table: The table.
        names: Names of its columns.
        decimal: Its decimal mark, None where its numbers have none.
        file: Name of the file, for messages.

    Returns:
        The names, an index called one; the pairs; and what is said of tables of other techniques.
    """
    called = [
        "index" if may_count_rows(name) and _counts_rows(table, index, decimal, file) else name
        for index, name in enumerate(names)
    ]
    measured = {index for row in table.rows for index, numeric in enumerate(row.numeric) if numeric}
    paired = [name if index in measured else "index" for index, name in enumerate(called)]  # no words in every row
    pairs = _in_turn(table, paired, decimal, file) or pairs_by_name(paired)
    if pairs and _denied(table, pairs, decimal, file):
        called, pairs = [""] * len(called), []
    if not pairs:
        pairs = _passing_over(pairs_by_position(table, decimal, file), called, table.filled)
    pairs = _one_scale_each(table, pairs, decimal, file)
    pairs = _as_recorded(table, pairs, called, decimal, file)
    return called, *_of_electrons(pairs, called, f"The table at line {table.lines[0]}")


def _counts_rows(table: Table, index: int, decimal: str | None, file: str) -> bool:
    """Tell whether a column holds an index of the rows."""
    if not all(row.numeric[index : index + 1] == (True,) for row in table.rows):
        return False
    return counts_rows(np.array(column(table, index, decimal, file)[0]))


def _in_turn(table: Table, names: Sequence[str], decimal: str | None, file: str) -> list[Pair]:
    """Pair energies of several regions that stand side by side with the intensities that stand so too."""
    pairs = in_turn(names)
    if not pairs or not all(map(_is_axis_of(table, decimal, file), (pair.energy for pair in pairs))):
        return []
    values = [column(table, pair.energy, decimal, file)[0] for pair in pairs]
    energies, intensities = [names[pair.energy] for pair in pairs], [names[pair.intensity] for pair in pairs]
    return pairs if of_several_regions(energies, values, intensities) else []


def _denied(table: Table, pairs: list[Pair], decimal: str | None, file: str) -> bool:
    """Tell whether the numbers deny the names: no axis where they say energy, and an axis where they say none.

    Words such as `x,Binding Energy,eV,reverse` look like the names of four columns.
    """
    if any(_goes_one_way(column(table, pair.energy, decimal, file)[0]) for pair in pairs):
        return False
    others = pairs_by_position(table, decimal, file)
    return all(map(_is_axis_of(table, decimal, file), (pair.energy for pair in others)))


def _goes_one_way(values: Sequence[float]) -> bool:
    """Tell whether numbers rise or fall nearly everywhere, in whatever steps: counts go up and down."""
    steps = np.diff(np.array(values, dtype=np.float64))
    return steps.size > 0 and max(int((steps > 0).sum()), int((steps < 0).sum())) >= _ONE_WAY * steps.size


def _is_axis_of(table: Table, decimal: str | None, file: str) -> Callable[[int], bool]:
    """Return a function that tells whether a column holds an axis from the first row to the last."""

    def is_axis_at(index: int) -> bool:
        numbers = [row.numeric[index : index + 1] == (True,) for row in table.rows]
        filled = sum(numbers)
        whole = filled > 0 and all(numbers[:filled])  # a shorter region beside a longer one ends sooner
        return whole and is_axis(np.array(column(table, index, decimal, file)[0]))

    return is_axis_at


def _of_electrons(pairs: list[Pair], names: Sequence[str], place: str) -> tuple[list[Pair], list[SpectrumWarning]]:
    """Leave out what by the names of its columns is a spectrum of another technique."""
    told = [other_quantity(names[pair.energy], names[pair.intensity]) for pair in pairs]
    said = [no_xps(place, names[pair.energy], quantity) for pair, quantity in zip(pairs, told, strict=True) if quantity]
    return [pair for pair, quantity in zip(pairs, told, strict=True) if not quantity], said


def _passing_over(pairs: list[Pair], names: Sequence[str], filled: Sequence[int]) -> list[Pair]:
    """Pass over a column called a fit or the like where another one stands beside the only energies."""
    if len(pairs) != 1 or role_of(names[pairs[0].intensity]) != "other":
        return pairs
    others = (index for index in filled if index != pairs[0].energy and names[index])
    measured = next((index for index in others if role_of(names[index]) in ("", "intensity")), pairs[0].intensity)
    return [replace(pairs[0], intensity=measured)]


def _one_scale_each(table: Table, pairs: list[Pair], decimal: str | None, file: str) -> list[Pair]:
    """Leave out a kinetic pair whose binding energies stand in the same rows: the sum of both is the source's."""
    if len({pair.scale for pair in pairs}) < 2:
        return pairs
    binding = [column(table, pair.energy, decimal, file)[0] for pair in pairs if pair.scale == "binding"]
    kept = []
    for pair in pairs:
        if pair.scale == "kinetic":
            energy = column(table, pair.energy, decimal, file)[0]
            if any(two_scales(energy, other) for other in binding):
                continue
        kept.append(pair)
    return kept


def _as_recorded(table: Table, pairs: list[Pair], names: Sequence[str], decimal: str | None, file: str) -> list[Pair]:
    """Take binding energies that stand behind the intensities of kinetic ones, and one of two pairs of one spectrum.

    Of the pairs those are left out whose energies are called corrected where another holds the same intensities.
    """
    used = {pair.energy for pair in pairs}
    loose = [index for index, name in enumerate(names) if index not in used and role_of(name) in ("binding", "energy")]
    corrected = [pair for pair in pairs if is_corrected(names[pair.energy])]
    if not (loose and any(pair.scale == "kinetic" for pair in pairs)) and not 0 < len(corrected) < len(pairs):
        return pairs
    values = {
        index: column(table, index, decimal, file)[0]
        for index in {*loose, *(index for pair in pairs for index in (pair.energy, pair.intensity))}
    }
    recorded = [pair for pair in pairs if pair not in corrected]
    kept = [
        pair
        for pair in pairs
        if pair not in corrected
        or not any(
            values[pair.intensity] == values[other.intensity]
            and moved_by(values[other.energy], values[pair.energy]) is not None
            for other in recorded
        )
    ]
    beside = [
        next((index for index in loose if two_scales(values[pair.energy], values[index])), None)
        if pair.scale == "kinetic"
        else None
        for pair in kept
    ]
    return [
        pair if energy is None else Pair(energy, pair.intensity, "binding")
        for pair, energy in zip(kept, beside, strict=True)
    ]
