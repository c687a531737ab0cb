"""From answers and truth to the figures of an evaluation."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from xps_keras.analysis.readings import LEAST_WEIGHT
from xps_keras.evaluation import metrics
from xps_keras.evaluation.amounts import AMOUNT_EDGES, detection_limit, recall_by_amount
from xps_keras.evaluation.answers import Answers
from xps_keras.evaluation.mistakes import mistakes
from xps_keras.evaluation.results import (
    ExactMatch,
    GroupResult,
    Rates,
    ReadingsResult,
    ReliabilityBin,
    Share,
    ShiftBin,
    ShiftResult,
    TraceFreeMatch,
    none_if_nan,
)
from xps_keras.groups import GROUP_NAMES

ALKANE = "alkane"
TOLERANCE_EV = 0.15
"""Largest shift error in eV that counts as right: between a C 1s of an aliphatic chain and of a ring lie 0.3 eV."""
HISTOGRAM_EDGES_EV = tuple(round(-1.0 + 0.02 * number, 2) for number in range(101))
"""Bins of the shift error in eV."""
TRACE = 0.02
"""Part of a sample up to which a polymer is a trace: about 6 % of the mixtures of the recipe `paper` hold one."""
PROMISED = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99)
"""Confidences for which intervals of the shift are checked."""


def summarise(
    answers: Answers,
    thresholds: tuple[float, ...],
    assessable: tuple[bool, ...],
    max_shift_ev: float,
    labels: tuple[str, ...] = GROUP_NAMES,
) -> dict[str, Any]:
    """Compute every figure.

    Args:
        answers: What the model said and what was true.
        thresholds: Per group, the probability from which it is called present.
        assessable: Per group, whether a training polymer holds it.
        max_shift_ev: Largest shift of the test spectra in eV.
        labels: Names of the groups.

    Returns:
        The fields of ``Evaluation`` that depend on the answers.
    """
    # float32 like the probabilities: a threshold may be one of them.
    predicted = answers.probabilities >= np.asarray(thresholds, np.float32)
    present, judged = answers.present, answers.judged
    counts = metrics.count(predicted, present)
    carried = counts.support > 0
    match = metrics.exact_match(predicted, present)
    at_half = metrics.exact_match(answers.probabilities >= 0.5, present)
    known = np.asarray(assessable)
    groups = tuple(
        _group(answers, predicted, number, name, thresholds[number], known[number])
        for number, name in enumerate(labels)
    )
    errors = [group.calibration_error for group in groups if group.assessable]
    reliable = metrics.reliability(answers.probabilities[:, known], present[:, known])
    carriers = present & judged
    number, recall = recall_by_amount(answers.carriers[carriers], predicted[carriers])
    return {
        "exact_match": ExactMatch(
            _share(match),
            _share(at_half),
            _share(metrics.exact_match(predicted, present, judged)),
            _without_traces(match, at_half, answers.smallest_fraction > TRACE),
        ),
        "micro": _rates(counts.pooled()),
        "macro": _macro(counts, carried),
        "macro_groups": int(carried.sum()),
        "alkane_specificity": none_if_nan(float(counts.specificity[labels.index(ALKANE)]))
        if ALKANE in labels
        else None,
        "mean_calibration_error": float(np.mean(errors)),
        "groups": groups,
        "errors": mistakes(answers, predicted, TRACE, TOLERANCE_EV, labels),
        "shift": _shift(answers, match, at_half, max_shift_ev),
        "readings": _readings(answers),
        "reliability": _bins(reliable),
        "amount_edges": AMOUNT_EDGES,
        "recall_by_amount": _nullable(recall),
        "carriers_by_amount": tuple(number.tolist()),
    }


def _group(
    answers: Answers, predicted: NDArray[np.bool_], number: int, name: str, threshold: float, known: bool
) -> GroupResult:
    column = slice(number, number + 1)
    called, present, judged = predicted[:, column], answers.present[:, column], answers.judged[:, column]
    overall, seen = metrics.count(called, present).pooled(), metrics.count(called, present, judged).pooled()
    carriers = (present & judged)[:, 0]
    amount, found = answers.carriers[carriers, number], called[carriers, 0]
    carriers_by_amount, recall = recall_by_amount(amount, found)
    return GroupResult(
        name=name,
        assessable=bool(known),
        threshold=threshold,
        support=int(overall.support),
        predicted=int(called.sum()),
        rates=_rates(overall),
        judged_spectra=int(judged.sum()),
        judged_support=int(seen.support),
        judged_rates=_rates(seen),
        calibration_error=metrics.reliability(answers.probabilities[:, number], present[:, 0]).expected_error,
        detection_limit=detection_limit(amount, found),
        carriers_by_amount=tuple(carriers_by_amount.tolist()),
        recall_by_amount=_nullable(recall),
    )


def _without_traces(
    match: NDArray[np.bool_], at_half: NDArray[np.bool_], counted: NDArray[np.bool_]
) -> TraceFreeMatch | None:
    if not counted.any():
        return None
    return TraceFreeMatch(TRACE, int(counted.sum()), _share(match[counted]), _share(at_half[counted]))


def _shift(answers: Answers, match: NDArray[np.bool_], at_half: NDArray[np.bool_], max_shift_ev: float) -> ShiftResult:
    error = answers.shift_ev.astype(np.float64) - answers.true_shift_ev
    overall = metrics.shift_error(error, TOLERANCE_EV)
    edges = np.array(HISTOGRAM_EDGES_EV)
    counts, _ = np.histogram(np.clip(error, edges[0], edges[-1]), edges)
    # Shifts of whole channels fall on edges of bins: rounded, so that float32 does not decide on which side.
    shift = np.asarray(np.round(answers.true_shift_ev.astype(np.float64), 4), np.float64)
    signed = np.linspace(-max_shift_ev, max_shift_ev, max(round(2 * max_shift_ev), 1) + 1)
    sizes = np.linspace(0.0, max_shift_ev, max(round(max_shift_ev), 1) + 1)
    return ShiftResult(
        mean_absolute_ev=overall.mean_absolute_ev,
        bias_ev=overall.bias_ev,
        median_absolute_ev=overall.median_absolute_ev,
        percentile_95_absolute_ev=overall.percentile_95_absolute_ev,
        tolerance_ev=TOLERANCE_EV,
        within_tolerance=overall.within_tolerance,
        by_true_shift=_by_shift(shift, signed, error, match, at_half),
        by_shift_size=_by_shift(np.abs(shift), sizes, error, match, at_half),
        histogram_edges_ev=HISTOGRAM_EDGES_EV,
        histogram_counts=tuple(counts.tolist()),
    )


def _by_shift(
    shift_ev: NDArray[np.float64],
    edges: NDArray[np.float64],
    error: NDArray[np.float64],
    match: NDArray[np.bool_],
    at_half: NDArray[np.bool_],
) -> tuple[ShiftBin, ...]:
    """Split the spectra by their shifts; a bin holds its lower end, the last one its upper end too."""
    place = np.digitize(shift_ev, np.round(edges[1:-1], 4))
    bins = []
    for number in range(len(edges) - 1):
        inside = place == number
        found = metrics.shift_error(error[inside], TOLERANCE_EV)
        bins.append(
            ShiftBin(
                low_ev=float(edges[number]),
                high_ev=float(edges[number + 1]),
                spectra=int(inside.sum()),
                mean_absolute_ev=none_if_nan(found.mean_absolute_ev),
                bias_ev=none_if_nan(found.bias_ev),
                percentile_95_absolute_ev=none_if_nan(found.percentile_95_absolute_ev),
                exact_match=float(match[inside].mean()) if inside.any() else None,
                exact_match_at_half=float(at_half[inside].mean()) if inside.any() else None,
            )
        )
    return tuple(bins)


def _readings(answers: Answers) -> ReadingsResult | None:
    if not answers.reading_shift_ev.shape[1]:
        return None
    error = answers.reading_shift_ev.astype(np.float64) - answers.true_shift_ev[:, None]
    shown = answers.reading_weight >= LEAST_WEIGHT
    shown[:, 0] = True  # the first reading is the answer, whatever its weight
    rows = np.arange(len(error))
    nearest = np.argmin(np.where(shown, np.abs(error), np.inf), axis=1)
    nearest_error, nearest_uncertainty = error[rows, nearest], answers.reading_uncertainty_ev[rows, nearest]
    first_error, first_uncertainty = error[:, 0], answers.reading_uncertainty_ev[:, 0]
    return ReadingsResult(
        least_weight=LEAST_WEIGHT,
        mean_number=float(shown.sum(axis=1).mean()),
        any_within_tolerance=float((np.abs(nearest_error) <= TOLERANCE_EV).mean()),
        first_is_heaviest=float((np.argmax(answers.reading_weight, axis=1) == 0).mean()),
        coverage_68=metrics.coverage(first_error, first_uncertainty, 0.68),
        coverage_95=metrics.coverage(first_error, first_uncertainty, 0.95),
        coverage_68_nearest=metrics.coverage(nearest_error, nearest_uncertainty, 0.68),
        coverage_95_nearest=metrics.coverage(nearest_error, nearest_uncertainty, 0.95),
        coverage_68_all=metrics.mixture_coverage(error, answers.reading_uncertainty_ev, answers.reading_weight, 0.68),
        coverage_95_all=metrics.mixture_coverage(error, answers.reading_uncertainty_ev, answers.reading_weight, 0.95),
        promised=PROMISED,
        found=tuple(metrics.coverage(first_error, first_uncertainty, promised) for promised in PROMISED),
    )


def _share(hits: NDArray[np.bool_]) -> Share:
    return Share(float(hits.mean()), *metrics.wilson_interval(int(hits.sum()), len(hits)))


def _rates(counts: metrics.Counts) -> Rates:
    return Rates(*(none_if_nan(float(v)) for v in (counts.precision, counts.recall, counts.f1, counts.specificity)))


def _macro(counts: metrics.Counts, carried: NDArray[np.bool_]) -> Rates:
    """Mean over the groups that occur; a precision that is not defined because nothing was called counts as 0."""
    if not carried.any():
        return Rates(None, None, None, None)
    precision = np.nan_to_num(counts.precision[carried])
    specificity = counts.specificity[carried]
    return Rates(
        float(precision.mean()),
        float(counts.recall[carried].mean()),
        float(counts.f1[carried].mean()),
        None if np.isnan(specificity).all() else float(np.nanmean(specificity)),
    )


def _bins(reliable: metrics.Reliability) -> tuple[ReliabilityBin, ...]:
    bins = len(reliable.count)
    return tuple(
        ReliabilityBin(
            number / bins,
            (number + 1) / bins,
            int(reliable.count[number]),
            none_if_nan(float(reliable.mean_probability[number])),
            none_if_nan(float(reliable.observed[number])),
        )
        for number in range(bins)
    )


def _nullable(values: NDArray[np.float64]) -> tuple[float | None, ...]:
    return tuple(none_if_nan(value) for value in values.tolist())
