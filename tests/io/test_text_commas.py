"""Commas that part columns and decimals, and rows of NaN behind a table."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from xps_keras.errors import InputError
from xps_keras.io import read, read_all

Floats = NDArray[np.float64]
Write = Callable[[str, str | bytes], Path]
Carbon = tuple[Floats, Floats]


@pytest.mark.parametrize("header", ["", "BE,Counts\n", "Sample: PET\nBinding Energy (eV),CPS\n"])
@pytest.mark.parametrize("form", ["{:.1f},{:.0f}\n", "{:.2f},{:.0f}\n", "{:.1f},{:.1f}\n", "{:.3f},{:.2f}\n"])
@pytest.mark.parametrize("turn", [1, -1])
def test_commas_between_columns_and_decimals(write: Write, carbon: Carbon, header: str, form: str, turn: int) -> None:
    energy, counts = carbon[0][::turn], carbon[1][::turn]
    rows = "".join(form.format(*point).replace(".", ",") for point in zip(energy, counts, strict=True))
    (region,) = read(write("f.csv", header + rows)).regions
    np.testing.assert_allclose(region.binding_energy_ev, carbon[0])
    np.testing.assert_allclose(region.intensity, carbon[1])


def test_regions_and_two_columns_of_counts_with_commas(write: Write, carbon: Carbon) -> None:
    energy, counts = carbon
    text = ""
    for name, away in (("C1s", 0.0), ("O1s", 247.0)):
        text += f"{name}\nBE,Counts\n"
        text += "".join(f"{e + away:.1f},{c:.0f}\n".replace(".", ",") for e, c in zip(energy, counts, strict=True))
    assert [region.low_ev for region in read(write("f.csv", text)).regions] == [energy[0], energy[0] + 247.0]
    pair = "".join(f"{e:.1f},{c:.0f},{2 * c:.0f}\n".replace(".", ",") for e, c in zip(energy, counts, strict=True))
    with pytest.raises(InputError, match="repeats the energy"):
        read(write("g.csv", pair))  # `279,4,402,804`: 402.804 or two columns


@pytest.mark.parametrize("row", ["nan,nan", "299.3,nan", "NaN,NaN", "299.3,NaN\n299.4,NaN\n299.5,NaN"])
def test_rows_of_nan_behind_a_table_are_left_out_and_said(write: Write, carbon: Carbon, row: str) -> None:
    points = "".join(f"{energy:.2f},{count:.0f}\n" for energy, count in zip(*carbon, strict=True))
    found = read(write("f.csv", f"BE,Counts\n{points}{row}\n"))
    np.testing.assert_array_equal(found.regions[0].intensity, carbon[1])
    assert "rows-ignored" in {warning.code for warning in found.warnings}


@pytest.mark.parametrize("form", ["text", "workbook"])
@pytest.mark.parametrize("away", [0.35, 1.0])
def test_energies_called_by_samples_belong_to_them(tmp_path: Path, carbon: Carbon, form: str, away: float) -> None:
    energy, counts = carbon
    other = np.random.default_rng(1).poisson(counts).astype(np.float64)
    names = ["BE PET", "BE PVC", "PET", "PVC"]
    points = [list(map(float, point)) for point in zip(energy, energy + away, counts, other, strict=True)]
    path = tmp_path / "spectra"
    if form == "text":
        rows = (",".join(f"{value:.2f}" for value in point) for point in points)
        path.write_text("\n".join([",".join(names), *rows]))
    else:
        openpyxl = pytest.importorskip("openpyxl")
        book = openpyxl.Workbook()
        for row in (names, *points):
            book.active.append(row)
        book.save(path)
    first, second = read_all(path)
    assert (first.sample, second.sample) == ("PET", "PVC")
    assert second.regions[0].low_ev == pytest.approx(energy[0] + away)
    np.testing.assert_array_equal(second.regions[0].intensity, other)
