"""The grammar of ISO 14976 (VAMAS) files: header and blocks, as lists of lines.

Order and numbering of the items follow W. A. Dench, L. B. Hazell, M. P. Seah, Surf. Interface Anal. 13 (1988) 63.
The items of a block are numbered 1 to 40; the header may say that later blocks repeat only some of them, the others
keeping the value of the first block.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

TERMINATOR = "end of experiment"
_PARTICLES = frozenset(["FABMS", "FABMS energy spec", "ISS", "SIMS", "SIMS energy spec", "SNMS", "SNMS energy spec"])
_SOURCED = frozenset(["AES diff", "AES dir", "EDX", "ELS", "UPS", "XPS", "XRF"])
TECHNIQUES = _PARTICLES | _SOURCED
_EXPERIMENT_MODES = frozenset(["MAP", "MAPDP", "MAPSV", "MAPSVDP", "NORM", "SDP", "SDPSV", "SEM", "NOEXP"])
_SCAN_MODES = frozenset(["REGULAR", "IRREGULAR", "MAPPING"])
_DEPTH_PROFILES = frozenset(["MAPDP", "MAPSVDP", "SDP", "SDPSV"])
_ITEMS = range(1, 41)
_TWO_LINES = frozenset([16, 27, 28, 30, 38])  # beam width, analysis width, take-off angles, transition, tilt
COMMENT, TECHNIQUE, SOURCE_LABEL, SOURCE_ENERGY, SPECIES, TRANSITION, ABSCISSA = 8, 9, 12, 14, 29, 30, 31
VARIABLES, SIGNAL_MODE, DWELL, SCANS = 32, 33, 34, 35


class MalformedError(Exception):
    """A block breaks the grammar; ``line`` is the offending line, counted from 0."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


class EndOfLinesError(MalformedError):
    """The file ends inside a block."""


@dataclass
class Cursor:
    """A position in the lines of a file."""

    lines: list[str]
    at: int = 0

    def take(self, count: int) -> list[str]:
        """Return the next ``count`` lines, stripped, and move past them."""
        if count < 0:
            raise MalformedError(self.at)
        if self.at + count > len(self.lines):
            raise EndOfLinesError(self.at)
        taken = [line.strip() for line in self.lines[self.at : self.at + count]]
        self.at += count
        return taken

    def whole(self) -> int:
        """Return the next line as a whole number."""
        (text,) = self.take(1)
        try:
            value = float(text)
        except ValueError:
            raise MalformedError(self.at - 1) from None
        if not value.is_integer():
            raise MalformedError(self.at - 1)
        return int(value)

    def numbers(self, count: int) -> NDArray[np.float64]:
        """Return the next ``count`` lines as numbers, decimal comma allowed."""
        start = self.at
        taken = self.take(count)
        try:
            return np.array(taken, dtype=np.float64)
        except ValueError:
            pass  # a decimal comma or a line that is no number: found out one by one below
        values = np.empty(count)
        for index, text in enumerate(taken):
            try:
                values[index] = float(text.replace(",", "."))
            except ValueError:
                raise MalformedError(start + index) from None
        return values


@dataclass(frozen=True)
class Header:
    """What the head of the file says about all blocks."""

    experiment_mode: str
    scan_mode: str
    variables: int
    """Number of experimental variables."""
    repeated: frozenset[int]
    """Numbers of the items that every block after the first holds itself."""
    future_entries: int
    """Number of lines of later editions at the end of each block."""
    blocks: int


@dataclass(frozen=True)
class Block:
    """One block: its numbered items and its ordinate values."""

    name: str
    sample: str
    items: dict[int, list[str]]
    values: NDArray[np.float64]
    """Ordinate values, shape ``(points, variables)``."""
    first_line: int
    """Line of the block, counted from 1."""

    @cached_property
    def variables(self) -> list[tuple[str, str]]:
        """Label and unit of each corresponding variable."""
        lines = self.items[VARIABLES][1:]
        return list(zip(lines[0::2], lines[1::2], strict=True))

    @property
    def comment(self) -> list[str]:
        """Lines of the block comment."""
        return self.items[COMMENT][1:]


def read_header(cursor: Cursor) -> Header:
    """Read the head of a file and leave the cursor at the first block.

    Args:
        cursor: At the format identifier.

    Returns:
        The header.

    Raises:
        MalformedError: If the header breaks the grammar.
    """
    cursor.take(5)
    start = cursor.at
    try:
        cursor.take(cursor.whole())
        experiment, scan = cursor.take(2)
        if experiment not in _EXPERIMENT_MODES or scan not in _SCAN_MODES:
            raise MalformedError(cursor.at - 2)
    except MalformedError:
        # The number of comment lines lies: the pair of modes is unmistakable, so look for it.
        experiment, scan = _find_modes(cursor, start)
    if experiment in ("MAP", "MAPDP", "NORM", "SDP"):
        cursor.take(1)
    if experiment in ("MAP", "MAPDP"):
        cursor.take(3)
    variables = cursor.whole()
    cursor.take(2 * variables)
    entries = cursor.whole()
    listed = frozenset(cursor.whole() for _ in range(abs(entries)))
    repeated = listed if entries > 0 else frozenset(_ITEMS) - listed
    cursor.take(cursor.whole())
    future_header, future_block = cursor.whole(), cursor.whole()
    cursor.take(future_header)
    return Header(experiment, scan, variables, repeated, future_block, cursor.whole())


def _find_modes(cursor: Cursor, start: int) -> tuple[str, str]:
    for at in range(start, len(cursor.lines) - 1):
        experiment, scan = cursor.lines[at].strip(), cursor.lines[at + 1].strip()
        if experiment in _EXPERIMENT_MODES and scan in _SCAN_MODES:
            cursor.at = at + 2
            return experiment, scan
    raise MalformedError(start)


def read_block(cursor: Cursor, header: Header, first: Block | None, technique_line: int | None = None) -> Block:
    """Read one block and leave the cursor behind it.

    Args:
        cursor: At the block identifier.
        header: Head of the file.
        first: The first block, None while reading it.
        technique_line: Line, counted from 0, where the technique stands; given when the number of comment lines is
            known to be wrong, everything between the date and this line then being comment.

    Returns:
        The block.

    Raises:
        MalformedError: If the block breaks the grammar.
        EndOfLinesError: If the file ends inside the block.
    """
    begin = cursor.at
    name, sample = cursor.take(2)
    items: dict[int, list[str]] = {}
    for item in _ITEMS:
        if first is not None and item not in header.repeated:
            items[item] = first.items[item]
        elif item == COMMENT and technique_line is not None:
            items[item] = cursor.take(technique_line - cursor.at)
        else:
            items[item] = _read_item(cursor, item, header, items)
        if item == TECHNIQUE and items[item][0] not in TECHNIQUES:
            raise MalformedError(cursor.at - 1)
    cursor.take(header.future_entries)
    count = cursor.whole()
    columns = int(float(items[VARIABLES][0]))
    if columns < 1 or count < 0 or count % columns:
        raise MalformedError(cursor.at - 1)
    cursor.numbers(2 * columns)
    values = cursor.numbers(count).reshape(-1, columns)
    return Block(name, sample, items, values, begin + 1)


def _read_item(cursor: Cursor, item: int, header: Header, items: dict[int, list[str]]) -> list[str]:
    """Read the lines of one numbered item, whose count depends on the modes, the technique and counts within it."""
    mode = header.experiment_mode
    technique = items[TECHNIQUE][0] if item > TECHNIQUE else ""
    if item in (COMMENT, VARIABLES, 40):
        width = {COMMENT: 1, VARIABLES: 2, 40: 3}[item]
        count = cursor.whole()
        return [str(count), *cursor.take(width * count)]
    if item == 10:
        return cursor.take(2 if mode in ("MAP", "MAPDP") else 0)
    if item == 11:
        return cursor.take(header.variables)
    if item == 13:
        return cursor.take(3 if mode in _DEPTH_PROFILES or technique in _PARTICLES else 0)
    if item == 17:
        return cursor.take(2 if mode in ("MAP", "MAPDP", "MAPSV", "MAPSVDP", "SEM") else 0)
    if item == 18:
        return cursor.take(6 if mode in ("MAPSV", "MAPSVDP", "SEM") else 0)
    if item == 23:
        return cursor.take(1 if technique == "AES diff" else 0)
    if item == ABSCISSA:
        return cursor.take(4 if header.scan_mode == "REGULAR" else 0)
    if item == 37:
        return cursor.take(7 if mode in _DEPTH_PROFILES and technique in _SOURCED else 0)
    return cursor.take(2 if item in _TWO_LINES else 1)
