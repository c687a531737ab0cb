"""Models of an experiment: trained once, gone on with when interrupted, found again when finished."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from xps_keras.errors import ModelError


@dataclass(frozen=True)
class Training:
    """How the models of an experiment are trained; None stands for the network's own setting."""

    recipe: str = "paper"
    size: int | None = None
    """Training spectra (per epoch when streamed)."""
    epochs: int | None = None
    """Largest number of epochs."""
    validation_size: int = 2000
    stream: bool = False
    """Fresh spectra in every epoch."""
    seed: int = 42
    library: str = "polymers"


def trained(
    training: Training,
    model: str,
    max_shift_ev: float,
    folder: Path,
    start: Path | None,
    report: Callable[[str], None],
) -> Path:
    """Train a network, or go on with its training, or find it trained.

    Args:
        training: How.
        model: Name of the network.
        max_shift_ev: Largest shift of the training spectra in eV.
        folder: Folder of the run.
        start: Model whose weights it starts from, None for fresh ones.
        report: Takes sentences for the user.

    Returns:
        The path of ``model.keras``.

    Raises:
        ModelError: An unknown name, a number out of range, or a folder that holds a run with other settings.
    """
    from xps_keras.training.run import Run, train

    run = Run(
        model=model,
        recipe=training.recipe,
        max_shift_ev=max_shift_ev,
        size=training.size,
        epochs=training.epochs,
        validation_size=training.validation_size,
        stream=training.stream,
        seed=training.seed,
        library=training.library,
    )
    with _starting_from(model, start):
        return train(run, folder, resume=(folder / "config.json").exists(), report=report)


@contextmanager
def _starting_from(model: str, start: Path | None) -> Iterator[None]:
    """Let networks of a name begin with the weights of a trained one."""
    if start is None:
        yield
        return
    import keras

    from xps_keras.models.networks import PRESETS, preset

    settings = preset(model)

    def build(max_shift_ev: float) -> Any:
        networks = settings.build(max_shift_ev)
        try:
            networks.inference.set_weights(keras.models.load_model(start, compile=False).get_weights())
        except ValueError as error:
            raise ModelError(f"{start}: weights of another shape cannot be carried on; leave out --carry.") from error
        return networks

    PRESETS[model] = replace(settings, build=build)
    try:
        yield
    finally:
        PRESETS[model] = settings


def effort(model: Path) -> dict[str, Any]:
    """Tell how much a model has learnt from, as far as the files beside it say.

    Args:
        model: A model file; ``train`` leaves ``config.json`` and ``history.json`` beside it.

    Returns:
        ``epochs``, ``spectra_per_epoch``, ``spectra_seen`` and ``streamed``, None where unknown.
    """
    try:
        run = json.loads((model.parent / "config.json").read_text())["run"]
        history = json.loads((model.parent / "history.json").read_text())
        epochs = max(len(values) for values in history.values())
        return {
            "epochs": epochs,
            "spectra_per_epoch": run["size"],
            "spectra_seen": epochs * run["size"],
            "streamed": bool(run.get("stream", False)),
        }
    except (OSError, ValueError, KeyError, TypeError):
        return dict.fromkeys(("epochs", "spectra_per_epoch", "spectra_seen", "streamed"))
