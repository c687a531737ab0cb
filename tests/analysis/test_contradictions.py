"""Numbers of one answer that must agree with each other, and what is said where they do not."""

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rich.console import Console

from xps_keras.analysis.analyzing import Analysis, analyze
from xps_keras.analysis.fitting import fit_of_region
from xps_keras.analysis.provenance import corrected_copy
from xps_keras.analysis.readings import LEAST_WEIGHT, ModelReading, nearest
from xps_keras.analysis.report import print_report
from xps_keras.analysis.result import to_json
from xps_keras.analysis.table import columns, row_of
from xps_keras.analysis.witnesses import ONE_OF_TWO
from xps_keras.io import read
from xps_keras.preprocessing.channels import to_channels
from xps_keras.runtime import load
from xps_keras.spectrum import Region, Spectrum

EXAMPLE = Path(__file__).parents[2] / "examples" / "charged_pet.vms"
PET = {"benzene ring": 0.998, "ester (aromatic)": 0.95}
Make = Callable[..., Spectrum]


def codes(analysis: Analysis) -> set[str]:
    return {warning.code for warning in analysis.warnings}


def test_a_fit_that_moved_the_shift_is_no_rival_of_the_reading_it_began_at() -> None:
    analysis = analyze(read(EXAMPLE), load("pretrained"), method="refine")
    assert not analysis.alternatives
    assert "two-readings" not in codes(analysis)


def test_an_answer_goes_back_to_a_reading_that_counts() -> None:
    def reading(shift_ev: float, weight: float) -> ModelReading:
        return ModelReading(shift_ev, 0.1, weight, np.zeros(40))

    heavy, light = reading(2.32, 0.99), reading(2.30, LEAST_WEIGHT / 100)
    assert nearest((heavy, light), reading(2.305, 1.0)) is heavy
    assert nearest((heavy, light), reading(3.5, 1.0)) is None


@pytest.mark.parametrize("off_ev", [0.1, 3.0])
def test_a_fit_far_from_the_network_is_not_as_likely_as_the_network(
    spectrum: Make, runtime: Any, off_ev: float
) -> None:
    analysis = analyze(spectrum(shift_ev=1.0), runtime(1.0 + off_ev, PET), method="classical")
    assert analysis.shift_ev == pytest.approx(1.0, abs=0.2)
    assert analysis.charge_undecided == (off_ev > 0.5)
    assert analysis.verdict is not None
    if off_ev > 0.5:
        assert analysis.verdict.quality <= 1.0 - ONE_OF_TWO
        assert analysis.shift_uncertainty_ev is not None
        assert analysis.shift_uncertainty_ev > 0.4 * off_ev


def test_shares_of_model_and_fit_have_columns_of_their_own() -> None:
    entry = to_json(analyze(read(EXAMPLE), load("pretrained")))
    entry["graphitic_share"] = 0.9
    entry["fit"]["components"].append({"line": "C 1s", "name": "sp2 carbon", "percent": 80.0})
    row = row_of(entry)
    assert row["sp2 carbon by the model / % of C 1s"] == 90.0
    assert row["sp2 carbon / % of C 1s"] == 80.0
    assert len(set(columns([row]))) == len(columns([row]))


def test_every_energy_follows_the_reference() -> None:
    usual, lower = (analyze(read(EXAMPLE), load("pretrained"), reference) for reference in (285.0, 283.0))
    assert usual.fit is not None
    assert lower.fit is not None
    found = 0
    for one, other in zip(usual.fit.nearest, lower.fit.nearest, strict=True):
        if one.difference_ev is not None:
            assert other.difference_ev == pytest.approx(one.difference_ev - 2.0)
            assert f"{other.difference_ev:.1f} eV" in other.difference
            found += 1
    assert found


def test_each_region_has_its_own_fit(spectrum: Make, runtime: Any) -> None:
    whole = spectrum().regions[0]
    cut = slice(60, 191)
    part = replace(whole, binding_energy_ev=whole.binding_energy_ev[cut], intensity=whole.intensity[cut])
    analysis = analyze(replace(spectrum(), regions=(whole, part)), runtime(0.0, PET))
    assert analysis.fit is not None
    for used in to_channels(replace(spectrum(), regions=(whole, part))).regions:
        fitted = fit_of_region(used, analysis.fit.regions) if used.used else None
        if fitted is not None:
            ends = (fitted.energy_ev.min(), fitted.energy_ev.max())
            assert ends == pytest.approx((used.region.low_ev, used.region.high_ev), abs=0.3)


def without_line(regions: tuple[Region, ...], label: str) -> tuple[Region, ...]:
    noise = np.random.default_rng(1)
    return tuple(
        replace(one, intensity=noise.poisson(1_000.0, one.intensity.size).astype(float)) if one.label == label else one
        for one in regions
    )


def test_a_group_whose_element_was_looked_for_and_not_found_is_not_to_be_quoted(spectrum: Make, runtime: Any) -> None:
    measured = spectrum()
    empty = replace(measured, regions=without_line(measured.regions, "O 1s"))
    assert "element-missing" not in codes(analyze(measured, runtime(0.0, PET)))
    (said,) = (one for one in analyze(empty, runtime(0.0, PET)).warnings if one.code == "element-missing")
    assert "ester (aromatic)" in said.text
    assert "O 1s" in said.text
    assert "benzene ring" not in said.text


def test_a_region_that_shows_nothing_holds_nothing_foreign(spectrum: Make) -> None:
    measured = spectrum(("C 1s", "O 1s", "N 1s"), shift_ev=1.0)
    analysis = analyze(replace(measured, regions=without_line(measured.regions, "N 1s")), load("pretrained"))
    assert not {"foreign-region", "unexplained-signal"} & codes(analysis)
    assert analysis.verdict is not None
    assert analysis.verdict.explained == "explained"


def test_the_verdict_stands_in_the_terminal_and_doubt_in_corrected_copies(spectrum: Make, runtime: Any) -> None:
    measured = spectrum(shift_ev=2.3)
    analysis = analyze(measured, runtime(2.3, PET, (2.9, 0.4, PET)))
    console = Console(file=io.StringIO(), width=120)
    print_report(analysis, console)
    assert analysis.verdict is not None
    assert f"{analysis.verdict.explained}: " in console.file.getvalue()  # type: ignore[attr-defined]
    assert analysis.charge_undecided
    comment = corrected_copy([measured], {measured.sample_number: analysis})[1]
    assert "cannot be told for certain" in comment
    assert f"{analysis.shift_uncertainty_ev:.2f} eV" in comment
