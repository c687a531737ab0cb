"""Models of strangers: what is no file, promises too much, answers otherwise or holds code is refused at loading."""

import io
import json
import os
import shutil
import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from xps_keras.errors import ModelError
from xps_keras.metadata import Metadata, from_json, to_json
from xps_keras.runtime import Runtime, load, onnx, tflite
from xps_keras.runtime.keras_archive import refusal
from xps_keras.runtime.saved_model import hashes_in
from xps_keras.runtime.sealing import sha256
from xps_keras.runtime.trained import load_trained


@pytest.fixture
def exported(artefacts: Path, tmp_path: Path) -> Path:
    """A copy of an export as ONNX, which a test may change."""
    return Path(shutil.copytree(artefacts / "onnx", tmp_path / "onnx"))


def with_bias(folder: Path, value: float) -> Path:
    """Give the model another bias before its logits, with every hash right again."""
    import onnx as library

    file = folder / "model.onnx"
    metadata, graph = onnx.opened(file.read_bytes(), str(file))
    proto = library.load_from_string(graph)
    biases = [each for each in proto.graph.initializer if list(each.dims) == [len(metadata.labels)]]
    for bias in biases:
        values = library.numpy_helper.to_array(bias) + np.float32(value)
        bias.CopyFrom(library.numpy_helper.from_array(values.astype(np.float32), bias.name))
    assert biases
    changed = proto.SerializeToString()
    metadata = replace(metadata, graph_sha256=sha256(changed))
    file.write_bytes(onnx.seal(changed, metadata))
    (folder / "metadata.json").write_text(to_json(metadata), encoding="utf-8")
    return file


def test_a_model_that_answers_otherwise_than_its_golden_file_is_refused(exported: Path) -> None:
    load(exported)
    file = with_bias(exported, 1.0)
    with pytest.raises(ModelError, match=r"differs from Keras by .* in probabilities"):
        load(file)
    (exported / "golden.npz").unlink()
    load(file)  # nothing stands against it: it is another model


def test_a_model_whose_answers_are_not_finite_is_refused_without_a_golden_file(exported: Path) -> None:
    file = with_bias(exported, float("nan"))
    (exported / "golden.npz").unlink()
    with pytest.raises(ModelError, match="gives probabilities that are not finite"):
        load(file)


def test_a_golden_file_that_unpacks_to_gigabytes_is_none(exported: Path) -> None:
    with zipfile.ZipFile(exported / "golden.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("intensity.npy", "w") as entry:
            for _ in range(110):
                entry.write(bytes(1_000_000))
    with pytest.raises(ModelError, match="no golden file of this model"):
        load(exported)


METADATA = Metadata(
    name="stand-in", recipe="paper", seed=1, max_shift_ev=3.0, thresholds=(0.5,) * 40, assessable=(True,) * 40,
    package_version="0.1.0", weights_sha256="0" * 64, calibration="none",
)  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"probabilities": np.zeros((2, 39), np.float32)}, r"probabilities of shape \(2, 39\), not \(2, 40\)"),
        ({"shift_ev": np.zeros((1, 1), np.float32)}, r"shift_ev of shape \(1, 1\), not \(2, 1\)"),
        ({"shift_ev": np.full((2, 1), np.inf, np.float32)}, "shift_ev that are not finite"),
        ({"aligned": np.full((2, 6601), np.nan, np.float32)}, "aligned that are not finite"),
    ],
)
def test_answers_of_another_shape_or_batch_are_never_passed_on(changed: dict[str, Any], sentence: str) -> None:
    sound: dict[str, NDArray[np.float32]] = {
        "probabilities": np.zeros((2, 40), np.float32),
        "shift_ev": np.zeros((2, 1), np.float32),
        "aligned": np.zeros((2, 6601), np.float32),
    }
    assert set(Runtime(Path("m"), "", METADATA, lambda spectra: sound).run(np.ones((2, 6601)))) == set(sound)
    with pytest.raises(ModelError, match=sentence):
        Runtime(Path("m"), "", METADATA, lambda spectra: {**sound, **changed}).run(np.ones((2, 6601)))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (to_json(METADATA) + " " * 1_000_000, "holds 1.0 MB"),
        ("[" * 100_000, "not JSON|nested"),
        (json.dumps({"a": [[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]}), "nested more than 16 deep"),
        (to_json(METADATA).replace('"seed": 1', '"seed": 1e999'), "damaged"),
        (to_json(METADATA).replace('"seed": 1', f'"seed": {"9" * 5000}'), "not JSON"),
        (to_json(METADATA).replace('"readings": null', '"readings": 1000000000'), "damaged"),
        (to_json(METADATA).replace('"stand-in"', f'"{"x" * 20_000}"'), "20,000 letters"),
        (to_json(METADATA).replace('"stand-in"', "[" + "1," * 50_000 + "1]"), "damaged"),
    ],
)
def test_metadata_has_an_end(text: str, sentence: str) -> None:
    with pytest.raises(ModelError, match=sentence) as caught:
        from_json(text, "some.tflite")
    assert len(str(caught.value)) < 400


def test_metadata_that_unpacks_to_gigabytes_is_refused(artefacts: Path, tmp_path: Path) -> None:
    metadata, graph = tflite.opened((artefacts / "tflite" / "model.tflite").read_bytes(), "m")
    packed = io.BytesIO(graph)
    with zipfile.ZipFile(packed, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("metadata.json", to_json(metadata) + " " * 50_000_000)
        archive.comment = b" " * 64
    file = tmp_path / "model.tflite"
    content = packed.getvalue()[:-64]
    file.write_bytes(content + sha256(content).encode())
    assert file.stat().st_size < len(graph) + 100_000
    with pytest.raises(ModelError, match="no xps-keras metadata"):
        load(file)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with names of files")
@pytest.mark.parametrize("suffix", [".tflite", ".onnx", ".keras"])
def test_a_pipe_or_an_endless_device_is_no_model(suffix: str, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / f"pipe{suffix}")
    (tmp_path / f"endless{suffix}").symlink_to("/dev/zero")
    for name in ("pipe", "endless"):
        with pytest.raises(ModelError, match="a pipe or a device and no model"):
            load(tmp_path / f"{name}{suffix}")


@pytest.mark.parametrize("name", ["../../secret", "/etc/passwd", "assets/../../x", "a\\b", "x\0"])
def test_a_saved_model_lists_no_file_outside_its_folder(name: str) -> None:
    listed = dict.fromkeys(("saved_model.pb", "assets/metadata.json", "assets/labels.txt"), "0" * 64)
    assert hashes_in((json.dumps(listed, indent=1) + "\n").encode(), "list") == listed
    with pytest.raises(ModelError, match="damaged"):
        hashes_in((json.dumps({**listed, name: "0" * 64}, indent=1) + "\n").encode(), "list")


def altered(run: Path, tmp_path: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """Change the contents of a ``.keras`` file."""
    shutil.copytree(run.parent, tmp_path / "run", dirs_exist_ok=True)
    file = tmp_path / "run" / "model.keras"
    with zipfile.ZipFile(run) as archive:
        inside = {name: archive.read(name) for name in archive.namelist()}
    change(inside)
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in inside.items():
            archive.writestr(name, content)
    return file


def described(module: str | None, name: str, registered: str | None = None, /, **config: Any) -> dict[str, Any]:
    return {"module": module, "class_name": name, "registered_name": registered, "config": config}


CODE = [
    described("keras.layers", "Lambda", function=described(None, "__lambda__", code="4wEAAAA=")),
    described("keras.layers", "TorchModuleWrapper", module="gASV"),
    described("keras.layers", "TFSMLayer", filepath="elsewhere"),
    described("keras.layers", "StringLookup", vocabulary="/etc/passwd"),
    described("os", "system", "mine>Layer"),
    described("xps_marker_module", "Layer", "mine>Layer"),
    described("keras.utils", "get_file", origin="http://127.0.0.1/x"),
    {**described("builtins", "function"), "config": "exec"},
    {**described("os", "function"), "config": "system"},
]
"""What a configuration of a network may name to have code run, a file read or something fetched."""


@pytest.mark.parametrize("harm", CODE, ids=lambda harm: f"{harm['module']}.{harm['class_name']}")
def test_no_code_of_a_keras_file_is_run(
    harm: dict[str, Any], plain_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = tmp_path / "ran"
    (tmp_path / "xps_marker_module.py").write_text(f"open({str(ran)!r}, 'w')")
    monkeypatch.syspath_prepend(str(tmp_path))

    def put_in(inside: dict[str, bytes]) -> None:
        config = json.loads(inside["config.json"])
        config["config"]["layers"][1]["config"]["activation"] = harm
        inside["config.json"] = json.dumps(config).encode()

    with pytest.raises(ModelError, match=r"model\.keras: Keras cannot load this model \(.*(is no layer|never run)"):
        load_trained(altered(plain_run, tmp_path, put_in))
    assert not ran.exists()
    assert "xps_marker_module" not in sys.modules


def test_our_own_networks_and_those_of_users_are_let_through(plain_run: Path, run: Path) -> None:
    for file in (plain_run, run):
        assert refusal(file.read_bytes()) is None


def test_a_keras_file_that_unpacks_to_more_than_it_holds_is_refused(plain_run: Path, tmp_path: Path) -> None:
    import h5py  # type: ignore[import-untyped] # it ships none

    file = altered(plain_run, tmp_path, lambda inside: None)
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("more", bytes(50_000_000))
    with pytest.raises(ModelError, match="unpacks to more than it holds"):
        load_trained(file)

    def packed_weights(inside: dict[str, bytes]) -> None:
        weights = io.BytesIO()
        with h5py.File(weights, "w") as stored:
            stored.create_dataset("w", (1 << 30,), "f4", compression="gzip", chunks=(1 << 20,), fillvalue=0)
        inside["model.weights.h5"] = weights.getvalue()

    with pytest.raises(ModelError, match="weights unpack to more than it holds"):
        load_trained(altered(plain_run, tmp_path, packed_weights))

    def linked_weights(inside: dict[str, bytes]) -> None:
        weights = io.BytesIO()
        with h5py.File(weights, "w") as stored:
            stored["w"] = h5py.ExternalLink("/etc/passwd", "w")
        inside["model.weights.h5"] = weights.getvalue()

    with pytest.raises(ModelError, match="weights stand elsewhere"):
        load_trained(altered(plain_run, tmp_path, linked_weights))


def test_a_network_of_another_axis_or_number_of_groups_is_refused(plain_run: Path, tmp_path: Path) -> None:
    import keras

    def saved(channels: int, groups: int) -> Path:
        shutil.copytree(plain_run.parent, tmp_path / "run", dirs_exist_ok=True)
        intensity = keras.Input((channels,), name="intensity")
        outputs = {
            "logits": keras.layers.Dense(groups)(intensity),
            "shift_ev": keras.layers.Dense(1)(intensity),
            "aligned": keras.layers.Activation("linear")(intensity),
        }
        keras.Model(intensity, outputs).save(tmp_path / "run" / "model.keras")
        return tmp_path / "run" / "model.keras"

    assert load_trained(saved(6601, 40)).metadata.name == "stand-in"
    with pytest.raises(ModelError, match=r"input of shape \(None, 3000\), where spectra of 6601 channels"):
        load_trained(saved(3000, 40))
    with pytest.raises(ModelError, match=r"`logits` of shape \(None, 39\), where \(None, 40\)"):
        load_trained(saved(6601, 39))


def test_replacing_an_export_never_costs_what_else_stands_there(
    artefacts: Path, plain_run: Path, tmp_path: Path
) -> None:
    from xps_keras.errors import UsageError
    from xps_keras.export import export

    out = tmp_path / "out"
    shutil.copytree(artefacts / "onnx", out / "onnx")
    shutil.copytree(plain_run.parent, out / "onnx", dirs_exist_ok=True)  # a model, moved into the folder of its export
    before = sorted(path.name for path in out.rglob("*"))
    with pytest.raises(UsageError, match=r"config\.json' here is no part of the export"):
        export(out / "onnx" / "model.keras", ["onnx"], out, force=True)
    assert sorted(path.name for path in out.rglob("*")) == before
