"""A corpus as batches: every spectrum once an epoch, in an order that a resumed run repeats."""

import numpy as np
import pytest

from xps_keras.corpus import Corpus, recipe
from xps_keras.training.batches import FixedCorpus, StreamedCorpus

INPUTS, OUTPUTS = ["intensity", "true_shift_ev"], ["logits", "shift_ev"]


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return Corpus(recipe("paper"), seed=31)


def test_names_shapes_and_pairing(corpus: Corpus) -> None:
    x, y = FixedCorpus(corpus, 10, 4, INPUTS, OUTPUTS, shuffle=None)[1]
    drawn = corpus.batch(4, 4)
    np.testing.assert_array_equal(x["intensity"], drawn.intensity)
    np.testing.assert_array_equal(x["true_shift_ev"], drawn.shift_ev[:, None])
    np.testing.assert_array_equal(y["shift_ev"], drawn.shift_ev[:, None])
    np.testing.assert_array_equal(y["logits"], drawn.groups)


def test_without_shuffling_every_spectrum_comes_in_its_place(corpus: Corpus) -> None:
    batches = FixedCorpus(corpus, 10, 4, INPUTS, OUTPUTS, shuffle=None)
    assert len(batches) == 3
    shifts = np.concatenate([batches[n][1]["shift_ev"] for n in range(3)])
    np.testing.assert_array_equal(shifts[:, 0], corpus.batch(0, 10).shift_ev)


def test_the_order_changes_with_the_epoch_and_is_repeated(corpus: Corpus) -> None:
    batches = FixedCorpus(corpus, 12, 4, INPUTS, OUTPUTS, shuffle=5)

    def epoch(number: int) -> list[float]:
        batches.start_epoch(number)
        return [float(shift) for n in range(len(batches)) for shift in batches[n][1]["shift_ev"][:, 0]]

    first, second, again = epoch(0), epoch(1), epoch(0)
    assert first == again
    assert first != second
    assert sorted(first) == sorted(second) == sorted(map(float, corpus.batch(0, 12).shift_ev))


def test_fewer_spectra_than_a_batch_are_one_short_batch(corpus: Corpus) -> None:
    batches = FixedCorpus(corpus, 3, 8, INPUTS, OUTPUTS, shuffle=1)
    assert len(batches) == 1
    assert len(batches[0][0]["intensity"]) == 3


def test_a_stream_never_shows_a_spectrum_twice(corpus: Corpus) -> None:
    stream = StreamedCorpus(corpus, 20, 8, INPUTS, OUTPUTS)
    assert len(stream) == 2
    shown = []
    for epoch in range(3):
        stream.start_epoch(epoch)
        shown += [stream[n][0]["intensity"] for n in range(len(stream))]
    np.testing.assert_array_equal(np.concatenate(shown), corpus.batch(0, 48).intensity)
