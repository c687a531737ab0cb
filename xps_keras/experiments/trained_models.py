"""Models of an experiment: trained once, gone on with when interrupted, found again when finished."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any


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
    from xps_keras.training.devices import this_machine
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
    resume = (folder / "config.json").exists()
    return train(run, folder, resume=resume, report=report, devices=this_machine(), initial_weights=start)


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
