"""Tables in long form: the sample and the region stand in columns beside every point."""

import csv
from pathlib import Path

import numpy as np
import pytest

from xps_keras.io.read import read_all

ENERGIES = np.arange(280.0, 300.0, 0.1)
Rows = list[list[str]]
HELD = [("PET", ["C 1s", "O 1s"]), ("HDPE", ["C 1s", "O 1s"])]


def points(sample: str, line: str, at_ev: float, moved_ev: float = 0.0) -> list[tuple[str, str, str, str]]:
    counts = 100 + 1000 * np.exp(-0.5 * np.square((ENERGIES - at_ev) / 0.6))
    return [
        (sample, line, f"{energy + moved_ev:.2f}", f"{round(count)}")
        for energy, count in zip(ENERGIES, counts, strict=True)
    ]


POINTS = [
    *points("PET", "C 1s", 285.0),
    *points("PET", "O 1s", 286.0, 247.0),
    *points("HDPE", "C 1s", 287.0),
    *points("HDPE", "O 1s", 288.0, 247.0),
]
CARBON = [point for point in POINTS if point[1] == "C 1s"]


def held(path: Path) -> list[tuple[str, list[str]]]:
    return [(one.sample, [region.label for region in one.regions]) for one in read_all(path)]


def maxima(path: Path) -> list[float]:
    return [
        round(float(region.binding_energy_ev[region.intensity.argmax()]), 1)
        for one in read_all(path)
        for region in one.regions
    ]


@pytest.mark.parametrize(
    "rows",
    [
        [["sample", "region", "BE", "counts"], *(list(point) for point in POINTS)],
        [["BE", "counts", "sample", "region"], *([be, count, name, line] for name, line, be, count in POINTS)],
        [["", "sample", "region", "BE", "counts"], *([str(row), *point] for row, point in enumerate(POINTS))],
        [
            ["Binding energy (eV)", "sample", "region", "counts"],
            *([be, name, line, count] for name, line, be, count in POINTS),
        ],
    ],
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_columns_of_words_name_samples_and_regions(tmp_path: Path, rows: Rows, delimiter: str) -> None:
    path = tmp_path / "long.txt"
    with path.open("w", newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)
    assert held(path) == HELD
    assert maxima(path) == [285.0, 533.0, 287.0, 535.0]


@pytest.mark.parametrize(
    ("column", "values", "names"),
    [
        ("spectrum", ("1", "2"), ["spectrum 1", "spectrum 2"]),
        ("etch time (s)", ("0", "30"), ["etch time 0", "etch time 30"]),
        ("sample", ("1", "2"), ["sample 1", "sample 2"]),
        ("scan", ("1", "2"), [""]),
    ],
)
def test_columns_of_numbers_tell_samples_apart_unless_they_count_scans(
    tmp_path: Path, column: str, values: tuple[str, str], names: list[str]
) -> None:
    path = tmp_path / "long.csv"
    rows = [f"{column},BE,counts"]
    drawn = 2 * [point for point in CARBON if point[0] == "PET"] if column == "scan" else CARBON
    rows += [f"{values[place >= len(drawn) // 2]},{be},{count}" for place, (_, _, be, count) in enumerate(drawn)]
    path.write_text("\n".join(rows))
    assert [one.sample for one in read_all(path)] == names


def test_a_workbook_in_long_form(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl", reason="the extra `formats` is not installed")
    book = openpyxl.Workbook()
    book.active.append(["sample", "region", "BE", "counts"])
    for name, line, be, count in POINTS:
        book.active.append([name, line, float(be), float(count)])
    path = tmp_path / "long.xlsx"
    book.save(path)
    assert held(path) == HELD
    assert [region.place[-15:] for region in read_all(path)[1].regions] == ["rows 402 to 601", "rows 602 to 801"]


def test_regions_one_behind_the_other_in_a_workbook_are_cut(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl", reason="the extra `formats` is not installed")
    book = openpyxl.Workbook()
    book.active.append(["BE", "counts"])
    for name, _, be, count in POINTS:
        if name == "PET":
            book.active.append([float(be), float(count)])
    path = tmp_path / "jump.xlsx"
    book.save(path)
    (one,) = read_all(path)
    assert [len(region.intensity) for region in one.regions] == [200, 200]


def test_sheets_named_by_sample_and_line_are_samples(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl", reason="the extra `formats` is not installed")
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name in ("PET", "HDPE"):
        sheet = book.create_sheet(f"{name} C1s")
        sheet.append(["BE", "counts"])
        for sample, _, be, count in CARBON:
            if sample == name:
                sheet.append([float(be), float(count)])
    path = tmp_path / "sheets.xlsx"
    book.save(path)
    assert held(path) == [("PET", ["C 1s"]), ("HDPE", ["C 1s"])]


def test_a_list_of_peaks_with_words_is_no_spectrum(tmp_path: Path) -> None:
    path = tmp_path / "peaks.csv"
    path.write_text("peak,BE,area\n" + "\n".join(f"component {letter},28{letter}.1,100" for letter in range(10)))
    with pytest.raises(Exception, match=r"peaks\.csv"):
        read_all(path)


@pytest.mark.parametrize("column", [("flag", "ok", "noisy"), ("gain", "1", "2")])
def test_a_column_that_changes_inside_a_region_does_not_cut_it(tmp_path: Path, column: tuple[str, str, str]) -> None:
    openpyxl = pytest.importorskip("openpyxl", reason="the extra `formats` is not installed")
    name, first, second = column
    book = openpyxl.Workbook()
    book.active.append(["BE", "counts", name])
    for row, (_, _, be, count) in enumerate(points("PET", "C 1s", 285.0)):
        value = first if row < 100 else second
        book.active.append([float(be), float(count), float(value) if value.isdigit() else value])
    path = tmp_path / "flag.xlsx"
    book.save(path)
    (one,) = read_all(path)
    assert [len(region.intensity) for region in one.regions] == [200]


@pytest.mark.parametrize(
    ("column", "values"), [("pressure_mbar", ("1.2e-9", "2.2e-9")), ("operator", ("Smith", "Miller"))]
)
def test_what_is_read_beside_a_sweep_makes_it_no_sample(tmp_path: Path, column: str, values: tuple[str, str]) -> None:
    drawn = 2 * [point for point in CARBON if point[0] == "PET"]
    second = [place >= len(drawn) // 2 for place in range(len(drawn))]
    rows = [f"{values[late]},{be},{int(count) + late}" for late, (_, _, be, count) in zip(second, drawn, strict=True)]
    path = tmp_path / "long.csv"
    path.write_text("\n".join([f"{column},BE,counts", *rows]))
    (one,) = read_all(path)
    assert one.regions[0].scans == 2


def test_a_column_that_holds_one_name_names_the_sample(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    rows = [["Sample", "Region", "BE", "Counts"], *(list(point) for point in POINTS if point[0] == "PET")]
    path.write_text("\n".join(map(",".join, rows)))
    assert held(path) == [("PET", ["C 1s", "O 1s"])]


@pytest.mark.parametrize("form", ["{0},{1},{2:.2f},{3:.0f}", "{2:.2f},{3:.0f},{0},{1}", "{0};{1};{2:.2f};{3:.0f}"])
@pytest.mark.parametrize("kind", ["text", "workbook"])
def test_words_in_the_first_row_of_each_region_hold_for_those_below(
    tmp_path: Path, carbon: tuple[np.ndarray, np.ndarray], form: str, kind: str
) -> None:
    energy, counts = carbon
    rows = [
        (name if row == 0 else "", "C1s" if row == 0 else "", float(e), float(c) + more)
        for name, more in (("PET", 0.0), ("PVC", 50.0))
        for row, (e, c) in enumerate(zip(energy, counts, strict=True))
    ]
    path = tmp_path / "spectra"
    if kind == "text":
        path.write_text("\n".join(form.format(*row) for row in rows) + "\n")
    else:
        openpyxl = pytest.importorskip("openpyxl")
        book = openpyxl.Workbook()
        book.active.append(["sample", "region", "BE", "counts"])
        for row in rows:
            book.active.append([cell if cell != "" else None for cell in row])
        book.save(path)
    first, second = read_all(path)
    assert (first.sample, second.sample) == ("PET", "PVC")
    for spectrum, more in ((first, 0.0), (second, 50.0)):
        np.testing.assert_array_equal(spectrum.regions[0].intensity, counts + more)


def test_a_note_beside_the_first_row_costs_no_row(tmp_path: Path, carbon: tuple[np.ndarray, np.ndarray]) -> None:
    energy, counts = carbon
    rows = [f"{'begin' if row == 0 else ''},{e:.2f},{c:.0f}" for row, (e, c) in enumerate(zip(*carbon, strict=True))]
    (tmp_path / "f.csv").write_text("\n".join(rows))
    (spectrum,) = read_all(tmp_path / "f.csv")
    np.testing.assert_array_equal(spectrum.regions[0].intensity, counts)
    np.testing.assert_allclose(spectrum.regions[0].binding_energy_ev, energy)


def test_a_second_table_with_names_of_its_own(tmp_path: Path) -> None:
    """Its names were moved no more than those of a comment: O 1s of PET was read as one of HDPE."""
    first = [[sample, energy, counts] for sample, line, energy, counts in POINTS if line == "C 1s"]
    second = [[sample, energy, counts] for sample, line, energy, counts in POINTS if (sample, line) == ("PET", "O 1s")]
    names = ["Sample", "BE", "Counts"]
    for gap in ("", "\n"):
        above, below = ("".join(",".join(row) + "\n" for row in [names, *rows]) for rows in (first, second))
        path = tmp_path / "f.csv"
        path.write_text(above + gap + below, encoding="utf-8")
        begun = [(one.sample, [round(region.low_ev) for region in one.regions]) for one in read_all(path)]
        assert begun == [("PET", [280, 527]), ("HDPE", [280])]
