"""Calibration of a trained model on validation spectra: probabilities, decision thresholds, uncertainty of the shift.

A network's sigmoid is a score; after ``p = sigmoid(scale * logit + bias)`` (J. Platt, Probabilistic outputs for
support vector machines, 1999) it can be read as a frequency: of the groups given 80 %, four in five are there.
"""

import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit
from scipy.stats import norm

from xps_keras.corpus import Batch, Corpus
from xps_keras.progress import progress_bar

LOG_SCALE_DEVIATION = 0.5
"""Standard deviation of the prior on the logarithm of a scale: without evidence a scale is within e^0.5 of 1."""
BIAS_DEVIATION = 1.0
"""Standard deviation of the prior on a bias."""
THRESHOLD_RANGE = (0.2, 0.8)
"""Thresholds stay in here: beyond it a group would be called against a clear probability."""
LEAST_POSITIVES = 10
"""Fewer carriers than this say nothing about the best threshold; it is then 0.5."""

PER_DRAW, MOST_OF_WRONG_LIBRARIES = 16, 5_120
"""Spectra taken of each draw of a wrong library, and of all of them: 320 draws."""
LEAST_COVERAGE = 0.92
"""Part of the shifts that the 95 % interval is to hold where the library is off by twice what it states."""

Floats = NDArray[np.float64]


def calibrate(model: Any, batch: Batch, wrong_library: Sequence[Batch] = ()) -> dict[str, Any]:
    """Fit calibration and thresholds of a model.

    Args:
        model: The inference model, from ``intensity`` to a dictionary with ``logits`` ``(n, groups)``.
        batch: Validation spectra, of the training's recipe but neither its own nor any test's.
        wrong_library: Validation spectra of libraries that are off by twice what they state, none for no such. The
            uncertainty of shifts is made to hold for ``LEAST_COVERAGE`` of them too.

    Returns:
        Entries for ``config.json``: ``calibration`` with ``scale`` and ``bias`` (a number per group each), a ``note``
        and, for a model with readings, ``uncertainty_scale``; and ``thresholds`` (a number per group). A group that no
        validation spectrum carries keeps scale 1, bias 0 and threshold 0.5; groups of no library polymer are always
        among them.
    """
    # Only what is looked at: the other outputs of a few thousand spectra would fill memory for nothing.
    wanted = [name for name in ("logits", "reading_shift_ev", "reading_uncertainty_ev") if name in model.output]
    part = keras.Model(model.input, {name: model.output[name] for name in wanted})
    found = part.predict(batch.intensity, batch_size=256, verbose=0)
    logits = np.asarray(found["logits"], np.float64)
    scale, bias = fit_platt(logits, batch.groups)
    thresholds = fit_thresholds(expit(scale * logits + bias), batch.groups)
    calibration: dict[str, Any] = {
        "scale": scale.tolist(),
        "bias": bias.tolist(),
        "note": f"Platt scaling of each group's logit, fitted on {len(batch)} validation spectra",
    }
    if "reading_shift_ev" in found:
        error = np.abs(found["reading_shift_ev"][:, 0] - batch.shift_ev)
        factor = fit_uncertainty_scale(error, found["reading_uncertainty_ev"][:, 0])
        ratios = []
        for drawn in wrong_library:
            told = part.predict_on_batch(drawn.intensity)
            off = np.abs(np.asarray(told["reading_shift_ev"])[:, 0] - drawn.shift_ev)
            ratios.append(off / np.asarray(told["reading_uncertainty_ev"])[:, 0])
        if ratios:
            needed = np.quantile(np.concatenate(ratios), LEAST_COVERAGE) / norm.ppf(0.975)
            factor = max(factor, float(needed))
        calibration["uncertainty_scale"] = factor
    return {"calibration": calibration, "thresholds": thresholds.tolist()}


def calibrated(model: Any, validation: Corpus, size: int) -> dict[str, Any]:
    """Fit calibration and thresholds of a model on a corpus, as ``calibrate`` does.

    Args:
        model: The inference model.
        validation: The corpus, of a seed that is neither the training's nor any test's.
        size: Number of spectra, from its first.
    """
    return calibrate(model, validation.batch(0, size), _of_a_wrong_library(validation, size))


def _of_a_wrong_library(validation: Corpus, size: int) -> list[Batch]:
    """Draw validation spectra of polymers alone whose library is off by twice what it states.

    Polymers alone: where a foreign signal misleads the shift by whole eV, no width of an interval helps. A few spectra
    of each draw of the library: those of one draw are wrong alike.

    Returns:
        The spectra; empty where a recipe does not move components.
    """
    drawn = validation.recipe
    if drawn.instrument is None or drawn.instrument.jitter_of != "components":
        return []
    doubled = replace(drawn.instrument, library_energy_jitter_times=(2.0, 2.0))
    alone = replace(drawn, instrument=doubled, surface=None, hypothetical=0.0)
    corpus = Corpus(alone, validation.seed + 1, validation.own_library)
    wanted = min(size, MOST_OF_WRONG_LIBRARIES)
    found = []
    with progress_bar(wanted, shown=sys.stderr.isatty()) as done:  # a library takes long to be moved
        for batch in corpus.scattered(wanted, PER_DRAW):
            found.append(batch)
            done(len(batch))
    return found


def fit_uncertainty_scale(error_ev: NDArray[np.floating], uncertainty_ev: NDArray[np.floating]) -> float:
    """Find the factor by which standard deviations of shifts have to be multiplied to hold what they promise.

    Errors are not normal, so no factor makes the 68 % and the 95 % intervals both hold exactly; with this one the
    worse of the two is as good as can be.

    Args:
        error_ev: Distances of first readings from the true shifts, shape ``(n,)``.
        uncertainty_ev: Their standard deviations, positive, same shape.

    Returns:
        The factor; 1 where all errors are zero.
    """
    promised = np.array([0.6827, 0.9545])
    deviations = norm.ppf(0.5 * (1.0 + promised))
    ratio = np.sort(error_ev / uncertainty_ev)
    if not ratio[-1] > 0:
        return 1.0
    ends = np.quantile(ratio, promised) / deviations  # each would make one of the two exact
    factors = np.geomspace(max(ends.min(), 1e-3), max(ends.max(), 1e-3), 101)
    found = np.searchsorted(ratio, np.outer(factors, deviations)) / len(ratio)
    return float(factors[np.abs(found - promised).max(axis=1).argmin()])


def fit_platt(logits: NDArray[np.floating], groups: NDArray[np.floating]) -> tuple[Floats, Floats]:
    """Fit ``sigmoid(scale * logit + bias)`` per group.

    The cross-entropy summed over spectra is minimised together with normal priors on ``log(scale)`` and ``bias``.
    The priors weigh as much as a few spectra: they decide for rare or perfectly separated groups, whose scale would
    otherwise run to infinity, and fade for the others. The scale is positive because its logarithm is fitted.

    Args:
        logits: Shape ``(n, groups)``.
        groups: 1 where a group is present, same shape.

    Returns:
        Scale (positive) and bias, shape ``(groups,)``; 1 and 0 for a group that all or none of the spectra carry.
    """
    count = logits.shape[1]
    scale, bias = np.ones(count), np.zeros(count)
    for group in range(count):
        present = groups[:, group] > 0.5
        if present.any() and not present.all():
            scale[group], bias[group] = _fit_one(logits[:, group].astype(np.float64), present)
    return scale, bias


def _fit_one(logits: Floats, present: NDArray[np.bool_]) -> tuple[float, float]:
    def loss(parameters: Floats) -> tuple[float, Floats]:
        log_scale, bias = parameters
        scaled = np.exp(log_scale) * logits
        score = scaled + bias
        residual = expit(score) - present
        value = np.logaddexp(0.0, score).sum() - score[present].sum()
        value += 0.5 * (log_scale / LOG_SCALE_DEVIATION) ** 2 + 0.5 * (bias / BIAS_DEVIATION) ** 2
        gradient = np.array(
            [residual @ scaled + log_scale / LOG_SCALE_DEVIATION**2, residual.sum() + bias / BIAS_DEVIATION**2]
        )
        return float(value), gradient

    found = minimize(loss, np.zeros(2), jac=True, method="L-BFGS-B", bounds=((-4.0, 4.0), (-20.0, 20.0)))
    return float(np.exp(found.x[0])), float(found.x[1])


def fit_thresholds(probabilities: NDArray[np.floating], groups: NDArray[np.floating]) -> Floats:
    """Find the threshold per group at which its F1 is largest.

    Args:
        probabilities: Calibrated, shape ``(n, groups)``.
        groups: 1 where a group is present, same shape.

    Returns:
        Thresholds within ``THRESHOLD_RANGE``, shape ``(groups,)``; a group is present from its threshold on. Among
        equally good ones the nearest to 0.5; 0.5 for a group with fewer than ``LEAST_POSITIVES`` carriers.
    """
    count = probabilities.shape[1]
    thresholds = np.full(count, 0.5)
    for group in range(count):
        present = groups[:, group] > 0.5
        if present.sum() >= LEAST_POSITIVES:
            thresholds[group] = _best_threshold(probabilities[:, group].astype(np.float64), present)
    return thresholds


def _best_threshold(probability: Floats, present: NDArray[np.bool_]) -> float:
    low, high = THRESHOLD_RANGE
    values = np.unique(probability)
    middles = 0.5 * (values[1:] + values[:-1])
    candidates = np.concatenate([[low, 0.5, high], middles[(middles > low) & (middles < high)]])
    positive = np.sort(probability[present])
    negative = np.sort(probability[~present])
    found = positive.size - np.searchsorted(positive, candidates)
    wrong = negative.size - np.searchsorted(negative, candidates)
    f1 = 2.0 * found / (found + wrong + positive.size)
    best = candidates[f1 >= f1.max() - 1e-12]
    return float(best[np.argmin(np.abs(best - 0.5))])
