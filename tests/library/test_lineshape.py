"""Voigt profiles and the spectra made of them."""

from dataclasses import replace

import numpy as np
import pytest

from xps_keras.axis import AXIS
from xps_keras.errors import UsageError
from xps_keras.library.library import Library
from xps_keras.library.lineshape import SIGMA_PER_FWHM, spectrum_of, voigt, voigt_widths
from xps_keras.library.loading import load_library

FINE_EV = np.arange(-400.0, 400.0, 0.004)


def fwhm_of(energy: np.ndarray, intensity: np.ndarray) -> float:
    above = np.flatnonzero(intensity >= 0.5 * intensity.max())
    return float(energy[above[-1]] - energy[above[0]])


@pytest.mark.parametrize("fraction", [0.0, 0.05, 0.1, 0.3, 0.6, 0.95, 1.0])
def test_a_profile_has_the_width_and_area_asked_for(fraction: float) -> None:
    sigma, gamma = voigt_widths(1.2, fraction)
    profile = voigt(FINE_EV, 0.0, sigma, gamma, 3.0)
    assert fwhm_of(FINE_EV, profile) == pytest.approx(1.2, abs=0.009)
    tails = 3.0 * 2.0 * float(gamma) / (np.pi * 400.0)  # the Lorentzian area beyond +-400 eV
    assert np.sum(profile) * 0.004 + tails == pytest.approx(3.0, rel=1e-3)


def test_the_ends_of_the_scale_are_gaussian_and_lorentzian() -> None:
    assert voigt_widths(1.0, 0.0) == pytest.approx((SIGMA_PER_FWHM, 0.0))
    sigma, gamma = voigt_widths(1.0, 1.0)
    assert sigma == pytest.approx(0.0, abs=2e-3)
    assert gamma == pytest.approx(0.5)


def test_widths_keep_the_shape_of_their_arguments() -> None:
    sigma, gamma = voigt_widths(np.ones((3, 1)), np.full(4, 0.1))
    assert sigma.shape == gamma.shape == (3, 4)


@pytest.mark.parametrize(("fwhm", "fraction"), [(0.0, 0.1), (-1.0, 0.1), (1.0, -0.1), (1.0, 1.1)])
def test_impossible_widths_are_refused(fwhm: float, fraction: float) -> None:
    with pytest.raises(ValueError, match="must be positive"):
        voigt_widths(fwhm, fraction)


def test_broadening_adds_in_quadrature() -> None:
    library = load_library()
    energy = np.arange(280.0, 290.0, 0.002)
    alone = replace(library.peaks, area=np.where(library.peaks.polymer == library.index("HDPE"), 1.0, 0.0))
    gaussian = replace(library, peaks=replace(alone, lorentzian_fraction=np.zeros_like(alone.fwhm_ev)))
    own = fwhm_of(energy, spectrum_of(gaussian, "HDPE", energy))
    broad = fwhm_of(energy, spectrum_of(gaussian, "HDPE", energy, broadening_ev=0.5))
    assert broad**2 - own**2 == pytest.approx((0.5 / SIGMA_PER_FWHM) ** 2, rel=0.01)


def test_broadening_equals_a_convolution_with_a_gaussian() -> None:
    step = 0.02
    energy = np.arange(260.0, 310.0, step)
    offsets = np.arange(-3.0, 3.0 + step / 2, step)
    kernel = np.exp(-0.5 * (offsets / 0.4) ** 2)
    library = load_library()
    convolved = np.convolve(spectrum_of(library, "PET", energy), kernel / kernel.sum(), mode="same")
    inside = slice(500, -500)
    broadened = spectrum_of(library, "PET", energy, broadening_ev=0.4)
    assert convolved[inside] == pytest.approx(broadened[inside], abs=2e-4 * broadened.max())


def test_a_positive_shift_moves_peaks_to_higher_binding_energy() -> None:
    library = load_library()
    still = spectrum_of(library, "PET")
    moved = spectrum_of(library, "PET", shift_ev=2.5)
    assert moved[25:] == pytest.approx(still[:-25], abs=1e-9)
    fraction = spectrum_of(library, "PS", AXIS.energies_ev, shift_ev=0.237)
    assert fraction == pytest.approx(spectrum_of(library, "PS", AXIS.energies_ev - 0.237), abs=1e-9)


def test_a_negative_broadening_is_refused() -> None:
    with pytest.raises(ValueError, match=r"-0\.1"):
        spectrum_of(load_library(), "PET", broadening_ev=-0.1)


def test_an_unknown_polymer_is_refused() -> None:
    with pytest.raises(UsageError, match="PXT"):
        spectrum_of(load_library(), "PXT")


def test_a_spectrum_is_linear_in_the_areas_of_its_peaks() -> None:
    library = load_library()

    def with_area(area: np.ndarray) -> Library:
        return replace(library, peaks=replace(library.peaks, area=area))

    area = library.peaks.area
    first = np.where(np.arange(area.size) % 2 == 0, area, 0.0)
    parts = [spectrum_of(with_area(part), "PES") for part in (first, area - first)]
    assert spectrum_of(library, "PES") == pytest.approx(parts[0] + parts[1], abs=1e-12)
    assert spectrum_of(with_area(3.0 * area), "PES") == pytest.approx(3.0 * spectrum_of(library, "PES"), rel=1e-12)


def test_spectra_are_never_negative_and_hold_the_area_of_their_peaks() -> None:
    library = load_library()
    for polymer, key in enumerate(library.keys):
        spectrum = spectrum_of(library, key)
        assert spectrum.shape == (AXIS.size,)
        assert spectrum.min() >= 0.0
        inside = library.peaks.area[library.peaks.polymer == polymer].sum()
        assert spectrum.sum() * AXIS.step_ev == pytest.approx(inside, rel=0.005)


def test_the_strongest_carbon_peak_of_pet_is_its_ring() -> None:
    window = AXIS.window(278.0, 300.0)
    spectrum = spectrum_of(load_library(), "PET")[window]
    assert AXIS.energies_ev[window][spectrum.argmax()] == pytest.approx(284.7, abs=0.051)
