"""Workbooks: Avantage's own sheets, and sheets of columns as people make them."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from xps_keras.errors import InputError
from xps_keras.io import read, read_all
from xps_keras.preprocessing.channels import to_channels

pytest.importorskip("openpyxl", reason="workbooks need the extra formats")
Floats = NDArray[np.float64]
Write = Callable[[str, str | bytes], Path]
Carbon = tuple[Floats, Floats]


def codes(spectrum: Any) -> list[str]:
    return [warning.code for warning in spectrum.warnings]


def rows(*columns: Floats) -> list[list[float]]:
    return [[float(value) for value in row] for row in np.stack(columns, axis=1)]


def test_a_sheet_of_avantage_gives_the_measured_column_and_not_the_fit(
    writers: Any, write: Write, carbon: Carbon
) -> None:
    energy, counts = carbon[0][::-1], carbon[1][::-1]
    pages = {"C1s Scan": writers.avantage(energy, counts[None], fit=True), "Titles": [["Data Files :", 7]]}
    spectrum = read(write("f", writers.xlsx(pages)))
    (region,) = spectrum.regions
    np.testing.assert_allclose(region.binding_energy_ev, carbon[0], atol=1e-6)
    np.testing.assert_array_equal(region.intensity, carbon[1])
    assert (region.label, region.element_line, region.sample) == ("C1s", "C 1s", "PET")
    assert (region.intensity_unit, region.place) == ("counts/s", "sheet C1s Scan, columns A and C")
    assert codes(spectrum) == ["columns-ignored"]
    assert "Backgnd." in spectrum.warnings[0].text


def test_levels_of_a_profile_are_samples(writers: Any, write: Write, carbon: Carbon) -> None:
    energy, counts = carbon
    levels = np.stack([counts, 2 * counts, 3 * counts])
    pages = {
        "C1s Scan": writers.avantage(energy, levels, etched=True),
        "O1s Scan": writers.avantage(energy + 247, levels),
    }
    spectra = read_all(write("f", writers.xlsx({"C1s Scan": pages["C1s Scan"]})))
    assert [spectrum.sample for spectrum in spectra] == [
        f"PET, level {level} (Etch Time (s) {60 * (level - 1)})" for level in (1, 2, 3)
    ]
    np.testing.assert_array_equal(spectra[2].regions[0].intensity, 3 * counts)


@pytest.mark.parametrize(
    ("above", "names"),
    [
        ([None, 101, None, 102], ["101", "102"]),
        (["Sample", 1, None, 2], ["sample 1", "sample 2"]),
        (["Sample", 101, None, 102], ["sample 101", "sample 102"]),
        ([None, 1, None, 2], [""]),
    ],
)
def test_numbers_above_pairs_of_columns_name_samples_unless_they_count(
    writers: Any, write: Write, carbon: Carbon, above: list[Any], names: list[str]
) -> None:
    energy, counts = carbon
    page = [above, ["BE", "cps", "BE", "cps"], *rows(energy, counts, energy, counts + 1)]
    assert [one.sample for one in read_all(write("f", writers.xlsx({"C1s": page})))] == names


def test_kinetic_energies_without_a_source_are_those_of_aluminium(writers: Any, write: Write, carbon: Carbon) -> None:
    page = writers.avantage(1486.6 - carbon[0], carbon[1][None], scale="Kinetic")
    found = read(write("f", writers.xlsx({"C1s Scan": page})))
    np.testing.assert_allclose(found.regions[0].binding_energy_ev, carbon[0], atol=1e-6)
    assert "source-assumed" in {warning.code for warning in found.warnings}
    page = writers.avantage(1253.6 - carbon[0], carbon[1][None], scale="Kinetic")
    (region,) = read(write("m", writers.xlsx({"C1s Scan": page}))).regions
    np.testing.assert_allclose(region.binding_energy_ev, carbon[0], atol=1e-6)  # only magnesium puts C 1s there
    page = [["Photon energy", "1486.6 eV"], ["Kinetic Energy (eV)", "cps"], *rows(1486.6 - carbon[0], carbon[1])]
    (region,) = read(write("g", writers.xlsx({"C1s": page}))).regions
    np.testing.assert_allclose(region.binding_energy_ev, carbon[0], atol=1e-6)
    assert (region.intensity_unit, region.recorded_energy) == ("counts/s", "kinetic")


def test_columns_side_by_side_are_samples_and_a_moved_copy_is_told(writers: Any, write: Write, carbon: Carbon) -> None:
    energy, counts = carbon
    page = [["at 0 V", None, None, "at 3 V"], *rows(energy, energy + 0.11, counts, energy, energy - 2.43, 2 * counts)]
    one, two = read_all(write("f", writers.xlsx({"C1s": page})))
    assert (one.sample, two.sample) == ("at 0 V", "at 3 V")
    assert (one.regions[0].label, one.regions[0].charge_correction_ev) == ("C 1s", 0.11)
    np.testing.assert_allclose(two.regions[0].binding_energy_ev, energy, atol=1e-9)
    np.testing.assert_array_equal(two.regions[0].intensity, 2 * counts)
    assert codes(two) == ["scale-assumed", "already-corrected"]
    assert "Column E" in two.warnings[1].text
    assert "-2.43 eV" in two.warnings[1].text


def test_sheets_are_regions_or_samples_by_their_titles(writers: Any, write: Write, carbon: Carbon) -> None:
    energy, counts = carbon
    head = ["Binding Energy (eV)", "counts"]
    lines = {"C1s": [head, *rows(energy, counts)], "O1s": [head, *rows(energy + 247, counts)]}
    spectrum = read(write("f", writers.xlsx(lines)))
    assert [region.label for region in spectrum.regions] == ["C 1s", "O 1s"]
    people = {"PET": lines["C1s"], "nylon": lines["C1s"]}
    assert [one.sample for one in read_all(write("g", writers.xlsx(people)))] == ["PET", "nylon"]
    assert read(write("h", writers.xlsx({"Sheet1": lines["C1s"]}))).sample == ""


def test_index_and_kinetic_columns_and_text_numbers(writers: Any, write: Write, carbon: Carbon) -> None:
    energy, counts = carbon
    head = ["No.", "KE (eV)", "BE (eV)", "background", "counts"]
    index = np.arange(1.0, len(energy) + 1)
    page = [head, *rows(index, 1486.6 - energy, energy, 0.5 * counts, counts)]
    spectrum = read(write("f", writers.xlsx({"C1s": page})))
    np.testing.assert_allclose(spectrum.regions[0].binding_energy_ev, energy, atol=1e-6)
    np.testing.assert_array_equal(spectrum.regions[0].intensity, counts)
    assert codes(spectrum) == ["columns-ignored"]
    commas = [["BE/eV", "counts"], *([f"{e:.1f}".replace(".", ","), f"{c:.0f}"] for e, c in zip(*carbon, strict=True))]
    np.testing.assert_array_equal(read(write("g", writers.xlsx({"C1s": commas}))).regions[0].intensity, counts)


@pytest.mark.parametrize(("decimal", "thousands"), [(".", ","), (",", ".")])
def test_thousands_in_text_cells_are_thousands(
    writers: Any, write: Write, carbon: Carbon, decimal: str, thousands: str
) -> None:
    energy, counts = carbon
    texts = [f"{count:,.0f}".replace(",", thousands) for count in 100.0 * counts]
    page = [["BE/eV", "counts"], *([f"{e:.2f}".replace(".", decimal), t] for e, t in zip(energy, texts, strict=True))]
    found = read(write("f", writers.xlsx({"C1s": page}))).regions[0].intensity
    np.testing.assert_array_equal(found, np.round(100.0 * counts))


def test_columns_called_by_their_samples_are_samples(writers: Any, write: Write, carbon: Carbon) -> None:
    energy, counts = carbon
    page = [["BE/eV", "PET", "BE/eV", "HDPE"], *rows(energy, counts, energy, 2.0 * counts)]
    assert [one.sample for one in read_all(write("f", writers.xlsx({"Sheet1": page})))] == ["PET", "HDPE"]


@pytest.mark.parametrize("wrong", [None, "n/a", ""])
@pytest.mark.parametrize("layout", ["plain", "Avantage"])
@pytest.mark.parametrize("column", ["energy", "counts"])
def test_a_missing_cell_is_named_and_nothing_behind_it_lost(
    writers: Any, write: Write, carbon: Carbon, wrong: str | None, layout: str, column: str
) -> None:
    page: list[list[Any]] = [["BE/eV", None, "counts"], *([e, None, c] for e, c in zip(*carbon, strict=True))]
    if layout == "Avantage":
        page = writers.avantage(carbon[0], carbon[1][None])
    at = len(page) - 100
    page[at][0 if column == "energy" else 2] = wrong
    with pytest.raises(InputError, match=rf"cell {'A' if column == 'energy' else 'C'}{at + 1} of sheet C1s"):
        read(write("f", writers.xlsx({"C1s": page})))


def test_a_workbook_without_spectra_names_its_sheets(writers: Any, write: Write) -> None:
    with pytest.raises(InputError, match=r"no sheet \(Prices, Notes\)"):
        read(write("f", writers.xlsx({"Prices": [["a", 1.0], ["b", 2.0]], "Notes": [["x"]]})))


def bomb(writers: Any, sheet: bytes, name: str = "xl/worksheets/sheet1.xml") -> bytes:
    """A small good workbook whose sheet is exchanged for another."""
    good = zipfile.ZipFile(io.BytesIO(writers.xlsx({"C1s": [["BE", "counts"], [1.0, 2.0]]})))
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for entry in good.infolist():
            archive.writestr(entry.filename, sheet if entry.filename == name else good.read(entry))
    return stream.getvalue()


def test_bombs_are_refused_before_they_unpack(writers: Any, write: Write) -> None:
    content = bomb(writers, b"<worksheet>" + b" " * 101_000_000)
    assert len(content) < 1_000_000
    with pytest.raises(InputError, match=r"unpacks to 101 MB"):
        read(write("f", content))
    space = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    far = space + b'<row r="99999999999"><c r="A99999999999"><v>1</v></c></row></sheetData></worksheet>'
    with pytest.raises(InputError, match="cells"):
        read(write("f", bomb(writers, far)))
    wide = space + b"".join(b'<row r="%d"><c r="XFD%d"><v>1</v></c></row>' % (i, i) for i in range(1, 1000))
    with pytest.raises(InputError, match="cells"):
        read(write("f", bomb(writers, wide + b"</sheetData></worksheet>")))
    laughs = b'<!DOCTYPE x [<!ENTITY a "' + b"ha" * 500 + b'">'
    laughs += b"".join(b'<!ENTITY %c "%s">' % (98 + i, b"&%c;" % (97 + i) * 50) for i in range(6))
    with pytest.raises(InputError, match="damaged"):
        read(write("f", bomb(writers, laughs + b"]>" + space + b"<x>&g;</x></sheetData></worksheet>")))


def test_a_real_workbook_of_avantage(real_spectra: Path) -> None:
    spectrum = read(real_spectra / "hard_carbon_Avantage.xlsx")
    assert [region.label for region in spectrum.regions] == ["survey", "O1s", "Na1s", "C1s", "CKLL"]
    assert {region.sample for region in spectrum.regions} == {"17-Grphit"}
    carbon = spectrum.regions[3]
    assert (carbon.low_ev, carbon.high_ev, len(carbon.intensity)) == (279.08, 298.08, 191)
    # Hard carbon that is not charged: graphitic C 1s.
    assert carbon.binding_energy_ev[np.argmax(carbon.intensity)] == pytest.approx(284.5, abs=0.3)
    assert to_channels(spectrum).intensity.max() > 0


@pytest.mark.parametrize(("sample", "text"), [(1, "lithium_electrode_0V.txt"), (2, "lithium_electrode_3V4.txt")])
def test_the_real_workbook_equals_its_text(real_spectra: Path, sample: int, text: str) -> None:
    (region,) = read(real_spectra / "lithium_electrode_C1s.xlsx", sample=sample).regions
    other = read(real_spectra / text).regions[0]
    assert region.label == other.label == "C 1s"
    np.testing.assert_allclose(region.binding_energy_ev, other.binding_energy_ev, atol=1e-6)
    np.testing.assert_allclose(region.intensity, other.intensity, rtol=1e-5)  # the text has six digits


@pytest.mark.parametrize("where", ["beside", "sheet"])
def test_a_source_that_stands_elsewhere_in_a_workbook_is_read(tmp_path: Path, carbon: Carbon, where: str) -> None:
    book = pytest.importorskip("openpyxl").Workbook()
    if where == "sheet":
        for row in (["X-ray source", "Mg Ka"], ["Operator", "X"]):
            book.active.append(row)
        book.create_sheet("PET")
    page = book.worksheets[-1]
    page.append(["KE", "Counts", *([None, "Source", "Mg Ka 1253.6 eV"] if where == "beside" else [])])
    for energy, count in zip(*carbon, strict=True):
        page.append([round(1253.6 - float(energy), 3), float(count)])
    book.save(tmp_path / "book.xlsx")
    (found,) = read_all(tmp_path / "book.xlsx")
    assert found.regions[0].source_energy_ev == 1253.6


def side_by_side(first: tuple[Floats, Floats], second: tuple[Floats, Floats], filling: Any) -> list[list[Any]]:
    """Rows of two regions under their names, the shorter second one filled up."""
    short = len(second[0])
    return [
        ["BE", "C1s", "BE", "O1s"],
        *(
            [float(e), float(c), *([float(second[0][row]), float(second[1][row])] if row < short else [filling] * 2)]
            for row, (e, c) in enumerate(zip(*first, strict=True))
        ),
    ]


@pytest.mark.parametrize("filling", ["#N/A", "NaN", "-", "n/a", "--", "#DIV/0!", None, 0, -1])
def test_what_fills_shorter_columns_is_no_point(writers: Any, write: Write, carbon: Carbon, filling: Any) -> None:
    energy, counts = carbon
    page = side_by_side((energy, counts), (energy[:150] + 247.0, counts[:150]), filling)
    first, second = read(write("f", writers.xlsx({"Sheet1": page}))).regions
    np.testing.assert_array_equal(first.intensity, counts)
    np.testing.assert_allclose(second.binding_energy_ev, energy[:150] + 247.0)
    np.testing.assert_array_equal(second.intensity, counts[:150])


@pytest.mark.parametrize("filling", ["NaN", "#N/A", 0])
def test_rows_without_values_behind_a_table(writers: Any, write: Write, carbon: Carbon, filling: Any) -> None:
    page = [["BE", "counts"], *rows(*carbon), *[[filling, filling]] * 7]
    (region,) = read(write("f", writers.xlsx({"Sheet1": page}))).regions
    np.testing.assert_array_equal(region.intensity, carbon[1])


def test_a_running_number_beside_regions_below_one_another_joins_nothing(
    writers: Any, write: Write, carbon: Carbon
) -> None:
    energy, counts = carbon
    numbered = [[e, c, place] for place, (e, c) in enumerate(rows(*carbon) + rows(energy + 247.0, counts), start=1)]
    page = [["BE", "Counts", "No"], *numbered[: energy.size], [], *numbered[energy.size :]]
    first, second = read(write("f", writers.xlsx({"Sheet1": page}))).regions
    np.testing.assert_array_equal(first.intensity, counts)
    np.testing.assert_allclose(second.binding_energy_ev, energy + 247.0)


@pytest.mark.parametrize("hole", [[], ["--", "--"], ["NaN", "NaN"]])
def test_a_row_lost_inside_a_region_is_refused(writers: Any, write: Write, carbon: Carbon, hole: list[str]) -> None:
    page = [["BE", "counts"], *rows(*carbon)]
    page[54] = hole
    with pytest.raises(InputError, match=r"row 55 of sheet Sheet1 holds no numbers inside a region"):
        read(write("f", writers.xlsx({"Sheet1": page})))


def test_samples_of_other_length_on_one_axis(writers: Any, write: Write, carbon: Carbon) -> None:
    energy, counts = carbon
    other = np.random.default_rng(8).poisson(counts + 30.0).astype(np.float64)
    page: list[list[Any]] = [["BE", "PET", "PVC"]]
    for row, (e, one, two) in enumerate(zip(energy, counts, other, strict=True)):
        page.append([float(e), float(one) if row < 170 else None, float(two) if row >= 40 else None])
    first, second = read_all(write("f", writers.xlsx({"Sheet1": page})))
    assert (first.sample, second.sample) == ("PET", "PVC")
    np.testing.assert_array_equal(first.regions[0].intensity, counts[:170])
    np.testing.assert_allclose(second.regions[0].binding_energy_ev, energy[40:])
    np.testing.assert_array_equal(second.regions[0].intensity, other[40:])


def test_a_fit_of_a_part_of_a_region_is_no_sample(writers: Any, write: Write, carbon: Carbon) -> None:
    energy, counts = carbon
    smooth = np.convolve(counts, np.ones(9) / 9.0, mode="same")
    page: list[list[Any]] = [["BE", "data", "curve"]]
    for row, (e, one, two) in enumerate(zip(energy, counts, smooth, strict=True)):
        page.append([float(e), float(one), float(two) if 40 <= row < 170 else None])
    (spectrum,) = read_all(write("f", writers.xlsx({"Sheet1": page})))
    np.testing.assert_array_equal(spectrum.regions[0].intensity, counts)


@pytest.mark.parametrize("title", ["All", "Summary"])
@pytest.mark.parametrize("first", [True, False])
def test_a_sheet_that_collects_the_others_is_no_sample(
    writers: Any, write: Write, carbon: Carbon, title: str, first: bool
) -> None:
    energy, counts = carbon
    oxygen = (energy + 247.0, counts + 9.0)
    collected = {title: side_by_side((energy, counts), oxygen, None)}
    own = {"C1s": [["BE", "counts"], *rows(*carbon)], "O1s": [["BE", "counts"], *rows(*oxygen)]}
    (spectrum,) = read_all(write("f", writers.xlsx({**collected, **own} if first else {**own, **collected})))
    assert [region.label for region in spectrum.regions] == ["C 1s", "O 1s"]
    (said,) = (warning.text for warning in spectrum.warnings if warning.code == "copy-ignored")
    assert f"sheet {title}" in said
