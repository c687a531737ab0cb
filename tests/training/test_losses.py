"""Losses and metrics against numbers computed another way."""

import numpy as np
import pytest
import scipy.stats
from numpy.typing import NDArray

from xps_keras.training.losses import exact_match, shift_error_ev, shift_likelihood


def mixture(*components: tuple[float, float, float]) -> NDArray[np.float32]:
    """One distribution from (weight, mean, standard deviation)."""
    table = np.array(components)
    return np.stack([np.log(table[:, 0]), table[:, 1], np.log(table[:, 2])], axis=-1)[None].astype(np.float32)


@pytest.mark.parametrize("truth", [0.0, 1.3, 1.35, -4.0])
def test_one_component_is_a_normal_density(truth: float) -> None:
    loss = np.asarray(shift_likelihood(np.array([[truth]], np.float32), mixture((1.0, 1.3, 0.2))))
    assert loss.shape == (1,)
    assert loss[0] == pytest.approx(-scipy.stats.norm(1.3, 0.2).logpdf(truth), rel=1e-5)


@pytest.mark.parametrize("truth", [-1.0, 0.4, 2.1])
def test_two_components_are_a_weighted_sum_of_densities(truth: float) -> None:
    loss = np.asarray(shift_likelihood(np.array([[truth]], np.float32), mixture((0.7, -1.0, 0.3), (0.3, 2.0, 0.1))))
    density = 0.7 * scipy.stats.norm(-1.0, 0.3).pdf(truth) + 0.3 * scipy.stats.norm(2.0, 0.1).pdf(truth)
    assert loss[0] == pytest.approx(-np.log(density), rel=1e-4)


def test_only_differences_of_logits_count() -> None:
    given = mixture((0.7, -1.0, 0.3), (0.3, 2.0, 0.1))
    raised = given + np.array([5.0, 0.0, 0.0], np.float32)
    truth = np.array([[0.5]], np.float32)
    np.testing.assert_allclose(
        np.asarray(shift_likelihood(truth, raised)), np.asarray(shift_likelihood(truth, given)), rtol=1e-5
    )


def test_a_truth_far_from_every_component_is_a_large_but_finite_loss() -> None:
    loss = np.asarray(shift_likelihood(np.array([[40.0]], np.float32), mixture((0.5, 0.0, 0.01), (0.5, 1.0, 0.01))))
    assert np.isfinite(loss).all()
    assert loss[0] > 1e5


def test_exact_match_wants_every_group_right() -> None:
    groups = np.array([[1, 0, 1], [1, 0, 1], [0, 0, 0]], np.float32)
    logits = np.array([[2.0, -1.0, 0.1], [2.0, 0.1, 0.1], [-1.0, -1.0, -0.1]], np.float32)
    np.testing.assert_array_equal(np.asarray(exact_match(groups, logits)), [1.0, 0.0, 1.0])


def test_shift_error_is_that_of_the_most_probable_component() -> None:
    distribution = np.concatenate(
        [mixture((0.6, 1.0, 0.1), (0.4, 2.0, 0.1)), mixture((0.4, 1.0, 0.1), (0.6, 2.0, 0.1))]
    )
    error = np.asarray(shift_error_ev(np.array([[1.2], [1.2]], np.float32), distribution))
    np.testing.assert_allclose(error, [0.2, 0.8], rtol=1e-5)
