"""Learning rates, patience and averaging as pure functions of where a run stands."""

import math
from dataclasses import dataclass, replace

WARM_UP_STEPS = 500
"""Longest warm-up of the cosine schedule; at most a tenth of all steps."""
PLATEAU_FACTOR = 0.1
PLATEAU_EPOCHS = 5
"""Epochs without improvement before the rate falls (paper: 5-10)."""
STOPPING_EPOCHS = 15
"""Epochs without improvement before the training ends (paper: 15)."""
LEAST_IMPROVEMENT = 1e-4
"""A validation loss lower by less than this is no improvement (paper)."""
AVERAGE_DECAY = 0.999
"""Share that the averaged weights keep in a step, once there have been many."""


def cosine(peak: float, step: int, steps: int) -> float:
    """Learning rate of a step: linear warm-up from zero, then half a cosine down to zero.

    Args:
        peak: Largest rate.
        step: Number of the step, from 0.
        steps: Number of steps of the whole run.
    """
    warm_up = min(WARM_UP_STEPS, steps // 10)
    if step < warm_up:
        return peak * step / warm_up
    return peak * 0.5 * (1.0 + math.cos(math.pi * min((step - warm_up) / (steps - warm_up), 1.0)))


def average_decay(step: int) -> float:
    """Share that the averaged weights keep in a step (from 0): small at first, so that the start is forgotten."""
    return min(AVERAGE_DECAY, (1 + step) / (10 + step))


@dataclass(frozen=True)
class Patience:
    """How long a loss has stood still."""

    epochs: int
    """Epochs without improvement that are borne."""
    best: float = math.inf
    waited: int = 0

    def after(self, loss: float) -> "Patience":
        """Return the state after another epoch with this validation loss."""
        if loss < self.best - LEAST_IMPROVEMENT:
            return replace(self, best=loss, waited=0)
        return replace(self, waited=self.waited + 1)

    @property
    def improved(self) -> bool:
        """Whether the last epoch was the best."""
        return self.waited == 0 and self.best < math.inf

    @property
    def exhausted(self) -> bool:
        """Whether nothing is borne any more."""
        return self.waited >= self.epochs


@dataclass(frozen=True)
class RunState:
    """Where a run stands after an epoch, beside its weights."""

    epoch: int
    """Finished epochs."""
    rate: float
    """Learning rate of the plateau schedule for the next epoch."""
    slower: Patience
    stop: Patience
    history: dict[str, list[float]]
    """Name of a figure -> one value per finished epoch."""

    @staticmethod
    def start(rate: float, stopping_epochs: int | None = None) -> "RunState":
        """Return the state before the first epoch; ``stopping_epochs`` is ``STOPPING_EPOCHS`` where it is None."""
        return RunState(0, rate, Patience(PLATEAU_EPOCHS), Patience(stopping_epochs or STOPPING_EPOCHS), {})

    def after(self, figures: dict[str, float]) -> "RunState":
        """Return the state after another epoch; ``figures`` must hold ``val_loss``."""
        loss = figures["val_loss"]
        slower, rate = self.slower.after(loss), self.rate
        if slower.exhausted:
            slower, rate = replace(slower, waited=0), rate * PLATEAU_FACTOR
        joined = {name: [*self.history.get(name, []), value] for name, value in figures.items()}
        return RunState(self.epoch + 1, rate, slower, self.stop.after(loss), joined)
