"""Text formats of vendors: PHI, Scienta, SPECS XML, Avantage."""

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


def phi(regions: list[tuple[str, Floats, Floats]], cycle: str = "1 of 1") -> str:
    text = ""
    for number, (name, energy, counts) in enumerate(regions, start=1):
        text += f"Element {name}; Region {number} of {len(regions)}; Depth Cycle {cycle}; Time Per Step 50; Sweeps 8; "
        text += "Anode Mg; Photon Energy 1253.6; XPS;\r\n"
        text += "".join(f"{e:g}\t{c:g}\r\n" for e, c in zip(energy[::-1], counts[::-1], strict=True))
    return text


def test_phi_regions_are_named_by_their_element_lines(write: Write, carbon: Carbon) -> None:
    spectrum = read(write("f.txt", phi([("Bi 4f", carbon[0] - 125.0, carbon[1]), ("C 1s", *carbon)])))
    bismuth, carbon_region = spectrum.regions
    assert (bismuth.element_line, carbon_region.label) == ("Bi 4f", "C 1s")
    assert (carbon_region.source_energy_ev, carbon_region.dwell_s, carbon_region.scans) == (1253.6, 0.05, 8)
    np.testing.assert_allclose(carbon_region.binding_energy_ev, carbon[0])


def test_phi_depth_cycles_are_samples(write: Write, carbon: Carbon) -> None:
    text = phi([("C 1s", *carbon)], "1 of 2") + phi([("C 1s", carbon[0], 2 * carbon[1])], "2 of 2")
    assert [one.sample for one in read_all(write("f.txt", text))] == ["depth cycle 1", "depth cycle 2"]


def test_phi_exports_one_behind_the_other_and_areas_are_samples(write: Write, carbon: Carbon) -> None:
    regions = [("C 1s", *carbon), ("O 1s", carbon[0] + 247.0, carbon[1])]
    appended = read_all(write("f.txt", phi(regions) + phi(regions)))
    assert [len(one.regions) for one in appended] == [2, 2]
    assert "several-files" in {warning.code for warning in appended[0].warnings}
    areas = [phi(regions[:1]).replace("Depth", f"Area {area} of 2; Depth") for area in (1, 2)]
    assert [one.sample for one in read_all(write("g.txt", "".join(areas)))] == ["area 1", "area 2"]


def test_a_broken_phi_row_is_named(write: Write, carbon: Carbon) -> None:
    lines = phi([("C 1s", *carbon)]).split("\r\n")
    lines[50] = lines[50].split("\t")[0]
    with pytest.raises(InputError, match=r"f\.txt: line 51 "):
        read(write("f.txt", "\r\n".join(lines)))


def test_specs_detectors_are_moved_onto_one_another_and_scans_summed(
    write: Write, carbon: Carbon, write_specs_xml: Callable[..., str]
) -> None:
    text = write_specs_xml(*carbon, scans=3, detectors=(-0.02, -0.01, 0.0, 0.01, 0.02))
    (region,) = read(write("f.xml", text)).regions
    np.testing.assert_allclose(region.binding_energy_ev, carbon[0], atol=1e-4)
    np.testing.assert_allclose(region.intensity[5:-5], carbon[1][5:-5], rtol=1e-6)
    assert (region.label, region.sample, region.scans, region.dwell_s) == ("C1s", "film", 3, 0.1)


def test_entities_are_refused(write: Write) -> None:
    bomb = (
        '<?xml version="1.0"?><!-- CORBA XML --><!DOCTYPE any [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><any>&b;</any>'
    )
    with pytest.raises(InputError, match="defines entities"):
        read(write("f.xml", bomb))


def test_avantage_levels_are_samples(write: Write, carbon: Carbon, write_avantage: Callable[..., str]) -> None:
    spectra = read_all(write("f.avg", write_avantage(*carbon, levels=3)))
    assert [one.sample for one in spectra] == ["etch time 0 s", "etch time 30 s", "etch time 60 s"]
    np.testing.assert_allclose(spectra[2].regions[0].binding_energy_ev, carbon[0], atol=1e-4)


def test_real_specs_file(real_spectra: Path) -> None:
    survey, carbon, sulfur = read(real_spectra / "PBTTT_SPECS.xml").regions
    assert survey.step_ev == pytest.approx(0.5)
    # The thiophene's own references: C 1s at 285.0 eV, S 2p 3/2 near 164.0 eV.
    assert carbon.binding_energy_ev[np.argmax(carbon.intensity)] == pytest.approx(285.0, abs=0.1)
    assert sulfur.binding_energy_ev[np.argmax(sulfur.intensity)] == pytest.approx(164.0, abs=0.2)
    # The transmission falls with the kinetic energy, which is higher in S 2p, at the pass energy of both.
    assert (carbon.pass_energy_ev, sulfur.pass_energy_ev) == (20.0, 20.0)
    assert carbon.transmission is not None
    assert sulfur.transmission is not None
    assert np.all(np.diff(carbon.transmission) > 0)
    assert carbon.transmission.min() > sulfur.transmission.max()


def test_real_scienta_file(real_spectra: Path) -> None:
    (region,) = read(real_spectra / "Cu-HHTP_C1s_Scienta.txt").regions
    assert (region.label, region.sample, region.source_energy_ev) == ("C 1s", "Cu-HHTP", 400.0)
    assert (region.low_ev, region.high_ev) == pytest.approx((280.0, 296.0))
    assert len(region.intensity) == 321


@pytest.mark.parametrize("name", ["titanate_charged_1_PHI.txt", "titanate_charged_2_PHI.txt"])
def test_real_phi_text(real_spectra: Path, name: str) -> None:
    regions = {region.label: region for region in read(real_spectra / name).regions}
    assert regions.keys() == {"Bi 4f", "Na 1s", "O 1s", "Sr 3d", "Ti 2p", "C 1s"}
    assert all(region.source_energy_ev == 1253.6 for region in regions.values())


def test_every_real_file_is_read_by_its_own_reader(real_spectra: Path) -> None:
    kinds: dict[str, Any] = {
        "carbon_black_fluoropolymer_KAlpha.TXT": "two-column text",
        "Cu-HHTP_C1s_Scienta.txt": "Scienta SES text",
        "PBTTT_SPECS.xml": "SPECS XML",
        "titanate_charged_1_PHI.txt": "PHI text",
        "MultiPak_VersaProbe.npl": "VAMAS",
    }
    for name, kind in kinds.items():
        assert read_all(real_spectra / name)[0].file_format == kind


SCIENTA = (
    "[Info]\nNumber of Regions=2\nVersion=1.3.1\n\n[Region 1]\nRegion Name=C 1s\nDimension 1 name=Binding Energy [eV]\n"
)


def test_steps_of_a_scienta_region_are_sweeps_and_an_empty_region_is_named(tmp_path: Path) -> None:
    rows, again = (
        "\n".join(f"{energy:.1f}  {least + place}" for place, energy in enumerate(np.arange(280.0, 300.0, 0.1)))
        for least in (10.0, 11.0)
    )
    text = f"{SCIENTA}\n[Data 1:1]\n{rows}\n\n[Data 1:2]\n{again}\n\n[Region 2]\nRegion Name=O 1s\n\n[Data 2]\n"
    path = tmp_path / "steps.txt"
    path.write_text(text)
    found = read(path)
    (region,) = found.regions
    assert (region.label, region.scans) == ("C 1s", 2)
    said = {warning.code: warning.text for warning in found.warnings}
    assert "O 1s" in said["region-skipped"]
    assert "sweeps-summed" in said
