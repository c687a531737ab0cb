"""Sheets of columns as people make them: energies and intensities side by side, with or without words above."""

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
    unit_of,
)
from xps_keras.io.corrected_words import said_corrected
from xps_keras.io.corrections import (
    already_corrected,
    corrected_axis,
    moved_by,
    two_scales,
)
from xps_keras.io.draft import Draft
from xps_keras.io.jumps import split_at_jumps
from xps_keras.io.lying import upright_sheet
from xps_keras.io.mixed_rows import sheet_in_order
from xps_keras.io.number_table import AmbiguousError, cleaned, decimal_mark, read_column
from xps_keras.io.one_axis import curve_read, says_made, spectra_among, words_of_spectra
from xps_keras.io.other_axis import no_xps, other_quantity
from xps_keras.io.sample_words import number_alone, sample_words
from xps_keras.io.sheet import Cell, FromSheet, Sheet, column_name, number, words
from xps_keras.io.sheet_column import SheetColumn
from xps_keras.io.sheet_groups import Group, groups_of, measured_among, parted_by_rows
from xps_keras.io.sheet_tables import tables_of_sheet
from xps_keras.io.sheet_words import DEFAULT_TITLE, names_in, values_above, words_above, words_of_cells
from xps_keras.io.text_columns import padding_behind
from xps_keras.io.text_notes import read_notes
from xps_keras.io.tidy import sheets_of


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
        groups = [part for group in groups_of(columns) for part in parted_by_rows(group)]
        if not groups and len(columns) > 1:
            rows = f"Rows {sheet.skipped + begin + 1} to {sheet.skipped + end} of sheet {sheet.title}"
            text = f"{rows} hold no column of energies in order: passed over."
            warnings.append(SpectrumWarning("sheet-skipped", text))
        above = words_above(sheet, head, begin, groups)
        told = [
            one
            for group, texts in zip(groups, above, strict=True)
            for one in _series(sheet, head, begin, group, texts, alone=len(groups) == 1) or [(group, texts, "")]
        ]
        for group, texts, word in told:
            energies, intensities = group
            told_by_name = other_quantity(energies[0].name, measured_among(intensities).name)
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


def _series(
    sheet: Sheet, head: int, begin: int, group: Group, above: list[list[str]], alone: bool
) -> list[tuple[Group, list[list[str]], str]]:
    """Find several spectra on the energies of a group, each with what stands above it and tells it apart."""
    energies, intensities = group
    measured = measured_among(intensities)
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
    values = values_above(sheet.rows[head:begin], [column.index for column in kept])
    if len({tuple(filter(None, own)) for own in values}) == len(kept):
        places = ["" for _ in kept]  # a row of values tells them apart: `Etch time (s) | 0 | 30 | 60`
    found = []
    names = words_of_spectra([column.name for column in kept], places)
    for column, word, set_to in zip(kept, names, values, strict=True):
        texts = []
        for cells, title, value in zip(sheet.rows[head:begin], above, set_to, strict=True):
            whole = words_of_cells(cells) if alone else title
            own = words_of_cells([cells[place] for place in (energies[0].index, column.index) if place < len(cells)])
            texts.append([value] if value else whole if len(whole) == 1 else own)
        found.append(((energies, [column, *left]), texts, word))
        left = []  # named once as not read
    return found


def _region(sheet: Sheet, texts: list[list[str]], energies: list[SheetColumn], intensities: list[SheetColumn]) -> Draft:
    named = [column for column in energies if energy_scale(column.name) == "binding"]
    counters = [column for column in energies if column.values[:2].tolist() in ([0.0, 1.0], [1.0, 2.0])]
    energy = min(
        named or [column for column in energies if column not in counters] or energies,
        key=lambda column: is_corrected(column.name),
    )
    if not named and not energy.name:  # kinetic energies before binding ones
        energy = next((one for one in energies if _is_binding_scale(one, energy)), energy)
    intensity = measured_among(intensities)
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
    label, sample = names_in(sheet.title, texts, said)
    title = "" if sample == sheet.title or DEFAULT_TITLE.fullmatch(sheet.title.strip()) else sheet.title
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
