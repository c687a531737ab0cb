"""What a model that was trained without a fold answers to mixtures of its own polymers and of the held-out ones."""

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xps_keras.corpus import Corpus, Recipe
from xps_keras.corpus.seeds import VALIDATION_SEED_OFFSET
from xps_keras.errors import UsageError
from xps_keras.evaluation.answers import BATCH
from xps_keras.evaluation.evaluate import check_test
from xps_keras.files import write_whole
from xps_keras.library.folds import Held, Word, fold_library
from xps_keras.library.loading import load_library
from xps_keras.runtime import Runtime

FITTING = 5_000
"""Mixtures of seen polymers on which thresholds are fitted."""


@dataclass(frozen=True, eq=False)
class UnseenAnswers:
    """Answers and truth for ``n`` mixtures of reference polymers."""

    probabilities: NDArray[np.float32]
    """Shape ``(n, groups)``."""
    present: NDArray[np.bool_]
    """Groups that are there, shape ``(n, groups)``."""
    shift_error_ev: NDArray[np.float32]
    """Estimated minus true shift in eV, shape ``(n,)``."""
    polymers: NDArray[np.int16]
    """Places of the polymers in the library ``polymers``, -1 for none, shape ``(n, components)``."""


@dataclass(frozen=True, eq=False)
class AskedModel:
    """Everything that one model was asked."""

    fold: int
    """The fold that was held out of its training."""
    thresholds: tuple[float, ...]
    """The model's own, per group."""
    fitting: UnseenAnswers
    """Mixtures of polymers it was trained on, for fitting thresholds."""
    seen: UnseenAnswers
    """Other mixtures of them."""
    unseen: UnseenAnswers
    """Mixtures of held-out polymers only."""


def ask(
    runtime: Runtime,
    fold: int,
    drawn: Recipe,
    size: int,
    seed: int,
    advance: Callable[[int], None] = lambda count: None,
    word: Word = "fold",
) -> AskedModel:
    """Ask a model about polymers it was trained on, and about those of the fold it was not.

    Args:
        runtime: The model.
        fold: The fold that was held out of its training.
        drawn: Recipe of the test mixtures; reference polymers only.
        size: Mixtures of seen polymers, and as many of unseen ones.
        seed: Seed of the mixtures.
        advance: Told after each batch how many spectra it held.
        word: Division that the fold is one of.

    Returns:
        The answers.

    Raises:
        UsageError: The recipe mixes in hypothetical polymers, the size is below 1, or the model was trained or
            validated on spectra of the seed.
    """
    if drawn.hypothetical:
        raise UsageError(
            f"The recipe '{drawn.name}' mixes in hypothetical polymers, which are neither seen nor held out; "
            "ask with --recipe paper or instrument."
        )
    check_test(runtime, size, seed)
    own, held_out = Held(word, fold, without=True).name, Held(word, fold, without=False).name
    # Far from any seed that people choose, so that thresholds are never fitted on test or training spectra.
    other_seed = seed + 2 * VALIDATION_SEED_OFFSET
    return AskedModel(
        fold,
        runtime.metadata.thresholds,
        _answers(runtime, drawn, other_seed, own, min(size, FITTING), advance),
        _answers(runtime, drawn, seed, own, size, advance),
        _answers(runtime, drawn, seed, held_out, size, advance),
    )


def spectra_asked(size: int) -> int:
    """Return the number of spectra that ``ask`` runs."""
    return min(size, FITTING) + 2 * size


def _answers(
    runtime: Runtime, drawn: Recipe, seed: int, library: str, size: int, advance: Callable[[int], None]
) -> UnseenAnswers:
    corpus = Corpus(drawn, seed, fold_library(library))
    reference = load_library()
    place = np.array([*(reference.index(key) for key in corpus.library.keys), -1], np.int16)
    parts = []
    for start in range(0, size, BATCH):
        batch = corpus.batch(start, min(BATCH, size - start))
        outputs = runtime.run(batch.intensity)
        parts.append(
            UnseenAnswers(
                outputs["probabilities"].astype(np.float32),
                batch.groups > 0.5,
                outputs["shift_ev"][:, 0] - batch.shift_ev,
                place[batch.polymers],  # the last entry for -1
            )
        )
        advance(len(batch))
    return joined(parts)


def joined(parts: list[UnseenAnswers]) -> UnseenAnswers:
    """Put answers one behind the other."""
    return UnseenAnswers(
        **{field.name: np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(UnseenAnswers)}
    )


def save(path: Path, asked: AskedModel, about: dict[str, Any]) -> None:
    """Write answers, so that figures can be made again without the model.

    Args:
        path: The npz file.
        asked: The answers.
        about: What they belong to, JSON-ready; ``saved`` compares it.
    """
    arrays: dict[str, Any] = {
        f"{part}_{field.name}": getattr(getattr(asked, part), field.name)
        for part in ("fitting", "seen", "unseen")
        for field in fields(UnseenAnswers)
    }
    buffer = io.BytesIO()
    np.savez_compressed(
        buffer, **arrays, fold=asked.fold, thresholds=np.array(asked.thresholds), about=json.dumps(about)
    )
    write_whole(path, buffer.getvalue())


def saved(path: Path, about: dict[str, Any]) -> AskedModel | None:
    """Read answers.

    Args:
        path: The npz file.
        about: What they must belong to.

    Returns:
        The answers; None when there are none, they belong to something else, or the file is damaged.
    """
    try:
        with np.load(path, allow_pickle=False) as data:
            if str(data["about"]) != json.dumps(about):
                return None
            fitting, seen, unseen = (
                UnseenAnswers(**{field.name: data[f"{part}_{field.name}"] for field in fields(UnseenAnswers)})
                for part in ("fitting", "seen", "unseen")
            )
            return AskedModel(int(data["fold"]), tuple(data["thresholds"].tolist()), fitting, seen, unseen)
    except (OSError, KeyError, ValueError, EOFError, zipfile.BadZipFile):
        return None
