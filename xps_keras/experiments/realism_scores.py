"""Figures of one family of the experiment ``realism``: what each method says about its spectra, against the truth."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xps_keras.analysis.carbon import LEAST_SHARE
from xps_keras.analysis.consistency import WRONG_EV
from xps_keras.analysis.statuses import ring_untold
from xps_keras.corpus import Batch
from xps_keras.evaluation import metrics
from xps_keras.evaluation.doubt import auc
from xps_keras.evaluation.methods import decided
from xps_keras.evaluation.results import none_if_nan
from xps_keras.experiments.realism_methods import ClassicalFit, Rule, carbon_maximum
from xps_keras.fit.result import Method
from xps_keras.graph_contract import GRAPHITIC_SHARE
from xps_keras.groups import GROUP_NAMES
from xps_keras.runtime import Runtime

DOUBTS = (0.0, *np.round(1.0 / (1.0 + np.exp(-np.arange(-8.0, 4.01, 0.25))), 6).tolist())
"""Doubts at which hits and false alarms are counted, evenly spaced in the logarithm of odds."""
BENZENE = GROUP_NAMES.index("benzene ring")


@dataclass(frozen=True, eq=False)
class Said:
    """What was said about ``n`` spectra, and what is true."""

    error_ev: NDArray[np.float64]
    """Shift of the model minus the true one in eV, shape ``(n,)``."""
    uncertainty_ev: NDArray[np.float64]
    """Stated standard uncertainty of it, NaN for a model that states none, shape ``(n,)``."""
    called: NDArray[np.bool_]
    """Groups called at the model's thresholds, shape ``(n, groups)``."""
    present: NDArray[np.bool_]
    """Groups that are there, same shape."""
    flagged: NDArray[np.bool_]
    """Whether the rule doubts the charge, shape ``(n,)``."""
    doubt: NDArray[np.float64]
    """How doubtful it is, more being worse, shape ``(n,)``."""
    graphitic: NDArray[np.float64]
    """Share of sp2 carbon that the model states, NaN for one that states none, shape ``(n,)``."""
    maximum_error_ev: NDArray[np.float64]
    """The same error of the reference to the C 1s maximum, NaN where none is seen, shape ``(n,)``."""
    fit_error_ev: NDArray[np.float64]
    """The same error of the classical fit, NaN where it was not made, shape ``(n,)``."""


def said_about(
    runtime: Runtime, batch: Batch, rule: Rule, fit: ClassicalFit | None, fitted: int, method: Method = "network"
) -> Said:
    """Ask all methods.

    Args:
        runtime: The model.
        batch: The spectra.
        rule: What flags an answer, and decides which one stands.
        fit: The classical fit, None for none.
        fitted: Number of spectra, from the first, that it is made of.
        method: Who decides the shift of the answers that stand.
    """
    verdict = rule(runtime, batch, runtime.run(batch.intensity))
    outputs = decided(verdict.outputs, batch.intensity, batch.measured, method)
    true = batch.shift_ev.astype(np.float64)
    none = np.full(len(batch), np.nan)
    maximum = carbon_maximum(batch)
    fits = none.copy()
    if fit is not None and fitted > 0:
        fits[:fitted] = fit.shifts(batch[:fitted], maximum[:fitted]) - true[:fitted]
    thresholds = np.asarray(runtime.metadata.thresholds, np.float32)
    uncertainty = outputs.get("reading_uncertainty_ev")
    graphitic = outputs.get(GRAPHITIC_SHARE)
    called = outputs["probabilities"] >= thresholds
    if graphitic is not None:
        called[:, BENZENE] &= ~ring_untold(outputs["probabilities"][:, BENZENE], graphitic[:, 0])
    return Said(
        error_ev=outputs["shift_ev"][:, 0].astype(np.float64) - true,
        uncertainty_ev=none if uncertainty is None else uncertainty[:, 0].astype(np.float64),
        called=called,
        present=batch.groups > 0.5,
        flagged=verdict.flagged,
        doubt=verdict.doubt,
        graphitic=none if graphitic is None else graphitic[:, 0].astype(np.float64),
        maximum_error_ev=maximum - true,
        fit_error_ev=fits,
    )


def joined(parts: Sequence[Said]) -> Said:
    """Put what was said about several batches together."""
    columns = {field.name: np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Said)}
    return Said(**columns)


@dataclass(frozen=True)
class ShiftFigures:
    """Shift error of one method; None where it gave no answer at all."""

    spectra: int
    """Spectra it answered."""
    mean_absolute_ev: float | None
    median_absolute_ev: float | None
    wrong: float | None
    """Part of the answers that are off by more than ``WRONG_EV``."""


@dataclass(frozen=True)
class FamilyFigures:
    """Figures of one family."""

    effect: str
    level: str
    spectra: int
    network: ShiftFigures
    c1s_maximum: ShiftFigures
    classical_fit: ShiftFigures
    coverage_68: float | None
    """Part of the model's 68 % intervals that hold the truth; None for a model without."""
    coverage_95: float | None
    micro_f1: float | None
    """Of all groups at the model's thresholds; None where the samples hold no group."""
    flagged: float
    """Part of the answers whose charge the rule calls doubtful."""
    failures: int
    """Answers of the model off by more than ``WRONG_EV``."""
    failures_flagged: int
    right_flagged: int
    """False alarms."""
    silent: float
    """Part of all answers that are wrong and not flagged."""
    auc: float | None
    """Probability that a wrong answer is doubted more than a right one; None where there are none of either."""
    doubted_wrong: list[int]
    """Wrong answers whose doubt is at least each of ``DOUBTS``."""
    doubted_right: list[int]
    """The same of right answers."""
    benzene_ring: float | None
    """Samples of sp2 carbon alone: part in which a benzene ring is called; None for other families."""
    named_graphitic: float | None
    """The same: part that the model names as sp2 carbon; None also for a model that cannot."""


def shift_figures(error_ev: NDArray[np.float64]) -> ShiftFigures:
    """Summarise errors in eV, NaN being no answer."""
    size = np.abs(error_ev[np.isfinite(error_ev)])
    if not size.size:
        return ShiftFigures(0, None, None, None)
    return ShiftFigures(
        int(size.size), _rounded(size.mean()), _rounded(np.median(size)), _rounded((size > WRONG_EV).mean())
    )


def figures_of(effect: str, level: str, said: Said, carbon: bool) -> FamilyFigures:
    """Summarise what was said.

    Args:
        effect: Name of the effect.
        level: How much of it.
        said: Answers and truth.
        carbon: Whether the samples are sp2 carbon alone.
    """
    wrong = np.abs(said.error_ev) > WRONG_EV
    sure = np.isfinite(said.uncertainty_ev).all()
    covered = [metrics.coverage(said.error_ev, said.uncertainty_ev, part) if sure else None for part in (0.68, 0.95)]
    named = carbon and np.isfinite(said.graphitic).all()
    return FamilyFigures(
        effect=effect,
        level=level,
        spectra=len(said.error_ev),
        network=shift_figures(said.error_ev),
        c1s_maximum=shift_figures(said.maximum_error_ev),
        classical_fit=shift_figures(said.fit_error_ev),
        coverage_68=_rounded(covered[0]),
        coverage_95=_rounded(covered[1]),
        micro_f1=_rounded(metrics.count(said.called, said.present).pooled().f1) if said.present.any() else None,
        flagged=float(said.flagged.mean()),
        failures=int(wrong.sum()),
        failures_flagged=int((wrong & said.flagged).sum()),
        right_flagged=int((~wrong & said.flagged).sum()),
        silent=float((wrong & ~said.flagged).mean()),
        auc=_rounded(auc(said.doubt, wrong)),
        doubted_wrong=_at_least(said.doubt[wrong]),
        doubted_right=_at_least(said.doubt[~wrong]),
        benzene_ring=_rounded(said.called[:, BENZENE].mean()) if carbon else None,
        named_graphitic=_rounded((said.graphitic >= LEAST_SHARE).mean()) if named else None,
    )


def _at_least(doubt: NDArray[np.float64]) -> list[int]:
    return [int(count) for count in (doubt[:, None] >= np.array(DOUBTS)).sum(axis=0)]


def totals_of(rows: Sequence[dict[str, Any]], plain: str) -> dict[str, Any]:
    """Sum up what the rule does over all families.

    Args:
        rows: ``FamilyFigures`` as dictionaries.
        plain: Effect of the family without effects.

    Returns:
        ``failures``, how many of them are ``failures_flagged``, the quotient ``flagged_of_failures``, and the part of
        right answers that is flagged, over all families and in the one without effects; ``auc`` over all families, from
        ``doubted_wrong`` and ``doubted_right``, so to about 0.005 too low. None for 0 of 0.
    """
    failures, caught = (sum(row[name] for row in rows) for name in ("failures", "failures_flagged"))

    def false_alarms(chosen: Sequence[dict[str, Any]]) -> float | None:
        right = sum(row["spectra"] - row["failures"] for row in chosen)
        return _rounded(sum(row["right_flagged"] for row in chosen) / right) if right else None

    return {
        "failures": failures,
        "failures_flagged": caught,
        "flagged_of_failures": _rounded(caught / failures) if failures else None,
        "false_alarms": false_alarms(rows),
        "auc": _area([row["doubted_wrong"] for row in rows], [row["doubted_right"] for row in rows]),
        "false_alarms_without_effects": false_alarms([row for row in rows if row["effect"] == plain]),
    }


def _area(wrong: Sequence[Sequence[int]], right: Sequence[Sequence[int]]) -> float | None:
    """Return the area under the curve of hits over false alarms at ``DOUBTS``, by trapezoids."""
    hits, alarms = (np.sum(np.array(counts, np.float64), axis=0) for counts in (wrong, right))
    if not hits.size or not hits[0] or not alarms[0]:
        return None
    hits, alarms = (np.append(counts / counts[0], 0.0) for counts in (hits, alarms))
    return _rounded(float(np.sum(0.5 * (hits[1:] + hits[:-1]) * (alarms[:-1] - alarms[1:]))))


def _rounded(value: Any) -> float | None:
    return None if value is None else none_if_nan(round(float(value), 6))
