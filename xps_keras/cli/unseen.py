"""``xps-keras experiment unseen`` and ``xps-keras evaluate --unseen``: polymers that a network was never shown."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from xps_keras.cli.experiment import EXTRAS, Epochs, Out, Seed, Size, TestSeed, TestSize, ValidationSize
from xps_keras.cli.extras import needing
from xps_keras.cli.messages import say
from xps_keras.cli.outputs import writable_results
from xps_keras.errors import UsageError
from xps_keras.files import write_whole


def unseen(
    out: Out,
    recipes: Annotated[
        str, typer.Option(metavar="LIST", help="Recipes of the training, the first one compared with the others.")
    ] = "paper,generalise",
    folds: Annotated[str, typer.Option(metavar="LIST", help="Folds to hold out, one after another.")] = "0,1,2,3,4",
    model: Annotated[str, typer.Option(metavar="NAME", help="Network.")] = "align",
    size: Size = None,
    epochs: Epochs = None,
    validation_size: ValidationSize = 2000,
    max_shift: Annotated[float, typer.Option(metavar="EV", min=0.0, help="Largest shift, either sign.")] = 3.0,
    seed: Seed = 42,
    test_size: TestSize = 10_000,
    test_seed: TestSeed = 7,
) -> None:
    """Compare recipes on polymers that were held out of the training, fold by fold."""
    work = needing("xps_keras.experiments.unseen_experiment", "experiment unseen", EXTRAS)
    plan = work.UnseenPlan(
        recipes=_words(recipes),
        folds=_folds(folds),
        model=model,
        size=size,
        epochs=epochs,
        validation_size=validation_size,
        max_shift_ev=max_shift,
        seed=seed,
        test_size=test_size,
        test_seed=test_seed,
    )
    found = work.run_experiment(plan, out, report=say)
    needing("xps_keras.experiments.unseen_table", "experiment unseen", EXTRAS).print_table(found)


def evaluate_unseen(
    model: str,
    *,
    recipe: str,
    max_shift_ev: float | None,
    size: int,
    seed: int,
    json_out: str | None,
    png: Path | None,
) -> None:
    """Measure a model on the polymers that were held out of its training; see ``xps_keras.experiments.unseen``."""
    file = writable_results(json_out, png)
    work = needing("xps_keras.experiments.unseen", "evaluate --unseen", EXTRAS)
    found = work.evaluate_unseen(model, recipe, max_shift_ev, size, seed)
    if file is not None:
        write_whole(file, found.to_json())
    if png is not None:
        needing("xps_keras.experiments.unseen_picture", "evaluate --unseen", EXTRAS).save_png(png, found)
    if json_out == "-":
        sys.stdout.write(found.to_json())
    else:
        needing("xps_keras.experiments.unseen_table", "evaluate --unseen", EXTRAS).print_table(found)


def _words(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _folds(text: str) -> tuple[int, ...]:
    try:
        return tuple(int(word) for word in _words(text))
    except ValueError as error:
        raise UsageError(f"--folds takes numbers separated by commas, not '{text}'.") from error
