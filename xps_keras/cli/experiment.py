"""``xps-keras experiment``: trainings and measurements that answer one question each, with table, picture and JSON.

Each command lays its plan out here; the work stands in ``xps_keras.experiments``.
"""

from pathlib import Path
from types import ModuleType
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from xps_keras import interrupts
from xps_keras.cli.extras import TRAINING, needing
from xps_keras.cli.messages import say
from xps_keras.cli.methods import MethodName, checked_method
from xps_keras.cli.options import (
    Epochs,
    GivenMaxShift,
    Join,
    MaxShift,
    OptionError,
    Out,
    Seed,
    Size,
    Stream,
    TestSeed,
    TestSize,
    ValidationSize,
    WorkerIndex,
    Workers,
    numbers,
    whole_numbers,
    words,
)
from xps_keras.cli.outputs import identities, not_an_input


class _GoingOn(TyperGroup):
    """Commands whose begun work is found again."""

    def invoke(self, ctx: Any) -> Any:
        kept = "stopped from the keyboard; what is done is kept, and the same command goes on with it."
        with interrupts.telling(lambda: kept):
            return super().invoke(ctx)


experiment_app = typer.Typer(
    cls=_GoingOn,
    help="Trainings and measurements that answer one question each.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Recipe = Annotated[
    str, typer.Option(metavar="NAME", help="Recipe of all spectra: a name as for `train`, or a .toml file.")
]


@experiment_app.command()
def shift(
    out: Out,
    models: Annotated[
        str | None,
        typer.Option(metavar="LIST", help="Networks to train; stn,mlp,cnn,align, or none beside --models-from."),
    ] = None,
    max_shifts: Annotated[
        str | None,
        typer.Option(metavar="LIST", help="Largest shifts in eV; 0,1,2,3,4,5, or up to that of --one-model-at."),
    ] = None,
    one_model_at: Annotated[
        float | None,
        typer.Option(metavar="EV", min=0.0, help="Train each network once, at shifts up to this, and test it at all."),
    ] = None,
    models_from: Annotated[
        str,
        typer.Option(
            metavar="NAME=PATH,...", help="Trained models for the table; NAME@EV=PATH for the column of one shift."
        ),
    ] = "",
    carry: Annotated[
        bool, typer.Option("--carry", help="Begin each training with the weights of the smaller shift, as the authors.")
    ] = False,
    recipe: Recipe = "paper",
    size: Size = None,
    epochs: Epochs = None,
    stream: Stream = False,
    validation_size: ValidationSize = 2000,
    seed: Seed = 42,
    test_size: TestSize = 20_000,
    test_seed: TestSeed = 7,
    workers: Workers = None,
    worker_index: WorkerIndex = None,
    join: Join = False,
) -> None:
    """Make the paper's table and picture: exact match against the largest shift."""
    work = needing("xps_keras.experiments.shift_experiment", "experiment shift", TRAINING)
    given = tuple(work.parse_given(text) for text in words(models_from))
    if models is None:
        models = "" if given else "stn,mlp,cnn,align"
    if max_shifts is None:
        max_shifts = ",".join(str(ev) for ev in range(6 if one_model_at is None else int(one_model_at) + 1))
    plan = work.ShiftPlan(
        models=tuple(words(models)),
        max_shifts_ev=tuple(numbers(max_shifts, "--max-shifts")),
        one_model_at_ev=one_model_at,
        given=given,
        carry=carry,
        training=work.Training(
            recipe=recipe, size=size, epochs=epochs, validation_size=validation_size, stream=stream, seed=seed
        ),
        test=work.Test(size=test_size, seed=test_seed),
    )
    share = _share(workers, worker_index, join)
    if not share.whole:
        work.do_share(plan, out, share, report=say)
        return
    result = work.shift_experiment(plan, out, report=say, join=join)
    _show(result, out, work, "shift_table")


@experiment_app.command("learning-curve")
def learning_curve(
    out: Out,
    models: Annotated[str, typer.Option(metavar="LIST", help="Networks to train.")] = "stn,align",
    sizes: Annotated[
        str, typer.Option(metavar="LIST", help="Numbers of training spectra.")
    ] = "8000,16000,32000,48000,64000,80000",
    max_shift: GivenMaxShift = 3.0,
    recipe: Recipe = "paper",
    epochs: Epochs = None,
    validation_size: ValidationSize = 2000,
    seed: Seed = 42,
    test_size: TestSize = 20_000,
    test_seed: TestSeed = 7,
    workers: Workers = None,
    worker_index: WorkerIndex = None,
    join: Join = False,
) -> None:
    """Show exact match against the number of training spectra."""
    work = needing("xps_keras.experiments.learning_curve", "experiment learning-curve", TRAINING)
    plan = work.LearningCurvePlan(
        models=tuple(words(models)),
        sizes=whole_numbers(sizes, "--sizes"),
        max_shift_ev=max_shift,
        training=work.Training(recipe=recipe, epochs=epochs, validation_size=validation_size, seed=seed),
        test=work.Test(size=test_size, seed=test_seed),
    )
    share = _share(workers, worker_index, join)
    if not share.whole:
        work.do_share(plan, out, share, report=say)
        return
    _show(work.learning_curve(plan, out, report=say, join=join), out, work)


@experiment_app.command()
def noise(
    out: Out,
    models_from: Annotated[
        str, typer.Option(metavar="NAME=PATH,...", help="Trained models; a PATH may be `pretrained`.")
    ] = "pretrained=pretrained",
    counts: Annotated[
        str, typer.Option(metavar="LIST", help="Counts at the top of C 1s.")
    ] = "300,1000,3000,10000,30000,100000",
    max_shift: MaxShift = None,
    test_size: TestSize = 20_000,
    test_seed: TestSeed = 7,
    method: MethodName = "network",
) -> None:
    """Show the errors of models against counts, on the recipe `instrument`."""
    work = needing("xps_keras.experiments.noise_experiment", "experiment noise", TRAINING)
    pairs = [text.partition("=") for text in words(models_from)]
    if len({name for name, _, _ in pairs}) < len(pairs) or not all(name and path for name, _, path in pairs):
        raise OptionError(f"--models-from takes NAME=PATH, separated by commas, each NAME once, not '{models_from}'.")
    plan = work.NoisePlan(
        models={name: path for name, _, path in pairs},
        counts=tuple(numbers(counts, "--counts")),
        max_shift_ev=max_shift,
        test=work.Test(size=test_size, seed=test_seed, method=checked_method(method)),
    )
    _show(work.noise_experiment(plan, out, report=say), out, work)


@experiment_app.command()
def realism(
    out: Out,
    model: Annotated[str, typer.Option(metavar="MODEL", help="A trained model, or `pretrained`.")] = "pretrained",
    size: Annotated[int, typer.Option(min=1, help="Spectra of each family.")] = 300,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the spectra.")] = 2014,
    classical: Annotated[
        int, typer.Option(min=0, help="Spectra of each family that are also fitted, half a second each; 0 for none.")
    ] = 20,
    families: Annotated[
        str, typer.Option(metavar="LIST", help="Only families whose name holds one of these words.")
    ] = "",
    rule: Annotated[
        str,
        typer.Option(metavar="NAME", help="What flags an answer: analyze, as its command does; or difference."),
    ] = "analyze",
    before: Annotated[
        Path | None, typer.Option(metavar="JSON", help="An older realism.json to stand beside the new one.")
    ] = None,
    method: MethodName = "network",
) -> None:
    """Show what each effect of real surfaces does to a model: charge, groups, and how many errors are flagged."""
    work = needing("xps_keras.experiments.realism", "experiment realism", TRAINING)
    plan = work.RealismPlan(
        model=model,
        size=size,
        seed=seed,
        classical=classical,
        families=tuple(words(families)),
        before=before,
        method=checked_method(method),
    )
    not_an_input(out / work.JSON_NAME, identities([] if before is None else [before]))
    rules = needing("xps_keras.experiments.realism_methods", "experiment realism", TRAINING).RULES
    if rule not in rules:
        raise OptionError(f"--rule takes one of {', '.join(rules)}, not '{rule}'.")
    result = work.realism_experiment(plan, out, rule=rules[rule], report=say)
    _show(result, out, work, "realism_table")


def _share(workers: str | None, worker_index: int | None, join: bool) -> Any:
    sharing = needing("xps_keras.experiments.sharing", "experiment", TRAINING)
    return sharing.share_of(words(workers or ""), worker_index, join)


def _show(result: dict[str, Any], out: Path, work: ModuleType, table: str = "curve_table") -> None:
    needing(f"xps_keras.experiments.{table}", "experiment", TRAINING).print_table(result)
    print(out / work.JSON_NAME)
    print(out / work.PNG_NAME)
