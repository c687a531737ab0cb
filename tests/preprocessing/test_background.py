"""Backgrounds: shape, limits, and that they leave peaks and shake-up alone."""

import numpy as np
import pytest
from numpy.typing import NDArray

from xps_keras.preprocessing.background import choose, end_levels, end_points, linear, shirley, subtract

Floats = NDArray[np.float64]
ENERGY = 279.0 + 0.1 * np.arange(201)
POINTS = 5


def gauss(at: float, height: float, width: float = 1.1) -> Floats:
    values: Floats = height * np.exp(-4 * np.log(2) * ((ENERGY - at) / width) ** 2)
    return values


def step_of(net: Floats, size: float) -> Floats:
    values: Floats = size * np.cumsum(net) / net.sum()
    return values


def test_a_shirley_step_is_removed_and_the_peak_kept() -> None:
    net = gauss(285.0, 1000.0) + gauss(289.0, 400.0)
    left = subtract((net + 200.0 + step_of(net, 150.0))[None], POINTS)[0]
    np.testing.assert_allclose(left, net, atol=0.1)


def test_a_rising_loss_tail_does_not_cost_the_shake_up() -> None:
    """Losses that rise again beyond +11 eV, as in insulating polymers, must not lift the background before them."""
    net = gauss(284.7, 1000.0) + gauss(291.3, 25.0, 2.5)
    tail = 60.0 * np.clip((ENERGY - 295.5) / 3.5, 0.0, None) ** 1.5
    left = subtract((net + 100.0 + step_of(net, 40.0) + tail)[None], POINTS)[0]
    there = (ENERGY > 289.5) & (ENERGY < 293.5)
    assert left[there].sum() == pytest.approx(net[there].sum(), rel=0.05)


@pytest.mark.parametrize("rows", [slice(0, 201), slice(0, 160), slice(10, 190)])
def test_the_background_does_not_cut_through_the_data(rows: slice) -> None:
    net = gauss(284.7, 1000.0)
    rising = 2.0 * np.clip(ENERGY - 293.0, 0.0, None) ** 2
    measured = (100.0 + net + step_of(net, 40.0) + rising)[rows]
    assert (measured - shirley(measured, POINTS)).min() > -1.0


def test_a_valley_between_two_components_is_no_end_of_the_step() -> None:
    net = gauss(285.0, 1000.0) + gauss(290.0, 1000.0)
    left = subtract((net + 200.0 + step_of(net, 300.0))[None], POINTS)[0]
    np.testing.assert_allclose(left, net, atol=1.0)


def test_ends_are_averaged() -> None:
    low, high = end_levels(np.arange(20.0)[None], 4)
    assert (low.item(), high.item()) == (1.5, 17.5)


def test_noise_leaves_no_more_than_a_tenth_of_its_standard_deviation() -> None:
    noise = np.random.default_rng(0).normal(1000.0, 10.0, (400, 201))
    left = subtract(noise, POINTS)
    assert abs(float(left.mean())) < 1.0


def test_single_precision_stays_and_agrees() -> None:
    net = gauss(285.0, 1000.0)
    measured = (net + 200.0 + step_of(net, 150.0))[None]
    single = subtract(measured.astype(np.float32), POINTS)
    assert single.dtype == np.float32
    np.testing.assert_allclose(single, subtract(measured, POINTS), atol=0.5)


@pytest.mark.parametrize(
    ("step", "size", "points"), [(0.1, 201, 5), (0.05, 401, 10), (0.2, 60, 2), (1.0, 661, 1), (0.01, 24, 3)]
)
def test_ends_are_half_an_ev_wide_but_never_most_of_a_region(step: float, size: int, points: int) -> None:
    assert end_points(step, size) == points


def test_tiny_regions_are_survived() -> None:
    for size in range(2, 12):
        left = subtract(np.arange(1.0, size + 1.0)[None], 1)
        assert left.shape == (1, size)
        assert np.isfinite(left).all()


def stepped(size: float = 150.0) -> Floats:
    net = gauss(285.0, 1000.0)
    return net + 100.0 + step_of(net, size)


def test_six_rounds_agree_with_the_limit() -> None:
    given = stepped(300.0) + gauss(289.0, 300.0, 2.4)
    limit = shirley(given, POINTS, rounds=60)
    assert np.abs(shirley(given, POINTS) - limit).max() < 1e-3 * 300.0


def test_linear_takes_a_straight_background_away() -> None:
    net, line = gauss(287.0, 1000.0), np.linspace(300.0, 120.0, ENERGY.size)
    # Ends are means over half an eV, so the line sits half an end too low at the upper and too high at the lower end.
    np.testing.assert_allclose(net + line - linear(net + line, POINTS), net, atol=180.0 * POINTS / ENERGY.size * 2.5)
    assert linear(np.full(50, 7.0), 3) == pytest.approx(np.full(50, 7.0))


def test_the_background_fits_the_slope() -> None:
    high, low = stepped(50.0), stepped(-50.0)
    assert (choose(high, POINTS), choose(low, POINTS)) == ("shirley", "linear")
    left = subtract(np.stack([high, low]), POINTS)
    np.testing.assert_allclose(left[0], high - shirley(high, POINTS))
    np.testing.assert_allclose(left[1], low - linear(low, POINTS))


def test_a_block_is_treated_as_its_rows_one_by_one() -> None:
    rows = [
        gauss(at, height) + 20.0 + step_of(gauss(at, height), size)
        for at, height, size in ((284.0, 900.0, 50.0), (288.0, 100.0, -15.0), (291.0, 5.0, 400.0))
    ]
    means = np.array([*rows, np.full(ENERGY.size, 30.0), np.zeros(ENERGY.size)])
    block = np.random.default_rng(3).poisson(means).astype(float)
    for function in (shirley, linear, subtract):
        alone = np.stack([function(row[None], POINTS)[0] for row in block])
        np.testing.assert_allclose(function(block, POINTS), alone, rtol=1e-12, atol=1e-9)


def test_the_scale_of_the_intensity_does_not_matter() -> None:
    for scale in (1e-6, 1e6):
        np.testing.assert_allclose(shirley(scale * stepped(), POINTS) / scale, shirley(stepped(), POINTS), rtol=1e-9)


def test_the_input_is_not_changed() -> None:
    given = stepped()
    subtract(given[None], POINTS)
    np.testing.assert_array_equal(given, stepped())


@pytest.mark.parametrize("kind", ["zeros", "constant", "noise", "falling", "negative", "dip"])
def test_no_nan_and_no_background_beyond_the_data(kind: str) -> None:
    rng = np.random.default_rng(4)
    given = {
        "zeros": np.zeros((9, 201)),
        "constant": np.full((9, 201), 12.0),
        "noise": rng.poisson(3.0, (9, 201)).astype(float),
        "falling": np.tile(np.linspace(500.0, 0.0, 201), (9, 1)),
        "negative": rng.normal(0.0, 5.0, (9, 201)),
        "dip": 500.0 - np.tile(gauss(286.0, 400.0), (9, 1)),
    }[kind]
    for function in (shirley, linear):
        background = function(given, POINTS)
        assert np.isfinite(background).all()
        assert (background >= given.min(axis=1, keepdims=True) - 1e-9).all()
        assert (background <= given.max(axis=1, keepdims=True) + 1e-9).all()
