"""``xps-keras experiment realism``: what each effect of real surfaces does to a model, beside simpler methods."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from xps_keras.analysis.consistency import WRONG_EV
from xps_keras.corpus import Corpus
from xps_keras.corpus.version import CORPUS_VERSION
from xps_keras.errors import InputError, UsageError
from xps_keras.evaluation.answers import require_labels
from xps_keras.evaluation.evaluate import check_test
from xps_keras.experiments.measurements import folder_of
from xps_keras.experiments.realism_families import MAX_SHIFT_EV, NONE, PEAK_COUNTS, Family, families_named
from xps_keras.experiments.realism_methods import ClassicalFit, Rule, as_analyze
from xps_keras.experiments.realism_scores import (
    DOUBTS,
    FamilyFigures,
    figures_of,
    joined,
    said_about,
    totals_of,
)
from xps_keras.files import write_whole
from xps_keras.fit.result import Method
from xps_keras.library.library import Library
from xps_keras.library.loading import load_library
from xps_keras.library.species import load_species
from xps_keras.plain import json_text
from xps_keras.progress import progress_bar
from xps_keras.runtime import Runtime, load
from xps_keras.version import __version__

SCHEMA = "xps-keras/realism-experiment/1"
"""Name and version of the JSON form; the number rises when a field changes its meaning."""

JSON_NAME = "realism.json"
PNG_NAME = "realism.png"
PER_BLOCK = 15
"""Spectra taken of each block of a corpus: all of one block share one draw of the library's energies, which is the very
effect that some families measure."""


@dataclass(frozen=True)
class RealismPlan:
    """What the experiment measures."""

    model: str = "pretrained"
    """Any source that ``xps_keras.runtime.load`` takes."""
    size: int = 300
    """Spectra of each family."""
    seed: int = 2014
    """Seed of all families, apart from those of training, validation and the other experiments."""
    classical: int = 20
    """Spectra of each family that are also fitted, about half a second each; 0 for none."""
    families: tuple[str, ...] = ()
    """Words of which a family's name holds one; () for all families."""
    method: Method = "network"
    """Who decides the shift of the answers that stand."""
    before: Path | None = None
    """An older ``realism.json`` to stand beside; None for none."""


def realism_experiment(
    plan: RealismPlan,
    out: Path,
    rule: Rule = as_analyze,
    report: Callable[[str], None] = print,
    progress: bool = True,
) -> dict[str, Any]:
    """Measure, and write ``realism.json`` and ``realism.png``; measurements in the folder are used again.

    Args:
        plan: What to measure.
        out: Folder of the experiment, made when missing.
        rule: What flags an answer; its name is part of a kept measurement's identity, its code is not.
        report: Takes sentences for the user.
        progress: Whether to show bars on stderr.

    Returns:
        Contents of ``realism.json``; ``docs/experiments.md`` defines them.

    Raises:
        XpsKerasError: The model cannot be loaded or has seen the test spectra, no family is named so, a number is out
            of range, or the older result is none.
    """
    chosen = families_named(plan.families)
    if not chosen:
        raise UsageError(f"No family's name holds {' or '.join(plan.families)}; leave --families out to see them all.")
    if plan.classical < 0:
        raise UsageError(f"The number of fitted spectra must not be negative, but it is {plan.classical}.")
    before = None if plan.before is None else _before(plan.before)
    runtime, library = load(plan.model), load_library()
    check_test(runtime, plan.size, plan.seed)
    require_labels(runtime, library)
    folder_of(out)
    fit = ClassicalFit(library) if plan.classical else None
    rows = []
    with progress_bar(plan.size * len(chosen), progress) as advance:
        for family in chosen:
            rows.append(_row(runtime, library, family, plan, rule, fit, out / "measured", advance))
    metadata = runtime.metadata
    result = {
        "schema": SCHEMA,
        "package_version": __version__,
        "model": {
            "name": metadata.name,
            "package_version": metadata.package_version,
            "recipe": metadata.recipe,
            "seed": metadata.seed,
            "sha256": runtime.sha256,
            "weights_sha256": metadata.weights_sha256,
        },
        "size": plan.size,
        "seed": plan.seed,
        "fitted": min(plan.classical, plan.size),
        "max_shift_ev": MAX_SHIFT_EV,
        "peak_counts": PEAK_COUNTS,
        "wrong_ev": WRONG_EV,
        "doubts": list(DOUBTS),
        "rule": rule.__name__,
        "method": plan.method,
        "rows": rows,
        "totals": totals_of(rows, NONE),
        "before": before,
    }
    write_whole(out / JSON_NAME, json_text(result))
    report("Drawing the picture.")
    from xps_keras.experiments.realism_picture import save_png

    save_png(out / PNG_NAME, result)
    return result


def _row(
    runtime: Runtime,
    library: Library,
    family: Family,
    plan: RealismPlan,
    rule: Rule,
    fit: ClassicalFit | None,
    folder: Path,
    advance: Callable[[int], None],
) -> dict[str, Any]:
    """Measure a family, or find what was measured."""
    species = load_species()
    asked = [
        SCHEMA,
        CORPUS_VERSION,
        runtime.sha256,
        [list(runtime.metadata.thresholds), runtime.metadata.calibration],
        library.sha256,
        [*species.keys, *species.peaks.energy_ev.tolist(), *species.peaks.area.tolist()],
        asdict(family),
        plan.size,
        PER_BLOCK,
        plan.seed,
        plan.classical,
        rule.__name__,
        [field.name for field in fields(FamilyFigures)],
        [asdict(runtime.metadata.consistency)] if runtime.metadata.consistency is not None else [],
    ]
    if plan.method != "network":
        asked.append(plan.method)
    kept = folder / f"{hashlib.sha256(json.dumps(asked).encode()).hexdigest()[:16]}.json"
    if kept.exists():
        advance(plan.size)
        try:
            return dict(json.loads(kept.read_text(encoding="utf-8")))
        except (ValueError, TypeError) as error:
            raise InputError(f"{kept}: this measurement is damaged; remove the file, and it is made again.") from error
    figures = measured_family(
        runtime, library, family, plan.size, plan.seed, rule, fit, plan.classical, advance, plan.method
    )
    folder.mkdir(parents=True, exist_ok=True)
    row = asdict(figures)
    write_whole(kept, json.dumps(row))
    return row


def measured_family(
    runtime: Runtime,
    library: Library,
    family: Family,
    size: int,
    seed: int,
    rule: Rule = as_analyze,
    fit: ClassicalFit | None = None,
    fitted: int = 0,
    advance: Callable[[int], None] = lambda done: None,
    method: Method = "network",
) -> FamilyFigures:
    """Measure a model on one family.

    Args:
        runtime: The model.
        library: The polymers.
        family: The family.
        size: Number of spectra.
        seed: Their seed.
        rule: What flags an answer.
        fit: The classical fit, None for none.
        fitted: Spectra that it is made of.
        advance: Told after each batch how many spectra it held.
        method: Who decides the shift of the answers that stand.
    """
    corpus = Corpus(family.recipe, seed, library)
    parts = []
    for batch in corpus.scattered(size, PER_BLOCK):
        parts.append(said_about(runtime, batch, rule, fit, min(fitted, len(batch)), method))
        fitted -= min(fitted, len(batch))
        advance(len(batch))
    return figures_of(family.effect, family.level, joined(parts), family.carbon)


def _before(path: Path) -> dict[str, Any]:
    """Read an older result, without what stood beside it."""
    try:
        older = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: this older result cannot be read; name a {JSON_NAME} of this command.") from error
    if not isinstance(older, dict) or older.get("schema") != SCHEMA:
        raise InputError(f"{path}: this is no result of `experiment realism`; name a {JSON_NAME} of this command.")
    return {name: value for name, value in older.items() if name != "before"}
