"""Large and hostile files: work grows with the file and no faster, and what is said about it stays short.

The files are those of ``benchmarks/reader_inputs.py``, which ``benchmarks/readers.py`` measures; here calls are
counted, which no load of the machine changes.
"""

import importlib.util
import json
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from xps_keras.errors import InputError, SpectrumWarning
from xps_keras.io import read_all, write_vamas
from xps_keras.io.hdf5_heaps import sound_heaps
from xps_keras.io.messages import LONGEST_NAME, LONGEST_SENTENCE, MOST_ALIKE, few
from xps_keras.io.read import read_content
from xps_keras.preprocessing.channels import to_channels
from xps_keras.preprocessing.planned import FINEST_STEP_EV
from xps_keras.spectrum import Region, Spectrum

ROOT = Path(__file__).resolve().parents[2]
Floats = NDArray[np.float64]
Write = Callable[[str, str | bytes], Path]


def _load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"benchmarks.{name}", ROOT / "benchmarks" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # the fuzzer imports the files by this name
    spec.loader.exec_module(module)
    return module


INPUTS = _load("reader_inputs")
FUZZER = _load("fuzz_readers")
NEEDS = {"Excel workbook": "openpyxl", "NeXus": "h5py", "Thermo VGD": "olefile"}


@pytest.mark.parametrize("name", INPUTS.GROWING)
def test_four_times_the_file_takes_four_times_the_calls(name: str, calls: Callable[[bytes], int]) -> None:
    way = INPUTS.GROWING[name]
    if way.reader in NEEDS:
        pytest.importorskip(NEEDS[way.reader], reason="this format needs the extra formats")
    small = max(way.size // 80, 4)
    calls(way.write(small))  # what is imported and kept at the first call
    one, four = calls(way.write(small)), calls(way.write(4 * small))
    assert four < 5.0 * one


@pytest.mark.parametrize(
    "name",
    [
        "text a name of brackets",
        "text a name of spaces",
        "text a line of digits",
        "text a cell of digits",
        "igor text a number of digits",
        "text thousands",
        "vamas a name of many words",
    ],
)
def test_no_pattern_looks_through_a_long_line_again_and_again(name: str) -> None:
    way = INPUTS.GROWING[name]  # at full size one that did would take minutes, inside one call
    content = way.write(way.size)
    if way.refused:
        with pytest.raises(InputError, match=r"line 42"):
            read_content(content, Path("file"))
    else:
        assert read_content(content, Path("file"))[0].regions


@pytest.mark.parametrize("reader", FUZZER.READERS)
def test_damaged_files_are_read_or_refused_in_a_sentence(reader: str) -> None:
    if reader in NEEDS:
        pytest.importorskip(NEEDS[reader], reason="this format needs the extra formats")
    outcome = FUZZER.Outcome()
    for content in FUZZER.damaged(FUZZER.seeds(reader), 25, seed=5):
        FUZZER.try_one(content, outcome)
    assert outcome.counts["refused"] > 0
    assert [fault for fault in outcome.faults if not fault.endswith(" s")] == []  # seconds are the benchmark's


def test_an_hdf5_heap_that_leads_nowhere_is_refused(write: Write) -> None:
    pytest.importorskip("h5py", reason="NeXus needs the extra formats")
    content = INPUTS.entries(1)
    assert sound_heaps(content)
    heap = content.index(b"GCOL")
    for number, size in ((0, 0), (1, 2**64 - 16)):
        wrong = bytearray(content)
        wrong[heap + 16 : heap + 18] = number.to_bytes(2, "little")
        wrong[heap + 24 : heap + 32] = size.to_bytes(8, "little")
        assert not sound_heaps(bytes(wrong))
        with pytest.raises(InputError, match=r"f: the HDF5 file is damaged where it keeps its texts"):
            read_all(write("f", bytes(wrong)))


def test_a_list_of_properties_without_end_is_not_gone_through(write: Write) -> None:
    pytest.importorskip("olefile", reason="Thermo's files need the extra formats")
    content = bytearray(INPUTS.vgd(40))
    title = content.index(b"C1s Scan\0") - 8  # its type and length
    content[title : title + 8] = (0x1003).to_bytes(4, "little") + b"\xff" * 4  # four thousand million numbers
    (spectrum,) = read_all(write("f", bytes(content)))
    assert spectrum.regions[0].label == ""


def test_names_of_any_length_stay_apart_and_short(vamas: Any, carbon: tuple[Floats, Floats], write: Write) -> None:
    for _ in range(2):
        vamas.add(*carbon)
    for number, block in enumerate(vamas.blocks):
        block[1] = "PET " + "x" * 5000 + f" {number} " + "y" * 5000
    one, two = read_all(write("f.vms", vamas.text()))
    assert one.sample != two.sample
    assert max(len(one.sample), len(two.sample)) <= LONGEST_NAME


@pytest.mark.parametrize(
    "name", ["$\\frac{1}{0}$", "\x1b[2J\x1b]0;title\x07", "\u202egnp.\u202c", "PET\x85\x96", "\ufffe\ud7ff", "\t\0\v\f"]
)
def test_names_that_do_things_are_shown_and_do_nothing(vamas: Any, carbon: tuple[Floats, Floats], name: str) -> None:
    vamas.add(*carbon, name=name)
    vamas.blocks[0][1] = name
    for encoding in ("utf-8", "cp1252", "utf-16"):
        content = vamas.text().encode(encoding, errors="ignore")
        (spectrum,) = read_content(content, Path("f.vms"))
        for text in (spectrum.regions[0].label, spectrum.sample):
            assert not set(text) & {chr(code) for code in (*range(32), 0x7F, 0x202E, 0x202C)}
            json.dumps(text).encode()


def test_one_bad_region_is_named_and_the_others_are_read(
    vamas: Any, carbon: tuple[Floats, Floats], write: Write
) -> None:
    energy, counts = carbon
    vamas.add(energy, counts).add(energy + 245.0, 0.0 * counts, name="O 1s scan", species="O")
    (spectrum,) = read_all(write("f.vms", vamas.text()))
    (skipped,) = (warning.text for warning in spectrum.warnings if warning.code == "region-skipped")
    assert skipped.startswith("A region (O 1s scan) was left out: f.vms: all intensities of block 2 (line ")


def test_thousands_of_bad_regions_are_counted_not_listed(write: Write) -> None:
    (spectrum,) = read_all(write("f", INPUTS.all_zero(300)))
    skipped = [warning.text for warning in spectrum.warnings if warning.code == "region-skipped"]
    assert len(skipped) == MOST_ALIKE + 1
    assert skipped[-1] == f"The same is true of {300 - MOST_ALIKE} more in this file."
    assert all(len(text) <= LONGEST_SENTENCE for text in skipped)
    assert few([SpectrumWarning("a", "x" * 10_000)])[0].text.startswith("xxx")


def test_a_message_never_grows_with_the_file(write: Write) -> None:
    pytest.importorskip("openpyxl", reason="workbooks need the extra formats")
    titles = [f"a sheet without numbers {number}" for number in range(200)]  # all of which the message would list
    with pytest.raises(InputError, match=r"\[\.\.\.\].*two columns\.$") as refused:
        read_all(write("f.xlsx", INPUTS.sheets(titles, [["nothing"]])))
    assert len(str(refused.value)) <= LONGEST_SENTENCE


def test_a_grid_is_never_finer_than_any_spectrometer(carbon: tuple[Floats, Floats], write: Write) -> None:
    """Many points cost no more than the span of the region allows, and the spectrum stays what it is."""
    energy, counts = carbon
    fine = np.linspace(energy[0], energy[-1], 300_000)
    whole = _spectrum(fine, np.interp(fine, energy, counts))
    # Two scans of one region, sorted: energies a ten millionth of an eV apart.
    twice = np.sort(np.concatenate([energy, energy + 1e-7]))
    merged = _spectrum(twice, np.repeat(counts, 2))
    plain = to_channels(_spectrum(energy, counts)).intensity
    for spectrum in (whole, merged):
        found = to_channels(spectrum)
        grid = found.regions[0].energy_ev
        assert grid is not None
        assert len(grid) <= (energy[-1] - energy[0]) / FINEST_STEP_EV + 1
        assert np.corrcoef(found.intensity, plain)[0, 1] > 0.998


@pytest.mark.parametrize("factor", [1e-28, 1e-15, 1e20, 1e24])
def test_the_scale_of_the_intensities_is_no_matter(carbon: tuple[Floats, Floats], factor: float) -> None:
    energy, counts = carbon
    plain, other = (to_channels(_spectrum(energy, scale * counts)).intensity for scale in (1.0, factor))
    assert np.isfinite(other).all()
    np.testing.assert_allclose(other / other.max(), plain / plain.max(), rtol=2e-6)
    assert np.isfinite(np.square(other).sum())


def test_absurd_times_and_scans_are_left_out_of_account(
    vamas: Any, carbon: tuple[Floats, Floats], write: Write
) -> None:
    (plain,) = read_all(write("a.vms", vamas.add(*carbon, dwell="0.1", scans="1").text()))
    vamas.blocks.clear()
    (spectrum,) = read_all(write("b.vms", vamas.add(*carbon, dwell="1e30", scans="1e35").text()))
    assert (spectrum.regions[0].dwell_s, spectrum.regions[0].scans) == (None, None)
    assert "acquisition-ignored" in {warning.code for warning in spectrum.warnings}
    one, other = to_channels(plain).intensity, to_channels(spectrum).intensity
    np.testing.assert_allclose(other / other.max(), one / one.max(), rtol=1e-6)


def test_counts_below_single_precision_are_refused(carbon: tuple[Floats, Floats], write: Write) -> None:
    path = write("f.vms", "")
    write_vamas(_spectrum(carbon[0], carbon[1]), path)
    assert read_all(path)
    rows = "\n".join(f"{energy:.1f},{1e-44 * counts:.4g}" for energy, counts in zip(*carbon, strict=True))
    with pytest.raises(InputError, match=r"below 1e-30, where single precision ends, multiply"):
        read_all(write("f.csv", f"BE/eV,counts\n{rows}\n"))


def _spectrum(energy: Floats, counts: Floats) -> Spectrum:
    region = Region("C 1s", energy, counts, "counts", "binding")
    return Spectrum(Path("f"), "a test", "", (replace(region),))
