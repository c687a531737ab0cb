"""Files of several samples on the command line, with the shipped model; and output that no terminal can break."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from xps_keras.cli import app as cli
from xps_keras.corpus.simulate import simulate
from xps_keras.io import read_all, write_vamas

Pet = Callable[..., Path]
SAMPLES = (
    ("PET film", "PET", 2.3, ("C 1s", "O 1s"), "ester (aromatic)"),
    ("nylon", "N6", -1.2, ("C 1s", "O 1s", "N 1s"), "amide"),
    ("PTFE", "PTFE", 3.0, ("C 1s", "O 1s", "F 1s"), "alkyl halide (F)"),
)


@pytest.fixture
def three(tmp_path: Path) -> Path:
    """A VAMAS file of three samples, each charged differently."""
    spectra = [
        replace(simulate({polymer: 1.0}, lines, shift_ev=shift, broadening_ev=0.15, seed=seed), sample=name)
        for seed, (name, polymer, shift, lines, _) in enumerate(SAMPLES)
    ]
    path = tmp_path / "three.vms"
    write_vamas(spectra, path)
    return path


def call(*arguments: object) -> Any:
    return CliRunner().invoke(cli.app, [str(argument) for argument in arguments])


def test_three_samples_have_three_right_answers_and_a_copy_that_needs_no_more(three: Path, tmp_path: Path) -> None:
    copy, out = tmp_path / "corrected.vms", tmp_path / "answer.json"
    result = call("analyze", three, "--vamas", copy, "--json", out, "--png", tmp_path / "picture.png")
    assert result.exit_code == 0, result.stderr
    answers = json.loads(out.read_text())
    assert [answer["sample"] for answer in answers] == [name for name, *_ in SAMPLES]
    for answer, (name, _, shift, _, group) in zip(answers, SAMPLES, strict=True):
        assert answer["schema"] == "xps-keras/analysis/2"
        assert answer["shift_ev"] == pytest.approx(shift, abs=0.25)
        assert group in {found["name"] for found in answer["groups"] if found["status"] == "present"}
        assert name in result.stdout
    again = json.loads(call("analyze", copy, "--json", "-").stdout)
    assert [answer["sample"] for answer in again] == [name for name, *_ in SAMPLES]
    assert all(abs(answer["shift_ev"]) < 0.15 for answer in again)
    assert len(list(tmp_path.glob("picture_*.png"))) == 3


def test_one_sample_is_picked_and_the_others_stay_as_measured(three: Path, tmp_path: Path) -> None:
    copy = tmp_path / "corrected.vms"
    answer = json.loads(call("analyze", three, "--sample", "nylon", "--json", "-", "--vamas", copy).stdout)
    assert answer["sample"] == "nylon"
    assert json.loads(call("analyze", three, "--sample", "2", "--json", "-").stdout) == answer
    for before, after in zip(read_all(three), read_all(copy), strict=True):
        moved = after.regions[0].low_ev - before.regions[0].low_ev
        assert moved == pytest.approx(-answer["shift_ev"] if before.sample == "nylon" else 0.0, abs=1e-3)
    refused = call("analyze", three, "--sample", "PVC")
    assert refused.exit_code == 1
    assert "no sample `PVC`" in refused.stderr


def test_a_sample_that_cannot_be_analysed_costs_the_others_nothing(tmp_path: Path) -> None:
    gold = replace(simulate({"PET": 1.0}, ("O 1s",)), sample="gold")
    pet = replace(simulate({"PET": 1.0}, ("C 1s", "O 1s"), seed=1), sample="PET")
    path = tmp_path / "f.vms"
    write_vamas([gold, pet], path)
    result = call("analyze", path, "--json", "-")
    assert result.exit_code == 0
    first, second = json.loads(result.stdout)
    assert "sample 1 (gold)" in first["error"]
    assert second["sample"] == "PET"
    assert "sample 1 (gold)" in result.stderr


def test_inspect_shows_samples_first(three: Path) -> None:
    text = call("inspect", three).stdout
    assert "3 samples (1 PET film, 2 nylon, 3 PTFE)" in text
    assert text.index("3 samples") < text.index("sample 1: PET film") < text.index("sample 2: nylon")


@pytest.fixture
def awkward(tmp_path: Path) -> Path:
    """Names that terminals obey, formulas begin with, and code pages lack."""
    spectrum = simulate({"PET": 1.0}, ("C 1s", "O 1s"))
    regions = tuple(
        replace(region, label=f"{region.label} $x_1$ [red]\N{GREEK SMALL LETTER ALPHA}") for region in spectrum.regions
    )
    path = tmp_path / "price $5 \N{EN DASH} \N{KATAKANA LETTER A}.vms"
    write_vamas(replace(spectrum, regions=regions, sample="film\x1b[31m\x07 $a_ [b]x[/b]"), path)
    return path


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "cp437", "latin-1", "utf-8"])
def test_any_terminal_prints_any_name(awkward: Path, tmp_path: Path, encoding: str) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    out, picture = tmp_path / "out.json", tmp_path / "out.png"
    command = [sys.executable, "-m", "xps_keras", "analyze", str(awkward), "--json", str(out), "--png", str(picture)]
    run = subprocess.run(command, capture_output=True, env=environment, check=False)
    assert run.returncode == 0, run.stderr
    assert b"\x1b" not in run.stdout + run.stderr
    assert b"[b]x[/b]" in run.stdout
    answer = json.loads(out.read_text(encoding="utf-8"))
    assert "\x1b" not in answer["sample"]
    assert picture.stat().st_size > 10_000


@pytest.mark.skipif(os.name == "nt", reason="descriptors are closed by a shell of POSIX")
def test_results_are_written_when_nobody_listens(awkward: Path, tmp_path: Path) -> None:
    for number, closing in enumerate((">&-", "2>&- >&-", "| true")):
        out = tmp_path / f"{number}.json"
        command = f'"{sys.executable}" -m xps_keras analyze "$FILE" --json "{out}" {closing}'
        subprocess.run(
            ["sh", "-c", command], env={**os.environ, "FILE": str(awkward)}, check=False, capture_output=True
        )
        assert json.loads(out.read_text(encoding="utf-8"))["shift_ev"] == pytest.approx(0.0, abs=0.3)


def test_bytes_of_another_encoding_in_a_file_name(pet: Pet, tmp_path: Path) -> None:
    strange = tmp_path / os.fsdecode(b"film \xe9\x85.csv")
    try:
        pet().rename(strange)
    except OSError:
        pytest.skip("this file system takes no such names")
    out = tmp_path / "out.json"
    assert call("analyze", strange, "--json", out).exit_code == 0
    assert np.isfinite(json.loads(out.read_text(encoding="utf-8"))["shift_ev"])
