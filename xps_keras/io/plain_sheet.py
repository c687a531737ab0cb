"""Sheets of columns as people make them: energies and intensities side by side, with or without words above."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np

from xps_keras.errors import InputError, SpectrumWarning
from xps_keras.io.column_names import (
    energy_factor,
    energy_scale,
    intensity_factor,
    is_corrected,
    is_environment,
    is_measured,
    is_total,
    on_both_sides,
    role_of,
    unit_of,
)
from xps_keras.io.corrections import (
    already_corrected,
    corrected_axis,
    moved_by,
    of_several_regions,
    said_corrected,
    two_scales,
)
from xps_keras.io.draft import Draft
from xps_keras.io.jumps import split_at_jumps
from xps_keras.io.lying import upright_sheet
from xps_keras.io.mixed_rows import sheet_in_order
from xps_keras.io.number_table import AmbiguousError, cleaned, decimal_mark, is_number, read_column
from xps_keras.io.one_axis import curve_read, says_made, spectra_among, words_of_spectra
from xps_keras.io.other_axis import no_xps, other_quantity
from xps_keras.io.sample_words import number_alone, sample_words
from xps_keras.io.sheet import Cell, FromSheet, Sheet, column_name, number, words
from xps_keras.io.sheet_column import SheetColumn
from xps_keras.io.sheet_tables import tables_of_sheet
from xps_keras.io.text_columns import padding_behind
from xps_keras.io.text_notes import names_nothing, read_notes
from xps_keras.io.text_parts import RowGroup, spectra_by_rows
from xps_keras.io.tidy import sheets_of
from xps_keras.library.core_line import find_core_line, is_survey
from xps_keras.spectrum import FEWEST_POINTS

_DEFAULT_TITLE = re.compile(r"(?i)(sheet|tabelle|feuil|hoja|foglio|blad|ark|planilha|arkusz|data|worksheet)[ _]?\d*")


_Group = tuple[list[SheetColumn], list[SheetColumn]]
"""Columns of energies, and the intensities that belong to them."""


def read(sheet: Sheet, path: Path) -> FromSheet | None:
    """Read the tables of a sheet.

    A table is a stretch of rows with two numbers or more, and the words above it. From left to right, energies and
    the intensities behind them make a region. Of several columns of energies side by side the one that is called
    binding is used, else the first.

    Args:
        sheet: The sheet.
        path: The file, for messages.

    Returns:
        A draft per region; None when the sheet holds no such table.

    Raises:
        InputError: If a column breaks off inside a table.
    """
    drafts: list[Draft] = []
    sheet, warnings = upright_sheet(sheet)
    sheet, said = sheet_in_order(sheet)
    warnings += said
    for told, part in sheets_of(sheet):
        found, said = _read(part, path)
        drafts += [
            replace(draft, label=told.label or draft.label, words=(*told.words, *draft.words)) for draft in found
        ]
        warnings += said
    return FromSheet(drafts, warnings) if drafts or warnings else None


def _read(sheet: Sheet, path: Path) -> tuple[list[Draft], list[SpectrumWarning]]:
    drafts: list[Draft] = []
    warnings: list[SpectrumWarning] = []
    for head, begin, end in tables_of_sheet(sheet, path):
        columns = _columns(sheet, head, begin, end, path)
        groups = [part for group in _groups(columns) for part in _by_rows(group)]
        if not groups and len(columns) > 1:
            rows = f"Rows {sheet.skipped + begin + 1} to {sheet.skipped + end} of sheet {sheet.title}"
            text = f"{rows} hold no column of energies in order: passed over."
            warnings.append(SpectrumWarning("sheet-skipped", text))
        above = _above(sheet, head, begin, groups)
        told = [
            one
            for group, texts in zip(groups, above, strict=True)
            for one in _series(sheet, head, begin, group, texts, alone=len(groups) == 1) or [(group, texts, "")]
        ]
        for group, texts, word in told:
            energies, intensities = group
            told_by_name = other_quantity(energies[0].name, _measured(intensities).name)
            if told_by_name:
                place = f"The table at row {sheet.skipped + begin + 1} of sheet {sheet.title}"
                warnings.append(no_xps(place, energies[0].name, told_by_name))
                continue
            draft = _region(sheet, texts, *group)
            drafts += _parts(replace(draft, words=(*filter(None, (word,)), *draft.words)))
    return drafts, warnings


def _columns(sheet: Sheet, head: int, begin: int, end: int, path: Path) -> list[SheetColumn]:
    # A row of names has several words; a note or the name of a sample stands alone in its row.
    named = [row for row in range(head, begin) if sum(bool(words(cell)) for cell in sheet.rows[row]) > 1][-2:]
    if (
        begin
        and any(map(words, sheet.rows[begin - 1]))
        and sum(number(cell) is not None for cell in sheet.rows[begin - 1])
    ):
        named = [*named, begin - 1][-2:]  # names of which some are numbers: `BE | 0 | 60`
    numbered = {row for row in named if row == begin - 1 and any(number(cell) is not None for cell in sheet.rows[row])}
    columns: list[SheetColumn] = []
    width = max(len(row) for row in sheet.rows[begin:end])
    for index in range(width):
        values = [number(sheet.cell(row, index)) for row in range(begin, end)]
        filled = [row for row, value in enumerate(values) if value is not None]
        if not filled:
            continue
        gap = next((before + 1 for before, after in pairwise(filled) if after != before + 1), None)
        if (
            gap is None
            and filled[0] == 0
            and filled[-1] + 1 < len(values)
            and words(sheet.cell(begin + filled[-1] + 1, index))
        ):
            gap = filled[-1] + 1
        if gap is not None:
            raise InputError(
                f"{path.name}: cell {column_name(index)}{sheet.skipped + begin + gap + 1} of sheet {sheet.title} holds "
                "no number, correct it."
            )
        name = " ".join(text for row in named if (text := _name_in(sheet.cell(row, index), row in numbered)))
        kept = np.array([value for value in values if value is not None], dtype=np.float64)
        kept = kept[: len(kept) - padding_behind(kept)]
        columns.append(SheetColumn(index, name, begin + filled[0], kept))
    return _of_texts(sheet, columns, path)


def _name_in(cell: Cell, numbers: bool) -> str:
    """Return what a cell of a row of names says, a number where those are names too."""
    value = number(cell) if numbers else None
    return words(cell) if value is None else f"{value:g}"


def _of_texts(sheet: Sheet, columns: list[SheetColumn], path: Path) -> list[SheetColumn]:
    """Read columns of text anew, in which a comma or a point may part thousands: `1,131` beside `286.70`."""
    cells = {
        column.index: [sheet.cell(column.first_row + row, column.index) for row in range(len(column.values))]
        for column in columns
    }
    texts = {
        index: [cleaned(cell) for cell in found if isinstance(cell, str)]
        for index, found in cells.items()
        if all(isinstance(cell, str) for cell in found)
    }
    try:
        marks = {mark for numbers in texts.values() if (mark := decimal_mark(numbers))}
        elsewhere = marks.pop() if len(marks) == 1 else None
        read = {index: np.array(read_column(numbers, elsewhere)) for index, numbers in texts.items()}
    except AmbiguousError as error:
        raise InputError(
            f"{path.name}: the numbers of sheet {sheet.title} are text that can be read in two ways: {error}, turn the "
            "cells into numbers in the spreadsheet."
        ) from None
    return [replace(column, values=read.get(column.index, column.values)) for column in columns]


def _groups(columns: list[SheetColumn]) -> list[_Group]:
    """Part the columns into energies and the intensities behind them."""
    groups: list[_Group] = []
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


def _by_rows(group: _Group) -> list[_Group]:
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
    parts: list[_Group] = []
    for one in kept:
        held = np.flatnonzero(one.rows) + axis.first_row
        columns = [of_index[index] for index in sorted(one.columns)]
        parts.append(([axis.within(int(held[0]), int(held[-1]) + 1)], columns))
    return parts


def _as_recorded(groups: list[_Group]) -> list[_Group]:
    """Join energies of one spectrum that stand apart: the other scale behind the intensities, corrected ones."""
    kept: list[_Group] = []
    for energies, intensities in groups:
        same = next((one for one in kept if _is_same(one, energies[0], intensities)), None)
        if same is not None:
            same[0].extend(energies)
        elif intensities:
            kept.append((energies, intensities))
    return kept


def _is_same(group: _Group, energy: SheetColumn, intensities: list[SheetColumn]) -> bool:
    """Tell whether energies are the other scale of a group, or those of the same intensities moved by one amount."""
    first, counts = group[0][0], group[1]
    if not intensities:
        return two_scales(first.values, energy.values)
    corrected = {is_corrected(one.name) for one in (first, energy)}
    moved = moved_by(first.values, energy.values) is not None
    return len(corrected) == 2 and moved and np.array_equal(_measured(counts).values, _measured(intensities).values)


def _series(
    sheet: Sheet, head: int, begin: int, group: _Group, above: list[list[str]], alone: bool
) -> list[tuple[_Group, list[list[str]], str]]:
    """Find several spectra on the energies of a group, each with what stands above it and tells it apart."""
    energies, intensities = group
    measured = _measured(intensities)
    ordered = [measured, *(column for column in intensities if column is not measured)]
    if len({(column.first_row, len(column.values)) for column in ordered}) > 1:
        return []
    kept = [
        ordered[place]
        for place in spectra_among([column.name for column in ordered], [column.values for column in ordered])
    ]
    kept.sort(key=lambda column: column.index)
    # Beside other regions the same number stands for the same sample.
    places = [
        f"column {column_name(column.index)}" if alone else f"spectrum {place}"
        for place, column in enumerate(kept, start=1)
    ]
    left = [column for column in intensities if column.index not in {one.index for one in kept}]
    found = []
    for column, word in zip(kept, words_of_spectra([column.name for column in kept], places), strict=True):
        texts = []
        for cells, title in zip(sheet.rows[head:begin], above, strict=True):
            whole = _said(cells) if alone else title
            own = _said([cells[place] for place in (energies[0].index, column.index) if place < len(cells)])
            texts.append(whole if len(whole) == 1 else own)
        found.append(((energies, [column, *left]), texts, word))
        left = []  # named once as not read
    return found


def _above(sheet: Sheet, head: int, begin: int, groups: list[_Group]) -> list[list[list[str]]]:
    """Return what stands above each group of columns, row by row; a title over several groups is that of each."""
    edges = [min(column.index for column in (*energies, *intensities)) for energies, intensities in groups]
    lasts = [max(column.index for column in (*energies, *intensities)) for energies, intensities in groups]
    columns = {column.index for energies, intensities in groups for column in (*energies, *intensities)}
    found: list[list[list[str]]] = [[] for _ in groups]
    for row in range(head, begin):
        cells = sheet.rows[row]
        title, key = "", _key_of_numbers(cells)
        for texts, first, last, group in zip(found, edges, lasts, groups, strict=True):
            foreign = columns - {column.index for column in (*group[0], *group[1])}
            own = _said([None if index in foreign else cell for index, cell in enumerate(cells[: last + 1])][first:])
            if key and len(own) == 1 and is_number(own[0]):
                own = [f"{key}: {own[0]}"]
            texts.append(own or ([title] if title else []))
            # Names of columns are no titles.
            title = own[0] if len(own) == 1 and _is_name(own[0]) else ("" if own else title)
    return found


def _key_of_numbers(cells: Sequence[Cell]) -> str:
    """Return the word before a row of numbers, ``Sample | 1 | | 2``; empty where a row is none."""
    filled = [cell for cell in cells if words(cell) or number(cell) is not None]
    return words(filled[0]) if len(filled) > 2 and all(number(cell) is not None for cell in filled[1:]) else ""


def _said(cells: Sequence[Cell]) -> list[str]:
    """Return words of cells; a number behind a word is its value, ``Dwell time (s): 0.5``; one alone a title."""
    found: list[str] = []
    open_key = False
    for cell in cells:
        text, value = words(cell), number(cell)
        if text:
            found.append(text)
        elif value is not None and open_key:
            found[-1] = f"{found[-1]}: {value:g}"
        open_key = bool(text)
    alone = [value for cell in cells if (value := number(cell)) is not None]
    return found or [f"{value:g}" for value in alone if len(alone) == 1]


def _measured(intensities: list[SheetColumn]) -> SheetColumn:
    """Choose what was measured: what is called raw, else counts, else what is no background or fit."""
    named = [column for column in intensities if not column.is_other]
    raw = [column for column in named if is_measured(column.name)]
    counts = [column for column in named if column.role == "intensity"]
    totals = (
        [column for column in intensities if is_total(column.name)] if named and is_environment(named[0].name) else []
    )
    return next(iter((*raw, *counts, *totals, *named)), intensities[0])


def _region(sheet: Sheet, texts: list[list[str]], energies: list[SheetColumn], intensities: list[SheetColumn]) -> Draft:
    named = [column for column in energies if energy_scale(column.name) == "binding"]
    counters = [column for column in energies if column.values[:2].tolist() in ([0.0, 1.0], [1.0, 2.0])]
    energy = min(
        named or [column for column in energies if column not in counters] or energies,
        key=lambda column: is_corrected(column.name),
    )
    if not named and not energy.name:  # kinetic energies before binding ones
        energy = next((one for one in energies if _is_binding_scale(one, energy)), energy)
    intensity = _measured(intensities)
    begin = max(energy.first_row, intensity.first_row)
    end = min(column.first_row + len(column.values) for column in (energy, intensity))
    said = "\n".join(text for row in texts for text in row)
    place = (
        f"sheet {sheet.title}, columns {column_name(energy.index)} and {column_name(intensity.index)}, "
        f"rows {sheet.skipped + begin + 1} to {sheet.skipped + end}"
    )
    warnings: list[SpectrumWarning] = []
    notes = read_notes([" ".join(row) for row in texts]).beside(energy.values.tolist())
    scale = energy_scale(energy.name) or notes.scale
    if scale is None:
        text = f"Nothing says whether the energies of {place} are binding or kinetic: binding energies were assumed."
        warnings.append(SpectrumWarning("scale-assumed", text))
    if len(energy.values) != len(intensity.values):
        text = f"The columns of {place} differ in length: the rows that both have were read."
        warnings.append(SpectrumWarning("columns-differ", text))
    if curve := curve_read(intensity.name, place):
        warnings.append(curve)
    copy, correction, told = _shifted_copy(energy, energies)
    if not told and (corrected := _corrected(energy, texts)):
        told = [corrected]
    warnings += told
    ignored = [
        column for column in (*energies, *intensities) if not any(column is one for one in (energy, intensity, copy))
    ]
    if ignored:
        names = ", ".join(
            column_name(column.index) + (f" ({column.name})" if column.name else "") for column in ignored
        )
        text = f"Of {place}, the columns {names} were not read."
        warnings.append(SpectrumWarning("columns-ignored", text))
    label, sample = _names(sheet.title, texts, said)
    title = "" if sample == sheet.title or _DEFAULT_TITLE.fullmatch(sheet.title.strip()) else sheet.title
    factor = intensity_factor(intensity.name) if unit_of(intensity.name) else notes.unit_factor
    settings = [text for row in texts for text in row if ":" in text]
    said_of_sample = [title, *settings, *(column.name for column in (*energies, intensity))]
    return Draft(
        label=label,
        energy_ev=energy_factor(energy.name) * energy.values[begin - energy.first_row : end - energy.first_row],
        intensity=factor * intensity.values[begin - intensity.first_row : end - intensity.first_row],
        place=place,
        scale=scale or "binding",
        intensity_unit=unit_of(intensity.name) or notes.unit or "arbitrary",
        source_energy_ev=notes.source_energy_ev,
        dwell_s=notes.dwell_s,
        scans=notes.scans,
        pass_energy_ev=notes.pass_energy_ev,
        charge_correction_ev=correction,
        sample=sample,
        words=tuple(filter(None, map(sample_words, said_of_sample))),
        number=number_alone(text for row in texts for text in row),
        made=any(map(says_made, (sheet.title, intensity.name, *(text for row in texts for text in row)))),
        warnings=tuple(warnings),
    )


def _corrected(energy: SheetColumn, texts: list[list[str]]) -> SpectrumWarning | None:
    """Warn of energies that words or the name of their column call corrected."""
    if is_corrected(energy.name):
        return corrected_axis(energy.name)
    return said_corrected(" ".join(row) for row in texts if energy.name not in row)


def _is_binding_scale(column: SheetColumn, energy: SheetColumn) -> bool:
    """Tell whether a column holds the binding energies of the kinetic ones of another."""
    return two_scales(column.values, energy.values) and column.values.mean() < energy.values.mean()


def _parts(draft: Draft) -> list[Draft]:
    """Cut a column where regions follow one another without a row between; what is above names none of them then."""
    parts = split_at_jumps(draft.energy_ev)
    if len(parts) < 2:
        return [draft]
    return [
        replace(
            draft,
            label="",
            energy_ev=draft.energy_ev[rows],
            intensity=draft.intensity[rows],
            place=f"{draft.place} (region {number})",
        )
        for number, rows in enumerate(parts, start=1)
    ]


def _shifted_copy(
    energy: SheetColumn, energies: list[SheetColumn]
) -> tuple[SheetColumn | None, float | None, list[SpectrumWarning]]:
    """Notice a column of the same energies moved by one amount: a charge correction made by hand beside them."""
    for other in energies:
        amount = None if other is energy else moved_by(energy.values, other.values)
        if amount is not None:
            of_energy = f"the energies of column {column_name(energy.index)}"
            return other, amount, [already_corrected(f"Column {column_name(other.index)}", of_energy, amount)]
    return None, None, []


def _names(title: str, texts: list[list[str]], said: str) -> tuple[str, str]:
    """Find the region's name and the sample's in the words above, else in the sheet's title."""
    line = find_core_line(said) or find_core_line(title)
    label = line or ("survey" if is_survey(f"{said} {title}") else "")
    alone = [row[0] for row in texts if len(row) == 1]
    sample = next((text for text in alone if _is_name(text)), "")
    if (
        not sample
        and not find_core_line(title)
        and not is_survey(title)
        and not _DEFAULT_TITLE.fullmatch(title.strip())
    ):
        sample = title
    return label, sample


def _is_name(text: str) -> bool:
    """Tell whether words that stand alone can be the name of a sample: no column, no core line, no setting."""
    return not (names_nothing(text) or role_of(text) or find_core_line(text) or re.search(r"[:=]", text))
