"""Figures of merit against cases worked out by hand."""

import numpy as np
import pytest

from xps_keras.evaluation import metrics

PRESENT = np.array([[1, 0, 1], [1, 1, 0], [0, 0, 0], [1, 0, 0]], bool)
CALLED = np.array([[1, 0, 1], [0, 1, 0], [1, 0, 0], [1, 0, 0]], bool)


def test_counts_and_rates_per_group() -> None:
    counts = metrics.count(CALLED, PRESENT)
    assert counts.true_positive.tolist() == [2, 1, 1]
    assert counts.false_positive.tolist() == [1, 0, 0]
    assert counts.false_negative.tolist() == [1, 0, 0]
    assert counts.true_negative.tolist() == [0, 3, 3]
    assert counts.precision == pytest.approx([2 / 3, 1, 1])
    assert counts.recall == pytest.approx([2 / 3, 1, 1])
    assert counts.f1 == pytest.approx([2 / 3, 1, 1])
    assert counts.specificity == pytest.approx([0, 1, 1])


def test_micro_averages_pool_the_decisions() -> None:
    pooled = metrics.count(CALLED, PRESENT).pooled()
    assert float(pooled.precision) == pytest.approx(4 / 5)
    assert float(pooled.recall) == pytest.approx(4 / 5)
    assert float(pooled.specificity) == pytest.approx(6 / 7)


def test_only_considered_decisions_count() -> None:
    considered = np.ones_like(PRESENT)
    considered[1:3, 0] = False  # the two wrong ones
    assert metrics.count(CALLED, PRESENT, considered).f1 == pytest.approx([1, 1, 1])
    assert metrics.count(CALLED, PRESENT, considered).support.tolist() == [2, 1, 1]
    assert metrics.exact_match(CALLED, PRESENT).tolist() == [True, False, False, True]
    assert metrics.exact_match(CALLED, PRESENT, considered).all()


def test_quotients_of_nothing_are_not_numbers() -> None:
    nothing = np.zeros((3, 1), bool)
    counts = metrics.count(nothing, nothing)
    assert np.isnan(counts.precision).all()
    assert np.isnan(counts.recall).all()
    assert np.isnan(counts.f1).all()
    assert counts.specificity == pytest.approx([1])


def test_wilson_interval() -> None:
    # Newcombe, Statistics in Medicine 17, 857 (1998), table I: 81 of 263 and 0 of 20.
    assert metrics.wilson_interval(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert metrics.wilson_interval(0, 20) == pytest.approx((0.0, 0.1611), abs=5e-5)
    assert metrics.wilson_interval(20, 20)[1] == 1.0


def test_reliability_by_hand() -> None:
    found = metrics.reliability(np.array([0.1, 0.2, 0.9, 1.0]), np.array([False, True, True, True]), bins=2)
    assert found.count.tolist() == [2, 2]
    assert found.mean_probability == pytest.approx([0.15, 0.95])
    assert found.observed == pytest.approx([0.5, 1.0])
    assert found.expected_error == pytest.approx((2 * 0.35 + 2 * 0.05) / 4)


def test_perfect_and_inverted_certainty_have_extreme_calibration_errors() -> None:
    present = np.array([True, False, True, False])
    assert metrics.reliability(present.astype(float), present).expected_error == 0.0
    assert metrics.reliability(1.0 - present, present).expected_error == 1.0


def test_shift_error_by_hand() -> None:
    found = metrics.shift_error(np.array([0.1, -0.3, 0.0, 0.6]), tolerance_ev=0.15)
    assert found.mean_absolute_ev == pytest.approx(0.25)
    assert found.bias_ev == pytest.approx(0.1)
    assert found.median_absolute_ev == pytest.approx(0.2)
    assert found.percentile_95_absolute_ev == pytest.approx(0.3 + 0.85 * 0.3)
    assert found.within_tolerance == 0.5


def test_coverage_of_honest_and_of_too_narrow_uncertainties() -> None:
    error = np.random.default_rng(1).normal(0.0, 0.2, 20_000)
    honest, narrow = np.full(error.shape, 0.2), np.full(error.shape, 0.1)
    assert metrics.coverage(error, honest, 0.68) == pytest.approx(0.68, abs=0.01)
    assert metrics.coverage(error, honest, 0.95) == pytest.approx(0.95, abs=0.01)
    assert metrics.coverage(error, narrow, 0.95) == pytest.approx(0.673, abs=0.01)  # 0.98 standard deviations


def test_mixture_coverage_of_two_honest_readings() -> None:
    rng = np.random.default_rng(2)
    first = rng.random(20_000) < 0.7
    means = np.tile([0.0, 1.0], (first.size, 1))
    truth = np.where(first, 0.0, 1.0) + rng.normal(0.0, 0.2, first.size)
    error = means - truth[:, None]
    widths, weights = np.full(error.shape, 0.2), np.tile([0.7, 0.3], (first.size, 1))
    for confidence in (0.5, 0.68, 0.95):
        assert metrics.mixture_coverage(error, widths, weights, confidence) == pytest.approx(confidence, abs=0.01)
    # A single reading alone cannot promise that much, and weights that are wrong show.
    assert metrics.coverage(error[:, 0], widths[:, 0], 0.95) < 0.72
    assert metrics.mixture_coverage(error, widths, weights[:, ::-1], 0.68) < 0.64


def test_mixture_coverage_of_one_reading_is_coverage() -> None:
    error = np.random.default_rng(3).normal(0.0, 0.3, (5000, 1))
    width, weight = np.full(error.shape, 0.2), np.full(error.shape, 0.4)
    one = metrics.mixture_coverage(error, width, weight, 0.68)
    assert one == pytest.approx(metrics.coverage(error[:, 0], width[:, 0], 0.68), abs=1e-9)
