"""Reader of NeXus files (HDF5) with photoelectron spectra: NXxps, NXmpes, and what is built like them.

An entry (NXentry) holds the spectrum as NXdata, by NeXus' rules: the attribute ``signal`` names the intensities,
``axes`` the energies, whose attribute ``type`` says ``binding`` or ``kinetic``. The photon energy stands in an NXbeam
as ``incident_energy``, the sample's name in NXsample. See https://manual.nexusformat.org (NXdata, NXmpes, NXxps).
"""

import io
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xps_keras.errors import InputError, SpectrumWarning
from xps_keras.io.column_names import energy_factor, energy_scale, intensity_factor, unit_of
from xps_keras.io.draft import Draft, Parsed
from xps_keras.io.hdf5 import child, children, number, numbers, text
from xps_keras.io.hdf5_heaps import sound_heaps
from xps_keras.io.levels import level_name
from xps_keras.io.memory_bound import memory_bounded
from xps_keras.io.needs import EXTRA, library
from xps_keras.io.reader import Reader
from xps_keras.library.core_line import is_survey

_SIGNATURE = b"\x89HDF\r\n\x1a\n"
_MOST_GROUPS = 50_000
"""Groups looked into, those again that stand under several entries by hard links."""
_MOST_LEVELS = 10_000
_MOST_MEMORY = 600_000_000  # bytes: 20 million values in 64 bits, their copies, and room to spare
_REMEDY = "write it again with pynxtools-xps or export VAMAS"


class NexusReader:
    """NeXus files with photoelectron spectra."""

    name = "NeXus"
    extra = EXTRA

    def recognises(self, content: bytes, path: Path) -> bool:
        """Tell whether the file is HDF5."""
        return content.startswith(_SIGNATURE)

    def read(self, content: bytes, path: Path) -> Parsed:
        """Read the default plot of every entry."""
        h5py = library("h5py", "NeXus files", path)
        if not sound_heaps(content):
            raise InputError(f"{path.name}: the HDF5 file is damaged where it keeps its texts, {_REMEDY}.")
        drafts: list[Draft] = []
        warnings: list[SpectrumWarning] = []
        try:
            with memory_bounded(_MOST_MEMORY), h5py.File(io.BytesIO(content), "r") as file:
                visits = iter(range(_MOST_GROUPS))
                if text(file.attrs.get("application")) == "KherveFitting":
                    raise InputError(
                        f"{path.name}: this KherveFitting project is packed as HDF5, which is not read here, "
                        "save it as .json or .xlsx."
                    )
                for entry in _entries(file):
                    found, said = _entry(entry, visits, path)
                    drafts += found
                    warnings += said
        except InputError:
            raise
        except Exception as error:  # h5py hands on whatever the HDF5 library finds wrong
            said_by = " ".join(str(error).split())[:100].rstrip(".") or type(error).__name__
            raise InputError(f"{path.name}: the HDF5 file is damaged ({said_by}), {_REMEDY}.") from error
        if not drafts:
            raise InputError(
                f"{path.name}: the HDF5 file holds no NeXus entry with intensities over an energy axis, {_REMEDY}."
            )
        return Parsed(tuple(drafts), tuple(warnings))


READER: Reader = NexusReader()


def _is(group: Any, kind: str) -> bool:
    return text(group.attrs.get("NX_class")) == kind


def _entries(file: Any) -> Iterator[Any]:
    return (group for _, group in children(file) if _is(group, "NXentry"))


def _groups(entry: Any, visits: Iterator[int]) -> Iterator[Any]:
    """Walk the groups below an entry, nearest first, each once: hard links may lead in circles."""
    waiting, seen = deque([entry]), {entry}
    while waiting and next(visits, None) is not None:
        group = waiting.popleft()
        yield group
        for _, found in children(group):
            if hasattr(found, "keys") and found not in seen:
                seen.add(found)
                waiting.append(found)


@dataclass(frozen=True)
class _Plot:
    """Intensities over an energy axis."""

    name: str
    energy: Any
    intensity: Any
    axis: str
    """Name of the energy axis."""


def _plot(group: Any) -> _Plot | None:
    """Find the signal and the energy axis of an NXdata group."""
    if not _is(group, "NXdata"):
        return None
    axes = np.asarray(group.attrs.get("axes", ["energy"])).reshape(-1)
    names = [text(axis) for axis in axes if "energy" in text(axis).lower()]
    energy = child(group, names[0]) if names else None
    intensity = child(group, text(group.attrs.get("signal")) or "data")
    if energy is None or intensity is None or not hasattr(energy, "shape") or not hasattr(intensity, "shape"):
        return None
    return _Plot(group.name, energy, intensity, names[0]) if len(energy.shape) == 1 else None


def _measured(plots: list[_Plot], default: str) -> _Plot:
    """Choose what was measured: what the entry calls its default, else the first that is no background or fit."""
    named = [plot for plot in plots if plot.name.rpartition("/")[2] == default]
    curves = re.compile(r"background|baseline|fit|envelope|residu|component|peak", re.IGNORECASE)
    return next((plot for plot in [*named, *plots] if not curves.search(plot.name.rpartition("/")[2])), plots[0])


def _entry(entry: Any, visits: Iterator[int], path: Path) -> tuple[list[Draft], list[SpectrumWarning]]:
    groups = list(_groups(entry, visits))
    name = entry.name.strip("/")
    plots = [found for group in groups if (found := _plot(group)) is not None]
    if not plots:
        words = f"The entry {name} holds no intensities over an energy axis: left out."
        return [], [SpectrumWarning("region-skipped", words)]
    plot = _measured(plots, text(entry.attrs.get("default")))
    energy, intensity = numbers(plot.energy, path), numbers(plot.intensity, path)
    factors = (
        energy_factor(text(plot.energy.attrs.get("units"))),
        intensity_factor(text(plot.intensity.attrs.get("units"))),
    )
    energy, intensity = factors[0] * energy, factors[1] * intensity
    along = next((index for index, size in enumerate(intensity.shape) if size == len(energy)), None)
    if along is None or intensity.ndim > 2:
        raise InputError(
            f"{path.name}: the intensities of {plot.name} have the shape {intensity.shape} and do not fit "
            f"{len(energy)} energies, {_REMEDY}."
        )
    spectra: NDArray[np.float64] = np.moveaxis(intensity, along, -1).reshape(-1, len(energy))
    if len(spectra) > _MOST_LEVELS:
        raise InputError(f"{path.name}: {plot.name} holds {len(spectra)} spectra, more than {_MOST_LEVELS}.")
    said = f"{text(plot.energy.attrs.get('type'))} {text(plot.energy.attrs.get('long_name'))} {plot.axis}"
    scale = energy_scale(said.replace("_", " "))
    warnings: tuple[SpectrumWarning, ...] = ()
    if scale is None:
        words = f"The entry {name} does not say whether its energies are binding or kinetic: binding was assumed."
        warnings = (SpectrumWarning("scale-assumed", words),)
    source = next((value for group in groups if (value := number(group, "incident_energy")) is not None), None)
    sample = next((text(child(group, "name")) for group in groups if _is(group, "NXsample")), "")
    # pynxtools-xps names an entry after sample and region, parted by two underscores.
    prefix, _, label = name.rpartition("__")
    sample = sample or prefix
    unread = [other for other in plots if other is not plot]
    if unread:
        names = ", ".join(other.name.rpartition("/")[2] for other in unread[:8])
        words = f"Of the entry {name}, {plot.name.rpartition('/')[2]} was read, not {names}."
        warnings = (*warnings, SpectrumWarning("columns-ignored", words))
    unit = text(plot.intensity.attrs.get("units")).replace("_", " ")
    drafts = [
        Draft(
            label="survey" if is_survey(label) else label,
            energy_ev=energy,
            intensity=values,
            place=f"the entry {name}" + (f", spectrum {index + 1}" if len(spectra) > 1 else ""),
            scale=scale or "binding",
            intensity_unit=unit_of(unit) or "arbitrary",
            source_energy_ev=source,
            sample=level_name(sample, index + 1) if len(spectra) > 1 else sample,
            warnings=warnings,
        )
        for index, values in enumerate(spectra)
    ]
    return drafts, []
