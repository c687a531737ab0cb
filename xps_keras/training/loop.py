"""The epochs of a training run."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xps_keras.progress import ProgressBar
from xps_keras.training.batches import FixedCorpus, StreamedCorpus
from xps_keras.training.checkpoint import Checkpoint
from xps_keras.training.engine import Engine
from xps_keras.training.schedule import Standing, cosine


@dataclass(frozen=True)
class Plan:
    """How long and how fast."""

    epochs: int
    learning_rate: float
    schedule: str
    """``plateau``: slower when the validation loss stands still, ended when it stands still for long, and the best
    weights count; ``cosine``: warm-up, then down to zero, and the last weights count."""


def train_epochs(
    engine: Engine,
    plan: Plan,
    spectra: FixedCorpus | StreamedCorpus,
    validation: FixedCorpus,
    checkpoint: Checkpoint | None,
    save: Callable[[Checkpoint], None],
) -> list[NDArray[Any]]:
    """Train to the end of the plan, from the start or from a checkpoint.

    Args:
        engine: The network; holds the last weights afterwards.
        plan: How long and how fast.
        spectra: Training spectra.
        validation: Validation spectra.
        checkpoint: Where to go on, None for the start.
        save: Keeps the checkpoint of every epoch.

    Returns:
        The weights that count.

    Raises:
        FloatingPointError: The loss is not finite any more.
        InputError: The checkpoint is of another network.
    """
    standing, best = Standing.start(plan.learning_rate), None
    if checkpoint is not None:
        standing, best = checkpoint.standing, _best(checkpoint)
        engine.restore(checkpoint.arrays)
    plateau = plan.schedule == "plateau"
    with ProgressBar(plan.epochs, len(spectra), shown=engine.team.chief) as bar:
        while standing.epoch < plan.epochs and not (plateau and standing.stop.exhausted):
            epoch = standing.epoch
            bar.start_epoch(epoch)
            figures = _train_epoch(engine, plan, spectra, standing, bar)
            figures |= {f"val_{name}": value for name, value in _validate(engine, validation).items()}
            figures["learning_rate"] = _rate(plan, standing, (epoch + 1) * len(spectra) - 1, len(spectra))
            _check(figures["val_loss"])
            standing = standing.after(figures)
            if plateau and standing.stop.improved:
                best = engine.judged_weights()
            kept = {f"best_{n}": array for n, array in enumerate(best or [])}
            save(Checkpoint(standing, {**engine.state(), **kept}))
            bar.end_epoch(epoch, figures)
    return best if plateau and best is not None else engine.judged_weights()


def _train_epoch(
    engine: Engine, plan: Plan, spectra: FixedCorpus | StreamedCorpus, standing: Standing, bar: ProgressBar
) -> dict[str, float]:
    totals = np.zeros(len(engine.figure_names) + 1)
    unread: list[Any] = []
    for index, slab in enumerate(spectra.epoch(standing.epoch)):
        number = standing.epoch * len(spectra) + index
        unread.append(engine.step(slab, _rate(plan, standing, number, len(spectra)), number))
        # A device is only waited for when somebody looks; the sums are taken in order whenever that is.
        if bar.due() or index + 1 == len(spectra):
            for sums in unread:
                totals += np.asarray(sums, np.float64)
            unread.clear()
            _check(totals[0])
            bar.show(index + 1, engine.figures(totals))
    return engine.figures(totals)


def _validate(engine: Engine, validation: FixedCorpus) -> dict[str, float]:
    last = engine.weights()
    engine.set_weights(engine.judged_weights())
    figures = engine.evaluate(validation.epoch(0))
    engine.set_weights(last)
    return figures


def _rate(plan: Plan, standing: Standing, number: int, steps: int) -> float:
    if plan.schedule == "cosine":
        return cosine(plan.learning_rate, number, plan.epochs * steps)
    return standing.rate


def _best(checkpoint: Checkpoint) -> list[NDArray[Any]] | None:
    names = sorted((name for name in checkpoint.arrays if name.startswith("best_")), key=lambda name: int(name[5:]))
    return [checkpoint.arrays[name] for name in names] or None


def _check(loss: float) -> None:
    if not math.isfinite(loss):
        raise FloatingPointError(f"the loss is {loss}")
