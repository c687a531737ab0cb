"""The fit on the command line."""

import subprocess
import sys

import numpy as np

from xps_keras.corpus import Corpus, recipe
from xps_keras.evaluation.methods import decided
from xps_keras.groups import GROUPS

CHARGED = "examples/charged_pet.vms"


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "xps_keras", *words], capture_output=True, text=True, check=False)


def test_components_are_printed_when_asked_for() -> None:
    found = run("analyze", CHARGED, "--components", "--method", "refine")
    assert found.returncode == 0
    for words in ("O-C=O", "shake-up", "made of: PET", "nearest polymers"):
        assert words in found.stdout
    assert "nearest polymers" not in run("analyze", CHARGED).stdout


def test_search_names_the_polymer_and_refuses_what_it_does_not_know() -> None:
    found = run("library", "search", CHARGED)
    assert found.returncode == 0
    assert "PET" in found.stdout
    wrong = run("library", "search", CHARGED, "--method", "guess")
    assert wrong.returncode == 2
    assert "network, refine, classical" in wrong.stderr
    assert run("library", "search", CHARGED, "--library", "nothing").returncode == 1
    given = run("library", "search", CHARGED, "--charge", "2.3")
    assert "shift +2.30 eV (as given)" in given.stdout


def test_every_method_answers_batches_in_the_form_of_the_network() -> None:
    batch = Corpus(recipe("instrument"), 3).batch(0, 2)
    ones = np.ones((2, len(GROUPS)), np.float32)
    near = (batch.shift_ev + 0.05)[:, None]
    outputs = {
        "shift_ev": near,
        "probabilities": 0.2 * ones,
        "reading_shift_ev": np.concatenate([near, near + 1.5], axis=1),
        "reading_uncertainty_ev": np.full((2, 2), 0.1, np.float32),
        "reading_weight": np.tile(np.array([0.8, 0.2], np.float32), (2, 1)),
        "reading_probabilities": np.stack([0.2 * ones, 0.9 * ones], axis=1),
    }
    assert decided(outputs, batch.intensity, batch.measured) is outputs
    for method in ("refine", "classical"):
        found = decided(outputs, batch.intensity, batch.measured, method)
        assert {name: values.shape for name, values in found.items()} == {
            name: values.shape for name, values in outputs.items()
        }
        assert (found["reading_shift_ev"][:, :1] == found["shift_ev"]).all()
        assert np.isfinite(found["shift_ev"]).all()
    assert np.abs(found["probabilities"] - 0.2).max() > 0.3  # without a network the groups are those of the fit
