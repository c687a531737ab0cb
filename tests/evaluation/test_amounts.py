"""Recall against amount and the detection limit."""

import numpy as np
import pytest

from xps_keras.corpus import Corpus, recipe
from xps_keras.evaluation.amounts import carrier_fractions, detection_limit, isotonic, recall_by_amount
from xps_keras.groups import GROUP_NAMES


def test_isotonic_by_hand() -> None:
    fitted = isotonic(np.array([1.0, 3.0, 2.0, 0.0, 5.0]), np.array([1.0, 1.0, 1.0, 2.0, 1.0]))
    assert fitted == pytest.approx([1, 1.25, 1.25, 1.25, 5])
    rising = np.array([0.1, 0.2, 0.7])
    assert isotonic(rising, np.ones(3)) == pytest.approx(rising)


def test_detection_limit_of_a_sharp_edge_is_the_edge() -> None:
    amount = np.linspace(0.005, 1.0, 200)
    assert detection_limit(amount, amount >= 0.2) == pytest.approx(0.2, abs=0.0051)


def test_detection_limit_of_a_known_recall_curve() -> None:
    rng = np.random.default_rng(4)
    amount = rng.uniform(0.001, 1.0, 40_000)
    recall = np.minimum(amount / 0.4, 1.0)  # reaches 90 % at 0.36
    assert detection_limit(amount, rng.random(amount.size) < recall) == pytest.approx(0.36, abs=0.03)


def test_order_of_the_spectra_does_not_matter() -> None:
    rng = np.random.default_rng(4)
    amount, found = rng.uniform(0.0, 1.0, 500), rng.random(500) < 0.7
    found |= amount > 0.6
    order = rng.permutation(500)
    assert detection_limit(amount, found) == detection_limit(amount[order], found[order])


@pytest.mark.parametrize(
    ("amount", "found"),
    [
        (np.linspace(0.01, 1, 300), np.arange(300) % 2 == 0),  # half of them, whatever the amount
        (np.linspace(0.01, 1, 300), np.arange(300) >= 290),  # only ten spectra say so
        (np.linspace(0.01, 1, 20), np.ones(20, bool)),  # too few altogether
        (np.empty(0), np.empty(0, bool)),
    ],
)
def test_no_detection_limit(amount: np.ndarray, found: np.ndarray) -> None:
    assert detection_limit(amount, found) is None


def test_whole_samples_count_in_spite_of_rounding() -> None:
    amount = np.full(40, 1.0 + 2e-7, np.float32)
    assert detection_limit(amount, np.ones(40, bool)) == 1.0
    carriers, recall = recall_by_amount(amount, np.ones(40, bool))
    assert carriers[-1] == 40
    assert recall[-1] == 1.0


def test_recall_by_amount_by_hand() -> None:
    carriers, recall = recall_by_amount(
        np.array([0.05, 0.1, 0.1, 0.7]), np.array([True, False, True, True]), edges=(0.0, 0.1, 0.5, 1.0)
    )
    assert carriers.tolist() == [3, 0, 1]
    assert recall[0] == pytest.approx(2 / 3)
    assert np.isnan(recall[1])
    assert recall[2] == 1.0


def test_carrier_fractions_agree_with_the_mixtures() -> None:
    corpus = Corpus(recipe("instrument"), seed=11)
    batch, library = corpus.batch(0, 64), corpus.library
    fractions = carrier_fractions(batch, library.group_counts)
    assert np.array_equal(fractions > 0, batch.groups > 0)
    ester = GROUP_NAMES.index("ester (aliphatic)")
    for row in range(64):
        parts = zip(batch.polymers[row], batch.fractions[row], strict=True)
        expected = sum(share for polymer, share in parts if polymer >= 0 and library.group_counts[polymer, ester] > 0)
        assert fractions[row, ester] == pytest.approx(float(expected), abs=1e-6)
