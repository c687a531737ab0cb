"""The recipe `paper` is the protocol of arXiv 2603.05350, number by number."""

import numpy as np
import pytest
import scipy.stats

from xps_keras.axis import AXIS
from xps_keras.corpus import Batch, Corpus, recipe
from xps_keras.corpus.corpus import _spectral_weights
from xps_keras.groups import GROUP_NAMES
from xps_keras.library.loading import load_library

LIBRARY = load_library()


def test_spectra_are_not_negative_and_have_unit_area(paper: Batch) -> None:
    assert np.isfinite(paper.intensity).all()
    assert (paper.intensity >= 0).all()
    np.testing.assert_allclose(paper.intensity.sum(axis=1, dtype=np.float64) * AXIS.step_ev, 1.0, rtol=1e-5)


def test_everything_between_the_recorded_regions_is_exactly_zero(paper: Batch) -> None:
    assert not paper.intensity[~paper.measured].any()
    assert 0.02 < paper.measured.mean() < 0.25


def test_each_polymer_brings_its_regions_moved_with_its_peaks(paper: Batch) -> None:
    """C 1s is recorded from 278 to 300 eV of every polymer; a shift moves that window rigidly."""
    carbon_only = [row for row in range(len(paper)) if not paper.measured[row, AXIS.channel(310) :].any()]
    row = carbon_only[0]
    shift = float(paper.shift_ev[row])
    recorded = AXIS.energies_ev[paper.measured[row]]
    assert recorded.max() == pytest.approx(300.0 + shift, abs=0.051)
    assert (AXIS.channel(278.0 + shift) <= np.flatnonzero(paper.measured[row])[0]) or recorded.min() < 278.0 + shift


def test_two_or_three_polymers_equally_often(labels: Batch) -> None:
    count = (labels.polymers >= 0).sum(axis=1)
    assert set(count) == {2, 3}
    assert abs((count == 2).mean() - 0.5) < 4 * 0.5 / np.sqrt(len(labels))


def test_polymers_are_drawn_evenly_and_with_replacement(labels: Batch) -> None:
    times = np.bincount(labels.polymers[labels.polymers >= 0], minlength=104)
    assert scipy.stats.chisquare(times).pvalue > 1e-4
    twice = labels.polymers[:, 0] == labels.polymers[:, 1]
    assert twice.mean() == pytest.approx(1 / 104, abs=4 * np.sqrt(1 / 104 / len(labels)))


def test_fractions_are_positive_shares_of_one(labels: Batch) -> None:
    np.testing.assert_allclose(labels.fractions.sum(axis=1), 1.0, atol=1e-6)
    np.testing.assert_array_equal(labels.fractions > 0, labels.polymers >= 0)


def test_traces_are_as_frequent_as_uniform_numbers_make_them(labels: Batch) -> None:
    """Two uniform numbers: P(a / (a + b) < t) = t / (2 (1 - t)) for t below one half, either of the two may be it."""
    two = labels.fractions[labels.polymers[:, 2] < 0][:, :2]
    expected = 2 * 0.02 / (2 * 0.98)
    assert (two.min(axis=1) < 0.02).mean() == pytest.approx(expected, abs=4 * np.sqrt(expected / len(two)))


def test_shifts_are_whole_channels_and_even_over_the_range(labels: Batch) -> None:
    channels = labels.shift_ev / AXIS.step_ev
    np.testing.assert_allclose(channels, np.round(channels), atol=1e-4)
    times = np.bincount(np.round(channels).astype(int) + 30, minlength=61)
    assert len(times) == 61  # -3.0 ... +3.0 eV
    assert scipy.stats.chisquare(times).pvalue > 1e-4


@pytest.mark.parametrize("max_shift", [0.0, 1.0, 5.0])
def test_the_largest_shift_is_a_setting(max_shift: float) -> None:
    shift = Corpus(recipe("paper", max_shift_ev=max_shift), seed=3).batch(0, 512).shift_ev
    assert np.abs(shift).max() == pytest.approx(max_shift, abs=0.101)
    assert np.abs(shift).max() <= max_shift + 1e-5


def test_broadening_is_half_normal_with_a_fifth_of_an_ev(labels: Batch) -> None:
    assert scipy.stats.kstest(labels.broadening_ev, scipy.stats.halfnorm(scale=0.2).cdf).pvalue > 1e-4


def test_labels_are_the_union_of_the_polymers_groups(labels: Batch) -> None:
    for row in range(300):
        present = [index for index in labels.polymers[row] if index >= 0]
        np.testing.assert_array_equal(labels.groups[row] > 0, (LIBRARY.group_counts[present] > 0).any(axis=0))
        amounts = labels.fractions[row, : len(present)] @ LIBRARY.group_counts[present]
        np.testing.assert_allclose(labels.group_amounts[row], amounts, rtol=1e-5, atol=1e-7)


def test_groups_are_as_frequent_as_the_polymers_that_carry_them(labels: Batch) -> None:
    """Drawn with replacement, 2 or 3 at a time: 1 - mean over k of (1 - n/104)^k."""
    carriers = (LIBRARY.group_counts > 0).sum(axis=0)
    expected = 1 - np.mean([(1 - carriers / 104) ** k for k in (2, 3)], axis=0)
    sigma = np.sqrt(expected * (1 - expected) / len(labels))
    deviation = np.abs(labels.groups.mean(axis=0) - expected)
    assert (deviation <= 4 * sigma).all(), [
        n for n, d, s in zip(GROUP_NAMES, deviation, sigma, strict=True) if d > 4 * s
    ]


def test_exact_mixing_weighs_spectra_as_labels() -> None:
    fractions = np.array([[0.2, 0.5, 0.3]], np.float32)
    np.testing.assert_array_equal(_spectral_weights(fractions, "exact"), fractions)


def test_the_papers_mixing_favours_the_first_polymer_as_its_loop_does(labels: Batch) -> None:
    # 0.2 -> 1; with 0.5: 1/1.5, 0.5/1.5; with 0.3: those over 1.3.
    weights = _spectral_weights(np.array([[0.2, 0.5, 0.3]], np.float32), "paper")
    np.testing.assert_allclose(weights, [[1 / 1.5 / 1.3, 0.5 / 1.5 / 1.3, 0.3 / 1.3]], rtol=1e-6)
    weights = _spectral_weights(labels.fractions, "paper")
    np.testing.assert_allclose(weights.sum(axis=1), 1.0, atol=1e-6)
    # Integrals of the loop over uniform numbers: 0.685 of two, 0.578 of three, against labels of 1/2 and 1/3.
    assert weights[:, 0].mean() == pytest.approx((0.685 + 0.578) / 2, abs=0.01)
    assert labels.fractions[:, 0].mean() == pytest.approx((1 / 2 + 1 / 3) / 2, abs=0.01)


def test_the_papers_mixing_changes_spectra_but_no_label() -> None:
    exact, loop = (Corpus(recipe("paper", mixing=mixing), seed=4).batch(0, 16) for mixing in ("exact", "paper"))
    np.testing.assert_array_equal(exact.groups, loop.groups)
    np.testing.assert_array_equal(exact.group_amounts, loop.group_amounts)
    np.testing.assert_array_equal(exact.shift_ev, loop.shift_ev)
    # All but those of one polymer drawn twice.
    assert (np.abs(exact.intensity - loop.intensity).max(axis=1) > 1e-3).mean() > 0.7
