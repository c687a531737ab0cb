"""What `dataset verify` compares."""

from dataclasses import replace

import numpy as np
import pytest

from xps_keras.corpus import Corpus, recipe
from xps_keras.datasets.xps_polymers import verify as verifying
from xps_keras.datasets.xps_polymers.verify import expected_frequencies, verify
from xps_keras.datasets.xps_polymers.xps_polymers_dataset_builder import Builder
from xps_keras.errors import InputError
from xps_keras.library.loading import load_library
from xps_keras.measured.store import find_library


def test_a_sound_data_set_passes(stored: Builder) -> None:
    found = verify(stored, sample=513)
    assert found.examples == 2100
    assert 513 + 100 + 400 <= found.redrawn <= 2 * 512 + 100 + 400  # one block of train is not enough
    assert found.largest_deviation == 0.0
    assert set(found.frequencies) == {"train", "validation", "test"}
    assert all(sigmas is not None and 0 <= sigmas < 4 for sigmas in found.frequencies.values())


def test_expected_frequencies_follow_from_the_draw() -> None:
    # Two polymers, one group on the first: absent only when the second is drawn every time.
    assert expected_frequencies(recipe("paper"), np.array([[1.0], [0.0]])) == pytest.approx(1 - (1 / 4 + 1 / 8) / 2)


def test_expected_frequencies_follow_from_the_shares_of_both_libraries() -> None:
    # One component in four is hypothetical; all of those hold the group, half of the others.
    mixed = replace(recipe("paper"), components=(1,), hypothetical=0.25)
    found = expected_frequencies(mixed, np.array([[1.0], [0.0]]), np.array([[2.0]]))
    assert found == pytest.approx(0.75 * 0.5 + 0.25)


@pytest.mark.parametrize(
    ("name", "library"), [("paper", "polymers"), ("generalise", "polymers"), ("paper", "polymers-fold-2")]
)
def test_the_corpus_draws_groups_that_often(name: str, library: str) -> None:
    drawn = Corpus(recipe(name), 99, find_library(library))
    count = 8192
    present = sum(drawn.batch(first, 512).groups.sum(axis=0) for first in range(0, count, 512))
    added = load_library("hypothetical").group_counts if name == "generalise" else None
    expected = expected_frequencies(recipe(name), find_library(library).group_counts, added)
    sigma = np.sqrt(expected * (1 - expected) / count)
    assert (np.abs(present / count - expected) <= 4 * sigma).all()


def test_groups_that_are_too_rare_are_noticed(paper: Builder, monkeypatch: pytest.MonkeyPatch) -> None:
    truth = expected_frequencies(recipe("paper"), load_library().group_counts)
    monkeypatch.setattr(verifying, "expected_frequencies", lambda *arguments: np.minimum(truth + 0.1, 1.0))
    with pytest.raises(InputError, match="spectra in 'train' hold"):
        verify(paper, sample=1)
