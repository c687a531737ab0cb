"""The commands with an imported library."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner, Result

from xps_keras.axis import AXIS
from xps_keras.cli import app as cli
from xps_keras.measured.store import find_library


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli.app, list(arguments))


@pytest.fixture
def imported(owned: Callable[..., Path]) -> Path:
    folder = owned()
    result = run("library", "import", str(folder), "--name", "mine", "--background", "none")
    assert result.exit_code == 0, result.output
    assert "4 polymers" in result.stdout
    return folder


def test_list_and_show(imported: Path) -> None:
    listed = run("library", "list", "--library", "mine")
    assert listed.exit_code == 0
    assert [line.split()[0] for line in listed.stdout.splitlines()[1:] if line.strip()] == ["PS", "PMMA", "PET", "PVC"]
    shown = run("library", "show", "PET", "--library", "mine")
    assert shown.exit_code == 0
    assert "lines: C 1s, O 1s" in shown.stdout
    assert "278.0-300.0" in shown.stdout
    assert "ester (aromatic) x 2" in shown.stdout
    assert "PET" in run("library", "list").stdout


def test_spectrum_as_columns_and_picture(imported: Path, tmp_path: Path) -> None:
    result = run("library", "spectrum", "PMMA", "--library", "mine", "--shift", "1.5", "--broadening", "0.2")
    assert result.exit_code == 0, result.output
    rows = np.array([[float(cell) for cell in line.split(",")] for line in result.stdout.splitlines()[1:]])
    assert rows.shape == (AXIS.size, 2)
    carbon = AXIS.window(280, 300)
    assert rows[carbon, 0][rows[carbon, 1].argmax()] == pytest.approx(285.0 + 1.5, abs=0.4)
    assert not rows[AXIS.window(278.0, 279.0), 1].any()  # the region moved along
    picture = tmp_path / "p.png"
    assert run("library", "spectrum", "PMMA", "--library", "mine", "--png", str(picture)).exit_code == 0
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_importing_again_needs_force(imported: Path) -> None:
    again = ("library", "import", str(imported), "--name", "mine")
    refused = run(*again)
    assert refused.exit_code == 1
    assert "add --force" in refused.stderr
    before = find_library("mine").sha256
    assert run(*again, "--force").exit_code == 0
    assert find_library("mine").sha256 != before  # this time with a background subtracted


def test_a_failed_import_leaves_the_older_library(imported: Path) -> None:
    before = find_library("mine").sha256
    (imported / "PS" / "C1s.txt").write_text("nothing")
    failed = run("library", "import", str(imported), "--name", "mine", "--force")
    assert failed.exit_code == 1
    assert failed.stderr.startswith("xps-keras: PS/C1s.txt: ")
    assert find_library("mine").sha256 == before


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("library", "list", "--library", "thine"), "There is no library 'thine'"),
        (("library", "show", "PET", "--library", "thine"), "There is no library 'thine'"),
        (("library", "show", "PEEK", "--library", "mine"), "holds no polymer 'PEEK'"),
        (("library", "show", "PET", "--library", "mine", "--rules"), "--rules only goes with"),
        (("library", "import", "nowhere", "--name", "other"), "there is no such folder"),
        (("library", "import", "nowhere", "--name", "other", "--background", "shirley"), "--background must be"),
        (("train", "--library", "thine", "--out", "run"), "There is no library 'thine'"),
    ],
)
def test_errors_are_one_sentence(
    imported: Path, arguments: tuple[str, ...], words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run(*arguments)
    assert result.exit_code == (2 if words.startswith("--background") else 1)
    assert words in result.stderr
    assert not (tmp_path / "run").exists()


@pytest.mark.slow
def test_train_evaluate_and_export_on_an_imported_library(imported: Path, tmp_path: Path) -> None:
    pytest.importorskip("keras", reason="training needs the extra train")
    out = tmp_path / "run"
    few = ("--library", "mine", "--max-shift", "1")
    trained = run("train", *few, "--model", "mlp", "--size", "512", "--epochs", "1", "--out", str(out))
    assert trained.exit_code == 0, trained.output
    library = find_library("mine")
    config = json.loads((out / "config.json").read_text())
    assert (config["library"], config["library_sha256"]) == ("mine", library.sha256)
    assert config["assessable"] == library.assessable.tolist()
    measured = run("evaluate", str(out / "model.keras"), *few, "--size", "64", "--json", "-")
    assert measured.exit_code == 0, measured.output
    figures: dict[str, Any] = json.loads(measured.stdout)
    assert figures["test"]["library"] == "mine"
    unknown = run("evaluate", str(out / "model.keras"), "--library", "thine", "--size", "64")
    assert unknown.exit_code == 1
    assert "There is no library 'thine'" in unknown.stderr
    exported = run("export", str(out / "model.keras"), "--format", "tflite", "--out", str(tmp_path / "artefacts"))
    assert exported.exit_code == 0, exported.output
    (metadata,) = (tmp_path / "artefacts").rglob("metadata.json")
    content = json.loads(metadata.read_text())
    assert (content["library"], content["library_sha256"]) == ("mine", library.sha256)
    # Another library of that name: the run must not go on with it.
    (imported / "PVC" / "Cl2s.txt").unlink()
    assert run("library", "import", str(imported), "--name", "mine", "--background", "none", "--force").exit_code == 0
    resumed = run("train", *few, "--model", "mlp", "--size", "512", "--epochs", "1", "--out", str(out), "--resume")
    assert resumed.exit_code == 1
    assert "is no longer that of the run" in resumed.stderr
