"""The folder of a training run: what stands in it, and how it is gone on with."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from xps_keras.errors import ModelError, UsageError
from xps_keras.files import write_whole
from xps_keras.training.checkpoint import Checkpoint, to_bytes
from xps_keras.training.devices import Replicas
from xps_keras.training.history_picture import write_history_picture
from xps_keras.training.logs import ScalarLogs

CONFIG = "config.json"
CHECKPOINT = "checkpoint.npz"
FINISHED = b"finished"


def begin(out: Path, config: dict[str, Any]) -> None:
    """Make the folder of a new run.

    Args:
        out: The folder.
        config: Contents of ``config.json``.

    Raises:
        XpsKerasError: There is a run in it already, or it cannot be written.
    """
    if (out / CONFIG).exists():
        raise ModelError(f"{out} holds a training run already; add --resume to go on with it or name another folder.")
    try:
        out.mkdir(parents=True, exist_ok=True)
        write_whole(out / CONFIG, json.dumps(config, indent=1))
    except OSError as error:
        raise UsageError(f"The folder {out} cannot be written: {error.strerror}.") from error


def stored(out: Path) -> dict[str, Any]:
    """Return ``config.json`` of the run in a folder.

    Raises:
        ModelError: There is none, or it is damaged.
    """
    if not (out / CONFIG).exists():
        raise ModelError(f"There is no training run in {out} to resume.")
    try:
        config = json.loads((out / CONFIG).read_text(encoding="utf-8"))
        if not isinstance(config["run"], dict):
            raise TypeError(f"{config['run']!r} is no run")
    except (ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{out / CONFIG} is damaged and the run cannot be resumed; name another folder.") from error
    return dict(config)


def last_checkpoint(out: Path) -> bytes:
    """Return the contents of a run's last checkpoint.

    Args:
        out: Folder of a run.

    Returns:
        The contents, nothing when there is no checkpoint yet, ``FINISHED`` when the run is finished.

    Raises:
        ModelError: The checkpoint is one that this version cannot read.
    """
    for part in out.glob(f".{CHECKPOINT}.*.part"):  # of a run that was killed while it wrote
        part.unlink(missing_ok=True)
    if (out / "model.keras").exists():
        return FINISHED
    if (out / CHECKPOINT).exists():
        return (out / CHECKPOINT).read_bytes()
    if (out / "checkpoint").exists():
        raise ModelError(
            f"The checkpoint in {out} is of an earlier version, which this one cannot read; name another folder."
        )
    return b""


def keeper(replicas: Replicas, out: Path) -> Callable[[Checkpoint], None]:
    """Return what writes checkpoint, history and logs after an epoch; nothing, on workers that are not the chief."""
    logs = ScalarLogs(out / "logs")

    def keep(checkpoint: Checkpoint) -> None:
        if not replicas.chief:
            return
        write_whole(out / CHECKPOINT, to_bytes(checkpoint))
        write_history(out, checkpoint)
        history = checkpoint.state.history
        logs.write(checkpoint.state.epoch, {name: values[-1] for name, values in history.items()})

    return keep


def draw_history(out: Path, title: str) -> None:
    """Draw ``history.json`` as ``history.png``, where matplotlib is installed."""
    history = json.loads((out / "history.json").read_text(encoding="utf-8"))
    write_history_picture(out / "history.png", history, title)


def write_history(out: Path, checkpoint: Checkpoint) -> None:
    """Write ``history.json``; the checkpoint has all of it, so that an interruption between the two loses nothing."""
    write_whole(out / "history.json", json.dumps(checkpoint.state.history, indent=1))
