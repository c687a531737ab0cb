"""Readings are the modes of a mixture, with hand-computed numbers."""

from pathlib import Path

import keras
import numpy as np
import pytest
from numpy.typing import NDArray

from xps_keras.layers.shift_readings import ShiftReadings


def mixture(*components: tuple[float, float, float]) -> NDArray[np.float32]:
    """One distribution from (weight, mean, standard deviation)."""
    table = np.array(components)
    return np.stack([np.log(table[:, 0]), table[:, 1], np.log(table[:, 2])], axis=-1)[None].astype(np.float32)


def readings(distribution: NDArray[np.float32], count: int = 3) -> list[NDArray[np.float32]]:
    return [np.asarray(values) for values in ShiftReadings(count)(distribution)]


def test_one_sharp_component_is_the_one_reading() -> None:
    shift, uncertainty, weight = readings(mixture((1e-9, -2.0, 0.3), (1.0, 1.3, 0.04), (1e-9, 3.0, 0.3)))
    assert shift[0, 0] == pytest.approx(1.3, abs=1e-6)
    assert uncertainty[0, 0] == pytest.approx(0.04, rel=1e-4)
    assert weight[0, 0] == pytest.approx(1.0, abs=1e-6)
    np.testing.assert_allclose(weight[0, 1:], 0.0, atol=1e-6)


def test_two_separate_modes_are_two_readings_with_their_weights() -> None:
    shift, uncertainty, weight = readings(mixture((0.3, 2.84, 0.05), (0.7, 2.3, 0.08)))
    np.testing.assert_allclose(shift[0, :2], [2.3, 2.84], atol=1e-6)
    np.testing.assert_allclose(uncertainty[0, :2], [0.08, 0.05], rtol=1e-4)
    np.testing.assert_allclose(weight[0], [0.7, 0.3, 0.0], atol=1e-6)


def test_close_components_are_one_reading() -> None:
    shift, uncertainty, weight = readings(mixture((0.6, 1.0, 0.05), (0.4, 1.1, 0.03)))
    assert shift[0, 0] == pytest.approx(1.04, abs=1e-6)
    variance = 0.6 * (0.05**2 + 0.04**2) + 0.4 * (0.03**2 + 0.06**2)
    assert uncertainty[0, 0] == pytest.approx(np.sqrt(variance), rel=1e-4)
    assert weight[0, 0] == pytest.approx(1.0, abs=1e-6)


def test_several_close_components_outweigh_one_stronger() -> None:
    """A mode is a place where probability gathers, not the largest single component."""
    shift, _, weight = readings(mixture((0.4, -1.0, 0.05), (0.3, 2.0, 0.05), (0.3, 2.05, 0.05)))
    np.testing.assert_allclose(shift[0, :2], [2.025, -1.0], atol=1e-6)
    np.testing.assert_allclose(weight[0, :2], [0.6, 0.4], atol=1e-6)


def test_weights_are_shares_of_one_and_readings_keep_apart() -> None:
    rng = np.random.default_rng(8)
    distribution = np.stack(
        [rng.normal(0, 2, (200, 31)), rng.uniform(-6, 6, (200, 31)), rng.uniform(-4, -1, (200, 31))], axis=-1
    ).astype(np.float32)
    shift, uncertainty, weight = readings(distribution, 4)
    assert shift.shape == uncertainty.shape == weight.shape == (200, 4)
    assert (weight > 0).all()
    assert (weight.sum(axis=1) <= 1 + 1e-6).all()
    assert (uncertainty > 0).all()
    assert (np.abs(shift) <= 6.0).all()


def test_answers_do_not_depend_on_the_order_of_the_components_or_the_batch() -> None:
    rng = np.random.default_rng(9)
    distribution = np.stack(
        [rng.normal(0, 2, (6, 15)), rng.uniform(-6, 6, (6, 15)), np.full((6, 15), -2.0)], axis=-1
    ).astype(np.float32)
    whole = readings(distribution)
    for turned, alone in zip(readings(distribution[:, ::-1]), whole, strict=True):
        np.testing.assert_allclose(turned, alone, atol=1e-5)
    for single, all_rows in zip(readings(distribution[2:3]), whole, strict=True):
        np.testing.assert_allclose(single, all_rows[2:3], atol=1e-6)


def test_more_readings_than_modes_are_finite_and_weightless() -> None:
    for values in readings(mixture((1.0, 4.0, 0.1)), 3):
        assert np.isfinite(values).all()
    np.testing.assert_array_equal(readings(mixture((1.0, 4.0, 0.1)), 3)[2][0, 1:], 0.0)


def test_moving_the_distribution_moves_the_readings() -> None:
    before = mixture((0.5, -1.0, 0.1), (0.3, 0.5, 0.1), (0.2, 2.0, 0.1))
    after = before + np.array([0.0, 1.25, 0.0], np.float32)
    for first, second, moved in zip(readings(before), readings(after), (1.25, 0.0, 0.0), strict=True):
        np.testing.assert_allclose(second - first, moved, atol=1e-6)


def test_float32_under_mixed_precision_and_round_trip(tmp_path: Path) -> None:
    model_input = keras.Input((5, 3))
    layer = ShiftReadings(2, 0.3, dtype="mixed_float16")
    model = keras.Model(model_input, layer(model_input))
    assert [output.dtype for output in model.outputs] == ["float32"] * 3
    model.save(tmp_path / "m.keras")
    loaded = keras.models.load_model(tmp_path / "m.keras")
    given = np.random.default_rng(1).normal(size=(1, 5, 3)).astype(np.float32)
    for before, after in zip(model(given), loaded(given), strict=True):
        np.testing.assert_array_equal(np.asarray(before), np.asarray(after))
    again = ShiftReadings.from_config(layer.get_config())
    assert (again.readings, again.radius_ev) == (2, 0.3)


@pytest.mark.parametrize(("count", "radius"), [(0, 0.2), (3, 0.0), (3, -1.0)])
def test_bad_arguments_are_named(count: int, radius: float) -> None:
    with pytest.raises(ValueError, match=f"Received: readings={count}, radius_ev={radius}"):
        ShiftReadings(count, radius)
