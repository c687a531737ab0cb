"""Named properties of an OLE file: [MS-OLEPS], Object Linking and Embedding Property Set Data Structures."""

import struct

_SECTION_LIST = 28  # bytes of the head, before the list of sections
_DICTIONARY, _CODE_PAGE = 0, 1  # numbers of properties that have a meaning of their own
_UTF16 = 1200  # code page
_NUMBERS = {2: "<h", 3: "<i", 4: "<f", 5: "<d", 19: "<I"}
"""Format of a value by the number of its type: I2, I4, R4, R8, UI4."""


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


def _section(stream: bytes, begin: int) -> dict[str, float]:
    (count,) = struct.unpack_from("<I", stream, begin + 4)
    count = min(count, max(len(stream) - begin - 8, 0) // 8)
    places = dict(struct.iter_unpack("<II", stream[begin + 8 : begin + 8 + 8 * count]))
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
