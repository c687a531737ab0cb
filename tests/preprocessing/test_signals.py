"""Noise, maxima and components read off one region."""

import numpy as np
import pytest

from xps_keras.preprocessing.signals import is_seen, noise, signal_to_noise, strongest_maximum_ev

ENERGIES = np.round(np.arange(279.0, 298.0, 0.1), 3)


def peak(center_ev: float, height: float, fwhm_ev: float = 1.2) -> np.ndarray:
    return np.asarray(height * np.exp(-4.0 * np.log(2.0) * ((ENERGIES - center_ev) / fwhm_ev) ** 2))


def test_noise_is_estimated_beside_a_strong_peak() -> None:
    net = peak(285.0, 1000.0) + np.random.default_rng(0).normal(0.0, 7.0, ENERGIES.size)
    assert noise(net) == pytest.approx(7.0, rel=0.25)


def test_noise_of_a_very_short_region_is_zero() -> None:
    assert noise(np.array([1.0, 2.0])) == 0.0


@pytest.mark.parametrize("center_ev", [283.02, 285.0, 287.55])
def test_the_maximum_is_found_between_channels(center_ev: float) -> None:
    net = peak(center_ev, 1000.0) + np.random.default_rng(1).normal(0.0, 5.0, ENERGIES.size)
    assert strongest_maximum_ev(ENERGIES, net, 276.0, 300.0) == pytest.approx(center_ev, abs=0.03)


def test_no_maximum_is_claimed_in_noise() -> None:
    net = np.random.default_rng(2).normal(0.0, 5.0, ENERGIES.size)
    assert strongest_maximum_ev(ENERGIES, net, 276.0, 300.0) is None


def test_a_component_is_seen_and_the_flank_of_its_neighbour_is_not() -> None:
    noisy = np.random.default_rng(3).normal(0.0, 3.0, ENERGIES.size)
    alone, both = peak(285.0, 1000.0) + noisy, peak(285.0, 1000.0) + peak(286.5, 100.0) + noisy
    assert is_seen(ENERGIES, both, 286.5)
    assert not is_seen(ENERGIES, alone, 286.5)


def test_a_weak_broad_shake_up_is_seen_away_from_the_line() -> None:
    net = peak(284.7, 10_000.0) + peak(291.3, 150.0, 2.4) + np.random.default_rng(4).normal(0.0, 20.0, ENERGIES.size)
    assert is_seen(ENERGIES, net, 291.4)
    assert not is_seen(ENERGIES, net, 294.5)


def test_nothing_is_seen_where_nothing_was_measured() -> None:
    assert not is_seen(ENERGIES, peak(285.0, 1.0), 300.0)
    assert signal_to_noise(ENERGIES, peak(285.0, 1.0), 400.0, 410.0) == 0.0
