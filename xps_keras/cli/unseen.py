"""``xps-keras experiment unseen``: recipes compared on polymers that a network was never shown."""

from typing import Annotated

import typer

from xps_keras.cli.extras import TRAINING, needing
from xps_keras.cli.messages import say
from xps_keras.cli.options import (
    Epochs,
    GivenMaxShift,
    Join,
    OptionError,
    Out,
    Seed,
    Size,
    TestSeed,
    TestSize,
    ValidationSize,
    WorkerIndex,
    Workers,
    whole_numbers,
    words,
)


def unseen(
    out: Out,
    recipes: Annotated[
        str, typer.Option(metavar="LIST", help="Recipes of the training, the first one compared with the others.")
    ] = "paper,generalise",
    folds: Annotated[str, typer.Option(metavar="LIST", help="Folds to hold out, one after another.")] = "0,1,2,3,4",
    division: Annotated[
        str,
        typer.Option(metavar="NAME", help="Folds of which division: fold, or part, on which nothing was ever chosen."),
    ] = "fold",
    test_recipe: Annotated[str, typer.Option(metavar="NAME", help="Recipe of the test mixtures.")] = "paper",
    model: Annotated[str, typer.Option(metavar="NAME", help="Network.")] = "align",
    size: Size = None,
    epochs: Epochs = None,
    validation_size: ValidationSize = 2000,
    max_shift: GivenMaxShift = 3.0,
    seed: Seed = 42,
    test_size: TestSize = 10_000,
    test_seed: TestSeed = 7,
    workers: Workers = None,
    worker_index: WorkerIndex = None,
    join: Join = False,
) -> None:
    """Compare recipes on polymers that were held out of the training, fold by fold."""
    work = needing("xps_keras.experiments.unseen_experiment", "experiment unseen", TRAINING)
    from xps_keras.library.folds import TABLES

    if division not in TABLES:
        raise OptionError(f"--division takes one of {', '.join(TABLES)}, not '{division}'.")
    plan = work.UnseenPlan(
        recipes=tuple(words(recipes)),
        folds=whole_numbers(folds, "--folds", least=0),
        division=division,
        test_recipe=test_recipe,
        model=model,
        size=size,
        epochs=epochs,
        validation_size=validation_size,
        max_shift_ev=max_shift,
        seed=seed,
        test_size=test_size,
        test_seed=test_seed,
    )
    sharing = needing("xps_keras.experiments.sharing", "experiment unseen", TRAINING)
    share = sharing.share_of(words(workers or ""), worker_index, join)
    if not share.whole:
        work.do_share(plan, out, share, report=say)
        return
    found = work.run_experiment(plan, out, report=say, join=join)
    needing("xps_keras.experiments.unseen_table", "experiment unseen", TRAINING).print_table(found)
