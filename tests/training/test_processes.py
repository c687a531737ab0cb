"""Training in processes of their own: killed and resumed, on two devices, by two workers.

The tight comparisons use the paper's STN without dropout, whose draws differ between replicas; batch normalisation is
in it, and takes its moments over all replicas.
"""

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

SCRIPT = Path(__file__).with_name("small_run.py")
PATIENCE_S = 200.0
"""Far beyond what any of this takes, even on a machine busy with other things."""

pytestmark = pytest.mark.slow


def started(order: dict[str, Any]) -> "subprocess.Popen[str]":
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    environment.pop("TF_CONFIG", None)
    command = [sys.executable, str(SCRIPT), json.dumps(order)]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment, encoding="utf-8"
    )


def ended(*processes: "subprocess.Popen[str]") -> list[tuple[int, str, str]]:
    """Exit status, stdout and stderr of each; all are ended even if one never would."""
    try:
        answers = [process.communicate(timeout=PATIENCE_S) for process in processes]
        return [(process.returncode, *answer) for process, answer in zip(processes, answers, strict=True)]
    finally:
        for process in processes:
            process.kill()


def stored(path: Path) -> dict[str, bytes]:
    with np.load(path) as arrays:
        return {name: arrays[name].tobytes() for name in arrays.files}


def history(out: Path) -> dict[str, list[float]]:
    return dict(json.loads((out / "history.json").read_text()))


def free_addresses(count: int) -> list[str]:
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    addresses = [f"127.0.0.1:{one.getsockname()[1]}" for one in sockets]
    for one in sockets:
        one.close()
    return addresses


def workers(order: dict[str, Any], folder: Path, **further: dict[int, Any]) -> list["subprocess.Popen[str]"]:
    """Start two workers with one run; ``further`` holds entries for one of them. Only the chief's folder may appear."""
    addresses = free_addresses(2)
    return [
        started(
            {
                **order,
                "out": order["out"] if index == 0 else str(folder / "not-the-chiefs"),
                "weights": str(folder / f"worker_{index}.npz"),
                "devices": {"strategy": "auto", "workers": addresses, "worker_index": index},
                **{name: values[index] for name, values in further.items() if index in values},
            }
        )
        for index in range(2)
    ]


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system kills without a signal")
def test_killed_in_its_second_epoch_and_resumed_a_run_ends_with_equal_bytes(tmp_path: Path) -> None:
    run = {"model": "mlp", "size": 256, "epochs": 3, "validation_size": 32, "batch_size": 32, "seed": 3}
    whole = {"run": run, "out": str(tmp_path / "whole")}
    broken = {"run": run, "out": str(tmp_path / "broken")}
    assert ended(started(whole))[0][0] == 0
    assert ended(started({**broken, "kill_at": 12}))[0][0] == -signal.SIGKILL
    assert len(history(tmp_path / "broken")["loss"]) == 1
    assert not (tmp_path / "broken" / "model.keras").exists()
    assert ended(started({**broken, "resume": True}))[0][0] == 0
    # The last checkpoint holds weights, batch statistics, moments and best weights.
    assert stored(tmp_path / "broken" / "checkpoint.npz") == stored(tmp_path / "whole" / "checkpoint.npz")
    assert history(tmp_path / "broken") == history(tmp_path / "whole")


STN = {"model": "stn", "size": 192, "epochs": 2, "validation_size": 40, "batch_size": 32, "seed": 3}


@pytest.fixture(scope="module")
def one_replica(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the run on one device, and its weights."""
    out = tmp_path_factory.mktemp("one")
    answer = ended(started({"run": STN, "out": str(out), "weights": str(out / "weights.npz")}))[0]
    assert answer[0] == 0, answer[2]
    assert "replicas 1" in answer[1]
    return out


def assert_alike(out: Path, one: Path) -> None:
    for name, values in history(one).items():
        assert history(out)[name] == pytest.approx(values, rel=1e-5), name
    assert history(one)["loss"][1] < history(one)["loss"][0]


def assert_weights_alike(path: Path, one: Path) -> None:
    """Within a part of what a weight can move in one step of 1e-4: Adam magnifies rounding in small gradients."""
    with np.load(path) as found, np.load(one / "weights.npz") as wanted:
        for name in wanted.files:
            np.testing.assert_allclose(found[name], wanted[name], rtol=1e-3, atol=5e-5)


def test_two_devices_follow_the_loss_curve_of_one(one_replica: Path, tmp_path: Path) -> None:
    order = {"run": STN, "out": str(tmp_path / "run"), "logical": 2, "devices": {"strategy": "mirrored"}}
    status, said, complaint = ended(started({**order, "weights": str(tmp_path / "weights.npz")}))[0]
    assert status == 0, complaint
    assert "replicas 2" in said
    assert_alike(tmp_path / "run", one_replica)
    assert_weights_alike(tmp_path / "weights.npz", one_replica)


def test_two_workers_follow_the_loss_curve_of_one_device(one_replica: Path, tmp_path: Path) -> None:
    answers = ended(*workers({"run": STN, "out": str(tmp_path / "run")}, tmp_path))
    assert [answer[0] for answer in answers] == [0, 0], answers
    assert "replicas 2" in answers[1][1]
    assert_alike(tmp_path / "run", one_replica)
    assert stored(tmp_path / "worker_0.npz") == stored(tmp_path / "worker_1.npz")
    assert_weights_alike(tmp_path / "worker_0.npz", one_replica)
    assert not (tmp_path / "not-the-chiefs").exists()


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system kills without a signal")
def test_a_worker_that_dies_ends_the_others_and_the_run_resumes(one_replica: Path, tmp_path: Path) -> None:
    order = {"run": STN, "out": str(tmp_path / "run")}
    chief, other = ended(*workers(order, tmp_path, kill_at={1: 8}))
    assert (chief[0], other[0]) == (1, -signal.SIGKILL), (chief, other)
    assert "lost the others" in chief[2]
    assert "--resume" in chief[2]
    assert "Traceback" not in chief[2]
    answers = ended(*workers({**order, "resume": True}, tmp_path))
    assert [answer[0] for answer in answers] == [0, 0], answers
    assert_alike(tmp_path / "run", one_replica)
    assert stored(tmp_path / "worker_0.npz") == stored(tmp_path / "worker_1.npz")


def test_what_the_chief_cannot_do_ends_all_workers(tmp_path: Path) -> None:
    out = tmp_path / "run"
    answers = ended(*workers({"run": STN, "out": str(out), "resume": True}, tmp_path))
    assert [answer[0] for answer in answers] == [1, 1], answers
    assert all(f"There is no training run in {out} to resume" in answer[2] for answer in answers)


def test_a_worker_whose_fellows_never_start_ends(tmp_path: Path) -> None:
    devices: dict[str, Any] = {"workers": free_addresses(2), "worker_index": 0, "patience_s": 3.0}
    status, _, complaint = ended(started({"run": STN, "out": str(tmp_path / "run"), "devices": devices}))[0]
    assert status == 1
    assert f"waiting for the other workers ({devices['workers'][1]})" in complaint
    assert "within 3 s" in complaint
    assert not (tmp_path / "run").exists()
