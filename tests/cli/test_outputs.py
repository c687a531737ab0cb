"""No output replaces what a command reads; what was computed is shown before it is written."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from xps_keras.cli.outputs import written_at_the_end
from xps_keras.errors import UsageError
from xps_keras.metadata import SCHEMA

Pet = Callable[..., Path]
Call = Callable[..., Any]


def refused(result: Any) -> str:
    assert result.exit_code == 1, result.output
    (line,) = result.stderr.strip().splitlines()
    return str(line)


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """The folder of a training, as far as names go, and of an export in it."""
    for name in ("run/model.keras", "run/config.json", "run/history.json", "mine.py", "recipe.toml", "factors.csv"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("C 1s,1\n")
    export = tmp_path / "export"
    export.mkdir()
    (export / "model.tflite").write_text("content")
    (export / "metadata.json").write_text(json.dumps({"schema": SCHEMA}))  # it begins as results do
    return tmp_path


@pytest.mark.parametrize("option", ["--json", "--png"])
@pytest.mark.parametrize("target", ["run/model.keras", "run/config.json", "run/history.json", "mine.py", "recipe.toml"])
def test_a_measurement_replaces_nothing_that_it_reads(option: str, target: str, run: Path, call: Call) -> None:
    settings = ("--recipe", run / "recipe.toml")
    before = (run / target).read_bytes()
    if target == "mine.py":
        pytest.importorskip("keras", reason="a network's file is run by Keras (extra `train`)", exc_type=ImportError)
        settings = ("--network", run / "mine.py")
        (run / target).write_text("")  # it is run first, and refused as no network where it is not refused as a target
        before = b""
        assert "mine.py" in refused(call("evaluate", run / "run" / "model.keras", *settings, option, run / target))
    else:
        said = refused(call("evaluate", run / "run" / "model.keras", *settings, option, run / target))
        assert "overwrite an input file" in said
    assert (run / target).read_bytes() == before


def test_an_analysis_replaces_neither_metadata_nor_the_table_of_sensitivities(run: Path, call: Call, pet: Pet) -> None:
    for target in ("export/metadata.json", "export/model.tflite", "factors.csv"):
        for spelling in (run / target, run / "export" / ".." / target):
            settings = ("--model", run / "export", "--sensitivity", run / "factors.csv")
            assert "overwrite an input file" in refused(call("analyze", pet(), *settings, "--json", spelling))


def test_two_results_have_two_places(run: Path, call: Call) -> None:
    place = run / "out"
    said = refused(call("evaluate", run / "run" / "model.keras", "--json", place, "--png", place))
    assert "two outputs" in said
    assert "two outputs" in refused(call("library", "identify", "--json", place, "--png", place))


def test_a_folder_of_real_spectra_keeps_its_table(run: Path, call: Call) -> None:
    (run / "real").mkdir()
    (run / "real" / "known.csv").write_text("file,shift_ev,tolerance_ev\n")
    said = refused(call("evaluate", "pretrained", "--real", run / "real", "--json", run / "real" / "known.csv"))
    assert "overwrite an input file" in said


def test_one_result_that_cannot_be_written_costs_no_other() -> None:
    done: list[int] = []

    def fail() -> None:
        raise UsageError("a.json: cannot be written.")

    with pytest.raises(UsageError, match=r"a\.json: cannot be written\."):
        written_at_the_end([fail, lambda: done.append(1)])
    assert done == [1]


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no /dev/full")
@pytest.mark.parametrize("ending", ["2>/dev/full", "2>&-", "2>/dev/full >/dev/null"])
def test_words_that_nobody_takes_cost_no_result(ending: str, tmp_path: Path, pet: Pet) -> None:
    out = tmp_path / "a.json"
    command = f'"{sys.executable}" -m xps_keras analyze "{pet()}" --json "{out}" {ending}'
    assert subprocess.run(["bash", "-c", command], check=False, capture_output=True).returncode == 0
    assert json.loads(out.read_text())["shift_ev"] == pytest.approx(0.0, abs=0.3)


@pytest.mark.slow
@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no /dev/full")
def test_a_training_needs_nobody_who_listens(tmp_path: Path) -> None:
    out = tmp_path / "run"
    settings = "--model mlp --size 64 --epochs 1 --batch-size 32"
    command = f'"{sys.executable}" -m xps_keras train {settings} --out "{out}" 2>/dev/full >/dev/null'
    assert subprocess.run(["bash", "-c", command], check=False).returncode == 0
    assert (out / "model.keras").exists()


@pytest.mark.slow
def test_figures_are_shown_though_their_file_cannot_be_written(disk: Callable[..., Path]) -> None:
    full = disk("16k")
    (full / "rest").write_bytes(bytes(12 * 1024))
    command = [
        sys.executable,
        "-m",
        "xps_keras",
        "evaluate",
        "pretrained",
        "--size",
        "2",
        "--json",
        str(full / "a.json"),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "exact match" in done.stdout
    assert "No space left on device" in done.stderr
    assert sorted(os.listdir(full)) == ["rest"]
