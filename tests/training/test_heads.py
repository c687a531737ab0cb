"""Heads are learnt beside a finished network: they tell polymers and doubts, and nothing else changes."""

from dataclasses import replace
from typing import Any

import keras
import numpy as np
import pytest

from xps_keras.axis import AXIS
from xps_keras.corpus import Corpus, recipe
from xps_keras.library.loading import load_library
from xps_keras.models.align import Align
from xps_keras.models.windows import windows_of_lines
from xps_keras.pretrained import PRETRAINED
from xps_keras.runtime import load
from xps_keras.training.heads import learn_heads, polymers_in, take_weights, with_heads

SMALL = Align(
    windows_of_lines(),
    judge_units=(8,),
    refiner_units=(8,),
    classifier_units=(64, 16),
    library_units=(64,),
    doubt_units=(8,),
    relative_to_carbon=True,
    surface_outputs=True,
)


@pytest.fixture(scope="module")
def trained() -> Any:
    """A network whose weights nobody has trained: what it sees of a spectrum still tells polymers apart."""
    keras.utils.set_random_seed(5)
    return SMALL.build().inference


def test_heads_change_nothing_else(trained: Any) -> None:
    larger, networks = with_heads(SMALL, trained)
    spectra = Corpus(recipe("surface"), 11).batch(0, 4).intensity
    before, after = trained.predict_on_batch(spectra), networks.inference.predict_on_batch(spectra)
    assert set(after) - set(before) == {"library_logits", "doubt_logit"}
    for name, values in before.items():
        np.testing.assert_array_equal(after[name], values, err_msg=name)
    assert after["library_logits"].shape == (4, len(load_library().keys))
    assert after["doubt_logit"].shape == (4, 1)
    assert (larger.library_polymers, larger.own_doubt) == (len(load_library().keys), True)
    # A training may start from such a network: the heads are left out.
    again = SMALL.build().inference
    take_weights(again, networks.inference)
    np.testing.assert_array_equal(again.predict_on_batch(spectra)["logits"], before["logits"])


@pytest.mark.slow
def test_heads_learn_the_polymers_of_a_sample_and_leave_the_rest_alone(trained: Any) -> None:
    _, networks = with_heads(SMALL, trained)
    plain = replace(recipe("paper"), max_shift_ev=0.0)
    batch = Corpus(plain, 77).batch(0, 256)
    before = networks.inference.predict_on_batch(batch.intensity)
    learn_heads(networks.inference, {"paper": plain}, size=16_384, seed=3)
    after = networks.inference.predict_on_batch(batch.intensity)
    for name in ("logits", "reading_shift_ev", "graphitic_logit"):
        np.testing.assert_array_equal(after[name], before[name], err_msg=name)
    said = after["library_logits"]
    inside = polymers_in(batch, len(load_library().keys)).astype(bool)
    # Of a polymer that is there and one that is not, the first is likelier; without learning it is a coin.
    likelier = np.mean([np.mean(row[there][:, None] > row[~there]) for row, there in zip(said, inside, strict=True)])
    assert likelier > 0.7


def test_a_polymer_counts_from_a_fiftieth_of_the_carbon() -> None:
    batch = Corpus(recipe("paper"), 4).batch(0, 3)
    few = replace(
        batch,
        polymers=np.array([[3, 7], [200, 5], [-1, -1]], np.int16),
        fractions=np.array([[0.99, 0.01], [0.5, 0.5], [0.0, 0.0]], np.float32),
        polymer_share=np.array([1.0, 0.1, 0.0], np.float32),
    )
    found = polymers_in(few, 104)
    assert [np.flatnonzero(row).tolist() for row in found] == [[3], [5], []]


def test_the_shipped_model_knows_what_it_is_shown() -> None:
    """PET is among the likeliest polymers of a PET, and a shift that is right is doubted less than one that is not."""
    from xps_keras.corpus.simulate import simulate
    from xps_keras.preprocessing.channels import to_channels

    model = load(PRETRAINED)
    channels = to_channels(simulate({"PET": 1.0}, ("C 1s", "O 1s"), shift_ev=2.0, peak_counts=10_000.0, seed=1))
    found = model.run(channels.intensity[None])
    order = np.argsort(-found["library_probabilities"][0])
    assert "PET" in [load_library().keys[place] for place in order[:3].tolist()]
    noise = np.random.default_rng(0).random((1, AXIS.size)).astype(np.float32)
    assert float(model.run(noise)["shift_doubt"][0, 0]) > float(found["shift_doubt"][0, 0])
