"""One C 1s region in the disguises of tables: every one gives the same spectrum, or a sentence that says why not."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from xps_keras.errors import InputError
from xps_keras.io import read, read_all
from xps_keras.io.column_names import pairs_by_name, role_of, unit_of
from xps_keras.io.corrections import casaxps_calibration, corrections

Floats = NDArray[np.float64]
Write = Callable[[str, str | bytes], Path]
Carbon = tuple[Floats, Floats]


def codes(spectrum: Any) -> set[str]:
    return {warning.code for warning in spectrum.warnings}


def grouped(value: float, mark: str) -> str:
    return f"{value:,.0f}".replace(",", mark)


def test_the_region_has_numbers_with_and_without_thousands(carbon: Carbon) -> None:
    assert carbon[1].min() < 1000 < carbon[1].max()


@pytest.mark.parametrize(
    "mark", [" ", "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}", "'", "\N{RIGHT SINGLE QUOTATION MARK}"]
)
@pytest.mark.parametrize("decimal", [".", ","])
def test_thousands_that_cannot_be_mistaken(write: Write, carbon: Carbon, mark: str, decimal: str) -> None:
    rows = "".join(f"{e:.2f}".replace(".", decimal) + f"\t{grouped(c, mark)}\n" for e, c in zip(*carbon, strict=True))
    (region,) = read(write("f.txt", "BE/eV\tcounts\n" + rows)).regions
    np.testing.assert_array_equal(region.intensity, carbon[1])
    np.testing.assert_allclose(region.binding_energy_ev, carbon[0])


@pytest.mark.parametrize(("decimal", "mark"), [(",", "."), (".", ",")])
@pytest.mark.parametrize("separator", ["\t", ";", ","])
def test_the_other_mark_parts_thousands(write: Write, carbon: Carbon, decimal: str, mark: str, separator: str) -> None:
    rows = "".join(
        f'"{e:.2f}"{separator}"{grouped(c, mark)}"\n'.replace(f"{e:.2f}", f"{e:.2f}".replace(".", decimal))
        for e, c in zip(*carbon, strict=True)
    )
    (region,) = read(write("f.csv", f"BE/eV{separator}counts\n" + rows)).regions
    np.testing.assert_array_equal(region.intensity, carbon[1])


@pytest.mark.parametrize(("decimal", "mark"), [(".", "."), (",", ",")])
def test_the_same_mark_for_both_is_refused_by_name(write: Write, carbon: Carbon, decimal: str, mark: str) -> None:
    rows = "".join(
        f"{e:.2f};{grouped(c, mark)}\n".replace(f"{e:.2f}", f"{e:.2f}".replace(".", decimal))
        for e, c in zip(*carbon, strict=True)
    )
    with pytest.raises(InputError, match=r"f\.csv: column 2 .*two ways.*beside.*thousands"):
        read(write("f.csv", "BE/eV;counts\n" + rows))


def test_decimal_points_and_commas_in_one_column_are_refused(write: Write, carbon: Carbon) -> None:
    rows = "".join(f"{e:.2f};{c:.1f}\n" for e, c in zip(*carbon, strict=True)).replace(".1;", ",1;", 1)
    rows = rows.replace(".50;", ",50;")
    with pytest.raises(InputError, match=r"two ways.*decimal comma"):
        read(write("f.csv", "BE/eV;counts\n" + rows))


def test_units_in_cells_and_typographic_minus(write: Write, carbon: Carbon) -> None:
    low = carbon[1].min() + 100.0
    rows = "".join(
        f"{e:.2f} eV;{c - low:.0f} cps\n".replace("-", "\N{MINUS SIGN}") for e, c in zip(*carbon, strict=True)
    )
    spectrum = read(write("f.csv", "BE;I\n" + rows))
    np.testing.assert_array_equal(spectrum.regions[0].intensity, carbon[1] - low)
    assert codes(spectrum) == {"negative-intensity"}


@pytest.mark.parametrize("end", ["\r\r\n", "\n\n", "\r\n\r\n", "\n\n\n"])
def test_line_ends_and_double_spacing(write: Write, carbon: Carbon, end: str) -> None:
    lines = ["BE/eV\tcounts", *(f"{e:.2f}\t{c:.0f}" for e, c in zip(*carbon, strict=True))]
    spectrum = read(write("f.txt", end.join(lines).encode()))
    np.testing.assert_array_equal(spectrum.regions[0].intensity, carbon[1])
    assert not spectrum.warnings


def test_vamas_in_double_spacing(write: Write, vamas: Any, carbon: Carbon) -> None:
    text = vamas.add(*carbon).add(carbon[0] + 247.0, carbon[1], name="O 1s").text("\n\n")
    assert [region.label for region in read(write("f.vms", text)).regions] == ["C 1s", "O 1s"]


@pytest.mark.parametrize(
    "heading",
    [
        *("Binding Energy (eV)", "Bindungsenergie / eV", "\N{LATIN CAPITAL LETTER E WITH ACUTE}nergie de liaison (eV)"),
        *("Energ\N{LATIN SMALL LETTER I WITH ACUTE}a de enlace", "Energia di legame [eV]", "Energia de liga\xe7\xe3o"),
        *("Bindingsenergie", "Energia wi\u0105zania", "Vazebn\xe1 energie", "Bindningsenergi", "B.E.", "BE", "be (eV)"),
        *(
            "\u042d\u043d\u0435\u0440\u0433\u0438\u044f \u0441\u0432\u044f\u0437\u0438, \u044d\u0412",
            "\u7ed3\u5408\u80fd",
        ),
        *("\u7d50\u5408\u30a8\u30cd\u30eb\u30ae\u30fc", "\uacb0\ud569 \uc5d0\ub108\uc9c0", "E_B", "E - E_F (eV)"),
    ],
)
def test_headings_for_binding_energy(heading: str) -> None:
    assert role_of(heading) == "binding"


@pytest.mark.parametrize(
    "heading",
    [
        *(
            "Kinetic Energy (eV)",
            "Kinetische Energie",
            "\xc9nergie cin\xe9tique",
            "Energ\xeda cin\xe9tica",
            "Energia cinetica",
        ),
        *(
            "Energia kinetyczna",
            "Kinetick\xe1 energie",
            "Kinetisk energi",
            "K.E.",
            "KE/eV",
            "ke (eV)",
            "Ekin (eV)",
            "E_kin",
        ),
        *(
            "Kin. Energy",
            "\u041a\u0438\u043d\u0435\u0442\u0438\u0447\u0435\u0441\u043a\u0430\u044f",
        ),
        *("\u52a8\u80fd", "\u904b\u52d5\u30a8\u30cd\u30eb\u30ae\u30fc", "\uc6b4\ub3d9 \uc5d0\ub108\uc9c0"),
    ],
)
def test_headings_for_kinetic_energy(heading: str) -> None:
    assert role_of(heading) == "kinetic"


@pytest.mark.parametrize(
    ("heading", "unit"),
    [
        *(("Counts", "counts"), ("CPS", "counts/s"), ("Counts per Second", "counts/s"), ("counts/s", "counts/s")),
        *(("Z\xe4hlrate (1/s)", "counts/s"), ("Coups", "counts"), ("cuentas", "counts"), ("\u8ba1\u6570", "counts")),
        ("Intensity (a.u.)", None),
    ],
)
def test_words_for_counts(heading: str, unit: str | None) -> None:
    assert role_of(heading) == "intensity"
    assert unit_of(heading) == unit


def test_columns_by_name_in_any_order() -> None:
    pairs = pairs_by_name(["Index", "BE C1s", "Background", "Counts", "Fit", "BE O1s", "Counts"])
    assert [(pair.energy, pair.intensity) for pair in pairs] == [(1, 3), (5, 6)]
    pairs = pairs_by_name(["Counts", "BE", "Counts", "BE"])
    assert [(pair.energy, pair.intensity) for pair in pairs] == [(1, 0), (3, 2)]


@pytest.mark.parametrize("names", ["BE C1s,Counts C1s,BE O1s,Counts O1s\n", ""])
def test_regions_side_by_side_of_unequal_length(write: Write, carbon: Carbon, names: str) -> None:
    rows = []
    for index, (e, c) in enumerate(zip(*carbon, strict=True)):
        rows.append(f"{e:.1f},{c:.0f}," + (f"{e + 247:.1f},{c:.0f}" if index < 150 else ","))
    first, second = read(write("f.csv", names + "\n".join(rows))).regions
    assert (len(first.intensity), len(second.intensity)) == (200, 150)
    assert second.low_ev == pytest.approx(carbon[0][0] + 247.0)
    if names:
        assert (first.label, second.label) == ("C1s", "O1s")


def test_columns_without_names_are_told_by_their_numbers(write: Write, carbon: Carbon) -> None:
    swapped = "".join(f"{c:.0f}\t{e:.1f}\n" for e, c in zip(*carbon, strict=True))
    indexed = "".join(f"{i}\t{e:.1f}\t{c:.0f}\n" for i, (e, c) in enumerate(zip(*carbon, strict=True)))
    for text in (swapped, indexed):
        np.testing.assert_array_equal(read(write("f", text)).regions[0].intensity, carbon[1])


@pytest.mark.parametrize("broken", ["--", "", "n/a", "#N/A", "1.#IND", "*"])
@pytest.mark.parametrize("where", [0, 60, 61, 199])
def test_no_row_inside_a_table_is_lost_in_silence(write: Write, carbon: Carbon, broken: str, where: int) -> None:
    lines = [f"{e:.2f}\t{c:.0f}" for e, c in zip(*carbon, strict=True)]
    lines[where] = f"{carbon[0][where]:.2f}\t{broken}"
    with pytest.raises(InputError, match=f"line {where + 2} "):
        read(write("f.txt", "BE/eV\tcounts\n" + "\n".join(lines) + "\n"))


@pytest.mark.parametrize("count", [1, 2, 5])
def test_rows_of_which_nothing_can_be_read_are_named(write: Write, carbon: Carbon, count: int) -> None:
    lines = [f"{e:.2f};{c:.0f}" for e, c in zip(*carbon, strict=True)]
    lines[60 : 60 + count] = ["#N/A;#N/A"] * count
    with pytest.raises(InputError, match="line 62 "):
        read(write("f.txt", "BE/eV;counts\n" + "\n".join(lines)))


def test_tables_with_titles_and_footers(write: Write, carbon: Carbon) -> None:
    rows = "".join(f"{e:.2f}\t{c:.0f}\n" for e, c in zip(*carbon, strict=True))
    oxygen = "".join(f"{e + 247:.2f}\t{c:.0f}\n" for e, c in zip(*carbon, strict=True))
    text = f"C 1s\nBE/eV\tcounts\n{rows}End of region, 200 points\n\nO 1s\nBE/eV\tcounts\n{oxygen}Operator: A. B.\n"
    spectrum = read(write("f.txt", text))
    assert [region.label for region in spectrum.regions] == ["C 1s", "O 1s"]
    assert not spectrum.warnings


def test_header_rows_are_no_points_and_said(write: Write, carbon: Carbon) -> None:
    rows = "".join(f"{e:.2f}\t{c:.0f}\n" for e, c in zip(*carbon, strict=True))
    spectrum = read(write("f.txt", "200\t2\n" + rows))
    assert len(spectrum.regions[0].intensity) == 200
    assert "rows-ignored" in codes(spectrum)


def test_kinetic_numbers_without_a_word_are_recognised(write: Write, carbon: Carbon) -> None:
    spectrum = read(write("f.txt", "".join(f"{1486.6 - e:.2f}\t{c:.0f}\n" for e, c in zip(*carbon, strict=True))))
    assert spectrum.regions[0].recorded_energy == "kinetic"
    np.testing.assert_allclose(spectrum.regions[0].binding_energy_ev, carbon[0], atol=1e-6)
    assert codes(spectrum) == {"scale-assumed", "source-assumed"}


def test_energies_below_the_fermi_level(write: Write, carbon: Carbon) -> None:
    spectrum = read(
        write("f.txt", "BE/eV\tcounts\n" + "".join(f"{-e:.2f}\t{c:.0f}\n" for e, c in zip(*carbon, strict=True)))
    )
    np.testing.assert_allclose(spectrum.regions[0].binding_energy_ev, carbon[0])
    assert codes(spectrum) == {"negative-energies"}


def test_long_lines_and_many_brackets_cost_no_time(write: Write, carbon: Carbon) -> None:
    rows = "".join(f"{e:.2f},{c:.0f}\n" for e, c in zip(*carbon, strict=True))
    for name in ("()" * 5000, "(" * 5000, "energy " * 3000, "Calib M = " * 2000, "1," * 5000 + "x", " " * 20000 + "x"):
        read_all(write("f.csv", f"BE/eV,{name}\n{rows}"))


@pytest.mark.parametrize(
    ("note", "step"),
    [
        ("Calib M = 280.28 A = 285 BE ADD", 4.72),
        ("Calib M = 280,28 A = 285,0 BE ADD", 4.72),
        ("Calib M = 286.5,288 A = 285 BE ADD", None),
        ("Calib M = 286,288 A = 285 BE ADD", None),
        ("Calib M = 1201.6 A = 1200 KE", 1.6),
    ],
)
def test_casaxps_calibrations(note: str, step: float | None) -> None:
    calibration = casaxps_calibration(note)
    assert calibration is not None
    assert calibration.step_ev == (None if step is None else pytest.approx(step))


def test_chained_calibrations_add_up_or_are_not_understood() -> None:
    first, second = "Calib M = 287 A = 285 BE ADD", "Calib M = 285.1 A = 285 BE ADD"
    recorded, said = corrections([first, second], "block 1")
    assert recorded == pytest.approx(-2.1)
    assert "2 calibrations together" in said[0].text
    recorded, said = corrections(["Calib M = 286.5,288 A = 285 BE ADD", second], "block 1")
    assert recorded is None
    assert "not understood" in said[0].text
    assert corrections([first, "Calib M = 286 A = 285 BE"], "block 1")[0] == pytest.approx(-1.0)
