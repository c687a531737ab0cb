"""Tables in long form that somebody sorted by energy: the rows of each spectrum belong together again."""

import io
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from xps_keras.io import read, read_all
from xps_keras.spectrum import Spectrum

Floats = NDArray[np.float64]
Write = Callable[[str, str | bytes], Path]
Carbon = tuple[Floats, Floats]
Row = tuple[str, str, float, float]


def series(carbon: Carbon) -> list[Row]:
    """Rows of two samples with two regions each: sample, region, binding energy in eV, counts."""
    energy, counts = carbon
    return [
        (sample, region, float(e) + offset, float(c) + more)
        for sample, more in (("PET", 0.0), ("PVC", 50.0))
        for region, offset in (("C1s", 0.0), ("O1s", 247.0))
        for e, c in zip(energy, counts, strict=True)
    ]


def assert_holds_both(spectra: Sequence[Spectrum], carbon: Carbon) -> None:
    assert [spectrum.sample for spectrum in spectra] == ["PET", "PVC"]
    for spectrum, more in zip(spectra, (0.0, 50.0), strict=True):
        regions = sorted(spectrum.regions, key=lambda region: region.low_ev)
        assert [region.label for region in regions] == ["C 1s", "O 1s"]
        for region, offset in zip(regions, (0.0, 247.0), strict=True):
            np.testing.assert_allclose(region.binding_energy_ev, carbon[0] + offset)
            np.testing.assert_array_equal(region.intensity, carbon[1] + more)


@pytest.mark.parametrize("order", [lambda row: row[2], lambda row: -row[2], lambda row: (row[1], row[2])])
@pytest.mark.parametrize("form", ["{0},{1},{2:.2f},{3:.0f}", "{2:.2f},{3:.0f},{0},{1}", "{2:.2f},{0},{3:.0f},{1}"])
def test_text_sorted_by_energy(write: Write, carbon: Carbon, order: Callable[[Row], object], form: str) -> None:
    names = form.format("sample", "region", 0.0, 0.0).replace("0.00", "energy").replace("0", "counts")
    rows = sorted(series(carbon), key=order)  # type: ignore[arg-type]
    lines = [names, *(form.format(*row) for row in rows)]
    assert_holds_both(read_all(write("f.csv", "\n".join(lines))), carbon)


def test_a_value_that_was_set_tells_mixed_rows_apart(write: Write, carbon: Carbon) -> None:
    rows = [f"{e:.2f},{c + more:.0f},{etch}" for e, c in zip(*carbon, strict=True) for etch, more in ((0, 0), (30, 9))]
    first, second = read_all(write("f.csv", "\n".join(["energy,counts,etch time", *rows])))
    assert (first.sample, second.sample) == ("etch time 0", "etch time 30")
    np.testing.assert_array_equal(second.regions[0].intensity, carbon[1] + 9)


@pytest.mark.parametrize("form", ["{1:.2f},{2:.0f},12:00:0{0}", "{1:.2f},12:00:0{0},{2:.0f}", "{1:.2f},{2:.0f},L{0}"])
def test_words_that_come_again_along_one_axis_part_no_spectrum(write: Write, carbon: Carbon, form: str) -> None:
    rows = [form.format(row % 10, e, c) for row, (e, c) in enumerate(zip(*carbon, strict=True))]
    (region,) = read(write("f.csv", "\n".join(rows))).regions
    np.testing.assert_array_equal(region.intensity, carbon[1])


def test_a_mark_on_some_points_parts_no_spectrum(write: Write, carbon: Carbon) -> None:
    rows = [
        f"{e:.2f},{c:.0f},{'peak' if 60 < row < 120 else 'background'}"
        for row, (e, c) in enumerate(zip(*carbon, strict=True))
    ]
    (region,) = read(write("f.csv", "\n".join(["BE,counts,flag", *rows]))).regions
    np.testing.assert_array_equal(region.intensity, carbon[1])


def test_a_workbook_sorted_by_energy_says_that_it_was_put_in_order(write: Write, carbon: Carbon) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.append(["sample", "region", "energy", "counts"])
    for row in sorted(series(carbon), key=lambda row: row[2]):
        book.active.append(list(row))
    content = io.BytesIO()
    book.save(content)
    spectra = read_all(write("f.xlsx", content.getvalue()))
    assert_holds_both(spectra, carbon)
    assert "rows-sorted" in {warning.code for warning in spectra[0].warnings}


@pytest.mark.parametrize(("levels", "step", "points"), [(100, 0.5, 60), (8, 7.5, 100), (12, 0.5, 150)])
@pytest.mark.parametrize("name", ["Etch time (s)", "Angle"])
def test_levels_that_stand_in_order_stay_levels(write: Write, levels: int, step: float, points: int, name: str) -> None:
    """Their times run as evenly within each energy as the energies within each time."""
    energy = 280.0 + 0.2 * np.arange(points)
    counts = np.random.default_rng(0).poisson(500.0 + 400.0 * np.exp(-((energy - 285.0) ** 2)), (levels, points))
    rows = [
        f"{10.0 + step * level},{e:.1f},{c}"
        for level, own in enumerate(counts)
        for e, c in zip(energy, own, strict=True)
    ]
    spectra = read_all(write("f.csv", f"{name},BE (eV),Counts\n" + "\n".join(rows) + "\n"))
    regions = [region for spectrum in spectra for region in spectrum.regions]
    assert len(regions) == levels
    for region, own in zip(regions, counts, strict=True):
        np.testing.assert_allclose(region.binding_energy_ev, energy)
        np.testing.assert_array_equal(region.intensity, own)
