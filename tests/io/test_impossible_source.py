"""Photon energies below the kinetic energies of a region: refused by every reader, and the likely one named."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.io.conftest import VamasBuilder
from xps_keras.errors import InputError
from xps_keras.io import read, read_all

Floats = NDArray[np.float64]
Write = Callable[[str, str | bytes], Path]
Carbon = tuple[Floats, Floats]


def scienta(kinetic: Floats, counts: Floats, name: str, source: float, number: int = 1) -> str:
    rows = "".join(f"{e:.3f}  {c:g}\n" for e, c in zip(kinetic, counts, strict=True))
    return (
        f"[Region {number}]\nRegion Name={name}\nDimension 1 name=Kinetic Energy [eV]\n\n"
        f"[Info {number}]\nExcitation Energy={source}\nSample=film\n\n[Data {number}]\n{rows}\n"
    )


@pytest.mark.parametrize(
    ("name", "likely"),
    [
        ("C1s_500eV", "; it is likely 500 eV, as the name `C1s_500eV` says"),
        ("C1s_20eV", ""),  # a pass energy
        ("C1s_900eV", ""),  # under which no C 1s stands there
        ("C1s", ""),
        ("region 500 eV", "; it is likely 500 eV, as the name `region 500 eV` says"),
    ],
)
def test_a_photon_energy_below_the_kinetic_ones_is_refused_and_never_mended(
    write: Write, carbon: Carbon, name: str, likely: str
) -> None:
    path = write("f.txt", "[Info]\n\n" + scienta(500.0 - carbon[0][::-1], carbon[1][::-1], name, 21.218))
    with pytest.raises(InputError) as refused:
        read(path)
    assert str(refused.value) == (
        "f.txt: the photon energy of 21.218 eV that is given for region 1 (line 12) cannot be right, its kinetic "
        f"energies are 200.7 to 220.6 eV, or the sample was biased: correct the photon energy in the file{likely}."
    )


def test_the_name_of_the_file_may_hold_the_likely_one(write: Write, carbon: Carbon) -> None:
    text = "[Info]\n\n" + scienta(500.0 - carbon[0][::-1], carbon[1][::-1], "", 21.218)
    with pytest.raises(InputError, match=r"likely 500 eV, as the name `film_C1s_500eV\.txt` says\.$"):
        read(write("film_C1s_500eV.txt", text))


def test_every_reader_refuses_it(write: Write, carbon: Carbon, vamas: VamasBuilder) -> None:
    kinetic, counts = 500.0 - carbon[0][::-1], carbon[1][::-1]
    rows = "".join(f"{e:.2f}\t{c:g}\n" for e, c in zip(kinetic, counts, strict=True))
    files = {
        "f.txt": f"Excitation energy: 100 eV\nKinetic Energy (eV)\tcounts\n{rows}",
        "f.vms": vamas.add(kinetic, counts, scale="Kinetic Energy", source="100").text(),
    }
    for name, text in files.items():
        with pytest.raises(InputError, match=rf"{name}: the photon energy of 100 eV .* cannot be right"):
            read(write(name, text))


def test_an_assumed_one_is_called_so(write: Write, carbon: Carbon) -> None:
    rows = "".join(f"{e + 1800:.2f}\t{c:g}\n" for e, c in zip(*carbon, strict=True))
    with pytest.raises(InputError, match=r"1486\.6 eV that is assumed for"):
        read(write("f.txt", f"Kinetic Energy (eV)\tcounts\n{rows}"))


def test_other_regions_of_the_file_are_kept(write: Write, carbon: Carbon) -> None:
    kinetic, counts = 1486.6 - carbon[0][::-1], carbon[1][::-1]
    text = "[Info]\n\n" + scienta(kinetic, counts, "C1s", 1486.6) + scienta(kinetic - 247.0, counts, "O1s", 50.0, 2)
    (found,) = read_all(write("f.txt", text))
    assert [region.label for region in found.regions] == ["C1s"]
    assert [warning.code for warning in found.warnings] == ["region-skipped"]


def test_a_scan_over_the_fermi_level_is_no_fault(write: Write, carbon: Carbon) -> None:
    kinetic = np.round(np.arange(95.0, 115.0, 0.1), 2)
    found = read(write("f.txt", "[Info]\n\n" + scienta(kinetic, carbon[1], "VB", 100.0)))
    assert found.regions[0].low_ev == pytest.approx(-14.9)
