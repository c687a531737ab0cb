"""Polymers of one library whose spectra another library repeats under another name."""

import numpy as np
from numpy.typing import NDArray

from xps_keras.axis import AXIS
from xps_keras.library.library import Library
from xps_keras.library.lineshape import spectrum_of
from xps_keras.library.windows import window_channels

SAME_SPECTRUM = 1e-4
"""Cosine distance below which two spectra count as one: noise of some 2 % of the peak in every channel hides it."""


def repeated(library: Library, other: Library, within: float = SAME_SPECTRUM) -> NDArray[np.bool_]:
    """Tell which polymers have a twin: a polymer of another library with the same groups and nearly the same spectrum.

    Isomers and homologues can share groups and spectrum: a network that was trained on the one has seen the other.

    Args:
        library: The polymers asked about.
        other: Where twins are sought.
        within: Largest cosine distance of their spectra.

    Returns:
        Shape ``(P,)``.
    """
    energies = AXIS.energies_ev[window_channels(library, None)][::2]
    same_groups: dict[bytes, list[str]] = {}
    for key, counts in zip(other.keys, other.group_counts > 0, strict=True):
        same_groups.setdefault(counts.tobytes(), []).append(key)
    found = np.zeros(len(library.keys), bool)
    spectra: dict[bytes, NDArray[np.float64]] = {}
    for place, (key, counts) in enumerate(zip(library.keys, library.group_counts > 0, strict=True)):
        groups = counts.tobytes()
        if groups not in same_groups:
            continue
        if groups not in spectra:
            spectra[groups] = np.array([_unit(other, one, energies) for one in same_groups[groups]])
        apart = 0.5 * np.square(spectra[groups] - _unit(library, key, energies)).sum(axis=1)
        found[place] = apart.min() < within
    return found


def _unit(library: Library, key: str, energies: NDArray[np.float64]) -> NDArray[np.float64]:
    spectrum = spectrum_of(library, key, energies)
    return spectrum / float(np.linalg.norm(spectrum))
