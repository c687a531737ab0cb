"""Files at the limits: many regions, very many points, zeros, noise free, one region that holds nothing."""

import time

import numpy as np
import pytest
from numpy.typing import NDArray

from xps_keras.analysis.fitting import Start, fit_of, fitted_at
from xps_keras.fit.result import Fit
from xps_keras.fit.solve import FitError
from xps_keras.fit.stretches import stretches_of_channels
from xps_keras.library.lines import LINES
from xps_keras.library.lineshape import spectrum_of
from xps_keras.library.loading import load_library
from xps_keras.preprocessing.channels import Channels
from xps_keras.preprocessing.planned import PlannedRegion
from xps_keras.spectrum import Region

Floats = NDArray[np.float64]


def region(line: str, intensity: Floats, energy: Floats) -> PlannedRegion:
    measured = Region(line, energy, intensity, "counts", "binding")
    return PlannedRegion(line, (line,), measured, True, None, "linear", energy, intensity, np.zeros_like(intensity))


def carbon(points: int = 201, counts: float = 5_000.0, noise: bool = True) -> PlannedRegion:
    energy = np.linspace(279.0, 299.0, points)
    clean = spectrum_of(load_library(), "PET", energy, 0.3, 0.2)
    clean *= counts / clean.max()
    drawn = np.random.default_rng(1).poisson(clean + 100.0) - 100.0 if noise else clean
    return region("C 1s", np.asarray(drawn, np.float64), energy)


def fit(*regions: PlannedRegion) -> Fit:
    channels = Channels(np.zeros(6601, np.float32), np.zeros(6601, bool), regions, ())
    start = Start(0.25, 0.1, 1.0)
    return fit_of(fitted_at(stretches_of_channels(channels), start), channels, "network", start.shift_ev, 0.0)


def sound(found: Fit) -> bool:
    numbers = [found.residual, found.shift_ev, *(part.percent for part in found.parts)]
    numbers += [component.percent for component in found.components]
    return bool(np.isfinite(numbers).all()) and 0.0 <= found.residual <= 1.0


@pytest.mark.parametrize("points", [201, 20_000])
def test_any_number_of_points_gives_the_same_answer(points: int) -> None:
    found = fit(carbon(points))
    assert sound(found)
    assert found.nearest[0].polymers == ("PET",)
    assert found.regions[0].total.shape == (points,)


def test_forty_regions_are_fitted_in_time_or_given_up() -> None:
    lines = [line for line in LINES.values() if line.main and line.name != "C 1s"]
    rng = np.random.default_rng(2)
    others = [
        region(line.name, rng.normal(0.0, 10.0, 180), np.linspace(line.window_low_ev, line.window_low_ev + 18.0, 180))
        for line in (lines * 4)[:39]
    ]
    began = time.thread_time()
    found = fit(carbon(), *others)
    assert sound(found)
    assert found.note is None or "given up" in found.note
    assert time.thread_time() - began < 20.0  # not a measure of speed: without an end it would be minutes


@pytest.mark.parametrize("line", ["Si 2p", "F 1s"])
def test_regions_of_zeros_and_of_one_value_do_no_harm(line: str) -> None:
    low = LINES[line].window_low_ev
    energy = np.linspace(low, low + 18.0, 181)
    for value in (0.0, 1.0, -3.0):
        found = fit(carbon(), region(line, np.full(181, value), energy))
        assert sound(found)
        assert found.nearest[0].polymers == ("PET",)
        assert not [one for one in found.components if one.line == line and one.area > 1_000.0]


def test_spectra_without_noise_and_of_few_counts_are_fitted() -> None:
    assert sound(fit(carbon(noise=False)))
    assert sound(fit(carbon(counts=20.0)))
    assert sound(fit(carbon(counts=1e-9, noise=False)))


def test_a_search_that_takes_too_long_costs_the_nearest_polymers_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(*problem: object, **settings: object) -> None:
        raise FitError("it took too long")

    monkeypatch.setattr("xps_keras.fit.answer.nearest", slow)
    found = fit(carbon())
    assert found.nearest == ()
    assert found.note == "The search for the nearest polymers was given up: it took too long."
    assert {component.name for component in found.components} >= {"C=C", "C-O", "O-C=O"}
