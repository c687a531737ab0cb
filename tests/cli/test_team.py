"""Processes that share the files of a call: order, deaths, and a model that cannot be loaded."""

import sys
from pathlib import Path

import pytest

from xps_keras.cli import team
from xps_keras.cli.job import FileAnswer, Job, Settings
from xps_keras.errors import ModelError

WORKER = """
import json, os, sys, time
json.loads(sys.stdin.readline())
print(json.dumps({start}), flush=True)
for line in sys.stdin:
    path = json.loads(line)["path"]
    if path == "deadly":
        os._exit(9)
    if path == "slow":
        time.sleep(0.3)
    sample = {{"name": path, "row": {{}}, "warnings": [["code", "text"]], "entry": "", "report": "", "error": ""}}
    print(json.dumps({{"samples": [sample], "error": "", "passed_over": False, "problems": []}}), flush=True)
"""


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    start(monkeypatch, tmp_path, '{"ready": True}')


def start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, answer: str) -> None:
    """Let a script that only repeats names stand for the process that analyses."""
    script = tmp_path / "worker.py"
    script.write_text(WORKER.format(start=answer))
    monkeypatch.setattr(team, "COMMAND", (sys.executable, str(script)))


def asked(*paths: str, processes: int = 2) -> list[FileAnswer]:
    return list(team.Team([Job(path) for path in paths], Settings("pretrained"), processes))


@pytest.mark.usefixtures("serve")
def test_answers_come_in_the_order_of_the_files() -> None:
    paths = ["slow", *(f"{number}" for number in range(100))]
    assert [answer.samples[0].name for answer in asked(*paths)] == paths


@pytest.mark.usefixtures("serve")
def test_a_process_that_dies_costs_its_file_alone() -> None:
    answers = asked("a", "deadly", "b", "deadly", "deadly", "c")
    assert [bool(answer.error) for answer in answers] == [False, True, False, True, True, False]
    assert "deadly: the process that analysed it ended early (status 9)" in answers[1].error
    assert answers[5].samples[0].warnings == (("code", "text"),)


def test_a_model_that_cannot_be_loaded_is_said_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    start(monkeypatch, tmp_path, '{"error": "m.tflite: is broken.", "kind": "ModelError"}')
    with pytest.raises(ModelError, match="broken"):
        asked("a", "b", "c")


@pytest.mark.usefixtures("serve")
def test_a_caller_that_stops_ends_the_processes() -> None:
    running = team.Team([Job(str(number)) for number in range(1000)], Settings("pretrained"), 2)
    answers = iter(running)
    next(answers)
    processes = list(running._running)
    answers.close()  # type: ignore[attr-defined] # a generator
    assert processes
    assert all(process.poll() is not None for process in processes)
