"""``xps-keras experiment shift``: exact match against the largest shift, the paper's table and figure on our corpus."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from xps_keras.corpus import Recipe
from xps_keras.corpus import recipe as find_recipe
from xps_keras.errors import UsageError
from xps_keras.experiments.measurements import Measurement, Test, figures_of, folder_of, loss, measured
from xps_keras.experiments.published import EXACT_MATCH_BY_SHIFT, SOURCE
from xps_keras.experiments.sharing import Share, require_trained
from xps_keras.experiments.trained_models import Training, effort, trained
from xps_keras.files import StrPath, write_whole
from xps_keras.plain import json_text
from xps_keras.runtime import Runtime, load
from xps_keras.version import __version__

SCHEMA = "xps-keras/shift-experiment/1"
"""Name and version of the JSON form; the number rises when a field changes its meaning."""

JSON_NAME = "shift.json"
PNG_NAME = "shift.png"


@dataclass(frozen=True)
class Given:
    """A model that is trained already."""

    name: str
    """Row of the table."""
    at_ev: float | None
    """Column of the table, None for all."""
    path: str
    """Any source that ``xps_keras.runtime.load`` takes."""


@dataclass(frozen=True)
class ShiftPlan:
    """What the experiment trains and measures."""

    models: tuple[str, ...] = ("stn", "mlp", "cnn", "align")
    """Networks to train."""
    max_shifts_ev: tuple[float, ...] = (0.0, 1.0, 2.0, 3.0, 4.0, 5.0)
    """Largest shifts of test spectra, ascending; without ``one_model_at_ev`` of training spectra, too."""
    one_model_at_ev: float | None = None
    """Train each network once, at shifts up to this, instead of once per largest shift."""
    given: tuple[Given, ...] = ()
    """Models that are trained already."""
    carry: bool = False
    """Start each training with the weights of the one before, as the authors do."""
    training: Training = field(default_factory=Training)
    test: Test = field(default_factory=Test)


def parse_given(text: str) -> Given:
    """Read ``NAME=PATH`` or ``NAME@EV=PATH``.

    Raises:
        UsageError: The text has another form.
    """
    label, separator, path = text.partition("=")
    name, at, shift = label.partition("@")
    try:
        at_ev = float(shift) if at else None
    except ValueError:
        at_ev = -1.0
    if not (separator and name and path) or (at_ev is not None and not at_ev >= 0):
        raise UsageError(f"--models-from takes NAME=PATH or NAME@EV=PATH, separated by commas, not '{text}'.")
    return Given(name, at_ev, path)


def shift_experiment(
    plan: ShiftPlan,
    out: StrPath,
    report: Callable[[str], None] = print,
    progress: bool = True,
    *,
    join: bool = False,
) -> dict[str, Any]:
    """Train, measure, and write ``shift.json`` and ``shift.png``.

    Finished trainings and measurements in the folder are used again; an interrupted training goes on.

    Args:
        plan: What to train and measure.
        out: Folder of the experiment, made when missing.
        report: Takes sentences for the user.
        progress: Whether to show bars on stderr.
        join: Train nothing: workers that shared the experiment have.

    Returns:
        Contents of ``shift.json``; ``docs/experiments.md`` defines them.

    Raises:
        XpsKerasError: An unknown network, a number out of range, a folder that holds a training with other settings,
            a model that has seen the test spectra, or, with ``join``, a training that is missing.
    """
    out = Path(out)
    recipes = _recipes(plan)
    chains = _chains(plan, out)
    if join:
        require_trained([training.folder for chain in chains for training in chain], report)
    folder_of(out)
    rows: dict[tuple[str, str], list[dict[str, Any]]] = {}
    measurements: dict[tuple[str, str], dict[float, Measurement]] = {}
    for name, protocol, path, columns in (*_given(plan), *_trained(plan, chains, report)):
        runtime = load(path)
        for shift in columns:
            report(f"Measuring {name} at shifts up to {shift:g} eV.")
            found = measured(runtime, recipes[shift], plan.test, out / "measured", progress)
            measurements.setdefault((name, protocol), {})[shift] = found
            rows.setdefault((name, protocol), []).append(_cell(runtime, shift, found))
    result = {
        "schema": SCHEMA,
        "package_version": __version__,
        "recipe": find_recipe(plan.training.recipe).name,
        "test": asdict(plan.test),
        "training": asdict(plan.training) if plan.models else None,
        "carry": plan.carry,
        "one_model_at_ev": plan.one_model_at_ev,
        "max_shifts_ev": list(plan.max_shifts_ev),
        "rows": [
            {"name": name, "protocol": protocol, "cells": _with_penalties(cells, measurements[name, protocol])}
            for (name, protocol), cells in rows.items()
        ],
        "published": {"source": SOURCE, "exact_match_by_max_shift": EXACT_MATCH_BY_SHIFT},
    }
    write_whole(out / JSON_NAME, json_text(result))
    from xps_keras.experiments.shift_picture import save_png

    save_png(out / PNG_NAME, result)
    return result


def do_share(
    plan: ShiftPlan, out: StrPath, share: Share, report: Callable[[str], None] = print, progress: bool = True
) -> None:
    """Train and measure one worker's share; ``shift_experiment(..., join=True)`` makes the table of all.

    With ``carry``, the trainings of a network follow one another and are done by one worker.

    Args:
        plan: The whole experiment, the same for all workers.
        out: Folder of the experiment, which workers may have in common.
        share: Which part of it.
        report: Takes sentences for the user.
        progress: Whether to show bars on stderr.

    Raises:
        XpsKerasError: As ``shift_experiment``.
    """
    out = Path(out)
    recipes = _recipes(plan)
    folder_of(out)
    chains = _chains(plan, out)
    own = share.of(chains)
    for name, _, path, columns in _trained(plan, own, report):
        runtime = load(path)
        for shift in columns:
            report(f"Measuring {name} at shifts up to {shift:g} eV.")
            measured(runtime, recipes[shift], plan.test, out / "measured", progress)
    done, trainings = (sum(len(chain) for chain in some) for some in (own, chains))
    report(share.told(done, trainings, "`models` and `measured`"))


def _recipes(plan: ShiftPlan) -> dict[float, Recipe]:
    """Check a plan before any work is done, and return the recipes of its test spectra."""
    if not plan.models and not plan.given:
        raise UsageError("There is nothing to measure; name networks with --models or models with --models-from.")
    called = _called(plan)
    names = [*(called[model] for model in plan.models), *dict.fromkeys(one.name for one in plan.given)]
    columns = [(one.name, one.at_ev) for one in plan.given]
    if len(set(names)) < len(names) or len(set(columns)) < len(columns):
        raise UsageError("Every row of the table needs a name of its own; name the models differently.")
    if not plan.max_shifts_ev or list(plan.max_shifts_ev) != sorted(set(plan.max_shifts_ev)):
        raise UsageError("The largest shifts must be numbers in ascending order, each once.")
    if plan.one_model_at_ev is not None:
        find_recipe(plan.training.recipe, plan.one_model_at_ev)
        if plan.carry:
            raise UsageError("--carry goes from one training to the next, but with --one-model-at there is only one.")
    for given in plan.given:
        if given.at_ev is not None and given.at_ev not in plan.max_shifts_ev:
            raise UsageError(f"The table has no column for {given.at_ev:g} eV; add it to --max-shifts.")
    return {shift: find_recipe(plan.training.recipe, shift) for shift in plan.max_shifts_ev}


def _called(plan: ShiftPlan) -> dict[str, str]:
    """Return the names of the networks; that of a Python file is not its path."""
    if not plan.models:
        return {}
    from xps_keras.own_networks import find_network

    return {model: find_network(model).name for model in plan.models}


@dataclass(frozen=True)
class _OneTraining:
    """A network trained at one largest shift."""

    model: str
    name: str
    shift_ev: float
    folder: Path


def _chains(plan: ShiftPlan, out: Path) -> list[list[_OneTraining]]:
    """Return all trainings; those of a chain are done one after another, each from the weights of the one before."""
    shifts = plan.max_shifts_ev if plan.one_model_at_ev is None else (plan.one_model_at_ev,)
    ending = "_carried" if plan.carry else ""
    by_model = [
        [_OneTraining(model, name, shift, out / "models" / f"{name}_{shift:g}eV{ending}") for shift in shifts]
        for model, name in _called(plan).items()
    ]
    return by_model if plan.carry else [[training] for chain in by_model for training in chain]


_Found = tuple[str, str, str | Path, Sequence[float]]
"""Name, protocol, path and test shifts of a model."""


def _given(plan: ShiftPlan) -> Iterator[_Found]:
    for given in plan.given:
        if given.at_ev is None:
            yield given.name, "one model", given.path, plan.max_shifts_ev
        else:
            yield given.name, "one model per shift", given.path, (given.at_ev,)


def _trained(
    plan: ShiftPlan, chains: Sequence[Sequence[_OneTraining]], report: Callable[[str], None]
) -> Iterator[_Found]:
    """Yield every model, each trained when its turn comes."""
    trainings, number = sum(len(chain) for chain in chains), 0
    for chain in chains:
        start: Path | None = None
        for one in chain:
            number += 1
            report(f"Training {one.name} at shifts up to {one.shift_ev:g} eV, {number} of {trainings}.")
            path = trained(plan.training, one.model, one.shift_ev, one.folder, start, report)
            start = path if plan.carry else None
            if plan.one_model_at_ev is None:
                yield one.name, "one model per shift", path, (one.shift_ev,)
            else:
                yield one.name, "one model", path, plan.max_shifts_ev


def _cell(runtime: Runtime, shift_ev: float, found: Measurement) -> dict[str, Any]:
    model, shift = found.evaluation["model"], found.evaluation["shift"]
    names = ("low_ev", "high_ev", "spectra", "exact_match_at_half", "mean_absolute_ev")
    return {
        "max_shift_ev": shift_ev,
        "trained_to_ev": model["max_shift_ev"],
        **figures_of(found),
        "by_shift_size": [{name: entry[name] for name in names} for entry in shift["by_shift_size"]],
        "training": effort(runtime.path),
    }


def _with_penalties(cells: list[dict[str, Any]], found: dict[float, Measurement]) -> list[dict[str, Any]]:
    """Add what each largest shift costs against none, in percentage points of exact match."""
    cells = sorted(cells, key=lambda cell: float(cell["max_shift_ev"]))
    at_rest = found.get(0.0)
    return [{**cell, "penalty": at_rest and loss(at_rest, found[cell["max_shift_ev"]])} for cell in cells]
