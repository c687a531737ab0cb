"""What remaining errors are: broken down for a case worked out by hand."""

import numpy as np
import pytest

from xps_keras.corpus import Corpus, recipe
from xps_keras.evaluation.amounts import smallest_fractions
from xps_keras.evaluation.answers import Answers
from xps_keras.evaluation.mistakes import mistakes
from xps_keras.evaluation.summary import summarise
from xps_keras.groups import GROUP_NAMES

ALKENE, AMINE, NITRILE, ALKANE = (GROUP_NAMES.index(name) for name in ("alkene", "amine", "nitrile", "alkane"))


def answers(carriers: np.ndarray, called: np.ndarray, shift_error_ev: list[float], weakest: list[float]) -> Answers:
    count = len(carriers)
    true = np.linspace(-3, 3, count).astype(np.float32)
    none = np.empty((count, 0), np.float32)
    return Answers(
        probabilities=called.astype(np.float32),
        shift_ev=true + np.array(shift_error_ev, np.float32),
        present=carriers > 0,
        carriers=carriers,
        judged=np.ones(carriers.shape, bool),
        smallest_fraction=np.array(weakest, np.float32),
        true_shift_ev=true,
        reading_shift_ev=none,
        reading_uncertainty_ev=none,
        reading_weight=none,
    )


def case() -> tuple[Answers, np.ndarray]:
    carriers = np.zeros((5, len(GROUP_NAMES)), np.float32)
    carriers[:, ALKANE] = 0.9
    carriers[0, ALKENE] = 0.01
    carriers[1, ALKENE] = 0.3
    carriers[3, ALKENE] = 0.015
    called = carriers > 0
    called[0, ALKENE] = False  # a missed trace and nothing else
    called[1, ALKENE], called[1, AMINE] = False, True  # one in the place of the other, the shift wrong as well
    called[2, NITRILE] = True
    called[3, ALKENE] = called[3, ALKANE] = False  # a trace, but not only
    return answers(carriers, called, [0.0, 0.5, 0.0, 0.0, 0.5], [0.01, 0.3, 0.4, 0.015, 0.5]), called


def test_mistakes_by_hand() -> None:
    found = mistakes(*case(), trace=0.02, tolerance_ev=0.15)
    assert found.spectra == 4
    assert (found.missed, found.false) == (4, 2)
    assert found.by_number == (2, 2, 0, 0)
    assert (found.only_missed, found.only_false) == (2, 1)
    assert found.only_traces == 1
    assert found.wrong_shift == 1  # the last spectrum's shift is wrong too, but its groups are right
    assert sum(found.missed_by_amount) == 4
    most = found.groups[0]
    assert (most.name, most.missed, most.false, most.missed_traces) == ("alkene", 3, 0, 2)
    assert most.median_missed_amount == pytest.approx(0.015)
    assert {group.name for group in found.groups} == {"alkene", "amine", "nitrile", "alkane"}
    assert [(swap.called, swap.missed, swap.spectra) for swap in found.swaps] == [("amine", "alkene", 1)]


def test_no_mistakes() -> None:
    given, _ = case()
    found = mistakes(given, given.present, trace=0.02, tolerance_ev=0.15)
    assert (found.spectra, found.missed, found.false, found.wrong_shift) == (0, 0, 0, 0)
    assert not found.groups
    assert not found.swaps


def test_exact_match_without_traces() -> None:
    given, _ = case()
    found = summarise(given, (0.5,) * 40, (True,) * 40, 3.0)
    assert found["exact_match"].all_groups.fraction == pytest.approx(1 / 5)
    without = found["exact_match"].without_traces
    assert (without.spectra, without.least_fraction) == (3, 0.02)
    assert without.all_groups.fraction == pytest.approx(1 / 3)


def test_bins_of_the_size_of_the_shift() -> None:
    given, _ = case()  # true shifts -3, -1.5, 0, 1.5, 3
    found = summarise(given, (0.5,) * 40, (True,) * 40, 3.0)["shift"].by_shift_size
    assert [(entry.low_ev, entry.high_ev, entry.spectra) for entry in found] == [(0, 1, 1), (1, 2, 2), (2, 3, 2)]
    assert [entry.exact_match for entry in found] == [0.0, 0.0, 0.5]
    assert found[1].mean_absolute_ev == pytest.approx(0.25)


def test_a_polymer_drawn_twice_is_one_component() -> None:
    batch = Corpus(recipe("paper"), 5).batch(0, 512)
    least = smallest_fractions(batch)
    for row in range(len(batch)):
        shares: dict[int, float] = {}
        for polymer, share in zip(batch.polymers[row].tolist(), batch.fractions[row].tolist(), strict=True):
            if polymer >= 0:
                shares[polymer] = shares.get(polymer, 0.0) + share
        assert least[row] == pytest.approx(min(shares.values()), abs=1e-6)
    twice = [row for row in range(len(batch)) if len(set(batch.polymers[row][batch.polymers[row] >= 0].tolist())) == 1]
    assert twice  # at least one mixture of a polymer with itself
    assert least[twice] == pytest.approx(1.0, abs=1e-5)
