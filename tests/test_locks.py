"""Who may work in a folder, and what becomes of the lock of a process that is no more."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from xps_keras.errors import UsageError
from xps_keras.locks import alone

HOLD = """
import sys
from pathlib import Path
from xps_keras.locks import alone
with alone(Path(sys.argv[1]), "a training"):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_one_process_at_a_time_and_nothing_left(tmp_path: Path) -> None:
    lock = tmp_path / "training.lock"
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(lock)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with (
            pytest.raises(UsageError, match=rf"a training is going on here by process {other.pid} on ") as caught,
            alone(lock, "a training"),
        ):
            pass
        assert "training.lock" in str(caught.value)
        assert lock.exists()
        other.kill()
    assert json.loads(lock.read_text())["pid"] == other.pid  # stale
    with alone(lock, "a training"):
        assert json.loads(lock.read_text()) == {"pid": os.getpid(), "host": socket.gethostname()}
    assert os.listdir(tmp_path) == []


def test_a_lock_of_another_machine_stands_until_somebody_removes_it(tmp_path: Path) -> None:
    lock = tmp_path / "training.lock"
    lock.write_text(json.dumps({"pid": 7, "host": "spectrometer"}))
    with pytest.raises(UsageError, match="by process 7 on spectrometer"), alone(lock, "a training"):
        pass
    lock.unlink()
    with alone(lock, "a training"):
        pass


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b"\xff" * 100])
def test_a_lock_file_that_says_nothing_is_stale(content: bytes, tmp_path: Path) -> None:
    lock = tmp_path / "training.lock"
    lock.write_bytes(content)
    with alone(lock, "a training"):
        assert json.loads(lock.read_text())["pid"] == os.getpid()
    assert not lock.exists()


def test_a_stop_from_the_keyboard_leaves_no_lock(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), alone(tmp_path / "lock", "a training"):
        raise KeyboardInterrupt
    assert os.listdir(tmp_path) == []
