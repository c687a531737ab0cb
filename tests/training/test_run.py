"""A training run: what it writes, what it refuses, how it goes on after an interruption."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from xps_keras.corpus import Corpus, recipe
from xps_keras.corpus.seeds import VALIDATION_SEED_OFFSET
from xps_keras.errors import InputError
from xps_keras.models import networks
from xps_keras.models.align import Align
from xps_keras.models.mlp import MLP
from xps_keras.models.networks import PRESETS, Preset
from xps_keras.training import run as run_module
from xps_keras.training import schedule
from xps_keras.training.batches import FixedCorpus, GlobalBatch
from xps_keras.training.devices import Devices, Replicas, start
from xps_keras.training.engine import Engine
from xps_keras.training.run import Run, train

TINY = Run(model="mlp", size=128, epochs=2, validation_size=32, batch_size=32, seed=3)


def quiet(sentence: str) -> None:
    """Take a report for the user and say nothing."""


def history_of(folder: Path) -> dict[str, list[float]]:
    return dict(json.loads((folder / "history.json").read_text()))


@pytest.fixture(scope="module", autouse=True)
def small() -> Iterator[None]:
    """Let `mlp` be a small network while these tests run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(PRESETS, "mlp", replace(PRESETS["mlp"], network=MLP((8,))))
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
    assert history_of(tmp_path / "again") == history_of(finished)


def weights_of_model(folder: Path) -> list[bytes]:
    return [weight.tobytes() for weight in keras.models.load_model(folder / "model.keras").get_weights()]


@pytest.mark.slow
@pytest.mark.parametrize(("stream", "average"), [(False, False), (True, True)])
def test_an_interrupted_run_ends_with_the_weights_of_a_whole_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stream: bool, average: bool
) -> None:
    wanted = replace(TINY, epochs=3, stream=stream, average=average)
    train(wanted, tmp_path / "whole", report=quiet)
    out = tmp_path / "broken"
    original = Engine.step

    def step(self: Engine, batch: GlobalBatch, rate: float, number: int) -> Any:
        if number == 6:  # the second step of the second epoch
            raise KeyboardInterrupt
        return original(self, batch, rate, number)

    with monkeypatch.context() as pressed:
        pressed.setattr(Engine, "step", step)
        with pytest.raises(KeyboardInterrupt):
            train(wanted, out, report=quiet)
    assert not (out / "model.keras").exists()
    assert len(history_of(out)["loss"]) == 1
    train(wanted, out, resume=True, report=quiet)
    assert weights_of_model(out) == weights_of_model(tmp_path / "whole")
    assert history_of(out) == history_of(tmp_path / "whole")


@pytest.mark.slow
def test_a_plateau_ends_the_run_with_its_best_weights_also_when_resumed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedule, "STOPPING_EPOCHS", 2)
    wanted = replace(TINY, epochs=9, learning_rate=0.3)  # so fast that validation soon gets worse
    train(wanted, tmp_path / "whole", report=quiet)
    losses = history_of(tmp_path / "whole")["val_loss"]
    assert len(losses) == int(np.argmin(losses)) + 3 < 9
    kept = keras.models.load_model(tmp_path / "whole" / "model.keras")
    held_out = Corpus(recipe("paper"), TINY.seed + VALIDATION_SEED_OFFSET).batch(0, TINY.validation_size)
    logits = np.asarray(kept(held_out.intensity)["logits"], np.float64)
    loss = np.mean(np.logaddexp(0.0, logits) - held_out.groups * logits)
    assert loss == pytest.approx(min(losses), rel=1e-4)
    (tmp_path / "whole" / "model.keras").unlink()  # as if killed while it was written
    (tmp_path / "whole" / "history.json").unlink()
    train(wanted, tmp_path / "whole", resume=True, report=quiet)
    assert history_of(tmp_path / "whole")["val_loss"] == losses
    again = keras.models.load_model(tmp_path / "whole" / "model.keras").get_weights()
    assert all(np.array_equal(one, other) for one, other in zip(again, kept.get_weights(), strict=True))


@pytest.mark.slow
@pytest.mark.parametrize("precision", ["mixed_bfloat16", "mixed_float16"])
def test_half_precision_learns_alike_and_leaves_a_full_precision_model(
    finished: Path, tmp_path: Path, precision: str
) -> None:
    before = keras.config.dtype_policy().name
    train(replace(TINY, precision=precision), tmp_path / "run", report=quiet)
    assert keras.config.dtype_policy().name == before
    assert history_of(tmp_path / "run")["loss"] == pytest.approx(history_of(finished)["loss"], rel=0.05)
    model = keras.models.load_model(tmp_path / "run" / "model.keras")
    assert {layer.dtype_policy.name for layer in model.layers} == {"float32"}


def test_averaged_weights_are_the_moving_average_of_every_step() -> None:
    replicas = start(Devices())
    engine = Engine(replicas, lambda: PRESETS["mlp"].network.build(), seed=1, precision="float32", average=True)
    expected = engine.weights()
    spectra = FixedCorpus(Corpus(recipe("paper"), 1), 96, 32, engine.inputs, engine.outputs, shuffle=1)
    for number, batch in enumerate(spectra.epoch(0)):
        engine.step(batch, 1e-2, number)
        decay = schedule.average_decay(number)
        expected = [decay * old + (1 - decay) * new for old, new in zip(expected, engine.weights(), strict=True)]
    for found, wanted in zip(engine.judged_weights(), expected, strict=True):
        np.testing.assert_allclose(found, wanted, rtol=1e-4, atol=1e-6)
    assert not np.allclose(engine.judged_weights()[0], engine.weights()[0], rtol=1e-3, atol=1e-4)


def test_a_batch_must_be_split_evenly() -> None:
    with pytest.raises(InputError, match="that 3 divides"):
        run_module._per_step(TINY, Replicas(SimpleNamespace(num_replicas_in_sync=3)))


def test_logs_hold_the_history_for_tensorboard(finished: Path) -> None:
    found: dict[tuple[str, str, int], float] = {}
    for part in ("training", "validation"):
        for path in (finished / "logs" / part).iterdir():
            for record in tf.data.TFRecordDataset(str(path)):
                event = tf.compat.v1.Event.FromString(record.numpy())
                for value in event.summary.value:
                    assert value.metadata.plugin_data.plugin_name == "scalars"
                    found[part, value.tag, event.step] = float(tf.make_ndarray(value.tensor))
    for name, values in history_of(finished).items():
        part = "validation" if name.startswith("val_") else "training"
        logged = [found[part, name.removeprefix("val_"), epoch + 1] for epoch in range(len(values))]
        assert logged == pytest.approx(values)


def test_a_run_of_an_earlier_version_is_refused_with_a_reason(finished: Path, tmp_path: Path) -> None:
    config = json.loads((finished / "config.json").read_text())
    for name in ("library", "precision", "average"):  # which that version did not have
        del config["run"][name]
    (tmp_path / "checkpoint").mkdir()
    (tmp_path / "config.json").write_text(json.dumps(config))
    with pytest.raises(InputError, match="earlier version"):
        train(TINY, tmp_path, resume=True, report=quiet)


@pytest.fixture
def broken(finished: Path, tmp_path: Path) -> Path:
    """The run, as if killed while the model was written; its last checkpoint is that of the last epoch."""
    for name in ("config.json", "checkpoint.npz"):
        (tmp_path / name).write_bytes((finished / name).read_bytes())
    return tmp_path


def test_a_run_is_gone_on_with_as_it_was_built_whatever_the_preset_says_today(
    finished: Path, broken: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = replace(PRESETS["mlp"], network=MLP((16, 4)), learning_rate=1.0, schedule="cosine")
    monkeypatch.setitem(PRESETS, "mlp", changed)
    train(TINY, broken, resume=True, report=quiet)
    assert weights_of_model(broken) == weights_of_model(finished)


def test_a_run_of_version_0_1_is_gone_on_with(finished: Path, broken: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(networks._FIRST, "mlp", (MLP((8,)), "plateau"))
    config = json.loads((broken / "config.json").read_text())
    for name in ("network", "schedule", "lines", "initial_weights"):  # which that version did not write
        del config[name]
    (broken / "config.json").write_text(json.dumps(config))
    train(TINY, broken, resume=True, report=quiet)
    assert weights_of_model(broken) == weights_of_model(finished)


def test_a_run_starts_from_given_weights_and_is_resumed_from_the_same(finished: Path, tmp_path: Path) -> None:
    out, start = tmp_path / "run", finished / "model.keras"
    slow = replace(TINY, learning_rate=1e-30, epochs=1)
    train(slow, out, report=quiet, initial_weights=start)
    before, after = (keras.models.load_model(folder / "model.keras") for folder in (finished, out))
    for old, new in zip(before.trainable_weights, after.trainable_weights, strict=True):
        np.testing.assert_array_equal(old, new)
    with pytest.raises(InputError, match="started from other weights"):
        train(slow, out, resume=True, report=quiet)
    train(slow, out, resume=True, report=quiet, initial_weights=start)


def test_weights_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    MLP((4,)).build().inference.save(tmp_path / "other.keras")
    with pytest.raises(InputError, match=r"other\.keras: these weights do not fit"):
        train(TINY, tmp_path / "run", report=quiet, initial_weights=tmp_path / "other.keras")
    with pytest.raises(InputError, match=r"none\.keras: this model cannot be read"):
        train(TINY, tmp_path / "more", report=quiet, initial_weights=tmp_path / "none.keras")


def test_a_damaged_checkpoint_is_named(finished: Path, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_bytes((finished / "config.json").read_bytes())
    (tmp_path / "checkpoint.npz").write_bytes((finished / "checkpoint.npz").read_bytes()[:1000])
    with pytest.raises(InputError, match=r"checkpoint\.npz is damaged"):
        train(TINY, tmp_path, resume=True, report=quiet)


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
        ({"model": "transformer"}, "choose one of: stn"),
        ({"recipe": "papre"}, "choose one of: paper"),
        ({"mixing": "half"}, "'exact' or 'paper'"),
        ({"max_shift_ev": 99.0}, "between 0 and 10"),
        ({"size": 0}, "'size' must be at least 1"),
        ({"epochs": 0}, "'epochs'"),
        ({"batch_size": -2}, "'batch-size'"),
        ({"validation_size": 0}, "'validation-size'"),
        ({"seed": -1}, "seed"),
        ({"precision": "float8"}, "mixed_bfloat16"),
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
    small_align = Align(((278.0, 296.0),), judge_units=(64, 32), classifier_units=(16,))
    monkeypatch.setitem(PRESETS, "align", Preset(small_align, 64, 5e-3, "cosine", 10, 2048))
    train(Run(model="align", max_shift_ev=1.0, validation_size=512, seed=1), tmp_path, report=quiet)
    error = history_of(tmp_path)["val_shift_ev_shift_error_ev"]
    assert error[-1] < 0.2  # always guessing zero would be off by 0.5 eV on average
    assert error[-1] < error[0]
