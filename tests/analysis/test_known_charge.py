"""Lines of known energy decide a charge that the network cannot tell, and no other."""

import csv
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from xps_keras.analysis.analyzing import Analysis, analyze
from xps_keras.analysis.known_charge import line_charge
from xps_keras.analysis.references import ReferenceLine
from xps_keras.consistency_rule import CANDIDATES, FEATURES, Rule
from xps_keras.io import read
from xps_keras.runtime import load
from xps_keras.spectrum import Spectrum

from .conftest import doublet

SHARED = Path(__file__).parents[3] / "shared" / "spectra"
Make = Callable[..., Spectrum]


DOUBT = 0.1


def line(implied_ev: float, compound: bool = True, name: str = "a line") -> ReferenceLine:
    return ReferenceLine(name, 100.0, implied_ev, False, not compound, compound)


def test_two_elements_that_agree_ask_for_their_charge() -> None:
    asked = line_charge([line(3.1, name="Ti"), line(3.7, name="Bi")], -0.2, None, None, DOUBT)
    assert asked is not None
    assert asked.shift_ev == pytest.approx(3.4)
    assert asked.words == "Ti and Bi"
    by_carbon = line_charge([line(3.1), line(3.7)], -0.2, 3.8, None, DOUBT)
    assert by_carbon is not None
    assert by_carbon.shift_ev == 3.8  # the scale is hydrocarbon's
    assert "hydrocarbon" in by_carbon.words


def test_what_does_not_agree_or_does_not_contradict_asks_for_nothing() -> None:
    assert line_charge([line(3.1), line(-3.7)], -0.2, None, None, DOUBT) is None
    assert line_charge([line(0.1), line(0.4)], -0.2, None, None, DOUBT) is None
    assert (
        line_charge([line(3.1, compound=False), line(3.2, compound=False)], -0.2, 3.1, 535.0, DOUBT) is None
    )  # metals
    assert line_charge([], -0.2, 3.1, 535.0, DOUBT) is None


def test_a_line_that_agrees_with_the_answer_leaves_it_alone() -> None:
    assert line_charge([line(-0.2), line(3.1), line(3.4)], -0.2, None, None, DOUBT) is None


def test_a_stray_line_does_not_silence_the_others() -> None:
    lines = [line(-2.3, name="Ti"), line(-1.5, name="Bi"), line(-1.8, name="Na")]
    asked = line_charge(lines, -2.95, None, None, DOUBT)
    assert asked is not None
    assert asked.shift_ev == pytest.approx(-1.8)


def test_one_line_at_the_answer_silences_two_but_not_three() -> None:
    at_answer, others = line(-0.2, name="Al"), [line(3.1, name="Ti"), line(3.4, name="Bi"), line(3.3, name="Na")]
    assert line_charge([at_answer, *others[:2]], -0.2, None, None, DOUBT) is None
    asked = line_charge([at_answer, *others], -0.2, None, None, DOUBT)
    assert asked is not None
    assert asked.names == ("Ti", "Bi", "Na")


def test_two_elements_are_heard_before_one_line_is() -> None:
    two, one = [line(3.1), line(3.4)], [line(3.1)]
    assert line_charge(two, -0.2, 3.0, 533.1, 0.02) is not None
    assert line_charge(one, -0.2, 3.0, 533.1, 0.02) is None
    assert line_charge(two, -0.2, 3.0, 533.1, 0.005) is None  # a sure network


def test_carbon_moves_no_answer_back_to_where_it_was() -> None:
    asked = line_charge([line(0.6), line(0.6)], -0.5, 0.02, None, DOUBT)
    assert asked is not None
    assert asked.shift_ev == 0.6


def test_one_line_needs_carbon_and_oxygen_beside_it() -> None:
    one = [line(3.1)]
    assert line_charge(one, -0.2, 3.0, 533.1, DOUBT) is not None
    assert line_charge(one, -0.2, 3.0, None, doubt=0.1) is None
    assert line_charge(one, -0.2, 3.0, None, doubt=0.6) is not None  # the answer is rather wrong than right
    assert line_charge(one, -0.2, 1.0, 531.1, DOUBT) is None  # the carbon is elsewhere
    assert line_charge([line(-3.1)], 0.1, -3.1, 532.0, DOUBT) is None  # the oxygen of a carbide would stand at 535 eV
    assert line_charge(one, 2.5, 3.0, 533.1, DOUBT) is None  # next to the answer


def doubting(runtime: Any, doubt: float) -> Any:
    weights = (float(np.log(doubt / (1.0 - doubt))), *(0.0,) * (len(FEATURES) - 1))
    rule = Rule((weights,) * len(CANDIDATES), 0.02, 1.0, "for a test")

    class Doubting(runtime):  # type: ignore[misc]
        metadata = property(lambda self: replace(runtime.metadata.fget(self), consistency=rule))

    return Doubting(-0.2, {"ether (aliphatic)": 0.9})


def charged(spectrum: Make, shift_ev: float, *labels: str, key: str = "PVA") -> Spectrum:
    """Poly(vinyl alcohol) or another polymer, with lines of titanium(IV), bismuth(III) or gold, all charged alike."""
    known = {"Ti 2p": (458.6, 5.7, 0.5), "Bi 4f": (159.1, 5.31, 0.75), "Au 4f": (84.0, 3.67, 0.75)}
    sample = spectrum(("C 1s", "O 1s"), shift_ev, key=key)
    lines = (doublet(label, known[label][0] + shift_ev, *known[label][1:]) for label in labels)
    return replace(sample, regions=(*sample.regions, *lines))


def stands(analysis: Analysis) -> list[str]:
    return [row.name for row in analysis.candidates if row.stands]


def test_a_charge_in_doubt_rests_on_lines_that_agree_and_says_so(spectrum: Make, runtime: Any) -> None:
    analysis = analyze(charged(spectrum, 3.5, "Ti 2p", "Bi 4f"), doubting(runtime, 0.3))
    assert analysis.shift_ev == pytest.approx(3.5, abs=0.4)
    assert stands(analysis) == ["Ti 2p3/2 of titanium(IV), Bi 4f7/2 of bismuth(III) and C 1s as hydrocarbon"]
    assert next(row for row in analysis.candidates if row.stands).shift_ev == analysis.shift_ev
    assert analysis.charge_undecided
    assert analysis.shift_uncertainty_ev is not None
    assert analysis.shift_uncertainty_ev > 1.5  # holds what the network reads
    said = next(one.text for one in analysis.warnings if one.code == "charge-undecided")
    assert "titanium(IV)" in said
    assert "-0.20 eV (all regions)" in said
    assert analysis.polymer_share is None  # the network said it of another shift


@pytest.mark.parametrize(
    ("doubt", "labels", "key"),
    [
        (0.01, ("Ti 2p", "Bi 4f"), "PVA"),
        (0.03, ("Ti 2p",), "PVA"),
        (0.3, ("Au 4f",), "PVA"),
        (0.3, (), "PVA"),
        (0.3, ("Bi 4f",), "PEG"),
    ],
)
def test_a_surer_network_a_metal_or_one_line_move_nothing(
    spectrum: Make, runtime: Any, doubt: float, labels: tuple[str, ...], key: str
) -> None:
    analysis = analyze(charged(spectrum, 3.0, *labels, key=key), doubting(runtime, doubt))
    assert analysis.shift_ev == pytest.approx(-0.2)
    assert stands(analysis) == ["all regions"]


def test_two_elements_decide_where_the_network_hardly_doubts(spectrum: Make, runtime: Any) -> None:
    analysis = analyze(charged(spectrum, 3.5, "Ti 2p", "Bi 4f"), doubting(runtime, 0.015))
    assert analysis.shift_ev == pytest.approx(3.5, abs=0.4)
    assert analysis.charge_undecided
    assert analysis.doubt == pytest.approx(0.5)


def test_one_line_with_carbon_and_oxygen_beside_it_decides(spectrum: Make, runtime: Any) -> None:
    analysis = analyze(charged(spectrum, 3.0, "Ti 2p"), doubting(runtime, 0.3))
    assert analysis.shift_ev == pytest.approx(3.0, abs=0.3)
    assert stands(analysis) == ["Ti 2p3/2 of titanium(IV) and C 1s as hydrocarbon"]


@pytest.mark.skipif(not SHARED.is_dir(), reason="the real spectra are not here")
@pytest.mark.parametrize("name", ["titanate_charged_1_PHI.txt", "titanate_charged_2_PHI.txt"])
def test_the_charge_of_real_titanates(name: str) -> None:
    with (SHARED / "known_charge.csv").open() as table:
        known = next(row for row in csv.DictReader(table) if row["file"] == name)
    analysis = analyze(read(SHARED / name), load("pretrained"))
    assert analysis.shift_ev == pytest.approx(float(known["shift_ev"]), abs=float(known["tolerance_ev"]))
    assert analysis.charge_undecided
