"""The library's spectra as features of their main lines, for networks that hold the library itself."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from xps_keras.axis import AXIS
from xps_keras.library.library import Library
from xps_keras.library.lines import LINES, MAIN_LINES
from xps_keras.library.lineshape import voigt, voigt_widths
from xps_keras.library.loading import load_library

NODES = (5, 14)
"""Chebyshev nodes in shift and in broadening, between which features are polynomials: off by 1e-4 of a spectrum."""
LARGEST_SHIFT_EV = 0.12
"""Largest shift: a spectrum is aligned to a whole channel, 0.1 eV, before."""
LARGEST_BROADENING_EV = 0.9
"""Largest broadening: 4.5 times the scale of the recipe ``paper``."""
SCALE_EV2 = 0.04
"""Nodes in broadening stand evenly in the logarithm of the variance above this: about that of the narrowest peak."""
INSET_EV = 0.4
"""A window ends this far within what is recorded: moved by a few channels it still holds nothing but signal."""
EPSILON = 1e-3
"""Length, in 1/eV, of the directions that are scaled to half of the unit: smaller ones count for less."""
LEAST = 1e-4
"""Length of a direction, in 1/eV, below which it is left out."""
COMBINED = 1e-5
"""Combinations of polynomials below this part of the first one are left out."""
FAR_EV = 40.0
"""Of peaks farther from a window than this only the tail counts."""
TYPICAL_EV = 0.2
"""Scale of the broadening for which directions are chosen, that of the recipe ``paper``."""


@dataclass(frozen=True, eq=False)
class PolymerFeatures:
    """What the layers ``WindowFeatures`` and ``BroadenedLibrary`` hold of a library."""

    windows: tuple[tuple[int, int], ...]
    """Stretches of main lines in channels, whose signal no other element's lines reach."""
    sizes: tuple[int, ...]
    """Features of each."""
    members: tuple[tuple[int, ...], ...]
    """Polymers that show it."""
    directions: tuple[NDArray[np.float32], ...]
    """For each window, from channels to features, shape ``(channels, size)``."""
    polynomials: NDArray[np.float32]
    """From products of Chebyshev polynomials to the combinations that matter, shape ``(products, combinations)``."""
    features: NDArray[np.float32]
    """From these to the features of every polymer, shape ``(combinations, held)``."""


@lru_cache(maxsize=2)
def polymer_features(largest_shift_ev: float) -> PolymerFeatures:
    """Calculate the features of the reference polymers.

    Spectra at all nodes are projected on the principal directions of what broadening and composition make of a line,
    each scaled to about 1, so that small differences between polymers count as much as large ones.

    Args:
        largest_shift_ev: Largest shift of a spectrum, which takes as much of the axis' ends away.
    """
    library = load_library()
    shifts = LARGEST_SHIFT_EV * _nodes(NODES[0])
    most = np.log1p(LARGEST_BROADENING_EV**2 / SCALE_EV2)
    variances = SCALE_EV2 * np.expm1(0.5 * (_nodes(NODES[1]) + 1.0) * most)
    grid = [(shift, variance) for shift in shifts for variance in variances]
    to_polynomials = np.linalg.inv(
        np.kron(
            np.polynomial.chebyshev.chebvander(_nodes(NODES[0]), NODES[0] - 1),
            np.polynomial.chebyshev.chebvander(_nodes(NODES[1]), NODES[1] - 1),
        )
    )
    typical = np.square(TYPICAL_EV * np.abs(np.random.default_rng(0).normal(size=24)))
    windows, members, directions, held = [], [], [], []
    for line, (low_ev, high_ev) in _windows(library, largest_shift_ev).items():
        own = np.flatnonzero([line in library.lines_of(key) for key in library.keys])
        window = AXIS.channel(low_ev), AXIS.channel(high_ev)
        energies = AXIS.energies_ev[slice(*window)].astype(np.float64)
        usual = np.concatenate([_spectra(library, own, energies, 0.0, variance) for variance in typical])
        if len(own) < len(library.keys):
            usual = _without_slope(usual)
        _, length, direction = np.linalg.svd(usual / np.sqrt(len(usual)), full_matrices=False)
        kept = length > LEAST
        direction = (direction[kept] / (length[kept] + EPSILON)[:, None]).T
        at_nodes = np.stack([_spectra(library, own, energies, *node) @ direction for node in grid])
        windows.append(window)
        members.append(tuple(own.tolist()))
        directions.append(direction.astype(np.float32))
        held.append(to_polynomials @ at_nodes.reshape(len(grid), -1))
    left, size, right = np.linalg.svd(np.concatenate(held, axis=1), full_matrices=False)
    kept = size > COMBINED * size[0]
    return PolymerFeatures(
        windows=tuple(windows),
        sizes=tuple(direction.shape[1] for direction in directions),
        members=tuple(members),
        directions=tuple(directions),
        polynomials=(left[:, kept] * size[kept]).astype(np.float32),
        features=right[kept].astype(np.float32),
    )


def _nodes(count: int) -> NDArray[np.float64]:
    return np.asarray(np.cos(np.pi * (np.arange(count) + 0.5) / count))


def _windows(library: Library, largest_shift_ev: float) -> dict[str, tuple[float, float]]:
    """Recorded windows of the library's main lines in eV.

    What windows of other lines overlap is left out, and what the largest shifts move over an end of the axis.
    """
    shown = set(library.peaks.line)
    found = {}
    for name in MAIN_LINES:
        if name not in shown:
            continue
        low, high = LINES[name].window_low_ev + INSET_EV, LINES[name].window_high_ev - INSET_EV
        for other in shown - {name}:
            start, stop = LINES[other].window_low_ev - INSET_EV, LINES[other].window_high_ev + INSET_EV
            if start < high and stop > low:
                # The overlapping end is given up: it is recorded for other polymers, too.
                low, high = (stop, high) if start < low else (low, start)
        low = max(low, AXIS.low_ev + largest_shift_ev + INSET_EV)
        high = min(high, AXIS.high_ev - largest_shift_ev - INSET_EV)
        found[name] = round(low, 1), round(high, 1)
    return found


def _spectra(
    library: Library, own: NDArray[np.intp], energies_ev: NDArray[np.float64], shift_ev: float, variance_ev2: float
) -> NDArray[np.float64]:
    """Area-normalised spectra of some polymers in a window, shape ``(own, channels)``.

    Of peaks far away the Lorentzian tail in the middle of the window is enough.
    """
    peaks = library.peaks
    area = peaks.area / np.bincount(peaks.polymer, weights=peaks.area)[peaks.polymer]
    sigma, gamma = voigt_widths(peaks.fwhm_ev, peaks.lorentzian_fraction)
    chosen = np.isin(peaks.polymer, own)
    near = (peaks.energy_ev > energies_ev[0] - FAR_EV) & (peaks.energy_ev < energies_ev[-1] + FAR_EV) & chosen
    far = ~near & chosen
    each = voigt(
        energies_ev,
        (peaks.energy_ev[near] + shift_ev)[:, None],
        np.sqrt(np.square(sigma[near]) + variance_ev2)[:, None],
        gamma[near][:, None],
        area[near][:, None],
    )
    spectra = np.zeros((len(own), len(energies_ev)))
    np.add.at(spectra, np.searchsorted(own, peaks.polymer[near]), each)
    tail = area[far] * gamma[far] / np.pi / np.square(peaks.energy_ev[far] - energies_ev.mean())
    np.add.at(spectra, np.searchsorted(own, peaks.polymer[far]), tail[:, None])
    return spectra


def _without_slope(spectra: NDArray[np.float64]) -> NDArray[np.float64]:
    """Take a constant and a slope from spectra, ``(n, channels)``: tails of polymers without the line are no more."""
    channels = spectra.shape[1]
    even, _ = np.linalg.qr(np.stack([np.ones(channels), np.arange(channels) - channels / 2], axis=1))
    return np.asarray(spectra - spectra @ even @ even.T)
