"""Reader of Igor binary waves (.ibw), versions 2, 3 and 5, as Scienta SES writes them.

Layout: WaveMetrics, Igor Technical Note TN003, "Igor Binary Format". All offsets below are from there.
"""

import math
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from xps_keras.errors import InputError
from xps_keras.io.draft import Parsed
from xps_keras.io.igor_wave import Dimension, Wave, to_drafts
from xps_keras.io.reader import Reader

_HEADERS = {2: (16, 110), 3: (20, 110), 5: (64, 320)}
"""Bytes of the file header and of the wave header before the values, by version."""
_TYPES = {2: "f4", 4: "f8", 8: "i1", 16: "i2", 32: "i4", 72: "u1", 80: "u2", 96: "u4", 128: "i8", 192: "u8"}
"""NumPy type by Igor's number of a type; complex numbers and text are no spectra."""
_PADDING = 16
"""Bytes between values and note in versions 2 and 3."""
_REMEDY = "save the wave again or export it as two columns"


class IgorBinaryReader:
    """Binary waves of Igor Pro."""

    name = "Igor binary wave"
    extra = None

    def recognises(self, content: bytes, path: Path) -> bool:
        """Tell whether the file begins with a version and headers whose checksum is right."""
        return _order(content) is not None

    def read(self, content: bytes, path: Path) -> Parsed:
        """Read the wave."""
        order = _order(content) or "<"
        wave = _wave(content, order, path)
        return Parsed(*to_drafts([wave], path))


READER: Reader = IgorBinaryReader()


def _order(content: bytes) -> str | None:
    """Find the order of bytes in which the version is known and the 16-bit words of both headers add up to zero."""
    for order in "<>":
        if len(content) < 2:
            return None
        length = sum(_HEADERS.get(int(np.frombuffer(content, f"{order}u2", 1)[0]), (0, 0)))
        if length and len(content) >= length:
            total = int(np.frombuffer(content, f"{order}i2", length // 2).sum(dtype=np.int64))
            if total % 65536 == 0:
                return order
    return None


def _wave(content: bytes, order: str, path: Path) -> Wave:
    def whole(at: int, kind: str = "i4", count: int = 1) -> list[int]:
        return [int(value) for value in np.frombuffer(content, order + kind, count, at)]

    def reals(at: int, count: int) -> list[float]:
        return [float(value) for value in np.frombuffer(content, order + "f8", count, at)]

    def text(at: int, length: int) -> str:
        piece = content[at : at + max(length, 0)].split(b"\0")[0]
        return piece.decode("utf-8", errors="replace").replace("\r", "\n")

    version = whole(0, "u2")[0]
    head = _HEADERS[version][0]
    begin = sum(_HEADERS[version])
    if version == 5:
        kind, name, unit = whole(head + 16, "i2")[0], text(head + 28, 32), text(head + 148, 4)
        shape = [size for size in whole(head + 68, count=4) if size]
        steps, starts = reals(head + 84, 4), reals(head + 116, 4)
        units = [text(head + 152 + 4 * index, 4) for index in range(4)]
    else:
        kind, name, unit = whole(head, "i2")[0], text(head + 6, 20), text(head + 34, 4)
        shape, steps, starts, units = whole(head + 42), reals(head + 48, 1), reals(head + 56, 1), [text(head + 38, 4)]
    values, at = _values(content, begin, kind, shape, order, path)
    if version == 5:
        formula, noted, long_unit, *long_units = whole(8, count=7)
        at += max(formula, 0)
        pieces: list[str] = []
        for length in (noted, long_unit, *long_units):
            pieces.append(text(at, length))
            at += max(length, 0)
        note, unit = pieces[0], pieces[1] or unit
        units = [long or short for long, short in zip(pieces[2:], units, strict=True)]
    else:
        note = text(at + _PADDING, whole(6)[0])
    dimensions = tuple(Dimension(*item) for item in zip(starts, steps, units, strict=True))
    return Wave(name, values, dimensions, unit, note, f"the wave {name or 'without a name'}")


def _values(
    content: bytes, begin: int, kind: int, shape: list[int], order: str, path: Path
) -> tuple[NDArray[np.float64], int]:
    """Return the values and where they end; counts are held against the size of the file first."""
    if kind not in _TYPES:
        raise InputError(f"{path.name}: the wave holds text or complex numbers, save the wave of intensities.")
    if not 1 <= len(shape) <= 2:
        raise InputError(
            f"{path.name}: the wave has {len(shape)} dimensions where a spectrum has one or two, {_REMEDY}."
        )
    dtype = np.dtype(order + _TYPES[kind])
    count = math.prod(shape)
    end = begin + count * dtype.itemsize
    if min(shape) < 1 or end > len(content):
        raise InputError(
            f"{path.name}: the wave says it holds {' times '.join(map(str, shape))} values, which the file of "
            f"{len(content)} bytes does not have, {_REMEDY}."
        )
    with np.errstate(invalid="ignore"):  # values that are no numbers are refused later, by name
        values = np.frombuffer(content, dtype, count, begin).astype(np.float64)
    return values.reshape(shape, order="F"), end
