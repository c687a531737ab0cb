"""Which sample a VAMAS block belongs to: its identifier, then the variables by which a sample was measured anew."""

import re

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

_WAS_SET = re.compile(r"etch|sputter|depth|angle|tilt|temperature|dose", re.IGNORECASE)
_NO_NAMES = frozenset(["", "not specified", "unknown", "none", "n/a", "-", "sample", "no name"])


def sample_names(blocks: list[Block], header: Header) -> list[str]:
    """Name the sample of each block.

    A variable, such as the etch time, parts the blocks of one identifier only where every value has blocks of its own
    for the same region: a running number that changes from region to region tells no samples apart.

    Args:
        blocks: Blocks of one file.
        header: Its head.

    Returns:
        One name per block: the identifier, followed by the values that part it (``PET, etch time 30 s``); an empty
        text where the file says nothing.
    """
    identifiers = [block.sample.strip() for block in blocks]
    names = ["" if name.lower() in _NO_NAMES else name for name in identifiers]
    regions = [_region(block) for block in blocks]
    for label, unit, values in _variables(blocks, header):
        said = [f"{label} {value} {unit}".strip() for value in values]
        names = parted_names(names, regions, said, was_set=_WAS_SET.search(label) is not None)
    return names


def _region(block: Block) -> str:
    return f"{block.name.strip()}|{block.items[SPECIES][0]}|{block.items[TRANSITION][0]}"


def _variables(blocks: list[Block], header: Header) -> list[tuple[str, str, list[str]]]:
    """Label, unit and value in each block of everything by which one sample may be measured anew."""
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
    return found
