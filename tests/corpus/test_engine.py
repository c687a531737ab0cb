"""The Fourier engine agrees with the analytic sum of peaks in double precision."""

import numpy as np
import pytest
from numpy.typing import NDArray

from xps_keras.axis import AXIS
from xps_keras.corpus import Batch, Corpus
from xps_keras.corpus.engine import FourierLibrary
from xps_keras.library.library import Peaks
from xps_keras.library.lines import LINES
from xps_keras.library.lineshape import SIGMA_PER_FWHM, spectrum_of
from xps_keras.library.loading import load_library

LIBRARY = load_library()
TOTAL_AREA = np.bincount(LIBRARY.peaks.polymer, weights=LIBRARY.peaks.area)


@pytest.fixture(scope="module")
def engine() -> FourierLibrary:
    return FourierLibrary(LIBRARY.peaks, len(LIBRARY.keys))


def analytic(mixture: dict[int, float], shift_ev: float, broadening_ev: float) -> NDArray[np.float64]:
    parts = [
        weight / TOTAL_AREA[polymer] * spectrum_of(LIBRARY, LIBRARY.keys[polymer], None, shift_ev, broadening_ev)
        for polymer, weight in mixture.items()
    ]
    return np.asarray(np.sum(parts, axis=0))


def one_hot(polymer: int) -> NDArray[np.float32]:
    weights = np.zeros((1, len(LIBRARY.keys)), np.float32)
    weights[0, polymer] = 1.0
    return weights


def test_every_polymer_shifted_by_a_fraction_of_a_channel_and_broadened(engine: FourierLibrary) -> None:
    shifts = np.random.default_rng(1).uniform(-5, 5, 104)
    broadenings = np.abs(np.random.default_rng(2).normal(0, 0.2, 104))
    spectra = engine.spectra(np.eye(104, dtype=np.float32), shifts, broadenings)
    for polymer in range(104):
        expected = analytic({polymer: 1.0}, shifts[polymer], broadenings[polymer])
        np.testing.assert_allclose(
            spectra[polymer], expected, rtol=0, atol=1e-4 * expected.max(), err_msg=LIBRARY.keys[polymer]
        )


@pytest.mark.parametrize("broadening_ev", [0.0, 0.6])
def test_every_polymer_in_the_windows_of_its_lines_where_only_those_are_recorded(broadening_ev: float) -> None:
    engine = FourierLibrary(LIBRARY.peaks, len(LIBRARY.keys), only_recorded=True)
    shifts = np.random.default_rng(1).uniform(-5, 5, 104)
    spectra = engine.spectra(np.eye(104, dtype=np.float32), shifts, np.full(104, broadening_ev))
    for polymer, key in enumerate(LIBRARY.keys):
        expected = analytic({polymer: 1.0}, shifts[polymer], broadening_ev)
        for name in {LIBRARY.peaks.line[peak] for peak in LIBRARY.of_polymer(key)}:
            moved = round(shifts[polymer] / AXIS.step_ev)
            window = AXIS.window(LINES[name].window_low_ev, LINES[name].window_high_ev)
            seen = slice(max(window.start + moved, 0), window.stop + moved)
            np.testing.assert_allclose(
                spectra[polymer, seen], expected[seen], rtol=0, atol=1e-4 * expected.max(), err_msg=f"{key}, {name}"
            )


def test_spectra_of_a_corpus_are_the_sum_of_their_polymers(paper: Batch) -> None:
    for row in range(60):
        mixture: dict[int, float] = {}
        for polymer, fraction in zip(paper.polymers[row], paper.fractions[row], strict=True):
            if polymer >= 0:
                mixture[int(polymer)] = mixture.get(int(polymer), 0.0) + float(fraction)
        expected = analytic(mixture, float(paper.shift_ev[row]), float(paper.broadening_ev[row]))
        expected *= paper.measured[row]
        expected /= expected.sum() * AXIS.step_ev
        np.testing.assert_allclose(paper.intensity[row], expected, rtol=0, atol=1e-4 * expected.max())


def single_gaussian(fwhm_ev: float) -> FourierLibrary:
    peak = Peaks(
        polymer=np.array([0]),
        line=("C 1s",),
        label=("probe",),
        component=np.array([0]),
        kind=("main",),
        energy_ev=np.array([285.0]),
        fwhm_ev=np.array([fwhm_ev]),
        lorentzian_fraction=np.array([0.0]),
        area=np.array([7.0]),
        confidence=("C",),
    )
    return FourierLibrary(peak, 1)


@pytest.mark.parametrize("broadening_ev", [0.0, 0.15, 0.6])
def test_broadening_adds_in_quadrature(broadening_ev: float) -> None:
    spectrum = single_gaussian(1.0).spectra(np.ones((1, 1), np.float32), np.zeros(1), np.array([broadening_ev]))[0]
    area = spectrum.sum(dtype=np.float64) * AXIS.step_ev
    variance = (spectrum * np.square(AXIS.energies_ev - 285.0)).sum() * AXIS.step_ev
    assert area == pytest.approx(1.0, abs=1e-5)  # whatever the table's area was
    own = 1.0 * SIGMA_PER_FWHM
    assert spectrum.max() == pytest.approx(1.0 / np.sqrt(2 * np.pi * (own**2 + broadening_ev**2)), rel=1e-4)
    core = np.abs(AXIS.energies_ev - 285.0) < 5
    assert (spectrum * np.square(AXIS.energies_ev - 285.0))[core].sum() * AXIS.step_ev == pytest.approx(
        own**2 + broadening_ev**2, rel=1e-3
    )
    assert variance > 0


@pytest.mark.parametrize("shift_ev", [0.0, 0.1, 0.033, -2.47])
def test_a_positive_shift_raises_the_energy_by_exactly_that(shift_ev: float) -> None:
    spectrum = single_gaussian(1.0).spectra(np.ones((1, 1), np.float32), np.array([shift_ev]), np.zeros(1))[0]
    core = np.abs(AXIS.energies_ev - 285.0) < 8
    mean = (spectrum * AXIS.energies_ev)[core].sum() / spectrum[core].sum()
    assert mean == pytest.approx(285.0 + shift_ev, abs=1e-4)


def test_what_leaves_the_axis_does_not_come_back_at_its_other_end(engine: FourierLibrary) -> None:
    ptfe = LIBRARY.index("PTFE")  # F 1s at 689.7 eV: 10 eV more and half of it is off the axis
    spectrum = engine.spectra(one_hot(ptfe), np.array([10.0]), np.array([0.2]))[0]
    assert spectrum[-20:].max() > 0.1 * spectrum.max()
    assert np.abs(spectrum[: AXIS.channel(200.0)]).max() < 2e-4 * spectrum.max()


def test_weights_of_any_number_type_are_taken(engine: FourierLibrary) -> None:
    weights = np.eye(104)[:2]
    given, exact = (engine.spectra(weights.astype(kind), np.zeros(2), np.zeros(2)) for kind in (np.float64, np.float32))
    np.testing.assert_array_equal(given, exact)


def test_whole_channel_shifts_move_samples_by_whole_channels(engine: FourierLibrary, paper_corpus: Corpus) -> None:
    pet = one_hot(LIBRARY.index("PET"))
    still = engine.spectra(pet, np.zeros(1), np.zeros(1))[0]
    moved = engine.spectra(pet, np.array([2.3]), np.zeros(1))[0]
    np.testing.assert_allclose(moved[23:], still[:-23], rtol=0, atol=1e-5 * still.max())
