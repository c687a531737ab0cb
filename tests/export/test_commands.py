"""`export` and `export verify` as a user meets them."""

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from xps_keras.cli import app as cli
from xps_keras.export import QUANTIZATIONS
from xps_keras.runtime.verifying import write_sums

WITHOUT_TENSORFLOW = """
import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("tensorflow", "keras", "onnx", "tf2onnx"):
            raise ModuleNotFoundError(name=name)
sys.meta_path.insert(0, Absent())
import importlib.util
found = importlib.util.find_spec
importlib.util.find_spec = lambda name, *rest: None if name == "tensorflow" else found(name, *rest)
from xps_keras.cli.app import main
sys.argv = ["xps-keras", "export", "verify", sys.argv[1]]
main()
"""


def test_export_prints_a_table_of_what_it_wrote(
    plain_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("xps_keras.export.COMPARED", 40)
    monkeypatch.setattr("xps_keras.export.latency._SECONDS", 0.0)
    out = tmp_path / "out"
    asked = ["export", str(plain_run), "--quantize", ",".join(QUANTIZATIONS), "--batch1", "--out", str(out)]
    done = CliRunner().invoke(cli.app, asked)
    assert done.exit_code == 0, done.stderr
    rows = {cells[1].strip(): cells[2:7] for line in done.stdout.splitlines() if len(cells := line.split("│")) > 6}
    assert set(rows) == {
        path.relative_to(out).as_posix() for path in [*out.glob("*/model.*"), out / "saved_model" / "1"]
    }
    assert len(rows) == 8
    size, one, many, error, changed = (float(cell) for cell in rows["tflite-int8/model.tflite"])
    assert size == pytest.approx((out / "tflite-int8" / "model.tflite").stat().st_size / 1e6, abs=0.006)
    assert 0 < one < many
    assert 1e-6 < error < 0.1
    assert changed <= 1
    assert "1,600 on 40 spectra" in " ".join(done.stdout.split())
    again = CliRunner().invoke(cli.app, ["export", str(plain_run), "--out", str(out)])
    assert again.exit_code == 1
    assert "--force" in again.stderr


def test_export_raw_adds_the_graph_that_takes_measured_spectra(
    plain_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("xps_keras.export.COMPARED", 40)
    monkeypatch.setattr("xps_keras.export.latency._SECONDS", 0.0)
    out = tmp_path / "out"
    asked = ["export", str(plain_run), "--format", "saved_model", "--raw", "--out", str(out)]
    done = CliRunner().invoke(cli.app, asked)
    assert done.exit_code == 0, done.stderr
    assert {path.name for path in out.iterdir()} == {"saved_model", "saved_model-raw"}
    (sentence,) = (line for line in done.stdout.splitlines() if line.startswith("saved_model-raw/1: "))
    size = sum(file.stat().st_size for file in (out / "saved_model-raw" / "1").rglob("*") if file.is_file())
    assert f" {size / 1e6:.2f} MB, takes measured spectra." in sentence
    (out / "saved_model").rename(tmp_path / "saved_model")  # so that only the raw one stands in the way
    again = CliRunner().invoke(cli.app, asked)
    assert again.exit_code == 1
    assert "saved_model-raw: something stands here already" in again.stderr
    checked = CliRunner().invoke(cli.app, ["export", "verify", str(out)])
    assert checked.exit_code == 0, checked.stderr
    assert "golden file repeated" in checked.stdout
    (out / "saved_model-raw" / "golden.npz").write_bytes((tmp_path / "saved_model" / "golden.npz").read_bytes())
    write_sums(out / "saved_model-raw")
    card = (out / "saved_model-raw" / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert "Inputs `binding_energy` and `intensity`" in card
    assert "| `status` | [1, 40] |" in card
    assert "| `channels` | " in card[card.index("## Agreement with Keras") :]
    foreign = CliRunner().invoke(cli.app, ["export", "verify", str(out)])
    assert foreign.exit_code == 1
    assert foreign.stdout == ""


def test_verify_runs_where_tensorflow_is_missing(artefacts: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_TENSORFLOW, str(artefacts)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert len(lines) == 8
    assert all(": sound. " in line for line in lines)
    assert ["TensorFlow is not installed here" in line for line in lines] == ["saved_model" in line for line in lines]
    assert sum("golden file repeated" in line for line in lines) == 7


def test_verify_of_a_damaged_export_is_status_1(artefacts: Path, tmp_path: Path) -> None:
    folder = tmp_path / "tflite"
    folder.mkdir()
    for file in (artefacts / "tflite").iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    with (folder / "model.tflite").open("r+b") as model:
        model.seek(100_000)
        model.write(b"\x2a\x2b")
    done = CliRunner().invoke(cli.app, ["export", "verify", str(folder)])
    assert done.exit_code == 1
    assert done.stdout == ""
    assert "'model.tflite' is not as SHA256SUMS says" in done.stderr


def test_verify_goes_on_past_a_damaged_export_and_a_missing_runtime(
    artefacts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = Path(shutil.copytree(artefacts, tmp_path / "artefacts"))
    (out / "tflite-int8" / "golden.npz").write_bytes(b"nothing")
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    done = CliRunner().invoke(cli.app, ["export", "verify", str(out)])
    assert done.exit_code == 1
    sound = [line.partition(": sound. ")[0] for line in done.stdout.splitlines()]
    assert len(sound) == 6
    assert not any("onnx" in model or "tflite-int8/" in model for model in sound)
    onnx, damaged, summary = done.stderr.splitlines()
    assert "pip install 'xps-keras[onnx]'" in onnx
    assert "'golden.npz' is not as SHA256SUMS says" in damaged
    assert "2 of 8 exports cannot be used here" in summary


def test_help_names_both_forms() -> None:
    listed = CliRunner().invoke(cli.app, ["--help"]).stdout
    assert "export verify" in listed
    one = CliRunner().invoke(cli.app, ["export", "--help"]).stdout
    assert "MODEL" in one
    assert "export verify DIR" in one
    other = CliRunner().invoke(cli.app, ["export", "verify", "--help"]).stdout
    assert "DIR" in other
    assert "--quantize" not in other
    for words in (["export"], ["export", "verify"], ["export", "pretrained"]):
        assert CliRunner().invoke(cli.app, words).exit_code == 2


def test_the_shipped_model_can_be_exported_again() -> None:
    """The Keras file in the package and the TFLite file beside it are one model, its classifier in half precision."""
    from xps_keras.export.probes import corpus_spectra
    from xps_keras.runtime import load
    from xps_keras.runtime.serving_graph import graph_of
    from xps_keras.runtime.trained import load_trained

    shipped, trained = load("pretrained"), load_trained("pretrained")
    assert trained.metadata.weights_sha256 == shipped.metadata.weights_sha256
    assert trained.metadata.thresholds == shipped.metadata.thresholds
    assert trained.evaluation is not None
    probes = corpus_spectra(trained.metadata.max_shift_ev, 64)
    expected, found = graph_of(trained)(probes), shipped.run(probes)
    assert shipped.metadata.quantization == "float16"
    for name, tolerance in (("probabilities", 2e-3), ("shift_ev", 1e-4)):  # half precision: 11 bits, some 5e-4
        np.testing.assert_allclose(found[name], np.asarray(expected[name]), rtol=0, atol=tolerance)
