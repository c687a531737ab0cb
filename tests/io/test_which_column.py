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
    [
        "Binding Energy (E) (eV),Backgnd.,Counts / s (Residuals \u00d7 2)",
        "Binding Energy,Background,Number of counts",
        "BE_eV,C1s_bkg,C1s_raw",
        "BE,counts_bg,counts",
        "BE,fit_1,raw",
    ],
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


def test_settings_above_each_pair_of_columns_are_its_own(tmp_path: Path) -> None:
    head = "C1s,,O1s,\nDwell time (s): 0.1,,Dwell time (s): 0.5,\nBE,counts,BE,counts"
    found = read(tmp_path, head, ENERGIES, COUNTS, ENERGIES + 247.0, COUNTS)
    assert [(region.label, region.dwell_s) for region in found.regions] == [("C1s", 0.1), ("O1s", 0.5)]


def test_sources_above_each_pair_of_columns_are_its_own(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    rows = [
        f"{1253.6 - be:.2f},{count:g},{1486.6 - be:.2f},{count:g}" for be, count in zip(ENERGIES, COUNTS, strict=True)
    ]
    path.write_text("\n".join(["Mg Ka,,Al Ka,", "KE,counts,KE,counts", *rows]))
    assert [one.regions[0].source_energy_ev for one in read_all(path)] == [1253.6, 1486.6]
    assert [round(top_ev(one), 1) for one in read_all(path)] == [285.0, 285.0]


@pytest.mark.parametrize(
    "first", ["Backgnd.", "Shirley", "Normalized", "C-C", "dCounts", "Corrected Data", "I0 signal", "Ring intensity"]
)
@pytest.mark.parametrize("measured", ["Raw Data", "Counts"])
def test_a_curve_before_the_measured_column_is_not_taken(tmp_path: Path, first: str, measured: str) -> None:
    openpyxl = pytest.importorskip("openpyxl", reason="the extra `formats` is not installed")
    book = openpyxl.Workbook()
    book.active.append(["BE (eV)", first, measured])
    for be, curve, count in zip(ENERGIES, BACKGROUND, COUNTS, strict=True):
        book.active.append([float(be), float(curve), float(count)])
    path = tmp_path / "book.xlsx"
    book.save(path)
    (found,) = read_all(path)
    np.testing.assert_allclose(found.regions[0].intensity, COUNTS)
    assert "columns-ignored" in {warning.code for warning in found.warnings}


@pytest.mark.parametrize("name", ["Energy", "0"])
def test_columns_of_a_workbook_are_paired_row_by_row(tmp_path: Path, name: str) -> None:
    openpyxl = pytest.importorskip("openpyxl", reason="the extra `formats` is not installed")
    book = openpyxl.Workbook()
    book.active.append(["BE (eV)", 0 if name == "0" else "Counts"])
    for row, (be, count) in enumerate(zip(ENERGIES, COUNTS, strict=True)):
        book.active.append([float(be) if row >= 10 or name == "0" else None, float(count)])
    path = tmp_path / "book.xlsx"
    book.save(path)
    (found,) = read_all(path)
    assert top_ev(found) == pytest.approx(285.0)


def test_settings_and_units_of_a_workbook_are_read(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl", reason="the extra `formats` is not installed")
    book = openpyxl.Workbook()
    for row in (["PET", None, None, None], ["Dwell time (s)", 0.1, "Dwell time (s)", 0.5], ["BE (keV)", "kcps"] * 2):
        book.active.append(row)
    for be, count in zip(ENERGIES, COUNTS, strict=True):
        book.active.append([be / 1e3, count / 1e3, (be + 247.0) / 1e3, count / 1e3])
    path = tmp_path / "book.xlsx"
    book.save(path)
    (found,) = read_all(path)  # a title over all columns is that of each
    assert found.sample == "PET"
    assert [region.dwell_s for region in found.regions] == [0.1, 0.5]
    np.testing.assert_allclose(found.regions[0].intensity, COUNTS)
    assert top_ev(found) == pytest.approx(285.0)


def test_tables_that_run_on_under_comments_that_name_regions_stay_two(tmp_path: Path) -> None:
    path = tmp_path / "table.xy"
    after = ENERGIES[-1] + 0.1 + ENERGIES - ENERGIES[0]
    one, two = (
        "\n".join(f"{be:.2f} {count:g}" for be, count in zip(axis, COUNTS, strict=True)) for axis in (ENERGIES, after)
    )
    path.write_text(f"# Group: PET\n# Region: C1s\n{one}\n# Group: KCl\n# Region: K2p\n{two}\n")
    assert [(one.sample, one.regions[0].label) for one in read_all(path)] == [("PET", "C1s"), ("KCl", "K2p")]


def test_what_another_beam_is_set_to_is_no_scale_of_the_axis(tmp_path: Path) -> None:
    found = read(tmp_path, "flood gun kinetic energy: 5 eV", ENERGIES, COUNTS)
    assert found.regions[0].recorded_energy == "binding"


@pytest.mark.parametrize(
    "comment", ["# scan paused 12:31, beam dump", "# C 1s max 5000 counts", "# group 2", "# sample moved"]
)
def test_a_comment_inside_a_region_does_not_cut_it(tmp_path: Path, comment: str) -> None:
    path = tmp_path / "table.xy"
    rows = [f"{be:.2f} {count:g}" for be, count in zip(ENERGIES, COUNTS, strict=True)]
    path.write_text("\n".join(["# Region: C1s", *rows[:100], comment, *rows[100:]]))
    (found,) = read_all(path)
    assert [len(region.intensity) for region in found.regions] == [len(ENERGIES)]


@pytest.mark.parametrize("title", ["10 min\t\t20 min", "2 3 PET", "05 03 2024"])
def test_a_title_that_begins_with_numbers_parts_no_columns_by_spaces(tmp_path: Path, title: str) -> None:
    rows = [f"{be:.1f}\t{count:g}\t{be:.1f}\t{count:g}" for be, count in zip(ENERGIES, COUNTS, strict=True)]
    behind = [f"\t\t{ENERGIES[-1] + 0.1 * step:.1f}\t120" for step in range(1, 11)]
    path = tmp_path / "table.txt"
    path.write_text("\n".join([title, "BE\tcps\tBE\tcps", *rows, *behind]))
    lengths = [len(region.intensity) for one in read_all(path) for region in one.regions]
    assert lengths == [len(ENERGIES), len(ENERGIES) + 10]


@pytest.mark.parametrize("letter", ["I", "N", "i"])
def test_a_letter_is_an_intensity_unless_its_numbers_count_rows(tmp_path: Path, letter: str) -> None:
    errors = np.sqrt(COUNTS)
    np.testing.assert_array_equal(
        read(tmp_path, f"BE,{letter},d{letter}", ENERGIES, COUNTS, errors).regions[0].intensity, COUNTS
    )
    rows = np.arange(len(ENERGIES)) + 1.0
    for head, columns in (("BE,PET", (ENERGIES, COUNTS)), ("BE,counts", (ENERGIES, COUNTS))):
        found = read(tmp_path, f"{letter},{head}", rows, *columns)
        np.testing.assert_array_equal(found.regions[0].intensity, COUNTS)


@pytest.mark.parametrize(
    ("made", "measured"),
    [
        ("Calc", "Exp"),
        ("Simulated", "Observed"),
        ("Total", "Data"),
        ("C-O", "Experimental"),
        ("yfit", "y"),
        ("Anpassung", "Messung"),
        ("Summe", "Messwert"),
        ("gegl\u00e4ttet", "roh"),
        ("normiert", "Rohdaten"),
        ("Ajustement", "Mesure"),
        ("Liss\u00e9", "Brut"),
        ("Ajuste", "Experimental"),
        ("\u62df\u5408", "\u539f\u59cb\u6570\u636e"),
        ("\u5f52\u4e00\u5316\u5f3a\u5ea6", "\u5f3a\u5ea6"),
        ("\u30d5\u30a3\u30c3\u30c6\u30a3\u30f3\u30b0", "\u751f\u30c7\u30fc\u30bf"),
    ],
)
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_was_made_of_a_spectrum_is_passed_over_in_every_language(
    tmp_path: Path, made: str, measured: str, kind: str
) -> None:
    path = tmp_path / f"table.{kind}"
    rows = np.stack([ENERGIES, 0.5 * COUNTS, COUNTS], axis=1).round(2).tolist()
    if kind == "csv":
        path.write_text("\n".join([f"BE (eV),{made},{measured}", *(",".join(map(str, row)) for row in rows)]))
    else:
        openpyxl = pytest.importorskip("openpyxl", reason="the extra `formats` is not installed")
        book = openpyxl.Workbook()
        for row in (["BE (eV)", made, measured], *rows):
            book.active.append(row)
        book.save(path)
    (found,) = read_all(path)
    np.testing.assert_allclose(found.regions[0].intensity, COUNTS)
    assert "curve-read" not in {warning.code for warning in found.warnings}


def test_a_fit_before_the_spectrum_is_passed_over_where_no_name_says_energy(tmp_path: Path) -> None:
    np.testing.assert_array_equal(read(tmp_path, "x,yfit,y", ENERGIES, BACKGROUND, COUNTS).regions[0].intensity, COUNTS)


def test_the_sum_of_components_goes_before_one_of_them_and_is_said(tmp_path: Path) -> None:
    found = read(tmp_path, "BE,C-C,C-O,Sum", ENERGIES, COUNTS, BACKGROUND, COUNTS + BACKGROUND)
    np.testing.assert_array_equal(found.regions[0].intensity, COUNTS + BACKGROUND)
    assert "curve-read" in {warning.code for warning in found.warnings}
    for name in ("Envelope", "Normalized Intensity", "C-O"):
        assert "curve-read" in {one.code for one in read(tmp_path, f"BE,{name}", ENERGIES, COUNTS).warnings}


@pytest.mark.parametrize("names", ["Shifted BE,BE", "BE charge-referenced,BE", "True BE,Measured BE", "BE korr.,BE"])
@pytest.mark.parametrize("apart", [False, True])
def test_corrected_energies_before_the_recorded_ones_are_not_read(tmp_path: Path, names: str, apart: bool) -> None:
    openpyxl = pytest.importorskip("openpyxl", reason="the extra `formats` is not installed")
    corrected, recorded = names.split(",")
    head = [corrected, "cps", recorded, "cps"] if apart else [corrected, recorded, "cps"]
    columns = [ENERGIES - 2.0, COUNTS, ENERGIES, COUNTS] if apart else [ENERGIES - 2.0, ENERGIES, COUNTS]
    book = openpyxl.Workbook()
    for row in (head, *np.stack(columns, axis=1).tolist()):
        book.active.append(row)
    book.save(tmp_path / "book.xlsx")
    for found in (read(tmp_path, ",".join(head), *columns), *read_all(tmp_path / "book.xlsx")):
        (region,) = found.regions
        assert top_ev(found) == 285.0
        assert region.charge_correction_ev == pytest.approx(-2.0)
        assert "already-corrected" in {warning.code for warning in found.warnings}


@pytest.mark.parametrize("head", ["KE,Counts,BE", ""])
def test_binding_energies_beside_kinetic_ones_are_read_wherever_they_stand(tmp_path: Path, head: str) -> None:
    openpyxl = pytest.importorskip("openpyxl", reason="the extra `formats` is not installed")
    kinetic = 1253.6 - ENERGIES
    columns = [kinetic, COUNTS, ENERGIES] if head else [kinetic, ENERGIES, COUNTS]
    book = openpyxl.Workbook()
    for row in (*([head.split(",")] if head else []), *np.stack(columns, axis=1).tolist()):
        book.active.append(row)
    book.save(tmp_path / "book.xlsx")
    for found in (read(tmp_path, head, *columns), *read_all(tmp_path / "book.xlsx")):
        assert top_ev(found) == 285.0


def test_regions_with_energies_on_both_sides_of_their_counts_stay_apart(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl", reason="the extra `formats` is not installed")
    columns = [
        column
        for axis, counts in ((ENERGIES, COUNTS), (ENERGIES + 247.0, COUNTS[::-1]))
        for column in (1486.6 - axis, counts, axis)
    ]
    book = openpyxl.Workbook()
    for row in (["KE", "Counts", "BE"] * 2, *np.stack(columns, axis=1).tolist()):
        book.active.append(row)
    book.save(tmp_path / "book.xlsx")
    for found in (read(tmp_path, "KE,Counts,BE,KE,Counts,BE", *columns), *read_all(tmp_path / "book.xlsx")):
        assert [(round(region.low_ev), len(region.intensity)) for region in found.regions] == [(280, 200), (527, 200)]
        np.testing.assert_allclose(found.regions[1].intensity, COUNTS[::-1])


def test_a_letter_of_a_core_line_is_a_label(tmp_path: Path) -> None:
    found = read(tmp_path, "BE,C1S,BE,N1S", ENERGIES, COUNTS, ENERGIES + 115.0, COUNTS)
    assert found.regions[1].label == "N1S"


def test_energies_with_decimal_commas_of_three_digits_are_no_thousands(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    rows = [f"{be:.3f}".replace(".", ",") + f";{count / 1e4:.4f}" for be, count in zip(ENERGIES, COUNTS, strict=True)]
    path.write_text("\n".join(["BE (eV);Counts", *rows]))
    assert top_ev(read_all(path)[0]) == 285.0


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_settings_in_two_cells_are_read(tmp_path: Path, separator: str) -> None:
    head = ["Pass energy,20", "Dwell time (ms),260", "Sweeps,3", "BE (eV),Counts"]
    rows = [f"{be:.1f},{count:g}" for be, count in zip(ENERGIES, COUNTS, strict=True)]
    path = tmp_path / "table.txt"
    path.write_text("\n".join([*head, *rows]).replace(",", separator))
    (region,) = read_all(path)[0].regions
    assert (region.pass_energy_ev, region.dwell_s, region.scans) == (20.0, 0.26, 3)


@pytest.mark.parametrize(("name", "unit"), [("C1s -1 V", "arbitrary"), ("Counts-1", "counts"), ("cts s-1", "counts/s")])
def test_only_a_unit_per_second_is_one(tmp_path: Path, name: str, unit: str) -> None:
    assert read(tmp_path, f"BE (eV),{name}", ENERGIES, COUNTS).regions[0].intensity_unit == unit


@pytest.mark.parametrize("begin", [0, 1])
@pytest.mark.parametrize("names", [("BE", "Counts"), ("BE", "Counts", "Background"), ("Energy", "Sum", "Raw")])
def test_row_numbers_without_a_name_are_no_energies(tmp_path: Path, begin: int, names: tuple[str, ...]) -> None:
    rows = [
        "\t".join([f'"{place}"', f"{energy:.2f}", *(f"{value:.0f}" for value in values)])
        for place, (energy, *values) in enumerate(
            zip(
                ENERGIES, *({"Counts": COUNTS, "Raw": COUNTS}.get(name, BACKGROUND) for name in names[1:]), strict=True
            ),
            start=begin,
        )
    ]
    path = tmp_path / "frame.txt"
    path.write_text("\n".join(["\t".join(names), *rows]))
    (found,) = read_all(path)
    assert top_ev(found) == 285.0
    assert found.regions[0].intensity.max() == 9100.0


@pytest.mark.parametrize("names", [("C1s", "O1s"), ("C1s", "N1s", "O1s")])
def test_words_that_look_like_names_are_none_where_the_numbers_deny_it(tmp_path: Path, names: tuple[str, ...]) -> None:
    tops = {"C1s": 285.0, "N1s": 400.0, "O1s": 532.0}
    head = (
        f"#title,foil\n#x,Binding Energy,eV,reverse\n#y,Intensity,cps\n#legend,{','.join(names)}\n##comment,SPECTRUM\n"
    )
    columns = [column for name in names for column in ((ENERGIES + tops[name] - 285.0)[::-1], COUNTS[::-1])]
    found = read(tmp_path, head, *columns)
    assert [(region.label, top_ev(found, place)) for place, region in enumerate(found.regions)] == [
        (name, tops[name]) for name in names
    ]
    assert {region.intensity_unit for region in found.regions} == {"counts/s"}


def test_a_legend_names_the_samples_of_spectra_side_by_side(tmp_path: Path) -> None:
    rows = [
        f"{energy:.2f},{count:.0f},{energy:.2f},{2 * count:.0f}" for energy, count in zip(ENERGIES, COUNTS, strict=True)
    ]
    path = tmp_path / "table.csv"
    path.write_text("\n".join(["#x,Binding Energy,eV,reverse", "#legend,Foil B,Film D", *rows]))
    assert [one.sample for one in read_all(path)] == ["Foil B", "Film D"]


GROUPED = [
    ("BE C1s,BE O1s,Counts C1s,Counts O1s", (0, 1, 2, 3)),
    ("C1s,O1s,BE C1s,BE O1s", (2, 3, 0, 1)),
    ("Energy 1 (eV),Energy 2 (eV),I_1,I_2", (0, 1, 2, 3)),
]


@pytest.mark.parametrize("form", ["text", "workbook"])
@pytest.mark.parametrize(("head", "order"), GROUPED)
def test_energies_of_all_regions_may_stand_before_their_intensities(
    tmp_path: Path, form: str, head: str, order: tuple[int, ...]
) -> None:
    columns = [ENERGIES, ENERGIES[:120] + 247.0, COUNTS, 2.0 * COUNTS[:120]]  # O 1s is shorter
    rows = [
        [f"{columns[at][place]:.2f}" if place < len(columns[at]) else "" for at in order]
        for place in range(len(ENERGIES))
    ]
    path = tmp_path / "table"
    if form == "text":
        path.write_text("\n".join([head, *map(",".join, rows)]))
    else:
        openpyxl = pytest.importorskip("openpyxl")
        book = openpyxl.Workbook()
        book.active.append(head.split(","))
        for row in rows:
            book.active.append([float(cell) if cell else None for cell in row])
        book.save(path)
    (found,) = read_all(path)
    assert [(top_ev(found, place), region.intensity.max()) for place, region in enumerate(found.regions)] == [
        (285.0, 9100.0),
        (532.0, 18200.0),
    ]


@pytest.mark.parametrize("missing", ["nan", "NaN", "NA", "--", "None", ""])
@pytest.mark.parametrize("shorter", [0, 1])
def test_what_stands_below_the_end_of_a_shorter_column_is_no_value(tmp_path: Path, missing: str, shorter: int) -> None:
    pairs = [(ENERGIES, COUNTS), (ENERGIES + 247.0, COUNTS)]
    ends = [120 if place == shorter else len(ENERGIES) for place in range(2)]
    rows = [
        "\t".join(
            f"{values[row]:.2f}" if row < end else missing
            for pair, end in zip(pairs, ends, strict=True)
            for values in pair
        )
        for row in range(len(ENERGIES))
    ]
    path = tmp_path / "table.txt"
    path.write_text("\n".join(["BE C1s\tCounts\tBE O1s\tCounts", *rows]))
    (found,) = read_all(path)
    assert [(top_ev(found, place), len(region.intensity)) for place, region in enumerate(found.regions)] == [
        (285.0, ends[0]),
        (532.0, ends[1]),
    ]
    assert not found.warnings


@pytest.mark.parametrize("missing", ["nan", "NA", "--"])
def test_a_value_that_is_missing_inside_a_table_is_refused(tmp_path: Path, missing: str) -> None:
    rows = [f"{energy:.2f},{count:.0f}" for energy, count in zip(ENERGIES, COUNTS, strict=True)]
    rows[60] = f"{ENERGIES[60]:.2f},{missing}"
    path = tmp_path / "table.csv"
    path.write_text("\n".join(["BE,Counts", *rows]))
    with pytest.raises(InputError, match="line 62"):
        read_all(path)
