"""Files that end before they should: whole regions before the end are read, and what is lost is said."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from xps_keras.errors import InputError
from xps_keras.io import read, read_all
from xps_keras.io.cut_short import whole_lines

Floats = NDArray[np.float64]
Write = Callable[[str, str | bytes], Path]
Carbon = tuple[Floats, Floats]


def said(path: Path) -> list[str]:
    return [warning.text for warning in read(path).warnings if warning.code == "file-truncated"]


@pytest.mark.parametrize("form", ["{:.2f}\t{:.0f}", "{:.2f},{:.0f}", "{:.2f};{:.1f}", "{:.4e}  {:.4e}"])
@pytest.mark.parametrize("short", [1, 2, 3, 4, 5, 6])
def test_a_last_row_that_breaks_off_is_left_out_and_said(write: Write, carbon: Carbon, form: str, short: int) -> None:
    energy, counts = carbon
    rows = [form.format(e, c) for e, c in zip(energy, np.maximum(counts, 1000.0), strict=True)]
    cut = "BE/eV,counts\n" + "\n".join(rows)[:-short]
    path = write("f.txt", cut)
    (region,) = read(path).regions
    held = len(region.intensity)
    np.testing.assert_allclose(region.intensity, np.maximum(counts, 1000.0)[:held], rtol=1e-3)
    assert held == 200 or (held == 199 and len(said(path)) == 1)


@pytest.mark.parametrize(
    "end",
    [
        "299.30\t940",
        "299.30\t9.4e2",
        "Measured on Monday",
        "299.30\t0",
        "299.30\t12",
        "total 34234",
        "Mean: 948.5",
        "191",
    ],
)
def test_a_file_without_a_line_end_is_whole(end: str) -> None:
    text = f"299.10\t947\n299.20\t950\n{end}"
    assert whole_lines(text) == (text.split("\n"), [])


def test_a_shorter_neighbour_is_no_row_that_breaks_off() -> None:
    text = "299.10,947,546.10,1200\n299.20,950,546.20,1210\n299.30,952"
    assert whole_lines(text)[1] == []


def test_phi_text_says_which_regions_are_missing(write: Write, carbon: Carbon) -> None:
    head = "Element C 1s; Region 2 of 6; Depth Cycle 1 of 1; Time Per Step 50; Sweeps 8; Photon Energy 1486.6; XPS;\n"
    rows = "".join(f"{e:.2f}\t{c:.0f}\n" for e, c in zip(*carbon, strict=True))
    (text,) = said(write("f.txt", head + rows))
    assert "number 2 of 6" in text


def test_prodigy_says_that_points_are_missing(write: Write, carbon: Carbon) -> None:
    head = "# Created by: SpecsLab Prodigy\n# Energy Axis: Binding Energy\n# Region: C1s\n# Values/Curve: 221\n"
    rows = "".join(f"{e:.2f} {c:.0f}\n" for e, c in zip(*carbon, strict=True))
    (text,) = said(write("f.xy", head + rows))
    assert "200 of the 221 points" in text


def test_specs_xml_is_read_up_to_the_region_that_breaks_off(
    write: Write, write_specs_xml: Callable[..., str], carbon: Carbon
) -> None:
    text = write_specs_xml(*carbon)
    begin = text.index("<struct", text.index('type_name="RegionGroup"'))
    end = text.rindex("</struct></any>")
    region = text[begin:end]
    two = text[:begin] + region + region.replace("1 C1s", "2 N1s") + text[end:]
    whole = read(write("f.xml", text))
    path = write("g.xml", two[: begin + len(region) + len(region) // 2])
    spectrum = read(path)
    (held,) = spectrum.regions
    np.testing.assert_array_equal(held.intensity, whole.regions[0].intensity)
    assert any("`2 N1s`" in text for text in said(path))
    with pytest.raises(InputError, match="within region `1 C1s`"):
        read(write("h.xml", two[: begin + len(region) // 2]))


def test_avantage_keeps_the_whole_levels(write: Write, write_avantage: Callable[..., str], carbon: Carbon) -> None:
    text = write_avantage(*carbon, levels=3)
    begin = text.index("$DATA=*,2")
    spectra = read_all(write("f.avg", text[: begin + 400]))
    assert len(spectra) == 2
    assert [warning.code for warning in spectra[0].warnings] == ["file-truncated"]


def test_a_cut_list_of_a_kratos_data_set_costs_its_object(write: Write, files: dict[str, bytes]) -> None:
    one = files["Kratos Vision text"].decode()
    second = one.partition("\n")[2].replace("film/1", "foil/1")
    path = write("f.kal", one + second[: second.index("{") + 300])
    (spectrum,) = read_all(path)
    assert len(said(path)) == 1
    assert len(spectrum.regions) == 1


def test_a_last_row_that_breaks_off_in_a_casaxps_table(write: Write, files: dict[str, bytes]) -> None:
    text = files["CasaXPS text"].decode().rstrip()
    path = write("f.txt", text[: text.rindex("\t")])
    assert len(read(path).regions[0].intensity) == 199
    assert len(said(path)) == 1


def test_the_longest_of_three_spectra_side_by_side_keeps_its_last_point() -> None:
    text = "299.1,947,300.1,811,301.1,702\n299.2,950,300.2,815,301.2,706\n299.3,940,,,,"
    assert whole_lines(text) == (text.split("\n"), [])
