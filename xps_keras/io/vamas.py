"""Reader of VAMAS files (ISO 14976), the exchange format that every XPS program can write.

Lenient where real files are: leading blank lines, zero bytes, any line ends, a wrong number of blocks or of comment
lines, a file cut short. Blocks that stand whole are kept; what was lost is said in a warning.
"""

import re
from dataclasses import replace
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from xps_keras.errors import InputError, SpectrumWarning
from xps_keras.io.decode import known_number, to_text
from xps_keras.io.draft import Draft, Parsed
from xps_keras.io.vamas_blocks import (
    ABSCISSA,
    COMMENT,
    DWELL,
    SCANS,
    SIGNAL_MODE,
    SOURCE_ENERGY,
    SPECIES,
    TECHNIQUE,
    TECHNIQUES,
    TERMINATOR,
    TRANSITION,
    Block,
    Cursor,
    EndOfLinesError,
    Header,
    MalformedError,
    read_block,
    read_header,
)

IDENTIFIER = "VAMAS Surface Chemical Analysis Standard Data Transfer Format"
APPLIED_CORRECTION = "Energy correction applied by xps-keras (eV):"
"""Comment line by which ``write_vamas`` says that the energies of a block are corrected already."""
_NUMBER = r"([-+]?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?)"
_CASA_CALIBRATION = re.compile(rf"Calib\s+M\s*=\s*{_NUMBER}\s+A\s*=\s*{_NUMBER}\s*(.*)", re.IGNORECASE)
_OWN_CORRECTION = re.compile(rf"{re.escape(APPLIED_CORRECTION)}\s*{_NUMBER}")


class VamasReader:
    """ISO 14976."""

    name = "VAMAS"
    extra = None

    def recognises(self, content: bytes, path: Path) -> bool:
        """Tell whether the file begins with the identifier line, blank lines before it allowed."""
        return _recognises(content[:4096])

    def read(self, content: bytes, path: Path) -> Parsed:
        """Read all spectra of the file."""
        return _parse(content, path)


def _recognises(head: bytes) -> bool:
    text = to_text(head)
    return text is not None and text.lstrip("\ufeff \t\r\n\v\f").lower().startswith(IDENTIFIER.lower()[:22])


def _parse(data: bytes, path: Path) -> Parsed:
    """Read all spectra of a VAMAS file.

    Energies stay as stored: a work function in the file is ignored (see ``to_region``), and a CasaXPS calibration is
    reported, not applied, since CasaXPS keeps it as a note beside the measured axis.

    Args:
        data: The file.
        path: Its path, for messages.

    Returns:
        One draft per XPS block on an energy axis, in file order.

    Raises:
        InputError: If the header is broken, or no block stands whole, or none holds an XPS spectrum.
    """
    text = to_text(data) or ""
    lines = text.lstrip("\ufeff \t\r\n\v\f").splitlines()
    offset = len(text.splitlines()) - len(lines)  # blank lines before the identifier: messages count from the top
    cursor = Cursor(lines)
    try:
        header = read_header(cursor)
    except EndOfLinesError:
        raise InputError(f"{path.name}: the VAMAS file ends within its header, export it again.") from None
    except MalformedError as error:
        raise InputError(
            f"{path.name}: line {error.line + 1 + offset} breaks the VAMAS header, export it again."
        ) from None
    if header.scan_mode == "MAPPING":
        raise InputError(f"{path.name}: this VAMAS file holds a map, not spectra, export the spectra of one point.")
    ends_whole = text.endswith(("\n", "\r")) or text.rstrip().lower().endswith(TERMINATOR)
    blocks, warnings = _read_blocks(cursor, header, path, offset, ends_whole)
    drafts: list[Draft] = []
    for number, block in enumerate(blocks, start=1):
        place = f"block {number} (line {block.first_line + offset})"
        drafted = _draft(block, header, place)
        if isinstance(drafted, str):
            warnings.append(SpectrumWarning("block-skipped", f"{place.capitalize()} was left out: {drafted}."))
            continue
        draft, notes = drafted
        drafts.append(draft)
        warnings.extend(notes)
    if not drafts:
        why = warnings[-1].text if warnings else "it holds no block."
        raise InputError(f"{path.name}: no XPS spectrum in this VAMAS file: {why}")
    return Parsed(tuple(drafts), tuple(warnings))


def _read_blocks(
    cursor: Cursor, header: Header, path: Path, offset: int, ends_whole: bool
) -> tuple[list[Block], list[SpectrumWarning]]:
    """Read blocks until the terminator or the end of the file, whatever number the header promises."""
    blocks: list[Block] = []
    warnings: list[SpectrumWarning] = []
    truncated = False
    while _more(cursor):
        begin = cursor.at
        first = blocks[0] if blocks else None
        try:
            blocks.append(read_block(cursor, header, first))
            continue
        except MalformedError as error:
            problem = error
        rescued = _rescue(cursor, begin, header, first)
        if rescued is None:
            truncated = isinstance(problem, EndOfLinesError)
            if not truncated:
                text = f"Block {len(blocks) + 1} breaks the format at line {problem.line + 1 + offset}"
                warnings.append(SpectrumWarning("block-unreadable", f"{text}; it and what follows it were left out."))
            break
        block, lost = rescued
        blocks.append(block)
        if lost:
            text = f"The block at line {begin + 1 + offset} breaks the format at line {problem.line + 1 + offset}"
            warnings.append(
                SpectrumWarning("block-unreadable", f"{text}; it was left out, the next readable one was kept.")
            )
        else:
            text = f"The comment of the block at line {begin + 1 + offset} is not as long as it says"
            warnings.append(SpectrumWarning("block-comment", f"{text}; the spectrum was found by its technique line."))
    if truncated or (not warnings and len(blocks) < header.blocks and not _terminated(cursor)):
        text = f"The file ends early: {len(blocks)} of {header.blocks} blocks are complete and were read."
        warnings.append(SpectrumWarning("file-truncated", text))
        if not blocks:
            raise InputError(f"{path.name}: the VAMAS file ends within its first block, export or copy it again.")
    elif len(blocks) != header.blocks:
        text = f"The header promises {header.blocks} blocks, {len(blocks)} were found and read."
        warnings.append(SpectrumWarning("block-count", text))
    elif not ends_whole:
        text = "The file ends without its terminator and without a line end, so the very last value may be cut short."
        warnings.append(SpectrumWarning("file-truncated", text))
    return blocks, warnings


def _more(cursor: Cursor) -> bool:
    rest = cursor.lines[cursor.at :]
    return not _terminated(cursor) and any(line.strip() for line in rest)


def _terminated(cursor: Cursor) -> bool:
    return cursor.at < len(cursor.lines) and cursor.lines[cursor.at].strip().lower() == TERMINATOR


def _rescue(cursor: Cursor, begin: int, header: Header, first: Block | None) -> tuple[Block, bool] | None:
    """Go on at the first technique line after which everything fits, and leave the cursor behind that block.

    Returns:
        The block, and whether a broken one was passed over to reach it; None when nothing readable follows.
    """
    if first is not None and TECHNIQUE not in header.repeated:
        return None
    lost = False
    for line in range(begin + 2, len(cursor.lines)):
        if cursor.lines[line].strip() not in TECHNIQUES:
            continue
        cursor.at = begin
        try:
            block = read_block(cursor, header, first, technique_line=line)
        except MalformedError:
            lost = True
            continue
        if not lost:
            return block, False
        comment = _comment_before(cursor.lines, line)
        items = {**block.items, COMMENT: [str(len(comment)), *comment]}
        return replace(block, name="", sample="", items=items, first_line=line - len(comment) + 1), True
    return None


def _comment_before(lines: list[str], technique_line: int) -> list[str]:
    """Return the lines between a technique and the date before it, which is a run of at least seven numbers."""
    numbers = 0
    for line in range(technique_line - 1, -1, -1):
        numbers = numbers + 1 if re.fullmatch(r"[-+\d.,eE]+", lines[line].strip()) else 0
        if numbers == 7:
            return [text.strip() for text in lines[line + 7 : technique_line]]
    return []


def _draft(block: Block, header: Header, place: str) -> tuple[Draft, list[SpectrumWarning]] | str:
    """Turn a block into a draft, or say in a few words why it is no XPS spectrum."""
    technique = block.items[TECHNIQUE][0]
    if technique != "XPS":
        return f"its technique is {technique}, not XPS"
    labels = [label.lower() for label, _ in block.variables]
    energy: NDArray[np.float64]
    if header.scan_mode == "REGULAR":
        abscissa, _, start_text, step_text = block.items[ABSCISSA]
        try:
            start, step = (float(text.replace(",", ".")) for text in (start_text, step_text))
        except ValueError:
            return f"its axis starts at `{start_text}` with step `{step_text}`, which are no numbers"
        # Rounded to a millionth of an eV: 305 - 0.05 * 20 shall be 304, whatever the binary fractions add up to.
        energy = np.round(start + step * np.arange(len(block.values)), 6)
        columns = range(len(labels))
    else:
        abscissa = block.variables[0][0]
        energy = block.values[:, 0].copy()
        columns = range(1, len(labels))
    scale = _scale(abscissa)
    if scale is None:
        return f"its axis is `{abscissa}`, not an energy"
    column = _signal_column(block.variables, columns)
    if column is None:
        return "it holds no intensity"
    correction, notes = _correction(block.comment, place)
    scans = known_number(block.items[SCANS][0])
    draft = Draft(
        label=_label(block),
        energy_ev=energy,
        intensity=block.values[:, column].copy(),
        place=place,
        scale=scale,
        intensity_unit=_unit(block, column),
        source_energy_ev=known_number(block.items[SOURCE_ENERGY][0]),
        dwell_s=known_number(block.items[DWELL][0]),
        scans=None if scans is None else max(1, round(scans)),
        charge_correction_ev=correction,
    )
    return draft, notes


def _scale(abscissa: str) -> Literal["binding", "kinetic"] | None:
    name = abscissa.lower()
    if "binding" in name or re.fullmatch(r"b\.?e\.?", name):
        return "binding"
    return "kinetic" if "kinetic" in name or re.fullmatch(r"k\.?e\.?|energy", name) else None


def _signal_column(variables: list[tuple[str, str]], columns: range) -> int | None:
    """Choose the first variable that looks like counts, else the first that is no transmission."""
    counts_like = re.compile(r"count|intens|cps|c/s|signal|yield", re.IGNORECASE)
    others = [column for column in columns if "transmission" not in variables[column][0].lower()]
    for column in others:
        if counts_like.search(" ".join(variables[column])):
            return column
    return others[0] if others else None


def _unit(block: Block, column: int) -> Literal["counts", "counts/s", "arbitrary"]:
    text = " ".join(block.variables[column]).lower()
    if re.search(r"c/s|cps|counts?\s*(per|/)\s*s", text):
        return "counts/s"
    return "counts" if "pulse counting" in block.items[SIGNAL_MODE][0].lower() else "arbitrary"


def _label(block: Block) -> str:
    """Species and transition where the block identifier is a mere number, as PHI MultiPak writes it."""
    if block.name and not re.fullmatch(r"block\s*(no\.?)?\s*\d*|\d+", block.name.strip(), re.IGNORECASE):
        return block.name
    named = f"{block.items[SPECIES][0]} {block.items[TRANSITION][0]}".strip()
    return named or block.name


def _correction(comment: list[str], place: str) -> tuple[float | None, list[SpectrumWarning]]:
    """Find a charge correction that CasaXPS or ``write_vamas`` noted in a block comment."""
    recorded: float | None = None
    for line in comment:
        own = _OWN_CORRECTION.match(line)
        if own is not None:
            applied = float(own[1])
            text = (
                f"The energies of {place} were corrected by {applied:+.2f} eV before; the shift found now is the rest."
            )
            return applied, [SpectrumWarning("already-corrected", text)]
        match = _CASA_CALIBRATION.search(line)
        if match is None:
            continue
        measured, assigned, how = float(match[1]), float(match[2]), match[3].upper()
        step = (measured - assigned) if "KE" in how.split() else (assigned - measured)
        recorded = step + (recorded or 0.0 if "ADD" in how else 0.0)
    if recorded is None:
        return None, []
    text = (
        f"CasaXPS notes a charge correction of {recorded:+.2f} eV for {place}; the stored energies do not hold it and "
        f"it was not applied: the shift given here refers to the energies as measured, {-recorded:+.2f} eV is expected."
    )
    return recorded, [SpectrumWarning("already-corrected", text)]
