"""Energies about whose scale a file says nothing: what its regions are called decides, in text and workbooks."""

from pathlib import Path

import numpy as np
import pytest

from xps_keras.io.read import read, read_all
from xps_keras.spectrum import Region

ENERGIES = np.round(np.arange(278.0, 298.05, 0.1), 1)
COUNTS = np.round(100 + 9000 * np.exp(-0.5 * np.square((ENERGIES - 285.0) / 0.6)))
Tables = list[tuple[str, np.ndarray]]


def regions(folder: Path, form: str, setting: str, tables: Tables, assumed: bool = True) -> tuple[Region, ...]:
    path = folder / "spectrum"
    if form == "text":
        text = f"{setting}\n"
        for name, energies in tables:
            text += f"Region: {name}\n"
            text += "".join(f"{one:.2f}\t{count:.0f}\n" for one, count in zip(energies, COUNTS, strict=True))
        path.write_text(text)
    else:
        openpyxl = pytest.importorskip("openpyxl")
        book = openpyxl.Workbook()
        for name, energies in tables:
            sheet = book.create_sheet(name)
            for row in ([setting], ["Energy", "Counts"], *zip(energies.tolist(), COUNTS.tolist(), strict=True)):
                sheet.append(row)
        book.save(path)
    (found,) = read_all(path)
    assert ("scale-assumed" in {warning.code for warning in found.warnings}) is assumed
    return found.regions


@pytest.mark.parametrize("form", ["text", "workbook"])
@pytest.mark.parametrize(
    ("setting", "source"), [("hv = 700 eV", 700.0), ("", 1486.6), ("Operator: X", 1253.6), ("hv = 650 eV", 650.0)]
)
def test_regions_that_stand_where_they_are_called_on_one_scale_are_on_it(
    tmp_path: Path, form: str, setting: str, source: float
) -> None:
    found = regions(tmp_path, form, setting, [("C1s", source - ENERGIES), ("O1s", source - ENERGIES - 247.0)])
    tops = [round(float(region.binding_energy_ev[region.intensity.argmax()]), 1) for region in found]
    assert tops == [285.0, 532.0]
    assert {(region.recorded_energy, region.source_energy_ev) for region in found} == {("kinetic", source)}


@pytest.mark.parametrize("form", ["text", "workbook"])
@pytest.mark.parametrize("setting", ["", "hv = 700 eV"])
def test_regions_that_stand_where_they_are_called_as_binding_energies_are_left(
    tmp_path: Path, form: str, setting: str
) -> None:
    found = regions(tmp_path, form, setting, [("C1s", ENERGIES), ("O1s", ENERGIES + 247.0)])
    assert {region.recorded_energy for region in found} == {"binding"}


@pytest.mark.parametrize("form", ["text", "workbook"])
def test_without_names_what_only_carbon_explains_is_kinetic(tmp_path: Path, form: str) -> None:
    (found,) = regions(tmp_path, form, "", [("Data1", 1486.6 - ENERGIES)])
    assert found.binding_energy_ev[found.intensity.argmax()] == pytest.approx(285.0)


@pytest.mark.parametrize("first", ["Time (s)", "Temperature (K)", "Channel"])
def test_named_energies_in_two_steps_are_the_energies(tmp_path: Path, first: str) -> None:
    energies = np.concatenate(
        [np.arange(278.0, 283.0, 0.25), np.arange(283.0, 290.0, 0.05), np.arange(290.0, 298.0, 0.25)]
    )
    counts = np.round(100 + 9000 * np.exp(-0.5 * np.square((energies - 285.0) / 0.6)))
    rows = [
        f"{place * 0.5},{one:.2f},{count:.0f}" for place, (one, count) in enumerate(zip(energies, counts, strict=True))
    ]
    path = tmp_path / "scan.csv"
    path.write_text("\n".join([f"{first},Binding Energy (eV),Counts", *rows]))
    (found,) = read_all(path)
    (region,) = found.regions
    assert (region.low_ev, region.high_ev) == pytest.approx((278.0, 297.75))
    assert region.binding_energy_ev[region.intensity.argmax()] == pytest.approx(285.0)


@pytest.mark.parametrize(
    ("names", "jitter_ev"),
    [
        ("Set Energy (eV),Actual Energy (eV),Counts,Counts/s", 0.004),
        ("Binding Energy,Kinetic Energy,Counts,Counts corr", 0.02),
    ],
)
def test_two_scales_of_one_region_are_one_region(tmp_path: Path, names: str, jitter_ev: float) -> None:
    moved = ENERGIES + np.random.default_rng(1).normal(0.0, jitter_ev, ENERGIES.size)
    other = 1486.6 - moved if "Kinetic" in names else moved
    rows = [
        f"{one:.1f},{two:.3f},{count:.0f},{2 * count:.0f}"
        for one, two, count in zip(ENERGIES, other, COUNTS, strict=True)
    ]
    path = tmp_path / "scan.csv"
    path.write_text("\n".join([names, *rows]))
    (found,) = read_all(path)
    assert len(found.regions) == 1
    assert found.regions[0].low_ev == pytest.approx(278.0, abs=0.1)


@pytest.mark.parametrize(
    ("setting", "energies", "recorded"),
    [
        ("Start KE: 1188.6\nEnd KE: 1208.6\nhv: 1486.6", ENERGIES, "binding"),
        ("Kinetic energy range: 1188.6 - 1208.6 eV\nhv: 1486.6", ENERGIES, "binding"),
        ("Kinetic energy range: 1188.6 - 1208.6 eV\nhv: 1486.6", 1486.6 - ENERGIES, "kinetic"),
        ("Start KE: 1188.6\nhv: 1486.6", 1486.6 - ENERGIES, "kinetic"),
        ("Kinetic energy at the centre = 1198.6\nhv: 1486.6", 1486.6 - ENERGIES, "kinetic"),
    ],
)
@pytest.mark.parametrize("form", ["text", "workbook"])
def test_a_setting_tells_the_scale_of_energies_beside_it(
    tmp_path: Path, form: str, setting: str, energies: np.ndarray, recorded: str
) -> None:
    if form == "workbook":
        setting = setting.replace("\n", "; ")
    (found,) = regions(tmp_path, form, setting, [("C1s", energies)], assumed=recorded == "binding")
    assert found.recorded_energy == recorded
    assert found.low_ev == pytest.approx(278.0, abs=0.01)


BEAMLINE = "Fix Photon Energy: 600.000000 eV\n{}Energy (eV)\tCPS\n"
SCAN, STEP = "Kinetic Energy Scan:   {:.4f} - {:.4f}   eV\n", "Kinetic Energy Step:  1.0000   eV\n"


@pytest.mark.parametrize(
    ("settings", "kinetic"),
    [
        (SCAN.format(290.0, 325.0) + STEP, True),
        (STEP + SCAN.format(290.0, 325.0), True),
        (SCAN.format(1290.0, 1325.0) + STEP, False),
        (STEP, False),
        ("Kinetic Energy: 300\nBinding Energy: 1186.6\n", True),
        ("Kinetic Energy: 1186.6\nBinding Energy: 300\nBinding Energy: 1186.6\n", False),
    ],
)
def test_a_range_tells_the_scale_and_a_step_does_not(tmp_path: Path, settings: str, kinetic: bool) -> None:
    energies = np.linspace(290.0, 325.0, len(COUNTS))
    rows = "".join(f"{e:.3f}\t{c:g}\n" for e, c in zip(energies, COUNTS, strict=True))
    path = tmp_path / "f.txt"
    path.write_text(BEAMLINE.format(settings) + rows)
    (region,) = read(path).regions
    assert region.recorded_energy == ("kinetic" if kinetic else "binding")
    assert region.low_ev == pytest.approx(275.0 if kinetic else 290.0)


def test_a_step_within_a_survey_does_not_make_it_kinetic(tmp_path: Path) -> None:
    energies = np.arange(0.0, 1200.0, 1.0)
    path = tmp_path / "f.txt"
    rows = "".join(f"{e:.3f}\t{100 + int(e) % 7}\n" for e in energies)
    path.write_text(BEAMLINE.format(STEP) + rows)
    found = read(path)
    assert found.regions[0].recorded_energy == "binding"
    assert "scale-assumed" in {warning.code for warning in found.warnings}
