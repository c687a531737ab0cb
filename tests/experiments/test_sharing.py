"""Experiments shared by several machines: each training once, and a table only of all of them."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from xps_keras.cli.app import app
from xps_keras.errors import UsageError
from xps_keras.experiments import learning_curve, shift_experiment, unseen_experiment
from xps_keras.experiments.sharing import Share, share_of
from xps_keras.experiments.shift_experiment import ShiftPlan

LIST = ("10.0.0.1:2222", "10.0.0.2:2222")


def test_two_workers_give_the_table_of_one(plan: Callable[..., ShiftPlan], finished: Path, tmp_path: Path) -> None:
    said: list[str] = []
    folders = [tmp_path / "first", tmp_path / "second"]
    for index, folder in enumerate(folders):
        shift_experiment.do_share(plan(), folder, Share(2, index), report=said.append, progress=False)
    trained = [[path.name for path in sorted((folder / "models").iterdir())] for folder in folders]
    assert trained == [["mlp_0eV"], ["mlp_1eV"]]
    assert "Worker 1 of 2 has done its 1 of 2 trainings" in said[-1]
    assert not (folders[0] / "shift.json").exists()
    with pytest.raises(UsageError, match=r"1 of 2 trainings are missing or not finished \(mlp_1eV\)"):
        shift_experiment.shift_experiment(plan(), folders[0], report=said.append, progress=False, join=True)
    for name in ("models", "measured"):
        shutil.copytree(folders[1] / name, folders[0] / name, dirs_exist_ok=True)
    shift_experiment.shift_experiment(plan(), folders[0], report=said.append, progress=False, join=True)
    assert (folders[0] / "shift.json").read_text() == (finished / "shift.json").read_text()


def test_a_training_that_was_interrupted_counts_as_missing(
    plan: Callable[..., ShiftPlan], finished: Path, tmp_path: Path
) -> None:
    shutil.copytree(finished, tmp_path / "out")
    (tmp_path / "out" / "models" / "mlp_0eV" / "model.keras").unlink()
    with pytest.raises(UsageError, match="mlp_0eV"):
        shift_experiment.shift_experiment(plan(), tmp_path / "out", progress=False, join=True)


def test_carried_trainings_of_a_network_stay_together(
    plan: Callable[..., ShiftPlan], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []

    def trained(training: Any, model: str, shift: float, folder: Path, start: Path | None, report: Any) -> Path:
        done.append(f"{folder.name} from {start and start.name}")
        return folder

    monkeypatch.setattr(shift_experiment, "trained", trained)
    monkeypatch.setattr(shift_experiment, "load", lambda path: None)
    monkeypatch.setattr(shift_experiment, "measured", lambda *arguments: None)
    carried = plan(models=("mlp", "stn"), carry=True)
    shift_experiment.do_share(carried, tmp_path, Share(2, 1), report=lambda text: None)
    assert done == ["stn_0eV_carried from None", "stn_1eV_carried from stn_0eV_carried"]


def test_every_training_of_a_learning_curve_is_done_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[list[str]] = []
    monkeypatch.setattr(
        learning_curve, "_measured", lambda plan, one, *arguments: done[-1].append(f"{one.name} {one.size}")
    )
    wanted = learning_curve.LearningCurvePlan(models=("mlp", "stn"), sizes=(10, 20, 30))
    for index in range(4):
        done.append([])
        learning_curve.do_share(wanted, tmp_path, Share(4, index), report=lambda text: None)
    names = [f"{model} {size}" for model in ("mlp", "stn") for size in (10, 20, 30)]
    assert sorted(name for part in done for name in part) == sorted(names)
    assert max(len(part) for part in done) == 2
    with pytest.raises(UsageError, match="6 of 6 trainings are missing"):
        learning_curve.learning_curve(wanted, tmp_path, join=True)


def test_every_network_without_a_fold_is_trained_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    monkeypatch.setattr(unseen_experiment, "_ask", lambda plan, one, *arguments: done.append(one.folder.name))
    wanted = unseen_experiment.UnseenPlan(model="mlp", folds=(0, 1, 2))
    for index in range(2):
        unseen_experiment.do_share(wanted, tmp_path, Share(2, index), report=lambda text: None)
    recipes = ("paper", "generalise")
    assert sorted(done) == sorted(f"{name}_without_fold_{fold}" for name in recipes for fold in range(3))
    with pytest.raises(UsageError, match="paper_without_fold_0"):
        unseen_experiment.run_experiment(wanted, tmp_path, join=True)


def test_workers_are_named_as_for_a_training(monkeypatch: pytest.MonkeyPatch) -> None:
    assert share_of(LIST, 1, join=False) == Share(2, 1)
    with pytest.raises(UsageError, match="--worker-index"):
        share_of(LIST, None, join=False)
    with pytest.raises(UsageError, match="numbered from 0"):
        share_of(LIST, 2, join=False)
    assert share_of((), None, join=False).whole
    with pytest.raises(UsageError, match="leave --workers out"):
        share_of(LIST, 1, join=True)
    cluster = {"cluster": {"worker": list(LIST)}, "task": {"type": "worker", "index": 0}}
    monkeypatch.setenv("TF_CONFIG", json.dumps(cluster))
    assert share_of((), None, join=False) == Share(2, 0)
    assert share_of((), None, join=True).whole


def test_a_table_of_nothing_is_one_sentence(tmp_path: Path) -> None:
    order = ["experiment", "shift", "--models", "mlp", "--out", str(tmp_path / "out"), "--join"]
    answer = CliRunner().invoke(app, order)
    assert answer.exit_code == 1
    assert answer.stderr.count("\n") == 1
    assert "6 of 6 trainings are missing" in answer.stderr
    assert not (tmp_path / "out").exists()
