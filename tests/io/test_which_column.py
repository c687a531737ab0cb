"""Which columns of a table are its energies and its spectrum, and what stands beside them."""

from pathlib import Path

import numpy as np
import pytest

from xps_keras.errors import InputError
from xps_keras.io.read import read_all
from xps_keras.spectrum import Spectrum

ENERGIES = np.arange(280.0, 300.0, 0.1)
COUNTS = np.round(100 + 9000 * np.exp(-0.5 * np.square((ENERGIES - 285.0) / 0.6)))
BACKGROUND = np.linspace(100.0, 140.0, len(ENERGIES)).round()


def read(folder: Path, head: str, *columns: np.ndarray) -> Spectrum:
    path = folder / "table.csv"
    rows = [",".join(f"{value:.2f}" for value in row) for row in zip(*columns, strict=True)]
    path.write_text("\n".join([head, *rows] if head else rows))
    (found,) = read_all(path)
    return found


def top_ev(found: Spectrum, place: int = 0) -> float:
    region = found.regions[place]
    return round(float(region.binding_energy_ev[region.intensity.argmax()]), 1)


@pytest.mark.parametrize(
    "head",
    ["Binding Energy,Background,Number of counts", "BE_eV,C1s_bkg,C1s_raw", "BE,counts_bg,counts", "BE,fit_1,raw"],
)
def test_a_background_or_fit_is_not_the_spectrum(tmp_path: Path, head: str) -> None:
    found = read(tmp_path, head, ENERGIES, BACKGROUND, COUNTS)
    assert top_ev(found) == 285.0
    assert [warning.code for warning in found.warnings if warning.code == "columns-ignored"]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_of_two_scales_without_names_the_binding_energies_are_read(tmp_path: Path, order: tuple[int, int]) -> None:
    scales = ENERGIES, 1486.6 - ENERGIES
    assert top_ev(read(tmp_path, "", scales[order[0]], scales[order[1]], COUNTS, BACKGROUND)) == 285.0


@pytest.mark.parametrize("head", ["BE corrected (eV),BE measured (eV),Counts", "BE (eV),BE corr. (eV),Counts"])
def test_energies_are_read_as_recorded_not_as_corrected(tmp_path: Path, head: str) -> None:
    measured_first = not head.startswith("BE corrected")
    axes = (ENERGIES, ENERGIES - 2.3) if measured_first else (ENERGIES - 2.3, ENERGIES)
    assert top_ev(read(tmp_path, head, *axes, COUNTS)) == 285.0


@pytest.mark.parametrize("before", [False, True])
def test_columns_called_by_core_lines_are_regions_side_by_side(tmp_path: Path, before: bool) -> None:
    if before:
        found = read(tmp_path, "C1s,BE/eV,O1s,BE/eV", COUNTS, ENERGIES, COUNTS, ENERGIES + 247.0)
    else:
        found = read(tmp_path, "BE/eV,C1s,BE/eV,O1s", ENERGIES, COUNTS, ENERGIES + 247.0, COUNTS)
    assert [region.label for region in found.regions] == ["C1s", "O1s"]
    assert (top_ev(found), top_ev(found, 1)) == (285.0, 532.0)


def test_what_is_recorded_beside_the_counts_is_no_sweep(tmp_path: Path) -> None:
    rows = [f"{energy:.2f}  {count:.1f}" for energy, count in zip(ENERGIES, COUNTS, strict=True)]
    ring = [f"{energy:.2f}  {250.0 - 0.1 * place:.1f}" for place, energy in enumerate(ENERGIES)]
    path = tmp_path / "prodigy.xy"
    path.write_text(
        "\n".join(
            [
                "# Energy Axis:  Binding Energy\n# Region: C 1s\n# Cycle: 0, Curve: 0\n# ColumnLabels: energy counts/s",
                *rows,
                "# External Channel Data Cycle: 0, Ring current [mA]\n# ColumnLabels: energy Ring current [mA]",
                *ring,
            ]
        )
    )
    (found,) = read_all(path)
    assert top_ev(found) == 285.0
    assert found.regions[0].intensity.max() == pytest.approx(9100.0)
    assert any("Ring current" in warning.text for warning in found.warnings)


@pytest.mark.parametrize("between", ["\n200 2\n", "\n1 200\nO1s\nBE counts\n"])
@pytest.mark.parametrize("end", ["", "\n0 0"])
def test_numbers_of_points_are_no_rows(tmp_path: Path, between: str, end: str) -> None:
    tables = [
        "\n".join(f"{energy + move:.2f} {count:.0f}" for energy, count in zip(ENERGIES, COUNTS, strict=True))
        for move in (0.0, 247.0)
    ]
    path = tmp_path / "points.txt"
    path.write_text(f"200 2\n{tables[0]}\n{between}{tables[1]}{end}")
    (found,) = read_all(path)
    spans = [(round(region.low_ev, 1), round(region.high_ev, 1)) for region in found.regions]
    assert spans == [(280.0, 299.9), (527.0, 546.9)]
    assert any(warning.code == "rows-ignored" for warning in found.warnings)


def test_a_lone_wrong_energy_inside_a_region_is_still_refused(tmp_path: Path) -> None:
    energies = ENERGIES.copy()
    energies[100] = 999.0
    with pytest.raises(InputError, match="line"):
        read(tmp_path, "BE,counts", energies, COUNTS)


@pytest.mark.parametrize("decimals", [0, 1])
def test_commas_that_part_columns_and_thousands_are_refused(tmp_path: Path, decimals: int) -> None:
    path = tmp_path / "thousands.csv"
    rows = [f"{energy:.2f},{count:,.{decimals}f}" for energy, count in zip(ENERGIES, COUNTS, strict=True)]
    path.write_text("\n".join(["BE,counts", *rows]))
    with pytest.raises(InputError, match="without thousands separators"):
        read_all(path)


@pytest.mark.parametrize("head", ["BE,Counts C1s,BE,O1s", "BE,C1s,BE,Counts O1s", "BE,C1s,BE,O1s"])
def test_a_column_called_by_a_core_line_belongs_to_the_energies_before_it(tmp_path: Path, head: str) -> None:
    found = read(tmp_path, head, ENERGIES, COUNTS, ENERGIES + 247.0, COUNTS[::-1])
    assert [(region.label, round(region.low_ev)) for region in found.regions] == [("C1s", 280), ("O1s", 527)]
    np.testing.assert_array_equal(found.regions[1].intensity, COUNTS[::-1])


@pytest.mark.parametrize("last", [True, False])
def test_a_column_of_photon_energies_is_the_source(tmp_path: Path, last: bool) -> None:
    names, values = ["Kinetic Energy (eV)", "Counts"], [1253.6 - ENERGIES, COUNTS]
    place = 2 if last else 0
    names.insert(place, "Photon Energy (eV)")
    values.insert(place, np.full(len(ENERGIES), 1253.6))
    (region,) = read(tmp_path, ",".join(names), *values).regions
    assert region.source_energy_ev == 1253.6
    np.testing.assert_allclose(region.binding_energy_ev, ENERGIES, atol=0.06)


@pytest.mark.parametrize("head", ["BE,BE corrected,Counts", "BE,Counts,Corrected BE (eV)"])
def test_corrected_energies_beside_the_recorded_ones_are_said(tmp_path: Path, head: str) -> None:
    values = {"BE": ENERGIES + 3.0, "Counts": COUNTS}
    found = read(tmp_path, head, *(values.get(name, ENERGIES) for name in head.split(",")))
    assert "already-corrected" in {warning.code for warning in found.warnings}
    assert found.regions[0].low_ev == pytest.approx(283.0)
    assert found.regions[0].charge_correction_ev == pytest.approx(-3.0)


@pytest.mark.parametrize("name", ["Counts (10^3)", "Intensity (x10\u00b3 counts)", "kcounts", "Counts x 1e3"])
def test_thousands_of_counts_are_counts(tmp_path: Path, name: str) -> None:
    (region,) = read(tmp_path, f"BE (eV),{name}", ENERGIES, COUNTS / 100).regions
    np.testing.assert_allclose(region.intensity, 10 * COUNTS, rtol=1e-3)
