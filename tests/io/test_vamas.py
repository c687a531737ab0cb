"""VAMAS files as real programs write them, and as they break."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from xps_keras.errors import InputError
from xps_keras.io import read, read_all

Floats = NDArray[np.float64]
Write = Callable[[str, str | bytes], Path]
Carbon = tuple[Floats, Floats]
SOURCE = 1486.6


def codes(warnings: Any) -> set[str]:
    return {warning.code for warning in warnings}


@pytest.mark.parametrize("scan", ["REGULAR", "IRREGULAR"])
@pytest.mark.parametrize("scale", ["Binding Energy", "Kinetic Energy"])
@pytest.mark.parametrize("with_transmission", [False, True])
def test_axis_kinds_give_the_same_region(
    vamas: Any, write: Write, carbon: Carbon, scan: str, scale: str, with_transmission: bool
) -> None:
    energy, counts = carbon
    axis = SOURCE - energy if scale.startswith("Kinetic") else energy
    second = ("Transmission", np.linspace(2.0, 3.0, len(energy))) if with_transmission else None
    vamas.scan = scan
    region = read(write("f", vamas.add(axis, counts, scale=scale, second=second).text())).regions[0]
    np.testing.assert_allclose(region.binding_energy_ev, energy, atol=2e-6)
    np.testing.assert_array_equal(region.intensity, counts)
    assert region.recorded_energy == ("kinetic" if scale.startswith("Kinetic") else "binding")
    assert (region.dwell_s, region.scans, region.intensity_unit) == (0.5, 4, "counts")


def test_transmission_before_the_counts_is_passed_over(vamas: Any, write: Write, carbon: Carbon) -> None:
    energy, counts = carbon
    vamas.add(energy, np.full(len(energy), 2.0), signal=("transmission", "d"), second=("counts", counts))
    np.testing.assert_array_equal(read(write("f", vamas.text())).regions[0].intensity, counts)


def test_a_background_before_the_counts_is_passed_over_and_named(vamas: Any, write: Write, carbon: Carbon) -> None:
    energy, counts = carbon
    vamas.add(energy, np.full(len(energy), 2.0), signal=("Background Intensity", "d"), second=("Intensity", counts))
    found = read(write("f", vamas.text()))
    np.testing.assert_array_equal(found.regions[0].intensity, counts)
    assert any("Background Intensity" in warning.text for warning in found.warnings)


def test_the_technique_is_read_in_small_letters_too(vamas: Any, write: Write, carbon: Carbon) -> None:
    text = vamas.add(*carbon, technique="xps").text()
    np.testing.assert_array_equal(read(write("f", text)).regions[0].intensity, carbon[1])


def test_energies_in_kev_are_in_ev(vamas: Any, write: Write, carbon: Carbon) -> None:
    vamas.scan = "IRREGULAR"
    energy, counts = carbon
    text = vamas.add(1e-3 * energy, counts).text().replace("\r\neV\r\n", "\r\nkeV\r\n")
    np.testing.assert_allclose(read(write("f", text)).regions[0].binding_energy_ev, energy, atol=1e-4)


def test_the_work_function_is_not_subtracted(vamas: Any, write: Write, carbon: Carbon) -> None:
    energy, counts = carbon
    text = vamas.add(SOURCE - energy, counts, scale="kinetic energy", work_function="4.5").text()
    region = read(write("f", text)).regions[0]
    top = region.binding_energy_ev[np.argmax(region.intensity)]
    assert top == pytest.approx(energy[np.argmax(counts)], abs=1e-6)


@pytest.mark.parametrize("mode", ["NORM", "SDP", "SDPSV", "MAP", "MAPDP", "MAPSV", "MAPSVDP", "SEM", "NOEXP"])
def test_experiment_modes_with_their_extra_lines(vamas: Any, write: Write, carbon: Carbon, mode: str) -> None:
    vamas.mode = mode
    vamas.variables = [("etch time", "s"), ("temperature", "K")]
    vamas.add(*carbon).add(*carbon, name="C 1s later")
    spectra = read_all(write("f", vamas.text()))
    assert [region.label for spectrum in spectra for region in spectrum.regions] == ["C 1s", "C 1s later"]
    np.testing.assert_array_equal(spectra[1].regions[0].intensity, carbon[1])
    assert not spectra[0].warnings


@pytest.mark.parametrize("sign", [1, -1])
def test_later_blocks_may_hold_only_some_items(vamas: Any, write: Write, carbon: Carbon, sign: int) -> None:
    own = [8, 29, 30, 31, 35]  # comment, species, transition, axis, scans
    vamas.listed = own if sign > 0 else [item for item in range(1, 41) if item not in own]
    vamas.listed_sign = sign
    oxygen = carbon[0] + 247.0
    vamas.add(*carbon).add(oxygen, carbon[1], name="O 1s", transition="1s", only=own, comment=["x"], scans="9")
    first, second = read(write("f", vamas.text())).regions
    np.testing.assert_allclose(second.binding_energy_ev, oxygen, atol=2e-6)
    assert (first.scans, second.scans) == (4, 9)
    assert second.source_energy_ev == first.source_energy_ev == SOURCE


def test_entries_of_later_editions_are_passed_over(vamas: Any, write: Write, carbon: Carbon) -> None:
    vamas.future_header, vamas.future_block = ["one", "two"], ["a", "17", "c"]
    np.testing.assert_array_equal(read(write("f", vamas.add(*carbon).text())).regions[0].intensity, carbon[1])


def test_leading_blank_lines_zero_bytes_and_latin1(vamas: Any, write: Write, carbon: Carbon) -> None:
    text = vamas.add(*carbon, name="Probe 5 µm", comment=["Größe: 2 µm"]).text()
    data = b"\r\n\r\n" + text.encode("latin-1").replace(b"\r\n1s\r\n", b"\r\n1s\0\0\r\n")
    assert b"\0" in data
    spectrum = read(write("f", data))
    assert spectrum.regions[0].label == "Probe 5 µm"
    assert spectrum.regions[0].place.startswith("block 1")


def test_a_numbered_block_is_named_after_its_species(vamas: Any, write: Write, carbon: Carbon) -> None:
    assert read(write("f", vamas.add(*carbon, name="Block No.1").text())).regions[0].label == "C 1s"


def test_unknown_quantities_stay_unknown(vamas: Any, write: Write, carbon: Carbon) -> None:
    region = read(write("f", vamas.add(*carbon, source="1e+037", dwell="1E+37", scans="-1").text())).regions[0]
    assert region.source_energy_ev is None
    assert region.dwell_s is None
    assert region.scans is None


def test_counts_per_second_are_told_from_counts(vamas: Any, write: Write, carbon: Carbon) -> None:
    assert (
        read(write("f", vamas.add(*carbon, signal=("Intensity", "c/s")).text())).regions[0].intensity_unit == "counts/s"
    )


@pytest.mark.parametrize(("said", "complete"), [(5, False), (1, True)])
def test_a_wrong_number_of_blocks_loses_none(
    vamas: Any, write: Write, carbon: Carbon, said: int, complete: bool
) -> None:
    vamas.count = said
    vamas.add(*carbon).add(carbon[0] + 247.0, carbon[1], name="O 1s")
    spectrum = read(write("f", vamas.text()))
    assert len(spectrum.regions) == 2
    assert codes(spectrum.warnings) == {"block-count"}
    assert f"promises {said}" in spectrum.warnings[0].text


@pytest.mark.parametrize("keep", [0.56, 0.75, 0.98])
def test_a_file_cut_in_the_second_block_keeps_the_first(vamas: Any, write: Write, carbon: Carbon, keep: float) -> None:
    text = vamas.add(*carbon).add(carbon[0] + 247.0, carbon[1], name="O 1s").text()
    assert len("\r\n".join(vamas.blocks[0])) < 0.5 * len(text)
    spectrum = read(write("f", text[: int(keep * len(text))]))
    assert [region.label for region in spectrum.regions] == ["C 1s"]
    np.testing.assert_array_equal(spectrum.regions[0].intensity, carbon[1])
    assert codes(spectrum.warnings) == {"file-truncated"}


@pytest.mark.parametrize("keep", [0.03, 0.1, 0.5])
def test_a_file_without_a_complete_block_is_refused(vamas: Any, write: Write, carbon: Carbon, keep: float) -> None:
    text = vamas.add(*carbon).text()
    with pytest.raises(InputError, match=r"f: the VAMAS file ends within its (header|first block)"):
        read(write("f", text[: int(keep * len(text))]))


def test_a_cut_last_value_is_pointed_at(vamas: Any, write: Write, carbon: Carbon) -> None:
    vamas.terminator = ""
    text = vamas.add(*carbon).text().rstrip("\r\n")[:-1]
    assert codes(read(write("f", text)).warnings) == {"file-truncated"}


@pytest.mark.parametrize("said", [0, 1, 7, 5000])
def test_a_wrong_comment_length_loses_no_block(vamas: Any, write: Write, carbon: Carbon, said: int) -> None:
    oxygen = carbon[0] + 247.0
    vamas.add(*carbon, comment=["one", "two", "three"], comment_count=said).add(oxygen, carbon[1], name="O 1s")
    spectrum = read(write("f", vamas.text()))
    assert [region.label for region in spectrum.regions] == ["C 1s", "O 1s"]
    np.testing.assert_array_equal(spectrum.regions[0].intensity, carbon[1])
    assert codes(spectrum.warnings) == {"block-comment"}


def test_a_wrong_comment_length_in_the_header(vamas: Any, write: Write, carbon: Carbon) -> None:
    vamas.header_comment_count = 4
    np.testing.assert_array_equal(read(write("f", vamas.add(*carbon).text())).regions[0].intensity, carbon[1])


def test_a_broken_block_costs_only_itself(vamas: Any, write: Write, carbon: Carbon) -> None:
    vamas.add(carbon[0] + 115.0, carbon[1], name="N 1s", species="N")
    vamas.add(*carbon).add(carbon[0] + 247.0, carbon[1], name="O 1s", species="O", comment=["Calib M = 533 A = 532 BE"])
    vamas.blocks[1][-5] = "1.2.3"
    spectrum = read(write("f", vamas.text()))
    assert [region.label for region in spectrum.regions] == ["N 1s", "O 1s"]
    assert spectrum.regions[1].low_ev == pytest.approx(carbon[0][0] + 247.0)
    assert spectrum.regions[1].charge_correction_ev == pytest.approx(-1.0)
    assert "block-unreadable" in codes(spectrum.warnings)


def test_blocks_of_other_techniques_are_left_out(vamas: Any, write: Write, carbon: Carbon) -> None:
    vamas.add(*carbon, technique="UPS", name="valence").add(*carbon)
    spectrum = read(write("f", vamas.text()))
    assert len(spectrum.regions) == 1
    assert "UPS" in next(warning.text for warning in spectrum.warnings if warning.code == "block-skipped")


@pytest.mark.parametrize(
    ("lines", "correction"),
    [
        (["Calib M = 280.28 A = 285 BE ADD"], 4.72),
        (["Calib M = 286.1 A = 285 BE ADD", "Calib M = 285.2 A = 285 BE ADD"], -1.3),
        (["Calib M = 1201.6 A = 1200.6 KE ADD"], 1.0),
    ],
)
def test_a_casaxps_calibration_is_told_and_not_applied(
    vamas: Any, write: Write, carbon: Carbon, lines: list[str], correction: float
) -> None:
    spectrum = read(write("f", vamas.add(*carbon, comment=["Casa Info Follows", "0", *lines, "0"]).text()))
    region = spectrum.regions[0]
    np.testing.assert_allclose(region.binding_energy_ev, carbon[0], atol=2e-6)
    assert region.charge_correction_ev == pytest.approx(correction)
    assert codes(spectrum.warnings) == {"already-corrected"}
    assert f"{correction:+.2f} eV" in spectrum.warnings[0].text


def test_without_a_calibration_nothing_is_claimed(vamas: Any, write: Write, carbon: Carbon) -> None:
    spectrum = read(write("f", vamas.add(*carbon, comment=["Calib pending"]).text()))
    assert spectrum.regions[0].charge_correction_ev is None
    assert not spectrum.warnings


@pytest.mark.parametrize(("source", "warned"), [("1486.6", False), ("1486.71", False), ("1253.6", True), ("400", True)])
def test_another_source_is_warned_of(vamas: Any, write: Write, carbon: Carbon, source: str, warned: bool) -> None:
    spectrum = read(write("f", vamas.add(*carbon, source=source).text()))
    assert ("source-energy" in codes(spectrum.warnings)) is warned


def test_kinetic_energies_without_a_source_are_those_of_aluminium(vamas: Any, write: Write, carbon: Carbon) -> None:
    text = vamas.add(1486.6 - carbon[0], carbon[1], scale="Kinetic Energy", source="0").text()
    found = read(write("f", text))
    np.testing.assert_allclose(found.regions[0].binding_energy_ev, carbon[0], atol=1e-6)
    assert "source-assumed" in codes(found.warnings)


def test_maps_are_refused(vamas: Any, write: Write, carbon: Carbon) -> None:
    vamas.scan = "MAPPING"
    with pytest.raises(InputError, match="holds a map"):
        read(write("f", vamas.add(*carbon).text()))


def test_real_multipak_file(real_spectra: Path) -> None:
    spectrum = read(real_spectra / "MultiPak_VersaProbe.npl")
    assert [region.label for region in spectrum.regions] == ["C 1s", "O 1s", "S 2p", "N 1s", "Mo 3d"]
    first = spectrum.regions[0]
    assert (first.low_ev, first.high_ev, len(first.intensity)) == (275.0, 305.0, 601)
    assert first.intensity_unit == "counts/s"
    assert first.intensity[-1] == 2047.5  # at 305 eV, the first value in the file; the two before it are the extremes


def test_real_casaxps_files(real_spectra: Path) -> None:
    iron = read(real_spectra / "FeO_Fe2p_CasaXPS.vms").regions[0]
    assert iron.high_ev == pytest.approx(1486.61 - 736.61)
    assert iron.intensity[-1] == 12516.9
    survey = read(real_spectra / "survey_regular_SPECS.vms").regions[0]
    assert survey.step_ev == pytest.approx(1.0)
    assert len(survey.intensity) == 1351
    assert survey.intensity[-1] == 1559.87


@pytest.mark.parametrize(
    "signal",
    [
        ("Intensity", "cts/s"),
        ("Intensity", "s-1"),
        ("Intensity", "Hz"),
        ("Intensity", "counts.s-1"),
        ("Count rate", "d"),
    ],
)
def test_count_rates_are_rates_in_any_spelling(
    vamas: Any, write: Write, carbon: Carbon, signal: tuple[str, str]
) -> None:
    assert read(write("f", vamas.add(*carbon, signal=signal).text())).regions[0].intensity_unit == "counts/s"
    vamas.blocks.clear()
    assert read(write("f", vamas.add(*carbon, signal=("Counts-1", "d")).text())).regions[0].intensity_unit == "counts"


@pytest.mark.parametrize("label", ["Mg K alpha", "MgKa", "Mg", "Mg mono"])
def test_a_source_without_its_energy_is_told_by_its_label(vamas: Any, write: Write, carbon: Carbon, label: str) -> None:
    vamas.add(1253.6 - carbon[0], carbon[1], scale="Kinetic Energy", source="1E37", name="1", species="", transition="")
    text = vamas.text().replace("\r\nAl\r\n", f"\r\n{label}\r\n")
    np.testing.assert_allclose(read(write("f", text)).regions[0].binding_energy_ev, carbon[0], atol=1e-3)


@pytest.mark.parametrize(
    ("identifiers", "names"),
    [
        (["Sample Name: Poly(ethylene glycol)"], ["Poly(ethylene glycol)"]),
        (["Specimen = PET film", "PVC"], ["PET film", "PVC"]),
        (["Sample ID : 1"], ["Sample ID : 1"]),  # a number alone is no name
        (["my sample: PET"], ["my sample: PET"]),
        (["Sample Name: "], [""]),
        ([r"C:\Data\ann\211124\109.1.film.spe:1:1:1.film"], ["1.film"]),
        ([r"C:\Data\ann\211124\109.spe:1:1:2"], ["109"]),
        ([r"\\server\ann\PET film.vms"], ["PET film"]),
        (["/data/ann/PET film.vms"], ["PET film"]),
        ([r"C:\Data\a.spe:1:1:film", r"C:\Data\b.spe:1:1:film"], ["a", "b"]),
        ([r"C:\Data\a\PET.spe", r"C:\Data\b\PET.spe"], [r"C:\Data\a\PET.spe", r"C:\Data\b\PET.spe"]),
        ([r"C:\Data\PET.spe", "PET"], [r"C:\Data\PET.spe", "PET"]),
    ],
)
def test_a_sample_is_called_by_its_name_without_key_and_path(
    vamas: Any, write: Write, carbon: Carbon, identifiers: list[str], names: list[str]
) -> None:
    for place in range(len(identifiers)):
        vamas.add(carbon[0], carbon[1] + 3.0 * place)
    for block, identifier in zip(vamas.blocks, identifiers, strict=True):
        block[1] = identifier
    assert [spectrum.sample for spectrum in read_all(write("f.vms", vamas.text()))] == names
