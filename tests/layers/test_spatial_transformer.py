"""The spatial transformer: identity at start, trainable, any policy, saved and loaded."""

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from numpy.typing import NDArray

from xps_keras.layers.spatial_transformer_1d import MODES, SpatialTransformer1D

LENGTH = 60


def localization(dtype: str | None = None) -> Any:
    return keras.Sequential(
        [keras.layers.Flatten(dtype=dtype), keras.layers.Dense(8, "tanh", dtype=dtype)], name="localization"
    )


def transformer(bias: tuple[float, ...] = (), shape: tuple[int, ...] = (LENGTH,), **settings: Any) -> Any:
    """A built transformer; ``bias`` makes its parameters known."""
    keras.utils.set_random_seed(3)
    layer = SpatialTransformer1D(localization(), **settings)
    layer.build((None, *shape))
    if bias:
        layer.head.bias.assign(bias)
    return layer


@pytest.fixture(scope="module")
def signals() -> NDArray[np.float32]:
    place = np.arange(LENGTH)
    centers = np.array([20.0, 25.0, 31.0, 38.0])[:, None]
    return np.asarray(np.exp(-0.5 * ((place - centers) / 3.0) ** 2), np.float32)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("batch", [1, 4])
def test_an_untrained_transformer_is_the_identity(signals: NDArray[np.float32], mode: str, batch: int) -> None:
    aligned, parameters = transformer(mode=mode)(signals[:batch])
    np.testing.assert_allclose(np.asarray(aligned), signals[:batch], atol=1e-6)
    neutral = [[0.0]] if mode == "shift" else [[0.0, 1.0]]
    np.testing.assert_array_equal(np.asarray(parameters), np.repeat(neutral, batch, axis=0))


def test_a_signal_three_channels_too_high_is_brought_back_by_shift_3(signals: NDArray[np.float32]) -> None:
    raised = np.roll(signals, 3, axis=1)
    aligned, shift = transformer(bias=(3.0,))(raised)
    np.testing.assert_array_equal(np.asarray(shift), np.full((4, 1), 3.0))
    np.testing.assert_allclose(np.asarray(aligned)[:, : LENGTH - 3], signals[:, : LENGTH - 3], atol=1e-6)


@pytest.mark.parametrize("mode", MODES)
def test_gradients_reach_the_head_at_once_and_the_localisation_after_one_step(
    signals: NDArray[np.float32], mode: str
) -> None:
    layer = transformer(mode=mode)
    target = np.roll(signals, -2, axis=1)
    optimizer = keras.optimizers.SGD(1.0)

    def gradients() -> list[Any]:
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(layer(signals)[0] - target))
        found = tape.gradient(loss, layer.trainable_variables)
        assert all(gradient is not None for gradient in found)
        return list(found)

    hidden = {id(variable) for variable in layer.localization.trainable_variables}
    first = gradients()
    for variable, gradient in zip(layer.trainable_variables, first, strict=True):
        # The head's kernel is zero at first, so nothing can come through it yet.
        assert bool(np.any(np.asarray(gradient))) is (id(variable) not in hidden)
    optimizer.apply(first, layer.trainable_variables)
    assert all(np.any(np.asarray(gradient)) for gradient in gradients())


def test_it_learns_a_displacement_that_it_was_not_told() -> None:
    offsets = np.array([-4.0, -1.0, 2.0, 4.0])[:, None]
    signals = np.exp(-0.5 * ((np.arange(LENGTH) - 30.0 - offsets) / 4.0) ** 2).astype(np.float32)
    layer = transformer()
    optimizer = keras.optimizers.Adam(0.1)

    @tf.function  # type: ignore[untyped-decorator]  # tensorflow ships no types
    def step() -> Any:
        with tf.GradientTape() as tape:
            aligned, shift = layer(signals)
            loss = tf.reduce_mean(tf.square(aligned - signals[:1]))  # all are to look like the first
        optimizer.apply(tape.gradient(loss, layer.trainable_variables), layer.trainable_variables)
        return shift

    optimizer.build(layer.trainable_variables)
    for _ in range(300):
        shift = step()
    np.testing.assert_allclose(np.asarray(shift), offsets - offsets[0], atol=0.15)


def test_max_shift_bounds_the_shift(signals: NDArray[np.float32]) -> None:
    for wanted, expected in ((1e6, 5.0), (-1e6, -5.0), (0.05, 5.0 * np.tanh(0.01))):
        _, shift = transformer(bias=(wanted,), max_shift=5.0)(signals)
        np.testing.assert_allclose(np.asarray(shift), np.full((4, 1), expected), rtol=1e-5)


def test_max_log_scale_bounds_the_scale(signals: NDArray[np.float32]) -> None:
    _, parameters = transformer(bias=(0.0, 1e6), mode="shift_scale", max_log_scale=0.2)(signals)
    np.testing.assert_allclose(np.asarray(parameters)[:, 1], np.full(4, np.exp(0.2)), rtol=1e-5)


@pytest.mark.parametrize("mode", MODES)
def test_signals_with_features_share_one_shift(signals: NDArray[np.float32], mode: str) -> None:
    stacked = np.stack([signals, 3 * signals], axis=-1)
    bias = (2.0,) if mode == "shift" else (2.0, 0.0)
    aligned, parameters = transformer(bias=bias, shape=(LENGTH, 2), mode=mode)(stacked)
    assert parameters.shape == (4, len(bias))
    np.testing.assert_allclose(np.asarray(aligned)[:, :-2], stacked[:, 2:], atol=1e-5)


def test_mixed_precision_keeps_parameters_and_channel_numbers_exact() -> None:
    layer = SpatialTransformer1D(localization("mixed_float16"), dtype="mixed_float16")
    layer.build((None, 6601))
    layer.head.bias.assign([3.0])
    signal = np.zeros((2, 6601), np.float32)
    signal[:, 6000] = 1.0
    aligned, shift = layer(signal)
    assert (keras.backend.standardize_dtype(aligned.dtype), keras.backend.standardize_dtype(shift.dtype)) == (
        "float16", "float32",
    )  # fmt: skip
    np.testing.assert_array_equal(np.argmax(np.asarray(aligned), axis=1), [5997, 5997])
    symbolic = layer(keras.Input((6601,)))
    assert [tensor.dtype for tensor in symbolic] == ["float16", "float32"]


@pytest.mark.parametrize("mode", MODES)
def test_saved_and_loaded_it_answers_the_same(tmp_path: Path, signals: NDArray[np.float32], mode: str) -> None:
    model_input = keras.Input((LENGTH,))
    layer = transformer(bias=(1.3,) if mode == "shift" else (1.3, 0.02), mode=mode, max_shift=8.0, max_log_scale=0.3)
    model = keras.Model(model_input, layer(model_input))
    model.save(tmp_path / "m.keras")
    loaded = keras.models.load_model(tmp_path / "m.keras")
    for before, after in zip(model(signals), loaded(signals), strict=True):
        np.testing.assert_array_equal(np.asarray(before), np.asarray(after))


def test_config_round_trip() -> None:
    layer = transformer(mode="shift_scale", max_shift=8.0, max_log_scale=0.3, name="aligner")
    again = SpatialTransformer1D.from_config(layer.get_config())
    assert (again.mode, again.max_shift, again.max_log_scale, again.name) == ("shift_scale", 8.0, 0.3, "aligner")
    assert again.get_config() == layer.get_config()


@pytest.mark.parametrize(
    "settings", [{"mode": "rotate"}, {"max_shift": 0.0}, {"max_shift": -1.0}, {"max_log_scale": 0.0}]
)
def test_bad_arguments_are_named(settings: dict[str, Any]) -> None:
    (name,) = settings
    with pytest.raises(ValueError, match=rf"`{name}`.*Received: {name}="):
        SpatialTransformer1D(localization(), **settings)


def test_an_image_is_refused() -> None:
    with pytest.raises(ValueError, match="Received: input_shape"):
        SpatialTransformer1D(localization()).build((None, 8, 8, 3))
