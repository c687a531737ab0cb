"""Voigt line shapes: the analytic spectrum of a polymer for any shift and extra broadening."""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import voigt_profile

from xps_keras.axis import AXIS
from xps_keras.library.library import Library

SIGMA_PER_FWHM = 1.0 / math.sqrt(8.0 * math.log(2.0))
"""Standard deviation of a Gaussian over its full width at half maximum."""

_OLIVERO_A, _OLIVERO_B = 0.5346, 0.2166


def voigt_widths(fwhm_ev: ArrayLike, lorentzian_fraction: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Turn the width of a Voigt profile and its Lorentzian share into the widths of its two parts.

    The Lorentzian part has the width ``lorentzian_fraction * fwhm_ev``. The Gaussian width follows from the relation
    of Olivero and Longbothum (J. Quant. Spectrosc. Radiat. Transfer 17 (1977) 233), good to 0.02 %:
    ``f = 0.5346 fL + sqrt(0.2166 fL^2 + fG^2)``, solved for ``fG``.

    Args:
        fwhm_ev: Full width at half maximum of the whole profile in eV, any shape, positive.
        lorentzian_fraction: Width of the Lorentzian part over the whole width, 0 (Gaussian) to 1 (Lorentzian).

    Returns:
        ``sigma_ev``, the standard deviation of the Gaussian part, and ``gamma_ev``, the half width at half maximum
        of the Lorentzian part, both in eV, of the broadcast shape.

    Raises:
        ValueError: If a width is not positive or a fraction lies outside 0 to 1.
    """
    fwhm, fraction = np.broadcast_arrays(
        np.asarray(fwhm_ev, dtype=np.float64), np.asarray(lorentzian_fraction, dtype=np.float64)
    )
    if not np.all(fwhm > 0.0) or not np.all((fraction >= 0.0) & (fraction <= 1.0)):
        raise ValueError("widths must be positive and Lorentzian fractions must lie between 0 and 1")
    gaussian = (1.0 - _OLIVERO_A * fraction) ** 2 - _OLIVERO_B * fraction**2
    sigma = fwhm * np.sqrt(np.clip(gaussian, 0.0, None)) * SIGMA_PER_FWHM
    return sigma, 0.5 * fraction * fwhm


def voigt(
    energy: ArrayLike, center: ArrayLike, sigma: ArrayLike, gamma: ArrayLike, area: ArrayLike
) -> NDArray[np.float64]:
    """Evaluate Voigt profiles.

    Args:
        energy: Binding energies in eV.
        center: Peak energies in eV, broadcast against ``energy`` like all that follow.
        sigma: Standard deviations of the Gaussian parts in eV.
        gamma: Half widths at half maximum of the Lorentzian parts in eV.
        area: Areas under the profiles from minus to plus infinity.

    Returns:
        Intensities per eV, of the broadcast shape.
    """
    distance = np.asarray(energy, dtype=np.float64) - np.asarray(center, dtype=np.float64)
    profile = voigt_profile(distance, np.asarray(sigma, dtype=np.float64), np.asarray(gamma, dtype=np.float64))
    return np.asarray(np.asarray(area, dtype=np.float64) * profile, dtype=np.float64)


def spectrum_of(
    library: Library,
    key: str,
    energies_ev: NDArray[np.float64] | None = None,
    shift_ev: float = 0.0,
    broadening_ev: float = 0.0,
) -> NDArray[np.float64]:
    """Compute the spectrum of one polymer: the sum of its Voigt peaks, without noise or background.

    Args:
        library: The set of polymers.
        key: Short or full name of the polymer.
        energies_ev: Binding energies in eV, shape ``(n,)``; the axis of the package when None.
        shift_ev: Measured minus true binding energy in eV: positive moves every peak to higher binding energy.
        broadening_ev: Standard deviation in eV of an extra Gaussian, added in quadrature to each peak's own.

    Returns:
        Intensity per eV in units of one carbon atom's C 1s area, shape ``(n,)``.

    Raises:
        UsageError: If the library holds no such polymer.
        ValueError: If ``broadening_ev`` is negative.
    """
    if broadening_ev < 0.0:
        raise ValueError(f"broadening_ev must not be negative. Received: broadening_ev={broadening_ev}")
    energies = AXIS.energies_ev if energies_ev is None else np.asarray(energies_ev, dtype=np.float64)
    chosen = library.of_polymer(key)
    peaks = library.peaks
    sigma, gamma = voigt_widths(peaks.fwhm_ev[chosen], peaks.lorentzian_fraction[chosen])
    spectrum = np.zeros_like(energies)
    for place, peak in enumerate(chosen):
        width = math.hypot(float(sigma[place]), broadening_ev)
        center = peaks.energy_ev[peak] + shift_ev
        spectrum += voigt(energies, center, width, gamma[place], peaks.area[peak])
    return spectrum
