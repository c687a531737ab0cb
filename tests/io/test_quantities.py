"""Units, times and source energies in the words of text files: each as it is meant, none from the next line."""

from pathlib import Path

import numpy as np
import pytest

from xps_keras.io.read import read_all
from xps_keras.spectrum import Region

ENERGIES = np.arange(280.0, 300.0, 0.1)
COUNTS = np.round(100 + 9000 * np.exp(-0.5 * np.square((ENERGIES - 285.0) / 0.6)))


def region(
    folder: Path,
    *head: str,
    energies: np.ndarray = ENERGIES,
    scale: float = 1.0,
    unit: str = "",
    separator: str = "\t",
) -> Region:
    path = folder / "spectrum.txt"
    rows = (f"{energy:.6g}{separator}{count * scale:.6g}{unit}" for energy, count in zip(energies, COUNTS, strict=True))
    path.write_text("\n".join([*head, *rows]))
    (found,) = read_all(path)
    return found.regions[0]


@pytest.mark.parametrize("name", ["kcps", "Intensity (kcps)", "kcounts/s"])
def test_thousands_of_counts_are_counts(tmp_path: Path, name: str) -> None:
    found = region(tmp_path, f"BE (eV)\t{name}", scale=1e-3)
    assert found.intensity.max() == pytest.approx(9100.0, rel=1e-3)
    assert found.intensity_unit == "counts/s"


def test_a_unit_behind_each_number_counts_too(tmp_path: Path) -> None:
    assert region(tmp_path, "BE (eV)\tIntensity", scale=1e-3, unit=" kcps").intensity.max() == pytest.approx(9100.0)


@pytest.mark.parametrize(("name", "unit"), [("Binding energy (keV)", 1e-3), ("Binding energy (meV)", 1e3)])
def test_energies_of_other_units_are_in_ev(tmp_path: Path, name: str, unit: float) -> None:
    found = region(tmp_path, f"{name}\tCounts", energies=ENERGIES * unit)
    assert found.binding_energy_ev[found.intensity.argmax()] == pytest.approx(285.0, abs=0.05)


@pytest.mark.parametrize(
    ("line", "energy_ev"),
    [
        ("Excitation Energy: 1.4866 keV", 1486.6),
        ("Photon energy: 1,486.6 eV", 1486.6),
        ("hv (eV) = 1253.6", 1253.6),
        ("Source: Mg 1253.6 eV", 1253.6),
        ("X-ray source: Ag La (2984.3 eV)", 2984.3),
        ("Sources Al Ka / Mg Ka, used: Mg Ka 1253.6 eV", 1253.6),
        ("X-ray: Mg", 1253.6),
        ("Source: DAR400 Al/Mg twin anode, used Mg", 1253.6),
        ("\u6fc0\u53d1\u80fd\u91cf: 1253.6 eV", 1253.6),
        ("\u00c9nergie des photons : 650 eV", 650.0),
        ("Energ\u00eda de excitaci\u00f3n: 1253.6 eV", 1253.6),
        ("Zr L\u03b1", 2042.4),
        ("Ga K\u03b1 HAXPES", 9251.7),
        ("Excitation Energy: Al K-alpha\nPass Energy: 20 eV", 1486.6),
        ("PE: 650 eV", 650.0),
        ("Beamline energy: 650 eV", 650.0),
        ("Monochromator = 650 eV", 650.0),
        ("X-ray source: Al K-alpha\nMonochromator: 600 l/mm", 1486.6),
        ("X-ray source: Al K-alpha\nExcitation: 225 Watt", 1486.6),
        ("X-ray source: Al K-alpha\nPE: 280 eV", 1486.6),
        ("E_ph (eV): 650", 650.0),
        ("Ephoton = 650", 650.0),
        ("Ion beam energy: 3000 eV\nPhotons: 650 eV", 650.0),
        ("PE: 20 eV, hv = 650 eV", 650.0),
    ],
)
def test_the_source_is_the_one_that_is_meant(tmp_path: Path, line: str, energy_ev: float) -> None:
    found = region(tmp_path, line, "Kinetic energy\tCounts", energies=energy_ev - ENERGIES)
    assert found.source_energy_ev == pytest.approx(energy_ev)
    assert found.binding_energy_ev[found.intensity.argmax()] == pytest.approx(285.0, abs=0.05)


def test_a_time_of_day_is_no_dwell_time(tmp_path: Path) -> None:
    assert region(tmp_path, "Acquisition Time: 12:58:10", "BE\tCounts").dwell_s is None
    assert region(tmp_path, "Dwell time (ms): 100", "BE\tCounts").dwell_s == pytest.approx(0.1)


def test_a_title_that_speaks_of_x_rays_names_no_source(tmp_path: Path) -> None:
    assert (
        region(tmp_path, "X-ray photoelectron spectrum C1s 285 eV", "Binding energy\tCounts").source_energy_ev is None
    )


def test_settings_stand_in_cells_with_their_unit_and_in_quotes(tmp_path: Path) -> None:
    head = "Sample,Foil B,\nPass energy,20,eV\nDwell time,100,ms\nX-ray source,Mg Ka,\n,,"
    plain = region(tmp_path, head, "Binding energy,Counts", separator=",")
    quoted = region(
        tmp_path,
        '"Sample Name","Foil B"\n"Pass Energy","20"\n"Dwell Time","100 ms"\n"X-ray","MgKa"',
        '"Binding Energy","Counts"',
        separator=",",
    )
    for one in (plain, quoted):
        assert (one.sample, one.pass_energy_ev, one.source_energy_ev) == ("Foil B", 20.0, 1253.6)
        assert one.dwell_s == pytest.approx(0.1)
