"""The shipped model of the paper's task: by its name everywhere, as good as its card says, and for nothing else."""

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

import xps_keras as xk
from xps_keras.cli import app as cli
from xps_keras.corpus import Corpus, recipe
from xps_keras.errors import ModelError
from xps_keras.pretrained import PAPER, SHIPPED
from xps_keras.runtime import load
from xps_keras.runtime.loading import load_artefact
from xps_keras.runtime.serving_graph import graph_of
from xps_keras.runtime.trained import load_trained

EXAMPLE = Path(__file__).parents[2] / "examples" / "charged_pet.vms"


@pytest.mark.parametrize("max_shift_ev", [0.0, 8.0])
def test_it_names_nearly_all_groups_of_fresh_mixtures_at_any_shift(max_shift_ev: float) -> None:
    """Its figure is 99.9 %; two of 128 wrong are already unlikely, and 96 % is what it was made to reach."""
    batch = Corpus(recipe("paper", max_shift_ev), seed=4711).batch(0, 128)
    found = xk.load_model(PAPER).run(batch.intensity)
    right = ((found["probabilities"] >= 0.5) == (batch.groups > 0.5)).all(axis=1)
    assert right.mean() > 0.96
    assert np.median(np.abs(found["shift_ev"][:, 0] - batch.shift_ev)) < 1e-3


def test_the_command_measures_it_by_its_name(tmp_path: Path) -> None:
    words = ["evaluate", PAPER, "--recipe", "paper", "--max-shift", "8", "--size", "64", "--seed", "5"]
    answer = CliRunner().invoke(cli.app, [*words, "--json", str(tmp_path / "e.json")])
    assert answer.exit_code == 0, answer.output
    figures = json.loads((tmp_path / "e.json").read_text())
    assert figures["test"]["max_shift_ev"] == 8.0
    assert figures["exact_match"]["all_groups_at_half"]["fraction"] > 0.9


def test_the_golden_file_is_repeated() -> None:
    with np.load(SHIPPED[PAPER] / "golden.npz") as golden:
        found = load(PAPER).run(golden["intensity"])
        for name, values in found.items():
            scale = golden[name].max(axis=-1, keepdims=True) if name == "aligned" else 1.0
            assert np.abs((values - golden[name]) / scale).max() <= golden[f"tolerance/{name}"]


def test_keras_file_and_artefact_are_one_model() -> None:
    shipped, trained = load(PAPER), load_trained(PAPER)
    assert trained.metadata.weights_sha256 == shipped.metadata.weights_sha256
    assert trained.metadata.network == shipped.metadata.network
    spectra = Corpus(recipe("paper", 8.0), seed=12).batch(0, 16).intensity
    expected, found = graph_of(trained)(spectra), shipped.run(spectra)
    for name, tolerance in (("probabilities", 5e-3), ("shift_ev", 1e-4)):
        np.testing.assert_allclose(found[name], np.asarray(expected[name]), rtol=0, atol=tolerance)


def test_its_weights_are_halves_without_loss() -> None:
    """What was learnt was rounded before it was measured, so that the artefact loses nothing."""
    for weight in load_trained(PAPER).model.trainable_weights:
        values = np.asarray(weight)
        if values.ndim == 2:
            np.testing.assert_array_equal(values, values.astype(np.float16), err_msg=weight.path)


def test_it_refuses_measured_spectra_in_one_sentence() -> None:
    with pytest.raises(ModelError, match="recipe 'paper'"):
        xk.analyze(EXAMPLE, PAPER)
    answer = CliRunner().invoke(cli.app, ["analyze", str(EXAMPLE), "--model", PAPER])
    assert answer.exit_code == 1
    assert answer.output.count("cannot judge a measured spectrum") == 1


def test_a_missing_model_says_what_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(SHIPPED, PAPER, tmp_path)
    with pytest.raises(ModelError, match="no model 'paper'"):
        load(PAPER)
    with pytest.raises(ModelError, match="`pretrained` or `paper`"):
        load_artefact(tmp_path / "nothing.tflite")
