"""A training run: what it writes, what it refuses, how it goes on after an interruption."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from xps_keras.corpus import Corpus, recipe
from xps_keras.errors import InputError
from xps_keras.models.align import align
from xps_keras.models.blocks import Networks
from xps_keras.models.mlp import mlp
from xps_keras.models.networks import PRESETS, Preset, trained_on_groups
from xps_keras.training import run as run_module
from xps_keras.training.run import Run, train
from xps_keras.training.seeds import VALIDATION_SEED_OFFSET

TINY = Run(model="mlp", size=128, epochs=2, validation_size=32, batch_size=32, seed=3)


def quiet(sentence: str) -> None:
    """Take a report for the user and say nothing."""


def history_of(folder: Path) -> dict[str, list[float]]:
    return dict(json.loads((folder / "history.json").read_text()))


@pytest.fixture(scope="module", autouse=True)
def small() -> Iterator[None]:
    """Let `mlp` be a small network while these tests run.

    Without dropout, whose random numbers are no part of a checkpoint: an interrupted run can then be held against a
    whole one.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(
            PRESETS, "mlp", Preset(lambda: trained_on_groups(mlp((8,), dropout=0.0)), 64, 1e-4, "plateau", 4, 128)
        )
        yield


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a finished run."""
    out = tmp_path_factory.mktemp("run") / "deep" / "er"
    assert train(TINY, out, report=quiet) == out / "model.keras"
    return out


def test_a_run_leaves_model_history_and_configuration(finished: Path) -> None:
    config = json.loads((finished / "config.json").read_text())
    assert config["run"]["epochs"] == 2
    assert config["run"]["learning_rate"] == 1e-4  # the preset's, written down
    assert (config["model"], config["seed"], config["max_shift_ev"]) == ("mlp", 3, 3.0)
    assert sum(config["assessable"]) == 32
    assert {len(config["thresholds"]), len(config["calibration"]["scale"]), len(config["calibration"]["bias"])} == {40}
    history = history_of(finished)
    assert {"loss", "val_loss"} <= set(history)
    assert {len(values) for values in history.values()} == {2}
    model = keras.models.load_model(finished / "model.keras")
    assert set(model(np.zeros((1, 6601), np.float32))) >= {"logits", "shift_ev", "aligned"}
    assert not (finished / "partial.keras").exists()


def test_a_run_is_not_overwritten(finished: Path) -> None:
    before = (finished / "model.keras").read_bytes()
    with pytest.raises(InputError, match="--resume"):
        train(TINY, finished, report=quiet)
    assert (finished / "model.keras").read_bytes() == before


def test_resuming_a_finished_run_changes_nothing_and_says_so(finished: Path) -> None:
    before = [(finished / name).read_bytes() for name in ("model.keras", "history.json", "config.json")]
    said: list[str] = []
    train(TINY, finished, resume=True, report=said.append)
    assert [(finished / name).read_bytes() for name in ("model.keras", "history.json", "config.json")] == before
    assert "finished" in said[0]


def test_the_same_seed_gives_the_same_losses(finished: Path, tmp_path: Path) -> None:
    train(TINY, tmp_path / "again", report=quiet)
    for name, values in history_of(finished).items():
        assert history_of(tmp_path / "again")[name] == pytest.approx(values, rel=1e-4), name


def interrupt_in_epoch(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Ctrl-C be pressed in the middle of an epoch, counted from 0."""
    original = run_module._callbacks

    class Interrupt(keras.callbacks.Callback):  # type: ignore[misc]  # keras ships no types
        epoch = -1

        def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
            self.epoch = epoch

        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            if self.epoch == number and batch == 1:
                raise KeyboardInterrupt

    monkeypatch.setattr(run_module, "_callbacks", lambda *given: [*original(*given), Interrupt()])


@pytest.mark.slow
@pytest.mark.parametrize("stream", [False, True])
def test_an_interrupted_run_goes_on_from_its_last_whole_epoch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stream: bool
) -> None:
    wanted = Run(model="mlp", size=128, epochs=4, validation_size=32, batch_size=32, stream=stream, seed=3)
    train(wanted, tmp_path / "whole", report=quiet)
    out = tmp_path / "broken"
    with monkeypatch.context() as pressed:
        interrupt_in_epoch(2, pressed)
        with pytest.raises(KeyboardInterrupt):
            train(wanted, out, report=quiet)
    assert not (out / "model.keras").exists()
    assert len(history_of(out)["loss"]) == 2
    train(wanted, out, resume=True, report=quiet)
    for name, values in history_of(tmp_path / "whole").items():
        assert history_of(out)[name] == pytest.approx(values, rel=1e-3), name


def test_a_resumed_run_must_be_the_same_run(finished: Path) -> None:
    with pytest.raises(InputError, match="other settings"):
        train(Run(**{**TINY.__dict__, "seed": 4}), finished, resume=True, report=quiet)


def test_nothing_to_resume_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no training run in"):
        train(TINY, tmp_path / "nowhere", resume=True, report=quiet)
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"model": "transformer"}, "stn, mlp, cnn, align"),
        ({"recipe": "papre"}, "paper, instrument"),
        ({"mixing": "half"}, "'exact' or 'paper'"),
        ({"max_shift_ev": 99.0}, "between 0 and 10"),
        ({"size": 0}, "'size' must be at least 1"),
        ({"epochs": 0}, "'epochs'"),
        ({"batch_size": -2}, "'batch-size'"),
        ({"validation_size": 0}, "'validation-size'"),
        ({"seed": -1}, "seed"),
    ],
)
def test_bad_settings_are_refused_before_anything_is_written(
    tmp_path: Path, changes: dict[str, Any], named: str
) -> None:
    with pytest.raises(InputError, match=named):
        train(Run(**{**TINY.__dict__, **changes}), tmp_path / "run", report=quiet)
    assert not (tmp_path / "run").exists()


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be written"):
        train(TINY, tmp_path / "file" / "run", report=quiet)


def test_a_run_that_diverges_leaves_no_model(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="lower learning rate"):
        train(Run(**{**TINY.__dict__, "learning_rate": 1e38}), tmp_path / "run", report=quiet)
    assert not (tmp_path / "run" / "model.keras").exists()


def test_validation_spectra_are_never_those_of_training() -> None:
    training, validation = (
        Corpus(recipe("paper"), seed).batch(0, 256) for seed in (TINY.seed, TINY.seed + VALIDATION_SEED_OFFSET)
    )
    assert not set(map(bytes, training.intensity)) & set(map(bytes, validation.intensity))


@pytest.mark.slow
def test_our_network_learns_the_shift(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def small_align() -> Networks:
        return align(((278.0, 296.0),), max_shift_ev=1.6, judge_units=(64, 32), classifier_units=(16,))

    monkeypatch.setitem(PRESETS, "align", Preset(small_align, 64, 5e-3, "cosine", 10, 2048))
    train(Run(model="align", max_shift_ev=1.0, validation_size=512, seed=1), tmp_path, report=quiet)
    error = history_of(tmp_path)["val_shift_ev_shift_error_ev"]
    assert error[-1] < 0.2  # always guessing zero would be off by 0.5 eV on average
    assert error[-1] < error[0]
