"""A charge that the user knows stands, and groups, fit and composition are told at it."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import xps_keras as xk
from xps_keras.analysis import to_json
from xps_keras.analysis.given_charge import GivenCharge, read_charge
from xps_keras.analysis.known_charge import groups_at_charge
from xps_keras.analysis.statuses import window_warnings
from xps_keras.analysis.table import row_of
from xps_keras.errors import InputError, UsageError
from xps_keras.reporting.charge_record import charge_record
from xps_keras.spectrum import Region, Spectrum

from .conftest import doublet, peaks

EXAMPLE = Path(__file__).parents[2] / "examples" / "charged_pet.vms"
Make = Callable[..., Spectrum]


def gold(shift_ev: float, label: str = "Au 4f") -> Region:
    return doublet(label, 84.0 + shift_ev, 3.67, 0.75)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("3.7", GivenCharge(3.7)),
        (" -0.25 eV", GivenCharge(-0.25)),
        ("Au 4f=84.0", GivenCharge(84.0, "Au 4f")),
        ("C1s = 284.8", GivenCharge(284.8, "C 1s")),
        ("Ti 2p3/2=458.6 eV", GivenCharge(458.6, "Ti 2p")),
    ],
)
def test_a_shift_or_a_line_and_where_it_belongs(text: str, said: GivenCharge) -> None:
    assert read_charge(text) == said


@pytest.mark.parametrize(
    "text", ["", "much", "84.0=Au 4f", "Xx 4f=84", "Au 4f=-84", "400", "nan", "3,7", "Au 4f", "Au 4f5/2=87.67"]
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        read_charge(text)


def test_a_given_charge_stands_and_is_not_doubted() -> None:
    free = xk.analyze(EXAMPLE)
    given = xk.analyze(EXAMPLE, charge=round(free.shift_ev, 2))
    assert given.shift_ev == pytest.approx(round(free.shift_ev, 2))
    assert [group.name for group in given.present] == [group.name for group in free.present]
    assert given.doubt is None
    assert given.shift_uncertainty_ev is None
    assert not given.charge_undecided
    assert not given.alternatives
    assert given.fit is not None
    assert given.fit.nearest[0].polymers == ("PET",)
    assert "given-charge-differs" not in {warning.code for warning in given.warnings}


def test_where_the_model_reads_nothing_model_and_fit_tell_the_groups_and_none_is_sure() -> None:
    given = xk.analyze(EXAMPLE, charge=-1.0)
    assert given.shift_ev == pytest.approx(-1.0)
    assert max(group.probability or 0.0 for group in given.groups) < 0.95  # many mixtures fit as well
    said = next(warning.text for warning in given.warnings if warning.code == "given-charge-differs")
    assert "+2.3" in said
    assert not {"charge-undecided", "two-readings"} & {warning.code for warning in given.warnings}


@pytest.mark.parametrize("charge", [-8.0, -7.0, 9.0, 30.0, 1e-7])
def test_a_charge_at_which_nothing_is_explained_is_answered(charge: float) -> None:
    given = xk.analyze(EXAMPLE, charge=charge)
    assert given.shift_ev == pytest.approx(charge, abs=1e-5)
    assert given.verdict is not None
    assert given.verdict.explained != "explained"
    assert row_of(to_json(given))["chance that shift is right / %"] is None


def test_known_lines_that_contradict_a_given_charge_are_named(spectrum: Make) -> None:
    sample = spectrum(("C 1s", "O 1s"))
    lines = (doublet("Ti 2p", 461.6, 5.7, 0.5), doublet("Bi 4f", 162.1, 5.31, 0.75))
    answer = xk.analyze(replace(sample, regions=(*sample.regions, *lines)), charge=0.0)
    said = [warning.text for warning in answer.warnings if warning.code == "reference-disagrees"]
    assert len(said) == 2


def test_a_maximum_at_the_end_of_its_region_tells_nothing(spectrum: Make) -> None:
    whole = gold(2.3)
    seen = whole.binding_energy_ev <= 86.2
    cut = replace(whole, binding_energy_ev=whole.binding_energy_ev[seen], intensity=whole.intensity[seen])
    sample = spectrum(("C 1s", "O 1s"), 2.3)
    with pytest.raises(InputError, match="no Au 4f"):
        xk.analyze(replace(sample, regions=(*sample.regions, cut)), charge="Au 4f=84.0")


def test_a_line_of_the_file_tells_the_charge(spectrum: Make) -> None:
    sample = spectrum(("C 1s", "O 1s"), 2.0)
    on_gold = replace(sample, regions=(*sample.regions, gold(2.0)))
    answer = xk.analyze(on_gold, charge="Au 4f=84.0")
    assert answer.shift_ev == pytest.approx(2.0, abs=0.03)
    assert {"benzene ring", "ester (aromatic)"} <= {group.name for group in answer.present}
    assert dict(charge_record(answer, on_gold))["Reference"].startswith("Au 4f at 84 eV as given")
    unnamed = replace(sample, regions=(*sample.regions, gold(2.0, label="")))
    assert xk.analyze(unnamed, charge="Au 4f=84.0").shift_ev == pytest.approx(2.0, abs=0.03)
    assert not answer.reference_lines  # the line that told the charge cannot confirm it
    with pytest.raises(InputError, match="no Ag 3d"):
        xk.analyze(on_gold, charge="Ag 3d=368.2")


@pytest.mark.parametrize(("lower", "told"), [(0.7, True), (0.2, False)])
def test_a_second_maximum_of_the_line_is_told(spectrum: Make, lower: float, told: bool) -> None:
    sample = spectrum(("C 1s", "O 1s"))
    oxidised = replace(sample, regions=(*sample.regions, peaks("Si 2p", (99.4, lower), (103.4, 1.0))))
    answer = xk.analyze(oxidised, charge="Si 2p=103.4", reference_ev=284.8)
    assert answer.shift_ev == pytest.approx(0.0, abs=0.05)
    said = [warning.text for warning in answer.warnings if warning.code == "given-line-ambiguous"]
    assert len(said) == told
    assert not told or any(text in said[0] for text in ("-4.0", "-3.9"))


def test_the_partner_of_a_doublet_is_no_second_maximum(spectrum: Make) -> None:
    sample = spectrum(("C 1s", "O 1s"), 2.0)
    for region, line in ((gold(2.0), "Au 4f=84.0"), (doublet("Pt 4f", 73.2, 3.33, 0.75), "Pt 4f=71.2")):
        answer = xk.analyze(replace(sample, regions=(*sample.regions, region)), charge=line)
        assert answer.shift_ev == pytest.approx(2.0, abs=0.05)
        assert "given-line-ambiguous" not in {warning.code for warning in answer.warnings}


@pytest.mark.parametrize(
    ("line", "metal", "oxide"), [("Ga 3d", 18.4, 20.4), ("Re 4f", 40.3, 45.3), ("Al 2p", 72.8, 75.6)]
)
def test_of_any_line_the_other_state_is_told(spectrum: Make, line: str, metal: float, oxide: float) -> None:
    sample = spectrum(("C 1s", "O 1s"))
    region = peaks(line, (metal, 1.0), (oxide, 0.7))
    answer = xk.analyze(replace(sample, regions=(*sample.regions, region)), charge=f"{line}={oxide}")
    said = next(warning.text for warning in answer.warnings if warning.code == "given-line-ambiguous")
    assert "+0.0" in said or "-0.0" in said


def test_where_the_weaker_partner_is_higher_it_is_said(spectrum: Make) -> None:
    sample = spectrum(("C 1s", "O 1s"))
    region = doublet("W 4f", 31.4, 2.16, 1.2)
    answer = xk.analyze(replace(sample, regions=(*sample.regions, region)), charge="W 4f=31.4")
    assert answer.shift_ev == pytest.approx(2.16, abs=0.05)
    assert "given-line-ambiguous" in {warning.code for warning in answer.warnings}


def test_it_is_given_on_the_scale_of_the_reference(spectrum: Make) -> None:
    sample = spectrum(("C 1s", "O 1s"), 2.0)
    on_gold = replace(sample, regions=(*sample.regions, gold(2.0)))
    for reference in (284.8, 285.0):
        assert xk.analyze(on_gold, charge="Au 4f=84.0", reference_ev=reference).shift_ev == pytest.approx(2.0, abs=0.03)
        assert xk.analyze(on_gold, charge=2.1, reference_ev=reference).shift_ev == pytest.approx(2.1)


def test_a_fit_does_not_decide_what_was_given() -> None:
    with pytest.raises(UsageError, match="charge"):
        xk.analyze(EXAMPLE, charge=2.3, method="refine")


def test_a_misreading_network_is_heard_beside_the_fit_and_only_so_far() -> None:
    nothing, all_of_it = np.zeros(2), np.ones(2)
    network = np.array([0.95, 0.05])
    with_fit, without = (groups_at_charge(held, network, 1.0) for held in (all_of_it, nothing))
    assert (with_fit > without).all()
    assert without[0] > 0.5 > with_fit[1]
    far = groups_at_charge(np.array([0.0, 1.0]), network, 3.0)
    assert far[0] < 0.1
    assert 0.3 < far[1] < 0.6  # what a fit holds is there in half of the cases


def test_no_group_is_absent_by_limits_of_a_network_that_did_not_tell_it() -> None:
    given = xk.analyze(EXAMPLE, charge=0.0)
    assert {group.status for group in given.groups} <= {"present", "not seen", "not assessable"}
    assert all(group.detection_limit is None for group in given.groups)


def test_a_window_that_ends_early_raises_no_uncertainty_that_there_is_not() -> None:
    (said,) = window_warnings(292.0, raised=False)
    assert "uncertainty" not in said.text
    assert "uncertainty" in window_warnings(292.0)[0].text
