"""The shift experiment: what it trains, measures, uses again and refuses."""

import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from rich.console import Console

from xps_keras.errors import InputError
from xps_keras.evaluation import answers
from xps_keras.evaluation.evaluate import evaluate
from xps_keras.experiments import measurements, trained_models
from xps_keras.experiments.measurements import Measurement, Test, loss
from xps_keras.experiments.published import EXACT_MATCH_BY_SHIFT
from xps_keras.experiments.shift_experiment import Given, Plan, parse_given, shift_experiment
from xps_keras.experiments.shift_table import print_table
from xps_keras.models.networks import PRESETS

Build = Callable[..., Plan]


def quiet(sentence: str) -> None:
    """Take a report for the user and say nothing."""


def result_of(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / "shift.json").read_text()))


def model_of(folder: Path, shift: str = "1eV") -> str:
    return str(folder / "models" / f"mlp_{shift}" / "model.keras")


def test_every_model_is_trained_and_tested_at_its_own_shift(finished: Path) -> None:
    found = result_of(finished)
    (row,) = found["rows"]
    assert (row["name"], row["protocol"]) == ("mlp", "one model per shift")
    assert [cell["max_shift_ev"] for cell in row["cells"]] == [0.0, 1.0]
    assert [cell["trained_to_ev"] for cell in row["cells"]] == [0.0, 1.0]
    assert len({cell["model"]["weights_sha256"] for cell in row["cells"]}) == 2
    assert row["cells"][0]["training"] == {
        "epochs": 2, "spectra_per_epoch": 128, "spectra_seen": 256, "streamed": False,
    }  # fmt: skip
    assert found["published"]["exact_match_by_max_shift"]["stn"][3] == 0.8152
    assert (finished / "shift.png").read_bytes().startswith(b"\x89PNG")


def test_figures_are_those_of_evaluate(finished: Path) -> None:
    cell = result_of(finished)["rows"][0]["cells"][1]
    same = evaluate(model_of(finished), "paper", 1.0, 96, 7, progress=False).to_dict()
    assert cell["exact_match_at_half"] == same["exact_match"]["all_groups_at_half"]
    assert cell["micro_f1"] == same["micro"]["f1"]
    assert cell["shift_mean_absolute_ev"] == same["shift"]["mean_absolute_ev"]
    assert cell["shift_mean_absolute_ev"] == pytest.approx(0.5, abs=0.1)  # an mlp always says 0 eV
    assert sum(entry["spectra"] for entry in cell["by_shift_size"]) == 96


def test_finished_work_is_not_done_again(finished: Path, plan: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    before = {path: path.read_bytes() for path in finished.rglob("*.json")}
    weights = Path(model_of(finished)).stat().st_mtime_ns

    def nobody(*given: object, **named: object) -> None:
        raise AssertionError("measured again")

    monkeypatch.setattr(measurements, "gather", nobody)
    said: list[str] = []
    shift_experiment(plan(), finished, report=said.append, progress=False)
    assert {path: path.read_bytes() for path in finished.rglob("*.json")} == before
    assert Path(model_of(finished)).stat().st_mtime_ns == weights
    assert sum("finished" in sentence for sentence in said) == 2


def test_an_interrupted_experiment_goes_on(
    finished: Path, plan: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(finished / "models", tmp_path / "models")
    original = answers.gather
    asked: list[float] = []

    def press(runtime: Any, corpus: Any, *rest: Any, **named: Any) -> Any:
        asked.append(corpus.recipe.max_shift_ev)
        if len(asked) == 2:
            raise KeyboardInterrupt
        return original(runtime, corpus, *rest, **named)

    monkeypatch.setattr(measurements, "gather", press)
    with pytest.raises(KeyboardInterrupt):
        shift_experiment(plan(), tmp_path, report=quiet, progress=False)
    assert not (tmp_path / "shift.json").exists()
    shift_experiment(plan(), tmp_path, report=quiet, progress=False)
    assert asked == [0.0, 1.0, 1.0]  # the first measurement was kept
    assert result_of(tmp_path) == result_of(finished)


def test_a_folder_with_other_settings_is_refused(finished: Path, plan: Build) -> None:
    other = trained_models.Training(size=128, epochs=2, validation_size=32, seed=4)
    with pytest.raises(InputError, match="other settings"):
        shift_experiment(plan(training=other), finished, report=quiet, progress=False)


def test_one_model_is_tested_at_every_shift_also_beyond_its_own(finished: Path, plan: Build, tmp_path: Path) -> None:
    shutil.copytree(finished / "models", tmp_path / "models")  # the one model is trained already
    wanted = plan(one_model_at_ev=1.0, max_shifts_ev=(0.0, 0.5, 2.0))
    found = shift_experiment(wanted, tmp_path, report=quiet, progress=False)
    (row,) = found["rows"]
    assert row["protocol"] == "one model"
    assert [cell["trained_to_ev"] for cell in row["cells"]] == [1.0] * 3
    assert len({cell["model"]["weights_sha256"] for cell in row["cells"]}) == 1
    # The network that does not look for the shift is off by half the largest one on average.
    assert [cell["shift_mean_absolute_ev"] for cell in row["cells"]] == pytest.approx([0.0, 0.25, 1.0], abs=0.15)
    assert row["cells"][0]["penalty"]["points"] == 0.0


def test_trained_models_join_the_table(finished: Path, plan: Build, tmp_path: Path) -> None:
    given = (
        Given("ours", 0.0, model_of(finished, "0eV")),
        Given("ours", 1.0, model_of(finished)),
        Given("wide", None, model_of(finished)),
    )
    found = shift_experiment(plan(models=(), given=given), tmp_path, report=quiet, progress=False)
    ours, wide = found["rows"]
    assert (ours["name"], wide["name"]) == ("ours", "wide")
    separate = result_of(finished)["rows"][0]["cells"]
    for cell, other in zip(ours["cells"], separate, strict=True):
        assert cell["exact_match_at_half"] == other["exact_match_at_half"]
        assert cell["penalty"] == other["penalty"]
    assert wide["cells"][1]["micro_f1"] == separate[1]["micro_f1"]
    assert found["training"] is None
    assert not (tmp_path / "models").exists()


@pytest.mark.slow
def test_carried_weights_are_where_the_next_training_starts(finished: Path, tmp_path: Path) -> None:
    def kernel(model: Any) -> np.ndarray:
        return next(weight for weight in model.get_weights() if weight.shape == (6601, 8))

    one_step = trained_models.Training(size=64, epochs=1, validation_size=32, seed=5)
    start = Path(model_of(finished, "0eV"))
    carried = trained_models.trained(one_step, "mlp", 1.0, tmp_path / "run", start, quiet)
    before, after = kernel(keras.models.load_model(start)), kernel(keras.models.load_model(carried))
    # One step of Adam moves a weight by no more than its learning rate of 0.001.
    assert 0 < np.abs(after - before).max() < 0.0011
    keras.utils.set_random_seed(5)
    assert np.abs(kernel(PRESETS["mlp"].network.build().inference) - before).max() > 0.02


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"models": ()}, "nothing to measure"),
        ({"models": ("transformer",)}, "transformer"),
        ({"models": ("mlp", "mlp")}, "name of its own"),
        ({"given": (Given("mlp", None, "x"),)}, "name of its own"),
        ({"given": (Given("a", 0.0, "x"), Given("a", 0.0, "y"))}, "name of its own"),
        ({"given": (Given("a", 3.0, "x"),)}, "no column for 3 eV"),
        ({"max_shifts_ev": ()}, "ascending"),
        ({"max_shifts_ev": (1.0, 0.0)}, "ascending"),
        ({"max_shifts_ev": (0.0, 11.0)}, "between 0 and 10"),
        ({"one_model_at_ev": 12.0}, "between 0 and 10"),
        ({"one_model_at_ev": 2.0, "carry": True}, "--carry"),
        ({"test": Test(size=96, seed=3)}, "trained on spectra of the seed 3"),
    ],
)
def test_plans_that_make_no_sense(
    finished: Path, plan: Build, tmp_path: Path, changes: dict[str, Any], words: str
) -> None:
    # The last one can only be seen when the model is there.
    out = finished if "test" in changes else tmp_path / "out"
    with pytest.raises(InputError, match=words):
        shift_experiment(plan(**changes), out, report=quiet, progress=False)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("stn=run/model.keras", Given("stn", None, "run/model.keras")),
        ("stn@0.5=a=b.keras", Given("stn", 0.5, "a=b.keras")),
    ],
)
def test_given_models_are_read(text: str, given: Given) -> None:
    assert parse_given(text) == given


@pytest.mark.parametrize("text", ["stn", "=a", "stn=", "stn@x=a", "stn@-1=a", "@1=a"])
def test_given_models_of_another_form_are_refused(text: str) -> None:
    with pytest.raises(InputError, match="NAME@EV=PATH"):
        parse_given(text)


def test_loss_of_exact_match_by_hand() -> None:
    before = Measurement({}, np.array([True] * 90 + [False] * 10))
    after = Measurement({}, np.array([True] * 80 + [False] * 20))
    found = loss(before, after)
    assert found["points"] == 10.0
    # 100 paired differences, of which ten are 1: standard error 3 points.
    assert found["high"] - found["points"] == pytest.approx(1.96 * 3.0, abs=0.01)
    assert loss(before, before) == {"points": 0.0, "low": 0.0, "high": 0.0}


def test_the_table_shows_ours_beside_the_published(finished: Path) -> None:
    written = io.StringIO()
    print_table(result_of(finished), Console(width=80, file=written))
    lines = written.getvalue().splitlines()
    published = next(line for line in lines if line.startswith("stn, published"))
    assert published.split()[-2:] == ["86.6", "85.9"]
    ours = next(line for line in lines if line.startswith("mlp "))
    cells = result_of(finished)["rows"][0]["cells"]
    assert [float(word) for word in ours.split()[-2:]] == [
        round(100 * cell["exact_match_at_half"]["fraction"], 1) for cell in cells
    ]
    assert "…" not in written.getvalue()


def test_published_penalties_are_those_the_paper_comes_down_to() -> None:
    stn, mlp = EXACT_MATCH_BY_SHIFT["stn"], EXACT_MATCH_BY_SHIFT["mlp"]
    assert (stn[0] - stn[3], stn[0] - stn[5]) == pytest.approx((0.051, 0.193), abs=5e-4)
    assert (mlp[0] - mlp[3], mlp[0] - mlp[5]) == pytest.approx((0.325, 0.415), abs=5e-4)
