"""A region that stands in columns of a table of text: from its cells to a draft, its scale being settled last."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from xps_keras.errors import InputError, SpectrumWarning
from xps_keras.io.column_names import Pair, energy_factor, intensity_factor, role_of, unit_of
from xps_keras.io.corrections import already_corrected, moved_by
from xps_keras.io.draft import Draft
from xps_keras.io.jumps import GAP_STEPS, split_at_jumps
from xps_keras.io.one_axis import says_made
from xps_keras.io.sample_words import number_alone, sample_words
from xps_keras.io.text_columns import HIGHEST_EV, padding_behind, words_of_columns
from xps_keras.io.text_notes import Notes, Scale, core_line_label, names_nothing, read_notes
from xps_keras.io.text_tables import Table, column
from xps_keras.io.unsaid_scale import SCALE_ASSUMED, Unsaid, why_kinetic
from xps_keras.library.core_line import find_core_line
from xps_keras.median import median
from xps_keras.spectrum import FEWEST_POINTS

MOST_HEADER_ROWS = 3
"""Rows of numbers at the ends of a region that may be no part of it."""


@dataclass(frozen=True)
class Found:
    """One region before its scale is settled."""

    energy: NDArray[np.float64]
    intensity: NDArray[np.float64]
    lines: NDArray[np.int64]
    scale: Scale | None
    label: str
    unit: Literal["counts", "counts/s"] | None
    column: int
    words: tuple[str, ...]
    """What lines and columns say of the sample."""
    number: str
    """What of these is a number alone."""
    made: bool
    """Whether they say that it was made of another spectrum."""
    moved: tuple[int, float] | None
    """A further column that holds the same energies moved by one amount, and the amount in eV."""
    notes: Notes
    padding: tuple[int, ...] = ()
    """First and last line of rows that fill the columns behind the region."""


def found_in(
    table: Table,
    pair: Pair,
    names: Sequence[str],
    notes: Notes,
    decimal: str | None,
    file: str,
    separator: str | None,
    beside: Sequence[int],
    legend: str,
    several: bool,
) -> list[Found]:
    """Read the region of a pair of columns.

    Args:
        table: The table.
        pair: Its columns.
        names: Names of all columns.
        notes: What lines above the table say.
        decimal: The decimal mark; None where no number has one.
        file: Name of the file, for messages.
        separator: What parts its columns.
        beside: Columns between this pair and its neighbours.
        legend: Its name in a legend above the table, empty without one.
        several: Whether the table holds other regions too.

    Returns:
        The region; none where the column of energies is empty.

    Raises:
        InputError: A row holds a number in one of the two columns alone.
    """
    energy, places = column(table, pair.energy, decimal, file)
    if decimal is not None and energy_factor(names[pair.energy]) == 1.0 and min(energy, default=0.0) > HIGHEST_EV:
        # `285,000` beside decimal points elsewhere: no photon frees electrons of so much.
        energy, places = column(table, pair.energy, "," if decimal == "." else ".", file)
    intensity, others = column(table, pair.intensity, decimal, file)
    if places != others:
        place = min(set(places) ^ set(others))
        lost = pair.energy if place in others else pair.intensity
        raise InputError(f"{file}: line {table.lines[place]} holds no number in column {lost + 1}, correct it.")
    if not energy:
        return []
    if (gap := _lost_row(energy, places)) is not None:
        raise InputError(
            f"{file}: line {table.lines[gap]} holds no numbers in columns {pair.energy + 1} and {pair.intensity + 1}, "
            "where the energies above and below leave one out, correct it."
        )
    count = len(energy) - padding_behind(np.array(energy))
    padding = tuple(table.lines[place] for place in (*places[count:][:1], *places[count:][-1:]))
    energy, intensity, places = energy[:count], intensity[:count], places[:count]
    called = (names[pair.energy], names[pair.intensity])
    lines = [legend] if legend else words_of_columns(table, separator, pair)
    if several:  # what stands above its own columns goes before what stands above its neighbours'
        above = read_notes(lines)
        notes = replace(above.after(notes), label=above.label or ("" if _labels_others(table, lines) else notes.label))
    notes = notes.beside(energy)
    factor = intensity_factor(called[1]) if unit_of(called[1]) else notes.unit_factor
    words = (sample_words(text) for text in lines)
    own = next(filter(None, map(core_line_label, called)), "")
    label = (own or notes.label) if several else (notes.label or own)
    if not label and not names_nothing(called[1]):
        label = called[1]
    return [
        Found(
            energy=energy_factor(called[0]) * np.array(energy, dtype=np.float64),
            intensity=factor * np.array(intensity, dtype=np.float64),
            lines=np.array(table.lines, dtype=np.int64)[places],
            scale=notes.scale if pair.scale is None else pair.scale,
            label=label,
            unit=notes.rate_line or unit_of(called[1]) or notes.unit,
            column=pair.energy + 1 if several else 0,
            words=tuple(dict.fromkeys(word for word in words if word)),
            number=number_alone(lines),
            made=any(map(says_made, lines)),
            moved=_moved(table, pair, energy, {index: names[index] for index in beside}, decimal, file),
            notes=notes,
            padding=padding,
        )
    ]


def _lost_row(energy: Sequence[float], places: Sequence[int]) -> int | None:
    """Return the first row without numbers inside a region whose energies leave out as many steps, None for none."""
    steps = np.diff(np.array(energy, dtype=np.float64))
    absent = np.diff(np.array(places)) - 1
    usual = median(steps) if len(steps) else 0.0
    if usual == 0.0 or not absent.any():
        return None
    left_out = steps / usual - 1.0
    lost = np.flatnonzero((absent > 0) & (left_out > 0.5) & (left_out < absent + 0.5))
    return places[int(lost[0])] + 1 if len(lost) else None


def _labels_others(table: Table, own: Sequence[str]) -> bool:
    """Tell whether a core line that stands above the table stands above other columns than one's own."""
    return not any(map(find_core_line, own)) and any(map(find_core_line, table.words[-6:]))


def _moved(
    table: Table, pair: Pair, energy: Sequence[float], names: Mapping[int, str], decimal: str | None, file: str
) -> tuple[int, float] | None:
    """Find a column of the same energies moved by one amount, among those beside a pair."""
    for index, name in names.items():
        if index != pair.energy and role_of(name) in ("binding", "kinetic", "energy"):
            amount = moved_by(energy, column(table, index, decimal, file)[0])
            if amount is not None:
                return index, amount
    return None


def stray_rows(energy: NDArray[np.float64]) -> list[int]:
    """Find rows before, between or behind regions whose first number is no energy, such as a number of points.

    A lone wrong energy inside a region is none of them: without it the region would run on.
    """
    if len(energy) < FEWEST_POINTS + 1 or not np.isfinite(energy).all():
        return []
    steps = np.diff(energy)
    usual = abs(median(steps))
    if usual == 0:
        return []
    farthest = max(1.0, GAP_STEPS * usual)
    edges = [0, *(np.flatnonzero(np.abs(steps) > farthest) + 1).tolist(), len(energy)]
    parts = list(pairwise(edges))
    stray: list[int] = []
    for place, (begin, end) in enumerate(parts):
        inside = 0 < place < len(parts) - 1
        runs_on = inside and abs(energy[end] - energy[begin - 1]) <= farthest
        if end - begin <= MOST_HEADER_ROWS and not runs_on:
            stray += range(begin, end)
    return stray if len(stray) < len(energy) - FEWEST_POINTS else []


def parts_of(item: Found) -> list[Found]:
    """Leave out stray rows, and part a region where its energies jump: regions may stand below one another."""
    kept = np.delete(np.arange(len(item.energy)), stray_rows(item.energy))
    parts = []
    for part in split_at_jumps(item.energy[kept]):
        rows = kept[part]
        parts.append(replace(item, energy=item.energy[rows], intensity=item.intensity[rows], lines=item.lines[rows]))
    return parts


def draft_of(item: Found, assumed: Scale) -> Draft:
    """Make a draft of a region, on the scale that is assumed where nothing says which."""
    notes = item.notes
    said: list[SpectrumWarning] = []
    column_text = f" (column {item.column})" if item.column else ""
    if item.moved is not None:
        said = [already_corrected(f"Column {item.moved[0] + 1}", "the energies that were read", item.moved[1])]
    return Draft(
        label=item.label,
        energy_ev=item.energy,
        intensity=item.intensity,
        place=f"the table at line {item.lines[0]}{column_text}",
        scale=item.scale or assumed,
        intensity_unit=item.unit or "arbitrary",
        source_energy_ev=notes.source_energy_ev,
        dwell_s=notes.dwell_s,
        scans=1 if notes.separate_scans else notes.scans,
        charge_correction_ev=None if item.moved is None else item.moved[1],
        pass_energy_ev=notes.pass_energy_ev,
        lines=item.lines,
        sample=notes.sample,
        words=item.words,
        number=item.number,
        made=item.made,
        warnings=tuple(said),
    )


def assumed_scale(found: Sequence[Found]) -> tuple[Scale, list[SpectrumWarning]]:
    """Settle the scale of regions about which nothing is said: binding, unless the numbers can only be kinetic."""
    unsaid = [item for item in found if item.scale is None]
    if not unsaid:
        return "binding", []
    text = "The file does not say whether its energies are binding or kinetic: "
    why = why_kinetic(
        [
            Unsaid(item.label, float(item.energy.min()), float(item.energy.max()), item.notes.source_energy_ev)
            for item in unsaid
            if item.energy.size and np.isfinite(item.energy).all()
        ]
    )
    if why:
        return "kinetic", [SpectrumWarning(SCALE_ASSUMED, f"{text}kinetic energies were assumed, {why}")]
    return "binding", [SpectrumWarning(SCALE_ASSUMED, text + "binding energies were assumed.")]
