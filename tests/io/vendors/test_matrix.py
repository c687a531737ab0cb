"""Every vendor's format: known by content alone, refused by every other reader, read as it was written."""

import importlib
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from xps_keras.errors import InputError
from xps_keras.io import read
from xps_keras.io.registry import FORMATS

from .conftest import KINDS

READERS = [form.reader for form in FORMATS]
Floats = NDArray[np.float64]
Write = Callable[[str, str | bytes], Path]
ASKED_LATER = ("known but not read", "two-column text")  # both know these files by sight and are never asked
VENDORS = {reader.name: reader for reader in READERS if reader.name in KINDS}


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_is_taken_by_its_own_reader_and_by_no_other(vendor_files: dict[str, bytes], kind: str) -> None:
    taken = [reader.name for reader in READERS if reader.recognises(vendor_files[kind], Path("file"))]
    assert taken[0] == kind
    assert set(taken[1:]) <= set(ASKED_LATER)


@pytest.mark.parametrize("kind", KINDS)
def test_a_vendors_reader_refuses_every_other_file(files: dict[str, bytes], kind: str) -> None:
    others = {name: content for name, content in files.items() if name != "PHI"}
    assert [name for name, content in others.items() if VENDORS[kind].recognises(content, Path("file"))] == []


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_and_stumps_are_no_format(kind: str) -> None:
    for content in (b"", b"\x05", b"\x05\x00", b"SOF", b"PK\x03\x04", b"\0" * 1000):
        assert not VENDORS[kind].recognises(content, Path("file"))


@pytest.mark.parametrize("kind", KINDS)
def test_every_format_gives_the_region_that_was_written(
    vendor_files: dict[str, bytes], write: Write, kind: str, carbon: tuple[Floats, Floats]
) -> None:
    spectrum = read(write("holiday.jpg", vendor_files[kind]))
    (region,) = spectrum.regions
    assert spectrum.file_format == kind
    np.testing.assert_allclose(region.binding_energy_ev, carbon[0], atol=1e-6)
    np.testing.assert_allclose(region.intensity, carbon[1], rtol=1e-7)
    assert region.label == ("C1s Scan" if kind == "Thermo VGD" else "C 1s")
    assert region.recorded_energy == ("kinetic" if kind == "Thermo VGD" else "binding")
    assert region.sample == ("" if kind == "Excel workbook" else "PET")
    assert region.source_energy_ev == {"Excel workbook": None, "Thermo VGD": 1486.68}.get(kind, 1486.6)
    assert region.place
    assert region.binding_energy_ev.dtype == region.intensity.dtype == np.float64
    assert spectrum.warnings == ()


@pytest.mark.parametrize("kind", KINDS)
def test_reading_twice_gives_the_same_and_leaves_the_file_alone(
    vendor_files: dict[str, bytes], write: Write, kind: str
) -> None:
    path = write("f", vendor_files[kind])
    one, two = read(path), read(path)
    assert path.read_bytes() == vendor_files[kind]
    assert one.warnings == two.warnings
    np.testing.assert_array_equal(one.regions[0].intensity, two.regions[0].intensity)


@pytest.mark.parametrize("scale", [1e-6, 1e6])
def test_any_positive_scale_and_a_reversed_axis_are_the_same_spectrum(
    writers: Any, write: Write, carbon: tuple[Floats, Floats], scale: float
) -> None:
    energy, counts = carbon[0], scale * carbon[1]
    contents = [
        writers.phi([("C1s", energy, counts[None])], width=8),
        writers.itx(counts, start=279.4, step=0.1),
        writers.ibw(counts, start=279.4, step=0.1),
        writers.xlsx({"C1s": [["BE", "counts"], *zip(energy.tolist(), counts.tolist(), strict=True)]}),
        writers.nxs(energy, counts),
    ]
    for content in contents:
        (region,) = read(write("f", content)).regions
        np.testing.assert_allclose(region.binding_energy_ev, energy, atol=1e-6)
        np.testing.assert_allclose(region.intensity, counts, rtol=1e-6)


@pytest.mark.parametrize(
    ("kind", "module"), [("Excel workbook", "openpyxl"), ("NeXus", "h5py"), ("Thermo VGD", "olefile")]
)
def test_a_missing_library_is_asked_for_by_the_command_that_installs_it(
    vendor_files: dict[str, bytes], write: Write, kind: str, module: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = importlib.import_module

    def absent(name: str, package: str | None = None) -> ModuleType:
        if name == module:
            raise ModuleNotFoundError(f"No module named '{name}'", name=name)
        return original(name, package)

    monkeypatch.setattr(importlib, "import_module", absent)
    with pytest.raises(InputError, match=r"f\.dat: .*pip install 'xps-keras\[formats\]'"):
        read(write("f.dat", vendor_files[kind]))
    assert VENDORS[kind].extra == "formats"


def test_reading_text_imports_no_library_of_the_extra(write: Write) -> None:
    path = write("f.csv", "BE/eV,counts\n" + "".join(f"{280 + 0.1 * i:.1f},{100 + i % 7}\n" for i in range(100)))
    code = (
        "import sys; from pathlib import Path; from xps_keras.io import read; read(Path(sys.argv[1]));"
        "print(sorted({'openpyxl', 'h5py', 'igor2', 'olefile', 'tensorflow'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
