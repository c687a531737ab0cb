"""Recognition by content: each reader takes its own format and refuses every other; invariants of all readers."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from xps_keras.errors import InputError
from xps_keras.io import read
from xps_keras.io.reader import Reader
from xps_keras.io.registry import FORMATS, readers_for

READERS = [form.reader for form in FORMATS]
Write = Callable[[str, str | bytes], Path]
TABLES = ("VAMAS", "two-column text", "CasaXPS text", "PHI text", "PHI MultiPak text", "Scienta SES text")
READ = (*TABLES, "SPECS XML", "Avantage text", "Kratos Vision text", "Omicron EIS text", "KherveFitting project")
KNOWN = ("PNG", "workbook")
REFUSED = (*KNOWN, "binary", "prose")


@pytest.mark.parametrize("kind", [*READ, *REFUSED])
@pytest.mark.parametrize("reader", READERS[:-2], ids=lambda reader: str(reader.name))
def test_a_reader_takes_its_own_format_and_no_other(files: dict[str, bytes], reader: Reader, kind: str) -> None:
    assert reader.recognises(files[kind], Path("file")) is (kind == reader.name)


@pytest.mark.parametrize("kind", READ)
def test_the_first_reader_asked_that_takes_a_file_is_its_own(files: dict[str, bytes], kind: str) -> None:
    assert next(reader.name for reader in READERS if reader.recognises(files[kind], Path("file"))) == kind


@pytest.mark.parametrize("kind", READ)
def test_the_name_of_the_file_does_not_matter(files: dict[str, bytes], write: Write, kind: str) -> None:
    assert read(write("picture.png", files[kind])).file_format == kind


@pytest.mark.parametrize("kind", REFUSED)
def test_other_formats_are_refused_with_a_way_out(files: dict[str, bytes], write: Write, kind: str) -> None:
    with pytest.raises(InputError, match=r"file\.dat: .*(export|give the file|unpack)"):
        read(write("file.dat", files[kind]))


def test_known_formats_are_called_by_name(files: dict[str, bytes], write: Write) -> None:
    for kind, name in (("PNG", "PNG picture"),):
        with pytest.raises(InputError, match=name):
            read(write("file", files[kind]))


@pytest.mark.parametrize("kind", READ)
def test_energies_ascend_and_stand_where_they_were_measured(
    files: dict[str, bytes], write: Write, kind: str, carbon: tuple[NDArray[np.float64], NDArray[np.float64]]
) -> None:
    (region,) = read(write("f", files[kind])).regions
    np.testing.assert_allclose(region.binding_energy_ev, carbon[0], atol=1e-4)
    scale = 0.5 if kind == "CasaXPS text" else 1.0  # its table holds counts per second
    np.testing.assert_allclose(region.intensity, scale * carbon[1], rtol=1e-7)
    assert region.binding_energy_ev.dtype == region.intensity.dtype == np.float64
    assert region.binding_energy_ev.flags.c_contiguous


@pytest.mark.parametrize("kind", READ)
def test_reading_leaves_the_file_alone_and_repeats_exactly(files: dict[str, bytes], write: Write, kind: str) -> None:
    path = write("f", files[kind])
    before = os.stat(path).st_mtime_ns
    one, two = read(path), read(path)
    assert path.read_bytes() == files[kind]
    assert os.stat(path).st_mtime_ns == before
    assert one.sha256 == two.sha256 == hashlib.sha256(files[kind]).hexdigest()
    np.testing.assert_array_equal(one.regions[0].intensity, two.regions[0].intensity)
    assert one.warnings == two.warnings


@pytest.mark.parametrize("kind", READ)
@pytest.mark.parametrize("newline", [b"\n", b"\r\n", b"\r"])
def test_line_ends_do_not_matter(files: dict[str, bytes], write: Write, kind: str, newline: bytes) -> None:
    plain = files[kind].replace(b"\r\n", b"\n")
    expected = read(write("plain", plain)).regions[0]
    got = read(write("other", plain.replace(b"\n", newline))).regions[0]
    np.testing.assert_array_equal(got.binding_energy_ev, expected.binding_energy_ev)
    np.testing.assert_array_equal(got.intensity, expected.intensity)
    assert got.label == expected.label


@pytest.mark.parametrize(
    "kind", ["two-column text", "CasaXPS text", "PHI text", "PHI MultiPak text", "Scienta SES text"]
)
def test_a_reversed_table_is_the_same_spectrum(files: dict[str, bytes], write: Write, kind: str) -> None:
    lines = files[kind].decode().rstrip("\n").split("\n")
    first = next(i for i, line in enumerate(lines) if line[:1].isdigit() and "." in line)
    turned = "\n".join(lines[:first] + lines[first:][::-1])
    one, two = read(write("a", files[kind])).regions[0], read(write("b", turned)).regions[0]
    np.testing.assert_array_equal(one.binding_energy_ev, two.binding_energy_ev)
    np.testing.assert_array_equal(one.intensity, two.intensity)


@pytest.mark.parametrize("kind", READ)
def test_the_marks_of_a_format_stand_in_its_files_in_every_encoding(files: dict[str, bytes], kind: str) -> None:
    own = next(reader for reader in READERS if reader.name == kind)
    assert own in readers_for(files[kind])
    for encoding in ("utf-16", "utf-8-sig", "utf-16-le"):
        other = files[kind].decode().encode(encoding)
        if own.recognises(other, Path("file")):
            assert own in readers_for(other)


def test_one_file_imports_its_own_reader_alone(files: dict[str, bytes], write: Write) -> None:
    path = write("f.vms", files["VAMAS"])
    code = (
        "import numpy, sys; before = 'numpy.ma' in sys.modules;"  # NumPy 1 imports it itself
        "from pathlib import Path; from xps_keras.io import read; read(Path(sys.argv[1]));"
        "from xps_keras.io.registry import FORMATS;"
        "print([form.module for form in FORMATS if f'xps_keras.io.{form.module}' in sys.modules]);"
        "print('numpy.ma' in sys.modules and not before)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['vamas']\nFalse"
