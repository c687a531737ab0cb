"""What Igor's binary and text waves have in common: a wave with scaled dimensions and a note becomes regions."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from xps_keras.errors import InputError, SpectrumWarning
from xps_keras.io.column_names import energy_factor, energy_scale, intensity_factor, unit_of
from xps_keras.io.draft import Draft
from xps_keras.io.igor_pairs import in_order, pairs_of, wave_role
from xps_keras.io.one_axis import is_computed
from xps_keras.io.quantities import energies_ev, seconds
from xps_keras.io.source_words import source_energy
from xps_keras.io.unsaid_scale import SCALE_ASSUMED, settled
from xps_keras.library.core_line import is_survey

_NO_ENERGY = re.compile(r"(?i)^\W*(?:s|sec|seconds|ms|deg|degrees|\u00b0|rad|mm|\u00b5m|um|nm|time|angle)\b.*")
"""Units of a scale that is none of energies."""
_LEAST_END_EV = 40.0  # core levels stand above this on either scale
_MADE_OF = re.compile(r"(?i)(?:\A|_)(?:smth|sm|sub|dif|diff|res|norm|avg|corr?)(?=_|\Z)")
"""Parts of a name that Igor's users put before or behind that of the wave of which they made another."""
_SPACES = re.compile(r" {2,}")


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

    A wave with a scaled dimension brings its energies itself. Waves without scale are pairs of energies and
    intensities. A matrix is summed over the dimension that is no energy, as slices of a detector. Backgrounds and
    fits beside a measured wave are not read.

    Args:
        waves: All numeric waves of a file, in file order.
        path: The file, for messages.

    Returns:
        The drafts and what a user should know.

    Raises:
        InputError: If no wave has energies, or several waves of energies may be those of one wave.
    """
    flat = [_flat(wave) for wave in waves]
    left = {place: told[0] for place, one in enumerate(flat) if (told := _NO_ENERGY.search(one.dimension.unit))}
    alone = [
        SpectrumWarning("region-skipped", f"Left out as no spectrum, by its scale (`{told}`): {waves[place].place}.")
        for place, told in left.items()
    ]
    waves = [wave for place, wave in enumerate(waves) if place not in left]
    flat = [one for place, one in enumerate(flat) if place not in left]
    loose = [index for index, spectrum in enumerate(flat) if not spectrum.dimension.scaled]
    pairs = pairs_of([waves[index].name for index in loose], [flat[index].values for index in loose], path.name)
    energies = {loose[wave]: loose[axis] for wave, axis in pairs.energies.items()}
    axes = {loose[axis] for axis in pairs.axes}
    found: dict[int, Draft] = {}
    for index, spectrum in enumerate(flat):
        wave = waves[index]
        if spectrum.dimension.scaled:
            axis = spectrum.dimension.start + spectrum.dimension.step * np.arange(
                len(spectrum.values), dtype=np.float64
            )
            unit = spectrum.dimension.unit
        elif index in energies:
            partner = waves[energies[index]]
            axis, unit = flat[energies[index]].values, f"{partner.name.replace('_', ' ')} {partner.unit}"
            wave = replace(wave, note=f"{wave.note}\n{partner.note}")
        else:
            if index not in axes:
                text = f"{wave.place} has no energies, neither a scale nor a wave of energies of its length: left out."
                alone.append(SpectrumWarning("region-skipped", text))
            elif index not in energies.values():
                text = f"{wave.place} holds energies of no wave of intensities: left out."
                alone.append(SpectrumWarning("columns-ignored", text))
            continue
        scale, unsaid = _scale(unit, wave)
        draft = _draft(wave, energy_factor(unit) * axis, intensity_factor(wave.unit) * spectrum.values, scale)
        found[index] = replace(draft, warnings=(*spectrum.said, *unsaid))
    if not found:
        raise InputError(f"{path.name}: no wave has an energy scale, set it in Igor (SetScale) or export two columns.")
    curves = _curves({index: waves[index].name for index in found}, found)
    drafts = settled([draft for index, draft in found.items() if index not in curves])
    if curves:
        names = ", ".join(waves[index].name for index in curves)
        text = f"The waves {names} are backgrounds or fits beside measured ones and were not read."
        alone.append(SpectrumWarning("columns-ignored", text))
    return tuple(drafts), tuple(alone)


class _Flat(NamedTuple):
    """A wave along its energies."""

    values: NDArray[np.float64]
    """Shape ``(n,)``."""
    dimension: Dimension
    said: tuple[SpectrumWarning, ...]


def _flat(wave: Wave) -> _Flat:
    if wave.values.ndim == 1:
        return _Flat(wave.values, wave.dimensions[0], ())
    if 1 in wave.values.shape:
        return _Flat(wave.values.ravel(), wave.dimensions[0 if wave.values.shape[1] == 1 else 1], ())
    along = _energy_dimension(wave)
    text = f"The {wave.values.shape[1 - along]} slices of {wave.place} were summed."
    return _Flat(wave.values.sum(axis=1 - along), wave.dimensions[along], (SpectrumWarning("slices-summed", text),))


def _curves(names: Mapping[int, str], drafts: Mapping[int, Draft]) -> list[int]:
    """Find waves called background, fit or the like, or in order throughout, on the energies of one that is neither.

    So are waves that are called by another one of these energies and what was made of it: `C1s_smth` beside `C1s`.
    """
    by_axis: dict[tuple[object, ...], list[int]] = {}
    for index, draft in drafts.items():
        first, last = float(draft.energy_ev[0]), float(draft.energy_ev[-1])
        by_axis.setdefault((len(draft.energy_ev), first, last, draft.scale, draft.sample), []).append(index)
    curves: list[int] = []
    for members in by_axis.values():
        called = {names[index] for index in members}
        drawn = [
            index
            for index in members
            if wave_role(names[index]) == "other"
            or in_order(drafts[index].intensity)
            or is_computed(names[index].replace("_", " "))
            or _MADE_OF.sub("", names[index]).strip("_") in called - {names[index]}
        ]
        curves += drawn if len(drawn) < len(members) else []
    return curves


def _energy_dimension(wave: Wave) -> int:
    first, second = wave.dimensions[:2]
    if ("eV" in first.unit) != ("eV" in second.unit):
        return 0 if "eV" in first.unit else 1
    if (_NO_ENERGY.search(first.unit) is None) != (_NO_ENERGY.search(second.unit) is None):
        return 1 if _NO_ENERGY.search(first.unit) else 0
    # Angles and detector channels begin at small numbers, energies of core levels do not.
    ends = [
        max(dimension.start, dimension.start + dimension.step * (points - 1))
        for dimension, points in zip((first, second), wave.values.shape, strict=True)
    ]
    return 1 if second.scaled and ends[0] < _LEAST_END_EV <= ends[1] else 0


def _scale(unit: str, wave: Wave) -> tuple[Literal["binding", "kinetic"], list[SpectrumWarning]]:
    """The unit decides, then the note's line about the energy scale."""
    scale = energy_scale(unit) or energy_scale(_noted(wave.note, "Energy Scale") or "")
    if scale is not None:
        return scale, []
    text = f"{wave.place} does not say whether its energies are binding or kinetic: binding energies were assumed."
    return "binding", [SpectrumWarning(SCALE_ASSUMED, text)]


def _noted(note: str, key: str) -> str | None:
    """Read a line `key=value` of a note; the key is a pattern."""
    match = re.search(rf"(?im)^[ \t]{{0,8}}{key}[ \t]{{0,8}}[=:](.*)$", note)
    return match[1].strip() or None if match else None


def _draft(
    wave: Wave, energy: NDArray[np.float64], values: NDArray[np.float64], scale: Literal["binding", "kinetic"]
) -> Draft:
    sweeps = _noted(wave.note, "Number of Sweeps") or _noted(wave.note, "Number of Scans") or ""
    label = _noted(wave.note, "Region Name") or wave.name
    return Draft(
        label="survey" if is_survey(label) else label,
        energy_ev=energy,
        intensity=values,
        place=wave.place,
        scale=scale,
        intensity_unit="arbitrary" if "a.u." in wave.unit else unit_of(wave.unit) or "arbitrary",
        source_energy_ev=source_energy(_SPACES.sub(" ", wave.note).splitlines()),
        dwell_s=_dwell(wave.note),
        pass_energy_ev=next(
            (energy for energy, _ in energies_ev(f": {_noted(wave.note, 'Pass Energy') or ''}") if energy > 0), None
        ),
        scans=int(sweeps) if re.fullmatch(r"[1-9]\d{0,5}", sweeps) else None,
        sample=_noted(wave.note, "Sample") or "",
    )


def _dwell(note: str) -> float | None:
    """Return the time in s of each point: SPECS writes seconds, Scienta the step time in milliseconds."""
    dwell, step = (_noted(note, key) for key in ("Dwell ?Time", "Step Time"))
    return seconds(f": {dwell}") if dwell else seconds(f" (ms): {step}") if step else None
