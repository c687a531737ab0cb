"""CasaXPS text exports."""

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
HEADING = "K.E.\tCounts\tC-C\tBackground\tEnvelope\t\tB.E.\tCPS\tC-C CPS\tBackground CPS\tEnvelope CPS"


def table(energy: Floats, counts: Floats) -> list[str]:
    return [
        f"{1486.6 - e:.2f}\t{c:.0f}\t1\t2\t3\t\t{e:.2f}\t{c / 4:.2f}\t0.2\t0.5\t0.7"
        for e, c in zip(energy[::-1], counts[::-1], strict=True)
    ]


def test_binding_energies_and_counts_per_second_are_read(write: Write, carbon: Carbon) -> None:
    text = "\n".join(["Cycle 0:C 1s", "Name\t\tC-C", HEADING, *table(*carbon)])
    (region,) = read(write("f.txt", text)).regions
    np.testing.assert_allclose(region.binding_energy_ev, carbon[0])
    np.testing.assert_allclose(region.intensity, carbon[1] / 4)
    assert (region.label, region.intensity_unit, region.recorded_energy) == ("C 1s", "counts/s", "binding")


def test_tables_below_one_another(write: Write, carbon: Carbon) -> None:
    oxygen = carbon[0] + 247.0
    first = ["Cycle 0:C 1s", HEADING, *table(*carbon)]
    second = ["", "Cycle 1:O 1s", HEADING, *table(oxygen, carbon[1])]
    regions = read(write("f.txt", "\n".join(first + second))).regions
    assert [region.label for region in regions] == ["C 1s", "O 1s"]
    np.testing.assert_allclose(regions[1].binding_energy_ev, oxygen)


def test_tables_side_by_side_of_unequal_length(write: Write, carbon: Carbon) -> None:
    left, right = table(*carbon), table(carbon[0][50:] + 247.0, carbon[1][50:])
    right += ["\t" * 10] * (len(left) - len(right))
    rows = [f"{one}\t\t{two}" for one, two in zip(left, right, strict=True)]
    titles = "Cycle 0:C 1s" + "\t" * 12 + "Cycle 1:O 1s"
    regions = read(write("f.txt", "\n".join([titles, f"{HEADING}\t\t{HEADING}", *rows]))).regions
    assert [region.label for region in regions] == ["C 1s", "O 1s"]
    assert [len(region.intensity) for region in regions] == [200, 150]


def test_kinetic_energies_alone_assume_al_k_alpha(write: Write, carbon: Carbon) -> None:
    rows = ["\t".join(line.split("\t")[:2]) for line in table(*carbon)]
    spectrum = read(write("f.txt", "\n".join(["K.E.\tCounts", *rows])))
    np.testing.assert_allclose(spectrum.regions[0].binding_energy_ev, carbon[0], atol=1e-9)
    assert [warning.code for warning in spectrum.warnings] == ["source-assumed"]


def test_decimal_comma(write: Write, carbon: Carbon) -> None:
    text = "\n".join(["Cycle 0:C 1s", HEADING, *(line.replace(".", ",") for line in table(*carbon))])
    np.testing.assert_allclose(read(write("f.txt", text)).regions[0].binding_energy_ev, carbon[0])


def test_a_heading_without_numbers_is_refused(write: Write) -> None:
    with pytest.raises(InputError, match=r"f\.txt: no numbers stand under the column heading"):
        read(write("f.txt", f"Cycle 0:C 1s\n{HEADING}\n"))


def unfitted(binding: Floats, counts: Floats, title: str, separator: str, source: str = "1486.61") -> list[str]:
    rows = [
        separator.join([f"{1486.61 - e:.2f}", f"{c:.0f}", "", f"{e:.2f}", f"{5 * c:.1f}"])
        for e, c in zip(binding, counts, strict=True)
    ]
    settings = separator.join(["", "Characteristic Energy eV", source, "Acquisition Time s", "0.2"])
    return [title, settings, f"Name{separator}", separator.join(["K.E.", "Counts", "", "B.E.", "CPS"]), *rows, ""]


@pytest.mark.parametrize("separator", ["\t", ","])
def test_settings_of_the_next_spectrum_are_no_row_of_the_one_before(
    write: Write, carbon: Carbon, separator: str
) -> None:
    """Without a fit, the time of the next spectrum stands in the columns of B.E. and CPS above it."""
    one = unfitted(*carbon, "Cycle 0:PET:C 1s", separator)
    two = unfitted(carbon[0] + 247.0, carbon[1], "Cycle 1:PET:O 1s", separator)
    regions = read(write("f.txt", "\n".join(one + two))).regions
    assert [region.label for region in regions] == ["C 1s", "O 1s"]
    np.testing.assert_allclose(regions[1].binding_energy_ev, carbon[0] + 247.0, atol=1e-9)
    np.testing.assert_allclose(regions[0].intensity, 5 * carbon[1])


@pytest.mark.parametrize("separator", ["\t", ",", ";"])
def test_the_source_of_each_spectrum_is_read_whatever_parts_the_columns(
    write: Write, carbon: Carbon, separator: str
) -> None:
    cells = [f"{1253.6 - e:.2f}{separator}{c:.0f}" for e, c in zip(*carbon, strict=True)]
    settings = f"{separator}Characteristic Energy eV{separator}1253.6{separator}Acquisition Time s{separator}0.2"
    text = "\n".join(["Cycle 0:PET:C 1s", settings, f"K.E.{separator}Counts", *cells])
    spectrum = read(write("f.csv", text))
    np.testing.assert_allclose(spectrum.regions[0].binding_energy_ev, carbon[0], atol=1e-9)
    assert spectrum.regions[0].dwell_s == 0.2
    assert [warning.code for warning in spectrum.warnings] == ["source-energy"]


def test_rows_behind_a_title_without_a_heading_are_refused(write: Write, carbon: Carbon) -> None:
    one, two = (unfitted(*carbon, f"Cycle {number}:PET:C 1s", "\t") for number in (0, 1))
    with pytest.raises(InputError, match=r"line 209 .* has no column heading .* title at line 206"):
        read(write("f.txt", "\n".join([*one, *(line for line in two if "K.E." not in line)])))


@pytest.mark.parametrize(
    ("first", "second"), [("PET C 1s", "HDPE C 1s"), ("C:\\data\\PET.vms\nC1s/1", "C:\\data\\HDPE.vms\nC1s/1")]
)
def test_titles_without_a_cycle_tell_samples_apart(write: Write, carbon: Carbon, first: str, second: str) -> None:
    text = "\n".join([*unfitted(*carbon, first, "\t"), *unfitted(carbon[0], 3 * carbon[1], second, "\t")])
    spectra = read_all(write("f.txt", text))
    assert [(spectrum.sample, len(spectrum.regions)) for spectrum in spectra] == [("PET", 1), ("HDPE", 1)]
    np.testing.assert_allclose(spectra[1].regions[0].intensity, 15 * carbon[1])


def test_titles_above_the_intensities_name_sample_and_region(tmp_path: Path) -> None:
    energies = np.arange(280.0, 300.0, 0.1)
    rows = [f"{energy:.2f},{1000 + place},,{energy + 247:.2f},{2000 + place}," for place, energy in enumerate(energies)]
    for second, expected in (
        ("PET:O 1s", [("PET", ["C 1s", "O 1s"])]),
        ("HDPE:O 1s", [("PET", ["C 1s"]), ("HDPE", ["O 1s"])]),
    ):
        path = tmp_path / "rows.csv"
        head = f'B.E.,"Cycle 0:PET:C 1s:CPS",,B.E.,"Cycle 1:{second}:CPS",'
        path.write_text("\n".join(["Name,,,Name,,", head, *rows]))
        assert [(one.sample, [region.label for region in one.regions]) for one in read_all(path)] == expected


def test_kinetic_energies_alone_are_put_under_the_anode_that_the_title_fits(write: Write, carbon: Carbon) -> None:
    rows = [f"{1253.6 - e:.2f}\t{c:.0f}" for e, c in zip(*carbon, strict=True)]
    found = read(write("f.txt", "\n".join(["C 1s", "K.E.\tCounts", *rows])))
    np.testing.assert_allclose(found.regions[0].binding_energy_ev, carbon[0], atol=0.02)
    assert "source-assumed" in {warning.code for warning in found.warnings}


def test_a_table_pasted_below_is_named(tmp_path: Path) -> None:
    energies = np.arange(280.0, 295.0, 0.1)
    rows = "\n".join(f"{1486.6 - e:.1f}\t{100 + e:.1f}\t\t{e:.1f}\t{200 + e:.1f}" for e in energies)
    pasted = "\n".join(f"{e + 245.0:.1f}\t{300 + e:.1f}" for e in energies)
    path = tmp_path / "f.txt"
    path.write_text(f"Cycle 0:PET:C 1s\n\nK.E.\tCounts\t\tB.E.\tCPS\n{rows}\n\nO 1s\n{pasted}\n")
    (found,) = read_all(path)
    assert len(found.regions) == 1
    (said,) = [warning.text for warning in found.warnings if warning.code == "rows-ignored"]
    assert "150 lines from 156 to 305" in said
