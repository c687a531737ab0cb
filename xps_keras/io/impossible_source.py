"""Photon energies that cannot be those of a region: electrons leave with more energy than a photon brings."""

import re
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from xps_keras.errors import InputError
from xps_keras.library.core_line import find_core_line
from xps_keras.library.lines import LINES

_BEYOND_FERMI_EV = 5.0
"""So far above the photon energy no whole region lies: scans of a valence band reach over the Fermi level."""
_IN_NAME = re.compile(r"(?i)(?<![\d.,])(\d{2,5}(?:[.,]\d{1,3})?)[ _]?eV(?![a-z])")
_LONGEST_NAME = 60  # letters of a name in a message


def refuse_impossible_source(
    kinetic_ev: NDArray[np.float64], source_ev: float, *, place: str, label: str, file: str, assumed: bool
) -> None:
    """Refuse a region whose kinetic energies all lie above the photon energy.

    Args:
        kinetic_ev: Kinetic energies in eV, shape ``(n,)``.
        source_ev: The photon energy in eV.
        place: Place of the region, for the message.
        label: What the file calls the region: a photon energy may stand in it, ``C1s_500eV``.
        file: Name of the file, in which one may stand, too.
        assumed: Whether the photon energy was assumed, rather than given by the file.

    Raises:
        InputError: If the photon energy cannot be right; the sentence names the one that a name holds and that fits.
    """
    low, high = float(kinetic_ev.min()), float(kinetic_ev.max())
    if low - source_ev < _BEYOND_FERMI_EV:
        return
    told = next(_fitting(label, file, low, high), None)
    likely = "" if told is None else f"; it is likely {told[0]:g} eV, as the name `{told[1][:_LONGEST_NAME]}` says"
    given = "assumed" if assumed else "given"
    raise InputError(
        f"{file}: the photon energy of {source_ev:g} eV that is {given} for {place} cannot be right, its kinetic "
        f"energies are {low:g} to {high:g} eV, or the sample was biased: correct the photon energy in the file{likely}."
    )


def _fitting(label: str, file: str, low: float, high: float) -> Iterator[tuple[float, str]]:
    """Find photon energies in names under which the region stands where its core line is; at positive ones without."""
    line = LINES.get(find_core_line(label) or find_core_line(file))
    for name in (label, file):
        for match in _IN_NAME.finditer(name):
            source = float(match[1].replace(",", "."))
            fits = source - high > -_BEYOND_FERMI_EV
            if line is not None:
                fits = source - high < line.window_high_ev and source - low > line.window_low_ev
            if fits:
                yield source, name
