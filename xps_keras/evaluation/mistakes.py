"""What the remaining errors of a model are: which groups, in which amounts, missed or called falsely."""

import numpy as np
from numpy.typing import NDArray

from xps_keras.evaluation.amounts import recall_by_amount
from xps_keras.evaluation.answers import Answers
from xps_keras.evaluation.results import Errors, GroupErrors, Swap
from xps_keras.groups import GROUP_NAMES

SHOWN_SWAPS = 10
"""Pairs of a falsely called and a missed group that are reported."""


def mistakes(
    answers: Answers,
    predicted: NDArray[np.bool_],
    trace: float,
    tolerance_ev: float,
    labels: tuple[str, ...] = GROUP_NAMES,
) -> Errors:
    """Break the wrong decisions down.

    Args:
        answers: What the model said and what was true.
        predicted: Groups called present, shape ``(n, groups)``.
        trace: Part of a sample up to which a group counts as a trace.
        tolerance_ev: Largest shift error in eV that counts as right.
        labels: Names of the groups.

    Returns:
        The breakdown.
    """
    missed, false = answers.present & ~predicted, predicted & ~answers.present
    wrong = (missed | false).sum(axis=1)
    missing, calling = missed.any(axis=1), false.any(axis=1)
    faint = answers.carriers <= trace
    off = np.abs(answers.shift_ev - answers.true_shift_ev) > tolerance_ev
    by_amount, _ = recall_by_amount(answers.carriers[missed], np.zeros(missed.sum(), bool))
    return Errors(
        spectra=int((wrong > 0).sum()),
        missed=int(missed.sum()),
        false=int(false.sum()),
        by_number=tuple(np.bincount(np.minimum(wrong[wrong > 0], 4), minlength=5)[1:].tolist()),
        only_missed=int((missing & ~calling).sum()),
        only_false=int((calling & ~missing).sum()),
        trace=trace,
        only_traces=int((missing & ~calling & (faint | ~missed).all(axis=1)).sum()),
        wrong_shift=int((off & (wrong > 0)).sum()),
        missed_by_amount=tuple(by_amount.tolist()),
        groups=_groups(answers.carriers, missed, false, faint, labels),
        swaps=_swaps(missed, false, labels),
    )


def _groups(
    carriers: NDArray[np.float32],
    missed: NDArray[np.bool_],
    false: NDArray[np.bool_],
    faint: NDArray[np.bool_],
    labels: tuple[str, ...],
) -> tuple[GroupErrors, ...]:
    number = missed.sum(axis=0) + false.sum(axis=0)
    order = [group for group in np.argsort(-number, kind="stable").tolist() if number[group]]
    return tuple(
        GroupErrors(
            name=labels[group],
            missed=int(missed[:, group].sum()),
            false=int(false[:, group].sum()),
            median_missed_amount=(
                float(np.median(carriers[missed[:, group], group])) if missed[:, group].any() else None
            ),
            missed_traces=int((missed & faint)[:, group].sum()),
        )
        for group in order
    )


def _swaps(missed: NDArray[np.bool_], false: NDArray[np.bool_], labels: tuple[str, ...]) -> tuple[Swap, ...]:
    # Groups x groups; float64, because BLAS multiplies no integers.
    together = (false.T.astype(np.float64) @ missed.astype(np.float64)).astype(int)
    order = np.argsort(-together, axis=None, kind="stable")[:SHOWN_SWAPS]
    called, gone = np.unravel_index(order, together.shape)
    return tuple(
        Swap(labels[one], labels[other], int(together[one, other]))
        for one, other in zip(called.tolist(), gone.tolist(), strict=True)
        if together[one, other]
    )
