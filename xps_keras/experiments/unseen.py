"""Seen against unseen: how much of what a network knows about groups holds for polymers it was never shown.

A network that was trained on mixtures of some polymers is asked about other mixtures of them (seen) and about mixtures
of polymers that were held out of its training altogether (unseen). ``docs/generalisation.md`` says what is counted.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xps_keras.errors import ModelError
from xps_keras.evaluation import metrics
from xps_keras.evaluation.evaluate import recipe_of_test
from xps_keras.evaluation.results import Share, none_if_nan
from xps_keras.evaluation.summary import TOLERANCE_EV
from xps_keras.experiments.unseen_answers import AskedModel, UnseenAnswers, ask, joined, spectra_asked
from xps_keras.files import StrPath
from xps_keras.groups import GROUP_NAMES
from xps_keras.library.folds import Word, division, held_out
from xps_keras.library.loading import load_library
from xps_keras.plain import json_text, plain
from xps_keras.progress import progress_bar
from xps_keras.runtime import load
from xps_keras.training.calibration import fit_thresholds
from xps_keras.version import __version__

SCHEMA = "xps-keras/unseen/1"
"""Name and version of the JSON form."""
RULES = ("half", "seen", "own")
"""From which probability on a group is called: 0.5; thresholds fitted on seen mixtures; the model's own thresholds."""


@dataclass(frozen=True)
class GroupFigures:
    """How well one group is found in one set of mixtures."""

    support: int
    """Mixtures that carry it."""
    precision: float | None
    recall: float | None
    f1: float | None


@dataclass(frozen=True)
class Figures:
    """How well all groups are found in one set of mixtures, with one rule for calling them."""

    spectra: int
    groups: tuple[GroupFigures, ...]
    """All groups, in label order."""
    macro_precision: float | None
    """Means over the groups that count and occur; a group that is never called has the precision 0."""
    macro_recall: float | None
    macro_f1: float | None
    macro_groups: int
    """Number of groups in the means."""
    exact_match: Share
    """Part of the mixtures whose groups are all right."""


@dataclass(frozen=True)
class Comparison:
    """What models that were trained on one recipe, each without another fold, do on seen and unseen polymers."""

    recipe: str
    """Recipe of the training."""
    folds: tuple[int, ...]
    """Folds whose counts are added up."""
    seen: dict[str, Figures]
    """By rule."""
    unseen: dict[str, Figures]
    macro_f1_by_fold: tuple[float | None, ...]
    """On unseen mixtures at 0.5, over the groups that count and that the fold's polymers carry."""
    shift_seen: metrics.ShiftError
    shift_unseen: metrics.ShiftError


@dataclass(frozen=True)
class Unseen:
    """Everything that was measured."""

    test_recipe: str
    max_shift_ev: float
    size: int
    """Mixtures of seen polymers per fold, and as many of unseen ones."""
    seed: int
    trained: tuple[Comparison, ...]
    carriers: tuple[int, ...]
    """Reference polymers with each group."""
    distinct_carriers: tuple[int, ...]
    """Those of them that differ in their spectra."""
    counted: tuple[bool, ...]
    """Groups with two distinct carriers or more: the others cannot be held out and known at once."""
    budget: dict[str, Any] | None = None
    """What every network was trained with, when this is an experiment."""
    package_version: str = __version__

    def to_json(self) -> str:
        """Return the text of the JSON file."""
        content = {"schema": SCHEMA, "group_names": GROUP_NAMES, **asdict(self)}
        return json_text(plain(content, 6))


def evaluate_unseen(
    source: str | Path,
    recipe: StrPath | None = None,
    max_shift_ev: float | None = None,
    size: int = 20_000,
    seed: int = 7,
    progress: bool = True,
) -> Unseen:
    """Measure a model that was trained without one of the folds.

    Args:
        source: A ``.keras`` file or an exported artefact, see ``xps_keras.runtime.load``.
        recipe: Recipe of the test mixtures, of reference polymers only; see ``recipe_of_test``.
        max_shift_ev: Largest shift in eV, None for the recipe's own.
        size: Test mixtures of seen polymers, and as many of unseen ones.
        seed: Seed of the test mixtures; not that of the training.
        progress: Whether to show a bar on stderr.

    Returns:
        The figures.

    Raises:
        ModelError: The model cannot be loaded, no polymer was held out of its training, or an argument is out of range.
    """
    runtime = load(source)
    metadata = runtime.metadata
    held = held_out(metadata.library)
    if held is None:
        raise ModelError(
            f"{runtime.path.name}: this model was trained on the library '{metadata.library}', from which no polymer "
            "was held out, so none is unseen; train one with --library polymers-without-fold-0 (or 1 to 4), "
            "or polymers-without-part-0 for the folds that nothing was chosen on."
        )
    drawn = recipe_of_test(runtime, recipe, max_shift_ev)
    with progress_bar(spectra_asked(size), progress) as advance:
        asked = ask(runtime, held.number, drawn, size, seed, advance, held.word)
    return summarised({metadata.recipe: [asked]}, drawn.name, drawn.max_shift_ev, size, seed, word=held.word)


def summarised(
    asked: dict[str, list[AskedModel]],
    test_recipe: str,
    max_shift_ev: float,
    size: int,
    seed: int,
    budget: dict[str, Any] | None = None,
    word: Word = "fold",
) -> Unseen:
    """Make figures of answers.

    Args:
        asked: By recipe of the training: the models, each trained without another fold.
        test_recipe: Recipe of the test mixtures.
        max_shift_ev: Their largest shift in eV.
        size: Their number per fold and set.
        seed: Their seed.
        budget: What every network was trained with.
        word: Division that the folds are of.

    Returns:
        The figures; what the folds' models did is added up before anything is divided.
    """
    library, divided = load_library(), division(word)
    return Unseen(
        test_recipe=test_recipe,
        max_shift_ev=max_shift_ev,
        size=size,
        seed=seed,
        trained=tuple(_comparison(recipe, models, divided.testable) for recipe, models in asked.items()),
        carriers=tuple((library.group_counts > 0).sum(axis=0).tolist()),
        distinct_carriers=tuple(divided.carriers.tolist()),
        counted=tuple(divided.testable.tolist()),
        budget=budget,
    )


def _comparison(recipe: str, models: Sequence[AskedModel], counted: NDArray[np.bool_]) -> Comparison:
    thresholds = [_thresholds(model) for model in models]
    parts = {
        "seen": [model.seen for model in models],
        "unseen": [model.unseen for model in models],
    }

    def by_rule(answers: list[UnseenAnswers]) -> dict[str, Figures]:
        return {rule: figures(answers, [limits[rule] for limits in thresholds], counted) for rule in RULES}

    each = [
        figures([model.unseen], [limits["half"]], counted) for model, limits in zip(models, thresholds, strict=True)
    ]
    errors = {part: joined(answers).shift_error_ev.astype(np.float64) for part, answers in parts.items()}
    return Comparison(
        recipe=recipe,
        folds=tuple(model.fold for model in models),
        seen=by_rule(parts["seen"]),
        unseen=by_rule(parts["unseen"]),
        macro_f1_by_fold=tuple(one.macro_f1 for one in each),
        shift_seen=metrics.shift_error(errors["seen"], TOLERANCE_EV),
        shift_unseen=metrics.shift_error(errors["unseen"], TOLERANCE_EV),
    )


def _thresholds(model: AskedModel) -> dict[str, NDArray[np.float32]]:
    fitted = fit_thresholds(model.fitting.probabilities, model.fitting.present.astype(np.float32))
    # float32 like the probabilities: a threshold may be one of them.
    return {
        "half": np.full(len(GROUP_NAMES), 0.5, np.float32),
        "seen": fitted.astype(np.float32),
        "own": np.array(model.thresholds, np.float32),
    }


def figures(
    answers: Sequence[UnseenAnswers], thresholds: Sequence[NDArray[np.float32]], counted: NDArray[np.bool_]
) -> Figures:
    """Add up what several models did and make figures of it.

    Args:
        answers: Answers of each model.
        thresholds: Thresholds of each model, shape ``(groups,)``.
        counted: Groups that count in the means, shape ``(groups,)``.

    Returns:
        The figures.
    """
    called = np.concatenate([one.probabilities >= limit for one, limit in zip(answers, thresholds, strict=True)])
    present = np.concatenate([one.present for one in answers])
    counts = metrics.count(called, present)
    averaged = counted & (counts.support > 0)
    right = metrics.exact_match(called, present)
    precision, recall, f1 = counts.precision, counts.recall, counts.f1

    def mean(values: NDArray[np.float64]) -> float | None:
        return float(np.nan_to_num(values[averaged]).mean()) if averaged.any() else None

    return Figures(
        spectra=len(present),
        groups=tuple(
            GroupFigures(
                int(counts.support[group]), *(none_if_nan(float(value[group])) for value in (precision, recall, f1))
            )
            for group in range(len(GROUP_NAMES))
        ),
        macro_precision=mean(precision),
        macro_recall=mean(recall),
        macro_f1=mean(f1),
        macro_groups=int(averaged.sum()),
        exact_match=Share(float(right.mean()), *metrics.wilson_interval(int(right.sum()), len(right))),
    )
