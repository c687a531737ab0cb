"""The composition of an answer: in the terminal, in JSON, and against the reference fit."""

import io
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from rich.console import Console

from xps_keras.analysis.analyzing import analyze, to_json
from xps_keras.analysis.composition import composition_sentences, composition_warnings, stoichiometry
from xps_keras.analysis.report import print_report
from xps_keras.fit.result import Fit, Part
from xps_keras.quantification.result import Composition, ElementRow, Undetected
from xps_keras.spectrum import Spectrum

PET = {"benzene ring": 0.98, "ester (aromatic)": 0.95}
Make = Callable[..., Spectrum]


def composed(carbon: float, oxygen: float, error: float = 2.0) -> Composition:
    rows = (ElementRow("C", "C 1s", carbon, error), ElementRow("O", "O 1s", oxygen, error))
    return Composition(rows, (), None, (Undetected("N", "N 1s", 0.4),))


def fit_of(*parts: Part) -> Fit:
    return Fit("network", 0.0, 0.01, 0.1, 0.01, parts, (), (), ())


def codes(composition: Composition, *parts: Part) -> list[str]:
    return [warning.code for warning in composition_warnings(composition, fit_of(*parts))]


def test_the_answer_holds_the_composition_at_its_shift(spectrum: Make, runtime: Any) -> None:
    analysis = analyze(spectrum(shift_ev=2.3), runtime(2.3, PET), 284.8)
    written = json.loads(json.dumps(to_json(analysis), allow_nan=False))["composition"]
    assert [row["element"] for row in written["elements"]] == ["C", "O"]
    assert written["elements"][1]["percent"] == pytest.approx(100 * 4 / 14, abs=1.0)
    assert written["withheld"] is None
    assert len(written["assumptions"]) >= 3
    console = Console(file=io.StringIO(), width=120, highlight=False)
    print_report(analysis, console)
    assert "composition: C 71." in console.file.getvalue()  # type: ignore[attr-defined]


def test_one_line_says_percentages_limits_or_the_reason(spectrum: Make, runtime: Any) -> None:
    assert composition_sentences(composed(71.42, 28.58, 1.24)) == (
        "composition: C 71.4 ± 1.2, O 28.6 ± 1.2 at.%; N below 0.4",
    )
    assert composition_sentences(None) == ()
    alone = analyze(spectrum(("C 1s",)), runtime(0.0, PET)).composition
    assert composition_sentences(alone) == (
        "no composition: Only C 1s was recorded; percentages need the lines of two elements.",
    )


def test_the_atoms_of_a_fit_are_those_of_its_formulas() -> None:
    lines = ("C 1s", "O 1s")
    pet = stoichiometry((Part("PET", "polymer", 100.0, 0.0),), lines)
    assert pet == pytest.approx({"C": 100 * 10 / 14, "O": 100 * 4 / 14})
    free = stoichiometry(
        (Part("C 1s C-O", "environment", 50.0, 0.0), Part("O 1s C=O", "environment", 50.0, 0.0)), lines
    )
    assert free == pytest.approx({"C": 100 * 2.46 / 3.46, "O": 100 / 3.46})
    assert stoichiometry((Part("unheard of", "polymer", 100.0, 0.0),), lines) is None
    assert stoichiometry((), lines) is None


def test_a_contradiction_beyond_the_error_is_a_warning() -> None:
    pet = Part("PET", "polymer", 100.0, 1.0)
    assert codes(composed(70.0, 30.0), pet) == []
    assert codes(composed(55.0, 45.0), pet) == ["composition-disagrees"]
    # What is not known well contradicts nothing.
    assert codes(composed(55.0, 45.0, error=10.0), pet) == []
    assert codes(replace(composed(55.0, 45.0), withheld="for a reason"), pet) == []
    (warning,) = composition_warnings(composed(55.0, 45.0), fit_of(pet))
    assert "45.0 ± 2.0 at.% O where they have 28.6" in warning.text


def test_more_oxygen_than_any_polymer_has_is_named() -> None:
    assert codes(composed(20.0, 80.0)) == ["inorganic-oxygen"]
    assert codes(composed(37.0, 63.0)) == []
    assert codes(composed(33.0, 67.0, error=5.0)) == []
