"""One column of energies beside several columns of intensities: spectra, or what was made of one."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from xps_keras.io.number_table import is_number
from xps_keras.io.read import read_all
from xps_keras.spectrum import Spectrum

ENERGIES = np.round(np.arange(278.0, 298.05, 0.1), 2)


def line(at_ev: float, height: float = 4000.0, base: float = 400.0) -> np.ndarray:
    return np.asarray(base + height * np.exp(-4.0 * np.log(2.0) * ((ENERGIES - at_ev) / 1.3) ** 2))


def counted(curve: np.ndarray, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).poisson(curve).astype(float)


PE, PVDF, PTFE = (
    counted(curve, seed) for seed, curve in enumerate((line(285.0), line(286.4) + line(290.9), line(292.0)))
)


def read(tmp_path: Path, kind: str, head: Sequence[str | float], *columns: np.ndarray) -> tuple[Spectrum, ...]:
    rows = np.stack([ENERGIES, *columns], axis=1)
    path = tmp_path / f"table.{kind}"
    if kind == "csv":
        lines = [",".join(f"{value:.10g}" for value in row) for row in rows]
        path.write_text("\n".join([",".join(map(str, head)), *lines] if head else lines))
        return read_all(path)
    openpyxl = pytest.importorskip("openpyxl", reason="the extra `formats` is not installed")
    book = openpyxl.Workbook()
    for row in ([list(head)] if head else []) + rows.tolist():
        book.active.append(row)
    book.save(path)
    return read_all(path)


KINDS = pytest.mark.parametrize("kind", ["csv", "xlsx"])


@KINDS
@pytest.mark.parametrize(
    ("head", "samples"),
    [
        (["BE (eV)", "PE", "PVDF", "PTFE"], ["PE", "PVDF", "PTFE"]),
        (["Binding energy", "Counts PE", "Counts PVDF", "Counts PTFE"], ["PE", "PVDF", "PTFE"]),
        (["Binding energy", "Sample A", "Sample B", "Sample C"], ["Sample A", "Sample B", "Sample C"]),
        (["BE (eV)", "0 s", "30 s", "60 s"], ["0 s", "30 s", "60 s"]),
        (["BE (eV)", 0, 30, 60], ["0", "30", "60"]),
        (["BE (eV)", "Level 0", "Level 1", "Level 2"], ["Level 0", "Level 1", "Level 2"]),
    ],
)
def test_every_column_is_a_sample(tmp_path: Path, kind: str, head: list[str | float], samples: list[str]) -> None:
    found = read(tmp_path, kind, head, PE, PVDF, PTFE)
    assert [one.sample for one in found] == samples
    for one, counts in zip(found, (PE, PVDF, PTFE), strict=True):
        (region,) = one.regions
        np.testing.assert_allclose(region.intensity, counts)
        np.testing.assert_allclose(region.binding_energy_ev, ENERGIES)
        assert "columns-ignored" not in {warning.code for warning in one.warnings}


def test_what_pandas_writes_for_a_missing_name_is_none(tmp_path: Path) -> None:
    found = read(tmp_path, "csv", ["BE (eV)", "PE", "Unnamed: 2", "PTFE"], PE, PVDF, PTFE)
    assert [one.sample for one in found] == ["PE", "column 3", "PTFE"]
    found = read(tmp_path, "csv", ["BE (eV)", "PE", "Unnamed: 2"], PE, PVDF)
    assert [one.sample for one in found] == ["PE", "column 3"]


@KINDS
def test_columns_without_names_are_samples_where_all_are_as_noisy(tmp_path: Path, kind: str) -> None:
    assert [top(one) for one in read(tmp_path, kind, [], PE, PTFE)] == [top_of(PE), top_of(PTFE)]
    (alone,) = read(tmp_path, kind, [], PE, line(285.0))
    assert "columns-ignored" in {warning.code for warning in alone.warnings}


@KINDS
def test_sweeps_side_by_side_are_summed(tmp_path: Path, kind: str) -> None:
    sweeps = [counted(line(285.0), seed) for seed in range(3)]
    (found,) = read(tmp_path, kind, ["BE (eV)", "Scan 1", "Scan 2", "Scan 3"], *sweeps)
    np.testing.assert_allclose(found.regions[0].intensity, np.mean(sweeps, axis=0))
    assert "sweeps-summed" in {warning.code for warning in found.warnings}


@KINDS
@pytest.mark.parametrize(
    ("names", "made"),
    [
        (["Counts", "Background", "PE", "PVDF"], [line(285.0, 0.0), PE, PVDF]),
        (["Raw", "C-C", "C-O"], [line(285.0), line(286.5)]),
        (["Data", "A", "B"], [line(285.0), line(286.5)]),
        (["Counts", "CPS"], [PE / 2.5]),
        (["Counts", "Counts less background"], [PE - 300.0 - 0.1 * (ENERGIES - 278.0)]),
        (["PE", "error of PE"], [np.sqrt(PE)]),
        (["Counts", "Counts per transmission"], [PE / np.linspace(1.0, 1.2, len(PE))]),
    ],
)
def test_what_was_made_of_a_spectrum_is_no_other(
    tmp_path: Path, kind: str, names: list[str], made: list[np.ndarray]
) -> None:
    (found,) = read(tmp_path, kind, ["BE (eV)", *names], PE, *made)
    np.testing.assert_allclose(found.regions[0].intensity, PE)
    assert "columns-ignored" in {warning.code for warning in found.warnings}


@KINDS
def test_curves_without_noise_are_spectra_where_their_names_share_one(tmp_path: Path, kind: str) -> None:
    """Smoothed or simulated spectra show no noise."""
    curves = [line(285.0), line(286.4) + line(290.9)]
    found = read(tmp_path, kind, ["BE (eV)", "PET untreated", "PET plasma 5 min"], *curves)
    assert [one.sample for one in found] == ["PET untreated", "PET plasma 5 min"]
    (alone,) = read(tmp_path, kind, ["BE (eV)", "PET", "polyester"], *curves)
    assert "columns-ignored" in {warning.code for warning in alone.warnings}


@KINDS
def test_averages_differences_and_derivatives_beside_spectra_are_named_as_not_read(tmp_path: Path, kind: str) -> None:
    sweeps = [counted(line(285.0), seed) for seed in range(3)]
    names = ["BE (eV)", "Scan 1", "Scan 2", "Scan 3"]
    (found,) = read(tmp_path, kind, [*names, "Average"], *sweeps, np.mean(sweeps, axis=0))
    assert {"sweeps-summed", "columns-ignored"} <= {warning.code for warning in found.warnings}
    np.testing.assert_allclose(found.regions[0].intensity, np.mean(sweeps, axis=0))
    two = read(tmp_path, kind, ["BE (eV)", "PE", "PTFE", "PTFE - PE"], PE, PTFE, PTFE - PE)
    assert [one.sample for one in two] == ["PE", "PTFE"]


@KINDS
def test_a_smooth_curve_under_the_name_of_its_noisy_spectrum_is_a_part_of_it(tmp_path: Path, kind: str) -> None:
    (found,) = read(tmp_path, kind, ["BE (eV)", "PET", "PET ring", "PET ester"], PE, line(284.7), line(288.8))
    np.testing.assert_allclose(found.regions[0].intensity, PE)


@pytest.mark.parametrize("first", ["", "Sample"])
def test_names_of_samples_may_stand_a_row_above(tmp_path: Path, first: str) -> None:
    rows = "\n".join(f"{e:g},{a:g},{b:g}" for e, a, b in zip(ENERGIES, PE, PVDF, strict=True))
    (tmp_path / "table.csv").write_text(f"{first},PE,PVDF\nBE (eV),Counts,Counts\n{rows}\n")
    assert [one.sample for one in read_all(tmp_path / "table.csv")] == ["PE", "PVDF"]


def top(found: Spectrum) -> float:
    return top_of(found.regions[0].intensity)


def top_of(counts: np.ndarray) -> float:
    return float(ENERGIES[counts.argmax()])


@KINDS
@pytest.mark.parametrize(
    "names",
    [
        ["-1 V", "0 V", "1 V"],
        ["0\u00b0", "30\u00b0", "60\u00b0"],
        ["T=300 K", "T=350 K", "T=400 K"],
        ["Cycle 1", "Cycle 50", "Cycle 100"],
        ["CH2", "CH3", "CH4"],
        ["dry", "DI", "NaCl"],
        ["C1s -1.0 V", "C1s 0 V", "C1s +1.0 V"],
        ["No. 1", "No. 2", "No. 3"],
        ["y1", "y2", "y3"],
        ["Series1", "Series2", "Series3"],
    ],
)
def test_names_that_count_no_sweeps_are_samples(tmp_path: Path, kind: str, names: list[str]) -> None:
    alike = [counted(line(285.0), seed) for seed in range(3)]
    found = read(tmp_path, kind, ["BE (eV)", *names], *alike)
    assert len(found) == 3
    assert len({one.sample for one in found}) == 3
    for one, counts in zip(found, alike, strict=True):
        np.testing.assert_allclose(one.regions[0].intensity, counts)


@KINDS
def test_data_beside_its_calculated_curve_and_columns_that_are_none(tmp_path: Path, kind: str) -> None:
    (found,) = read(tmp_path, kind, ["BE (eV)", "C1s exp", "C1s calc"], PE, line(285.0))
    np.testing.assert_allclose(found.regions[0].intensity, PE)
    kelvin = 300.0 + np.random.default_rng(1).normal(0.0, 0.1, len(ENERGIES))
    two = read(tmp_path, kind, ["BE (eV)", "PE", "PTFE", "Temperature"], PE, PTFE, kelvin)
    assert [one.sample for one in two] == ["PE", "PTFE"]
    (behind,) = read(tmp_path, kind, ["BE (eV)", "Linear", "PE"], np.linspace(400.0, 300.0, len(ENERGIES)), PE)
    np.testing.assert_allclose(behind.regions[0].intensity, PE)


def test_a_long_series_is_read_whole(tmp_path: Path) -> None:
    """More columns than energies: a map, whose columns no few others make up."""
    count = 300
    many = [counted(line(285.0), seed) for seed in range(count)]
    found = read(tmp_path, "csv", ["BE (eV)", *(f"{place} um" for place in range(count))], *many)
    assert [one.sample for one in found] == [f"{place} um" for place in range(count)]


SIDE_BY_SIDE = [
    ("C1s BE,as prepared,annealed,O1s BE,as prepared,annealed", ["as prepared", "annealed"]),
    ("C1s,,,O1s,,\nBE,PET,PVC,BE,PET,PVC", ["PET", "PVC"]),
    (",0 min,10 min,,0 min,10 min\nBE,Counts,Counts,BE,Counts,Counts", ["0 min", "10 min"]),
    ("BE C1s,Scan 1,Scan 2,BE O1s,Scan 1,Scan 2", [""]),
    ("", ["spectrum 1", "spectrum 2"]),
]


@pytest.mark.parametrize("form", ["text", "workbook"])
@pytest.mark.parametrize(("head", "samples"), SIDE_BY_SIDE)
def test_several_spectra_stand_behind_each_of_several_columns_of_energies(
    tmp_path: Path, form: str, head: str, samples: list[str]
) -> None:
    rng = np.random.default_rng(5)
    energy = np.round(np.arange(296.0, 278.0, -0.1), 1)
    shape = 400.0 + 4000.0 * np.exp(-0.5 * np.square((energy - 285.0) / 0.6))
    counts = [rng.poisson(shape * factor).astype(float) for factor in (1.0, 1.5, 0.8, 1.2)]
    columns = [energy, *counts[:2], energy[:120] + 247.0, *(one[:120] for one in counts[2:])]  # O 1s is shorter
    rows = [[f"{one[place]:g}" if place < len(one) else "" for one in columns] for place in range(len(energy))]
    lines = [*(line.split(",") for line in head.split("\n") if line), *rows]
    path = tmp_path / "table"
    if form == "text":
        path.write_text("\n".join(map(",".join, lines)))
    else:
        openpyxl = pytest.importorskip("openpyxl")
        book = openpyxl.Workbook()
        for line in lines:
            book.active.append([float(cell) if is_number(cell) else cell or None for cell in line])
        book.save(path)
    found = read_all(path)
    assert [one.sample for one in found] == samples
    for place, one in enumerate(found):
        carbon, oxygen = one.regions
        tops = [region.binding_energy_ev[region.intensity.argmax()] for region in one.regions]
        assert tops == pytest.approx([285.0, 532.0], abs=0.3)
        for region, values in ((carbon, counts[:2]), (oxygen, [one[:120] for one in counts[2:]])):
            expected = values[place] if len(samples) > 1 else np.mean(values, axis=0)
            np.testing.assert_allclose(np.sort(region.intensity), np.sort(expected))


def test_a_fit_beside_each_of_several_spectra_is_no_sample(tmp_path: Path) -> None:
    energy = np.round(np.arange(296.0, 278.0, -0.1), 1)
    fit = 400.0 + 4000.0 * np.exp(-0.5 * np.square((energy - 285.0) / 0.6))
    counts = np.random.default_rng(5).poisson(fit).astype(float)
    rows = [f"{e:g},{c:g},{f:.2f},{e + 247.0:g},{c:g},{f:.2f}" for e, c, f in zip(energy, counts, fit, strict=True)]
    path = tmp_path / "table.csv"
    for head in (["BE,C1s,fit,BE,O1s,fit"], []):
        path.write_text("\n".join([*head, *rows]))
        (found,) = read_all(path)
        assert len(found.regions) == 2
