"""A region on the flank of something stronger keeps its peak; one that stands on none is treated as before."""

import numpy as np
import pytest
from numpy.typing import NDArray

from xps_keras.preprocessing.background import choose, flank, linear, shirley, subtract

Floats = NDArray[np.float64]
ENERGY = 278.0 + 0.1 * np.arange(201)
WAY = np.linspace(0.0, 1.0, 201)
POINTS = 5
PEAK = 1000.0 * np.exp(-4 * np.log(2) * ((ENERGY - 287.3) / 1.4) ** 2)
FLANKS = {
    "power": WAY**2.2,
    "shoulder": WAY**0.6,
    "exponential": np.expm1(3.0 * WAY) / np.expm1(3.0),
    "tail of a line": (1.0 / (1.4 - WAY) ** 2 - 1.0 / 1.4**2) / (1.0 / 0.4**2 - 1.0 / 1.4**2),
}


@pytest.mark.parametrize("falling", [False, True])
@pytest.mark.parametrize("rise", [1_500.0, 10_000.0])
@pytest.mark.parametrize("shape", FLANKS)
def test_a_peak_on_a_flank_stays_where_it_is_and_as_high_as_it_is(shape: str, rise: float, falling: bool) -> None:
    under = rise * (FLANKS[shape][::-1] if falling else FLANKS[shape])
    measured = PEAK + 3_000.0 + under
    assert choose(measured, POINTS) == "flank"
    left = subtract(measured[None], POINTS)[0]
    before = subtract(measured[None], POINTS, with_flanks=False)[0]
    upper = left * (left > 0.5 * left.max())
    assert (upper @ ENERGY) / upper.sum() == pytest.approx(287.3, abs=0.05)
    assert left.max() == pytest.approx(1000.0, rel=0.15)
    # A line or step between the ends takes the peak away, or adds another; a shoulder does so less.
    if shape != "shoulder" and rise > 5_000.0:
        assert abs(before.max() - 1000.0) > 150.0


@pytest.mark.parametrize(
    "under",
    [
        np.full(201, 300.0),
        300.0 + 150.0 * np.cumsum(PEAK) / PEAK.sum(),
        300.0 + 1_500.0 * np.cumsum(PEAK) / PEAK.sum(),
        300.0 + 5_000.0 * np.cumsum(PEAK) / PEAK.sum(),
        300.0 - 200.0 * WAY,
        300.0 + 600.0 * WAY**2,
    ],
    ids=["flat", "step", "step higher than the peak", "five times as high", "slope", "less than the peak"],
)
def test_without_a_flank_all_is_as_it_was(under: Floats) -> None:
    measured = PEAK + under
    assert not flank(measured[None], POINTS)[1][0]
    np.testing.assert_array_equal(subtract(measured[None], POINTS), subtract(measured[None], POINTS, with_flanks=False))


def test_noise_is_no_flank() -> None:
    noise = np.random.default_rng(4).poisson(50.0, (2_000, 201)).astype(np.float64)
    assert not flank(noise, POINTS)[1].any()


@pytest.mark.parametrize("scale", [1e-12, 1.0, 1e12])
def test_a_flank_does_not_depend_on_units(scale: float) -> None:
    measured = PEAK + 3_000.0 + 8_000.0 * FLANKS["exponential"]
    np.testing.assert_allclose(
        subtract(scale * measured[None], POINTS) / scale, subtract(measured[None], POINTS), atol=1e-6 * 1000.0
    )


@pytest.mark.parametrize("values", [np.zeros(201), np.full(201, 7.0), np.linspace(0.0, 1.0, 9)])
def test_degenerate_regions(values: Floats) -> None:
    left = subtract(values[None], 1)[0]
    assert np.isfinite(left).all()


def test_what_stands_on_a_flank_gets_the_background_that_it_would_have_without() -> None:
    step = 100.0 * np.cumsum(PEAK) / PEAK.sum()
    measured = (PEAK + 500.0 + step + 9_000.0 * WAY**1.8)[None]
    curve, is_flank = flank(measured, POINTS)
    assert is_flank[0]
    rest = measured - curve
    usual = shirley if rest[0, -POINTS:].mean() > rest[0, :POINTS].mean() else linear
    np.testing.assert_allclose(subtract(measured, POINTS), rest - usual(rest, POINTS))
