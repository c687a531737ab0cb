"""Reader of VAMAS files (ISO 14976), the exchange format that every XPS program can write.

Lenient where real files are: leading blank lines, zero bytes, any line ends, double spacing, a wrong number of blocks
or of comment lines, a file cut short, one file behind another. Blocks that stand whole are kept; what was lost is said.
"""

from collections import deque
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from xps_keras.errors import InputError, SpectrumWarning
from xps_keras.io.decode import Lines, to_text
from xps_keras.io.draft import Draft, Parsed
from xps_keras.io.reader import Reader
from xps_keras.io.vamas_blocks import (
    COMMENT,
    IDENTIFIER,
    TECHNIQUE,
    TECHNIQUES,
    TERMINATOR,
    Block,
    Cursor,
    EndOfLinesError,
    Header,
    MalformedError,
    read_block,
    read_header,
)
from xps_keras.io.vamas_drafts import draft_of
from xps_keras.io.vamas_samples import names_in_comment, sample_names, values_set

_MOST_RESCUES = 100
"""Technique lines tried behind a broken block; more would make hostile files cost the square of their length."""


class VamasReader:
    """ISO 14976."""

    name = "VAMAS"
    extra = None

    def recognises(self, content: bytes, path: Path) -> bool:
        """Tell whether the file begins with the identifier line, blank lines before it allowed."""
        text = to_text(content[:4096])
        return text is not None and _is_identifier(text.lstrip("\ufeff \t\r\n\v\f")[:80])

    def read(self, content: bytes, path: Path) -> Parsed:
        """Read all spectra of the file.

        Energies stay as stored: a work function in the file is ignored (see ``to_region``), and a CasaXPS calibration
        is reported, not applied, since CasaXPS keeps it as a note beside the measured axis.

        Args:
            content: The file.
            path: Its path, for messages.

        Returns:
            One draft per XPS block on an energy axis, in file order.

        Raises:
            InputError: If the header is broken, or no block stands whole, or none holds an XPS spectrum.
        """
        parts, warnings = read_parts(content, path)
        drafts: list[Draft] = []
        number = 0
        for part in parts:
            names = sample_names(part.blocks, part.header)
            said = values_set(part.blocks, names, part.header)
            blocks = deque(part.blocks)
            part.blocks.clear()  # a large file has thousands, and each is done with once it is a draft
            for sample, words in zip(names, said, strict=True):
                block = blocks.popleft()
                number += 1
                place = f"block {number} (line {block.first_line})"
                drafted = draft_of(block, part.header, place)
                if isinstance(drafted, str):
                    warnings.append(SpectrumWarning("block-skipped", f"{place.capitalize()} was left out: {drafted}."))
                    continue
                words = (*names_in_comment(block), *words)
                drafts.append(replace(drafted, sample=sample, words=words, part=part.number, blocks=(number,)))
        if not drafts:
            broken = (warning.text for warning in warnings if warning.code == "block-unreadable")
            why = next(broken, warnings[-1].text if warnings else "it holds no block.")
            raise InputError(f"{path.name}: no XPS spectrum in this VAMAS file: {why}")
        return Parsed(tuple(drafts), tuple(warnings))


READER: Reader = VamasReader()


@dataclass(frozen=True)
class Part:
    """One VAMAS file; several may stand one behind the other in one file of the disk."""

    number: int
    """From 0."""
    header: Header
    blocks: list[Block]
    lines: Lines
    """Lines of the whole file of the disk."""


def _is_identifier(line: str) -> bool:
    return line.lower().startswith(IDENTIFIER.lower()[:22])


def read_parts(content: bytes, path: Path) -> tuple[list[Part], list[SpectrumWarning]]:
    """Read the grammar of a file: headers and blocks, nothing of what they mean.

    Args:
        content: The file.
        path: Its path, for messages.

    Returns:
        The parts, and what was lost or mended.

    Raises:
        InputError: If the header is broken, or no block stands whole.
    """
    lines = Lines(content)
    if len(lines) > 60 and not any(lines[index] for index in range(1, 60, 2)):
        lines = Lines(b"\n".join(lines.block(0, len(lines)).split(b"\n")[::2]))  # double spacing
    cursor = Cursor(lines)
    parts: list[Part] = []
    warnings: list[SpectrumWarning] = []
    cursor.skip_blank()
    while cursor.at < len(lines):
        if parts and not _is_identifier(lines[cursor.at]):
            text = f"What follows the end of the experiment, from line {cursor.at + 1} on, was not read."
            warnings.append(SpectrumWarning("file-rest", text))
            break
        header = _header(cursor, path)
        if header.scan_mode == "MAPPING":
            raise InputError(f"{path.name}: this VAMAS file holds a map, not spectra, export the spectra of one point.")
        blocks, said = _read_blocks(cursor, header, path)
        warnings += said
        parts.append(Part(len(parts), header, blocks, lines))
        if _terminated(cursor):
            cursor.skip(1)
        elif cursor.at < len(lines) and not _is_identifier(lines[cursor.at]):
            break  # a block that breaks the format was said already
        cursor.skip_blank()
    if len(parts) > 1:
        text = f"{len(parts)} VAMAS files stand one behind the other in this file; all were read."
        warnings.append(SpectrumWarning("several-files", text))
    return parts, warnings


def _header(cursor: Cursor, path: Path) -> Header:
    try:
        return read_header(cursor)
    except EndOfLinesError:
        raise InputError(f"{path.name}: the VAMAS file ends within its header, export it again.") from None
    except MalformedError as error:
        raise InputError(f"{path.name}: line {error.line + 1} breaks the VAMAS header, export it again.") from None


def _read_blocks(cursor: Cursor, header: Header, path: Path) -> tuple[list[Block], list[SpectrumWarning]]:
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
                text = f"Block {len(blocks) + 1} breaks the format at line {problem.line + 1}"
                warnings.append(SpectrumWarning("block-unreadable", f"{text}; it and what follows it were left out."))
            break
        block, lost = rescued
        blocks.append(block)
        if lost:
            text = f"The block at line {begin + 1} breaks the format at line {problem.line + 1}"
            warnings.append(
                SpectrumWarning("block-unreadable", f"{text}; it was left out, the next readable one was kept.")
            )
        else:
            text = f"The comment of the block at line {begin + 1} is not as long as it says"
            warnings.append(SpectrumWarning("block-comment", f"{text}; the spectrum was found by its technique line."))
    if truncated or (not warnings and len(blocks) < header.blocks and not _terminated(cursor)):
        text = f"The file ends early: {len(blocks)} of {header.blocks} blocks are complete and were read."
        warnings.append(SpectrumWarning("file-truncated", text))
        if not blocks:
            raise InputError(f"{path.name}: the VAMAS file ends within its first block, export or copy it again.")
    elif len(blocks) != header.blocks:
        text = f"The header promises {header.blocks} blocks, {len(blocks)} were found and read."
        warnings.append(SpectrumWarning("block-count", text))
    elif not cursor.lines.ends_whole and not _terminated(cursor) and cursor.at >= len(cursor.lines):
        text = "The file ends without its terminator and without a line end, so the very last value may be cut short."
        warnings.append(SpectrumWarning("file-truncated", text))
    return blocks, warnings


def _more(cursor: Cursor) -> bool:
    """Tell whether another block follows; a block may begin with empty lines, the end of a file may hold some too."""
    if _terminated(cursor) or cursor.at >= len(cursor.lines):
        return False
    return not _is_identifier(cursor.lines[cursor.at]) and not cursor.lines.blank_from(cursor.at)


def _terminated(cursor: Cursor) -> bool:
    return cursor.at < len(cursor.lines) and cursor.lines[cursor.at].lower() == TERMINATOR


def _rescue(cursor: Cursor, begin: int, header: Header, first: Block | None) -> tuple[Block, bool] | None:
    """Go on at the first technique line after which everything fits, and leave the cursor behind that block.

    Returns:
        The block, and whether a broken one was passed over to reach it; None when nothing readable follows.
    """
    if first is not None and TECHNIQUE not in header.repeated:
        return None
    lost = False
    for line in islice(cursor.lines.search(TECHNIQUES, begin + 2), _MOST_RESCUES):
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


def _comment_before(lines: Lines, technique_line: int) -> list[str]:
    """Return the lines between a technique and the date before it, which is a run of at least seven numbers."""
    numbers = 0
    for line in range(technique_line - 1, -1, -1):
        numbers = numbers + 1 if _is_number(lines[line]) else 0
        if numbers == 7:
            return lines[line + 7 : technique_line]
    return []


def _is_number(text: str) -> bool:
    return bool(text) and not set(text) - set("-+.,eE0123456789")
