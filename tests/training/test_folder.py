"""The folder of a run: refused before the work, kept by one process, and nothing lost when the disk ends."""

import errno
import json
import os
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from xps_keras.errors import ModelError, UsageError
from xps_keras.models.mlp import MLP
from xps_keras.models.networks import PRESETS
from xps_keras.training import folder as folder_module
from xps_keras.training import run as run_module
from xps_keras.training.engine import Engine
from xps_keras.training.run import Run, train

TINY = Run(model="mlp", size=64, epochs=2, validation_size=32, batch_size=32, seed=3)


def quiet(sentence: str) -> None:
    """Take a report for the user and say nothing."""


@pytest.fixture(scope="module", autouse=True)
def small() -> Iterator[None]:
    """Let `mlp` be a small network while these tests run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(PRESETS, "mlp", replace(PRESETS["mlp"], network=MLP((8,))))
        yield


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a finished run, whose name holds what shells and code pages stumble over."""
    out = tmp_path_factory.mktemp("run") / os.fsdecode(b"a $b [1] \x1b[31m \xff")
    train(TINY, out, report=quiet)
    return out


def test_a_folder_may_have_any_name(finished: Path) -> None:
    assert {"model.keras", "config.json", "history.json", "checkpoint.npz", "logs"} <= set(os.listdir(finished))


def test_a_folder_that_cannot_be_written_is_refused_before_a_spectrum_is_drawn(
    disk: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def drawn(*_: Any, **__: Any) -> None:
        raise AssertionError("a spectrum was drawn")

    monkeypatch.setattr(run_module, "FixedCorpus", drawn)
    with pytest.raises(UsageError, match="Read-only file system"):
        train(TINY, disk("64k", "ro") / "run", report=quiet)
    with pytest.raises(UsageError, match=r"the results take some .* MB are free; make room"):
        train(TINY, disk("1m") / "run", report=quiet)
    with pytest.raises(UsageError, match="File name too long"):
        train(TINY, tmp_path / ("a" * 300), report=quiet)


def test_a_disk_that_ends_keeps_what_was_trained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(model: Any, out: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    out = tmp_path / "run"
    with monkeypatch.context() as later:
        later.setattr(run_module, "save_model", full)
        with pytest.raises(UsageError, match=r"No space left on device.*what was trained .* is kept.*--resume"):
            train(TINY, out, report=quiet)
    assert not (out / "model.keras").exists()
    said: list[str] = []
    train(TINY, out, resume=True, report=said.append)
    assert (out / "model.keras").exists()
    assert len(json.loads((out / "history.json").read_text())["loss"]) == TINY.epochs


def test_a_model_that_is_not_whole_is_none(tmp_path: Path) -> None:
    class Broken:
        def save(self, path: Path) -> None:
            path.write_bytes(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        folder_module.save_model(Broken(), tmp_path)
    assert os.listdir(tmp_path) == []


def test_two_trainings_never_share_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out, inside, go = tmp_path / "run", threading.Event(), threading.Event()
    original = Engine.step
    refused: list[str] = []

    def step(self: Engine, *arguments: Any) -> Any:
        inside.set()
        go.wait(60)
        return original(self, *arguments)

    def second() -> None:
        inside.wait(60)
        try:
            train(TINY, out, resume=True, report=quiet)
        except UsageError as error:
            refused.append(str(error))
        go.set()

    monkeypatch.setattr(Engine, "step", step)
    other = threading.Thread(target=second)
    other.start()
    train(TINY, out, report=quiet)
    other.join()
    assert f"a training is going on here by process {os.getpid()} on {socket.gethostname()}" in refused[0]
    assert (out / "model.keras").exists()
    assert not (out / "training.lock").exists()


def test_the_lock_of_a_killed_training_is_stale(finished: Path, tmp_path: Path) -> None:
    for name in ("config.json", "checkpoint.npz"):
        (tmp_path / name).write_bytes((finished / name).read_bytes())
    (tmp_path / "training.lock").write_text(json.dumps({"pid": 2**22 + 1, "host": socket.gethostname()}))
    train(TINY, tmp_path, resume=True, report=quiet)
    assert (tmp_path / "model.keras").exists()


@pytest.mark.parametrize("share", [0.0, 0.3, 0.99])
def test_an_empty_or_cut_checkpoint_is_a_sentence(share: float, finished: Path, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_bytes((finished / "config.json").read_bytes())
    whole = (finished / "checkpoint.npz").read_bytes()
    (tmp_path / "checkpoint.npz").write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(ModelError, match=r"checkpoint\.npz is damaged"):
        train(TINY, tmp_path, resume=True, report=quiet)


def test_a_changed_byte_of_a_checkpoint_is_never_trained_on(finished: Path, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_bytes((finished / "config.json").read_bytes())
    whole = (finished / "checkpoint.npz").read_bytes()
    with np.load(finished / "checkpoint.npz") as stored:
        inside = whole.index(stored["weight_0"].tobytes()[:64])
    for place in (inside, inside + 1000):
        spoiled = bytearray(whole)
        spoiled[place] ^= 1
        (tmp_path / "checkpoint.npz").write_bytes(spoiled)
        with pytest.raises(ModelError, match=r"checkpoint\.npz is damaged"):
            train(TINY, tmp_path, resume=True, report=quiet)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b'{"run": 3}', b"[" * 100_000, b"\xff"])
def test_a_damaged_configuration_is_a_sentence(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_bytes(content)
    with pytest.raises(ModelError, match=r"config\.json is damaged"):
        train(TINY, tmp_path, resume=True, report=quiet)
