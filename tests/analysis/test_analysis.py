"""The answer: signs, references, readings, statuses, and the JSON that programs rely on."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from xps_keras.analysis.analyzing import Analysis, analyze, to_json
from xps_keras.spectrum import Region, Spectrum

from .conftest import peaks

PET = {"benzene ring": 0.98, "ester (aromatic)": 0.95}
Make = Callable[..., Spectrum]


def codes(analysis: Analysis) -> list[str]:
    return [warning.code for warning in analysis.warnings]


def finding(analysis: Analysis, name: str) -> Any:
    return next(group for group in analysis.groups if group.name == name)


def texts(analysis: Analysis, name: str) -> tuple[str, ...]:
    return tuple(signal.text for signal in finding(analysis, name).evidence)


def test_shift_is_measured_minus_true_and_the_classical_check_has_the_same_sign(spectrum: Make, runtime: Any) -> None:
    analysis = analyze(spectrum(shift_ev=2.5), runtime(2.5, PET))
    assert analysis.shift_ev == pytest.approx(2.5)
    assert analysis.shift_uncertainty_ev == pytest.approx(0.04)
    # The strongest C 1s component of PET is the ring at 284.7 eV.
    assert analysis.shift_classical_ev == pytest.approx(2.2, abs=0.05)


@pytest.mark.parametrize("reference_ev", [284.8, 285.0, 284.5])
def test_the_reference_moves_reported_energies_and_never_what_the_model_sees(
    spectrum: Make, runtime: Any, reference_ev: float
) -> None:
    measured = spectrum(shift_ev=1.0)
    plain, moved = runtime(1.0, PET, (1.6, 0.3, PET)), runtime(1.0, PET, (1.6, 0.3, PET))
    at_285, other = analyze(measured, plain), analyze(measured, moved, reference_ev)
    np.testing.assert_array_equal(plain.seen[0], moved.seen[0])
    lower = 285.0 - reference_ev
    assert other.shift_ev == pytest.approx(at_285.shift_ev + lower)
    assert other.shift_classical_ev is not None
    assert other.shift_classical_ev - lower == pytest.approx(at_285.shift_classical_ev)
    assert other.alternatives[0].shift_ev == pytest.approx(at_285.alternatives[0].shift_ev + lower)
    # A peak's corrected energy and the energy named as evidence move together.
    assert texts(other, "ester (aromatic)")[0] == f"C 1s {288.7 - lower:.1f} eV"


def test_readings_of_weight_a_tenth_are_alternatives_and_lighter_ones_are_not(spectrum: Make, runtime: Any) -> None:
    acrylate = {"alkane": 0.9, "ester (aliphatic)": 0.93}
    analysis = analyze(spectrum(("C 1s",)), runtime(0.0, PET, (0.4, 0.3, acrylate)))
    assert [(round(a.shift_ev, 3), round(a.weight, 3)) for a in analysis.alternatives] == [(0.4, 0.3)]
    assert set(analysis.alternatives[0].present) == set(acrylate)
    assert {group.name for group in analysis.present} == set(PET)
    assert "two-readings" in codes(analysis)
    assert analyze(spectrum(), runtime(0.0, PET, (0.4, 0.09, acrylate))).alternatives == ()


def test_the_heaviest_reading_comes_first_whatever_order_the_model_uses(spectrum: Make, runtime: Any) -> None:
    analysis = analyze(spectrum(), runtime(0.0, {"alkane": 0.9}, (0.4, 0.8, PET)))
    assert analysis.shift_ev == pytest.approx(0.4)
    assert [group.name for group in analysis.present] == ["benzene ring", "ester (aromatic)"]


def test_a_model_with_one_reading_has_no_uncertainty(spectrum: Make, runtime: Any) -> None:
    analysis = analyze(spectrum(), runtime(0.1, PET, several=False))
    assert analysis.shift_uncertainty_ev is None
    assert analysis.alternatives == ()


def test_groups_that_no_polymer_holds_or_whose_element_was_not_measured_are_never_absent(
    spectrum: Make, runtime: Any
) -> None:
    sure = runtime(0.0, {**PET, "azide": 0.99, "amine": 0.99})
    without = analyze(spectrum(("C 1s", "O 1s")), sure)
    assert finding(without, "azide").status == "not assessable"
    assert finding(without, "azide").probability is None
    assert finding(without, "amine").status == "not assessable"
    assert finding(without, "alkane").status == "absent"
    assert "region-missing" in codes(without)
    text = next(warning.text for warning in without.warnings if warning.code == "region-missing")
    assert "amine" in text
    assert "azide" not in text
    with_nitrogen = analyze(spectrum(("C 1s", "O 1s", "N 1s")), sure)
    assert finding(with_nitrogen, "amine").status == "present"


def test_oxygen_that_was_measured_in_part_is_not_called_unmeasured(spectrum: Make, runtime: Any) -> None:
    carbon, oxygen = spectrum(("C 1s", "O 1s")).regions
    kept = oxygen.binding_energy_ev < 535.0
    short = replace(oxygen, binding_energy_ev=oxygen.binding_energy_ev[kept], intensity=oxygen.intensity[kept])
    found = analyze(replace(spectrum(), regions=(carbon, short)), runtime(0.0, PET))
    text = next(warning.text for warning in found.warnings if warning.code == "region-missing")
    assert "O 1s was measured in part" in text
    assert "not measured" not in text


def test_a_region_must_cover_its_line_after_the_shift(spectrum: Make, runtime: Any) -> None:
    full = spectrum(("C 1s", "N 1s"))
    nitrogen = full.regions[1]
    keep = nitrogen.binding_energy_ev < 403.0
    short = replace(nitrogen, binding_energy_ev=nitrogen.binding_energy_ev[keep], intensity=nitrogen.intensity[keep])
    measured = replace(full, regions=(full.regions[0], short))
    amine = {"amine": 0.9}
    # Peaks that stand 5 eV too low lie inside the region; peaks that stand 5 eV too high lie beyond its end.
    assert finding(analyze(measured, runtime(-4.0, amine)), "amine").status == "present"
    assert finding(analyze(measured, runtime(4.0, amine)), "amine").status == "not assessable"


def test_evidence_names_only_signals_that_stand_in_the_spectrum(spectrum: Make, runtime: Any) -> None:
    both = analyze(spectrum(shift_ev=2.5), runtime(2.5, PET))
    assert texts(both, "ester (aromatic)") == ("C 1s 288.7 eV", "C 1s 286.3 eV", "O 1s")
    assert texts(both, "benzene ring") == ("C 1s 284.7 eV", "C 1s 291.4 eV")
    carbon = analyze(spectrum(("C 1s",), shift_ev=2.5), runtime(2.5, PET))
    assert texts(carbon, "ester (aromatic)") == ("C 1s 288.7 eV", "C 1s 286.3 eV")
    # Polystyrene has no ester: a model that insists gets no evidence from it.
    wrong = analyze(spectrum(("C 1s", "O 1s"), key="PS"), runtime(0.0, PET))
    assert texts(wrong, "ester (aromatic)") == ()
    assert "C 1s 291.4 eV" in texts(wrong, "benzene ring")
    # Typed as well: line, energy and how far it stands above the noise; a whole line has no energy of its own.
    first, _, oxygen = finding(both, "ester (aromatic)").evidence
    assert (first.line, oxygen.line, oxygen.energy_ev) == ("C 1s", "O 1s", None)
    assert first.energy_ev == pytest.approx(288.7)
    assert min(first.strength, oxygen.strength) > 5.0
    # Absent groups carry no evidence.
    assert all(group.evidence == () for group in both.groups if group.status != "present")


def test_polyethylene_shows_no_shake_up(spectrum: Make, runtime: Any) -> None:
    analysis = analyze(spectrum(("C 1s",), key="HDPE"), runtime(0.0, PET))
    assert "C 1s 291.4 eV" not in texts(analysis, "benzene ring")


@pytest.mark.parametrize(("shift_ev", "expected"), [(4.4, False), (4.6, True), (-4.6, True)])
def test_a_shift_near_the_trained_limit_is_named(spectrum: Make, runtime: Any, shift_ev: float, expected: bool) -> None:
    analysis = analyze(spectrum(shift_ev=shift_ev), runtime(shift_ev, PET), 284.0)
    assert ("shift-at-limit" in codes(analysis)) is expected


def test_a_model_far_from_the_strongest_maximum_is_named(spectrum: Make, runtime: Any) -> None:
    assert "classical-disagrees" in codes(analyze(spectrum(), runtime(3.0, PET)))
    assert "classical-disagrees" not in codes(analyze(spectrum(), runtime(0.0, PET)))


def test_low_counts_are_named(spectrum: Make, runtime: Any) -> None:
    assert "low-counts" in codes(analyze(spectrum(dose=60.0), runtime(0.0, PET)))
    assert "low-counts" not in codes(analyze(spectrum(), runtime(0.0, PET)))


def test_a_line_of_an_element_outside_the_library_is_named(spectrum: Make, runtime: Any) -> None:
    energies = np.arange(340.0, 360.0, 0.1).astype(np.float64)
    rate = 3000.0 * np.exp(-(((energies - 347.0) / 0.8) ** 2)) + 500.0
    calcium, nothing = (
        np.random.default_rng(2).poisson(counts).astype(np.float64) for counts in (rate, np.full(energies.size, 500.0))
    )
    region = Region("Ca 2p", energies, calcium, "counts", "binding")
    flat = replace(region, intensity=nothing)
    plain = spectrum()
    for extra, expected in ((region, True), (flat, False)):
        analysis = analyze(replace(plain, regions=(*plain.regions, extra)), runtime(0.0, PET))
        assert ("unexplained-line" in codes(analysis)) is expected


@pytest.mark.parametrize(
    ("label", "energy_ev", "expected"),
    [
        ("CKLL", 1223.0, False),
        ("O KL23L23", 978.0, False),
        ("F K(LL)", 832.0, False),
        ("", 25.0, False),
        ("VB", 12.0, False),
        ("O 2s", 24.0, False),
        ("Ga 3d", 20.0, True),
        ("Cu LMM Auger", 568.0, True),
        ("Na KLL", 990.0, True),
    ],
)
def test_what_every_polymer_has_beside_the_lines_of_the_library_is_no_riddle(
    spectrum: Make, runtime: Any, label: str, energy_ev: float, expected: bool
) -> None:
    extra = peaks(label, (energy_ev, 3000.0))
    plain = spectrum()
    analysis = analyze(replace(plain, regions=(*plain.regions, extra)), runtime(0.0, PET))
    assert ("unexplained-line" in codes(analysis)) is expected


def test_json_has_the_keys_and_types_of_the_contract(spectrum: Make, runtime: Any) -> None:
    plain = to_json(analyze(spectrum(), runtime(2.31, PET, (2.84, 0.31, {"alkane": 0.9}))))
    read = json.loads(json.dumps(plain, allow_nan=False))
    assert list(read) == [
        *("schema", "file", "sample", "sha256", "shift_ev", "shift_uncertainty_ev", "shift_classical_ev"),
        *("reference_ev", "alternatives", "charge_undecided", "doubt", "candidates", "groups", "regions"),
        *("graphitic_share", "polymer_share", "reference_lines", "warnings", "model", "version"),
        *("verdict", "fit", "composition"),
    ]
    assert read["schema"] == "xps-keras/analysis/2"
    assert list(read["alternatives"][0]) == ["shift_ev", "weight", "present"]
    assert read["alternatives"][0]["present"] == ["alkane"]
    group = next(group for group in read["groups"] if group["name"] == "ester (aromatic)")
    names = ["name", "status", "probability", "threshold", "detection_limit", "evidence", "carried_by", "without"]
    assert list(group) == names
    assert (group["status"], group["probability"], group["threshold"]) == ("present", 0.95, 0.5)
    assert group["detection_limit"] == 0.2
    assert group["evidence"] == ["C 1s 288.7 eV", "C 1s 286.3 eV", "O 1s"]
    assert len(read["groups"]) == 40
    region = read["regions"][0]
    assert list(region) == ["name", "low_ev", "high_ev", "step_ev", "used", "why", "background", "foreign_share"]
    assert (region["name"], region["used"], region["why"]) == ("C 1s", True, None)
    assert region["background"] in ("shirley", "linear")
    assert all(list(warning) == ["code", "text"] for warning in read["warnings"])
    assert list(read["model"]) == ["name", "version", "sha256"]


def test_nothing_of_the_spectrum_is_changed(spectrum: Make, runtime: Any) -> None:
    measured = spectrum()
    before = [region.intensity.copy() for region in measured.regions]
    analyze(measured, runtime(1.0, PET))
    for region, copy in zip(measured.regions, before, strict=True):
        np.testing.assert_array_equal(region.intensity, copy)


def test_reader_cautions_come_through_once(spectrum: Make, runtime: Any) -> None:
    from xps_keras.errors import SpectrumWarning

    warning = SpectrumWarning("charge-corrected", "The file says it was corrected already.")
    measured = replace(spectrum(), warnings=(warning, warning), path=Path("x.vms"))
    assert codes(analyze(measured, runtime(0.0, PET))).count("charge-corrected") == 1
