"""``xps-keras experiment noise``: how a model does as the counts fall."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from xps_keras.corpus import Recipe
from xps_keras.corpus import recipe as find_recipe
from xps_keras.errors import UsageError
from xps_keras.experiments.measurements import Test, figures_of, folder_of, measured
from xps_keras.files import StrPath, write_png, write_whole
from xps_keras.plain import json_text
from xps_keras.runtime import load
from xps_keras.version import __version__

SCHEMA = "xps-keras/noise-experiment/1"
"""Name and version of the JSON form; the number rises when a field changes its meaning."""

JSON_NAME = "noise.json"
PNG_NAME = "noise.png"
RECIPE = "instrument"
"""Recipe with counts."""


@dataclass(frozen=True)
class NoisePlan:
    """What the experiment measures."""

    models: dict[str, str] = field(default_factory=dict)
    """Name -> any source that ``xps_keras.runtime.load`` takes."""
    counts: tuple[float, ...] = (300.0, 1_000.0, 3_000.0, 10_000.0, 30_000.0, 100_000.0)
    """Counts at the top of C 1s above its background, ascending."""
    max_shift_ev: float | None = None
    """Largest shift of the test spectra in eV, None for the recipe's own."""
    test: Test = field(default_factory=Test)


def with_counts(drawn: Recipe, counts: float) -> Recipe:
    """Return a recipe whose spectra all have the same counts at the top of C 1s.

    Raises:
        UsageError: The recipe has no counts, or their number is not positive.
    """
    if drawn.instrument is None:
        raise UsageError(f"The recipe '{drawn.name}' has no counts.")
    if not counts > 0:
        raise UsageError(f"Counts must be positive, not {counts:g}.")
    return replace(drawn, instrument=replace(drawn.instrument, peak_counts=(counts, counts)))


def noise_experiment(
    plan: NoisePlan, out: StrPath, report: Callable[[str], None] = print, progress: bool = True
) -> dict[str, Any]:
    """Measure, and write ``noise.json`` and ``noise.png``; measurements in the folder are used again.

    Args:
        plan: What to measure.
        out: Folder of the experiment, made when missing.
        report: Takes sentences for the user.
        progress: Whether to show bars on stderr.

    Returns:
        Contents of ``noise.json``; ``docs/experiments.md`` defines them.

    Raises:
        XpsKerasError: A model cannot be loaded or has seen the test spectra, or a number is out of range.
    """
    out = Path(out)
    if not plan.models or not plan.counts or list(plan.counts) != sorted(set(plan.counts)):
        raise UsageError("The experiment needs models, and counts in ascending order, each once.")
    recipes = {counts: with_counts(find_recipe(RECIPE, plan.max_shift_ev), counts) for counts in plan.counts}
    folder_of(out)
    rows = []
    for name, source in plan.models.items():
        runtime = load(source)
        points = []
        for counts, drawn in recipes.items():
            report(f"Measuring {name} at {counts:g} counts.")
            found = measured(runtime, drawn, plan.test, out / "measured", progress)
            points.append({"peak_counts": counts, **figures_of(found)})
        rows.append({"name": name, "points": points})
    result = {
        "schema": SCHEMA,
        "package_version": __version__,
        "recipe": RECIPE,
        "max_shift_ev": next(iter(recipes.values())).max_shift_ev,
        "test": asdict(plan.test),
        "rows": rows,
    }
    write_whole(out / JSON_NAME, json_text(result))
    from xps_keras.experiments.curve_pictures import draw_noise

    write_png(out / PNG_NAME, draw_noise(result), dpi=150)
    return result
