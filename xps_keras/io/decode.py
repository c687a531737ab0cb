"""Bytes to text, for files whose encoding nobody wrote down."""

import codecs

_CONTROL_ALLOWED = frozenset(b"\t\n\v\f\r\x1a\x1b")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def to_text(data: bytes) -> str | None:
    """Decode a text file or the head of one.

    A byte order mark decides; without one, bytes that alternate with zeros are UTF-16; else UTF-8 is tried, then
    Latin-1. Stray zero bytes, which PHI MultiPak leaves behind labels, are dropped.

    Args:
        data: The file or its first bytes.

    Returns:
        The text, or None when the bytes are no text.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, errors="replace")
    sample = data[:4096]
    if not sample:
        return ""
    wide = _utf16_without_mark(sample)
    if wide is not None:
        return data.decode(wide, errors="replace")
    controls = sum(byte < 32 and byte not in _CONTROL_ALLOWED for byte in sample)
    if controls > max(2, 0.02 * len(sample)):
        return None
    stripped = data.replace(b"\0", b"")
    try:
        return stripped.decode("utf-8")
    except UnicodeDecodeError:
        return stripped.decode("latin-1")


def _utf16_without_mark(sample: bytes) -> str | None:
    even, odd = sample[0::2], sample[1::2]
    if len(odd) < 4:
        return None
    zeros_even, zeros_odd = even.count(0) / len(even), odd.count(0) / len(odd)
    if zeros_odd > 0.9 and zeros_even < 0.1:
        return "utf-16-le"
    if zeros_even > 0.9 and zeros_odd < 0.1:
        return "utf-16-be"
    return None


def known_number(text: str) -> float | None:
    """Read a number that may be left open.

    Args:
        text: A number, with point or comma.

    Returns:
        The number, or None when it is absent, not positive, or 1E37, which VAMAS writes for "unknown".
    """
    try:
        value = float(text.strip().replace(",", "."))
    except ValueError:
        return None
    return value if 0 < value < 1e36 else None
