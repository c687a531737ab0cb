"""The order of the nearest polymers: the fit and the network are two witnesses, and neither is heard alone."""

import numpy as np
import pytest

from xps_keras.corpus.simulate import simulate
from xps_keras.fit.answer import best_fit
from xps_keras.fit.dictionary import standard_dictionary
from xps_keras.fit.knowledge import Knowledge, knowledge_of
from xps_keras.fit.nearest import nearest
from xps_keras.fit.result import Match
from xps_keras.fit.stretches import stretches_of_channels
from xps_keras.groups import GROUP_NAMES
from xps_keras.library.loading import load_library
from xps_keras.preprocessing.channels import to_channels


def told(**likely: float) -> Knowledge:
    """What a network says that is sure of nothing but these polymers."""
    chances = {key: likely.get(key, 0.01) for key in load_library().keys}
    return knowledge_of(np.full(len(GROUP_NAMES), 0.5), polymers=chances)


def matches(polymer: str, knowledge: Knowledge | None) -> tuple[Match, ...]:
    spectrum = simulate({polymer: 1.0}, ("C 1s", "O 1s", "Cl 2p"), shift_ev=0.0, peak_counts=20_000.0, seed=3)
    fitted = best_fit(
        standard_dictionary(), stretches_of_channels(to_channels(spectrum)), 0.0, (0.0, 0.1), knowledge=knowledge
    )
    return nearest(fitted.problem, fitted.solution, anchor=(0.0, 0.1)).matches


@pytest.mark.parametrize("said", ["P2CS", "P3CS", "P4CS"])
def test_isomers_are_called_as_the_network_calls_them(said: str) -> None:
    """Chlorostyrenes differ in their tables by less than these tables are good for."""
    found = matches("P3CS", told(**{said: 0.9}))
    assert found[0].polymers == (said,)


def test_what_does_not_lie_on_the_data_is_no_match_however_sure_the_network_is() -> None:
    found = matches("PET", told(PTFE=0.999))
    assert found[0].polymers == ("PET",)
    assert all("PTFE" not in match.polymers for match in found)


def test_without_a_network_the_fit_alone_decides() -> None:
    assert matches("PET", None)[0].polymers == ("PET",)
    assert [match.polymers for match in matches("PET", None)] == [
        match.polymers for match in matches("PET", told_none())
    ]


def told_none() -> Knowledge:
    """A network that says nothing of polymers, and of groups only that it does not know."""
    return Knowledge(np.zeros(len(GROUP_NAMES)), {})
