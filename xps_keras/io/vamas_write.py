"""Writer of VAMAS files (ISO 14976)."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from xps_keras.files import StrPath, write_whole
from xps_keras.io.corrections import APPLIED_CORRECTION
from xps_keras.io.vamas_blocks import IDENTIFIER, TERMINATOR
from xps_keras.spectrum import Region, Spectrum

_UNKNOWN = "1E+37"  # the standard's own sign for a quantity that is not known
_UNEVEN = 1e-3  # relative deviation of steps above which an axis is listed point by point


def write_vamas(
    spectrum: Spectrum | Sequence[Spectrum],
    path: StrPath,
    comment: str = "",
    applied_correction_ev: float | Sequence[float | None] | None = None,
) -> None:
    """Write a spectrum as VAMAS, one block per region, on descending binding energy as instruments do.

    The scan mode is REGULAR; where a region's points are not evenly spaced it is IRREGULAR, which lists every energy,
    so that nothing is resampled.

    Args:
        spectrum: What to write, one sample or several. Energies and intensities are written as they stand.
        path: Target; written whole or not at all.
        comment: Text for the head of the file, any number of lines.
        applied_correction_ev: Charge correction in eV that the energies already contain (added to the measured
            ones), one for all samples or one for each; noted in every block so that no reader corrects twice.

    Raises:
        UsageError: If the target cannot be written.
    """
    write_whole(Path(path), vamas_text(spectrum, comment, applied_correction_ev))


def vamas_text(
    spectrum: Spectrum | Sequence[Spectrum],
    comment: str = "",
    applied_correction_ev: float | Sequence[float | None] | None = None,
) -> str:
    """Return what ``write_vamas`` writes; arguments as there."""
    spectra = [spectrum] if isinstance(spectrum, Spectrum) else list(spectrum)
    applied = applied_correction_ev
    each = list(applied) if isinstance(applied, Sequence) else [applied] * len(spectra)
    regions = [region for one in spectra for region in one.regions]
    regular = all(_even(region) for region in regions)
    head = [
        f"{IDENTIFIER} 1988 May 4",
        *["Not Specified"] * 4,  # institution, instrument, operator, experiment
        *_counted(comment),
        "NORM",
        "REGULAR" if regular else "IRREGULAR",
        str(len(regions)),
        *["0"] * 5,  # experimental variables, listed items, manual items, future entries of header and block
        str(len(regions)),
    ]
    lines = list(head)
    for one, correction in zip(spectra, each, strict=True):
        for region in one.regions:
            lines += _block(region, one.sample or region.sample, regular, correction)
    lines.append(TERMINATOR)
    return "\r\n".join(lines) + "\r\n"


def _even(region: Region) -> bool:
    steps = np.diff(region.binding_energy_ev)
    return bool(np.all(np.abs(steps - steps.mean()) <= _UNEVEN * steps.mean()))


def _counted(text: str) -> list[str]:
    lines = text.splitlines()
    return [str(len(lines)), *lines]


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _block(region: Region, sample: str, regular: bool, applied_correction_ev: float | None) -> list[str]:
    energy, intensity = region.binding_energy_ev[::-1], region.intensity[::-1]
    note = "" if applied_correction_ev is None else f"{APPLIED_CORRECTION} {applied_correction_ev:.4f}"
    species, _, transition = _one_line(region.label).partition(" ")
    step = (energy[-1] - energy[0]) / (len(energy) - 1)
    unit = "c/s" if region.intensity_unit == "counts/s" else "d"
    label = "counts" if region.intensity_unit == "counts" else "intensity"
    axis = ["Binding Energy", "eV"]
    columns = [intensity] if regular else [energy, intensity]
    if region.transmission is not None:
        columns.append(region.transmission[::-1])
    extremes = [number_text(value) for column in columns for value in (column.min(), column.max())]
    return [
        _one_line(region.label),
        _one_line(sample) or "Not Specified",
        *["-1"] * 6,  # date and time: the standard's sign for "not known"
        "0",  # hours in advance of Greenwich
        *_counted(note),
        "XPS",
        "Not Specified",  # analysis source label
        _UNKNOWN if region.source_energy_ev is None else number_text(region.source_energy_ev),
        *[_UNKNOWN] * 5,  # source strength, beam width x and y, polar angle, azimuth
        "FAT",
        _UNKNOWN if region.pass_energy_ev is None else number_text(region.pass_energy_ev),
        *[_UNKNOWN] * 7,  # magnification, work function, bias, analysis width x, y, take-off angles
        species,
        transition,
        "-1",  # charge of an electron
        *([*axis, number_text(energy[0]), number_text(step)] if regular else []),
        str(len(columns)),
        *([] if regular else axis),
        *[label, unit],
        *([] if region.transmission is None else ["transmission", "d"]),
        "analogue direct" if region.intensity_unit == "arbitrary" else "pulse counting",
        _UNKNOWN if region.dwell_s is None else number_text(region.dwell_s),
        str(region.scans or 1),
        *["0", _UNKNOWN, _UNKNOWN, _UNKNOWN],  # time correction, tilt, tilt azimuth, rotation
        "0",  # additional numerical parameters
        str(len(energy) * len(columns)),
        *extremes,
        *[number_text(value) for point in zip(*columns, strict=True) for value in point],
    ]


def number_text(value: float) -> str:
    """Write a number with 12 significant digits, more than any spectrometer has."""
    return f"{float(value):.12g}"
