"""Named properties of an OLE file: [MS-OLEPS], Object Linking and Embedding Property Set Data Structures."""

import struct
from collections.abc import Sequence

_SECTION_LIST = 28  # bytes of the head, before the list of sections
_DICTIONARY, _CODE_PAGE = 0, 1  # numbers of properties that have a meaning of their own
_UTF16 = 1200  # code page
_NUMBERS = {2: "<h", 3: "<i", 4: "<f", 5: "<d", 19: "<I"}
"""Format of a value by the number of its type: I2, I4, R4, R8, UI4."""
_TEXTS = {30: (1, "latin-1"), 31: (2, "utf-16-le")}
"""Bytes of a letter and encoding by the number of a text's type: LPSTR, LPWSTR."""


def texts(stream: bytes, numbers: Sequence[int]) -> dict[int, str]:
    """Read texts of the first section.

    olefile's own reader takes the length of a list from the file and goes through it, four thousand million entries in
    a damaged one.

    Args:
        stream: A property set stream.
        numbers: Numbers of the properties that are wanted.

    Returns:
        Text by number; those that are missing, broken or no texts are left out.
    """
    found: dict[int, str] = {}
    try:
        (begin,) = struct.unpack_from("<I", stream, _SECTION_LIST + 16)
        places = _places(stream, begin)
        for number in numbers:
            if number not in places:
                continue
            kind, length = struct.unpack_from("<II", stream, begin + places[number])
            at = begin + places[number] + 8
            if kind in _TEXTS:
                letter, encoding = _TEXTS[kind]
                found[number] = stream[at : at + letter * length].decode(encoding, errors="replace").split("\0")[0]
    except struct.error:
        pass
    return found


def named_properties(stream: bytes) -> dict[str, float]:
    """Read the numbers among the properties that have names.

    Args:
        stream: A property set stream.

    Returns:
        Value by name; empty where the stream is broken or names nothing.
    """
    found: dict[str, float] = {}
    try:
        (sections,) = struct.unpack_from("<I", stream, _SECTION_LIST - 4)
        for section in range(min(sections, 2)):
            (begin,) = struct.unpack_from("<I", stream, _SECTION_LIST + 20 * section + 16)
            found |= _section(stream, begin)
    except struct.error:
        return found
    return found


def _places(stream: bytes, begin: int) -> dict[int, int]:
    """Read where the properties of a section stand, counted from its begin."""
    (count,) = struct.unpack_from("<I", stream, begin + 4)
    count = min(count, max(len(stream) - begin - 8, 0) // 8)
    return dict(struct.iter_unpack("<II", stream[begin + 8 : begin + 8 + 8 * count]))


def _section(stream: bytes, begin: int) -> dict[str, float]:
    places = _places(stream, begin)
    if _DICTIONARY not in places:
        return {}
    page = places.get(_CODE_PAGE)
    wide = page is not None and struct.unpack_from("<H", stream, begin + page + 4)[0] == _UTF16
    names = _names(stream, begin + places[_DICTIONARY], wide)
    values: dict[str, float] = {}
    for number, name in names.items():
        if number in places:
            (kind,) = struct.unpack_from("<I", stream, begin + places[number])
            if kind in _NUMBERS:
                (value,) = struct.unpack_from(_NUMBERS[kind], stream, begin + places[number] + 4)
                values[name] = float(value)
    return values


def _names(stream: bytes, at: int, wide: bool) -> dict[int, str]:
    """Read the dictionary: number of the property, length and name of each; UTF-16 names are padded to four bytes."""
    (count,) = struct.unpack_from("<I", stream, at)
    at += 4
    names: dict[int, str] = {}
    for _ in range(min(count, len(stream) // 8)):
        number, length = struct.unpack_from("<II", stream, at)
        size = 2 * length if wide else length
        raw = stream[at + 8 : at + 8 + size]
        names[number] = raw.decode("utf-16-le" if wide else "latin-1", errors="replace").rstrip("\0")
        at += 8 + (size + 3 & ~3 if wide else size)
    return names
