"""Everything a run needs to go on, in one file that is written whole."""

import io
import json
import zipfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xps_keras.errors import ModelError
from xps_keras.interrupts import undisturbed
from xps_keras.training.schedule import Patience, RunState


@dataclass(frozen=True)
class Checkpoint:
    """The state of a run between two epochs."""

    state: RunState
    arrays: dict[str, NDArray[Any]]
    """Weights, moments, averages and best weights, by name."""


@undisturbed()
def to_bytes(checkpoint: Checkpoint) -> bytes:
    """Return the contents of a checkpoint file."""
    text = json.dumps(asdict(checkpoint.state)).encode()
    target = io.BytesIO()
    save: Any = np.savez  # whose annotation takes every name for its own option
    save(target, standing=np.frombuffer(text, np.uint8), **checkpoint.arrays)
    return target.getvalue()


def from_bytes(data: bytes, path: Path) -> Checkpoint:
    """Read the contents of a checkpoint file.

    Args:
        data: The contents.
        path: Where they come from, for the message.

    Raises:
        ModelError: They are no checkpoint.
    """
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
        state: dict[str, Any] = json.loads(bytes(arrays.pop("standing")))
        for name in ("slower", "stop"):
            state[name] = Patience(**state[name])
        return Checkpoint(RunState(**state), arrays)
    except (ValueError, KeyError, TypeError, OSError, EOFError, zipfile.BadZipFile) as error:
        raise ModelError(f"{path} is damaged and the run cannot be resumed; start it again elsewhere.") from error
