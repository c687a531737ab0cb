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
from xps_keras.training.schedule import RunState, cosine


@dataclass(frozen=True)
class Schedule:
    """How long and how fast."""

    epochs: int
    learning_rate: float
    kind: str
    """``plateau``: slower when the validation loss stands still, ended when it stands still for long, and the best
    weights count; ``cosine``: warm-up, then down to zero, and the last weights count."""
    patience: int | None = None
    """Epochs without improvement after which ``plateau`` ends, None for ``STOPPING_EPOCHS``."""


def train_epochs(
    engine: Engine,
    schedule: Schedule,
    spectra: FixedCorpus | StreamedCorpus,
    validation: FixedCorpus,
    checkpoint: Checkpoint | None,
    save: Callable[[Checkpoint], None],
) -> list[NDArray[Any]]:
    """Train to the end of the schedule, from the start or from a checkpoint.

    Args:
        engine: The network; holds the last weights afterwards.
        schedule: How long and how fast.
        spectra: Training spectra.
        validation: Validation spectra.
        checkpoint: Where to go on, None for the start.
        save: Keeps the checkpoint of every epoch.

    Returns:
        The weights that count.

    Raises:
        FloatingPointError: The loss is not finite any more.
        ModelError: The checkpoint is of another network.
    """
    state, best = RunState.start(schedule.learning_rate, schedule.patience), None
    if checkpoint is not None:
        state, best = checkpoint.state, _best(checkpoint)
        engine.restore(checkpoint.arrays)
    plateau = schedule.kind == "plateau"
    with ProgressBar(schedule.epochs, len(spectra), shown=engine.replicas.chief) as bar:
        while state.epoch < schedule.epochs and not (plateau and state.stop.exhausted):
            epoch = state.epoch
            bar.start_epoch(epoch)
            figures = _train_epoch(engine, schedule, spectra, state, bar)
            figures |= {f"val_{name}": value for name, value in _validate(engine, validation).items()}
            figures["learning_rate"] = _rate(schedule, state, (epoch + 1) * len(spectra) - 1, len(spectra))
            _check(figures["val_loss"])
            state = state.after(figures)
            if plateau and state.stop.improved:
                best = engine.judged_weights()
            kept = {f"best_{n}": array for n, array in enumerate(best or [])}
            save(Checkpoint(state, {**engine.state(), **kept}))
            bar.end_epoch(epoch, figures)
    return best if plateau and best is not None else engine.judged_weights()


def _train_epoch(
    engine: Engine, schedule: Schedule, spectra: FixedCorpus | StreamedCorpus, state: RunState, bar: ProgressBar
) -> dict[str, float]:
    totals = np.zeros(len(engine.figure_names) + 1)
    unread: list[Any] = []
    for index, batch in enumerate(spectra.epoch(state.epoch)):
        number = state.epoch * len(spectra) + index
        unread.append(engine.step(batch, _rate(schedule, state, number, len(spectra)), number))
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


def _rate(schedule: Schedule, state: RunState, number: int, steps: int) -> float:
    if schedule.kind == "cosine":
        return cosine(schedule.learning_rate, number, schedule.epochs * steps)
    return state.rate


def _best(checkpoint: Checkpoint) -> list[NDArray[Any]] | None:
    names = sorted((name for name in checkpoint.arrays if name.startswith("best_")), key=lambda name: int(name[5:]))
    return [checkpoint.arrays[name] for name in names] or None


def _check(loss: float) -> None:
    if not math.isfinite(loss):
        raise FloatingPointError(f"the loss is {loss}")
