"""Text of PHI's MultiPak Exporter, and the tables that MultiPak ends with a row of zeros."""

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

HEADER = (
    "//Multipak Exporter  9.9\nPlatform:PC\nFileType:{kind}\nAnalyserWorkFcn:4.250 eV\nSputterEnergy:1.000 kV\n"
    "SpectralRegDef:1 1 C1s 6 200 -0.1 299.3 279.4 298 280 1.25 55.00 AREA\n"
    "SpectralRegDef:2 1 O1s 8 200 -0.1 546.3 526.4 546 527 0.50 26.00 AREA\n"
    "XraySource:Al 1486.6 mono\n\n"
)


def block(area: str, number: int, region: str, count: int, energy: Floats, *columns: Floats) -> str:
    separator, what = ("\t", "Area No") if len(columns) == 1 else (",", "Cycle")
    rows = np.stack([energy, *columns], axis=1)[::-1]
    return (
        f"//Area Comment,RegionNo,AtomicName,{what},XLabel,YLabel,DataCount\n{area}\n{number}\n{region}\n{count}\n"
        f"Binding Energy(eV),reverse\nIntensity(cps)\n{len(rows)}\n"
        + "".join(separator.join(f"{value:.4f}" for value in row) + "\n" for row in rows)
        + "\n"
    )


@pytest.mark.parametrize("comments", [("#3 Foil B", "#4 Film D"), ("", "")])
def test_areas_are_samples_in_whatever_order_they_stand(
    write: Write, carbon: Carbon, comments: tuple[str, str]
) -> None:
    energy, counts = carbon
    text = HEADER.format(kind="SPECTRUM")
    for number, (name, moved) in enumerate((("C1s", 0.0), ("O1s", 247.0)), start=1):
        for area, comment in enumerate(comments, start=1):
            text += block(comment, number, name, area, energy + moved, counts * area)
    one, other = read_all(write("f.txt", text))
    assert [one.sample, other.sample] == [said or f"area {place}" for place, said in enumerate(comments, start=1)]
    for spectrum, factor in ((one, 1.0), (other, 2.0)):
        assert [region.label for region in spectrum.regions] == ["C 1s", "O 1s"]
        np.testing.assert_allclose(spectrum.regions[0].binding_energy_ev, energy)
        np.testing.assert_allclose(spectrum.regions[0].intensity, factor * counts)
    region = one.regions[0]
    assert (region.intensity_unit, region.source_energy_ev) == ("counts/s", 1486.6)
    assert (region.dwell_s, region.pass_energy_ev) == (1.25, 55.0)


def test_levels_of_a_profile_are_samples_and_areas_over_the_time_no_spectra(write: Write, carbon: Carbon) -> None:
    energy, counts = carbon
    levels = [counts, 2.0 * counts, 3.0 * counts]
    times = "".join(f"{0.5 * level:.4f},{900.0 + level:.4f}\n" for level in range(3))
    text = HEADER.format(kind="DEPTHPRO") + block("#7 Foil B", 1, "C1s", 3, energy, *levels)
    text += (
        f"//Area Comment,AtomicName,XLabel,YLabel,DataCount\n#7 Foil B\nC1s\nSputter Time(min)\nIntensity\n3\n{times}"
    )
    found = read_all(write("f.txt", text))
    assert [one.sample for one in found] == [
        f"#7 Foil B, level {level} ({time} min)" for level, time in ((1, "0"), (2, "0.5"), (3, "1"))
    ]
    for one, values in zip(found, levels, strict=True):
        (region,) = one.regions
        np.testing.assert_allclose(region.intensity, values)
    assert any("Sputter Time" in warning.text for warning in found[0].warnings if warning.code == "columns-ignored")


def test_a_block_that_breaks_off_is_said_and_a_broken_row_refused(write: Write, carbon: Carbon) -> None:
    text = HEADER.format(kind="SPECTRUM") + block("Foil B", 1, "C1s", 1, *carbon)
    lines = text.rstrip("\n").split("\n")
    assert "file-truncated" in {warning.code for warning in read(write("f.txt", "\n".join(lines[:-20]))).warnings}
    lines[40] = lines[40].partition("\t")[0]
    with pytest.raises(InputError, match=r"f\.txt: line 41 "):
        read(write("f.txt", "\n".join(lines)))


@pytest.mark.parametrize("low", [0.0, 0.5, 279.4])
def test_a_row_of_zeros_behind_a_table_is_no_point(write: Write, carbon: Carbon, low: float) -> None:
    energy = low + 0.1 * np.arange(len(carbon[0]))[::-1]
    rows = "".join(f"{e:.1f},{c:.0f}\n" for e, c in zip(energy, carbon[1], strict=True))
    found = read(write("f.csv", f"1\n\nC1s\n1\n{rows}0,0\n"))
    np.testing.assert_allclose(found.regions[0].binding_energy_ev, energy[::-1], atol=1e-9)
    assert "rows-ignored" in {warning.code for warning in found.warnings}


def test_a_spectrum_may_end_in_zeros(write: Write, carbon: Carbon) -> None:
    counts = carbon[1].copy()
    counts[-1] = 0.0
    rows = "".join(f"{(199 - place) / 10:.1f},{count:.0f}\n" for place, count in enumerate(counts))
    assert rows.endswith("\n0.0,0\n")
    assert len(read(write("f.csv", rows)).regions[0].intensity) == len(counts)
