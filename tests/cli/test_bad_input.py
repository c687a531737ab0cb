"""Everything that users hand in by mistake: one sentence and exit status 1, or a warning where an answer is sound."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from xps_keras.io import read, write_vamas

Pet = Callable[..., Path]
Call = Callable[..., Any]

SHARED = Path(__file__).parents[3] / "shared" / "spectra"
ENERGIES = np.round(np.arange(279.0, 298.0, 0.1), 2)


def columns(energies: Any, counts: Any) -> str:
    return "".join(f"{energy},{count}\n" for energy, count in zip(energies, counts, strict=True))


BAD: dict[str, str | bytes] = {
    "an image": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00\x90wS\xde",
    "an empty file": b"",
    "blank lines only": "\n\n\n",
    "one column": "".join(f"{energy}\n" for energy in ENERGIES),
    "prose": "These are my notes on the sample.\nIt was blue.\n",
    "NaN": columns(ENERGIES, [*np.full(ENERGIES.size - 1, 100), "nan"]),
    "all zeros": columns(ENERGIES, np.zeros(ENERGIES.size)),
    "negative counts": columns(ENERGIES, np.full(ENERGIES.size, -5.0) - np.arange(ENERGIES.size)),
    "two points": columns([284.0, 285.0], [100, 200]),
    "energies in disorder": columns(np.random.default_rng(0).permutation(ENERGIES), np.arange(ENERGIES.size)),
    "a survey only": columns(np.arange(0.0, 1200.0), np.arange(1200) % 97),
    "no organic region": columns(np.arange(690.0, 740.0, 0.1), 100 + np.arange(500) % 13),
    "flat noise at C 1s": columns(ENERGIES, np.random.default_rng(0).poisson(100, ENERGIES.size)),
}


@pytest.mark.parametrize("what", BAD)
def test_bad_files_end_with_one_sentence_that_names_the_file(what: str, call: Call, tmp_path: Path) -> None:
    path = tmp_path / "sample.csv"
    content = BAD[what]
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    out = tmp_path / "answer.json"
    refused(call("analyze", path, "--json", out), "sample.csv")
    assert not out.exists()


def refused(result: Any, name: str) -> None:
    assert result.exit_code == 1, result.output
    lines = result.stderr.strip().splitlines()
    assert len(lines) == 1, result.stderr
    assert lines[0].startswith("xps-keras: ")
    assert name in lines[0]
    assert "Traceback" not in result.output
    assert result.stdout == ""


def test_a_missing_file_and_a_folder(call: Call, tmp_path: Path) -> None:
    refused(call("analyze", tmp_path / "missing.vms"), "missing.vms")
    refused(call("analyze", tmp_path), str(tmp_path))


def test_a_vamas_file_cut_in_half_is_refused_or_answered_with_a_warning(pet: Pet, call: Call, tmp_path: Path) -> None:
    whole = tmp_path / "whole.vms"
    write_vamas(read(pet()), whole)
    content = whole.read_bytes()
    cut = tmp_path / "cut.vms"
    cut.write_bytes(content[: len(content) // 2])
    result = call("analyze", cut)
    if result.exit_code == 0:
        assert "warning" in result.stderr
    else:
        refused(result, "cut.vms")


def test_a_few_negative_counts_are_a_warning(call: Call, pet: Pet) -> None:
    path = pet()
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[3] = lines[3].split(",")[0] + ",-4"
    path.write_text("\n".join(lines), encoding="utf-8")
    result = call("analyze", path)
    assert result.exit_code == 0, result.stderr
    assert "negative-intensity" in result.stderr


@pytest.mark.skipif(not SHARED.is_dir(), reason="the folder of real spectra is not beside this checkout")
@pytest.mark.parametrize("name", ["FeO_Fe2p_CasaXPS.vms", "survey_regular_SPECS.vms"])
def test_real_files_without_an_organic_region(name: str, call: Call) -> None:
    refused(call("analyze", SHARED / name), name)


@pytest.mark.skipif(not SHARED.is_dir(), reason="the folder of real spectra is not beside this checkout")
def test_a_line_outside_the_library_is_named_in_a_real_file(call: Call) -> None:
    result = call("analyze", SHARED / "MultiPak_VersaProbe.npl")
    assert result.exit_code == 0, result.stderr
    assert re.search(r"warning unexplained-line \(MultiPak_VersaProbe.npl[^)]*\): Mo 3d", result.stderr)
