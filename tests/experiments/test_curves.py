"""Learning curve, error against counts, and the command line of the experiments."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from xps_keras.cli.app import app
from xps_keras.corpus import Corpus, recipe
from xps_keras.errors import UsageError
from xps_keras.experiments import noise_experiment
from xps_keras.experiments.measurements import Test
from xps_keras.experiments.noise_experiment import NoisePlan, with_counts
from xps_keras.metadata import Metadata
from xps_keras.runtime import Runtime


def quiet(sentence: str) -> None:
    """Take a report for the user and say nothing."""


def run(*words: str | Path) -> Any:
    return CliRunner().invoke(app, ["experiment", *map(str, words)])


def test_fewer_counts_make_rougher_spectra() -> None:
    def roughness(counts: float) -> float:
        spectra = Corpus(with_counts(recipe("instrument"), counts), 7).batch(0, 64).intensity
        return float(np.median(np.abs(np.diff(spectra, 2, axis=1)).mean(axis=1)))

    few, many = roughness(100.0), roughness(100_000.0)
    assert few > 5 * many


@pytest.mark.parametrize(("name", "counts"), [("paper", 1000.0), ("instrument", 0.0), ("instrument", float("nan"))])
def test_counts_that_make_no_sense(name: str, counts: float) -> None:
    with pytest.raises(UsageError, match=r"[Cc]ounts"):
        with_counts(recipe(name), counts)


def test_noise_of_a_model_that_reads_noise(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stand-in that knows every answer but is off by the roughness of the spectrum it is shown."""

    class Reader:
        def __init__(self) -> None:
            self.asked: list[float] = []

        def __call__(self, intensity: np.ndarray) -> dict[str, np.ndarray]:
            rough = np.abs(np.diff(intensity, 2, axis=1)).mean(axis=1, keepdims=True)
            self.asked.append(float(rough.mean()))
            return {
                "probabilities": np.full((len(intensity), 40), 0.4, np.float32),
                "shift_ev": rough * 1000.0,
                "aligned": intensity,
            }

    metadata = Metadata("reader", "instrument", 3, 5.0, (0.5,) * 40, (True,) * 40, "0.1.0", "0" * 64, "none")
    reader = Reader()
    monkeypatch.setattr(
        noise_experiment, "load", lambda source: Runtime(Path("reader.tflite"), "f" * 64, metadata, reader)
    )
    plan = NoisePlan(models={"reader": "reader.tflite"}, counts=(100.0, 10_000.0), max_shift_ev=0.0, test=Test(128, 7))
    found = noise_experiment.noise_experiment(plan, tmp_path, report=quiet, progress=False)
    few, many = found["rows"][0]["points"]
    assert (few["peak_counts"], many["peak_counts"]) == (100.0, 10_000.0)
    assert few["shift_mean_absolute_ev"] > 2 * many["shift_mean_absolute_ev"]
    assert found == json.loads((tmp_path / "noise.json").read_text())
    assert (tmp_path / "noise.png").read_bytes().startswith(b"\x89PNG")
    calls = len(reader.asked)
    assert noise_experiment.noise_experiment(plan, tmp_path, report=quiet, progress=False) == found
    assert len(reader.asked) == calls  # measured once


@pytest.mark.slow
def test_a_learning_curve_from_the_command_line(tmp_path: Path) -> None:
    words = ("learning-curve", "--models", "mlp", "--sizes", "64,128", "--epochs", "1", "--validation-size", "32")
    done = run(*words, "--test-size", "64", "--max-shift", "0", "--out", tmp_path)
    assert done.exit_code == 0, done.output
    found = json.loads((tmp_path / "learning_curve.json").read_text())
    assert [point["size"] for point in found["rows"][0]["points"]] == [64, 128]
    assert [point["training"]["spectra_seen"] for point in found["rows"][0]["points"]] == [64, 128]
    assert found["published"]["exact_match_by_size"]["80000"] == 0.727
    assert (tmp_path / "learning_curve.png").read_bytes().startswith(b"\x89PNG")
    assert "spectra" in done.stdout
    assert str(tmp_path / "learning_curve.json") in done.stdout.replace("\n", "")


def test_shift_from_the_command_line(finished: Path) -> None:
    words = ("--models", "mlp", "--max-shifts", "0,1", "--size", "128", "--epochs", "2", "--validation-size", "32")
    done = run("shift", *words, "--seed", "3", "--test-size", "96", "--out", finished)
    assert done.exit_code == 0, done.output  # the same settings as the finished experiment's, word for word
    assert "stn, published" in done.stdout
    assert str(finished / "shift.png") in done.stdout.replace("\n", "")


@pytest.mark.parametrize(
    ("words", "status", "named"),
    [
        (("shift", "--max-shifts", "0,x"), 2, "--max-shifts"),
        (("shift", "--models", "stn,none"), 1, "none"),
        (("shift", "--models-from", "a"), 1, "--models-from"),
        (("learning-curve", "--sizes", "200,100"), 1, "ascending"),
        (("learning-curve", "--sizes", "0.5,100"), 2, "whole numbers"),
        (("noise", "--models-from", "a=x,a=y"), 2, "--models-from"),
        (("noise", "--counts", "0,10"), 1, "positive"),
        (("noise", "--models-from", "a=nowhere.tflite"), 1, "nowhere.tflite"),
    ],
)
def test_wrong_options_are_one_sentence(words: tuple[str, ...], status: int, named: str, tmp_path: Path) -> None:
    done = run(*words, "--out", tmp_path / "out")
    assert done.exit_code == status
    assert named in done.stderr
    assert "Traceback" not in done.output
