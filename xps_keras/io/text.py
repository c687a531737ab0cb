"""Reader of columns of numbers in their usual disguises: csv, txt, xy, dat."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from xps_keras.errors import InputError, SpectrumWarning
from xps_keras.io.column_names import Pair, is_corrected
from xps_keras.io.corrections import corrected_axis, said_corrected
from xps_keras.io.cut_short import cut_short, whole_lines
from xps_keras.io.decode import to_lines, to_text
from xps_keras.io.draft import Parsed
from xps_keras.io.lying import upright_lines
from xps_keras.io.mixed_rows import table_in_order
from xps_keras.io.number_table import join_spaced_thousands
from xps_keras.io.one_axis import curve_read
from xps_keras.io.reader import Reader
from xps_keras.io.samples import parted_names
from xps_keras.io.text_columns import column_names, legend_of, settings_of
from xps_keras.io.text_commas import with_commas_told
from xps_keras.io.text_dressed import as_displayed
from xps_keras.io.text_notes import Notes, read_notes
from xps_keras.io.text_pairs import spectra_in
from xps_keras.io.text_parts import parted_by_rows
from xps_keras.io.text_regions import Found, assumed_scale, draft_of, found_in, parts_of, stray_rows
from xps_keras.io.text_sections import with_one_separator
from xps_keras.io.text_series import spectra_beside
from xps_keras.io.text_tables import Table, common_decimal, tables_of, without_padding
from xps_keras.io.tidy import rows_of, told_by
from xps_keras.io.wrapped_rows import unwrapped
from xps_keras.spectrum import FEWEST_POINTS

_HEAD_BYTES = 65_536
_NO_SPECTRUM = re.compile(
    r"^\W*(?:operation|result name)\s{0,30}:\s{0,30}[^\W\d]|(?<!/)\bcurve\s{0,3}:\s{0,3}[^\W\d]|"
    r"scan mode\s{0,30}[:=]\s{0,30}(?:fixed ?energ|constant final)|\bcolumn ?labels\s{0,3}:\s{0,30}time\b",
    re.IGNORECASE,
)
"""In files of SPECS programs above what they made of the counts, and above counts over time at one energy."""
_EXTERNAL = re.compile(r"external channel data\s+cycle", re.IGNORECASE)
"""Above what they record beside the counts, such as a ring current or a temperature."""
_SPECS = re.compile(r"(?i)specs|prodigy|phoibos|xy-serializer|columnlabels")
_VALUES_PER_CURVE = re.compile(r"(?i)values/curve\s{0,3}:\s{0,20}(\d{1,7})")
_SPECS_LINES = 60  # at the head of a file, among which a program names itself
_SCAN_MODE = re.compile(r"scan mode\s{0,30}[:=]", re.IGNORECASE)
_SETTINGS = ("source_energy_ev", "dwell_s", "scans", "pass_energy_ev")
_MOST_TELLING = 16  # further columns that may say something about a region
_ZERO = re.compile(r"[-+]?0+(?:[.,]0*)?(?:[eE][-+]?\d+)?")
_LAST_THREE = re.compile(r"\d{3}(\.\d+)?")  # what a comma between thousands leaves behind it


class TextReader:
    """Columns of numbers, with or without words about them."""

    name = "two-column text"
    extra = None

    def recognises(self, content: bytes, path: Path) -> bool:
        """Tell whether the file is text with lines of two numbers."""
        text = to_text(content[:_HEAD_BYTES])
        return text is not None and rows_of(upright_lines(to_lines(text))[0])[2] > 0

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
        whole, cut = whole_lines(to_text(content) or "")
        lines, warnings = upright_lines(with_commas_told(whole))
        warnings += cut
        lines, separator, _ = rows_of(as_displayed(lines))
        lines = with_one_separator(lines, separator)
        found: list[Found] = []
        earlier = Notes()
        modes: list[str] = []
        specs = any(_SPECS.search(line) for line in lines[:_SPECS_LINES])
        for table in _tables(lines, separator, path.name):
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
            regions, said = _regions(table, notes, separator, path.name)
            promised = next((int(match[1]) for line in table.words if (match := _VALUES_PER_CURVE.search(line))), 0)
            if specs and len(table.rows) < promised:
                text = f"The table at line {table.lines[0]} holds {len(table.rows)} of the {promised} points it names."
                said.append(cut_short(text))
            earlier = notes.borne_out(regions[0].notes) if regions else notes
            found += regions
            warnings += said
        scale, scale_said = assumed_scale(found)
        drafts = [draft_of(item, scale) for item in found]
        names = parted_names(
            [draft.sample for draft in drafts],
            [draft.label for draft in drafts],
            [f"cycle {item.notes.cycle}" if item.notes.cycle else "" for item in found],
        )
        drafts = [replace(draft, sample=name) for draft, name in zip(drafts, names, strict=True)]
        return Parsed(tuple(drafts), tuple(dict.fromkeys([*warnings, *scale_said])))


READER: Reader = TextReader()


def _tables(lines: Sequence[str], separator: str | None, file: str) -> Iterator[Table]:
    for table in tables_of(lines, separator, file):
        yield from parted_by_rows(unwrapped(table_in_order(table, separator), separator), separator, file)


def _regions(table: Table, notes: Notes, separator: str | None, file: str) -> tuple[list[Found], list[SpectrumWarning]]:
    """Read the energy and intensity columns of one table."""
    warnings: list[SpectrumWarning] = []
    table = without_padding(table)
    if missing := _missing_behind(table):
        first, last = table.lines[-missing], table.lines[-1]
        lines = f"Lines {first} to {last} hold" if missing > 1 else f"Line {last} holds"
        table = replace(table, rows=table.rows[:-missing], lines=table.lines[:-missing])
        warnings.append(SpectrumWarning("rows-ignored", f"{lines} no two numbers (NaN) behind the table: left out."))
    if len(table.rows) > FEWEST_POINTS and (zeros := _zeros_behind(table)):
        first, last = table.lines[-zeros], table.lines[-1]
        lines = f"Lines {first} to {last} hold" if zeros > 1 else f"Line {last} holds"
        table = replace(table, rows=table.rows[:-zeros], lines=table.lines[:-zeros])
        text = f"{lines} nothing but zeros behind the table: left out."
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
    spectra = spectra_beside(table, pairs, names, separator, decimal, file)
    pairs = [pair for pair, *_ in spectra]
    for (pair, beside, word, count), legend in zip(spectra, legend_of(table, separator, len(pairs)), strict=True):
        items = found_in(table, pair, names, notes, decimal, file, separator, beside, legend, several=len(pairs) > 1)
        found += [_of_series(item, pair, word, count) for item in items]
    warnings += _corrected(table, pairs, names, any(item.moved for item in found))
    warnings += [
        curve for pair in pairs if (curve := curve_read(names[pair.intensity], f"the table at line {table.lines[0]}"))
    ]
    kept = [item for item in found if item.energy.size]
    parts = [part for item in kept for part in parts_of(item)]
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
        if item.padding:
            text = f"Lines {item.padding[0]} to {item.padding[-1]} repeat one energy behind a region: left out."
            warnings.append(SpectrumWarning("rows-ignored", text))
        stray = stray_rows(item.energy)
        if stray:
            lines = ", ".join(str(item.lines[row]) for row in stray)
            text = f"Line {lines} stands apart from the energies beside it and was taken for a part of the header."
            warnings.append(SpectrumWarning("rows-ignored", text))
    return parts, warnings


def _missing_behind(table: Table) -> int:
    """Count the rows at the end that hold NaN where a point needs a number, as where a scan was broken off."""
    held = (sum(bool(cell) and cell.lower() != "nan" for cell in row.cells) > 1 for row in reversed(table.rows))
    count = next((place for place, whole in enumerate(held) if whole), 0)
    return count if len(table.rows) - count >= FEWEST_POINTS else 0


def _zeros_behind(table: Table) -> int:
    """Count the rows of zeros that end a table, as one of MultiPak does; a spectrum that goes down to zero has none."""
    count = 0
    while count + FEWEST_POINTS < len(table.rows) and all(map(_ZERO.fullmatch, table.rows[-1 - count].cells)):
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


def _of_series(item: Found, pair: Pair, word: str, count: int) -> Found:
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


def _told(table: Table, parts: list[Found], columns: list[int], names: Sequence[str]) -> tuple[list[Found], set[int]]:
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
