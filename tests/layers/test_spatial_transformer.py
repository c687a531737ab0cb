"""The spatial transformer: identity at start, trainable, any policy, saved and loaded."""

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from numpy.typing import NDArray

from xps_keras.layers.resampling import warped_positions
from xps_keras.layers.spatial_transformer_1d import MODES, SpatialTransformer1D

LENGTH = 60
NEUTRAL = {"shift": [0.0], "shift_scale": [0.0, 1.0], "warp": [0.0] + 8 * [1.0]}
PARAMETERS = {"shift": (1.3,), "shift_scale": (1.3, 0.02), "warp": (1.3, *np.linspace(-0.1, 0.2, 8))}


def numpy_of(*values: Any) -> Any:
    """What a layer gave, as arrays: PyTorch does not hand out what it could still differentiate."""
    arrays = [keras.ops.convert_to_numpy(value) for value in values]
    return arrays if len(arrays) > 1 else arrays[0]


def aligning(layer: Any, optimizer: Any) -> Any:
    """A model that is trained to make its aligned signals equal to targets."""
    model_input = keras.Input((LENGTH,))
    model = keras.Model(model_input, layer(model_input)[0])
    model.compile(optimizer, "mse")
    return model


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
    aligned, parameters = numpy_of(*transformer(mode=mode)(signals[:batch]))
    np.testing.assert_allclose(aligned, signals[:batch], atol=1e-6)
    np.testing.assert_array_equal(parameters, [NEUTRAL[mode]] * batch)


def test_a_signal_three_channels_too_high_is_brought_back_by_shift_3(signals: NDArray[np.float32]) -> None:
    raised = np.roll(signals, 3, axis=1)
    aligned, shift = numpy_of(*transformer(bias=(3.0,))(raised))
    np.testing.assert_array_equal(shift, np.full((4, 1), 3.0))
    np.testing.assert_allclose(aligned[:, : LENGTH - 3], signals[:, : LENGTH - 3], atol=1e-6)


@pytest.mark.parametrize("mode", MODES)
def test_gradients_reach_the_head_at_once_and_the_localisation_after_one_step(
    signals: NDArray[np.float32], mode: str
) -> None:
    layer = transformer(mode=mode)
    model = aligning(layer, keras.optimizers.SGD(1.0))

    def moved() -> list[bool]:
        """Take a step, and say which weights had a gradient."""
        before = [numpy_of(variable).copy() for variable in layer.trainable_variables]
        model.train_on_batch(signals, np.roll(signals, -2, axis=1))
        after = layer.trainable_variables
        return [bool((numpy_of(new) != old).any()) for new, old in zip(after, before, strict=True)]

    hidden = {id(variable) for variable in layer.localization.trainable_variables}
    # The head's kernel is zero at first, so nothing can come through it yet.
    assert moved() == [id(variable) not in hidden for variable in layer.trainable_variables]
    assert all(moved())


def test_it_learns_a_displacement_that_it_was_not_told() -> None:
    offsets = np.array([-4.0, -1.0, 2.0, 4.0])[:, None]
    signals = np.exp(-0.5 * ((np.arange(LENGTH) - 30.0 - offsets) / 4.0) ** 2).astype(np.float32)
    layer = transformer()
    model = aligning(layer, keras.optimizers.Adam(0.1))
    for _ in range(300):
        model.train_on_batch(signals, np.tile(signals[:1], (4, 1)))  # all are to look like the first
    np.testing.assert_allclose(numpy_of(layer(signals)[1]), offsets - offsets[0], atol=0.15)


def test_a_warp_learns_a_drift_that_is_no_shift() -> None:
    """Three peaks, of which the outer ones stand too far out: the scales say so, and a shift cannot."""
    places = np.arange(LENGTH)

    def peaks(*centers: float) -> NDArray[np.float32]:
        return np.exp(-0.5 * ((places - np.array(centers)[:, None]) / 3.0) ** 2).sum(axis=0, dtype=np.float32)[None]

    drifted, straight = peaks(9, 29.5, 50), peaks(12, 29.5, 47)
    left = {}
    for mode in ("shift", "warp"):
        layer = transformer(mode=mode, segments=4, max_log_scale=0.5)
        model = aligning(layer, keras.optimizers.Adam(0.03))
        for _ in range(150):
            loss = model.train_on_batch(drifted, straight)
        left[mode] = float(loss)
    assert left["warp"] < 0.05 * left["shift"]
    scales = numpy_of(layer(drifted)[1])[0, 1:]
    assert scales[1:3].mean() == pytest.approx(20.5 / 17.5, abs=0.05)  # between the peaks the axis is stretched


def test_max_shift_bounds_the_shift(signals: NDArray[np.float32]) -> None:
    for wanted, expected in ((1e6, 5.0), (-1e6, -5.0), (0.05, 5.0 * np.tanh(0.01))):
        shift = numpy_of(transformer(bias=(wanted,), max_shift=5.0)(signals)[1])
        np.testing.assert_allclose(shift, np.full((4, 1), expected), rtol=1e-5)


def test_max_log_scale_bounds_the_scale(signals: NDArray[np.float32]) -> None:
    parameters = numpy_of(transformer(bias=(0.0, 1e6), mode="shift_scale", max_log_scale=0.2)(signals)[1])
    np.testing.assert_allclose(parameters[:, 1], np.full(4, np.exp(0.2)), rtol=1e-5)


def test_max_log_scale_bounds_every_scale_of_a_warp(signals: NDArray[np.float32]) -> None:
    layer = transformer(bias=(0.0, 1e6, -1e6, 0.0), mode="warp", max_log_scale=0.2, segments=3)
    scales = numpy_of(layer(signals)[1])[:, 1:]
    np.testing.assert_allclose(scales, [[np.exp(0.2), np.exp(-0.2), 1.0]] * 4, rtol=1e-5)


@pytest.mark.parametrize("mode", ["shift_scale", "warp"])
@pytest.mark.parametrize("length", [9, LENGTH, 6601])
def test_no_channel_overtakes_another_whatever_the_parameters_are(mode: str, length: int) -> None:
    rng = np.random.default_rng(length)
    for most in (1.0, 5.0):
        layer = transformer(shape=(length,), mode=mode, max_log_scale=most, max_shift=100.0)
        for size in (0.1, 3.0, 1e6):
            layer.head.bias.assign(rng.normal(0.0, size, layer.head.bias.shape))
            parameters = layer(np.ones((1, length), np.float32))[1]
            steps = np.diff(numpy_of(warped_positions(length, parameters[:, :1], parameters[:, 1:])))
            assert (steps >= 0).all()
            # Stretched 148-fold, positions reach so far that float32 rounds neighbours to one number.
            assert most > 1 or (steps > 0).all()


def test_a_warp_of_one_segment_is_shift_and_scale(signals: NDArray[np.float32]) -> None:
    bias = (1.3, 0.07)
    warped = numpy_of(*transformer(bias=bias, mode="warp", segments=1)(signals))
    scaled = numpy_of(*transformer(bias=bias, mode="shift_scale")(signals))
    for one, other in zip(warped, scaled, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("mode", MODES)
def test_signals_with_features_share_one_shift(signals: NDArray[np.float32], mode: str) -> None:
    stacked = np.stack([signals, 3 * signals], axis=-1)
    bias = (2.0,) + (0.0,) * (len(NEUTRAL[mode]) - 1)
    aligned, parameters = numpy_of(*transformer(bias=bias, shape=(LENGTH, 2), mode=mode)(stacked))
    assert parameters.shape == (4, len(bias))
    np.testing.assert_allclose(aligned[:, :-2], stacked[:, 2:], atol=1e-5)


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
    np.testing.assert_array_equal(np.argmax(numpy_of(aligned), axis=1), [5997, 5997])
    symbolic = layer(keras.Input((6601,)))
    assert [tensor.dtype for tensor in symbolic] == ["float16", "float32"]


@pytest.mark.parametrize("mode", MODES)
def test_saved_and_loaded_it_answers_the_same(tmp_path: Path, signals: NDArray[np.float32], mode: str) -> None:
    model_input = keras.Input((LENGTH,))
    layer = transformer(bias=PARAMETERS[mode], mode=mode, max_shift=8.0, max_log_scale=0.3)
    model = keras.Model(model_input, layer(model_input))
    model.save(tmp_path / "m.keras")
    loaded = keras.models.load_model(tmp_path / "m.keras")
    for before, after in zip(model(signals), loaded(signals), strict=True):
        np.testing.assert_array_equal(numpy_of(before), numpy_of(after))


def test_config_round_trip() -> None:
    layer = transformer(mode="warp", max_shift=8.0, max_log_scale=0.3, segments=5, name="aligner")
    again = SpatialTransformer1D.from_config(layer.get_config())
    assert (again.mode, again.max_shift, again.max_log_scale, again.segments, again.name) == (
        "warp", 8.0, 0.3, 5, "aligner",
    )  # fmt: skip
    assert again.get_config() == layer.get_config()


@pytest.mark.parametrize(
    "settings",
    [
        {"mode": "rotate"}, {"max_shift": 0.0}, {"max_shift": -1.0}, {"max_log_scale": 0.0}, {"max_log_scale": 6.0},
        {"segments": 0},
    ],
)  # fmt: skip
def test_bad_arguments_are_named(settings: dict[str, Any]) -> None:
    (name,) = settings
    with pytest.raises(ValueError, match=rf"`{name}`.*Received: {name}="):
        SpatialTransformer1D(localization(), **settings)


def test_an_image_is_refused() -> None:
    with pytest.raises(ValueError, match="Received: input_shape"):
        SpatialTransformer1D(localization()).build((None, 8, 8, 3))


@pytest.mark.parametrize(("shape", "mode"), [((None, None), "shift"), ((None, 8), "warp")])
def test_a_length_that_cannot_be_used_is_refused(shape: tuple[int | None, ...], mode: str) -> None:
    with pytest.raises(ValueError, match="length must be known"):
        SpatialTransformer1D(localization(), mode=mode).build(shape)


def test_tflite_runs_every_mode_with_its_own_operations(tmp_path: Path, signals: NDArray[np.float32]) -> None:
    if keras.backend.backend() != "tensorflow":
        pytest.skip("TFLite files are written from TensorFlow")
    import tensorflow as tf
    from ai_edge_litert.interpreter import Interpreter

    model_input = keras.Input((LENGTH,))
    aligned = [transformer(bias=PARAMETERS[mode], mode=mode)(model_input)[0] for mode in MODES]
    model = keras.Model(model_input, keras.ops.stack(aligned, axis=1))
    model.export(tmp_path / "saved", verbose=False)
    content = tf.lite.TFLiteConverter.from_saved_model(str(tmp_path / "saved")).convert()
    interpreter = Interpreter(model_content=content)
    names = {details["op_name"] for details in interpreter._get_ops_details()}
    assert "CUMSUM" in names  # the list is one
    assert not {name for name in names if name.startswith("Flex")}
    index = interpreter.get_input_details()[0]["index"]
    interpreter.resize_tensor_input(index, signals.shape)
    interpreter.allocate_tensors()
    interpreter.set_tensor(index, signals)
    interpreter.invoke()
    found = interpreter.get_tensor(interpreter.get_output_details()[0]["index"])
    np.testing.assert_allclose(found, numpy_of(model(signals)), atol=2e-5)
