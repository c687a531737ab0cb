"""Figures of merit of groups and shifts as pure functions on arrays: ``n`` spectra, ``groups`` groups.

A quotient of nothing by nothing (precision of a group that was never named) is NaN here and null in JSON.
"""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

RELIABILITY_BINS = 15
"""Equal stretches of probability over which calibration is judged."""


@dataclass(frozen=True, eq=False)
class Counts:
    """Right and wrong decisions, integers of one shape."""

    true_positive: NDArray[np.int64]
    false_positive: NDArray[np.int64]
    false_negative: NDArray[np.int64]
    true_negative: NDArray[np.int64]

    @property
    def support(self) -> NDArray[np.int64]:
        """Times the group was there."""
        return self.true_positive + self.false_negative

    @property
    def precision(self) -> Floats:
        """Part of the called that was there."""
        return quotient(self.true_positive, self.true_positive + self.false_positive)

    @property
    def recall(self) -> Floats:
        """Part of the present that was called."""
        return quotient(self.true_positive, self.support)

    @property
    def f1(self) -> Floats:
        """Harmonic mean of precision and recall."""
        return quotient(2 * self.true_positive, 2 * self.true_positive + self.false_positive + self.false_negative)

    @property
    def specificity(self) -> Floats:
        """Part of the absent that was not called."""
        return quotient(self.true_negative, self.true_negative + self.false_positive)

    def pooled(self) -> "Counts":
        """Return the sums over all groups, shape ``()``: what micro averages are made of."""
        return Counts(
            self.true_positive.sum(), self.false_positive.sum(), self.false_negative.sum(), self.true_negative.sum()
        )


def quotient(part: NDArray[np.int64], whole: NDArray[np.int64]) -> Floats:
    """Divide counts; NaN where the whole is zero."""
    part, whole = np.asarray(part, np.float64), np.asarray(whole, np.float64)
    return np.asarray(np.divide(part, whole, out=np.full(np.shape(whole), np.nan), where=whole > 0))


def count(predicted: Bools, present: Bools, considered: Bools | None = None) -> Counts:
    """Count decisions per group.

    Args:
        predicted: Groups called present, shape ``(n, groups)``.
        present: Groups that are there, same shape.
        considered: Decisions that count, same shape; None for all.

    Returns:
        Counts of shape ``(groups,)``.
    """
    counted = np.ones_like(present) if considered is None else considered
    return Counts(
        (predicted & present & counted).sum(axis=0),
        (predicted & ~present & counted).sum(axis=0),
        (~predicted & present & counted).sum(axis=0),
        (~predicted & ~present & counted).sum(axis=0),
    )


def exact_match(predicted: Bools, present: Bools, considered: Bools | None = None) -> Bools:
    """Tell for which spectra every group, or every considered one, is right.

    Args:
        predicted: Groups called present, shape ``(n, groups)``.
        present: Groups that are there, same shape.
        considered: Groups that count, same shape; None for all. A spectrum with none is right.

    Returns:
        Shape ``(n,)``.
    """
    wrong = predicted != present
    if considered is not None:
        wrong = wrong & considered
    return np.asarray(~wrong.any(axis=1))


def wilson_interval(hits: int, total: int, confidence: float = 0.95) -> tuple[float, float]:
    """Return the score interval of a fraction (E. B. Wilson, J. Am. Stat. Assoc. 22, 209, 1927).

    Args:
        hits: Successes.
        total: Trials, at least 1.
        confidence: Between 0 and 1.

    Returns:
        Lower and upper end, within 0 to 1.
    """
    z2 = NormalDist().inv_cdf(0.5 + confidence / 2) ** 2
    share = hits / total
    middle = (share + z2 / (2 * total)) / (1 + z2 / total)
    half = np.sqrt(z2 * (share * (1 - share) / total + z2 / (4 * total**2))) / (1 + z2 / total)
    return max(float(middle - half), 0.0), min(float(middle + half), 1.0)


@dataclass(frozen=True, eq=False)
class Reliability:
    """Predicted probability against observed frequency in ``bins`` equal stretches of probability."""

    count: NDArray[np.int64]
    """Decisions per bin, shape ``(bins,)``."""
    mean_probability: Floats
    """Mean predicted probability, NaN in an empty bin."""
    observed: Floats
    """Part of them in which the group was there, NaN in an empty bin."""

    @property
    def expected_error(self) -> float:
        """Expected calibration error: mean distance of the two, weighted by the bins' counts; NaN without data."""
        filled = self.count > 0
        if not filled.any():
            return float("nan")
        distance = np.abs(self.mean_probability - self.observed)[filled]
        return float(distance @ self.count[filled] / self.count.sum())


def reliability(probabilities: NDArray[np.floating], present: Bools, bins: int = RELIABILITY_BINS) -> Reliability:
    """Compare probabilities with frequencies (Guo et al., ICML 2017, for the presence of a group).

    Args:
        probabilities: Any shape, 0 to 1.
        present: Whether the group was there, same shape.
        bins: Number of equal stretches; the last one holds 1.

    Returns:
        Mean probability and frequency per bin.
    """
    flat = np.asarray(probabilities, np.float64).ravel()
    place = np.minimum((flat * bins).astype(int), bins - 1)
    number = np.bincount(place, minlength=bins)
    return Reliability(
        number,
        quotient(np.bincount(place, flat, bins), number),
        quotient(np.bincount(place, present.ravel(), bins), number),
    )


@dataclass(frozen=True)
class ShiftError:
    """Statistics of estimated minus true shift; all in eV but the last, NaN without spectra."""

    mean_absolute_ev: float
    bias_ev: float
    """Mean with its sign."""
    median_absolute_ev: float
    percentile_95_absolute_ev: float
    within_tolerance: float
    """Part of the spectra whose error is at most the tolerance."""


def shift_error(error_ev: Floats, tolerance_ev: float) -> ShiftError:
    """Summarise shift errors.

    Args:
        error_ev: Estimated minus true shift in eV, shape ``(n,)``.
        tolerance_ev: Largest error in eV that counts as right.
    """
    if not error_ev.size:
        return ShiftError(*[float("nan")] * 5)
    size = np.abs(error_ev)
    return ShiftError(
        float(size.mean()),
        float(error_ev.mean()),
        float(np.median(size)),
        float(np.percentile(size, 95)),
        float((size <= tolerance_ev).mean()),
    )


def mixture_coverage(
    error_ev: NDArray[np.floating],
    uncertainty_ev: NDArray[np.floating],
    weight: NDArray[np.floating],
    confidence: float,
) -> float:
    """Return how often the truth lies in the central interval of a mixture of normal distributions.

    A central interval holds the truth when the mixture's cumulative probability there is neither too low nor too high
    (probability integral transform: Dawid, J. R. Stat. Soc. A 147, 278, 1984).

    Args:
        error_ev: Mean of each component minus the truth in eV, shape ``(n, components)``.
        uncertainty_ev: Standard deviation of each component in eV, same shape, positive.
        weight: Weight of each component, same shape; only ratios count.
        confidence: Promised part, between 0 and 1.

    Returns:
        The part found.
    """
    share = weight / weight.sum(axis=1, keepdims=True)
    below = (share * ndtr(-error_ev / uncertainty_ev)).sum(axis=1)
    return float((np.abs(below - 0.5) <= 0.5 * confidence).mean())


def coverage(error_ev: Floats, uncertainty_ev: NDArray[np.floating], confidence: float) -> float:
    """Return how often the error lies within the interval that a normal distribution of that width promises.

    Args:
        error_ev: Estimated minus true shift in eV, shape ``(n,)``.
        uncertainty_ev: Reported standard deviation in eV, same shape.
        confidence: Promised part, between 0 and 1.

    Returns:
        The part found; ``confidence`` is right, less means overconfident.
    """
    return float((np.abs(error_ev) <= NormalDist().inv_cdf(0.5 + confidence / 2) * uncertainty_ev).mean())
