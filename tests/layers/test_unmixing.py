"""Features, a broadened library and sets of its spectra: each against what it stands for."""

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from numpy.typing import NDArray

from xps_keras.axis import AXIS
from xps_keras.layers.broadened_library import BroadenedLibrary
from xps_keras.layers.sparse_unmixing import SparseUnmixing
from xps_keras.layers.window_features import WindowFeatures
from xps_keras.library.lineshape import spectrum_of
from xps_keras.library.loading import load_library
from xps_keras.models import polymer_features as held

FLOATS = NDArray[np.float32]


@pytest.fixture(scope="module")
def features() -> held.PolymerFeatures:
    return held.polymer_features(8.0)


@pytest.fixture(scope="module")
def library(features: held.PolymerFeatures) -> Any:
    layer = BroadenedLibrary(
        len(load_library().keys), features.members, features.sizes, held.NODES, features.polynomials.shape[1],
        held.LARGEST_SHIFT_EV, held.LARGEST_BROADENING_EV, held.SCALE_EV2,
    )  # fmt: skip
    layer.build([(None, 1), (None, 1)])
    layer.set_weights([features.polynomials, features.features])
    return layer


def looked_at(features: held.PolymerFeatures, spectra: FLOATS) -> FLOATS:
    layer = WindowFeatures(features.windows, features.sizes)
    layer.build((None, AXIS.size))
    layer.set_weights(features.directions)
    return np.asarray(layer(spectra))


def mixture(parts: dict[str, float], shift_ev: float, broadening_ev: float) -> FLOATS:
    """A mixture of area-normalised polymers, computed peak by peak; nothing where none of them has a line."""
    polymers = load_library()
    total = np.zeros(AXIS.size)
    recorded = np.zeros(AXIS.size, bool)
    for key, part in parts.items():
        spectrum = spectrum_of(polymers, key, None, shift_ev, broadening_ev)
        total += part * spectrum / polymers.peaks.area[polymers.of_polymer(key)].sum()
        for (start, stop), members in zip(features_of().windows, features_of().members, strict=True):
            if polymers.index(key) in members:
                recorded[start - 4 : stop + 4] = True
    return (total * recorded).astype(np.float32)[None]


def features_of() -> held.PolymerFeatures:
    return held.polymer_features(8.0)


@pytest.mark.parametrize(("shift_ev", "broadening_ev"), [(0.0, 0.0), (0.043, 0.11), (-0.1, 0.31), (0.02, 0.75)])
def test_the_library_is_that_of_the_peaks_at_any_shift_and_broadening(
    features: held.PolymerFeatures, library: Any, shift_ev: float, broadening_ev: float
) -> None:
    place = np.array([[shift_ev]], np.float32), np.array([[broadening_ev**2]], np.float32)
    interpolated = np.asarray(library(place))[0]
    for key in ("PET", "PVC", "N6", "PTFE", "PDMS"):
        exact = looked_at(features, mixture({key: 1.0}, shift_ev, broadening_ev))[0, 1]
        own = interpolated[load_library().index(key)]
        assert np.linalg.norm(own - exact) < 2e-3 * np.linalg.norm(exact), key


def test_features_of_the_moved_signal_are_those_of_the_signal_a_channel_further(
    features: held.PolymerFeatures,
) -> None:
    spectrum = np.random.default_rng(1).uniform(size=(2, AXIS.size)).astype(np.float32)
    seen = looked_at(features, spectrum)
    for place, step in ((0, 1), (2, -1)):
        np.testing.assert_allclose(seen[:, place], looked_at(features, np.roll(spectrum, step, 1))[:, 1], atol=1e-3)


@pytest.mark.parametrize(
    "parts", [{"PET": 1.0}, {"PS": 0.97, "PMMA": 0.03}, {"PET": 0.5, "PVC": 0.3, "N6": 0.2}], ids=" ".join
)
def test_the_polymers_of_a_mixture_are_found_with_their_amounts(
    features: held.PolymerFeatures, library: Any, parts: dict[str, float]
) -> None:
    """Only the largest polymer is told; shift and broadening are off at first and come out."""
    keys = load_library().keys
    seen = looked_at(features, mixture(parts, 0.02, 0.25))
    scores = np.random.default_rng(2).normal(size=(1, len(keys))).astype(np.float32)
    scores[0, keys.index(max(parts, key=lambda key: parts[key]))] = 9.0
    place: list[Any] = [np.array([[0.0]], np.float32), np.array([[0.23**2]], np.float32)]
    for _ in range(3):
        amounts, probability, _, more, wider = map(np.asarray, SparseUnmixing()([seen, library(place), scores]))
        place = [place[0] + AXIS.step_ev * more, place[1] + AXIS.step_ev**2 * wider]
        scores = scores + 1000.0 * amounts
    assert {keys[index] for index in np.flatnonzero(amounts[0] > 0.005)} == set(parts)
    for key, part in parts.items():
        assert amounts[0, keys.index(key)] == pytest.approx(part, abs=2e-3)
    assert place[0].item() == pytest.approx(0.02, abs=1e-4)
    assert place[1].item() == pytest.approx(0.25**2, abs=1e-4)
    assert probability.sum() == pytest.approx(1.0, abs=1e-4)


def test_the_layers_are_stored_with_what_they_hold(
    features: held.PolymerFeatures, library: Any, tmp_path: Path
) -> None:
    place = keras.Input((1,)), keras.Input((1,))
    model = keras.Model(list(place), library(list(place)))
    model.save(tmp_path / "library.keras")
    given = [np.array([[0.03]], np.float32), np.array([[0.09]], np.float32)]
    again = keras.saving.load_model(tmp_path / "library.keras")(given)
    np.testing.assert_array_equal(np.asarray(again), np.asarray(model(given)))


@pytest.mark.parametrize("windows", [((0, 8),), ((5, 5),), ((5, 9), (20, 30))])
def test_windows_that_leave_no_room_for_a_channel_either_way_are_refused(windows: tuple[tuple[int, int], ...]) -> None:
    with pytest.raises(ValueError, match="Received: "):
        WindowFeatures(windows, (2,))
