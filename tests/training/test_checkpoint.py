"""A checkpoint gives back what it was given, or says that it cannot."""

from pathlib import Path

import numpy as np
import pytest

from xps_keras.errors import InputError
from xps_keras.training.checkpoint import Checkpoint, from_bytes, to_bytes
from xps_keras.training.schedule import RunState


@pytest.fixture
def checkpoint() -> Checkpoint:
    state = RunState.start(0.1).after({"loss": 0.3, "val_loss": 1 / 3}).after({"loss": 0.2, "val_loss": 0.7})
    return Checkpoint(state, {"weight_0": np.array([[-0.0, 1e-45, 3.1]], np.float32), "scale": np.zeros(2)})


def test_every_bit_comes_back(checkpoint: Checkpoint) -> None:
    found = from_bytes(to_bytes(checkpoint), Path("c.npz"))
    assert found.state == checkpoint.state
    assert {name: array.tobytes() for name, array in found.arrays.items()} == {
        name: array.tobytes() for name, array in checkpoint.arrays.items()
    }


def test_a_run_that_has_not_improved_yet_can_be_kept() -> None:
    fresh = Checkpoint(RunState.start(0.1), {})
    assert from_bytes(to_bytes(fresh), Path("c.npz")).state == fresh.state


def test_a_damaged_file_is_named(checkpoint: Checkpoint) -> None:
    data = to_bytes(checkpoint)
    for damaged in (b"", b"PK", data[: len(data) // 2], b"x" * len(data)):
        with pytest.raises(InputError, match=r"c\.npz is damaged"):
            from_bytes(damaged, Path("c.npz"))
