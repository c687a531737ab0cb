"""What every network promises to the graph contract, and the sizes the paper states."""

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from numpy.typing import NDArray

from xps_keras.axis import AXIS
from xps_keras.errors import UsageError
from xps_keras.groups import GROUPS
from xps_keras.models.network import Networks
from xps_keras.models.networks import PRESETS
from xps_keras.models.stn import STN
from xps_keras.own_networks import find_network

NAMES = list(PRESETS)


def answer(model: Any, intensity: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
    return {name: np.asarray(value) for name, value in model(intensity, training=False).items()}


def normalized(intensity: NDArray[np.float32]) -> NDArray[np.float64]:
    return np.asarray(intensity / (intensity.sum(axis=1, keepdims=True, dtype=np.float64) * AXIS.step_ev))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("batch", [1, 5])
def test_the_contract_of_every_network(
    networks: dict[str, Networks], spectra: NDArray[np.float32], name: str, batch: int
) -> None:
    model = networks[name].inference
    assert model.input.name == "intensity"
    assert tuple(model.input.shape) == (None, AXIS.size)
    outputs = answer(model, spectra[:batch])
    shapes = {"logits": (batch, len(GROUPS)), "shift_ev": (batch, 1), "aligned": (batch, AXIS.size)}
    assert {key: outputs[key].shape for key in shapes} == shapes
    assert {value.dtype for value in outputs.values()} == {np.dtype(np.float32)}
    assert all(np.isfinite(value).all() for value in outputs.values())
    np.testing.assert_allclose(outputs["aligned"].sum(axis=1, dtype=np.float64) * AXIS.step_ev, 1.0, rtol=1e-4)


@pytest.mark.parametrize("name", NAMES)
def test_a_row_is_answered_alike_alone_and_in_a_batch(
    networks: dict[str, Networks], spectra: NDArray[np.float32], name: str
) -> None:
    together, alone = (answer(networks[name].inference, given) for given in (spectra, spectra[2:3]))
    for key, value in alone.items():
        np.testing.assert_allclose(together[key][2:3], value, rtol=1e-4, atol=1e-5, err_msg=key)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("scale", [1e-6, 1e6])
def test_the_scale_of_the_intensity_does_not_matter(
    networks: dict[str, Networks], spectra: NDArray[np.float32], name: str, scale: float
) -> None:
    plain, scaled = (answer(networks[name].inference, spectra * np.float32(factor)) for factor in (1.0, scale))
    for key, value in plain.items():
        # Unmixing weighs sets of polymers by the logarithm of what is left over: the last bit counts more there.
        np.testing.assert_allclose(scaled[key], value, rtol=1e-3 if name == "unmix" else 1e-4, atol=2e-5, err_msg=key)


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_spectrum_gives_numbers(networks: dict[str, Networks], name: str) -> None:
    outputs = answer(networks[name].inference, np.zeros((1, AXIS.size), np.float32))
    assert all(np.isfinite(value).all() for value in outputs.values())
    assert not outputs["aligned"].any()


@pytest.mark.parametrize("name", ["mlp", "cnn", "stn"])
def test_an_untrained_network_of_the_paper_aligns_nothing(
    networks: dict[str, Networks], spectra: NDArray[np.float32], name: str
) -> None:
    outputs = answer(networks[name].inference, spectra)
    np.testing.assert_array_equal(outputs["shift_ev"], 0.0)
    np.testing.assert_allclose(outputs["aligned"], normalized(spectra), rtol=1e-4, atol=1e-6)


def dense(inputs: int, outputs: int) -> int:
    return inputs * outputs + outputs


CLASSIFIER = dense(6601, 256) + 4 * 256 + dense(256, 128) + 4 * 128 + dense(128, 40)
"""6601-256-128-40 with four numbers per unit of each batch normalisation."""


def test_sizes_are_those_of_the_paper(networks: dict[str, Networks]) -> None:
    count = {name: networks[name].inference.count_params() for name in ("mlp", "cnn", "stn")}
    assert count["mlp"] == CLASSIFIER
    assert count["cnn"] == CLASSIFIER + 4  # one filter of width 3 and its bias
    assert count["stn"] == CLASSIFIER + dense(6601, 64) + dense(64, 32) + dense(32, 1)
    transformer = networks["stn"].inference.get_layer("transformer")
    widths = [layer.units for layer in transformer.localization.layers]
    assert [*widths, transformer.head.units] == [64, 32, 1]


def test_the_shift_of_the_stn_is_in_ev_and_positive_for_peaks_too_high(spectra: NDArray[np.float32]) -> None:
    model = STN().build().inference
    model.get_layer("transformer").head.bias.assign([20.0])  # channels
    outputs = answer(model, np.roll(spectra, 20, axis=1))
    np.testing.assert_allclose(outputs["shift_ev"], 2.0, rtol=1e-6)
    np.testing.assert_allclose(outputs["aligned"], normalized(spectra), rtol=1e-3, atol=1e-5)


def test_the_second_variant_of_the_stn_scales_too(spectra: NDArray[np.float32]) -> None:
    outputs = answer(STN(mode="shift_scale").build().inference, spectra)
    np.testing.assert_array_equal(outputs["shift_ev"], 0.0)
    np.testing.assert_allclose(outputs["aligned"], normalized(spectra), rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("name", NAMES)
def test_both_graphs_of_a_network_share_their_weights(networks: dict[str, Networks], name: str) -> None:
    pair = networks[name]
    assert {id(weight) for weight in pair.training.trainable_weights} <= {id(w) for w in pair.inference.weights}


@pytest.mark.parametrize("name", NAMES)
def test_saved_and_loaded_a_network_answers_the_same(
    networks: dict[str, Networks], spectra: NDArray[np.float32], name: str, tmp_path: Path
) -> None:
    model = networks[name].inference
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    before, after = answer(model, spectra), answer(loaded, spectra)
    assert list(before) == list(after)
    for key, value in before.items():
        np.testing.assert_array_equal(after[key], value, err_msg=key)


def test_an_unknown_network_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match="stn, mlp, cnn, align"):
        find_network("transformer")
