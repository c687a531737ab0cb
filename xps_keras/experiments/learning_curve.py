"""``xps-keras experiment learning-curve``: exact match against the number of training spectra."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from xps_keras.corpus import recipe as find_recipe
from xps_keras.errors import UsageError
from xps_keras.experiments.measurements import Test, figures_of, folder_of, measured
from xps_keras.experiments.published import EXACT_MATCH_BY_SIZE, SOURCE
from xps_keras.experiments.trained_models import Training, effort, trained
from xps_keras.files import StrPath, write_png, write_whole
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
    plan: LearningCurvePlan, out: StrPath, report: Callable[[str], None] = print, progress: bool = True
) -> dict[str, Any]:
    """Train, measure, and write ``learning_curve.json`` and ``learning_curve.png``.

    Finished trainings and measurements in the folder are used again; an interrupted training goes on.

    Args:
        plan: What to train and measure.
        out: Folder of the experiment, made when missing.
        report: Takes sentences for the user.
        progress: Whether to show bars on stderr.

    Returns:
        Contents of ``learning_curve.json``; ``docs/experiments.md`` defines them.

    Raises:
        XpsKerasError: An unknown network, a number out of range, or a folder that holds a training with other settings.
    """
    out = Path(out)
    from xps_keras.own_networks import find_network

    called = {model: find_network(model).name for model in plan.models}
    if not plan.models or not plan.sizes or list(plan.sizes) != sorted(set(plan.sizes)):
        raise UsageError("A learning curve needs networks, and numbers of spectra in ascending order, each once.")
    drawn = find_recipe(plan.training.recipe, plan.max_shift_ev)
    folder_of(out)
    rows = []
    for model in plan.models:
        points = []
        for size in plan.sizes:
            report(f"Training {called[model]} on {size} spectra.")
            folder = out / "models" / f"{called[model]}_{plan.max_shift_ev:g}eV_{size}"
            training = replace(plan.training, size=size)
            path = trained(training, model, plan.max_shift_ev, folder, None, report)
            found = measured(load(path), drawn, plan.test, out / "measured", progress)
            points.append({"size": size, **figures_of(found), "training": effort(path)})
        rows.append({"name": called[model], "points": points})
    result = {
        "schema": SCHEMA,
        "package_version": __version__,
        "recipe": find_recipe(plan.training.recipe).name,
        "max_shift_ev": plan.max_shift_ev,
        "test": asdict(plan.test),
        "training": {name: value for name, value in asdict(plan.training).items() if name != "size"},
        "rows": rows,
        "published": {
            "source": SOURCE,
            "exact_match_by_size": {str(size): share for size, share in EXACT_MATCH_BY_SIZE.items()},
        },
    }
    write_whole(out / JSON_NAME, json.dumps(result, indent=1, ensure_ascii=False, allow_nan=False) + "\n")
    from xps_keras.experiments.curve_pictures import draw_learning_curve

    write_png(out / PNG_NAME, draw_learning_curve(result), dpi=150)
    return result
