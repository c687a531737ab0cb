"""Charge corrections that a file notes beside its spectra: those of CasaXPS and those of this package."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from xps_keras.errors import SpectrumWarning
from xps_keras.io.sample_words import sample_words
from xps_keras.library.core_line import find_core_line
from xps_keras.median import median

APPLIED_CORRECTION = "Energy correction applied by xps-keras (eV):"
"""Comment line by which ``write_vamas`` says that the energies of a block are corrected already."""
_NUMBER = r"[-+]?\d+(?:[.,]\d*)?(?:[eE][-+]?\d+)?"
_MOST_MOVED_EV, _SAME_MOVE_EV = 50.0, 1e-3  # of a column of corrected energies beside the recorded ones
_SAME_SUM_EV = 0.05  # of binding and kinetic energies, rounded
_AMOUNT = r"(?:\s?[(\[]eV[)\]])?(?: applied)?\s{0,3}[:=]?\s{0,3}[-+]?(?!\d{4}-)(?!0+(?:[.,]0*)?(?!\d|[.,]\d))\d"
_ONTO = (
    r"\b(?:corrected|calibrated|referenced|shifted|aligned|korrigiert|kalibriert|verschoben|corrig\w+|recal\w+)\s"
    r"(?:to|by|against|with|using|on|auf|um|\u00e0|a|sur)\s.{0,40}"
    r"(?:C\s?1s|adventitious|C-C|C-H|\b28[45](?:[.,]\d+)?\b|\d\s?eV)"
)
_SAID = re.compile(
    r"(?i)\bcharge[ -]?(?:corrected|referenced|shifted|calibrated)|"
    r"\b(?:charge[ -](?:correction|shift|offset|calibration)|(?:BE|binding energy|energy)[ -](?:correction|shift))"
    rf"{_AMOUNT}|{_ONTO}"
)
_NOT_SAID = re.compile(
    r"(?i)\b(?:not?|none|without|uncorrected|nicht|kein\w*|sans|non|pas|sin|before|spectrometer|analy[sz]er|instrument)\b"
)
_OWN = re.compile(rf"{re.escape(APPLIED_CORRECTION)}\s*({_NUMBER})")
_CASA = re.compile(r"\s*Calib\s+M\s*=\s*([-+\d.,eE]+)\s+A\s*=\s*([-+\d.,eE]+)\s*(.*)", re.IGNORECASE)


@dataclass(frozen=True)
class Calibration:
    """One calibration as CasaXPS notes it."""

    step_ev: float | None
    """What it adds to binding energies in eV; None when its numbers are no two plain numbers."""
    adds: bool
    """Whether it goes on top of those before it, rather than in their place."""
    text: str
    """The note itself."""


def casaxps_calibration(line: str) -> Calibration | None:
    """Read a note such as ``Calib M = 280.28 A = 285 BE ADD``: measured, assigned.

    The measured energy may have a decimal comma. ``M = 286.5,288`` is a range in which CasaXPS looked for the maximum
    itself, and ``286,288`` may be either: these are not understood.

    Args:
        line: A line of a block comment.

    Returns:
        The calibration, None when the line is none.
    """
    match = _CASA.match(line)
    if match is None:
        return None
    measured, assigned = _plain(match[1]), _plain(match[2])
    how = match[3].upper().split()
    step = None
    if measured is not None and assigned is not None:
        step = measured - assigned if "KE" in how else assigned - measured
    return Calibration(step, "ADD" in how, line.strip())


def _plain(text: str) -> float | None:
    whole, comma, rest = text.partition(",")
    if comma and ("." in text or "," in rest or len(rest) == 3 or not rest):
        return None
    try:
        return float(f"{whole}.{rest}" if comma else text)
    except ValueError:
        return None


def corrections(comment: list[str], place: str) -> tuple[float | None, list[SpectrumWarning]]:
    """Find the charge corrections that CasaXPS or ``write_vamas`` noted in a block comment.

    Args:
        comment: Lines of the comment.
        place: Place of the block, for messages.

    Returns:
        What the file records in eV, None when it records nothing or nothing that is understood; and what to say.
    """
    own = [float(match[1].replace(",", ".")) for line in comment if (match := _OWN.match(line))]
    if own:
        return sum(own), [applied_before(sum(own), place)]
    notes = [note for line in comment if (note := casaxps_calibration(line))]
    if not notes:
        return None, []
    # A calibration without ADD stands in place of those before it.
    last = max((index for index, note in enumerate(notes) if not note.adds), default=0)
    steps = [note.step_ev for note in notes[last:]]
    unclear = next((note.text for note in notes[last:] if note.step_ev is None), None)
    if unclear is not None:
        text = (
            f"CasaXPS notes a charge correction for {place} that is not understood (`{unclear}`: a range of energies "
            "is no measured energy); it was not applied, and the shift given here refers to the energies as stored."
        )
        return None, [SpectrumWarning("already-corrected", text)]
    recorded = sum(step for step in steps if step is not None)
    several = f" ({len(steps)} calibrations together)" if len(steps) > 1 else ""
    text = (
        f"CasaXPS notes a charge correction of {recorded:+.2f} eV{several} for {place}; the stored energies do not "
        "hold it and it was not applied: the shift given here refers to the energies as measured, "
        f"{-recorded:+.2f} eV is expected."
    )
    return recorded, [SpectrumWarning("already-corrected", text)]


def moved_by(
    energies: Sequence[float] | NDArray[np.float64], others: Sequence[float] | NDArray[np.float64]
) -> float | None:
    """Tell by how much a column of energies is another one moved: a charge correction made by hand beside it.

    Args:
        energies: Energies in eV.
        others: Those of another column.

    Returns:
        The amount in eV, None where the columns differ otherwise or not at all.
    """
    if len(energies) != len(others) or not len(energies):
        return None
    moved = np.asarray(others, dtype=np.float64) - np.asarray(energies, dtype=np.float64)
    amount = median(moved)
    return round(amount, 4) if 0 < abs(amount) < _MOST_MOVED_EV and float(np.ptp(moved)) < _SAME_MOVE_EV else None


def two_scales(energies: Sequence[float] | NDArray[np.float64], others: Sequence[float] | NDArray[np.float64]) -> bool:
    """Tell whether two columns are binding and kinetic energies of the same rows: both add up to those of the source.

    Args:
        energies: Energies in eV.
        others: Those of another column.
    """
    if len(energies) != len(others) or not len(energies):
        return False
    return float(np.ptp(np.asarray(energies, dtype=np.float64) + np.asarray(others, dtype=np.float64))) < _SAME_SUM_EV


def of_several_regions(
    names: Sequence[str], columns: Sequence[Sequence[float] | NDArray[np.float64]], intensities: Sequence[str]
) -> bool:
    """Tell whether columns of energies that stand side by side are those of several regions: ``BE_C1s, BE_O1s``.

    Args:
        names: Their names.
        columns: Their energies in eV.
        intensities: Names of as many columns of intensities.

    Returns:
        Whether they are called by several core lines, or by the samples that the intensities are called by, or no two
        of them overlap: else they are two scales of one region, or its energies as they were set and as they were
        reached.
    """
    samples = [sample_words(name) for name in names]
    if all(samples) and len(set(samples)) == len(samples) and samples == [sample_words(name) for name in intensities]:
        return True
    lines = [find_core_line(name) for name in names]
    if all(lines) and len(set(lines)) == len(lines):
        return True
    ends = sorted((float(np.min(column)), float(np.max(column))) for column in columns)
    return all(before[1] < after[0] for before, after in pairwise(ends))


def said_corrected(lines: Iterable[str]) -> SpectrumWarning | None:
    """Find a line that says that the energies below it were corrected: `charge corrected to C 1s 284.8 eV`.

    Args:
        lines: Lines of words, or names of columns of energies that were read.

    Returns:
        What to say of the first one; None where none says so.
    """
    said = next((line.strip() for line in lines if _SAID.search(line) and not _NOT_SAID.search(line)), "")
    if not said:
        return None
    text = (
        f"The energies were corrected before, says `{said[:80]}`: they were read as they stand, the shift is the rest."
    )
    return SpectrumWarning("already-corrected", text)


def applied_before(amount_ev: float, place: str) -> SpectrumWarning:
    """Say that the energies of a region hold a correction that the file gives as a number.

    Args:
        amount_ev: By how much binding energies were raised, in eV.
        place: Place of the region, for the message.
    """
    text = f"The energies of {place} were corrected by {amount_ev:+.2f} eV before; the shift found now is the rest."
    return SpectrumWarning("already-corrected", text)


def corrected_axis(name: str) -> SpectrumWarning:
    """Say that the energies that were read are corrected ones, by the name of their column."""
    text = f"The energies of the column `{name}` were corrected before, by its name: the shift found now is the rest."
    return SpectrumWarning("already-corrected", text)


def already_corrected(column: str, energies: str, amount: float) -> SpectrumWarning:
    """Say that a column holds energies moved by one amount.

    Args:
        column: The column, ``Column C``.
        energies: Whose energies it holds, ``the energies of column A``.
        amount: By how much they are moved, in eV.
    """
    said = f"{column} holds {energies} moved by {amount:+.2f} eV, as after a charge correction"
    text = f"{said}; the unmoved ones were read."
    return SpectrumWarning("already-corrected", text)
