"""What Igor's binary and text waves have in common: a wave with scaled dimensions and a note becomes regions."""

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from xps_keras.errors import InputError, SpectrumWarning
from xps_keras.io.column_names import energy_scale, unit_of
from xps_keras.io.core_line import is_survey
from xps_keras.io.decode import known_number
from xps_keras.io.draft import Draft


@dataclass(frozen=True)
class Dimension:
    """Scale of one dimension of a wave: index ``i`` stands at ``start + i * step``."""

    start: float = 0.0
    step: float = 1.0
    unit: str = ""
    """Unit or name, ``Binding Energy [eV]``; empty when none was set."""

    @property
    def scaled(self) -> bool:
        """Whether anybody gave it a scale: Igor's default is 0, 1, 2, ..."""
        return (self.start, self.step) != (0.0, 1.0) or bool(self.unit)


@dataclass(frozen=True)
class Wave:
    """One numeric wave."""

    name: str
    values: NDArray[np.float64]
    """Shape ``(n,)`` or ``(n, m)``."""
    dimensions: tuple[Dimension, ...]
    unit: str
    """Unit of the values."""
    note: str
    """Note of the wave, or the comments that stand before it."""
    place: str


def to_drafts(waves: list[Wave], path: Path) -> tuple[tuple[Draft, ...], tuple[SpectrumWarning, ...]]:
    """Turn waves into regions.

    A wave with a scaled dimension brings its energies itself. Waves without scale are pairs: one with energies in
    order, then intensities of the same length. A matrix is summed over the dimension that is no energy, as slices of
    a detector.

    Args:
        waves: All numeric waves of a file, in file order.
        path: The file, for messages.

    Returns:
        The drafts and what a user should know.

    Raises:
        InputError: If no wave has energies.
    """
    drafts: list[Draft] = []
    warnings: list[SpectrumWarning] = []
    energies: Wave | None = None
    for wave in waves:
        values = wave.values
        said: list[SpectrumWarning] = []
        if values.ndim == 2 and 1 in values.shape:
            kept = 0 if values.shape[1] == 1 else 1
            values, dimension = values.ravel(), wave.dimensions[kept]
        elif values.ndim == 2:
            along = _energy_dimension(wave)
            values, dimension = values.sum(axis=1 - along), wave.dimensions[along]
            text = f"The {wave.values.shape[1 - along]} slices of {wave.place} were summed."
            said.append(SpectrumWarning("slices-summed", text))
        else:
            dimension = wave.dimensions[0]
        if dimension.scaled:
            axis = dimension.start + dimension.step * np.arange(len(values), dtype=np.float64)
            scale, unsaid = _scale(dimension.unit, wave)
        elif energies is not None and len(energies.values) == len(values):
            axis = energies.values
            scale, unsaid = _scale(f"{energies.name.replace('_', ' ')} {energies.unit}", wave)
        else:
            if _in_order(values):
                energies = wave
            else:
                text = f"{wave.place} has no energies, neither a scale nor a wave of energies before it: left out."
                warnings.append(SpectrumWarning("region-skipped", text))
            continue
        drafts.append(replace(_draft(wave, axis, values, scale), warnings=(*said, *unsaid)))
    if not drafts:
        raise InputError(f"{path.name}: no wave has an energy scale, set it in Igor (SetScale) or export two columns.")
    return tuple(drafts), tuple(warnings)


def _in_order(values: NDArray[np.float64]) -> bool:
    steps = np.diff(values)
    return len(steps) > 0 and bool((steps > 0).all() or (steps < 0).all())


def _energy_dimension(wave: Wave) -> int:
    units = [dimension.unit for dimension in wave.dimensions]
    return 1 if "eV" in units[1] and "eV" not in units[0] else 0


def _scale(unit: str, wave: Wave) -> tuple[Literal["binding", "kinetic"], list[SpectrumWarning]]:
    """The unit decides, then the note's line about the energy scale."""
    scale = energy_scale(unit) or energy_scale(_noted(wave.note, "Energy Scale") or "")
    if scale is not None:
        return scale, []
    text = f"{wave.place} does not say whether its energies are binding or kinetic: binding energies were assumed."
    return "binding", [SpectrumWarning("scale-assumed", text)]


def _noted(note: str, key: str) -> str | None:
    """Read a line `key=value` of a note."""
    match = re.search(rf"(?im)^[ \t]{{0,8}}{re.escape(key)}[ \t]{{0,8}}[=:](.*)$", note)
    return match[1].strip() or None if match else None


def _draft(
    wave: Wave, energy: NDArray[np.float64], values: NDArray[np.float64], scale: Literal["binding", "kinetic"]
) -> Draft:
    source = re.match(r"[\d.,]+", _noted(wave.note, "Excitation Energy") or "")
    sweeps = _noted(wave.note, "Number of Sweeps") or _noted(wave.note, "Number of Scans") or ""
    label = _noted(wave.note, "Region Name") or wave.name
    return Draft(
        label="survey" if is_survey(label) else label,
        energy_ev=energy,
        intensity=values,
        place=wave.place,
        scale=scale,
        intensity_unit="arbitrary" if "a.u." in wave.unit else unit_of(wave.unit) or "arbitrary",
        source_energy_ev=known_number(source[0]) if source else None,
        scans=int(sweeps) if re.fullmatch(r"[1-9]\d{0,5}", sweeps) else None,
        sample=_noted(wave.note, "Sample") or "",
    )
