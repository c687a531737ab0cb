"""Area normalisation: any scale in, unit area out."""

from pathlib import Path

import keras
import numpy as np
import pytest

from xps_keras.layers.area_normalization import AreaNormalization

SIGNALS = np.random.default_rng(2).uniform(0.0, 1.0, (3, 6601)).astype(np.float32)


def test_the_area_is_one_in_units_of_the_step() -> None:
    result = np.asarray(AreaNormalization(0.1)(np.array([[1.0, 3.0], [5.0, 0.0]], np.float32)))
    np.testing.assert_allclose(result, [[2.5, 7.5], [10.0, 0.0]], rtol=1e-6)


@pytest.mark.parametrize("scale", [1e-30, 1e-6, 1.0, 1e6, 1e9, 1e34])
def test_the_scale_of_the_input_does_not_matter(scale: float) -> None:
    layer = AreaNormalization(0.1)
    np.testing.assert_allclose(
        np.asarray(layer(SIGNALS * np.float32(scale))), np.asarray(layer(SIGNALS)), rtol=1e-5, atol=0
    )


def test_negative_intensity_counts_as_nothing() -> None:
    layer = AreaNormalization(0.1)
    clipped = np.maximum(SIGNALS - 0.5, 0.0)
    np.testing.assert_array_equal(np.asarray(layer(SIGNALS - 0.5)), np.asarray(layer(clipped)))


def test_signals_without_intensity_stay_zero() -> None:
    dark = np.stack([np.zeros(6601), -np.ones(6601), SIGNALS[0]]).astype(np.float32)
    result = np.asarray(AreaNormalization(0.1)(dark))
    assert not result[:2].any()
    assert result[2].sum() * 0.1 == pytest.approx(1.0, rel=1e-5)


def test_large_counts_survive_half_precision() -> None:
    layer = AreaNormalization(0.1, dtype="mixed_float16")
    signal = np.zeros((1, 6601), np.float32)
    signal[0, [100, 5000]] = 1e6, 3e6  # float16 ends at 65504
    result = layer(signal)
    assert keras.backend.standardize_dtype(result.dtype) == "float16"
    np.testing.assert_allclose(np.asarray(result)[0, [100, 5000]], [2.5, 7.5], rtol=1e-3)


def test_integers_are_taken() -> None:
    np.testing.assert_allclose(np.asarray(AreaNormalization()(np.array([[1, 3]]))), [[0.25, 0.75]])


def test_config_and_file_round_trip(tmp_path: Path) -> None:
    model_input = keras.Input((6601,))
    model = keras.Model(model_input, AreaNormalization(0.05)(model_input))
    model.save(tmp_path / "m.keras")
    loaded = keras.models.load_model(tmp_path / "m.keras")
    np.testing.assert_array_equal(np.asarray(loaded(SIGNALS)), np.asarray(model(SIGNALS)))
    assert AreaNormalization.from_config(AreaNormalization(0.05).get_config()).step == 0.05


@pytest.mark.parametrize("step", [0.0, -0.1])
def test_a_step_that_is_not_positive_is_refused(step: float) -> None:
    with pytest.raises(ValueError, match=f"Received: step={step}"):
        AreaNormalization(step)
