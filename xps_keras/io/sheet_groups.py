"""Which columns of a sheet belong together: energies, and the intensities beside them."""

import numpy as np

from xps_keras.io.column_names import is_corrected, is_environment, is_measured, is_place, is_total, on_both_sides
from xps_keras.io.corrections import moved_by, of_several_regions, two_scales
from xps_keras.io.sheet_column import SheetColumn
from xps_keras.io.text_parts import RowGroup, spectra_by_rows
from xps_keras.spectrum import FEWEST_POINTS

Group = tuple[list[SheetColumn], list[SheetColumn]]
"""Columns of energies, and the intensities that belong to them."""


def groups_of(columns: list[SheetColumn]) -> list[Group]:
    """Part the columns into energies and the intensities behind them."""
    groups: list[Group] = []
    used = [column for column in columns if not column.is_other]
    energies, intensities = ([one for one in used if one.is_energy is wanted] for wanted in (True, False))
    if (
        len(energies) == len(intensities) > 1
        and all(one.name for one in used)
        and {column.is_energy for column in used[: len(energies)]} != {True, False}
        and of_several_regions(
            [one.name for one in energies], [one.values for one in energies], [one.name for one in intensities]
        )
    ):
        return [([energy], [intensity]) for energy, intensity in zip(energies, intensities, strict=True)]
    if on_both_sides([column.is_energy for column in used]):
        return [([used[at], used[at + 2]], [used[at + 1]]) for at in range(0, len(used), 3)]
    if used and used[-1].is_energy and not used[0].is_energy:
        columns = columns[::-1]  # intensities stand before their energies
    for column in columns:
        if column.is_energy:
            if not groups or groups[-1][1]:
                groups.append(([], []))
            groups[-1][0].append(column)
        elif groups:
            groups[-1][1].append(column)
    return _as_recorded(groups)


def parted_by_rows(group: Group) -> list[Group]:
    """Part a group whose intensities stand in rows of their own beside one column of energies, joined on one axis."""
    energies, intensities = group
    axis = energies[0]
    rows = {column.rows for column in intensities}
    own = {column.rows for column in intensities if not column.is_other}
    inside = all(axis.rows[0] <= begin and end <= axis.rows[1] for begin, end in rows)
    if len(energies) > 1 or len(own) < 2 or not inside or min(end - begin for begin, end in own) < FEWEST_POINTS:
        return [group]
    count = axis.rows[1] - axis.rows[0]
    groups = []
    for begin, end in sorted(rows):
        filled = np.zeros(count, dtype=bool)
        filled[begin - axis.first_row : end - axis.first_row] = True
        groups.append(RowGroup(filled, [column.index for column in intensities if column.rows == (begin, end)]))
    of_index = {column.index: column for column in intensities}
    kept = spectra_by_rows(
        groups,
        {index: column.name for index, column in of_index.items()},
        {index: column.values for index, column in of_index.items()},
    )
    if len(kept) < 2 or not np.any([one.rows for one in kept], axis=0).all():
        return [group]
    parts: list[Group] = []
    for one in kept:
        held = np.flatnonzero(one.rows) + axis.first_row
        columns = [of_index[index] for index in sorted(one.columns)]
        parts.append(([axis.within(int(held[0]), int(held[-1]) + 1)], columns))
    return parts


def _as_recorded(groups: list[Group]) -> list[Group]:
    """Join energies of one spectrum that stand apart: the other scale behind the intensities, corrected ones."""
    kept: list[Group] = []
    for energies, intensities in groups:
        same = next((one for one in kept if _is_same(one, energies[0], intensities)), None)
        if same is not None:
            same[0].extend(energies)
        elif intensities:
            kept.append((energies, intensities))
    return kept


def _is_same(group: Group, energy: SheetColumn, intensities: list[SheetColumn]) -> bool:
    """Tell whether energies are the other scale of a group, or those of the same intensities moved by one amount."""
    first, counts = group[0][0], group[1]
    if not intensities:
        return two_scales(first.values, energy.values)
    corrected = {is_corrected(one.name) for one in (first, energy)}
    moved = moved_by(first.values, energy.values) is not None
    return (
        len(corrected) == 2
        and moved
        and np.array_equal(measured_among(counts).values, measured_among(intensities).values)
    )


def measured_among(intensities: list[SheetColumn]) -> SheetColumn:
    """Choose what was measured: what is called raw, else counts, else what is no background or fit."""
    named = [column for column in intensities if not column.is_other]
    raw = [column for column in named if is_measured(column.name)]
    counts = [column for column in named if column.role == "intensity"]
    counts = [column for column in counts if not is_place(column.name)] or counts
    totals = (
        [column for column in intensities if is_total(column.name)] if named and is_environment(named[0].name) else []
    )
    return next(iter((*raw, *counts, *totals, *named)), intensities[0])
