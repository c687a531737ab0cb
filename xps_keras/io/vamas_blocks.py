"""The grammar of ISO 14976 (VAMAS) files: header and blocks, as lists of lines.

Order and numbering of the items follow W. A. Dench, L. B. Hazell, M. P. Seah, Surf. Interface Anal. 13 (1988) 63.
The items of a block are numbered 1 to 40; the header may say that later blocks repeat only some of them, the others
keeping the value of the first block.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from xps_keras.io.decode import Lines

IDENTIFIER = "VAMAS Surface Chemical Analysis Standard Data Transfer Format"
TERMINATOR = "end of experiment"
_PARTICLES = frozenset(["FABMS", "FABMS energy spec", "ISS", "SIMS", "SIMS energy spec", "SNMS", "SNMS energy spec"])
_SOURCED = frozenset(["AES diff", "AES dir", "EDX", "ELS", "UPS", "XPS", "XRF"])
TECHNIQUES = _PARTICLES | _SOURCED
_TECHNIQUE_OF = {technique.lower(): technique for technique in TECHNIQUES}
_EXPERIMENT_MODES = frozenset(["MAP", "MAPDP", "MAPSV", "MAPSVDP", "NORM", "SDP", "SDPSV", "SEM", "NOEXP"])
_SCAN_MODES = frozenset(["REGULAR", "IRREGULAR", "MAPPING"])
_DEPTH_PROFILES = frozenset(["MAPDP", "MAPSVDP", "SDP", "SDPSV"])
_ITEMS = range(1, 41)
_TWO_LINES = frozenset([16, 27, 28, 30, 38])  # beam width, analysis width, take-off angles, transition, tilt
POSITION, VARIABLE_VALUES, TAKE_OFF, TILT = 10, 11, 28, 38
"""Items by which blocks of one sample may differ: position in a map, experimental variables, angles."""
COMMENT, TECHNIQUE, SOURCE_LABEL, SOURCE_ENERGY, SPECIES, TRANSITION, ABSCISSA = 8, 9, 12, 14, 29, 30, 31
ANALYSER_MODE, PASS_ENERGY = 21, 22
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

    lines: Lines
    at: int = 0

    def take(self, count: int) -> list[str]:
        """Return the next ``count`` lines, stripped, and move past them."""
        self.skip(count)
        return self.lines[self.at - count : self.at]

    def skip(self, count: int) -> None:
        """Move past ``count`` lines."""
        if count < 0:
            raise MalformedError(self.at)
        if self.at + count > len(self.lines):
            raise EndOfLinesError(self.at)
        self.at += count

    def skip_blank(self) -> None:
        """Move past empty lines."""
        while self.at < len(self.lines) and not self.lines[self.at]:
            self.at += 1

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
        self.skip(count)
        raw = self.lines.block(start, self.at).split()
        if len(raw) == count:
            try:
                return np.fromiter(map(float, raw), np.float64, count)
            except ValueError:
                pass  # a decimal comma or a line that is no number: found out one by one below
        taken = self.lines[start : self.at]
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

    identity: list[str]
    """Identifier, institution, instrument, operator, experiment."""
    comment: list[str]
    modes: list[str]
    """Lines from the experiment mode up to, without, the list of items that blocks repeat."""
    tail: list[str]
    """Lines behind that list up to, without, the number of blocks."""
    experiment_mode: str
    scan_mode: str
    variables: list[tuple[str, str]]
    """Label and unit of each experimental variable."""
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
    tail: tuple[int, int] = (0, 0)
    """Lines behind the numbered items, counted from 0: first of them, and first of the block that follows."""
    values_line: int = 0
    """Line of the first ordinate value, counted from 0."""

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
    identity = cursor.take(5)
    start = cursor.at
    try:
        cursor.skip(cursor.whole())
        experiment, scan = cursor.take(2)
        if experiment not in _EXPERIMENT_MODES or scan not in _SCAN_MODES:
            raise MalformedError(cursor.at - 2)
    except MalformedError:
        # The number of comment lines lies: the pair of modes is unmistakable, so look for it.
        experiment, scan = _find_modes(cursor, start)
    modes = cursor.at - 2
    if experiment in ("MAP", "MAPDP", "NORM", "SDP"):
        cursor.take(1)
    if experiment in ("MAP", "MAPDP"):
        cursor.take(3)
    variables = cursor.take(2 * cursor.whole())
    listing = cursor.at
    entries = cursor.whole()
    listed = frozenset(cursor.whole() for _ in range(abs(entries)))
    repeated = listed if entries > 0 else frozenset(_ITEMS) - listed
    tail = cursor.at
    cursor.skip(cursor.whole())
    future_header, future_block = cursor.whole(), cursor.whole()
    cursor.skip(future_header)
    end = cursor.at
    return Header(
        identity=identity,
        comment=cursor.lines[start + 1 : modes],
        modes=cursor.lines[modes:listing],
        tail=cursor.lines[tail:end],
        experiment_mode=experiment,
        scan_mode=scan,
        variables=list(zip(variables[0::2], variables[1::2], strict=True)),
        repeated=repeated,
        future_entries=future_block,
        blocks=cursor.whole(),
    )


def _find_modes(cursor: Cursor, start: int) -> tuple[str, str]:
    for at in range(start, len(cursor.lines) - 1):
        experiment, scan = cursor.lines[at], cursor.lines[at + 1]
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
    comment = slice(0)
    for item in _ITEMS:
        if first is not None and item not in header.repeated:
            items[item] = first.items[item]
        elif item == COMMENT and technique_line is not None:
            comment = slice(cursor.at + 1, technique_line)
            cursor.skip(technique_line - cursor.at)
            items[item] = []  # filled in below, once everything else fits: a long comment is copied only once
        else:
            items[item] = _read_item(cursor, item, header, items)
        if item == TECHNIQUE:
            items[item] = [_TECHNIQUE_OF.get(items[item][0].lower(), items[item][0])]
        if item == TECHNIQUE and items[item][0] not in TECHNIQUES:
            raise MalformedError(cursor.at - 1)
    tail = cursor.at
    cursor.skip(header.future_entries)
    count = cursor.whole()
    columns = int(float(items[VARIABLES][0]))
    if columns < 1 or count < 0 or count % columns:
        raise MalformedError(cursor.at - 1)
    cursor.numbers(2 * columns)
    values_line = cursor.at
    values = cursor.numbers(count).reshape(-1, columns)
    if technique_line is not None:
        lines = cursor.lines[comment]
        items[COMMENT] = [str(len(lines)), *lines]
    return Block(name, sample, items, values, begin + 1, (tail, cursor.at), values_line)


def _read_item(cursor: Cursor, item: int, header: Header, items: dict[int, list[str]]) -> list[str]:
    """Read the lines of one numbered item, whose count depends on the modes, the technique and counts within it."""
    mode = header.experiment_mode
    technique = items[TECHNIQUE][0] if item > TECHNIQUE else ""
    if item in (COMMENT, VARIABLES, 40):
        width = {COMMENT: 1, VARIABLES: 2, 40: 3}[item]
        count = cursor.whole()
        return [str(count), *cursor.take(width * count)]
    if item == POSITION:
        return cursor.take(2 if mode in ("MAP", "MAPDP") else 0)
    if item == VARIABLE_VALUES:
        return cursor.take(len(header.variables))
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
