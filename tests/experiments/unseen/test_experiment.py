"""The experiment on unseen polymers from training to figure, with a tiny network."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from xps_keras.cli import app as cli
from xps_keras.errors import ModelError, XpsKerasError
from xps_keras.experiments.unseen_experiment import UnseenPlan, run_experiment
from xps_keras.models.mlp import MLP
from xps_keras.models.networks import PRESETS, Preset

TINY = UnseenPlan(folds=(0, 3), model="mlp", size=64, epochs=1, validation_size=64, test_size=64)


def quiet(sentence: str) -> None:
    """Take a report for the user and say nothing."""


@pytest.fixture(scope="module", autouse=True)
def small() -> Iterator[None]:
    """Let `mlp` be a small network while these tests run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(PRESETS, "mlp", Preset(MLP((8,), dropout=0.0), 32, 1e-3, "plateau", 1, 64))
        yield


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a finished experiment: two recipes, two folds."""
    out = tmp_path_factory.mktemp("unseen")
    run_experiment(TINY, out, report=quiet, progress=False)
    return out


def written(folder: Path) -> dict[str, int]:
    """When each model and each file of answers was written."""
    files = [*folder.glob("*/model.keras"), *folder.glob("*/answers.npz")]
    return {str(path.relative_to(folder)): path.stat().st_mtime_ns for path in files}


@pytest.mark.slow
def test_the_folds_may_be_those_on_which_nothing_was_chosen(tmp_path: Path) -> None:
    plan = replace(TINY, recipes=("paper",), folds=(2,), division="part", test_recipe="instrument")
    found = run_experiment(plan, tmp_path, report=quiet, progress=False)
    config = json.loads((tmp_path / "paper_without_part_2" / "config.json").read_text())
    assert config["run"]["library"] == "polymers-without-part-2"
    assert found.test_recipe == "instrument"


@pytest.mark.slow
def test_networks_differ_in_recipe_and_fold_alone(finished: Path) -> None:
    configs = {path.parent.name: json.loads(path.read_text()) for path in finished.glob("*/config.json")}
    assert set(configs) == {f"{name}_without_fold_{fold}" for name in ("paper", "generalise") for fold in (0, 3)}
    for name, config in configs.items():
        fold = name[-1]
        assert config["run"]["library"] == f"polymers-without-fold-{fold}"
        assert config["run"]["recipe"] == name.split("_")[0]
        assert config["run"]["stream"] is True
    budgets = [{k: v for k, v in c["run"].items() if k not in ("recipe", "library")} for c in configs.values()]
    assert all(budget == budgets[0] for budget in budgets)
    content = json.loads((finished / "unseen.json").read_text())
    assert [trained["recipe"] for trained in content["trained"]] == ["paper", "generalise"]
    assert [trained["unseen"]["half"]["spectra"] for trained in content["trained"]] == [128, 128]
    assert content["budget"]["size"] == 64
    assert (finished / "unseen.png").stat().st_size > 20_000


@pytest.mark.slow
def test_what_stands_in_the_folder_is_not_done_again(finished: Path) -> None:
    before, content = written(finished), (finished / "unseen.json").read_bytes()
    (finished / "unseen.json").unlink()
    (finished / "paper_without_fold_3" / "answers.npz").unlink()
    run_experiment(TINY, finished, report=quiet, progress=False)
    after = written(finished)
    assert {name for name in before if before[name] != after[name]} == {"paper_without_fold_3/answers.npz"}
    assert (finished / "unseen.json").read_bytes() == content


@pytest.mark.slow
def test_another_budget_in_the_same_folder_is_refused(finished: Path) -> None:
    with pytest.raises(ModelError, match="other settings"):
        run_experiment(replace(TINY, size=96), finished, report=quiet, progress=False)


@pytest.mark.slow
def test_evaluate_unseen_prints_both_sides_of_one_model(finished: Path, tmp_path: Path) -> None:
    model = finished / "generalise_without_fold_3" / "model.keras"
    order = ["evaluate", str(model), "--unseen", "--size", "64", "--json", str(tmp_path / "u.json")]
    answer = CliRunner().invoke(cli.app, order)
    assert answer.exit_code == 0, answer.stderr
    for text in ("Trained on 'generalise' without fold 3", "seen", "unseen", "macro F1", "shift error", "pyridine"):
        assert text in answer.stdout
    content = json.loads((tmp_path / "u.json").read_text())
    whole = json.loads((finished / "unseen.json").read_text())
    assert content["trained"][0]["macro_f1_by_fold"] == whole["trained"][1]["macro_f1_by_fold"][1:]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"folds": (0, 5)}, "0 to 4"),
        ({"folds": ()}, "one fold or more"),
        ({"folds": (1, 1)}, "each once"),
        ({"recipes": ("papre",)}, "choose one of"),
        ({"recipes": ()}, "one recipe or more"),
        ({"model": "transformer"}, "choose one of"),
        ({"max_shift_ev": 11.0}, "largest shift"),
        ({"test_seed": 42}, "another seed"),
        ({"test_size": 0}, "at least 1"),
    ],
)
def test_what_cannot_be_done_is_said_before_anything_is_trained(
    changes: dict[str, Any], said: str, tmp_path: Path
) -> None:
    with pytest.raises(XpsKerasError, match=said):
        run_experiment(replace(TINY, **changes), tmp_path / "out", report=quiet, progress=False)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["experiment", "unseen", "--folds", "one", "--out", "out"], 2, "numbers separated by commas"),
        (["evaluate", "pretrained", "--unseen"], 1, "none is unseen"),
        (["evaluate", "pretrained", "--unseen", "--library", "mine"], 2, "--library"),
    ],
)
def test_commands_answer_in_one_sentence(
    arguments: list[str], status: int, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    answer = CliRunner().invoke(cli.app, arguments)
    assert answer.exit_code == status
    assert said in answer.stderr
    assert not list(tmp_path.iterdir())
