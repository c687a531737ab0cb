"""Which sample a VAMAS block belongs to: its identifier, then the variables by which a sample was measured anew."""

import re
from collections.abc import Sequence
from itertools import pairwise
from pathlib import PureWindowsPath

from xps_keras.io.decode import known_number
from xps_keras.io.sample_words import counts_repetitions, name_in, without_core_line
from xps_keras.io.samples import parted_names
from xps_keras.io.vamas_blocks import (
    POSITION,
    SPECIES,
    TAKE_OFF,
    TILT,
    TRANSITION,
    VARIABLE_VALUES,
    Block,
    Header,
)

_WAS_SET = re.compile(r"etch|sputter|depth|angle|tilt|temperature|dose|position", re.IGNORECASE)
_IN_COMMENT = re.compile(
    r"\s{0,9}(?:casa ?row ?label|group(?: ?name)?|"
    r"(?:sample|specimen)(?:[ _](?:name|id|identifier|description|comment|note))?s?|description|treatment)"
    r"\s{0,9}[:=]\s{0,9}(\S.*)",
    re.IGNORECASE,
)
"""A line of a block's comment that names its sample, as CasaXPS and Prodigy write it."""
_KEY = re.compile(
    r"(?i)\A(?:sample|specimen)(?:[ _](?:name|id|identifier|description))?\s{0,9}[:=]\s{0,9}(?=.*[^\W\d_]|\Z)"
)
"""Before a name in the field for it; what is no more than a number keeps its key."""
_PATH = re.compile(r"[A-Za-z]:[\\/]|\\\\|/\w+/")
_FILE = re.compile(r"(?P<stem>.+?)\.[A-Za-z]\w{1,3}(?::\d{1,9})*(?::(?P<called>[^:]*))?")
"""A file, and behind colons what PHI's programs add to it: numbers, and what was measured."""
_DRIFT = 0.01  # part by which a temperature or a position that is kept is read differently
_NO_NAMES = frozenset(["", "not specified", "unknown", "none", "n/a", "-", "sample", "no name"])


def sample_names(blocks: list[Block], header: Header) -> list[str]:
    """Name the sample of each block.

    A variable parts the blocks of one identifier only where every value has blocks of its own for the same region: a
    running number that changes from region to region tells no samples apart. What someone set, such as the etch time,
    is not among these: see ``values_set``.

    Args:
        blocks: Blocks of one file.
        header: Its head.

    Returns:
        One name per block: the identifier, followed by the values that part it (``PET, level 2``); an empty text where
        the file says nothing.
    """
    identifiers = _without_paths([_KEY.sub("", block.sample.strip()) for block in blocks])
    names = ["" if name.lower() in _NO_NAMES else name for name in identifiers]
    regions = [_region(block) for block in blocks]
    for label, values in _variables(blocks, header):
        if not _WAS_SET.search(label) and not counts_repetitions(label):
            names = parted_names(names, regions, values)
    return names


def _without_paths(names: Sequence[str]) -> list[str]:
    """Call samples that bear a path by what was measured or by their file, as briefly as keeps them apart."""
    paths = {name: _file_names(name) for name in names if _PATH.match(name)}
    for short in range(2):
        called = {name: paths[name][short] if name in paths else name for name in names}
        if all(called.values()) and len(set(called.values())) == len(called):
            return [called[name] for name in names]
    return list(names)


def _file_names(path: str) -> tuple[str, str]:
    """Return what a path says was measured, else its file, and its file."""
    last = PureWindowsPath(path).name or path
    found = _FILE.fullmatch(last)
    if found is None:
        return last, last
    called = (found["called"] or "").strip()
    return called if re.search(r"[^\W\d_]", called) else found["stem"], found["stem"]


def values_set(blocks: list[Block], names: list[str], header: Header) -> list[tuple[str, ...]]:
    """Return what someone set for each block, as an etch time or an angle, and so tells samples of one name apart.

    Args:
        blocks: Blocks of one file.
        names: Name of the sample of each block.
        header: Head of the file.

    Returns:
        The values of each block (``etch time 30 s``), without those that merely run on from region to region.
    """
    regions = [_region(block) for block in blocks]
    found: list[list[str]] = [[] for _ in blocks]
    of_name: dict[str, list[int]] = {}
    for index, name in enumerate(names):
        of_name.setdefault(name, []).append(index)
    for label, values in _variables(blocks, header):
        if not _WAS_SET.search(label):
            continue
        for members in of_name.values():
            if not _runs_on([values[index] for index in members], [regions[index] for index in members]):
                for index in members:
                    found[index].append(values[index])
    return [tuple(values) for values in found]


def names_in_comment(block: Block) -> tuple[str, ...]:
    """Return what the comment of a block says of its sample, ``Group = PET``.

    Args:
        block: The block.

    Returns:
        The names, in the order of the lines; they part regions only where they differ.
    """
    lines = [match[1] for line in block.comment if (match := _IN_COMMENT.match(line))]
    return tuple(name for line in lines if (name := name_in(without_core_line(line))))


def _runs_on(values: list[str], regions: list[str]) -> bool:
    """Tell whether a value is another one at every block and no region comes twice in a row, or merely drifts."""
    numbers = [
        known_number(found[0]) if (found := re.findall(r"[-+]?\d[\d.eE+-]*", value)) else None for value in values
    ]
    known = [value for value in numbers if value is not None]
    if len(known) == len(values) and max(known) - min(known) <= _DRIFT * max(map(abs, known)):
        return True
    return len(set(values)) == len(values) and all(one != other for one, other in pairwise(regions))


def _region(block: Block) -> str:
    return f"{block.name.strip()}|{block.items[SPECIES][0]}|{block.items[TRANSITION][0]}"


def _variables(blocks: list[Block], header: Header) -> list[tuple[str, list[str]]]:
    """Label of everything by which one sample may be measured anew, and its value at each block, in words."""
    found = [
        (
            label.lower() or "variable",
            "" if unit == "d" else unit,
            [block.items[VARIABLE_VALUES][index] for block in blocks],
        )
        for index, (label, unit) in enumerate(header.variables)
    ]
    positions = [", ".join(block.items[POSITION]) for block in blocks]
    if any(positions):
        found.append(("position", "", positions))
    for item, label in ((TAKE_OFF, "take-off angle"), (TILT, "tilt")):
        found.append((label, "degrees", [block.items[item][0] for block in blocks]))
    return [(label, [f"{label} {value} {unit}".strip() for value in values]) for label, unit, values in found]
