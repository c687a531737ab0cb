"""Tables with bars, brackets, quotes, labels and foreign exponents around their numbers."""

from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from xps_keras.errors import InputError
from xps_keras.io import read
from xps_keras.io.text_dressed import undressed

Floats = NDArray[np.float64]
Write = Callable[[str, str | bytes], Path]
Carbon = tuple[Floats, Floats]


def rows(carbon: Carbon, form: str) -> list[str]:
    return [form.format(e, c) for e, c in zip(*carbon, strict=True)]


def numbered(carbon: Carbon, form: str) -> list[str]:
    return [form.format(row, e, c) for row, (e, c) in enumerate(zip(*carbon, strict=True), start=1)]


def assert_reads(write: Write, carbon: Carbon, lines: Iterable[str]) -> None:
    (region,) = read(write("f.txt", "\n".join(lines) + "\n")).regions
    np.testing.assert_allclose(region.binding_energy_ev, carbon[0], atol=0.006)
    np.testing.assert_allclose(region.intensity, carbon[1], atol=0.6)


@pytest.mark.parametrize(
    ("head", "form", "tail"),
    [
        (["BE|counts"], "{:.2f}|{:.0f}", []),
        (["| BE (eV) | counts |", "|:---|---:|"], "| {:.2f} | {:.0f} |", []),
        (["| BE (eV) | counts |", "|---------+--------|"], "|  {:.2f} |   {:.0f} |", []),
        (["+----+----+", "| be | counts |", "+----+----+"], "| {:.2f} | {:.0f} |", ["+----+----+"]),
        (
            ["\u2502 BE \u2502 counts \u2502", "\u251c\u2500\u253c\u2500\u2524"],
            "\u2502 {:.2f} \u2502 {:.0f} \u2502",
            [],
        ),
        ([], "({:.2f}, {:.0f})", []),
        (["["], "[{:.2f}, {:.0f}],", ["]"]),
        (["data = ["], "{:.2f} {:.0f};", ["];"]),
        ([], "{{{:.2f}, {:.0f}}},", []),
        (["BE,counts"], '"{:.2f},{:.0f}"', []),
        (["BE,counts"], '="{:.2f}",="{:.0f}"', []),
        (["BE,counts"], "{:.2f},{:.0f}\u00b130", []),
        (["BE\tcounts"], "{:.2f}(5)\t{:.0f}(30)", []),
    ],
)
def test_marks_around_numbers_are_none_of_them(
    write: Write, carbon: Carbon, head: list[str], form: str, tail: list[str]
) -> None:
    assert_reads(write, carbon, [*head, *rows(carbon, form), *tail])


@pytest.mark.parametrize("mark", ["D", "d"])
def test_exponents_of_fortran(write: Write, carbon: Carbon, mark: str) -> None:
    assert_reads(write, carbon, [line.replace("e+", f"{mark}+") for line in rows(carbon, "{:.6e}  {:.6e}")])


def test_exponents_written_as_powers(write: Write, carbon: Carbon) -> None:
    energy, counts = carbon
    assert_reads(write, carbon, ["BE\tcounts", *rows((energy, counts / 1e3), "{:.2f}\t{:.4f}x10^3")])


def test_a_matrix_as_matlab_displays_it_is_multiplied_by_its_factor(write: Write, carbon: Carbon) -> None:
    energy, counts = carbon
    scaled = rows((energy / 1e3, counts / 1e3), "    {:.4f}    {:.4f}")
    lines = ["", "A =", "", "   1.0e+03 *", "", *scaled, "", "O 1s", *rows((energy + 247.0, counts), "{:.2f} {:.0f}")]
    first, second = read(write("f.txt", "\n".join(lines))).regions
    np.testing.assert_allclose(first.binding_energy_ev, energy, atol=1e-9)
    np.testing.assert_allclose(second.binding_energy_ev, energy + 247.0, atol=1e-9)


@pytest.mark.parametrize(
    ("head", "form"),
    [
        ("time,BE,counts", "2024-05-06T12:00:07,{1:.2f},{2:.0f}"),
        ("date;time;BE;counts", "06.05.2024;12:10:00;{1:.2f};{2:.0f}"),
        ("", "2024-05-06 12:10:00 {1:.2f} {2:.0f}"),
        ("", "12:10:05.{0:03d}\t{1:.2f}\t{2:.0f}"),
        ("point;BE;counts", "P{0};{1:.2f};{2:.0f}"),
        ("", "{0}: {1:.2f} {2:.0f}"),
        ("BE counts", "[{0},] {1:.2f} {2:.0f}"),
    ],
)
def test_a_label_before_each_row_is_no_number_of_it(write: Write, carbon: Carbon, head: str, form: str) -> None:
    assert_reads(write, carbon, [head, *numbered(carbon, form)])


def test_a_list_of_peaks_is_no_table_with_labels() -> None:
    energies = (285.0, 286.3, 287.0, 289.1, 291.0, 531.0, 532.2, 533.0, 534.9)
    lines = [f"peak{row} {energy} 1.2" for row, energy in enumerate(energies)]
    assert undressed(lines) == lines


def test_plain_rows_stay_as_they_are(carbon: Carbon) -> None:
    lines = ["BE\tcounts", *rows(carbon, "{:.2f}\t{:.0f}")]
    assert undressed(lines) == lines


@pytest.mark.parametrize("missing", ["#N/A", "-", "n/a", "N.A.", "#NV", "#DIV/0!", ".", "?"])
def test_what_programs_write_for_no_value_below_a_shorter_column(write: Write, carbon: Carbon, missing: str) -> None:
    energy, counts = carbon
    lines = ["BE,C1s,BE,O1s"]
    lines += [f"{e:.2f},{c:.0f},{e + 247:.2f},{c:.0f}" for e, c in zip(energy[:150], counts[:150], strict=True)]
    lines += [f"{e:.2f},{c:.0f},{missing},{missing}" for e, c in zip(energy[150:], counts[150:], strict=True)]
    regions = read(write("f.csv", "\n".join(lines))).regions
    assert [len(region.intensity) for region in regions] == [200, 150]


@pytest.mark.parametrize("missing", ["--", ""])
def test_rows_lost_inside_a_region_beside_another_are_refused_by_their_line(
    write: Write, carbon: Carbon, missing: str
) -> None:
    lines = ["BE,C1s,BE,O1s"]
    for row, (e, c) in enumerate(zip(*carbon, strict=True)):
        beside = f"{missing},{missing}" if row in (50, 51) else f"{e + 247:.2f},{c:.0f}"
        lines.append(f"{e:.2f},{c:.0f},{beside}")
    with pytest.raises(InputError, match=r"line 52 holds no numbers in columns 3 and 4"):
        read(write("f.csv", "\n".join(lines)))


def test_raw_counts_go_before_corrected_ones(write: Write, carbon: Carbon) -> None:
    lines = ["BE,counts corrected,counts raw"]
    lines += [f"{e:.2f},{c / 1.3:.2f},{c:.0f}" for e, c in zip(*carbon, strict=True)]
    assert_reads(write, carbon, lines)


@pytest.mark.parametrize("begin", [0.0, 1714990000.0])
def test_a_time_before_nameless_energies_is_none_of_them(write: Write, carbon: Carbon, begin: float) -> None:
    rows = [f"{begin + 0.5 * row:.1f}\t{e:.2f}\t{c:.0f}" for row, (e, c) in enumerate(zip(*carbon, strict=True))]
    (region,) = read(write("f.txt", "\n".join(rows))).regions
    np.testing.assert_allclose(region.binding_energy_ev, carbon[0])
    np.testing.assert_array_equal(region.intensity, carbon[1])


def test_several_points_in_a_row_are_read_one_after_the_other(write: Write, carbon: Carbon) -> None:
    points = rows(carbon, "{:.2f} {:.0f}")
    lines = ["  ".join(points[at : at + 6]) for at in range(0, len(points), 6)]
    (region,) = read(write("f.txt", "\n".join(lines) + "\n")).regions
    np.testing.assert_allclose(region.binding_energy_ev, carbon[0])
    np.testing.assert_array_equal(region.intensity, carbon[1])


def test_a_line_that_speaks_of_both_scales_says_nothing_of_the_axis(write: Write, carbon: Carbon) -> None:
    energy, counts = carbon
    head = "Kinetic energy scale, subtract from 1486.6 eV for binding energy\nC 1s\nE (eV)\tcounts\n"
    (region,) = read(write("f.txt", head + "\n".join(rows((1486.6 - energy, counts), "{:.2f}\t{:.0f}")))).regions
    np.testing.assert_allclose(region.binding_energy_ev, energy, atol=0.006)
