"""Import of measured reference spectra: a folder of files and a label table in, a library out."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from xps_keras.axis import AXIS
from xps_keras.errors import InputError, UsageError, XpsKerasError
from xps_keras.files import StrPath
from xps_keras.groups import GROUP_NAMES
from xps_keras.io import read
from xps_keras.library.lines import LINES
from xps_keras.measured.label_table import LabelRow, read_labels
from xps_keras.measured.library import MeasuredLibrary
from xps_keras.preprocessing.channels import stitch, to_channels
from xps_keras.preprocessing.planned import PlannedRegion, has_peak
from xps_keras.spectrum import Region, Spectrum

Background = Literal["subtract", "none"]
Note = tuple[str, str]
"""Where, and one sentence."""
ALIGN_WITHIN_EV = 1.0
"""How far from the wanted energy the strongest C 1s peak of a polymer with alkane carbon is sought."""
_EMPTY_EV = 1.0  # so long a run of exact zeros was not measured
_DEEPEST = 0.10  # a net intensity this far below zero, over 0.6 eV and relative to its peak, is a wrong background
_SMOOTHED_EV = 0.6
_ALKANE = GROUP_NAMES.index("alkane")


@dataclass(frozen=True)
class Imported:
    """An imported library and what its owner should know."""

    library: MeasuredLibrary
    notes: tuple[str, ...]
    """One sentence each: regions left out, warnings of readers, energies moved."""


def import_folder(
    folder: StrPath,
    name: str,
    align_c1s_ev: float | None = None,
    background: Background = "subtract",
    own_labels: bool = False,
) -> Imported:
    """Read measured reference spectra.

    Args:
        folder: Holds a label table (see ``label_table``) and a folder of spectra for each polymer, named as its key.
        name: Name of the library.
        align_c1s_ev: Energy in eV to which the strongest C 1s peak of every polymer with alkane carbon is moved, if one
            stands within ``ALIGN_WITHIN_EV``; None leaves all energies as they are. The authors of arXiv 2603.05350
            align in this way, to 285.1 eV.
        background: ``subtract`` treats each region as ``analyze`` does; ``none`` for files that hold net intensities.
        own_labels: Whether the table's columns are labels of the owner's own, not groups of this package.

    Returns:
        The library, polymers in the order of the table.

    Raises:
        InputError: Folder, table or a spectrum cannot be used; nothing is left out in silence.
        UsageError: Energies are to be aligned by alkane carbon, which labels of the owner's own do not name.
    """
    if own_labels and align_c1s_ev is not None:
        raise UsageError(
            "--align-c1s moves polymers that carry the group alkane, which --own-labels does not know; leave one of "
            "them out."
        )
    folder = Path(folder)
    if not folder.is_dir():
        raise InputError(f"{folder}: there is no such folder; name the one with the label table and the spectra.")
    table = read_labels(folder, own_labels)
    rows = table.rows
    _check_folders(folder, rows)
    notes: list[Note] = []
    spectra, masks, lines = [], [], []
    for row in rows:
        spectrum = _combined(folder / row.key, notes)
        align = align_c1s_ev if align_c1s_ev is not None and row.counts[_ALKANE] > 0 else None
        intensity, measured, shown = _polymer(spectrum, align, background, notes)
        spectra.append(intensity)
        masks.append(measured)
        lines.append(shown)
    library = MeasuredLibrary(
        name=name,
        keys=tuple(row.key for row in rows),
        polymer_names=tuple(row.name for row in rows),
        smiles=tuple(row.smiles for row in rows),
        group_counts=np.array([row.counts for row in rows], np.float32),
        intensity=np.array(spectra, np.float32),
        measured=np.array(masks),
        lines=tuple(lines),
        labels=table.labels,
    )
    return Imported(library, _gathered(notes))


def _gathered(notes: list[Note]) -> tuple[str, ...]:
    """One sentence for each thing noticed, however many files it concerns."""
    places: dict[str, list[str]] = {}
    for place, text in notes:
        places.setdefault(text, []).append(place)
    return tuple(
        f"{', '.join(found[:3])}{f' and {len(found) - 3} more' if len(found) > 3 else ''}: {text}"
        for text, found in places.items()
    )


def _check_folders(folder: Path, rows: Sequence[LabelRow]) -> None:
    found = {path.name for path in folder.iterdir() if path.is_dir() and not path.name.startswith(".")}
    keys = {row.key for row in rows}
    if missing := [row.key for row in rows if row.key not in found]:
        raise InputError(f"{folder}: the label table names {', '.join(missing)}, but there is no folder of that name.")
    if unknown := sorted(found - keys):
        raise InputError(f"{folder}: the folder {', '.join(unknown)} has no row in the label table; add it.")


def _combined(folder: Path, notes: list[Note]) -> Spectrum:
    """All regions of all files of one polymer as one spectrum."""
    files = sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith("."))
    if not files:
        raise InputError(f"{folder}: the folder holds no spectrum; put the polymer's files there.")
    regions: list[Region] = []
    digest = hashlib.sha256()
    for file in files:
        try:
            spectrum = read(file)
        except XpsKerasError as error:
            raise InputError(f"{folder.name}/{error}") from error
        notes += [(f"{folder.name}/{file.name}", warning.text) for warning in spectrum.warnings]
        regions += [part for region in spectrum.regions for part in _without_zeros(region)]
        digest.update(spectrum.sha256.encode())
    if not regions:
        raise InputError(f"{folder}: the files hold nothing but zeros; export the spectra again.")
    return Spectrum(path=folder, file_format="folder", sha256=digest.hexdigest(), regions=tuple(regions))


def _without_zeros(region: Region) -> list[Region]:
    """Cut a region at runs of exact zeros: tables over the whole axis fill what was not measured with them."""
    least = max(3, round(_EMPTY_EV / region.step_ev))
    empty = np.concatenate(([0], (region.intensity == 0).astype(int), [0]))
    begins, ends = np.flatnonzero(np.diff(empty) == 1), np.flatnonzero(np.diff(empty) == -1)
    runs = [(begin, end) for begin, end in zip(begins, ends, strict=True) if end - begin >= least]
    if not runs:
        return [region]
    stops = [begin for begin, _ in runs] + [region.intensity.size]
    starts = [0] + [end for _, end in runs]
    return [
        replace(
            region,
            binding_energy_ev=region.binding_energy_ev[a:b],
            intensity=region.intensity[a:b],
            transmission=None if region.transmission is None else region.transmission[a:b],
        )
        for a, b in zip(starts, stops, strict=True)
        if b - a >= least
    ]


def _polymer(
    spectrum: Spectrum, align_ev: float | None, background: Background, notes: list[Note]
) -> tuple[NDArray[np.float64], NDArray[np.bool_], tuple[str, ...]]:
    """Net intensity of area 1, measured channels and lines of one polymer."""
    key = spectrum.path.name
    if align_ev is not None:
        shift = _carbon_shift(spectrum, align_ev)
        if shift is None:
            text = (
                f"No C 1s peak has its top within {ALIGN_WITHIN_EV:g} eV of {align_ev:g} eV: energies were left alone."
            )
            notes.append((key, text))
        else:
            spectrum = _moved(spectrum, -shift)
            notes.append((key, f"Energies were moved by {-shift:+.2f} eV."))
    channels = to_channels(spectrum)
    regions = channels.regions
    if background == "none":
        regions = tuple(_as_net(region) if region.used else region for region in regions)
    notes += [(key, warning.text) for warning in channels.warnings]
    notes += [(key, f"{region.name} is not used: {region.why}.") for region in regions if not region.used]
    for region in regions:
        if region.used and has_peak(region):
            _check_not_negative(region, key, background)
    intensity, measured = stitch(regions)
    intensity = np.maximum(intensity, 0.0)
    return intensity / (intensity.sum() * AXIS.step_ev), measured, _lines(regions)


def _moved(spectrum: Spectrum, by_ev: float) -> Spectrum:
    moved = (replace(region, binding_energy_ev=region.binding_energy_ev + by_ev) for region in spectrum.regions)
    return replace(spectrum, regions=tuple(moved))


def _as_net(region: PlannedRegion) -> PlannedRegion:
    return replace(region, background=None, background_intensity=np.zeros_like(region.net))


def _smoothed(region: PlannedRegion) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Energies and net intensity averaged over ``_SMOOTHED_EV``."""
    net = region.net
    width = max(1, min(round(_SMOOTHED_EV / region.region.step_ev), len(net) // 2))
    mean = np.full(width, 1.0 / width)
    energy = region.region.binding_energy_ev if region.energy_ev is None else region.energy_ev
    return np.convolve(energy, mean, "valid"), np.convolve(net, mean, "valid")


def _check_not_negative(region: PlannedRegion, key: str, background: Background) -> None:
    _, net = _smoothed(region)
    if net.min() < -_DEEPEST * net.max():
        remedy = "export it again" if background == "none" else "record a longer region, or import net intensities"
        depth = 100 * net.min() / net.max()
        raise InputError(f"{key}: {region.name} falls to {depth:.0f} % of its peak after the background, {remedy}.")


def _carbon_shift(spectrum: Spectrum, target_ev: float) -> float | None:
    """How far above the wanted energy the strongest C 1s peak near it stands, in eV; None when there is none."""
    intensity = to_channels(spectrum).intensity.astype(np.float64)
    window = AXIS.window(target_ev - ALIGN_WITHIN_EV, target_ev + ALIGN_WITHIN_EV)
    top = window.start + int(np.argmax(intensity[window]))
    left, middle, right = intensity[top - 1 : top + 2]
    curvature = left - 2.0 * middle + right
    if middle < max(left, right) or curvature >= 0.0:
        return None  # the flank of a peak further away
    return float(AXIS.energies_ev[top] + 0.5 * (left - right) / curvature * AXIS.step_ev - target_ev)


def _lines(regions: tuple[PlannedRegion, ...]) -> tuple[str, ...]:
    """Lines whose window holds the top of a region with a peak; secondary ones of elements shown by their main line."""
    tops = []
    for region in regions:
        if region.used and has_peak(region):
            energy, net = _smoothed(region)
            tops.append((region.region.low_ev, region.region.high_ev, float(energy[np.argmax(net)])))

    def stands(name: str) -> bool:
        low, high = LINES[name].window_low_ev, LINES[name].window_high_ev
        return any(
            low <= top <= high and min(high, last) - max(low, first) > 0.5 * min(high - low, last - first)
            for first, last, top in tops
        )

    elements = {line.element for line in LINES.values() if line.main and stands(line.name)}
    return tuple(name for name, line in LINES.items() if line.element in elements and stands(name))
