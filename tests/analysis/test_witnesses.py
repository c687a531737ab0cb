"""What speaks for or against a charge beside the rule of the model; lines of known energy have a file of their own."""

import pytest

from xps_keras.analysis.charge import charge_warnings
from xps_keras.analysis.consistency import Candidate, Consistency
from xps_keras.analysis.doubt import Verdict
from xps_keras.analysis.witnesses import by_carbon, by_oxygen, weighed


def answered(everything_ev: float, carbon_ev: float) -> Consistency:
    shifts = {(): everything_ev, ("O 1s",): carbon_ev}
    return Consistency(tuple(Candidate(left_out, shift, 0.1, 0.9, 0.1) for left_out, shift in shifts.items()), 1)


def test_odds_are_multiplied_and_stay_odds() -> None:
    assert weighed(0.2, ()) == pytest.approx(0.2)
    assert weighed(0.5, (4.0, 0.5)) == pytest.approx(2.0 / 3.0)
    assert weighed(0.0, (4.0,)) == 0.0
    assert weighed(1.0, (0.1,)) == 1.0


def test_carbon_is_heard_where_the_other_region_is_foreign_and_its_maximum_is_hydrocarbon() -> None:
    oxide = {"O 1s": 0.97}
    assert by_carbon(answered(1.3, -0.1), 0.1, oxide) > 1.0
    assert by_carbon(answered(0.2, -0.1), 0.1, oxide) == 1.0  # they agree
    assert by_carbon(answered(1.3, -0.1), 1.4, oxide) == 1.0  # the maximum is something else, such as C-O
    assert by_carbon(answered(1.3, -0.1), None, oxide) == 1.0
    assert by_carbon(answered(1.3, -0.1), 0.1, {"O 1s": 0.4}) == 1.0  # an organic line, which may well decide
    assert by_carbon(answered(1.3, -0.1), 0.1, {}) == 1.0


def test_no_oxygen_of_a_solid_stands_two_electron_volts_above_all_others() -> None:
    assert by_oxygen([("O 1s", 534.9)]) > 1.0
    for ordinary in (("O 1s", 533.6), ("O 1s", 535.6), ("O 1s", 529.5), ("C 1s", 289.0)):
        assert by_oxygen([ordinary]) == 1.0


def disagreement(foreign: float) -> str:
    """What is said of C 1s of poly(ethylene glycol), one peak, which oxygen tells from hydrocarbon."""
    verdict = Verdict(answered(0.16, 1.63), 0, 0.1, True, (0, 1))
    said = charge_warnings(verdict, 0.16, None, {"O 1s": foreign}, True, [(1.9, 0.2)], 0.0, 0.9)
    return " ".join(warning.text for warning in said if warning.code in ("regions-disagree", "two-readings"))


def test_oxygen_that_groups_explain_is_not_said_to_misfit() -> None:
    text = disagreement(0.05)
    assert "does not fit" not in text
    assert "+1.63 eV" in text
    assert "+0.16 eV" in text


def test_oxygen_that_is_foreign_is_said_to_misfit() -> None:
    assert "O 1s does not fit C 1s" in disagreement(0.9)
