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


def test_a_straight_line_is_removed_where_the_high_end_is_lower() -> None:
    net = gauss(287.0, 1000.0)
    measured = net + np.linspace(300.0, 200.0, 201)
    assert choose(measured, POINTS) == "linear"
    left = subtract(measured[None], POINTS)[0]
    np.testing.assert_allclose(left[:50], 0.0, atol=12.0)
    assert left.max() == pytest.approx(1000.0, rel=0.02)


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


def test_a_block_is_treated_row_by_row() -> None:
    rng = np.random.default_rng(1)
    net = gauss(285.0, 1000.0)
    block = np.stack([net + 200.0 + step_of(net, 150.0), net + np.linspace(300.0, 100.0, 201), rng.poisson(50.0, 201)])
    together = subtract(block, POINTS)
    for row, expected in zip(block, together, strict=True):
        np.testing.assert_allclose(subtract(row[None], POINTS)[0], expected)
        method = shirley if choose(row, POINTS) == "shirley" else linear
        np.testing.assert_allclose(row - method(row, POINTS), expected)


def test_single_precision_stays_and_agrees() -> None:
    net = gauss(285.0, 1000.0)
    measured = (net + 200.0 + step_of(net, 150.0))[None]
    single = subtract(measured.astype(np.float32), POINTS)
    assert single.dtype == np.float32
    np.testing.assert_allclose(single, subtract(measured, POINTS), atol=0.5)


def test_six_rounds_are_the_limit() -> None:
    net = gauss(285.0, 1000.0)
    measured = net + 200.0 + step_of(net, 150.0)
    difference = shirley(measured, POINTS) - shirley(measured, POINTS, rounds=60)
    assert np.abs(difference).max() < 0.3  # 2e-3 of the step


@pytest.mark.parametrize(("step", "size", "points"), [(0.1, 201, 5), (0.05, 401, 10), (0.2, 60, 2), (0.1, 12, 1)])
def test_ends_are_half_an_ev_wide_but_never_most_of_a_region(step: float, size: int, points: int) -> None:
    assert end_points(step, size) == points


def test_tiny_regions_are_survived() -> None:
    for size in range(2, 12):
        left = subtract(np.arange(1.0, size + 1.0)[None], 1)
        assert left.shape == (1, size)
        assert np.isfinite(left).all()
