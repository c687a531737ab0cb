"""The recipe `instrument`: regions, noise and background as files hold them."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from xps_keras.axis import AXIS
from xps_keras.corpus import RECIPES, Batch
from xps_keras.corpus.engine import FourierLibrary
from xps_keras.corpus.instrument import choose_regions, jitter, lines_present, measure
from xps_keras.corpus.recipes import Instrument
from xps_keras.library.lineshape import spectrum_of
from xps_keras.library.loading import load_library
from xps_keras.preprocessing.background import end_points

LIBRARY = load_library()
LINES, SHOWS = lines_present(LIBRARY)
NAMES = [line.name for line in LINES]
INSTRUMENT = Instrument()
FAINT = (1e-9, 1e-8)
CLEAN = Instrument(
    region_scale=0.0, background_level=FAINT, background_slope=0.0, loss_per_ev=(0.0, 1e-9), hump_area=(0.0, 1e-9)
)
"""An instrument that counts and does nothing else."""


def record(
    key: str, lines: tuple[str, ...], instrument: Instrument, copies: int, seed: int = 0
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    ideal = FourierLibrary(LIBRARY.peaks, len(LIBRARY.keys)).spectra(
        np.eye(104, dtype=np.float32)[[LIBRARY.index(key)]], np.zeros(1), np.zeros(1)
    )
    recorded = np.tile(np.isin(NAMES, lines), (copies, 1))
    rng = np.random.default_rng(seed)
    return measure(np.repeat(ideal, copies, axis=0), np.zeros(copies), recorded, LINES, instrument, rng)


def test_spectra_are_finite_not_negative_and_of_unit_area(instrument: Batch) -> None:
    assert np.isfinite(instrument.intensity).all()
    assert (instrument.intensity >= 0).all()
    np.testing.assert_allclose(instrument.intensity.sum(axis=1, dtype=np.float64) * AXIS.step_ev, 1.0, rtol=1e-5)


def test_only_recorded_channels_hold_intensity(instrument: Batch) -> None:
    assert not instrument.intensity[~instrument.measured].any()
    assert (instrument.intensity[instrument.measured] > 0).mean() > 0.4  # noise about the background is cut at zero


def test_one_to_three_components_none_below_a_twentieth(instrument: Batch) -> None:
    count = (instrument.polymers >= 0).sum(axis=1)
    assert set(count) == {1, 2, 3}
    assert instrument.fractions[instrument.fractions > 0].min() >= 0.05 - 1e-6
    np.testing.assert_allclose(instrument.fractions.sum(axis=1), 1.0, atol=1e-6)
    np.testing.assert_array_equal(instrument.fractions[count == 1, 0], 1.0)


def test_shifts_are_real_numbers_over_the_whole_range(instrument: Batch) -> None:
    most = RECIPES["instrument"].max_shift_ev
    assert most >= 5.0
    assert np.abs(instrument.shift_ev).max() <= most
    assert np.abs(instrument.shift_ev).max() > 0.98 * most
    off_grid = np.abs(instrument.shift_ev / 0.1 - np.round(instrument.shift_ev / 0.1))
    assert np.median(off_grid) == pytest.approx(0.25, abs=0.03)


def test_carbon_is_always_recorded(instrument: Batch) -> None:
    assert instrument.measured[:, AXIS.window(284.0, 290.0)].any(axis=1).all()


def test_a_carbon_only_file_of_one_polymer_is_a_normal_input(instrument: Batch) -> None:
    elsewhere = instrument.measured.copy()
    elsewhere[:, AXIS.window(265.0, 315.0)] = False
    alone = ~elsewhere.any(axis=1) & (instrument.polymers[:, 1] < 0)
    assert alone.mean() > 0.03


def test_regions_are_as_long_as_analysts_record_them(instrument: Batch) -> None:
    edges = np.diff(instrument.measured[:, : AXIS.channel(320)].astype(np.int8), axis=1)
    lengths = [(e == -1).nonzero()[0] - (e == 1).nonzero()[0] for e in edges if (e == 1).sum() == (e == -1).sum() == 1]
    shortest, longest = (round(limit / AXIS.step_ev) for limit in INSTRUMENT.window_ev)
    every = np.concatenate(lengths)
    assert every.min() >= shortest
    assert np.quantile(every, 0.9) <= longest  # Cl 2s beside C 1s makes a longer stretch


def test_lines_of_the_sample_are_sometimes_missing_and_others_sometimes_recorded() -> None:
    shows = np.zeros((20_000, len(NAMES)), bool)
    shows[:, [NAMES.index("C 1s"), NAMES.index("O 1s"), NAMES.index("Cl 2s")]] = True
    recorded = choose_regions(shows, LINES, INSTRUMENT, np.random.default_rng(1))
    rate = dict(zip(NAMES, recorded.mean(axis=0), strict=True))
    survey = 1 - INSTRUMENT.only_carbon
    assert rate["C 1s"] == 1.0
    assert rate["O 1s"] == pytest.approx(INSTRUMENT.survey_of_elements * survey, abs=0.015)  # in the sample
    assert rate["N 1s"] == pytest.approx(INSTRUMENT.blank_lines * survey, abs=0.015)  # not in it
    assert rate["Cl 2s"] == pytest.approx(INSTRUMENT.secondary_lines * survey, abs=0.01)
    assert rate["S 2s"] == 0.0


def test_relative_noise_falls_with_the_square_root_of_the_counts() -> None:
    noise = []
    for counts in (1e3, 1e5):
        net, _ = record("PIB", ("C 1s",), replace(CLEAN, peak_counts=(counts, counts * 1.000001)), 400)
        top = net[:, AXIS.channel(285.0)]
        noise.append(top.std() / top.mean())
        assert top.mean() == pytest.approx(counts, rel=0.03)
    assert noise[0] / noise[1] == pytest.approx(10.0, rel=0.12)
    # One standard deviation of a Poisson number, over dwells between exp(-1) and exp(1): mean of 1/dwell is sinh(1).
    assert noise[0] == pytest.approx(np.sqrt(np.sinh(1.0) / 1e3), rel=0.12)


def test_a_region_without_noise_and_background_is_the_ideal_spectrum() -> None:
    net, measured = record("PET", ("C 1s", "O 1s"), replace(CLEAN, peak_counts=(1e9, 1.1e9)), 3)
    ideal = spectrum_of(LIBRARY, "PET")
    for row, recorded in zip(net, measured, strict=True):
        scale = row.max() / ideal.max()
        np.testing.assert_allclose(row[recorded] / scale, ideal[recorded], atol=0.02 * ideal.max())
        assert recorded[AXIS.channel(285.0)]
        assert recorded[AXIS.channel(532.0)]


def test_most_of_the_drawn_background_is_gone_after_subtraction() -> None:
    strong = replace(CLEAN, background_level=(0.5, 1.0), loss_per_ev=(0.02, 0.03), peak_counts=(1e6, 1.1e6))
    net, measured = record("PIB", ("C 1s",), strong, 20)
    for row, recorded in zip(net, measured, strict=True):
        energies = AXIS.energies_ev[recorded]
        far = row[recorded][np.abs(energies - 285.0) > 4]
        assert far.mean() < 0.02 * row.max()


def test_the_subtraction_averages_the_ends_that_a_file_on_this_axis_gets() -> None:
    shortest = round(INSTRUMENT.window_ev[0] / AXIS.step_ev)
    assert INSTRUMENT.end_points == end_points(AXIS.step_ev, shortest)


def test_another_library_is_drawn_within_the_uncertainty_of_this_one() -> None:
    moved = jitter(LIBRARY.peaks, INSTRUMENT, np.random.default_rng(5))
    distance = moved.energy_ev - LIBRARY.peaks.energy_ev
    sourced = np.isin(LIBRARY.peaks.confidence, ["S", "C"])
    assert distance[sourced].std() == pytest.approx(0.5 * INSTRUMENT.library_energy_jitter_ev, rel=0.2)
    assert distance[~sourced].std() > distance[sourced].std()
    assert np.abs(distance).max() < 6 * 1.7 * INSTRUMENT.library_energy_jitter_ev
    assert (moved.fwhm_ev > 0).all()
    assert (moved.area > 0).all()
    shake_up = LIBRARY.peaks.is_kind("shake-up")
    ratio = np.log(moved.area / LIBRARY.peaks.area)
    assert ratio[~shake_up].std() == pytest.approx(INSTRUMENT.library_area_jitter, rel=0.15)
    assert ratio[shake_up].std() == pytest.approx(4 * INSTRUMENT.library_area_jitter, rel=0.3)
    np.testing.assert_array_equal(LIBRARY.peaks.energy_ev, load_library().peaks.energy_ev)
