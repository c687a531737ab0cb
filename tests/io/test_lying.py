"""Tables that lie: energies in a row, spectra in the rows below."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from xps_keras.io import read_all

Floats = NDArray[np.float64]
Write = Callable[[str, str | bytes], Path]
Carbon = tuple[Floats, Floats]
Row = tuple[Sequence[str], Floats]


def levels(counts: Floats, number: int) -> list[Floats]:
    draw = np.random.default_rng(1)
    return [draw.poisson(counts).astype(np.float64) for _ in range(number)]


def text_of(rows: Sequence[Row | None], separator: str) -> str:
    cells = [[] if row is None else [*row[0], *(f"{value:g}" for value in row[1])] for row in rows]
    return "\n".join(separator.join(line) for line in cells)


def held(path: Path) -> list[tuple[str, list[Floats]]]:
    found = read_all(path)
    assert {warning.code for one in found for warning in one.warnings} <= {"table-turned", "scale-assumed"}
    assert "table-turned" in {warning.code for warning in found[0].warnings}
    return [(one.sample, [region.intensity for region in one.regions]) for one in found]


@pytest.mark.parametrize("separator", [",", ";", "\t", "  "])
@pytest.mark.parametrize(
    ("corner", "names", "samples"),
    [
        (["BE"], ["PET", "PVC", "PTFE"], ["PET", "PVC", "PTFE"]),
        (["Energy"], ["0", "30", "60"], ["0", "30", "60"]),
        (["Name", "Line"], ["PET,C1s", "PVC,C1s", "PTFE,C1s"], ["PET", "PVC", "PTFE"]),
        ([], ["", "", ""], ["column 2", "column 3", "column 4"]),
    ],
)
def test_rows_are_spectra(
    write: Write, carbon: Carbon, separator: str, corner: list[str], names: list[str], samples: list[str]
) -> None:
    drawn = levels(carbon[1], 3)
    rows = [
        (corner, carbon[0]),
        *((name.split(",") if name else [], one) for name, one in zip(names, drawn, strict=True)),
    ]
    found = held(write("f.csv", text_of(rows, separator)))
    assert [name for name, _ in found] == samples
    for (_, (counts,)), one in zip(found, drawn, strict=True):
        np.testing.assert_array_equal(counts, one)


@pytest.mark.parametrize("corner", ["Etch time (s)", "", "0"])
@pytest.mark.parametrize("form", ["text", "workbook"])
def test_a_matrix_of_levels_is_no_spectrum_over_the_levels(
    tmp_path: Path, carbon: Carbon, corner: str, form: str
) -> None:
    drawn = levels(carbon[1], 12)
    path = tmp_path / "profile"
    if form == "text":
        rows: list[Row] = [([corner], carbon[0]), *(([f"{30 * place}"], one) for place, one in enumerate(drawn))]
        path.write_text(text_of(rows, ","))
    else:
        openpyxl = pytest.importorskip("openpyxl")
        book = openpyxl.Workbook()
        book.active.append([corner or None, *carbon[0].tolist()])
        for place, one in enumerate(drawn):
            book.active.append([30 * place, *one.tolist()])
        book.save(path)
    found = held(path)
    assert len(found) == 12
    for (_, (counts,)), one in zip(found, drawn, strict=True):
        np.testing.assert_array_equal(counts, one)


def test_several_lying_tables_are_regions_of_their_samples(write: Write, carbon: Carbon) -> None:
    drawn = levels(carbon[1], 4)
    rows: list[Row | None] = [(["BE"], carbon[0]), (["PET"], drawn[0]), (["PVC"], drawn[1]), None]
    rows += [(["BE"], carbon[0] + 247.0), (["PET"], drawn[2]), (["PVC"], drawn[3])]
    found = held(write("f.csv", text_of(rows, ",")))
    assert [name for name, _ in found] == ["PET", "PVC"]
    np.testing.assert_array_equal(found[1][1], [drawn[1], drawn[3]])


@pytest.mark.parametrize("corner", ["BE", ""])
@pytest.mark.parametrize("step", [0.1, 0.5, 10.0])
def test_a_standing_series_of_many_levels_stays(write: Write, carbon: Carbon, corner: str, step: float) -> None:
    drawn = levels(carbon[1], 12)
    names = [f"{step * place:g}" for place in range(12)]
    rows = [",".join([corner, *names])]
    rows += [",".join(f"{value:g}" for value in point) for point in zip(carbon[0], *drawn, strict=True)]
    found = read_all(write("f.csv", "\n".join(rows)))
    assert [one.sample for one in found] == names
    np.testing.assert_array_equal(found[7].regions[0].intensity, drawn[7])


@pytest.mark.parametrize("second", ["Counts", "Counts.1"])
def test_two_columns_of_one_name_are_samples(write: Write, carbon: Carbon, second: str) -> None:
    drawn = levels(carbon[1], 2)
    points = "\n".join(f"{e:g},{a:g},{b:g}" for e, a, b in zip(carbon[0], *drawn, strict=True))
    found = read_all(write("f.csv", f"BE,Counts,{second}\n{points}"))
    assert [one.sample for one in found] == ["column 2", "column 3"]
    np.testing.assert_array_equal(found[1].regions[0].intensity, drawn[1])
