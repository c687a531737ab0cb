"""What parts measurements of one region: switches, dates, places of a map, values in a row above."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.io.conftest import VamasBuilder
from xps_keras.io.read import read_content
from xps_keras.io.sample_words import sample_words
from xps_keras.spectrum import Spectrum

Floats = NDArray[np.float64]
ENERGIES = np.round(280.0 + 0.1 * np.arange(121), 2)


def spectrum(seed: int) -> Floats:
    line = 200.0 + 3000.0 * np.exp(-(((ENERGIES - 285.0) / 0.7) ** 2))
    return np.random.default_rng(seed).poisson(line).astype(np.float64)


SPECTRA = [spectrum(seed) for seed in range(3)]


def rows(*columns: Sequence[float] | Floats, separator: str = ",") -> str:
    return "".join(separator.join(f"{value:g}" for value in row) + "\n" for row in zip(*columns, strict=True))


def long_form(names: str, keys: Sequence[str]) -> str:
    cells = (
        f"{key},{energy:g},{value:g}\n"
        for key, values in zip(keys, SPECTRA, strict=False)
        for energy, value in zip(ENERGIES, values, strict=True)
    )
    return f"{names},BE,counts\n" + "".join(cells)


def read(content: str | bytes) -> tuple[Spectrum, ...]:
    return read_content(content.encode() if isinstance(content, str) else content, Path("file"))


def assert_samples(found: Sequence[Spectrum], names: Sequence[str]) -> None:
    """Each is called so and holds its own spectrum."""
    assert [one.sample for one in found] == list(names)
    for one, values in zip(found, SPECTRA, strict=False):
        (region,) = one.regions
        np.testing.assert_array_equal(region.intensity, values)


@pytest.mark.parametrize(
    ("titles", "names"),
    [
        (("Flood gun: off", "Flood gun: on"), ("flood gun off", "flood gun on")),
        (("flood gun off", "flood gun on"), ("flood gun off", "flood gun on")),
        (("Stage X: 12.3 mm", "Stage X: 15.3 mm"), ("x 12.3 mm", "x 15.3 mm")),
        (("Light: on", "Light: off"), ("light on", "light off")),
        (("annealed: no", "annealed: yes"), ("annealed no", "annealed yes")),
        (("with neutralizer", "without neutralizer"), ("with neutralizer", "without neutralizer")),
        (("Al foil", "Mg foil"), ("Al foil", "Mg foil")),
        (("Au film", "Ag film"), ("Au film", "Ag film")),
    ],
)
def test_switches_and_metals_tell_measurements_apart(titles: tuple[str, str], names: tuple[str, str]) -> None:
    text = "\n".join(
        f"{title}\nBE,counts\n{rows(ENERGIES, values)}" for title, values in zip(titles, SPECTRA, strict=False)
    )
    assert_samples(read(text), names)


@pytest.mark.parametrize("said", ["Al Ka", "Al anode", "Intensity (Au)", "Mono: on", "filament: on", "with background"])
def test_sources_and_instruments_name_no_sample(said: str) -> None:
    assert sample_words(said) in ("", "Al", "anode")


@pytest.mark.parametrize(
    ("names", "keys", "samples"),
    [
        ("sample", ("2024-03-01", "2024-03-08"), ("2024-03-01", "2024-03-08")),
        ("x (mm),y (mm)", ("0,0", "0,1", "1,0"), ("x (mm) 0, y (mm) 0", "x (mm) 0, y (mm) 1", "x (mm) 1, y (mm) 0")),
        ("x,y", ("0,0", "1,0"), ("x 0", "x 1")),
        ("id", ("1", "2"), ("id 1", "id 2")),
        ("T (K)", ("300", "400"), ("T (K) 300", "T (K) 400")),
        ("flood_gun", ("off", "on"), ("off", "on")),
    ],
)
def test_columns_of_a_table_in_long_form_part_its_spectra(
    names: str, keys: Sequence[str], samples: Sequence[str]
) -> None:
    assert_samples(read(long_form(names, keys)), samples)


@pytest.mark.parametrize(
    ("name", "keys"), [("scan", ("1", "2")), ("cycle", ("1", "2")), ("pressure", ("1e-9", "2e-9"))]
)
def test_columns_that_count_sweeps_or_are_read_meanwhile_part_none(name: str, keys: Sequence[str]) -> None:
    (found,) = read(long_form(name, keys))
    np.testing.assert_array_equal(found.regions[0].intensity, SPECTRA[0] + SPECTRA[1])


def test_a_map_in_a_workbook_is_a_sample_for_each_place(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl", reason="the extra `formats` is not installed")
    book = openpyxl.Workbook()
    for line in long_form("x,y", ("0,0", "0,1", "1,0")).splitlines():
        book.active.append([float(cell) if cell[0].isdigit() else cell for cell in line.split(",")])
    book.save(tmp_path / "map.xlsx")
    assert_samples(read((tmp_path / "map.xlsx").read_bytes()), ("x 0, y 0", "x 0, y 1", "x 1, y 0"))


def test_values_in_a_row_of_a_workbook_name_the_columns_below(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl", reason="the extra `formats` is not installed")
    book = openpyxl.Workbook()
    for row in (["Etch time (s)", 0, 30, 60], ["BE", "cps", "cps", "cps"], *np.stack([ENERGIES, *SPECTRA]).T.tolist()):
        book.active.append(row)
    book.save(tmp_path / "profile.xlsx")
    assert_samples(read((tmp_path / "profile.xlsx").read_bytes()), ("etch time 0", "etch time 30", "etch time 60"))


@pytest.mark.parametrize("titles", ["4711,,4712,", "4711,4711,4712,4712", "20240301,,20240308,"])
def test_numbers_above_pairs_of_names_name_samples(titles: str) -> None:
    found = read(f"{titles}\nBE,counts,BE,counts\n{rows(ENERGIES, SPECTRA[0], ENERGIES, SPECTRA[1])}")
    assert_samples(found, [title for title in dict.fromkeys(titles.split(",")) if title])


def test_an_average_before_numbered_columns_is_none_of_them() -> None:
    mean = np.mean(SPECTRA, axis=0)
    found = read(f"BE,average,1,2,3\n{rows(ENERGIES, mean, *SPECTRA)}")
    assert "column 2" not in {one.sample for one in found}
    assert {one.regions[0].intensity.max() for one in found}.isdisjoint({mean.max()})


@pytest.mark.parametrize(
    "names",
    [
        "BE,PET raw,PET background,PET fit,PVC raw,PVC background,PVC fit",
        ",PET,,,PVC,,\nBE,Counts,Background,Envelope,Counts,Background,Envelope",
    ],
)
def test_measured_columns_of_several_samples_beside_their_fits_are_read(names: str) -> None:
    curve = np.linspace(100.0, 200.0, len(ENERGIES))
    columns = (SPECTRA[0], curve, 2 * curve, SPECTRA[1], curve, 2 * curve)
    assert_samples(read(f"{names}\n{rows(ENERGIES, *columns)}"), ("PET", "PVC"))


def test_a_time_before_the_energies_of_a_comma_separated_file_is_passed_over() -> None:
    lines = rows(ENERGIES, SPECTRA[0]).splitlines()
    text = "".join(f"2024-03-01 10:{at // 60:02d}:{at % 60:02d},{line}\n" for at, line in enumerate(lines))
    assert_samples(read(f"time,BE,counts\n{text}"), [""])


@pytest.mark.parametrize(
    ("comments", "names"),
    [
        (("Flood gun off", "Flood gun on"), ("Flood gun off", "Flood gun on")),
        (("Charge Neutraliser: Off", "Charge Neutraliser: On"), None),
        (("Position: 1", "Position: 2"), ("position 1", "position 2")),
    ],
)
def test_what_the_comment_of_a_vamas_block_sets_tells_blocks_apart(
    comments: tuple[str, str], names: tuple[str, str] | None
) -> None:
    vamas = VamasBuilder()
    for comment, values in zip(comments, SPECTRA, strict=False):
        vamas.add(ENERGIES, values, comment=[comment, "Pressure: 1.2e-9 mbar", "X: 12.03"])
    found = read(vamas.text())
    assert len(found) == 2
    if names:
        assert_samples(found, names)


def test_what_is_read_back_in_the_comment_of_a_vamas_block_parts_nothing() -> None:
    vamas = VamasBuilder()
    for values, temperature in zip(SPECTRA, ("25.13", "25.21", "25.08"), strict=True):
        vamas.add(ENERGIES, values, comment=[f"Temperature: {temperature}", "Iris: on"])
    (found,) = read(vamas.text())
    assert "sweeps-summed" in {warning.code for warning in found.warnings}


def test_stages_that_are_read_back_within_a_tenth_stand_where_they_stood() -> None:
    pairs = zip(("12.301", "12.298"), SPECTRA, strict=False)
    (found,) = read("\n".join(f"X: {at} mm\nBE,counts\n{rows(ENERGIES, values)}" for at, values in pairs))
    np.testing.assert_array_equal(found.regions[0].intensity, SPECTRA[0] + SPECTRA[1])


@pytest.mark.parametrize("name", ["log counts", "Counts (log10)", "ln(I)"])
def test_a_logarithm_of_counts_is_said_to_be_a_curve(name: str) -> None:
    (found,) = read(f"BE,{name}\n{rows(ENERGIES, np.log10(SPECTRA[0]))}")
    assert "curve-read" in {warning.code for warning in found.warnings}
    (both,) = read(f"BE,{name},counts\n{rows(ENERGIES, np.log10(SPECTRA[0]), SPECTRA[0])}")
    np.testing.assert_array_equal(both.regions[0].intensity, SPECTRA[0])
