"""Fit and measure the rule by which answers are doubted, on spectra of many kinds.

The rule of a shipped model is fitted on species of training with seeds of its own, and measured on species held out.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit, logit

from xps_keras.analysis.consistency import WRONG_EV, Consistency
from xps_keras.analysis.doubt import Answered, examine, judge, places, seen_by
from xps_keras.analysis.predictor import Predictor
from xps_keras.consistency_rule import CANDIDATES, FEATURES, OWN_FEATURES, Rule
from xps_keras.corpus import Corpus
from xps_keras.corpus.recipes import Recipe
from xps_keras.errors import UsageError
from xps_keras.evaluation.families import CLEAN, families

FLAGGED = 0.95
"""Part of the failures that the threshold is to flag on the spectra of the fit: 90 % is asked of others."""
FALSE_ALARMS = 0.06
"""Part of the good answers to clean spectra that the threshold flags where both can be had."""
MOST_FALSE_ALARMS = 0.10
"""Most that it flags where they cannot: on species and seeds apart from the fit it is one to two points less."""
PREFERENCES = (0.0, 0.2, 0.35, 0.5, 0.7, 1.0)
"""From these, how much surer another candidate has to be than all regions."""
GAIN = 1.03
"""The strictest of them is taken that fails at most 3 % more often than the best: less is chance."""
RIDGE = 0.01
"""Penalty on squared weights, per spectrum: failures are few, and with a tenth of it what was learnt on them holds less
on others."""
PER_BLOCK = 16
"""Spectra taken of each block of a corpus: those of one block share one draw of the library's energies."""
SEED = 31_000_001
"""Seed of the fit, far from those people pick for training and tests."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Examined:
    """What ``n`` spectra answered, beside the truth."""

    family: NDArray[np.str_]
    """Name of the kind of spectra, shape ``(n,)``."""
    true_shift_ev: Floats
    """Shape ``(n,)``."""
    consistency: tuple[Consistency, ...]
    foreign: Floats
    """Largest foreign share, shape ``(n,)``."""

    @property
    def rows(self) -> list[tuple[Consistency, float]]:
        """What ``judge`` takes of each beside the rule."""
        return list(zip(self.consistency, self.foreign.tolist(), strict=True))

    @property
    def error_ev(self) -> Floats:
        """Distance of every kind of candidate from the truth, shape ``(n, candidates)``."""
        shifts = [[found.candidates[place].shift_ev for place in places(found)] for found in self.consistency]
        return np.abs(np.array(shifts) - self.true_shift_ev[:, None])

    def seen_by(self, rule: Rule) -> Floats:
        """Return what a rule looks at, shape ``(n, candidates, features)``."""
        return np.array([seen_by(rule, *row) for row in self.rows])


@dataclass(frozen=True)
class Reached:
    """How a rule does on spectra of one kind."""

    spectra: int
    wrong_all: float
    """Part whose shift from all regions is wrong by more than 0.5 eV."""
    wrong: float
    """Part whose shift that stands is."""
    flagged: float | None
    """Part of the wrong ones that are called undecided; None where none is wrong."""
    false_alarms: float | None
    """Part of the right ones that are called undecided; None where none is right."""
    auc: float | None = None
    """Probability that a wrong one is doubted more than a right one; None where there are none of either."""


def gather(
    model: Predictor,
    recipes: dict[str, Recipe],
    size: int,
    seed: int,
    advance: Callable[[int], None] | None = None,
) -> Examined:
    """Ask a model about spectra of several recipes, each with parts left out.

    Args:
        model: A loaded model.
        recipes: Recipes by name; shifts stay within what the model was trained on.
        size: Spectra of each, from 1.
        seed: Seed of the first recipe; each further one has the next.
        advance: Told after each batch how many spectra it held.

    Returns:
        Answers and truth.
    """
    family: list[str] = []
    truth: list[float] = []
    found: list[Answered] = []
    for number, (name, recipe) in enumerate(recipes.items()):
        limit = min(recipe.max_shift_ev, model.metadata.max_shift_ev)
        corpus = Corpus(replace(recipe, max_shift_ev=limit), seed + number)
        for batch in corpus.scattered(size, PER_BLOCK):
            found += examine(model, batch.intensity, batch.measured)
            family += [name] * len(batch)
            truth += batch.shift_ev.tolist()
            if advance is not None:
                advance(len(batch))
    return Examined(
        np.array(family),
        np.array(truth),
        tuple(one.consistency for one in found),
        np.array([one.foreign for one in found]),
    )


def fit_rule(
    model: Predictor,
    recipe: Recipe,
    size: int = 500,
    seed: int = SEED,
    advance: Callable[[int], None] | None = None,
) -> Rule:
    """Fit the rule of a model.

    Args:
        model: A loaded model, as ``xps_keras.runtime.load`` gives it.
        recipe: The recipe ``surface``, or one like it.
        size: Spectra of each of its families.
        seed: Seed of the spectra: neither the training's nor any test's.
        advance: Told after each batch how many spectra it held.

    Returns:
        The rule; ``dataclasses.asdict`` makes it the entry ``consistency`` of ``config.json``.

    Raises:
        UsageError: The model was trained on this seed.
    """
    if seed == model.metadata.seed:
        raise UsageError(f"The model was trained on spectra of the seed {seed}; fit its rule on another seed.")
    return fit(gather(model, families(recipe), size, seed, advance))


def fit(examined: Examined) -> Rule:
    """Fit a rule to what spectra answered; a logistic regression per candidate, then the threshold."""
    own = all(found.everything.judged_doubt is not None for found in examined.consistency)
    looked_at = FEATURES + OWN_FEATURES if own else FEATURES
    seen, wrong = examined.seen_by(Rule((), 0.5, 1.0, "", looked_at)), examined.error_ev > WRONG_EV
    weights = tuple(tuple(_logistic(seen[:, kind], wrong[:, kind]).tolist()) for kind in range(len(CANDIDATES)))
    rules = [Rule(weights, 0.5, preference, "", looked_at) for preference in PREFERENCES]
    failures = np.array([int((_standing(rule, examined)[1] > WRONG_EV).sum()) for rule in rules])
    rule = rules[int(np.argmax(failures <= GAIN * failures.min()))]
    doubt, error = _standing(rule, examined)
    failed = error > WRONG_EV
    good = ~failed & (examined.family == CLEAN)
    threshold = choose_threshold(doubt[failed], doubt[good])
    flagged = float(np.mean(doubt[failed] >= threshold)) if failed.any() else 1.0
    alarms = float(np.mean(doubt[good] >= threshold)) if good.any() else 0.0
    note = (
        f"Fitted on {len(failed)} spectra, of which all regions fail on {wrong[:, 0].mean():.1%} and what stands on "
        f"{failed.mean():.1%}; {flagged:.0%} of these are flagged, with {alarms:.1%} false alarms on clean spectra."
    )
    return replace(rule, threshold=threshold, note=note)


def choose_threshold(failed: Floats, clean: Floats) -> float:
    """Choose the doubt from which an answer is flagged.

    Args:
        failed: Doubts of wrong answers.
        clean: Doubts of right answers to clean spectra.

    Returns:
        Midway between the highest threshold that flags 95 % of the failures and the lowest one that has 6 % false
        alarms, on the scale of the logarithm of odds. Where the two cannot both be had, the one of the failures, but
        never with more than 10 % false alarms.
    """
    highest = float(np.quantile(failed, 1.0 - FLAGGED)) if failed.size else 0.5
    if not clean.size:
        return highest
    lowest, bound = (float(np.quantile(clean, 1.0 - part)) for part in (FALSE_ALARMS, MOST_FALSE_ALARMS))
    if lowest >= highest:
        return float(np.clip(max(highest, np.nextafter(bound, 1.0)), 0.0, 1.0))
    return float(expit(0.5 * (logit(max(lowest, 1e-9)) + logit(min(highest, 1.0 - 1e-9)))))


def measure_rule(examined: Examined, rule: Rule | None) -> dict[str, Reached]:
    """Say how a rule does, family by family and over all.

    Args:
        examined: What spectra answered, best of other seeds and species than those of the fit.
        rule: The rule, None for the one used without a fit.

    Returns:
        Figures by family; those over all of them under ``""``.
    """
    verdicts = [judge(found, rule, share) for found, share in examined.rows]
    error = np.abs(np.array([verdict.shift_ev for verdict in verdicts]) - examined.true_shift_ev)
    doubted = np.array([verdict.doubted for verdict in verdicts])
    doubt = np.array([verdict.doubt for verdict in verdicts])
    first = examined.error_ev[:, 0] > WRONG_EV

    def reached(chosen: NDArray[np.bool_]) -> Reached:
        wrong = error[chosen] > WRONG_EV
        return Reached(
            spectra=int(chosen.sum()),
            wrong_all=float(first[chosen].mean()),
            wrong=float(wrong.mean()),
            flagged=float(doubted[chosen][wrong].mean()) if wrong.any() else None,
            false_alarms=float(doubted[chosen][~wrong].mean()) if (~wrong).any() else None,
            auc=auc(doubt[chosen], wrong),
        )

    names = dict.fromkeys(examined.family.tolist())
    return {name: reached(examined.family == name) for name in names} | {"": reached(np.ones(len(error), bool))}


def to_table(reached: dict[str, Reached]) -> str:
    """Return figures as a table in Markdown."""
    header = [item.name.replace("_", " ") for item in fields(Reached)]
    lines = [f"| family | {' | '.join(header)} |", f"|{'---|' * (len(header) + 1)}"]
    for name, figures in reached.items():
        lines.append(f"| {name or 'over all'} | {' | '.join(_cell(value) for value in asdict(figures).values())} |")
    return "\n".join(lines) + "\n"


def auc(doubt: Floats, wrong: NDArray[np.bool_]) -> float | None:
    """Return the area under the curve of hits over false alarms, by ranks, ties counting half.

    Args:
        doubt: Doubt of each answer, shape ``(n,)``.
        wrong: Whether it is wrong, same shape.

    Returns:
        Probability that a wrong one is doubted more than a right one; None where there are none of either.
    """
    failed, good = doubt[wrong], np.sort(doubt[~wrong])
    if not failed.size or not good.size:
        return None
    below = np.searchsorted(good, failed, "left") + np.searchsorted(good, failed, "right")
    return float(below.mean() / (2.0 * good.size))


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    return str(value) if isinstance(value, int) else f"{value:.3f}"


def _standing(rule: Rule, examined: Examined) -> tuple[Floats, Floats]:
    """Doubt and error of what stands, both of shape ``(n,)``."""
    verdicts = [judge(found, rule, share) for found, share in examined.rows]
    shift = np.array([verdict.shift_ev for verdict in verdicts])
    return np.array([verdict.doubt for verdict in verdicts]), np.abs(shift - examined.true_shift_ev)


def _logistic(seen: Floats, wrong: NDArray[np.bool_]) -> Floats:
    """Fit a logistic regression with a penalty on squared weights, the constant's left out."""
    scale = np.maximum(seen.std(axis=0), 1e-3)
    scale[0] = 1.0
    scaled = seen / scale
    penalty = np.full(seen.shape[1], RIDGE)
    penalty[0] = 1e-4  # enough for spectra of which none is wrong

    def loss(weights: Floats) -> tuple[float, Floats]:
        score = scaled @ weights
        value = (np.logaddexp(0.0, score).sum() - score[wrong].sum()) / len(wrong) + 0.5 * penalty @ weights**2
        gradient = scaled.T @ (expit(score) - wrong) / len(wrong) + penalty * weights
        return float(value), gradient

    found = minimize(loss, np.zeros(seen.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": 500})
    return np.asarray(found.x / scale)
