"""The experiment on unseen polymers: one network per recipe and fold, at one budget."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import keras

from xps_keras.corpus import recipe as find_recipe
from xps_keras.corpus.seeds import VALIDATION_SEED_OFFSET
from xps_keras.corpus.version import CORPUS_VERSION
from xps_keras.errors import UsageError
from xps_keras.experiments.measurements import folder_of
from xps_keras.experiments.sharing import Share, require_trained
from xps_keras.experiments.unseen import Unseen, summarised
from xps_keras.experiments.unseen_answers import AskedModel, ask, save, saved, spectra_asked
from xps_keras.experiments.unseen_picture import save_png
from xps_keras.files import StrPath, write_whole
from xps_keras.library.folds import FOLDS, Held, Word, fold_library
from xps_keras.own_networks import find_network
from xps_keras.progress import progress_bar
from xps_keras.runtime import load
from xps_keras.training.devices import this_machine
from xps_keras.training.run import Run, train


@dataclass(frozen=True)
class UnseenPlan:
    """Everything that the experiment is asked for."""

    recipes: tuple[str, ...] = ("paper", "generalise")
    """Recipes of the training; the first is what the others are compared with."""
    folds: tuple[int, ...] = tuple(range(FOLDS))
    division: Word = "fold"
    """Division of the polymers that the folds are of; nothing may be chosen on ``part``."""
    model: str = "align"
    size: int | None = None
    """Training spectra per epoch, None for the network's preset."""
    epochs: int | None = None
    """Epochs, None for the network's preset."""
    validation_size: int = 2000
    max_shift_ev: float = 3.0
    """Largest shift in training and test, in eV."""
    seed: int = 42
    """Seed of every training."""
    test_size: int = 10_000
    """Test mixtures of seen polymers per fold, and as many of unseen ones."""
    test_seed: int = 7
    test_recipe: str = "paper"
    """All networks are asked about the same mixtures, whatever they were trained on."""


def run_experiment(
    plan: UnseenPlan,
    out: StrPath,
    report: Callable[[str], None] = print,
    progress: bool = True,
    *,
    join: bool = False,
) -> Unseen:
    """Train what is missing, ask every network, and write ``unseen.json`` and ``unseen.png``.

    Networks that stand in the folder are not trained again, and one whose training was interrupted goes on from its
    last finished epoch; answers are kept too, so that a second call only draws the figure again.

    Args:
        plan: What to train on what.
        out: Folder of the experiment: a folder for each network, JSON and figure.
        report: Takes sentences for the user.
        progress: Whether to show bars on stderr.
        join: Train nothing: workers that shared the experiment have.

    Returns:
        The figures.

    Raises:
        XpsKerasError: An unknown name, a number out of range, a folder that holds runs with other settings, or, with
            ``join``, a training that is missing.
    """
    out = Path(out)
    trainings = _trainings(plan, out)
    folder_of(out)
    if join:
        require_trained([one.folder for one in trainings], report)
    asked: dict[str, list[AskedModel]] = {}
    for one in trainings:
        asked.setdefault(one.name, []).append(_ask(plan, one, report, progress))
    budget = {**asdict(_run(plan, plan.recipes[0], 0)), "recipe": list(asked), "library": "polymers"}
    result = summarised(
        asked,
        find_recipe(plan.test_recipe).name,
        plan.max_shift_ev,
        plan.test_size,
        plan.test_seed,
        _spoken(budget, plan),
        plan.division,
    )
    write_whole(out / "unseen.json", result.to_json())
    save_png(out / "unseen.png", result)
    return result


def do_share(
    plan: UnseenPlan, out: StrPath, share: Share, report: Callable[[str], None] = print, progress: bool = True
) -> None:
    """Train and ask the networks of one worker's share; ``run_experiment(..., join=True)`` makes the figures of all.

    Args:
        plan: The whole experiment, the same for all workers.
        out: Folder of the experiment, which workers may have in common.
        share: Which part of it.
        report: Takes sentences for the user.
        progress: Whether to show bars on stderr.

    Raises:
        XpsKerasError: As ``run_experiment``.
    """
    trainings = _trainings(plan, Path(out))
    own = share.of(trainings)
    for one in own:
        _ask(plan, one, report, progress)
    report(share.told(len(own), len(trainings), "what stands in it"))


@dataclass(frozen=True)
class _OneTraining:
    """A network trained by one recipe without one fold."""

    recipe: str
    name: str
    fold: int
    folder: Path


def _trainings(plan: UnseenPlan, out: Path) -> list[_OneTraining]:
    """Check a plan before any work is done, and return its trainings."""
    _check(plan)
    called = {name: find_recipe(name).name for name in plan.recipes}  # a file's recipe has a name of its own
    _check_listed(tuple(called.values()), "recipe")
    # Fold by fold, so that an interrupted experiment has trained every recipe on the same folds.
    return [
        _OneTraining(recipe, name, fold, out / f"{name}_without_{plan.division}_{fold}")
        for fold in plan.folds
        for recipe, name in called.items()
    ]


def _run(plan: UnseenPlan, recipe: str, fold: int) -> Run:
    return Run(
        model=plan.model,
        recipe=recipe,
        max_shift_ev=plan.max_shift_ev,
        size=plan.size,
        epochs=plan.epochs,
        validation_size=plan.validation_size,
        stream=True,
        seed=plan.seed,
        library=Held(plan.division, fold, without=True).name,
    )


def _spoken(budget: dict[str, Any], plan: UnseenPlan) -> dict[str, Any]:
    """The budget with the network's own numbers where none were given."""
    settings = find_network(plan.model).preset
    own = {name: getattr(settings, name) for name in ("size", "epochs", "batch_size", "learning_rate")}
    return {**budget, **{name: value for name, value in own.items() if budget.get(name) is None}}


def _ask(plan: UnseenPlan, one: _OneTraining, report: Callable[[str], None], progress: bool) -> AskedModel:
    fold, folder = one.fold, one.folder
    report(f"Recipe '{one.name}' without {plan.division} {fold}.")
    resume = (folder / "config.json").exists()
    model = train(_run(plan, one.recipe, fold), folder, resume=resume, report=report, devices=this_machine())
    runtime = load(model)
    drawn = find_recipe(plan.test_recipe, plan.max_shift_ev)
    about = {
        "model": runtime.sha256,
        "library": [fold_library(Held(plan.division, fold, without).name).sha256 for without in (True, False)],
        "corpus": CORPUS_VERSION,
        "recipe": drawn.to_dict(),
        "size": plan.test_size,
        "seed": plan.test_seed,
    }
    kept = folder / "answers.npz"
    if (found := saved(kept, about)) is not None:
        return found
    with progress_bar(spectra_asked(plan.test_size), progress) as advance:
        asked = ask(runtime, fold, drawn, plan.test_size, plan.test_seed, advance, plan.division)
    save(kept, asked, about)
    keras.utils.clear_session()  # ten networks in one process
    return asked


def _check(plan: UnseenPlan) -> None:
    """Refuse before the first training what would fail after it."""
    _check_listed(plan.recipes, "recipe")
    _check_listed(plan.folds, "fold")
    for name in (*plan.recipes, plan.test_recipe):
        find_recipe(name, plan.max_shift_ev)
    find_network(plan.model)
    for fold in plan.folds:
        fold_library(Held(plan.division, fold, without=True).name)
    if plan.test_size < 1:
        raise UsageError(f"The number of test spectra must be at least 1, not {plan.test_size}.")
    if plan.test_seed in (plan.seed, plan.seed + VALIDATION_SEED_OFFSET):
        raise UsageError(f"Test spectra need another seed than the trainings, {plan.seed}; choose another one.")


def _check_listed(names: Sequence[Any], what: str) -> None:
    if not names or len(set(names)) != len(names):
        raise UsageError(f"Name one {what} or more, each once.")
