"""The columns of a fit in Fourier space, where a shift or a Gaussian broadening is one more factor.

A sum of Voigt peaks is there a sum of damped phases. So the transforms of all columns near a region are written down
once, and a matrix product gives their values at any energies, shift and broadening.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from xps_keras.axis import AXIS
from xps_keras.library.library import Peaks

Floats = NDArray[np.float64]
Complex = NDArray[np.complex128]

PERIOD_EV = 72.0
"""Period of the transforms: a region of 24 eV, and on either side as far as a shift and the tails of peaks reach."""
HIGHEST_PER_EV = 1.6
"""Highest frequency in 1/eV: a line of 0.6 eV is damped there to 4 %, one of 0.9 eV to less than 1 %."""
FREQUENCIES: Floats = np.asarray(2.0 * np.pi * np.arange(int(HIGHEST_PER_EV * PERIOD_EV)) / PERIOD_EV, np.float64)
"""Angular frequencies in 1/eV, shape ``(k,)``."""
SIGMA_PER_FWHM = 1.0 / np.sqrt(8.0 * np.log(2.0))


@dataclass(frozen=True, eq=False)
class Table:
    """Transforms of the columns that have peaks near a region; ``c`` columns, ``k`` frequencies."""

    columns: NDArray[np.int64]
    """Indices of the columns, ascending, shape ``(c,)``."""
    middle_ev: float
    coefficients: Complex
    """Amplitudes of the frequencies, shape ``(c, k)``."""
    frequency: Floats
    """Angular frequencies in 1/eV, shape ``(k,)``."""

    @cached_property
    def padded(self) -> Complex:
        """The amplitudes with a last row of zeros, for columns that have no peak here; shape ``(c + 1, k)``."""
        return np.concatenate([self.coefficients, np.zeros((1, len(self.frequency)))])


def transforms(
    peaks: Peaks, places: NDArray[np.int64], middle_ev: float, group: NDArray[np.integer], weights: Floats | None = None
) -> Complex:
    """Write down the transforms of sums of peaks.

    Args:
        peaks: A peak table.
        places: Peaks of it, shape ``(n,)``.
        middle_ev: Middle of the period in eV.
        group: Sum that a peak belongs to, ascending from 0 without gaps, shape ``(n,)``.
        weights: Factors on the peaks' areas, shape ``(n,)``; None for 1.

    Returns:
        Amplitudes, shape ``(sums, k)``.
    """
    if not places.size:
        return np.empty((0, len(FREQUENCIES)), np.complex128)
    sigma, gamma = _widths(peaks.fwhm_ev[places], peaks.lorentzian_fraction[places])
    area = peaks.area[places] if weights is None else peaks.area[places] * weights
    exponent = -0.5 * np.square(sigma[:, None] * FREQUENCIES) - gamma[:, None] * FREQUENCIES
    each = np.exp(exponent - 1j * (peaks.energy_ev[places, None] - middle_ev) * FREQUENCIES)
    each *= area[:, None] * np.where(FREQUENCIES > 0, 2.0, 1.0) / PERIOD_EV
    return np.asarray(np.add.reduceat(each, np.unique(group, return_index=True)[1], axis=0))


def waves(table: Table, energy_ev: Floats) -> Floats:
    """Return cosines and sines over measured energies, in turns: shape ``(2 k, energies)``."""
    phase = table.frequency[:, None] * (energy_ev - table.middle_ev)
    return np.stack([np.cos(phase), -np.sin(phase)], axis=1).reshape(-1, energy_ev.size)


def placed(table: Table, coefficients: Complex, shift_ev: float, variance_ev2: float, factor: float = 1.0) -> Complex:
    """Shift and broaden columns, times a factor; shape as ``coefficients``, ``(..., k)``."""
    frequency = table.frequency
    change = np.exp(-0.5 * variance_ev2 * np.square(frequency) - 1j * shift_ev * frequency)
    return np.asarray(coefficients * (factor * change))


def seen(coefficients: Complex, based: Floats) -> Floats:
    """Return the values of columns of shape ``(c, k)`` where ``waves`` was asked, shape ``(c, energies)``."""
    return np.ascontiguousarray(coefficients).view(np.float64) @ based


def derivatives(table: Table, mixed: Complex) -> Complex:
    """Return transforms of how mixtures, shape ``(..., k)``, change by shift in eV and by variance in eV²."""
    return np.stack([-1j * table.frequency * mixed, -0.5 * np.square(table.frequency) * mixed])


def measured_transforms(spectra: NDArray[np.float32], middle_ev: float) -> Complex:
    """Write down the transforms of spectra on the axis around a middle; what lies beyond the axis is zero."""
    points = round(PERIOD_EV / AXIS.step_ev)
    first = round((middle_ev - 0.5 * PERIOD_EV - AXIS.low_ev) / AXIS.step_ev)
    part = np.zeros((len(spectra), points))
    low, high = max(first, 0), min(first + points, AXIS.size)
    part[:, low - first : high - first] = spectra[:, low:high]
    found = np.fft.rfft(part, axis=1)[:, : len(FREQUENCIES)] * (2.0 / points)
    found[:, 0] *= 0.5
    return np.asarray(found * np.where(np.arange(len(FREQUENCIES)) % 2, -1.0, 1.0))  # the period begins at its end


def _widths(fwhm_ev: Floats, lorentzian: Floats) -> tuple[Floats, Floats]:
    """Gaussian and Lorentzian widths, as ``library.lineshape.voigt_widths`` without loading SciPy."""
    gaussian = np.square(1.0 - 0.5346 * lorentzian) - 0.2166 * np.square(lorentzian)
    return fwhm_ev * np.sqrt(np.maximum(gaussian, 0.0)) * SIGMA_PER_FWHM, 0.5 * lorentzian * fwhm_ev
