"""The folder of a training run: what stands in it, and how it is gone on with."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from xps_keras.errors import InputError
from xps_keras.files import write_whole
from xps_keras.training.checkpoint import Checkpoint, to_bytes
from xps_keras.training.devices import Team
from xps_keras.training.logs import ScalarLogs

CHECKPOINT = "checkpoint.npz"
FINISHED = b"finished"


def prepare(out: Path, wanted: dict[str, Any], resume: bool) -> bytes:
    """Make the folder of a run, or check that the run in it can be gone on with.

    Args:
        out: The folder.
        wanted: Contents of ``config.json`` for this run.
        resume: Whether to go on with a run.

    Returns:
        Contents of the last checkpoint, nothing when there is none yet, ``FINISHED`` when the run is finished.

    Raises:
        InputError: The folder cannot be used like that.
    """
    config = out / "config.json"
    if config.exists():
        if not resume:
            raise InputError(
                f"{out} holds a training run already; add --resume to go on with it or name another folder."
            )
        _check_same(out, wanted)
        for part in out.glob(f".{CHECKPOINT}.*.part"):  # of a run that was killed while it wrote
            part.unlink(missing_ok=True)
        if (out / "model.keras").exists():
            return FINISHED
        if (out / CHECKPOINT).exists():
            return (out / CHECKPOINT).read_bytes()
        if (out / "checkpoint").exists():
            raise InputError(
                f"The checkpoint in {out} is of an earlier version, which this one cannot read; name another folder."
            )
        return b""
    if resume:
        raise InputError(f"There is no training run in {out} to resume.")
    try:
        out.mkdir(parents=True, exist_ok=True)
        write_whole(config, json.dumps(wanted, indent=1))
    except OSError as error:
        raise InputError(f"The folder {out} cannot be written: {error.strerror}.") from error
    return b""


def _check_same(out: Path, wanted: dict[str, Any]) -> None:
    config = out / "config.json"
    try:
        found = json.loads(config.read_text())
        # A run of an earlier version does not name what was not yet to be chosen.
        earlier = {"library": "polymers", "precision": "float32", "average": False}
        same = {**earlier, **found["run"]} == wanted["run"]
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"{config} is damaged and the run cannot be resumed; name another folder.") from error
    if not same:
        raise InputError(f"{out} holds a run with other settings, which cannot be resumed with these.")
    if found.get("library_sha256", wanted["library_sha256"]) != wanted["library_sha256"]:
        raise InputError(
            f"The library {wanted['library']!r} is no longer that of the run in {out}; name another folder."
        )


def keeper(team: Team, out: Path) -> Callable[[Checkpoint], None]:
    """Return what writes checkpoint, history and logs after an epoch; nothing, on workers that are not the chief."""
    logs = ScalarLogs(out / "logs")

    def keep(checkpoint: Checkpoint) -> None:
        if not team.chief:
            return
        write_whole(out / CHECKPOINT, to_bytes(checkpoint))
        write_history(out, checkpoint)
        history = checkpoint.standing.history
        logs.write(checkpoint.standing.epoch, {name: values[-1] for name, values in history.items()})

    return keep


def write_history(out: Path, checkpoint: Checkpoint) -> None:
    """Write ``history.json``; the checkpoint has all of it, so that an interruption between the two loses nothing."""
    write_whole(out / "history.json", json.dumps(checkpoint.standing.history, indent=1))
