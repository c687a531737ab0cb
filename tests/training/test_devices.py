"""Options and TF_CONFIG that name devices: what is understood and what is refused, with the reason."""

import json
from typing import Any

import pytest

from xps_keras.errors import InputError
from xps_keras.training.devices import Cluster, Devices, cluster_of, start

TWO = ("a:1", "b:2")


def tf_config(cluster: Any, task: Any) -> str:
    return json.dumps({"cluster": cluster, "task": task})


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TF_CONFIG", raising=False)


def test_one_process_unless_something_says_otherwise() -> None:
    assert cluster_of(Devices()) is None
    replicas = start(Devices())
    assert (replicas.count, replicas.workers, replicas.chief) == (1, 1, True)


def test_workers_by_options() -> None:
    assert cluster_of(Devices(workers=TWO, worker_index=1)) == Cluster(TWO, 1)


@pytest.mark.parametrize(
    ("cluster", "task", "index"),
    [
        ({"worker": ["a:1", "b:2"]}, {"type": "worker", "index": 1}, 1),
        ({"chief": ["a:1"], "worker": ["b:2"]}, {"type": "worker", "index": 0}, 1),
        ({"chief": ["a:1"], "worker": ["b:2"]}, {"type": "chief", "index": 0}, 0),
    ],
)
def test_workers_by_environment(cluster: Any, task: Any, index: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TF_CONFIG", tf_config(cluster, task))
    assert cluster_of(Devices()) == Cluster(TWO, index)
    assert cluster_of(Devices("one")) is None  # asked for one device, whatever the environment says


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("{", "must be JSON like"),
        ("[]", "must be JSON like"),
        (tf_config({"worker": ["a:1"]}, {}), "must be JSON like"),
        (tf_config({"worker": ["a:1"], "ps": ["b:2"]}, {"type": "ps", "index": 0}), "'chief' and 'worker'"),
        (tf_config({"worker": ["a:1"]}, {"type": "chief", "index": 0}), "must be one of them"),
        (tf_config({"worker": ["a:1", "b:2"]}, {"type": "worker", "index": 2}), "number 2"),
        (tf_config({"worker": ["a"]}, {"type": "worker", "index": 0}), "'a', which is not of the form host:port"),
    ],
)
def test_an_environment_that_cannot_be_used(text: str, named: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TF_CONFIG", text)
    with pytest.raises(InputError, match=named):
        start(Devices())


@pytest.mark.parametrize(
    ("devices", "named"),
    [
        (Devices("several"), "auto, one, mirrored, multiworker"),
        (Devices("multiworker"), "--workers"),
        (Devices(workers=TWO), "--worker-index"),
        (Devices(worker_index=0), "--workers"),
        (Devices("one", TWO, 0), "leave out --workers"),
        (Devices(workers=TWO, worker_index=2), "2 workers, numbered from 0"),
        (Devices(workers=("a:1", "a:1"), worker_index=0), "twice"),
        (Devices(workers=("a:0",), worker_index=0), "'a:0'"),
        (Devices(workers=("a:b",), worker_index=0), "'a:b'"),
    ],
)
def test_options_that_cannot_be_used(devices: Devices, named: str) -> None:
    with pytest.raises(InputError, match=named):
        start(devices)
