"""Measurements of an experiment: made once per model and test spectra, found again in its folder."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xps_keras.corpus import Corpus, Recipe
from xps_keras.corpus.version import CORPUS_VERSION
from xps_keras.errors import InputError, UsageError
from xps_keras.evaluation.answers import gather
from xps_keras.evaluation.evaluate import check_test, evaluation_of
from xps_keras.evaluation.metrics import exact_match
from xps_keras.files import check_folder, write_whole
from xps_keras.fit.result import Method
from xps_keras.measured.store import find_library
from xps_keras.progress import progress_bar
from xps_keras.runtime import Runtime

_ROOM_BYTES = 2_000_000
"""Figures and a picture."""


@dataclass(frozen=True)
class Test:
    """On how many spectra of which seed an experiment measures."""

    __test__ = False  # not a pytest class

    size: int = 20_000
    seed: int = 7
    library: str = "polymers"
    method: Method = "network"
    """Who decides the shift."""


@dataclass(frozen=True, eq=False)
class Measurement:
    """What one model reached on one set of test spectra."""

    evaluation: dict[str, Any]
    """``Evaluation.to_dict()``."""
    right: NDArray[np.bool_]
    """Spectra with all groups right, every threshold 0.5, shape ``(n,)``."""


def measured(runtime: Runtime, recipe: Recipe, test: Test, folder: Path, progress: bool = True) -> Measurement:
    """Measure a model, or find what was measured.

    Args:
        runtime: The model.
        recipe: Recipe of the test spectra.
        test: Number, seed and library of the test spectra.
        folder: Folder that keeps measurements, made when missing.
        progress: Whether to show a bar on stderr.

    Returns:
        The measurement.

    Raises:
        UsageError: The model has seen spectra of the seed, or the file cannot be written.
    """
    check_test(runtime, test.size, test.seed)
    corpus = Corpus(recipe, test.seed, find_library(test.library))
    about_spectra = [CORPUS_VERSION, corpus.library.sha256, recipe.to_dict(), test.size, test.seed]
    asked = [runtime.sha256, _beside(runtime.path), *about_spectra]
    if test.method != "network":
        asked.append(test.method)
    kept = folder / f"{hashlib.sha256(json.dumps(asked).encode()).hexdigest()[:16]}.json"
    if not kept.exists():
        with progress_bar(test.size, progress) as advance:
            answers = gather(runtime, corpus, test.size, advance=advance, method=test.method)
        right = exact_match(answers.probabilities >= 0.5, answers.present)
        content = {
            "evaluation": evaluation_of(runtime, corpus, answers).to_dict(),
            "right_at_half": np.packbits(right).tobytes().hex(),
        }
        folder_of(folder)
        write_whole(kept, json.dumps(content))
    try:
        content = json.loads(kept.read_text(encoding="utf-8"))
        bits = np.unpackbits(np.frombuffer(bytes.fromhex(content["right_at_half"]), np.uint8), count=test.size)
        return Measurement(content["evaluation"], bits.astype(bool))
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"{kept}: this measurement is damaged; remove the file, and it is made again.") from error


def _beside(model: Path) -> str:
    """Return thresholds and calibration that stand beside a ``.keras`` file and are no part of it."""
    config = model.parent / "config.json"
    return config.read_text() if model.suffix == ".keras" and config.is_file() else ""


def folder_of(out: Path) -> None:
    """Make the folder of an experiment and prove that it can be written.

    Raises:
        UsageError: It cannot, or has no room for the figures; trainings ask for theirs.
    """
    check_folder(out, _ROOM_BYTES)
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"The folder {out} cannot be written: {error.strerror}.") from error


def figures_of(found: Measurement) -> dict[str, Any]:
    """Pick what a table, a figure and the text of a paper need of an evaluation."""
    all_of_it = found.evaluation
    match, shift, readings = all_of_it["exact_match"], all_of_it["shift"], all_of_it["readings"]
    traceless = match["without_traces"]
    return {
        "exact_match_at_half": match["all_groups_at_half"],
        "exact_match": match["all_groups"],
        "exact_match_of_judged_groups": match["judged_groups"],
        "exact_match_at_half_without_traces": traceless and traceless["all_groups_at_half"],
        "micro_f1": all_of_it["micro"]["f1"],
        "macro_f1": all_of_it["macro"]["f1"],
        "mean_calibration_error": all_of_it["mean_calibration_error"],
        "shift_mean_absolute_ev": shift["mean_absolute_ev"],
        "shift_bias_ev": shift["bias_ev"],
        "shift_coverage_68": readings and readings["coverage_68"],
        "shift_coverage_95": readings and readings["coverage_95"],
        "model": {name: all_of_it["model"][name] for name in ("name", "weights_sha256", "seed", "recipe")},
    }


def loss(before: Measurement, after: Measurement) -> dict[str, float]:
    """Compare exact match on two sets of test spectra of one size and seed, which hold the same mixtures.

    Args:
        before: The easier spectra.
        after: The harder ones.

    Returns:
        ``points``, percentage points lost, and ``low`` and ``high``, the 95 % interval from paired differences.
    """
    difference = 100.0 * (before.right.astype(float) - after.right)
    half = 1.96 * difference.std() / np.sqrt(difference.size)
    mean = float(difference.mean())
    return {"points": round(mean, 3), "low": round(mean - float(half), 3), "high": round(mean + float(half), 3)}
