"""A corpus as global batches: every spectrum once an epoch, in an order that a resumed run repeats."""

import itertools
from collections.abc import Iterator

import numpy as np
import pytest

from xps_keras.corpus import Corpus, recipe
from xps_keras.corpus.ahead import ahead
from xps_keras.training.batches import FixedCorpus, StreamedCorpus

INPUTS, OUTPUTS = ["intensity", "true_shift_ev"], ["logits", "shift_ev"]


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return Corpus(recipe("paper"), seed=31)


def test_names_shapes_and_pairing(corpus: Corpus) -> None:
    batch = list(FixedCorpus(corpus, 10, 4, INPUTS, OUTPUTS, shuffle=None).epoch(0))[1]
    drawn = corpus.batch(4, 4)
    np.testing.assert_array_equal(batch.x["intensity"], drawn.intensity)
    np.testing.assert_array_equal(batch.x["true_shift_ev"], drawn.shift_ev[:, None])
    np.testing.assert_array_equal(batch.y["shift_ev"], drawn.shift_ev[:, None])
    np.testing.assert_array_equal(batch.y["logits"], drawn.groups)


def test_without_shuffling_every_spectrum_counts_once_in_its_place(corpus: Corpus) -> None:
    batches = list(FixedCorpus(corpus, 10, 4, INPUTS, OUTPUTS, shuffle=None).epoch(0))
    assert [len(batch.weight) for batch in batches] == [4, 4, 4]  # batches of one size suit every number of replicas
    counted = np.concatenate([batch.y["shift_ev"][batch.weight > 0, 0] for batch in batches])
    np.testing.assert_array_equal(counted, corpus.batch(0, 10).shift_ev)
    assert all(np.isfinite(batch.x["intensity"]).all() for batch in batches)


def test_spectra_held_from_several_blocks_are_those_of_the_corpus(corpus: Corpus) -> None:
    held = FixedCorpus(corpus, 600, 600, INPUTS, OUTPUTS, shuffle=None)
    np.testing.assert_array_equal(next(held.epoch(0)).x["intensity"], corpus.batch(0, 600).intensity)


def test_the_order_changes_with_the_epoch_and_is_repeated(corpus: Corpus) -> None:
    batches = FixedCorpus(corpus, 12, 4, INPUTS, OUTPUTS, shuffle=5)

    def epoch(number: int) -> list[float]:
        return [float(shift) for batch in batches.epoch(number) for shift in batch.y["shift_ev"][:, 0]]

    first, second, again = epoch(0), epoch(1), epoch(0)
    assert first == again
    assert first != second
    assert sorted(first) == sorted(second) == sorted(map(float, corpus.batch(0, 12).shift_ev))


@pytest.mark.parametrize("kind", [FixedCorpus, StreamedCorpus])
def test_fewer_spectra_than_a_batch_are_one_short_batch(corpus: Corpus, kind: type) -> None:
    further = {"shuffle": 1} if kind is FixedCorpus else {}
    batches = list(kind(corpus, 3, 8, INPUTS, OUTPUTS, **further).epoch(0))
    assert [len(batch.x["intensity"]) for batch in batches] == [3]


def test_a_stream_never_shows_a_spectrum_twice(corpus: Corpus) -> None:
    stream = StreamedCorpus(corpus, 20, 8, INPUTS, OUTPUTS)
    assert len(stream) == 2
    shown = [batch.x["intensity"] for epoch in range(3) for batch in stream.epoch(epoch)]
    np.testing.assert_array_equal(np.concatenate(shown), corpus.batch(0, 48).intensity)


def test_fetching_ahead_keeps_order_and_hands_on_faults() -> None:
    def faulty() -> Iterator[int]:
        yield from range(5)
        raise ValueError("spoilt")

    with ahead(faulty(), depth=2) as items:
        assert [next(items) for _ in range(5)] == [0, 1, 2, 3, 4]
        with pytest.raises(ValueError, match="spoilt"):
            next(items)
    with ahead(faulty(), depth=2) as items:
        assert list(itertools.islice(items, 3)) == [0, 1, 2]


def test_fetching_ahead_ends_with_its_context_although_more_could_be_fetched() -> None:
    fetched = itertools.count()
    with ahead(fetched, depth=2) as items:
        assert next(items) == 0
    stopped_at = next(fetched)
    assert next(fetched) == stopped_at + 1  # nobody else takes from it any more
