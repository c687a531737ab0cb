"""``xps-keras experiment learning-curve``: exact match against the number of training spectra."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from xps_keras.corpus import recipe as find_recipe
from xps_keras.errors import UsageError
from xps_keras.experiments.measurements import Measurement, Test, figures_of, folder_of, measured
from xps_keras.experiments.published import EXACT_MATCH_BY_SIZE, SOURCE
from xps_keras.experiments.sharing import Share, require_trained
from xps_keras.experiments.trained_models import Training, effort, trained
from xps_keras.files import StrPath, write_png, write_whole
from xps_keras.plain import json_text
from xps_keras.runtime import load
from xps_keras.version import __version__

SCHEMA = "xps-keras/learning-curve/1"
"""Name and version of the JSON form; the number rises when a field changes its meaning."""

JSON_NAME = "learning_curve.json"
PNG_NAME = "learning_curve.png"


@dataclass(frozen=True)
class LearningCurvePlan:
    """What the experiment trains and measures."""

    models: tuple[str, ...] = ("stn", "align")
    sizes: tuple[int, ...] = tuple(EXACT_MATCH_BY_SIZE)
    """Numbers of training spectra, ascending."""
    max_shift_ev: float = 3.0
    training: Training = field(default_factory=Training)
    test: Test = field(default_factory=Test)


def learning_curve(
    plan: LearningCurvePlan,
    out: StrPath,
    report: Callable[[str], None] = print,
    progress: bool = True,
    *,
    join: bool = False,
) -> dict[str, Any]:
    """Train, measure, and write ``learning_curve.json`` and ``learning_curve.png``.

    Finished trainings and measurements in the folder are used again; an interrupted training goes on.

    Args:
        plan: What to train and measure.
        out: Folder of the experiment, made when missing.
        report: Takes sentences for the user.
        progress: Whether to show bars on stderr.
        join: Train nothing: workers that shared the experiment have.

    Returns:
        Contents of ``learning_curve.json``; ``docs/experiments.md`` defines them.

    Raises:
        XpsKerasError: An unknown network, a number out of range, a folder that holds a training with other settings,
            or, with ``join``, a training that is missing.
    """
    out = Path(out)
    trainings = _trainings(plan, out)
    if join:
        require_trained([one.folder for one in trainings], report)
    folder_of(out)
    rows: dict[str, list[dict[str, Any]]] = {}
    for one in trainings:
        path, found = _measured(plan, one, out, report, progress)
        rows.setdefault(one.name, []).append({"size": one.size, **figures_of(found), "training": effort(path)})
    result = {
        "schema": SCHEMA,
        "package_version": __version__,
        "recipe": find_recipe(plan.training.recipe).name,
        "max_shift_ev": plan.max_shift_ev,
        "test": asdict(plan.test),
        "training": {name: value for name, value in asdict(plan.training).items() if name != "size"},
        "rows": [{"name": name, "points": points} for name, points in rows.items()],
        "published": {
            "source": SOURCE,
            "exact_match_by_size": {str(size): share for size, share in EXACT_MATCH_BY_SIZE.items()},
        },
    }
    write_whole(out / JSON_NAME, json_text(result))
    from xps_keras.experiments.curve_pictures import draw_learning_curve

    write_png(out / PNG_NAME, draw_learning_curve(result), dpi=150)
    return result


def do_share(
    plan: LearningCurvePlan, out: StrPath, share: Share, report: Callable[[str], None] = print, progress: bool = True
) -> None:
    """Train and measure one worker's share; ``learning_curve(..., join=True)`` makes the table of all.

    Args:
        plan: The whole experiment, the same for all workers.
        out: Folder of the experiment, which workers may have in common.
        share: Which part of it.
        report: Takes sentences for the user.
        progress: Whether to show bars on stderr.

    Raises:
        XpsKerasError: As ``learning_curve``.
    """
    out = Path(out)
    trainings = _trainings(plan, out)
    folder_of(out)
    # The longest first, so that no worker gets all of them.
    own = share.of(sorted(trainings, key=lambda one: -one.size))
    for one in own:
        _measured(plan, one, out, report, progress)
    report(share.told(len(own), len(trainings), "`models` and `measured`"))


@dataclass(frozen=True)
class _OneTraining:
    """A network trained on one number of spectra."""

    model: str
    name: str
    size: int
    folder: Path


def _trainings(plan: LearningCurvePlan, out: Path) -> list[_OneTraining]:
    """Check a plan before any work is done, and return its trainings."""
    from xps_keras.own_networks import find_network

    called = {model: find_network(model).name for model in plan.models}
    if not plan.models or not plan.sizes or list(plan.sizes) != sorted(set(plan.sizes)):
        raise UsageError("A learning curve needs networks, and numbers of spectra in ascending order, each once.")
    find_recipe(plan.training.recipe, plan.max_shift_ev)
    return [
        _OneTraining(model, name, size, out / "models" / f"{name}_{plan.max_shift_ev:g}eV_{size}")
        for model, name in called.items()
        for size in plan.sizes
    ]


def _measured(
    plan: LearningCurvePlan, one: _OneTraining, out: Path, report: Callable[[str], None], progress: bool
) -> tuple[Path, Measurement]:
    report(f"Training {one.name} on {one.size} spectra.")
    training = replace(plan.training, size=one.size)
    path = trained(training, one.model, plan.max_shift_ev, one.folder, None, report)
    drawn = find_recipe(plan.training.recipe, plan.max_shift_ev)
    return path, measured(load(path), drawn, plan.test, out / "measured", progress)
