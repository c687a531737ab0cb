"""Reader of columns of numbers in their usual disguises: csv, txt, xy, dat."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from xps_keras.errors import InputError, SpectrumWarning
from xps_keras.io.column_names import (
    ENERGY_ROLES,
    Pair,
    energy_factor,
    intensity_factor,
    is_corrected,
    role_of,
    unit_of,
)
from xps_keras.io.corrections import already_corrected, corrected_axis, moved_by, said_corrected
from xps_keras.io.decode import to_lines, to_text
from xps_keras.io.draft import Draft, Parsed
from xps_keras.io.jumps import GAP_STEPS, split_at_jumps
from xps_keras.io.number_table import join_spaced_thousands
from xps_keras.io.one_axis import curve_read, says_made, spectra_among, words_of_spectra
from xps_keras.io.reader import Reader
from xps_keras.io.sample_words import number_alone, sample_words
from xps_keras.io.samples import parted_names
from xps_keras.io.text_columns import (
    column_names,
    is_axis,
    legend_of,
    settings_of,
    titles_of_columns,
    words_of_columns,
)
from xps_keras.io.text_notes import Notes, Scale, core_line_label, names_nothing, read_notes
from xps_keras.io.text_pairs import spectra_in
from xps_keras.io.text_tables import Table, column, common_decimal, tables_of, without_padding
from xps_keras.io.tidy import rows_of, told_by
from xps_keras.io.unsaid_scale import SCALE_ASSUMED, Unsaid, why_kinetic
from xps_keras.library.core_line import find_core_line
from xps_keras.median import median
from xps_keras.spectrum import FEWEST_POINTS

_HEAD_BYTES = 65_536
_HIGHEST_EV = 20_000.0
"""No energy of a spectrum is above this."""
_NO_SPECTRUM = re.compile(
    r"^\W*(?:operation|result name)\s{0,30}:\s{0,30}[^\W\d]|(?<!/)\bcurve\s{0,3}:\s{0,3}[^\W\d]|"
    r"scan mode\s{0,30}[:=]\s{0,30}(?:fixed ?energ|constant final)|\bcolumn ?labels\s{0,3}:\s{0,30}time\b",
    re.IGNORECASE,
)
"""In files of SPECS programs above what they made of the counts, and above counts over time at one energy."""
_EXTERNAL = re.compile(r"external channel data\s+cycle", re.IGNORECASE)
"""Above what they record beside the counts, such as a ring current or a temperature."""
_SPECS = re.compile(r"(?i)specs|prodigy|phoibos|xy-serializer|columnlabels")
_SPECS_LINES = 60  # at the head of a file, among which a program names itself
_SCAN_MODE = re.compile(r"scan mode\s{0,30}[:=]", re.IGNORECASE)
_SETTINGS = ("source_energy_ev", "dwell_s", "scans", "pass_energy_ev")
_MOST_TELLING = 16  # further columns that may say something about a region
_MOST_HEADER_ROWS = 3
_ZERO = re.compile(r"[-+]?0+(?:[.,]0*)?(?:[eE][-+]?\d+)?")
_LAST_THREE = re.compile(r"\d{3}(\.\d+)?")  # what a comma between thousands leaves behind it


class TextReader:
    """Columns of numbers, with or without words about them."""

    name = "two-column text"
    extra = None

    def recognises(self, content: bytes, path: Path) -> bool:
        """Tell whether the file is text with lines of two numbers."""
        text = to_text(content[:_HEAD_BYTES])
        return text is not None and rows_of(to_lines(text))[2] > 0

    def read(self, content: bytes, path: Path) -> Parsed:
        """Read the regions of a text file.

        Energies are binding energies unless words or numbers say kinetic; a kinetic scale without a source energy is
        taken as Al K-alpha where energies reach beyond 700 eV, with a warning.

        Args:
            content: The file.
            path: Its path, for messages.

        Returns:
            One draft per region, in file order.

        Raises:
            InputError: If a row among the numbers is broken, or a number may be read in two ways.
        """
        lines, separator, _ = rows_of(to_lines(to_text(content) or ""))
        found: list[_Found] = []
        warnings: list[SpectrumWarning] = []
        earlier = Notes()
        modes: list[str] = []
        specs = any(_SPECS.search(line) for line in lines[:_SPECS_LINES])
        for table in tables_of(lines, separator, path.name):
            modes = [line for line in table.words if _SCAN_MODE.search(line)] or modes[-1:]
            other = next(filter(_EXTERNAL.search, table.words), "")
            if not other and specs:
                other = next(filter(_NO_SPECTRUM.search, [*table.words, *modes[-1:]]), "")
            if other:
                earlier = read_notes(table.words).after(earlier)
                text = f"The table at line {table.lines[0]} is no spectrum (`{other.strip()[:60]}`) and was not read."
                warnings.append(SpectrumWarning("columns-ignored", text))
                continue
            notes = read_notes(settings_of(table.words, separator)).after(earlier)
            earlier = notes
            regions, said = _regions(table, notes, separator, path.name)
            found += regions
            warnings += said
        scale, scale_said = _assumed_scale(found)
        drafts = [_draft(item, scale) for item in found]
        names = parted_names(
            [draft.sample for draft in drafts],
            [draft.label for draft in drafts],
            [f"cycle {item.notes.cycle}" if item.notes.cycle else "" for item in found],
        )
        drafts = [replace(draft, sample=name) for draft, name in zip(drafts, names, strict=True)]
        return Parsed(tuple(drafts), tuple(dict.fromkeys([*warnings, *scale_said])))


READER: Reader = TextReader()


@dataclass(frozen=True)
class _Found:
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


def _regions(
    table: Table, notes: Notes, separator: str | None, file: str
) -> tuple[list[_Found], list[SpectrumWarning]]:
    """Read the energy and intensity columns of one table."""
    warnings: list[SpectrumWarning] = []
    table = without_padding(table)
    if len(table.rows) > FEWEST_POINTS and (zeros := _zeros_behind(table)):
        lines = ", ".join(map(str, table.lines[-zeros:]))
        table = replace(table, rows=table.rows[:-zeros], lines=table.lines[:-zeros])
        text = f"Line {lines} holds nothing but zeros and was taken for the mark of an end."
        warnings.append(SpectrumWarning("rows-ignored", text))
    if separator is None and (joined := join_spaced_thousands(table.rows)) is not None:
        table = replace(table, rows=joined)
        text = f"The numbers from line {table.lines[0]} on were read with spaces between their thousands."
        warnings.append(SpectrumWarning("thousands-joined", text))
    names = column_names(table, separator)
    _refuse_cut_thousands(table, names, separator, file)
    decimal = common_decimal(table, file)
    names, pairs, other = spectra_in(table, names, decimal, file)
    warnings += other
    if not pairs:
        return [], warnings
    found = []
    spectra = _spectra(table, pairs, names, separator, decimal, file)
    pairs = [pair for pair, *_ in spectra]
    for (pair, beside, word, count), legend in zip(spectra, legend_of(table, separator, len(pairs)), strict=True):
        items = _columns(table, pair, names, notes, decimal, file, separator, beside, legend, several=len(pairs) > 1)
        found += [_of_series(item, pair, word, count) for item in items]
    warnings += _corrected(table, pairs, names, any(item.moved for item in found))
    warnings += [
        curve for pair in pairs if (curve := curve_read(names[pair.intensity], f"the table at line {table.lines[0]}"))
    ]
    kept = [item for item in found if item.energy.size]
    parts = [part for item in kept for part in _parts(item)]
    read = {index for pair in pairs for index in (pair.energy, pair.intensity)}
    filled = set(table.filled)
    parts, said = _told(table, parts, sorted(filled - read), names)
    left = sorted(filled - read - said)
    if left:
        called = ", ".join(f"{index + 1} (`{names[index]}`)" if names[index] else str(index + 1) for index in left[:8])
        more = f" and {len(left) - 8} more" if len(left) > 8 else ""
        text = f"Of the {len(filled)} columns at line {table.lines[0]}, these were not read: {called}{more}."
        warnings.append(SpectrumWarning("columns-ignored", text))
    for item in kept:
        stray = _stray_rows(item.energy)
        if stray:
            lines = ", ".join(str(item.lines[row]) for row in stray)
            text = f"Line {lines} stands apart from the energies beside it and was taken for a part of the header."
            warnings.append(SpectrumWarning("rows-ignored", text))
    return parts, warnings


def _zeros_behind(table: Table) -> int:
    """Count the rows of zeros with which MultiPak ends a table; a spectrum that goes down to zero has none."""
    count = 0
    while count < _MOST_HEADER_ROWS and all(map(_ZERO.fullmatch, table.rows[-1 - count].cells)):
        count += 1
    try:
        one, last = (float(table.rows[-at - count].cells[0].replace(",", ".")) for at in (2, 1))
    except (ValueError, IndexError):
        return 0
    return 0 if abs(last + (last - one)) < 0.5 * abs(last - one) else count


def _corrected(table: Table, pairs: list[Pair], names: Sequence[str], moved: bool) -> list[SpectrumWarning]:
    """Warn of energies that words or the names of their columns call corrected."""
    called = [names[pair.energy] for pair in pairs if is_corrected(names[pair.energy])]
    # A line of names tells of columns that may not be read.
    called_so = [name for name in names if is_corrected(name)]
    lines = [] if moved else [line for line in table.words if not any(name in line for name in called_so)]
    said = said_corrected(lines) or (corrected_axis(called[0]) if called else None)
    return [] if said is None else [said]


def _of_series(item: _Found, pair: Pair, word: str, count: int) -> _Found:
    """Name the sample of one of several spectra; what counts sweeps names none."""
    if count < 2:
        return item
    sample = item.notes.sample
    if len(re.split(r"[,;\t]", sample)) == count:
        sample = ""  # names above the columns
    item = replace(item, column=pair.intensity + 1, notes=replace(item.notes, sample=sample))
    if not word:
        return item
    word = next((told for told in item.words if told.endswith(f" {word}")), word)  # `etch time 30` for `30`
    sample = sample if word == sample else ", ".join(filter(None, (sample, word)))
    return replace(item, words=(), number="", notes=replace(item.notes, sample=sample))


def _spectra(
    table: Table, pairs: list[Pair], names: Sequence[str], separator: str | None, decimal: str | None, file: str
) -> list[tuple[Pair, Sequence[int], str, int]]:
    """Find all spectra of a table: its pairs, and others on the same energies.

    Returns:
        Of each its columns, those beside them, what tells it apart from the others on its energies, and their number.
    """
    edges = [-1, *(max(pair.energy, pair.intensity) for pair in pairs[:-1])]
    ends = [*(min(pair.energy, pair.intensity) for pair in pairs[1:]), len(names)]
    found: list[tuple[Pair, Sequence[int], str, int]] = []
    for pair, after, before in zip(pairs, edges, ends, strict=True):
        beside = range(after + 1, before)
        own = _own(pair, beside, len(pairs))
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
        for index in table.filled
        if index in beside and index not in (pair.energy, pair.intensity) and role_of(names[index]) not in ENERGY_ROLES
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


def _told(table: Table, parts: list[_Found], columns: list[int], names: Sequence[str]) -> tuple[list[_Found], set[int]]:
    """Take from further columns what is constant over every region: what differs between them, and core lines.

    Returns:
        The regions, and the columns that said something.
    """
    if not columns or not parts:
        return parts, set()
    row_of = dict(zip(table.lines, table.rows, strict=True))
    said: set[int] = set()
    for index in columns[:_MOST_TELLING]:
        cells = [_constant([row_of[line].cells[index : index + 1] for line in part.lines.tolist()]) for part in parts]
        if not all(cells):
            continue
        told = [told_by([(names[index], cell)]) for cell in cells]
        if len(set(cells)) == 1:
            told = [replace(one, words=()) for one in told]
        notes = [read_notes([f"{names[index].replace('_', ' ')}: {cell}"]) for cell in cells]
        settings = [{name: value for name in _SETTINGS if (value := getattr(note, name)) is not None} for note in notes]
        if len(set(cells)) == 1 and notes[0].sample and not any(part.notes.sample for part in parts):
            settings = [{**setting, "sample": notes[0].sample} for setting in settings]
        if any(one.label or one.words for one in told) or any(settings):
            said.add(index)
            parts = [
                replace(
                    part,
                    label=one.label or part.label,
                    words=(*one.words, *part.words),
                    notes=replace(part.notes, **setting),
                )
                for part, one, setting in zip(parts, told, settings, strict=True)
            ]
    return parts, said


def _constant(cells: list[tuple[str, ...]]) -> str:
    """Return the one value of a column over a region, empty where it has none or several."""
    return cells[0][0] if cells[0] and all(cell == cells[0] for cell in cells) else ""


def _refuse_cut_thousands(table: Table, names: Sequence[str], separator: str | None, file: str) -> None:
    """Refuse `286.70,1,131` beside `286.60,987`: the comma parts columns, and thousands as well."""
    if separator != "," or any(names[2:]):
        return
    longer = [place for place, row in enumerate(table.rows) if len(row.cells) == 3]
    cut = all(_LAST_THREE.fullmatch(table.rows[place].cells[2]) for place in longer)
    if longer and len(longer) < len(table.rows) and cut:
        line = table.lines[longer[0]]
        raise InputError(
            f"{file}: line {line} has a cell of three digits more than other lines, as where commas part columns and "
            "thousands, export without thousands separators."
        )


def _columns(
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
) -> list[_Found]:
    energy, places = column(table, pair.energy, decimal, file)
    if decimal is not None and energy_factor(names[pair.energy]) == 1.0 and min(energy, default=0.0) > _HIGHEST_EV:
        # `285,000` beside decimal points elsewhere: no photon frees electrons of so much.
        energy, places = column(table, pair.energy, "," if decimal == "." else ".", file)
    intensity, others = column(table, pair.intensity, decimal, file)
    if places != others:
        place = min(set(places) ^ set(others))
        lost = pair.energy if place in others else pair.intensity
        raise InputError(f"{file}: line {table.lines[place]} holds no number in column {lost + 1}, correct it.")
    if not energy:
        return []
    called = (names[pair.energy], names[pair.intensity])
    lines = [legend] if legend else words_of_columns(table, separator, pair)
    if several:  # what stands above its own columns goes before what stands above its neighbours'
        above = read_notes(lines)
        notes = replace(above.after(notes), label=above.label or ("" if _labels_others(table, lines) else notes.label))
    factor = intensity_factor(called[1]) if unit_of(called[1]) else notes.unit_factor
    words = (sample_words(text) for text in lines)
    own = next(filter(None, map(core_line_label, called)), "")
    label = (own or notes.label) if several else (notes.label or own)
    if not label and not names_nothing(called[1]):
        label = called[1]
    return [
        _Found(
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
        )
    ]


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


def _stray_rows(energy: NDArray[np.float64]) -> list[int]:
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
        if end - begin <= _MOST_HEADER_ROWS and not runs_on:
            stray += range(begin, end)
    return stray if len(stray) < len(energy) - FEWEST_POINTS else []


def _parts(item: _Found) -> list[_Found]:
    kept = np.delete(np.arange(len(item.energy)), _stray_rows(item.energy))
    parts = []
    for part in split_at_jumps(item.energy[kept]):
        rows = kept[part]
        parts.append(replace(item, energy=item.energy[rows], intensity=item.intensity[rows], lines=item.lines[rows]))
    return parts


def _draft(item: _Found, assumed: Scale) -> Draft:
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


def _assumed_scale(found: Sequence[_Found]) -> tuple[Scale, list[SpectrumWarning]]:
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
