"""The folder of a training run: what stands in it, and how it is gone on with."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from xps_keras.errors import ModelError, UsageError
from xps_keras.files import check_folder, put_in_place, read_regular, write_whole
from xps_keras.interrupts import undisturbed
from xps_keras.locks import alone
from xps_keras.training.checkpoint import Checkpoint, to_bytes
from xps_keras.training.devices import Replicas
from xps_keras.training.history_picture import write_history_picture
from xps_keras.training.logs import ScalarLogs

CONFIG = "config.json"
CHECKPOINT = "checkpoint.npz"
MODEL = "model.keras"
LOCK = "training.lock"
"""Says which process trains here; there only while it does."""
FINISHED = b"finished"
LARGEST_CONFIG = 10_000_000
"""Bytes of a ``config.json``, whose recipe and labels take some thousand."""
_LARGEST_CHECKPOINT = 20_000_000_000
_NOTHING = b"\0"
"""What an empty checkpoint is told as: no checkpoint, but no missing one either."""


def begin(out: Path, config: dict[str, Any]) -> None:
    """Write what a new run is into its folder.

    Args:
        out: The folder, which exists.
        config: Contents of ``config.json``.

    Raises:
        XpsKerasError: There is a run in it already, or it cannot be written.
    """
    if (out / CONFIG).exists():
        raise ModelError(f"{out} holds a training run already; add --resume to go on with it or name another folder.")
    write_whole(out / CONFIG, json.dumps(config, indent=1), durable=True)


@contextmanager
def held(out: Path) -> Iterator[None]:
    """Make the folder of a run, prove that it can be written, and keep every other training out of it meanwhile.

    Raises:
        UsageError: It cannot be written, or another process trains in it.
    """
    check_folder(out)
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"The folder {out} cannot be written: {error.strerror}.") from error
    with alone(out / LOCK, "a training"):
        yield


def check_room(out: Path, arrays: dict[str, NDArray[Any]]) -> bytes:
    """Refuse a folder without room for what a run keeps, before its first spectrum is drawn.

    Args:
        out: The folder.
        arrays: Those of a checkpoint.

    Returns:
        Nothing.

    Raises:
        UsageError: There is too little room.
    """
    # A checkpoint stands until the next one is whole; the weights in it outweigh the model and its pictures.
    check_folder(out, 2 * sum(array.nbytes for array in arrays.values()) + 1_000_000)
    return b""


@contextmanager
def keeping(out: Path) -> Iterator[None]:
    """Say, where something cannot be written, that what was trained is kept.

    Raises:
        UsageError: Something could not be written.
    """
    try:
        yield
    except (UsageError, OSError) as error:
        reason = str(error) if isinstance(error, UsageError) else f"{out}: cannot be written ({error.strerror})."
        raise UsageError(
            f"{reason[:-1]}; what was trained until the last finished epoch is kept: make room and go on with --resume."
        ) from error


def save_model(model: Any, out: Path) -> None:
    """Write ``model.keras``, whole or not at all.

    Args:
        model: The Keras model.
        out: Folder of the run.

    Raises:
        OSError: The disk refuses.
    """
    partial = out / "partial.keras"
    try:
        with undisturbed():
            model.save(partial)
        put_in_place(partial, out / MODEL)
    finally:
        partial.unlink(missing_ok=True)


def stored(out: Path) -> dict[str, Any]:
    """Return ``config.json`` of the run in a folder.

    Raises:
        ModelError: There is none, or it is damaged.
    """
    if not (out / CONFIG).exists():
        raise ModelError(f"There is no training run in {out} to resume.")
    try:
        config = json.loads(read_regular(out / CONFIG, LARGEST_CONFIG))
        if not isinstance(config["run"], dict):
            raise TypeError(f"{config['run']!r} is no run")
    except (ValueError, KeyError, TypeError, OSError, RecursionError) as error:
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
    if (out / MODEL).exists():
        return FINISHED
    if (out / CHECKPOINT).exists():
        try:
            return read_regular(out / CHECKPOINT, _LARGEST_CHECKPOINT) or _NOTHING
        except OSError as error:
            raise ModelError(f"{out / CHECKPOINT}: the checkpoint cannot be read ({error.strerror}).") from error
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
        with keeping(out):
            write_whole(out / CHECKPOINT, to_bytes(checkpoint), durable=True)
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
