"""A look at an HDF5 file's global heaps before the HDF5 library sees them: a damaged one would keep it busy for ever.

Texts of variable length lie in global heaps: a head, then objects one behind the other, each with its size. HDF5 1.14
goes from object to object by these sizes and does not notice one that leads nowhere. Layout: HDF5 File Format
Specification, version 3.0, sections II.A (superblock) and III.E (global heap).
"""

import struct

_SIGNATURE = b"\x89HDF\r\n\x1a\n"
_HEAP = b"GCOL\x01"
_HEAD = 16  # bytes of a heap's head, and of the head of an object, where lengths have 8 bytes
_LENGTHS = {0: 14, 1: 14, 2: 10, 3: 10}
"""Place of the byte that says how many bytes a length has, by version of the superblock."""


def sound_heaps(content: bytes) -> bool:
    """Tell whether every global heap leads from object to object to its end.

    Args:
        content: The file.

    Returns:
        False also for lengths of other than 8 bytes, which nobody writes, and where heaps lie within one another.
    """
    version = content[len(_SIGNATURE)] if len(content) > 64 else -1
    if version not in _LENGTHS or content[_LENGTHS[version]] != 8:
        return False
    steps = len(content) // _HEAD + 1
    at = content.find(_HEAP)
    while at >= 0:
        if at + _HEAD > len(content):
            return True
        (size,) = struct.unpack_from("<Q", content, at + 8)
        end = min(at + size, len(content))
        place = at + _HEAD
        while place + _HEAD <= end:
            steps -= 1
            number, _, length = struct.unpack_from("<HHxxxxQ", content, place)
            # Number 0 is the free space, whose size counts its own head.
            further = -(-length // 8) * 8 + (_HEAD if number else 0)
            if further < _HEAD or place + further > at + size or steps < 0:
                return False
            place += further
        at = content.find(_HEAP, at + 1)
    return True
