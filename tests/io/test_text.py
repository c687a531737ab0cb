"""Two-column text in its usual disguises."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from xps_keras.errors import InputError
from xps_keras.io import read

Floats = NDArray[np.float64]
Write = Callable[[str, str | bytes], Path]
Carbon = tuple[Floats, Floats]


def rows(energy: Floats, counts: Floats, separator: str = "\t", decimal: str = ".") -> str:
    return "".join(f"{e:.2f}{separator}{c:.1f}\n".replace(".", decimal) for e, c in zip(energy, counts, strict=True))


def codes(spectrum: Any) -> set[str]:
    return {warning.code for warning in spectrum.warnings}


@pytest.mark.parametrize(
    ("separator", "decimal"),
    [("\t", "."), ("\t", ","), (";", "."), (";", ","), (" ", "."), ("   ", ","), (",", "."), (", ", "."), (" ; ", ",")],
)
@pytest.mark.parametrize("header", ["", "BE/eV{s}counts\n", "# made by a test\nBinding Energy (eV){s}Intensity\n\n"])
def test_separators_and_decimal_commas(write: Write, carbon: Carbon, separator: str, decimal: str, header: str) -> None:
    text = header.format(s=separator) + rows(*carbon, separator, decimal)
    region = read(write("f.csv", text)).regions[0]
    np.testing.assert_allclose(region.binding_energy_ev, carbon[0])
    np.testing.assert_allclose(region.intensity, carbon[1])
    assert region.recorded_energy == "binding"


def test_whole_numbers_beside_decimal_commas(write: Write) -> None:
    energy = 280.0 + 0.5 * np.arange(20)
    text = "".join(f"{e:g};{c}\n".replace(".", ",") for e, c in zip(energy, range(20, 40), strict=True))
    np.testing.assert_allclose(read(write("f", text)).regions[0].binding_energy_ev, energy)


@pytest.mark.parametrize(
    "encode",
    [
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: text.encode("utf-16"),
        lambda text: text.encode("utf-16-le"),
        lambda text: text.encode("utf-16-be"),
        lambda text: text.encode("latin-1"),
    ],
    ids=["BOM", "UTF-16", "UTF-16 LE without mark", "UTF-16 BE without mark", "Latin-1"],
)
def test_encodings(write: Write, carbon: Carbon, encode: Callable[[str], bytes]) -> None:
    region = read(write("f", encode("Bindungsenergie BE/eV\tZählrate counts\n" + rows(*carbon)))).regions[0]
    np.testing.assert_allclose(region.intensity, carbon[1])


@pytest.mark.parametrize("separator", ["\n", "\nC 1s\nBE\tcounts\n", "\n# next\n", ""])
def test_several_regions_in_one_file(write: Write, carbon: Carbon, separator: str) -> None:
    oxygen = carbon[0] + 247.0
    text = "BE/eV\tcounts\n" + rows(oxygen[::-1], carbon[1][::-1]) + separator + rows(carbon[0][::-1], carbon[1][::-1])
    first, second = read(write("f", text)).regions
    np.testing.assert_allclose(first.binding_energy_ev, oxygen)
    np.testing.assert_allclose(second.binding_energy_ev, carbon[0])


def test_a_blank_line_amid_a_region_does_not_cut_it(write: Write, carbon: Carbon) -> None:
    energy, counts = carbon
    text = rows(energy[:90], counts[:90]) + "\n" + rows(energy[90:], counts[90:])
    (region,) = read(write("f", text)).regions
    np.testing.assert_allclose(region.binding_energy_ev, energy)


def test_kinetic_energies_with_a_stated_source(write: Write, carbon: Carbon) -> None:
    text = "Excitation Energy: 1253.6 eV\nKinetic Energy (eV);Counts\n" + rows(1253.6 - carbon[0], carbon[1], ";")
    spectrum = read(write("f", text))
    np.testing.assert_allclose(spectrum.regions[0].binding_energy_ev, carbon[0], atol=0.011)
    assert codes(spectrum) == {"source-energy"}


def test_kinetic_energies_without_a_source(write: Write, carbon: Carbon) -> None:
    spectrum = read(write("f", "KE/eV,counts\n" + rows(1486.6 - carbon[0], carbon[1], ",")))
    np.testing.assert_allclose(spectrum.regions[0].binding_energy_ev, carbon[0], atol=1e-9)
    assert spectrum.regions[0].recorded_energy == "kinetic"
    assert codes(spectrum) == {"source-assumed"}
    with pytest.raises(InputError, match=r"kinetic.*source energy"):
        read(write("g", "KE/eV,counts\n" + rows(400.0 - carbon[0], carbon[1], ",")))


def test_specs_prodigy_xy(write: Write, carbon: Carbon) -> None:
    head = """# Created by:        SpecsLab Prodigy, Version 4.64
#   Energy Axis:       Kinetic Energy
#   Count Rate:        Counts per Second
# Group:             sample
# Region:            C1s
# Excitation Energy: 1486.61
# Dwell Time:        0.1
# Cycle: 0, Curve: 0
# ColumnLabels: energy counts
"""
    region = read(write("f.xy", head + rows(1486.61 - carbon[0], carbon[1], "  "))).regions[0]
    np.testing.assert_allclose(region.binding_energy_ev, carbon[0], atol=0.011)
    assert (region.label, region.intensity_unit, region.source_energy_ev) == ("C1s", "counts/s", 1486.61)


def test_columns_are_found_by_name(write: Write, carbon: Carbon) -> None:
    energy, counts = carbon
    lines = [f"{1486.6 - e:.1f}\t{e:.1f}\t7\t{c:.0f}" for e, c in zip(energy, counts, strict=True)]
    spectrum = read(write("f", "KE (eV)\tBE (eV)\tnumber\tcounts\n" + "\n".join(lines)))
    np.testing.assert_allclose(spectrum.regions[0].binding_energy_ev, energy)
    np.testing.assert_allclose(spectrum.regions[0].intensity, counts)
    assert spectrum.regions[0].intensity_unit == "counts"
    assert "columns-ignored" in codes(spectrum)


def test_a_bare_table_is_binding_energy_and_says_so(write: Write, carbon: Carbon) -> None:
    assert codes(read(write("f", rows(*carbon)))) == {"scale-assumed"}
    assert codes(read(write("g", "BE\tcounts\n" + rows(*carbon)))) == set()


def test_words_like_be_are_no_energy_scale(write: Write, carbon: Carbon) -> None:
    spectrum = read(write("f", "# this has to be kept, see Keane\n" + rows(*carbon)))
    assert codes(spectrum) == {"scale-assumed"}


def test_line_numbers_in_messages(write: Write, carbon: Carbon) -> None:
    lines = ("BE/eV\tcounts\n" + rows(*carbon)).splitlines()
    for broken, message in (
        ("285.0", "line 41 .*does not hold two numbers"),
        ("283.20\t1000", "line 41 .*repeats"),
        ("291.00\t1000", "line 42 .*turns back"),
        ("283.40\tnan", "line 41 is not a finite number"),
        ("283.40\tinf", "line 41 is not a finite number"),
        ("nan\t5", "energy at line 41 is not a finite number"),
    ):
        with pytest.raises(InputError, match=message):
            read(write("f", "\n".join([*lines[:40], broken, *lines[41:]])))


def test_real_pet_file(real_spectra: Path) -> None:
    region = read(real_spectra / "PET_C1s_VersaProbe.csv").regions[0]
    assert len(region.intensity) == 401
    assert region.low_ev == pytest.approx(279.3008, abs=1e-4)
    assert region.binding_energy_ev[np.argmax(region.intensity)] == pytest.approx(284.6, abs=0.01)
