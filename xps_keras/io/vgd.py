"""Reader of Thermo Avantage's own files (.vgd): an OLE file with the streams VGData, VGDataAxes and VGSpaceAxes.

Thermo has not published the layout. What is read here are the facts on which two independent descriptions agree,
those of PyExpLabSys (Technical University of Denmark) and of vgd-reader (G. Kerherve, Imperial College): 64-bit values
with the energy running fastest; per axis three texts, number of points, start, step and kind; kinetic energies; the
source energy among the named properties.
"""

import io
import math
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from xps_keras.errors import InputError, SpectrumWarning
from xps_keras.io.draft import Draft, Parsed
from xps_keras.io.levels import level_name
from xps_keras.io.needs import EXTRA, library
from xps_keras.io.ole_properties import named_properties, texts
from xps_keras.io.reader import Reader
from xps_keras.library.core_line import find_core_line, is_survey

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_STREAM_NAME = "VGSpaceAxes".encode("utf-16-le")
_PROPERTIES = "\x05Q5nw4m3lIjudbfwyAayojlptCa"
_SUMMARY = "\x05SummaryInformation"
_TITLE, _SUBJECT = 2, 3  # numbers of these properties in every OLE summary
_ENERGY_KIND = 1
_MOST_AXES = 16
_MOST_LEVELS = 10_000
AVANTAGE_AL_EV = 1486.68
"""What Avantage takes for monochromated Al K-alpha, in eV."""
_REMEDY = "export it from Avantage as VAMAS or as a workbook"


@dataclass(frozen=True)
class _Axis:
    """One axis of the stream VGSpaceAxes."""

    points: int
    start: float
    step: float
    kind: int | None
    """Number of the kind, 1 for energy; None for an axis that lists its values."""
    values: tuple[float, ...]
    """Values of an axis that lists them."""


class VgdReader:
    """Spectra of Thermo Avantage."""

    name = "Thermo VGD"
    extra = EXTRA

    def recognises(self, content: bytes, path: Path) -> bool:
        """Tell whether the file is an OLE file with the stream of Avantage's axes."""
        return content.startswith(_OLE) and _STREAM_NAME in content

    def read(self, content: bytes, path: Path) -> Parsed:
        """Read the spectrum, or one per level."""
        olefile = library("olefile", "Thermo's .vgd files", path)
        try:
            with olefile.OleFileIO(io.BytesIO(content)) as file:
                return _parsed(file, path)
        except InputError:
            raise
        except Exception as error:  # olefile raises whatever it stumbles over
            said = " ".join(str(error).split())[:100].rstrip(".") or type(error).__name__
            raise InputError(f"{path.name}: the OLE file is damaged ({said}), {_REMEDY}.") from error


READER: Reader = VgdReader()


def _stream(file: Any, name: str) -> bytes:
    return bytes(file.openstream(name).read()) if file.exists(name) else b""


def _parsed(file: Any, path: Path) -> Parsed:
    data = _stream(file, "VGData")
    values = np.frombuffer(data, "<f8", len(data) // 8)
    axes = _space_axes(_stream(file, "VGSpaceAxes"), path)
    sizes, counts = _data_axes(_stream(file, "VGDataAxes"), path)
    energy = axes[0]
    if energy.kind != _ENERGY_KIND or energy.points != sizes[0] or math.prod(sizes) != len(values):
        raise InputError(
            f"{path.name}: {len(values)} values do not fit {energy.points} energies and axes of "
            f"{' times '.join(map(str, sizes))} points, {_REMEDY}."
        )
    levels = len(values) // sizes[0]
    if levels > _MOST_LEVELS:
        raise InputError(f"{path.name}: the file holds {levels} spectra, more than {_MOST_LEVELS}, {_REMEDY}.")
    source, warnings = _source(_stream(file, _PROPERTIES))
    summary = texts(_stream(file, _SUMMARY), (_TITLE, _SUBJECT))
    title, subject = (summary.get(number, "").strip() for number in (_TITLE, _SUBJECT))
    label = "survey" if is_survey(title) else title
    # The axes of etch levels are two: the running number, and the list of times, which says more.
    listed = next((axis.values for axis in axes[1 : 1 + sum(counts[1:])] if len(axis.values) == levels), ())
    drafts = [
        Draft(
            label=label,
            energy_ev=energy.start + energy.step * np.arange(energy.points, dtype=np.float64),
            intensity=spectrum.astype(np.float64),
            place="the stream VGData" + (f", level {level}" if levels > 1 else ""),
            scale="kinetic",
            intensity_unit="counts",
            source_energy_ev=source,
            sample=level_name(subject, level, f"{listed[level - 1]:g}" if listed else "") if levels > 1 else subject,
            element_line=find_core_line(title),
        )
        for level, spectrum in enumerate(values.reshape(levels, sizes[0]), start=1)
    ]
    return Parsed(tuple(drafts), tuple(warnings))


def _source(properties: bytes) -> tuple[float, list[SpectrumWarning]]:
    """Find the source energy among the properties by its name; Avantage's Al K-alpha, with a warning, without one."""
    for name, value in named_properties(properties).items():
        words = name.lower().replace("_", "").replace(" ", "")
        if "source" in words and "energy" in words and isinstance(value, float) and 10 < value < 20_000:
            return round(value, 3), []  # stored in 32 bits
    text = f"The file does not name its source energy: Al K-alpha ({AVANTAGE_AL_EV} eV) was assumed."
    return AVANTAGE_AL_EV, [SpectrumWarning("source-assumed", text)]


def _space_axes(stream: bytes, path: Path) -> list[_Axis]:
    """Read the axes: three texts with their lengths, points, start, step, whether linear, then kind or values."""
    broken = InputError(f"{path.name}: the energy axis (stream VGSpaceAxes) is broken, {_REMEDY}.")
    axes: list[_Axis] = []
    try:
        (count,) = struct.unpack_from("<I", stream, 4)
        at = 8
        for _ in range(min(count, _MOST_AXES)):
            for _ in range(3):
                at += 4 + struct.unpack_from("<I", stream, at)[0]
            points, start, step, linear = struct.unpack_from("<Iddb", stream, at)
            at += 21
            kind, values = None, ()
            if linear:
                (kind,) = struct.unpack_from("<I", stream, at)
            elif points * 8 <= len(stream) - at:
                values = struct.unpack_from(f"<{points}d", stream, at)
                at += 8 * points
            else:
                raise broken
            at += 4
            axes.append(_Axis(points, start, step, kind, values))
    except struct.error:
        raise broken from None
    if not axes or not (math.isfinite(axes[0].start) and 0 < abs(axes[0].step) < 1000):
        raise broken
    return axes


def _data_axes(stream: bytes, path: Path) -> tuple[list[int], list[int]]:
    """Read how the values are laid out: points of each dimension, and the number of axes that describe it."""
    words = np.frombuffer(stream, "<u4", len(stream) // 4)
    count = int(words[1]) if len(words) > 1 else 0
    if not 1 <= count <= _MOST_AXES or len(words) < 2 + 4 * count:
        raise InputError(f"{path.name}: the layout of the values (stream VGDataAxes) is broken, {_REMEDY}.")
    rows = words[2 : 2 + 4 * count].reshape(count, 4).astype(np.int64)
    return [int(last - first + 1) for first, last, _, _ in rows], [int(axes) for _, _, axes, _ in rows]
