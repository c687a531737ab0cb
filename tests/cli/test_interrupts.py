"""Ctrl-C at any moment of a command: one sentence and status 130, and nothing half-written."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from xps_keras import interrupts
from xps_keras.cli.train import _kept
from xps_keras.training.checkpoint import Checkpoint, to_bytes
from xps_keras.training.schedule import RunState

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="asks Linux how much of the processor was used")


def stopped_after(seconds: float, *arguments: str | Path) -> tuple[int, list[str]]:
    """Start a command, press Ctrl-C when it has used so much of the processor, return status and lines of stderr."""
    command = [sys.executable, "-m", "xps_keras", *map(str, arguments)]
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a child of `nohup` would pass Ctrl-C over
    try:
        process = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment,
            start_new_session=True,
        )  # fmt: skip
    finally:
        signal.signal(signal.SIGINT, before)
    try:
        while process.poll() is None and used(process.pid) < seconds:
            time.sleep(0.002)
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does
        stderr = process.communicate(timeout=120)[1]
    finally:
        process.kill()
    assert "Traceback" not in stderr
    return process.returncode, [line for line in stderr.splitlines() if line.strip()]


def until_it_listens() -> float:
    """Return how long Python needs here, in seconds of the processor, to come to the program's first line."""
    import resource  # Linux has it, as has every system that this file is not skipped on

    needed = []
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-c", "import xps_keras.interrupts"], cwd=ROOT, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        needed.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return max(needed)


def used(pid: int) -> float:
    numbers = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(numbers[11]) + int(numbers[12])) / os.sysconf("SC_CLK_TCK")


@pytest.fixture
def heard() -> Iterator[None]:
    """Let Ctrl-C be heard; a run in the background of a shell would pass it over."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


class _CtrlC:
    """What presses Ctrl-C when it is written."""

    presses = 0

    def __reduce__(self) -> tuple[type[str], tuple[()]]:
        _CtrlC.presses += 1
        os.kill(os.getpid(), signal.SIGINT)
        return str, ()


@pytest.mark.usefixtures("heard")
def test_a_checkpoint_that_is_begun_is_written_to_its_end() -> None:
    _CtrlC.presses = 0
    arrays = {"a": np.array([_CtrlC()]), "b": np.array([_CtrlC()])}
    with pytest.raises(KeyboardInterrupt):
        to_bytes(Checkpoint(RunState.start(1e-3), arrays))
    assert _CtrlC.presses == 2


@pytest.mark.usefixtures("heard")
def test_ctrl_c_in_a_block_hides_no_other_fault() -> None:
    @interrupts.undisturbed()
    def failing() -> None:
        os.kill(os.getpid(), signal.SIGINT)
        raise OSError("full")

    with pytest.raises(KeyboardInterrupt) as stopped:
        failing()
    assert isinstance(stopped.value.__context__, OSError)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.skipif(find_spec("keras") is None, reason="without the extra `train` it has ended before")
@pytest.mark.parametrize("seconds", [0.02, 0.06, 0.1, 0.2, 0.35])
def test_while_the_program_starts(seconds: float, tmp_path: Path) -> None:
    status, lines = stopped_after(until_it_listens() + seconds, "train", "--out", tmp_path / "run")
    assert (status, len(lines)) == (130, 1), lines
    assert lines[0].startswith("xps-keras: stopped from the keyboard")


@pytest.mark.slow
@pytest.mark.parametrize("seconds", [2.0, 5.0])
def test_a_training_says_how_to_go_on(seconds: float, tmp_path: Path) -> None:
    out = tmp_path / "run"
    settings = ("--model", "mlp", "--size", "512", "--epochs", "50", "--batch-size", "32")
    status, lines = stopped_after(seconds, "train", *settings, "--out", out)
    assert status == 130, lines
    assert lines[-1].startswith("xps-keras: stopped from the keyboard")
    assert ("--resume" in lines[-1]) == out.exists()
    assert not [path.name for path in out.glob("*") if "part" in path.name or path.suffix == ".lock"]


def test_what_is_kept_of_a_training_is_what_is_there(tmp_path: Path) -> None:
    assert _kept(tmp_path) == ""
    (tmp_path / "config.json").touch()
    assert "before the first epoch" in _kept(tmp_path)
    (tmp_path / "checkpoint.npz").touch()
    assert "last finished epoch is kept" in _kept(tmp_path)


@pytest.mark.slow
def test_an_experiment_says_how_to_go_on(tmp_path: Path) -> None:
    settings = ("shift", "--models", "mlp", "--max-shifts", "0", "--size", "512", "--epochs", "50")
    status, lines = stopped_after(6.0, "experiment", *settings, "--out", tmp_path / "out")
    assert status == 130, lines
    assert "the same command goes on" in lines[-1]
