"""A carbide's C 1s stands where hydrocarbon of another charge would; metal and hydrocarbon tell which it is."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import xps_keras as xk
from xps_keras.analysis.analyzing import analyze
from xps_keras.analysis.carbides import carbide_charge
from xps_keras.analysis.references import ReferenceLine
from xps_keras.preprocessing.channels import to_channels
from xps_keras.spectrum import Region, Spectrum

from .conftest import doublet, peaks

Make = Callable[..., Spectrum]


def sample(*regions: Region) -> Spectrum:
    return Spectrum(Path("sample.vms"), "VAMAS", "ab" * 32, regions)


def mxene(shift_ev: float, hydrocarbon: float = 0.7) -> Spectrum:
    """Ti3C2 with fluorine, oxide and adventitious carbon on it."""
    return sample(
        peaks("C 1s", (282.0 + shift_ev, 1.0), (284.9 + shift_ev, hydrocarbon), (286.5 + shift_ev, 0.15)),
        peaks("O 1s", (530.0 + shift_ev, 0.5), (531.8 + shift_ev, 0.4)),
        peaks("F 1s", (685.1 + shift_ev, 0.5)),
        doublet("Ti 2p", 455.2 + shift_ev, 6.1, 0.5),
    )


@pytest.mark.parametrize("shift_ev", [-4.0, 0.0, 3.3])
def test_a_carbide_taken_for_hydrocarbon_asks_for_its_charge(shift_ev: float) -> None:
    asked = carbide_charge(to_channels(mxene(shift_ev)), shift_ev - 2.9)
    assert asked is not None
    assert asked.shift_ev == pytest.approx(shift_ev, abs=0.2)
    assert "titanium carbide" in asked.words
    assert carbide_charge(to_channels(mxene(shift_ev)), shift_ev) is None  # the answer that is right


@pytest.mark.parametrize(
    ("line", "energy_ev", "carbon_ev"),
    [
        ("V 2p", 513.5, 282.3),
        ("Nb 3d", 203.6, 281.9),
        ("Ta 4f", 23.6, 282.8),
        ("W 4f", 31.7, 282.7),
        ("Si 2p", 100.4, 282.8),
        ("B 1s", 187.9, 282.6),
    ],
)
def test_carbides_of_other_elements(line: str, energy_ev: float, carbon_ev: float) -> None:
    found = sample(
        peaks("C 1s", (carbon_ev, 1.0), (285.0, 0.6)), doublet(line, energy_ev, 2.0, 0.6), peaks("O 1s", (532.5, 0.4))
    )
    asked = carbide_charge(to_channels(found), carbon_ev - 285.0)
    assert asked is not None
    assert asked.shift_ev == pytest.approx(0.0, abs=0.15)


def test_a_line_that_agrees_with_the_answer_stops_it() -> None:
    """Gold at 84 eV beside the answer, or sodium at home, is no chance."""
    channels = to_channels(mxene(0.0))
    for sure in (True, False):
        agrees = ReferenceLine("Au 4f7/2 of gold", 81.1, -2.9, True, sure, not sure)
        assert carbide_charge(channels, -2.9, [agrees]) is None
    own = ReferenceLine("Ti 2p3/2 of titanium(IV)", 455.2, -3.4, True, False, True)
    assert carbide_charge(channels, -2.9, [own]) is not None  # of titanium itself it proves nothing


def test_a_scan_of_coarse_steps_before_the_fine_one_changes_nothing() -> None:
    fine = mxene(0.0)
    carbon = fine.regions[0]
    coarse = replace(carbon, binding_energy_ev=carbon.binding_energy_ev[::5], intensity=carbon.intensity[::5])
    assert carbide_charge(to_channels(replace(fine, regions=(coarse, *fine.regions))), -2.9) is not None


def test_without_the_hydrocarbon_nothing_tells() -> None:
    assert carbide_charge(to_channels(mxene(0.0, hydrocarbon=0.2)), -2.9) is None


def test_a_protein_on_titania_is_none_though_nitrogen_was_not_recorded() -> None:
    layer = sample(
        peaks("C 1s", (285.0, 1.0), (286.3, 0.75), (288.1, 0.55)),
        peaks("O 1s", (530.1, 0.6), (531.7, 0.5)),
        doublet("Ti 2p", 458.6, 5.7, 0.5),
    )
    assert carbide_charge(to_channels(layer), 0.0) is None


@pytest.mark.parametrize("label", ["Si 2p", ""])
def test_silicon_carbide_without_oxygen_is_told_by_its_two_lines(label: str) -> None:
    carbon, silicon = peaks("C 1s", (283.1, 1.0), (284.7, 0.3)), peaks(label, (100.8, 0.6))
    channels = to_channels(sample(carbon, silicon))
    asked = carbide_charge(channels, -1.7, graphitic=0.5)
    assert asked is not None
    assert asked.shift_ev == pytest.approx(0.3, abs=0.1)
    assert carbide_charge(channels, -1.7, graphitic=0.05) is None  # a silicone, or glass with carbon on it
    oxygen = peaks("O 1s", (530.4, 0.6))
    assert carbide_charge(to_channels(sample(carbon, silicon, oxygen)), -1.7, graphitic=0.5) is None


def test_a_silicone_with_ethers_is_no_silicon_carbide() -> None:
    """Its C 1s and Si 2p are those of silicon carbide with hydrocarbon on it, charged by 1.6 eV; its oxygen is not."""
    silicone = sample(
        peaks("C 1s", (284.4, 1.0), (286.5, 0.8)), peaks("O 1s", (532.2, 0.6)), peaks("Si 2p", (101.9, 0.3))
    )
    assert carbide_charge(to_channels(silicone), 0.0) is None


@pytest.mark.parametrize("key", ["PET", "PMMA", "PCL", "N6", "PVA"])
def test_a_polymer_on_titania_is_none(spectrum: Make, key: str) -> None:
    lines = ("C 1s", "O 1s", "N 1s") if key == "N6" else ("C 1s", "O 1s")
    polymer = spectrum(lines, 1.5, key=key)
    titania = doublet("Ti 2p", 460.1, 5.7, 0.5)
    oxygen = next(region for region in polymer.regions if region.label == "O 1s")
    oxide = 20_000.0 * np.exp(-(((oxygen.binding_energy_ev - 531.5) / 0.7) ** 2))
    coated = [region for region in polymer.regions if region is not oxygen]
    covered = replace(oxygen, intensity=oxygen.intensity + oxide)
    found = sample(*coated, covered, titania)
    assert carbide_charge(to_channels(found), 1.5) is None
    assert xk.analyze(found).shift_ev == pytest.approx(1.5, abs=0.3)


@pytest.mark.parametrize("shift_ev", [-1.2, 0.6, 4.0])
def test_the_charge_of_a_mxene_is_right(shift_ev: float) -> None:
    answer = xk.analyze(mxene(shift_ev))
    assert answer.shift_ev == pytest.approx(shift_ev, abs=0.4)
    assert answer.charge_undecided


def test_a_sure_network_is_not_overruled_but_the_other_value_is_told(runtime: Any) -> None:
    answer = analyze(mxene(1.0), runtime(-1.9, {"alkane": 0.9}))
    assert answer.shift_ev == pytest.approx(-1.9)
    assert answer.charge_undecided
    said = next(warning.text for warning in answer.warnings if warning.code == "charge-undecided")
    assert "titanium carbide" in said
    assert "+0.9" in said or "+1.0" in said


def test_silicones_keep_their_charge(spectrum: Make) -> None:
    for lines in (("C 1s", "Si 2p"), ("C 1s", "O 1s", "Si 2p")):
        answer = xk.analyze(spectrum(lines, 1.0, key="PDMS"))
        assert answer.shift_ev == pytest.approx(1.0, abs=0.3)
        assert not answer.charge_undecided
