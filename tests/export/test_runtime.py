"""The runtime finds, checks and runs artefacts, and imports nothing it does not need."""

import shutil
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from xps_keras.errors import InputError, ModelError
from xps_keras.runtime import load

FILES = {"tflite": "tflite/model.tflite", "onnx": "onnx/model.onnx"}


def python(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True, timeout=120
    )


def test_import_is_light() -> None:
    heavy = ["tensorflow", "keras", "onnx", "onnxruntime", "tf2onnx", "ai_edge_litert", "matplotlib", "scipy"]
    code = f"import sys, xps_keras.runtime, xps_keras.export; print([n for n in {heavy} if n in sys.modules])"
    assert python(code).stdout.strip() == "[]"


@pytest.mark.parametrize(("kind", "own"), [("tflite", "ai_edge_litert"), ("onnx", "onnxruntime")])
def test_only_the_needed_runtime_is_imported_and_stderr_stays_clean(kind: str, own: str, artefacts: Path) -> None:
    code = (
        "import sys, numpy as np\nfrom xps_keras.runtime import load\n"
        "r = load(sys.argv[1]); r.run(np.ones((2, 6601))); r.run(np.ones((5, 6601)))\n"
        "names = ['tensorflow', 'keras', 'onnx', 'onnxruntime', 'ai_edge_litert']\n"
        "print([n for n in names if n in sys.modules])"
    )
    done = python(code, str(artefacts / FILES[kind]))
    assert done.stdout.strip() == str([own])
    assert done.stderr == ""


def test_messages_of_others_still_reach_stderr(artefacts: Path) -> None:
    code = (
        "import os\nfrom xps_keras.quiet import dropping_lines\n"
        "with dropping_lines(b'INFO:'):\n    os.write(2, b'INFO: chatter\\nERROR: keep me\\n')\n"
    )
    assert python(code).stderr == "ERROR: keep me\n"


@pytest.mark.parametrize("where", ["saved_model/1", "saved_model", "tflite", "tflite/model.tflite", "onnx/model.onnx"])
def test_finds_the_model_from_file_or_folder(where: str, artefacts: Path) -> None:
    runtime = load(str(artefacts / where))
    assert runtime.name == "stand-in"
    assert len(runtime.sha256) == 64


def test_the_newest_version_and_the_only_artefact_are_taken(artefacts: Path, tmp_path: Path) -> None:
    for version in ("2", "10"):
        shutil.copytree(artefacts / "saved_model" / "1", tmp_path / "out" / "saved_model" / version)
    assert load(tmp_path / "out").path.name == "10"
    with pytest.raises(ModelError, match=r"several models; name one of .*onnx/model\.onnx, saved_model/1, tflite"):
        load(artefacts)
    (tmp_path / "empty").mkdir()
    with pytest.raises(ModelError, match="no model in this folder"):
        load(tmp_path / "empty")


def test_a_keras_file_answers_like_its_artefact(run: Path, artefacts: Path, spectra: NDArray[np.float32]) -> None:
    trained, exported = load(run), load(artefacts / "onnx")
    assert trained.metadata.format == "keras"
    assert trained.metadata.weights_sha256 == exported.metadata.weights_sha256
    answer = exported.run(spectra)
    for name, values in trained.run(spectra).items():
        np.testing.assert_allclose(values, answer[name], rtol=1e-4, atol=1e-5)


def test_large_batches_are_cut_and_the_input_is_not_touched(artefacts: Path, spectra: NDArray[np.float32]) -> None:
    many = np.tile(spectra, (17, 1))  # 272: more than one chunk
    before = many.copy()
    runtime = load(artefacts / "tflite")
    answer = runtime.run(many)
    np.testing.assert_array_equal(many, before)
    np.testing.assert_allclose(answer["shift_ev"][-16:], runtime.run(spectra)["shift_ev"], atol=1e-6)


def test_answers_are_not_overwritten_by_the_next_call(artefacts: Path, spectra: NDArray[np.float32]) -> None:
    runtime = load(artefacts / "tflite")
    first = runtime.run(spectra[:1])
    kept = {name: values.copy() for name, values in first.items()}
    runtime.run(spectra[1:2])
    for name, values in first.items():
        np.testing.assert_array_equal(values, kept[name])


@pytest.mark.parametrize("kind", FILES)
def test_threads_may_share_a_runtime(kind: str, artefacts: Path, spectra: NDArray[np.float32]) -> None:
    runtime = load(artefacts / kind)
    expected = runtime.run(spectra)["shift_ev"]
    found = np.zeros_like(expected)

    def work(row: int) -> None:
        for _ in range(20):
            found[row] = runtime.run(spectra[row : row + 1])["shift_ev"][0]

    threads = [threading.Thread(target=work, args=(row,)) for row in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    np.testing.assert_allclose(found[:8], expected[:8], atol=1e-6)


@pytest.mark.parametrize(
    ("intensity", "sentence"),
    [
        (np.ones(6601), r"shape \(batch, 6601\)"),
        (np.ones((2, 6600)), r"got \(2, 6600\)"),
        (np.ones((0, 6601)), "at least 1"),
        (np.full((2, 6601), np.nan), "spectrum 0 .* not finite"),
        (np.full((1, 6601), 1e300), "not finite"),
    ],
)
def test_unusable_spectra(intensity: NDArray[np.float64], sentence: str, artefacts: Path) -> None:
    with pytest.raises(InputError, match=sentence):
        load(artefacts / "tflite").run(intensity)


def test_zero_spectrum_gives_finite_answers(artefacts: Path) -> None:
    for folder in ("saved_model", "tflite", "onnx"):
        answer = load(artefacts / folder).run(np.zeros((1, 6601)))
        assert all(np.isfinite(values).all() for values in answer.values())


def test_foreign_models_are_refused(artefacts: Path, tmp_path: Path) -> None:
    import onnx
    import tensorflow as tf

    sealed = (artefacts / FILES["tflite"]).read_bytes()
    bare = tmp_path / "bare.tflite"
    bare.write_bytes(sealed[: sealed.index(b"PK\x03\x04")])
    with pytest.raises(ModelError, match="no xps-keras metadata"):
        load(bare)
    proto = onnx.load(artefacts / FILES["onnx"])
    del proto.metadata_props[:]
    onnx.save(proto, tmp_path / "bare.onnx")
    with pytest.raises(ModelError, match="no xps-keras metadata"):
        load(tmp_path / "bare.onnx")
    module = tf.Module()
    tf.saved_model.save(module, str(tmp_path / "foreign"))
    with pytest.raises(ModelError, match="no xps-keras metadata"):
        load(tmp_path / "foreign")


@pytest.mark.parametrize(
    ("name", "sentence"), [("none.tflite", "no such model"), ("notes.txt", r"ends in \.tflite, \.onnx or \.keras")]
)
def test_what_is_no_model(name: str, sentence: str, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no model")
    with pytest.raises(ModelError, match=sentence):
        load(tmp_path / name)


@pytest.mark.parametrize(
    ("where", "module", "remedy"),
    [
        ("onnx", "onnxruntime", r"xps-keras\[onnx\]"),
        ("saved_model", "tensorflow", r"xps-keras\[train\]"),
        ("tflite", "ai_edge_litert.interpreter", "ai-edge-litert"),
    ],
)
def test_a_missing_package_is_named_with_its_remedy(
    where: str, module: str, remedy: str, artefacts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ModelError, match=f"pip install.*{remedy}"):
        load(artefacts / where)
