"""The engine: columns as the library has them, weights as SciPy finds them, shift and width as they were."""

import math

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import nnls

from xps_keras.axis import AXIS
from xps_keras.fit.deadline import Deadline
from xps_keras.fit.dictionary import Dictionary, dictionary_of_spectra, standard_dictionary
from xps_keras.fit.left_over import left_over
from xps_keras.fit.nonnegative import nonnegative
from xps_keras.fit.solve import FitError, Problem, fit_at
from xps_keras.fit.sparse import pruned
from xps_keras.fit.stretches import Stretch, counting_noise, stretch_of
from xps_keras.fit.transforms import placed, seen, waves
from xps_keras.library.library import Library
from xps_keras.library.lineshape import spectrum_of
from xps_keras.library.loading import load_library
from xps_keras.library.species import load_species

Floats = NDArray[np.float64]
WINDOWS = {"C 1s": (279.0, 299.0), "O 1s": (526.0, 546.0)}


def mixture(
    parts: dict[str, float], shift: float = 0.0, broadening: float = 0.2, counts: float = 20_000.0, seed: int = 1
) -> tuple[Stretch, ...]:
    """C 1s and O 1s of a mixture with counting noise."""
    library = load_library()
    axis = {name: np.linspace(low, high, 201) for name, (low, high) in WINDOWS.items()}
    spectra = {name: np.zeros(201) for name in WINDOWS}
    for key, part in parts.items():
        for name, energy in axis.items():
            spectra[name] += part * spectrum_of(library, key, energy, shift, broadening) / carbon_of(library, key)
    top = spectra["C 1s"].max()
    rng = np.random.default_rng(seed)
    found = []
    for name, energy in axis.items():
        expected = spectra[name] / top * counts + 0.05 * counts
        found.append(stretch_of(name, energy, rng.poisson(expected) - 0.05 * counts))
    return tuple(found)


def carbon_of(library: Library, key: str) -> float:
    chosen = [at for at in library.of_polymer(key) if library.peaks.line[at] == "C 1s"]
    return float(library.peaks.area[chosen].sum())


def test_weights_are_those_of_scipy() -> None:
    rng = np.random.default_rng(3)
    for columns, rows in ((12, 60), (40, 60), (80, 60)):
        basis = np.abs(rng.normal(size=(rows, columns)))
        data = basis @ np.maximum(rng.normal(size=columns), 0.0) + 0.1 * rng.normal(size=rows)
        gram, target = basis.T @ basis, basis.T @ data
        for start in (None, np.abs(rng.normal(size=columns))):
            weights = nonnegative(gram, target, start)
            assert weights.min() >= 0.0
            assert np.linalg.norm(basis @ weights - data) <= (1 + 1e-6) * nnls(basis, data)[1] + 1e-9


def test_a_price_makes_the_list_shorter() -> None:
    gram, target = np.array([[1.0, 0.95], [0.95, 1.0]]), np.array([1.0, 0.97])
    assert (nonnegative(gram, target) > 0).sum() == 2
    assert (nonnegative(gram, target - 0.5) > 0).sum() == 1


@pytest.mark.parametrize("key", ["PET", "PVdF", "PDMS"])
def test_columns_are_the_spectra_of_the_library(key: str) -> None:
    library, dictionary = load_library(), standard_dictionary()
    column = dictionary.names.index(key)
    for low, high in ((276.0, 296.0), (680.0, 700.0), (92.0, 110.0)):
        energy = np.arange(low, high, 0.1)
        table = dictionary.table(low, high)
        if column not in table.columns:
            continue
        coefficients = table.coefficients[table.columns == column]
        values = seen(placed(table, coefficients, 1.234, 0.3**2), waves(table, energy))[0]
        true = spectrum_of(library, key, energy, 1.234, 0.3) / carbon_of(library, key)
        assert np.abs(values - true).max() < 2e-3 * max(true.max(), 0.05)


def test_measured_spectra_become_columns_too() -> None:
    library = load_library()
    spectra = np.stack([spectrum_of(library, key) for key in ("PET", "PS")]).astype(np.float32)
    dictionary = dictionary_of_spectra(("one", "two"), spectra)
    energy = np.arange(280.0, 296.0, 0.1)
    table = dictionary.table(280.0, 296.0)
    values = seen(placed(table, table.coefficients[:2], 0.35, 0.0), waves(table, energy))
    for row, key in enumerate(("PET", "PS")):
        true = spectrum_of(library, key, energy, 0.35) / carbon_of(library, key)
        assert np.abs(values[row] - true).max() < 0.02 * true.max()


def test_every_environment_of_library_and_species_has_a_name_in_the_field() -> None:
    dictionary = standard_dictionary()
    labels = {
        label for label, line in zip(dictionary.peaks.label, dictionary.peaks.line, strict=True) if line == "C 1s"
    }
    names = {name for name, line in zip(dictionary.environment, dictionary.peaks.line, strict=True) if line == "C 1s"}
    assert {"C-C/C-H", "C=C", "C-N", "C-O", "C=O / O-C-O", "O-C=O", "CF2", "CF3", "shake-up", "sp2 carbon"} <= names
    assert len(names) < 30 < len(labels)  # what has no row in the table keeps its label
    for second in np.flatnonzero(np.diff(dictionary.peaks.component) == 0) + 1:  # partners of a doublet
        assert dictionary.environment[second - 1] == dictionary.environment[second]


def test_a_mixed_layer_is_fitted_by_its_parts() -> None:
    species = load_species()
    mixed = {key for key, kind in zip(species.keys, species.kinds, strict=True) if kind == "mixed layer"}
    assert mixed
    assert mixed.isdisjoint(standard_dictionary().names)


def test_shift_width_and_parts_of_a_mixture_are_found() -> None:
    stretches = mixture({"PET": 0.7, "HDPE": 0.3}, shift=-1.3, broadening=0.3)
    dictionary = standard_dictionary()
    problem = Problem(dictionary, stretches, dictionary.without_kinds("environment"))
    found = pruned(problem, fit_at(problem, -1.1), None)
    assert found.setting.shift_ev == pytest.approx(-1.3, abs=0.05)
    assert math.sqrt(found.setting.variance_ev2) == pytest.approx(0.3, abs=0.1)
    assert found.weights[dictionary.names.index("PET")] == pytest.approx(0.7, abs=0.06)
    assert (found.weights > 0).sum() <= 5


def test_a_region_may_stand_apart_and_be_weaker() -> None:
    carbon, oxygen = mixture({"PMMA": 1.0})
    moved = stretch_of("O 1s", oxygen.energy_ev + 0.12, oxygen.net * 0.85)
    found = fit_at(Problem(standard_dictionary(), (carbon, moved)), 0.0)
    assert found.setting.off_ev[1] == pytest.approx(0.12, abs=0.06)
    assert found.setting.scale[1] == pytest.approx(math.log(0.85), abs=0.12)


def test_a_shift_far_away_fits_worse() -> None:
    problem = Problem(standard_dictionary(), mixture({"PET": 1.0}))
    right, wrong = (fit_at(problem, shift, anchor=(shift, 0.1)).objective for shift in (0.0, 0.9))
    assert wrong > right + 30.0


def test_noise_is_read_off_the_points() -> None:
    rng = np.random.default_rng(5)
    energy = AXIS.energies_ev[AXIS.window(279.0, 299.0)]
    clean = 4_000.0 * spectrum_of(load_library(), "PET", energy)
    for level in (200.0, 2_000.0):
        noisy = np.asarray(rng.poisson(clean + level) - level, np.float64)
        assert np.median(counting_noise(noisy) / np.sqrt(clean + level)) == pytest.approx(1.0, abs=0.2)


def test_what_is_not_in_the_library_is_left_over_where_it_stands() -> None:
    carbon, oxygen = mixture({"PET": 1.0})
    foreign = 0.15 * oxygen.net.max() * np.exp(-0.5 * np.square((oxygen.energy_ev - 527.3) / 0.35))
    dictionary = standard_dictionary()
    clean: Dictionary = dictionary
    for added in (0.0, 1.0):
        stretches = (carbon, stretch_of("O 1s", oxygen.energy_ev, oxygen.net + added * foreign))
        problem = Problem(clean, stretches, dictionary.without_kinds("environment", "oxide", "metal"))
        found = fit_at(problem, 0.0, anchor=(0.0, 0.1))
        left = left_over(stretches[1], problem.left(found)[1])[2]
        if added:
            assert [one for one in left if one.percent > 2.5 and abs(one.energy_ev - 527.3) < 0.5]
        else:
            assert not left


def test_a_fit_that_takes_too_long_is_given_up() -> None:
    with pytest.raises(FitError):
        fit_at(Problem(standard_dictionary(), mixture({"PET": 1.0}), deadline=Deadline(0.0)), 0.0)
