"""Recall against amount: how little of a group is still found."""

import numpy as np
from numpy.typing import NDArray

from xps_keras.corpus import Batch

AMOUNT_EDGES = (0.0, 0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0)
"""Ends of the bins of recall against amount: finer where detection limits lie."""
REQUIRED_RECALL = 0.9
"""Recall that defines the detection limit."""
LEAST_SPECTRA = 30
"""Carriers at or above a detection limit; with fewer a run of luck would make one."""

Floats = NDArray[np.float64]


def carrier_fractions(batch: Batch, group_counts: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the part of each sample that consists of polymers with each group.

    Args:
        batch: Labelled spectra.
        group_counts: Groups per repeat unit of the library's polymers, shape ``(polymers, groups)``.

    Returns:
        Weight fractions, shape ``(n, groups)``, 0 to 1.
    """
    carries = (group_counts > 0).astype(np.float32)
    # An absent component has index -1 and fraction 0: the row it points at adds nothing.
    return np.asarray(np.einsum("nc,ncg->ng", batch.fractions, carries[batch.polymers]), np.float32)


def smallest_fractions(batch: Batch) -> NDArray[np.float32]:
    """Return the fraction of the weakest polymer in each sample, shape ``(n,)``.

    Args:
        batch: Labelled spectra. A polymer that was drawn twice is one polymer with the sum of its fractions.
    """
    same = batch.polymers[:, :, None] == batch.polymers[:, None, :]
    joined = (same * batch.fractions[:, None, :]).sum(axis=2)
    return np.asarray(np.where(batch.fractions > 0, joined, np.inf).min(axis=1), np.float32)


def recall_by_amount(
    amount: NDArray[np.floating], found: NDArray[np.bool_], edges: tuple[float, ...] = AMOUNT_EDGES
) -> tuple[NDArray[np.int64], Floats]:
    """Count carriers and their recall in bins of amount.

    Args:
        amount: Fraction of the sample that carries the group, above 0, shape ``(n,)``.
        found: Whether the group was called, shape ``(n,)``.
        edges: Ends of the bins, ascending; a bin holds its upper end.

    Returns:
        Carriers and recall per bin, recall NaN where there are none.
    """
    # Fractions are float32 sums: 1.0000001 is the whole sample.
    place = np.digitize(np.minimum(amount, edges[-1]), edges[1:], right=True)
    carriers = np.bincount(place, minlength=len(edges) - 1)
    hits = np.bincount(place, found, len(edges) - 1)
    recall = np.divide(hits, carriers, out=np.full(carriers.shape, np.nan), where=carriers > 0)
    return carriers, recall


def isotonic(value: Floats, weight: Floats) -> Floats:
    """Fit the non-decreasing sequence with the least weighted squares: pool adjacent violators.

    R. E. Barlow et al., Statistical Inference under Order Restrictions, Wiley (1972).

    Args:
        value: Values in the order of what they should rise with, shape ``(n,)``.
        weight: Positive weights, shape ``(n,)``.

    Returns:
        Fitted values, shape ``(n,)``.
    """
    means: list[float] = []
    weights: list[float] = []
    lengths: list[int] = []
    for mean, mass in zip(value.tolist(), weight.tolist(), strict=True):
        length = 1
        while means and means[-1] >= mean:
            mean = (means[-1] * weights[-1] + mean * mass) / (weights[-1] + mass)
            mass += weights.pop()
            length += lengths.pop()
            means.pop()
        means.append(mean)
        weights.append(mass)
        lengths.append(length)
    return np.repeat(means, lengths)


def detection_limit(amount: NDArray[np.floating], found: NDArray[np.bool_]) -> float | None:
    """Return the smallest amount from which a group is found with ``REQUIRED_RECALL``.

    Recall is taken to rise with the amount and fitted by isotonic regression.

    Args:
        amount: Fraction of the sample that carries the group, above 0, shape ``(n,)``.
        found: Whether the group was called, shape ``(n,)``.

    Returns:
        The amount, 0 to 1; None when the recall is never reached or fewer than ``LEAST_SPECTRA`` say so.
    """
    if amount.size < LEAST_SPECTRA:
        return None
    amounts, place = np.unique(np.minimum(np.asarray(amount, np.float64), 1.0), return_inverse=True)
    number = np.bincount(place).astype(np.float64)
    recall = isotonic(np.bincount(place, found) / number, number)
    reached = np.flatnonzero(recall >= REQUIRED_RECALL)
    if not reached.size or number[reached[0] :].sum() < LEAST_SPECTRA:
        return None
    return float(amounts[reached[0]])
