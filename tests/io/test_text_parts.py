"""Spectra that a program joined on one axis, empty cells or NaN where one has no point."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from xps_keras.io import read_all

Floats = NDArray[np.float64]
Write = Callable[[str, str | bytes], Path]
Carbon = tuple[Floats, Floats]
Spectra = Sequence[tuple[str, Floats, Floats]]


def joined(spectra: Spectra, missing: str) -> str:
    axis = sorted({round(float(energy), 3) for _, energies, _ in spectra for energy in energies})
    held = [dict(zip(np.round(energies, 3).tolist(), counts.tolist(), strict=True)) for _, energies, counts in spectra]
    rows = [[energy, *(one.get(energy, missing) for one in held)] for energy in axis]
    return "\n".join([",".join(["BE", *(name for name, *_ in spectra)]), *(",".join(map(str, row)) for row in rows)])


def held(path: Path) -> list[list[tuple[float, int, float]]]:
    return [
        [(region.low_ev, len(region.intensity), region.intensity.sum()) for region in one.regions]
        for one in read_all(path)
    ]


@pytest.mark.parametrize("missing", ["", "NaN", "NA"])
def test_regions_on_one_axis_are_read(write: Write, carbon: Carbon, missing: str) -> None:
    energy, counts = carbon
    path = write("f.csv", joined([("C1s", energy, counts), ("O1s", energy[:150] + 247.0, counts[50:])], missing))
    (found,) = read_all(path)
    assert [region.label for region in found.regions] == ["C1s", "O1s"]
    np.testing.assert_array_equal(found.regions[1].intensity, counts[50:])


@pytest.mark.parametrize("missing", ["", "NaN"])
@pytest.mark.parametrize("away", [0.05, 1.0, 3.0])
def test_samples_on_one_axis_keep_their_own_energies(write: Write, carbon: Carbon, missing: str, away: float) -> None:
    energy, counts = carbon
    other = np.random.default_rng(1).poisson(counts).astype(np.float64)
    moved = np.round(energy + away, 3)
    path = write("f.csv", joined([("PET", energy, counts), ("PVC", moved, other)], missing))
    assert [one.sample for one in read_all(path)] == ["PET", "PVC"]
    assert held(path) == [[(energy[0], 200, counts.sum())], [(moved[0], 200, other.sum())]]


def test_a_fit_over_a_part_of_a_region_is_none(write: Write, carbon: Carbon) -> None:
    energy, counts = carbon
    smooth = np.convolve(np.pad(counts, 3, mode="edge"), np.ones(7) / 7.0, "valid")
    for name in ("envelope", "A"):
        path = write("f.csv", joined([("Counts", energy, counts), (name, energy[30:160], smooth[30:160])], ""))
        assert held(path) == [[(energy[0], 200, counts.sum())]]
        (found,) = read_all(path)
        assert any(name in warning.text for warning in found.warnings if warning.code == "columns-ignored")


def test_a_spectrum_with_a_hole_is_named_and_not_read(write: Write, carbon: Carbon) -> None:
    energy, counts = carbon
    other = np.random.default_rng(1).poisson(counts).astype(np.float64)
    kept = np.arange(200) != 50
    path = write("f.csv", joined([("PET", energy, counts), ("PVC", energy[kept], other[kept])], ""))
    assert held(path) == [[(energy[0], 200, counts.sum())]]
    assert any("PVC" in warning.text for warning in read_all(path)[0].warnings)


def test_regions_on_one_axis_of_a_sheet_are_read(tmp_path: Path, carbon: Carbon) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    energy, counts = carbon
    book = openpyxl.Workbook()
    book.active.title = "PET"
    book.active.append(["BE", "C1s", "O1s", "O1s fit"])
    for point in zip(energy.tolist(), counts.tolist(), strict=True):
        book.active.append(point)
    for e, c in zip((energy[:150] + 247.0).tolist(), counts[50:].tolist(), strict=True):
        book.active.append([e, None, c, 0.9 * c])
    book.save(tmp_path / "f.xlsx")
    (found,) = read_all(tmp_path / "f.xlsx")
    assert [region.label for region in found.regions] == ["C 1s", "O 1s"]
    np.testing.assert_array_equal(found.regions[1].intensity, counts[50:])
    assert {warning.code for warning in found.warnings} == {"columns-ignored"}
    assert all("fit" in warning.text for warning in found.warnings)


@pytest.mark.parametrize("filling", ["0,0", "-1,-1", "-9999,-9999"])
def test_what_fills_the_columns_of_a_shorter_region_is_no_point(
    tmp_path: Path, carbon: tuple[Floats, Floats], filling: str
) -> None:
    energy, counts = carbon
    lines = ["BE,C1s,BE,O1s"]
    for row, (e, c) in enumerate(zip(energy, counts, strict=True)):
        lines.append(f"{e:.2f},{c:.0f}," + (f"{e + 247.0:.2f},{c:.0f}" if row < 150 else filling))
    (tmp_path / "f.csv").write_text("\n".join(lines))
    (spectrum,) = read_all(tmp_path / "f.csv")
    assert [len(region.intensity) for region in spectrum.regions] == [200, 150]
    (said,) = (warning.text for warning in spectrum.warnings if warning.code == "rows-ignored")
    assert "Lines 152 to 201" in said


def test_rows_of_zeros_behind_a_table_are_named_once(tmp_path: Path, carbon: tuple[Floats, Floats]) -> None:
    rows = [f"{e:.2f},{c:.0f}" for e, c in zip(*carbon, strict=True)]
    (tmp_path / "f.csv").write_text("\n".join(["BE,counts", *rows, *["0,0"] * 30]))
    (spectrum,) = read_all(tmp_path / "f.csv")
    assert len(spectrum.regions[0].intensity) == 200
    assert [warning.code for warning in spectrum.warnings] == ["rows-ignored"]
