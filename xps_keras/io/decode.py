"""Bytes to text, for files whose encoding and line ends nobody wrote down."""

import codecs
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import overload

import numpy as np

_PIECE = 1 << 22
_CONTROL_ALLOWED = frozenset(b"\t\n\v\f\r\x1a\x1b")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def to_text(data: bytes) -> str | None:
    """Decode a text file or the head of one.

    A byte order mark decides; without one, bytes that alternate with zeros are UTF-16; else UTF-8 is tried, then the
    code page of western Windows, then Latin-1. Stray zero bytes, which PHI MultiPak leaves behind labels, are dropped.

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
    return narrow_text(stripped)


def narrow_text(data: bytes) -> str:
    """Decode bytes that hold one byte a letter, or UTF-8."""
    for encoding in ("utf-8", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")


def to_lines(text: str) -> list[str]:
    r"""Cut a text at its line ends and at nothing else.

    ``str.splitlines`` also cuts at a form feed or at U+0085, which is what an ellipsis of Windows becomes in Latin-1.
    ``\r\r\n``, left by a transfer in text mode, is one line end.
    """
    lines = text.replace("\r\r\n", "\n").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if not lines[-1]:
        lines.pop()
    return lines


class Lines(Sequence[str]):
    """The lines of a large file without a string for each: bytes, and where each line begins.

    A file of 100 MB has 12 million lines, of which only labels are ever needed as text; numbers are read in one go.
    """

    def __init__(self, data: bytes) -> None:
        """Keep the content, zero bytes dropped, wide text narrowed, every line end made to end in a line feed."""
        for mark, encoding in _MARKS:
            if data.startswith(mark):
                data = (
                    data[len(mark) :] if encoding == "utf-8" else data[len(mark) :].decode(encoding, "replace").encode()
                )
                break
        else:
            wide = _utf16_without_mark(data[:4096])
            if wide is not None:
                data = data.decode(wide, errors="replace").encode()
        if b"\0" in data:
            data = data.replace(b"\0", b"")
        if (
            data.count(b"\r") != data.count(b"\r\n") or b"\r\r\n" in data
        ):  # plain \r\n needs no copy: lines are stripped
            data = data.replace(b"\r\r\n", b"\n").replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        self._data = data if data.endswith(b"\n") or not data else data + b"\n"
        self.ends_whole = data.endswith(b"\n")

        # Place of the line end of each line, shape (lines,); found in pieces and kept in 4 bytes for the memory's sake.
        raw = np.frombuffer(self._data, dtype=np.uint8)
        pieces = [
            (np.flatnonzero(raw[start : start + _PIECE] == 10) + start).astype(np.uint32)
            for start in range(0, len(raw), _PIECE)
        ]
        self._ends = np.concatenate(pieces) if pieces else np.empty(0, dtype=np.uint32)
        self._count = len(self._ends)

    def __len__(self) -> int:
        """Number of lines."""
        return self._count

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> list[str]: ...
    def __getitem__(self, index: int | slice) -> str | list[str]:
        """Return a line, or a run of lines, as text without spaces around it."""
        if isinstance(index, slice):
            start, stop, _ = index.indices(self._count)
            if stop <= start:
                return []
            return [line.strip() for line in narrow_text(self.block(start, stop)[:-1]).split("\n")]
        if not 0 <= index < self._count:
            raise IndexError(index)
        return narrow_text(self._data[self._begin(index) : int(self._ends[index])]).strip()

    def search(self, words: Iterable[str], start: int) -> Iterator[int]:
        """Yield the lines from ``start`` on that hold one of the words and nothing else."""
        choice = b"|".join(re.escape(word.encode()) for word in words)
        pattern = re.compile(rb"^[ \t]*(?:" + choice + rb")[ \t\r]*$", re.MULTILINE)
        if start >= len(self):
            return
        for match in pattern.finditer(self._data, self._begin(start)):
            yield int(np.searchsorted(self._ends, match.start()))

    def blank_from(self, start: int) -> bool:
        """Tell whether nothing but space follows from a line on."""
        at = self._begin(start)
        # In pieces: the first already decides, and a copy of the rest for every block would cost its square.
        while at < len(self._data):
            if self._data[at : at + 4096].strip():
                return False
            at += 4096
        return True

    def block(self, start: int, stop: int) -> bytes:
        """Return the bytes of the lines from ``start`` up to, without, ``stop``."""
        return self._data[self._begin(start) : self._begin(stop)]

    def _begin(self, index: int) -> int:
        return 0 if index == 0 else int(self._ends[index - 1]) + 1


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
