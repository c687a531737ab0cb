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
from xps_keras.models.networks import PRESETS
from xps_keras.runtime import Runtime, load, onnx, saved_model_graph, tflite
from xps_keras.runtime.artefact_format import custom_operators
from xps_keras.runtime.keras_archive import refusal
from xps_keras.runtime.saved_model import hashes_in, seal
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
        (to_json(METADATA).replace('"further_outputs": []', '"further_outputs": ["nonsense"]'), "no further output"),
        (
            to_json(METADATA).replace('"further_outputs": []', '"further_outputs": ["reading_weight"]'),
            "no further output",
        ),
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


def saved_by(body: Callable[[Any, Any], Any], artefacts: Path, tmp_path: Path) -> Path:
    """A SavedModel whose graph does more than that of an export, with every hash right."""
    import tensorflow as tf

    exported, made = artefacts / "saved_model" / "1", tmp_path / "made" / "1"
    inner = tf.saved_model.load(str(exported))
    spectra = tf.TensorSpec((None, 6601), tf.float32, name="intensity")

    def serve(intensity: Any) -> Any:
        answers = inner.signatures["serving_default"](intensity=intensity)
        with tf.control_dependencies([body(tf, intensity)]):
            return {name: tf.identity(answer) for name, answer in answers.items()}

    module = tf.Module()
    module.inner = inner
    serving = tf.function(serve, input_signature=[spectra], autograph=False)
    tf.saved_model.save(module, str(made), signatures={"serving_default": serving})
    shutil.copytree(exported / "assets", made / "assets", dirs_exist_ok=True)
    seal(made, from_json((made / "assets" / "metadata.json").read_text(encoding="utf-8"), "m"))
    return made


ANY_FILE = "/etc/hostname"


@pytest.mark.parametrize(
    ("body", "operation"),
    [
        (lambda tf, _: tf.io.read_file(ANY_FILE), "ReadFile"),
        (lambda tf, _: tf.io.write_file("ran", "x"), "WriteFile"),
        (lambda tf, _: tf.io.matching_files("*"), "MatchingFiles"),
        (lambda tf, _: tf.print("x", output_stream="file://ran"), "PrintV2"),
        (lambda tf, x: tf.py_function(lambda y: y, [x], tf.float32), "EagerPyFunc"),
        (lambda tf, x: tf.numpy_function(lambda y: y, [x], tf.float32), "PyFunc"),
        (
            lambda tf, _: tf.raw_ops.ImmutableConst(dtype=tf.uint8, shape=[1], memory_region_name=ANY_FILE),
            "ImmutableConst",
        ),
        (lambda tf, _: tf.data.TextLineDataset([ANY_FILE]).reduce(0, lambda count, _: count + 1), "ReduceDataset"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_saved_model_that_does_more_than_calculate_is_not_run(
    body: Callable[[Any, Any], Any], operation: str, artefacts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    made = saved_by(body, artefacts, tmp_path)
    with pytest.raises(ModelError, match=rf"may do more than calculate \(.*{operation}.*\)") as caught:
        load(made)
    assert len(str(caught.value)) < 400 + len(str(made))
    assert not Path("ran").exists()


def test_weights_are_saved_and_restored_by_nobody_but_tensorflow(artefacts: Path, tmp_path: Path) -> None:
    """The functions for that stand in every SavedModel, and none of them may be called by what is run."""

    def save(tf: Any, _: Any) -> Any:
        return tf.raw_ops.SaveV2(prefix="ran", tensor_names=["a"], shape_and_slices=[""], tensors=[tf.zeros(3)])

    from tensorflow.core.protobuf import saved_model_pb2

    made = saved_by(lambda tf, x: tf.reduce_sum(x), artefacts, tmp_path / "sound")
    load(made)
    sound = (made / "saved_model.pb").read_bytes()

    def call(graph: Any) -> None:
        functions = {each.signature.name: each for each in graph.library.function}
        (called,) = (name for name in functions if "traced_save" in name)
        # One that neither saves nor restores: their order is not always the same.
        calling = next(each for name, each in functions.items() if "traced" not in name)
        calling.node_def.add(op="PartitionedCall", name="more").attr["f"].func.name = called

    def changed(change: Callable[[Any], None]) -> Path:
        model = saved_model_pb2.SavedModel.FromString(sound)
        change(model.meta_graphs[0])
        (made / "saved_model.pb").write_bytes(model.SerializeToString())
        seal(made, from_json((made / "assets" / "metadata.json").read_text(encoding="utf-8"), "m"))
        return made

    with pytest.raises(ModelError, match="its graph reads or writes files"):
        load(saved_by(save, artefacts, tmp_path / "saves"))
    with pytest.raises(ModelError, match="its graph calls what reads or writes files"):
        load(changed(lambda meta: call(meta.graph_def)))
    with pytest.raises(ModelError, match="it is none of TensorFlow 2"):  # which runs what the graph names for its start
        load(changed(lambda meta: meta.ClearField("object_graph_def")))


def test_operations_of_our_networks_and_of_layers_of_keras_calculate() -> None:
    """A network of a user may hold any layer that calculates."""
    import keras
    import tensorflow as tf
    from tensorflow.core.protobuf import saved_model_pb2

    layers = keras.layers
    intensity = keras.Input((6601,), name="intensity")
    signal = layers.Reshape((6601, 1))(intensity)
    for layer in (
        layers.Conv1D(4, 9, strides=16, activation="gelu"), layers.BatchNormalization(), layers.LayerNormalization(),
        layers.SeparableConv1D(4, 3, activation="swish"), layers.MaxPooling1D(8), layers.DepthwiseConv1D(3),
        layers.Conv1DTranspose(4, 3, padding="same"), layers.AveragePooling1D(2), layers.GroupNormalization(2),
        layers.UpSampling1D(2), layers.Bidirectional(layers.LSTM(3, return_sequences=True)),
        layers.GRU(4, return_sequences=True), layers.PReLU(), layers.Softmax(), layers.Dropout(0.1),
    ):  # fmt: skip
        signal = layer(signal)
    signal = layers.MultiHeadAttention(2, 4)(signal, signal)
    signal = layers.Concatenate()([layers.GlobalAveragePooling1D()(signal), layers.GlobalMaxPooling1D()(signal)])
    of_a_user = keras.Model(intensity, layers.Dense(40, "hard_silu")(signal))
    ours = [PRESETS[name].network.reaching(3.0).build().inference for name in ("stn", "mlp", "cnn", "align", "unmix")]
    for network in (of_a_user, *ours):
        serve = tf.function(network, input_signature=[tf.TensorSpec((None, 6601), tf.float32)], autograph=False)
        saved = saved_model_pb2.SavedModel()
        saved.meta_graphs.add().graph_def.CopyFrom(serve.get_concrete_function().graph.as_graph_def())
        names = saved_model_graph.operators(saved.SerializeToString())
        assert len(names) > 10
        assert custom_operators(names) == []


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
