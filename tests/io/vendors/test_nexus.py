"""NeXus entries with photoelectron spectra."""

import io
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from xps_keras.errors import InputError
from xps_keras.io import read, read_all
from xps_keras.io.memory_bound import memory_bounded

h5py = pytest.importorskip("h5py", reason="NeXus needs the extra formats")
Floats = NDArray[np.float64]
Write = Callable[[str, str | bytes], Path]
Carbon = tuple[Floats, Floats]
DATA = "PET__C 1s/data"


def test_kinetic_energies_become_binding_energies_by_the_entrys_own_source(
    writers: Any, write: Write, carbon: Carbon
) -> None:
    (region,) = read(write("f", writers.nxs(400 - carbon[0], carbon[1], scale="kinetic", source=400.0))).regions
    np.testing.assert_allclose(region.binding_energy_ev, carbon[0], atol=1e-9)
    assert (region.recorded_energy, region.source_energy_ev) == ("kinetic", 400.0)


@pytest.mark.parametrize("storage", [{"compression": "gzip"}, {"chunks": (50,), "shuffle": True, "fletcher32": True}])
def test_stored_in_pieces_and_packed(writers: Any, write: Write, carbon: Carbon, storage: dict[str, Any]) -> None:
    content = writers.nxs(*carbon, compression_opts=9 if "compression" in storage else None, **storage)
    np.testing.assert_array_equal(read(write("f", content)).regions[0].intensity, carbon[1])


def test_a_second_dimension_is_a_sample_per_level(writers: Any, write: Write, carbon: Carbon) -> None:
    content = writers.nxs(carbon[0], np.stack([carbon[1], 2 * carbon[1]]))
    spectra = read_all(write("f", content))
    assert [spectrum.sample for spectrum in spectra] == ["PET, level 1", "PET, level 2"]
    np.testing.assert_array_equal(spectra[1].regions[0].intensity, 2 * carbon[1])


def test_an_entry_without_a_word_on_the_scale_or_without_spectrum(writers: Any, write: Write, carbon: Carbon) -> None:
    def prepare(file: Any) -> None:
        file.create_group("notes").attrs["NX_class"] = "NXentry"

    spectrum = read(write("f", writers.nxs(*carbon, scale="", prepare=prepare)))
    assert {warning.code for warning in spectrum.warnings} == {"scale-assumed", "region-skipped"}
    assert len(spectrum.regions) == 1


def test_links_that_lead_in_circles_or_out_of_the_file(writers: Any, write: Write, carbon: Carbon) -> None:
    other = write("other.nxs", writers.nxs(*carbon))

    def circle(file: Any) -> None:
        file["PET__C 1s/again"] = file["PET__C 1s"]
        file["PET__C 1s/soft"] = h5py.SoftLink("/")

    assert len(read(write("f", writers.nxs(*carbon, prepare=circle))).regions) == 1

    def outside(file: Any) -> None:
        del file[f"{DATA}/data"]
        file[f"{DATA}/data"] = h5py.ExternalLink(str(other), f"{DATA}/data")

    with pytest.raises(InputError, match="no NeXus entry"):
        read(write("g", writers.nxs(*carbon, prepare=outside)))

    def raw(file: Any) -> None:
        del file[f"{DATA}/data"]
        file[DATA].create_dataset("data", (len(carbon[0]),), "f8", external=[(str(other), 0, 1600)])

    with pytest.raises(InputError, match="another file"):
        read(write("h", writers.nxs(*carbon, prepare=raw)))


def test_sizes_that_lie_and_chunks_that_swell(writers: Any, write: Write, carbon: Carbon) -> None:
    def huge(file: Any) -> None:
        del file[f"{DATA}/data"]
        file[DATA].create_dataset("data", (10**12,), "f8", chunks=(1000,))

    with pytest.raises(InputError, match="values, more than any spectrum"):
        read(write("f", writers.nxs(*carbon, prepare=huge)))

    def swelling(file: Any) -> None:
        del file[f"{DATA}/data"]
        data = file[DATA].create_dataset("data", (len(carbon[0]),), "f8", chunks=(len(carbon[0]),), compression="gzip")
        data.id.write_direct_chunk((0,), zlib.compress(bytes(50_000_000)))

    with pytest.raises(InputError, match="unpacks to more"):
        read(write("g", writers.nxs(*carbon, prepare=swelling)))


def test_hdf5_without_nexus(write: Write, tmp_path: Path) -> None:
    with h5py.File(tmp_path / "weights.h5", "w") as file:
        file["layer/kernel"] = np.ones((3, 3))
    with pytest.raises(InputError, match=r"weights\.h5: .*no NeXus entry"):
        read(tmp_path / "weights.h5")


def test_axes_that_do_not_fit(writers: Any, write: Write, carbon: Carbon) -> None:
    with pytest.raises(InputError, match="do not fit 200 energies"):
        read(write("f", writers.nxs(carbon[0], carbon[1][:-1])))


@pytest.mark.skipif(sys.platform != "linux", reason="memory is bounded on Linux alone")
def test_the_bound_of_memory_is_lifted_however_reading_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    import resource

    before = resource.getrlimit(resource.RLIMIT_AS)
    with memory_bounded(10**9):
        assert resource.getrlimit(resource.RLIMIT_AS) != before
    assert resource.getrlimit(resource.RLIMIT_AS) == before
    with pytest.raises(MemoryError), memory_bounded(10**8):
        bytearray(10**10)
    assert resource.getrlimit(resource.RLIMIT_AS) == before

    def forbidden(*_: object) -> None:
        raise ValueError("not allowed")

    monkeypatch.setattr(resource, "setrlimit", forbidden)
    with memory_bounded(10**9):  # where no limit may be set, files are read without
        pass


@pytest.mark.skipif(sys.platform != "linux", reason="memory is bounded on Linux alone")
def test_a_text_that_lies_about_its_length_takes_no_memory(writers: Any, write: Write, carbon: Carbon) -> None:
    """HDF5 fills as much memory as a text of variable length says it has, before it looks for the text."""
    content = writers.nxs(*carbon)
    at = content.index(b"NXentry\0")  # in the heap of texts; what refers to it is its length, then address and index
    heap = content.rindex(b"GCOL", 0, at)
    reference = len(b"NXentry").to_bytes(4, "little") + heap.to_bytes(8, "little")
    assert reference in content
    lie = (2**32 - 1).to_bytes(4, "little") + heap.to_bytes(8, "little")
    path = write("f", content.replace(reference, lie, 1))
    code = (
        "import re, sys; from pathlib import Path; from xps_keras.io import read\n"
        "try: read(sys.argv[1])\n"
        "except Exception as error: print(type(error).__name__)\n"
        # Not ru_maxrss, which begins with what the process that started this one took.
        "print(re.search(r'VmHWM:\\s+(\\d+)', Path('/proc/self/status').read_text())[1])"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    kind, kilobytes = done.stdout.split()
    assert kind == "InputError"
    assert int(kilobytes) < 700_000


def test_a_packed_project_of_kherve_fitting_is_called_by_name(write: Write) -> None:
    stream = io.BytesIO()
    with h5py.File(stream, "w") as file:
        file.attrs["application"] = "KherveFitting"
        file.create_group("core_levels")
    with pytest.raises(InputError, match=r"f\.kfitting: this KherveFitting project .*\.json or \.xlsx"):
        read(write("f.kfitting", stream.getvalue()))
