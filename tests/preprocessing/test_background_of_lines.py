"""Backgrounds on spectra whose background is known."""

import numpy as np
import pytest
from numpy.typing import NDArray

from xps_keras.preprocessing.background import choose, end_levels, end_points, linear, shirley, subtract

ENERGY = 278.0 + 0.1 * np.arange(201)
POINTS = end_points(0.1, ENERGY.size)


def peak(center: float = 286.0, height: float = 1000.0, sigma: float = 0.6) -> NDArray[np.float64]:
    return np.asarray(height * np.exp(-0.5 * ((ENERGY - center) / sigma) ** 2))


def step(net: NDArray[np.float64], low: float, high: float) -> NDArray[np.float64]:
    """The background that Shirley's relation gives for a known peak."""
    return np.asarray(low + (high - low) * np.cumsum(net) / net.sum())


def test_the_ends_are_half_an_ev_wide_but_never_most_of_the_region() -> None:
    assert end_points(0.1, 201) == 5
    assert end_points(0.05, 401) == 10
    assert end_points(1.0, 661) == 1
    assert end_points(0.01, 24) == 3


def test_shirley_finds_the_step_under_a_known_peak() -> None:
    net = peak() + peak(288.7, 400.0)
    true = step(net, 50.0, 190.0)
    np.testing.assert_allclose(shirley(net + true, POINTS), true, atol=1e-3 * 140.0)


def test_six_rounds_agree_with_the_limit() -> None:
    given = peak() + peak(290.0, 300.0, 1.0) + step(peak(), 100.0, 400.0)
    limit = shirley(given, POINTS, rounds=60)
    assert np.abs(shirley(given, POINTS) - limit).max() < 1e-3 * 300.0


def test_the_net_area_is_that_of_the_peak() -> None:
    net = peak()
    given = net + step(net, 80.0, 230.0)
    assert (given - shirley(given, POINTS)).sum() == pytest.approx(net.sum(), rel=1e-3)


def test_linear_takes_a_straight_background_away_exactly() -> None:
    line = np.linspace(300.0, 120.0, ENERGY.size)
    left = peak() + line - linear(peak() + line, POINTS)
    # Ends are means over half an eV, so the line sits half an end too low at the upper and too high at the lower end.
    np.testing.assert_allclose(left, peak(), atol=180.0 * POINTS / ENERGY.size * 2.5)
    assert linear(np.full(50, 7.0), 3) == pytest.approx(np.full(50, 7.0))


def test_levels_are_means_of_the_ends() -> None:
    given = peak() + np.where(ENERGY < 286.0, 50.0, 90.0)
    low, high = end_levels(given, POINTS)
    assert low[0] == pytest.approx(50.0, abs=0.01)
    assert high[0] == pytest.approx(90.0, abs=0.01)


def test_a_loss_hump_at_the_end_does_not_lift_the_background_over_the_shake_up() -> None:
    hump = 100.0 * np.clip((ENERGY - 294.0) / 4.0, 0.0, 1.0)
    shake_up = peak(291.5, 60.0, 0.8)
    net = peak(284.8) + shake_up
    given = net + 20.0 + hump
    left = given - shirley(given, POINTS)
    inside = (ENERGY > 289.5) & (ENERGY < 293.5)
    assert left[inside].sum() > 0.85 * shake_up[inside].sum()


def test_the_background_fits_the_slope() -> None:
    rising, falling = peak() + step(peak(), 10.0, 60.0), peak() + step(peak(), 60.0, 10.0)
    assert (choose(rising, POINTS), choose(falling, POINTS)) == ("shirley", "linear")
    both = np.stack([rising, falling])
    np.testing.assert_allclose(subtract(both, POINTS)[0], rising - shirley(rising, POINTS))
    np.testing.assert_allclose(subtract(both, POINTS)[1], falling - linear(falling, POINTS))


def test_a_block_is_treated_as_its_rows_one_by_one() -> None:
    rng = np.random.default_rng(3)
    rows = [peak(c, h) + step(peak(c, h), 20, 20 + d) for c, h, d in ((284, 900, 50), (288, 100, -15), (291, 5, 400))]
    block = rng.poisson(np.array([*rows, np.full(ENERGY.size, 30.0), np.zeros(ENERGY.size)])).astype(float)
    for function in (shirley, linear, subtract):
        alone = np.stack([function(row[None], POINTS)[0] for row in block])
        np.testing.assert_allclose(function(block, POINTS), alone, rtol=1e-12, atol=1e-9)


def test_the_scale_of_the_intensity_does_not_matter() -> None:
    given = peak() + step(peak(), 50.0, 190.0)
    for scale in (1e-6, 1e6):
        np.testing.assert_allclose(shirley(scale * given, POINTS) / scale, shirley(given, POINTS), rtol=1e-9)


def test_the_input_is_not_changed() -> None:
    given = peak() + step(peak(), 50.0, 190.0)
    kept = given.copy()
    subtract(given[None], POINTS)
    np.testing.assert_array_equal(given, kept)


@pytest.mark.parametrize("kind", ["zeros", "constant", "noise", "falling", "negative", "dip"])
def test_no_nan_and_no_background_beyond_the_data(kind: str) -> None:
    rng = np.random.default_rng(4)
    given = {
        "zeros": np.zeros((9, 201)),
        "constant": np.full((9, 201), 12.0),
        "noise": rng.poisson(3.0, (9, 201)).astype(float),
        "falling": np.tile(np.linspace(500.0, 0.0, 201), (9, 1)),
        "negative": rng.normal(0.0, 5.0, (9, 201)),
        "dip": 500.0 - np.tile(peak(height=400.0), (9, 1)),
    }[kind]
    for function in (shirley, linear):
        background = function(given, POINTS)
        assert np.isfinite(background).all()
        assert (background >= given.min(axis=1, keepdims=True) - 1e-9).all()
        assert (background <= given.max(axis=1, keepdims=True) + 1e-9).all()
