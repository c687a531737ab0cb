"""Every format keeps the graph contract and agrees with Keras; a disturbed one is never written."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from xps_keras.axis import AXIS
from xps_keras.errors import ModelError
from xps_keras.export import FORMATS, export, writer_of
from xps_keras.export.onnx import export_onnx
from xps_keras.export.parity import reference_of
from xps_keras.export.saved_model import export_saved_model, graph_sha256
from xps_keras.export.tflite import export_tflite
from xps_keras.graph_contract import OUTPUTS, READING_OUTPUTS
from xps_keras.groups import GROUP_NAMES
from xps_keras.metadata import from_json
from xps_keras.runtime import load
from xps_keras.runtime.formats import ARTEFACT_FORMATS
from xps_keras.runtime.serving_graph import graph_of, serving_function
from xps_keras.runtime.trained import load_trained

FOLDERS = {
    "saved_model": ("saved_model", "none"),
    "tflite": ("tflite", "none"),
    "tflite-float16": ("tflite", "float16"),
    "tflite-int8": ("tflite", "int8"),
    "tflite-batch1": ("tflite", "none"),
    "tflite-float16-batch1": ("tflite", "float16"),
    "tflite-int8-batch1": ("tflite", "int8"),
    "onnx": ("onnx", "none"),
}
SHAPES = {
    "probabilities": (40,),
    "shift_ev": (1,),
    "aligned": (6601,),
    "reading_shift_ev": (3,),
    "reading_uncertainty_ev": (3,),
    "reading_weight": (3,),
    "reading_probabilities": (3, 40),
}


@pytest.fixture(scope="module")
def keras_answer(run: Path, spectra: NDArray[np.float32]) -> dict[str, Any]:
    return {name: np.asarray(value) for name, value in graph_of(load_trained(run))(spectra).items()}


@pytest.mark.parametrize("folder", FOLDERS)
def test_agrees_with_keras_at_every_batch_size(
    folder: str, artefacts: Path, spectra: NDArray[np.float32], keras_answer: dict[str, Any]
) -> None:
    form, quantization = FOLDERS[folder]
    tolerance, runtime = writer_of(form).tolerances[quantization], load(artefacts / folder)
    for batch in (1, 3, 7):
        answer = runtime.run(spectra[:batch])
        assert {name: value.shape for name, value in answer.items()} == {
            name: (batch, *shape) for name, shape in SHAPES.items()
        }
        for name in set(SHAPES) - {"aligned"}:
            np.testing.assert_allclose(answer[name], keras_answer[name][:batch], rtol=0, atol=tolerance.of(name))
        expected = keras_answer["aligned"][:batch]
        height = expected.max(axis=1, keepdims=True)
        np.testing.assert_allclose(answer["aligned"] / height, expected / height, rtol=0, atol=0.01)
        np.testing.assert_allclose(answer["aligned"].sum(axis=1) * AXIS.step_ev, 1.0, atol=1e-3)


def test_calibration_is_inside_the_graph(run: Path, artefacts: Path, spectra: NDArray[np.float32]) -> None:
    config = json.loads((run.parent / "config.json").read_text())["calibration"]
    logits = np.asarray(load_trained(run).model(spectra)["logits"], np.float64)
    expected = 1 / (1 + np.exp(-(logits * config["scale"] + config["bias"])))
    np.testing.assert_allclose(load(artefacts / "tflite").run(spectra)["probabilities"], expected, atol=1e-5)


@pytest.mark.parametrize("folder", ["saved_model", "tflite", "onnx"])
def test_scale_and_negative_counts_do_not_matter(folder: str, artefacts: Path, spectra: NDArray[np.float32]) -> None:
    runtime = load(artefacts / folder)
    negative = np.where(spectra == 0, np.float32(-3.0), spectra)
    once, again = runtime.run(spectra), runtime.run(negative * np.float32(256.0))
    for name in OUTPUTS:
        np.testing.assert_allclose(again[name], once[name], rtol=1e-4, atol=1e-6)


def test_metadata_is_the_same_in_all_formats(artefacts: Path) -> None:
    found = {folder: load(artefacts / folder).metadata for folder in FOLDERS}
    for folder, metadata in found.items():
        assert (metadata.format, metadata.quantization) == FOLDERS[folder]
        assert set(metadata.parity_error) == {*OUTPUTS, *READING_OUTPUTS}
        assert metadata == from_json((artefacts / folder / "metadata.json").read_text(), folder)
        assert metadata.batch == (1 if folder.endswith("batch1") else None)
        assert metadata.agreement["spectra"] == 300
    of_each: dict[str, Any] = {"format": "", "quantization": "", "batch": None, "graph_sha256": None, "operators": ()}
    common = [replace(item, **of_each, parity_error={}, agreement={}) for item in found.values()]
    assert all(item == common[0] for item in common)
    assert common[0].labels == GROUP_NAMES
    assert common[0].readings == 3
    assert not common[0].assessable[GROUP_NAMES.index("nitrite")]


@pytest.mark.parametrize("folder", FOLDERS)
def test_golden_file_and_card_stand_beside_the_model(folder: str, artefacts: Path) -> None:
    golden = np.load(artefacts / folder / "golden.npz")
    answer = load(artefacts / folder).run(golden["intensity"])
    height = golden["aligned"].max(axis=1, keepdims=True)
    for name, values in answer.items():
        scale = height if name == "aligned" else 1.0
        assert np.abs((values - golden[name]) / scale).max() <= golden[f"tolerance/{name}"]
    card = (artefacts / folder / "MODEL_CARD.md").read_text()
    for phrase in (
        "positive when every peak stands too high",
        "20,000 fresh spectra of the recipe `instrument`, seed 7",
        "| all 40 groups right, threshold 0.5 | 71.2% |",
        "| shift error, mean absolute (eV) | 0.031 |",
        "| amide | 120 | 0.90 | 0.80 | 0.85 | 23 % |",
    ):
        assert phrase in card
    assert "azide |" not in card
    assert all(f"`{name}`" in card for name in SHAPES)


def test_tensor_names_without_our_runtime(artefacts: Path, spectra: NDArray[np.float32]) -> None:
    import onnxruntime
    import tensorflow as tf
    from ai_edge_litert.interpreter import Interpreter

    session = onnxruntime.InferenceSession(artefacts / "onnx" / "model.onnx")
    assert [item.name for item in session.get_inputs()] == ["intensity"]
    assert session.get_inputs()[0].shape == ["batch", 6601]
    assert {item.name: tuple(item.shape[1:]) for item in session.get_outputs()} == SHAPES
    assert [item.name for item in session.get_outputs()][:3] == ["probabilities", "shift_ev", "aligned"]
    assert session.get_modelmeta().custom_metadata_map["xps_keras.labels"].split("\n")[:-1] == list(GROUP_NAMES)

    interpreter = Interpreter(str(artefacts / "tflite" / "model.tflite"))
    assert interpreter.get_signature_list() == {"serving_default": {"inputs": ["intensity"], "outputs": sorted(SHAPES)}}
    assert [item["name"] for item in interpreter.get_input_details()] == ["intensity"]
    assert interpreter.get_input_details()[0]["shape_signature"].tolist() == [-1, 6601]
    assert {item["name"] for item in interpreter.get_output_details()} == set(SHAPES)
    embedded = Interpreter(str(artefacts / "tflite-int8-batch1" / "model.tflite"))
    assert embedded.get_input_details()[0]["shape_signature"].tolist() == [1, 6601]

    loaded = tf.saved_model.load(str(artefacts / "saved_model" / "1"))
    assert set(loaded.signatures) == {"serving_default", "classify"}
    everything = loaded.signatures["serving_default"](intensity=tf.constant(spectra))
    classified = loaded.signatures["classify"](intensity=tf.constant(spectra))
    assert set(everything) == set(SHAPES)
    assert set(classified) == set(SHAPES) - {"aligned"}
    np.testing.assert_array_equal(classified["probabilities"], everything["probabilities"])
    labels = artefacts / "saved_model" / "1" / "assets" / "labels.txt"
    assert tuple(labels.read_text().splitlines()) == GROUP_NAMES


def test_tflite_file_is_also_a_zip_with_labels(artefacts: Path) -> None:
    import zipfile

    with zipfile.ZipFile(artefacts / "tflite" / "model.tflite") as archive:
        assert archive.testzip() is None
        assert tuple(archive.read("labels.txt").decode().splitlines()) == GROUP_NAMES


def test_another_process_writes_the_same_artefacts(
    run: Path, artefacts: Path, spectra: NDArray[np.float32], tmp_path: Path
) -> None:
    """TensorFlow numbers its nodes by what a process has done before; nothing of that may reach the artefacts."""
    np.save(tmp_path / "spectra.npy", spectra)
    code = (
        "import sys, numpy as np\nfrom xps_keras.export import export\n"
        "export(sys.argv[1], out=sys.argv[2], quantize=['float16', 'int8'], spectra=np.load(sys.argv[3]), compared=300)"
    )
    arguments = [str(run), str(tmp_path / "again"), str(tmp_path / "spectra.npy")]
    subprocess.run([sys.executable, "-c", code, *arguments], check=True, capture_output=True)
    for file in ("tflite-float16/model.tflite", "tflite-int8/model.tflite", "onnx/model.onnx"):
        assert (tmp_path / "again" / file).read_bytes() == (artefacts / file).read_bytes()
    first, second = load(artefacts / "saved_model"), load(tmp_path / "again" / "saved_model")
    assert first.metadata == second.metadata  # with the hashes of graph and weights


def test_weights_stand_in_an_onnx_file_as_they_are_used(artefacts: Path) -> None:
    """The converter's own order changes from process to process, and with it the hash of the same model."""
    import onnx

    graph = onnx.load(artefacts / "onnx" / "model.onnx").graph
    stored = [value.name for value in graph.initializer]
    read = dict.fromkeys(name for node in graph.node for name in node.input if name in set(stored))
    assert list(read) == stored


@pytest.mark.parametrize("name", FORMATS)
def test_a_format_is_one_object_that_its_writer_knows(name: str) -> None:
    form, writer = ARTEFACT_FORMATS[name], writer_of(name)
    assert writer.format is form
    assert set(writer.tolerances) == set(form.quantizations)


def test_another_model_has_another_hash(run: Path, artefacts: Path) -> None:
    trained = load_trained(run)
    before = load(artefacts / "saved_model").metadata.graph_sha256
    assert graph_sha256(serving_function(graph_of(trained))) == before
    weight = next(weight for weight in trained.model.weights if weight.path.endswith("logits/bias"))
    weight.assign(weight.numpy() + 1e-6)
    assert graph_sha256(serving_function(graph_of(trained))) != before


def test_warm_up_requests_are_what_the_signatures_take(artefacts: Path) -> None:
    import tensorflow as tf
    from tensorflow_serving.apis.prediction_log_pb2 import PredictionLog

    directory = artefacts / "saved_model" / "1"
    loaded = tf.saved_model.load(str(directory))
    records = tf.data.TFRecordDataset(str(directory / "assets.extra" / "tf_serving_warmup_requests"))
    asked = set()
    for record in records:
        request = PredictionLog.FromString(record.numpy()).predict_log.request
        inputs = {name: tf.constant(tf.make_ndarray(tensor)) for name, tensor in request.inputs.items()}
        answer = loaded.signatures[request.model_spec.signature_name](**inputs)
        asked.add((request.model_spec.signature_name, len(answer["probabilities"])))
    assert asked == {(signature, batch) for signature in ("serving_default", "classify") for batch in (1, 64)}


@pytest.mark.parametrize("batch", ["", "-batch1"])
@pytest.mark.parametrize("kind", ["float16", "int8"])
def test_quantizing_shrinks_the_classifier_and_leaves_the_shift_alone(
    kind: str, batch: str, artefacts: Path, spectra: NDArray[np.float32]
) -> None:
    exact, small = (load(artefacts / f"tflite{name}{batch}") for name in ("", f"-{kind}"))
    before, after = exact.run(spectra), small.run(spectra)
    for name in ("shift_ev", "reading_shift_ev", "reading_uncertainty_ev", "reading_weight", "aligned"):
        np.testing.assert_allclose(after[name], before[name], rtol=1e-5, atol=1e-7)
    assert np.abs(after["probabilities"] - before["probabilities"]).max() > 1e-6
    saved = exact.path.stat().st_size - small.path.stat().st_size
    weights = 6601 * 16  # of the classifier; those of the hidden layer lead to the shift
    assert saved == pytest.approx(weights * {"float16": 2, "int8": 3}[kind], rel=0.05)


@pytest.mark.parametrize("kind", FORMATS)
def test_a_model_with_one_reading_has_the_three_outputs_of_the_contract(
    kind: str, plain_run: Path, spectra: NDArray[np.float32], tmp_path: Path
) -> None:
    artefact = export(plain_run, [kind], tmp_path, spectra=spectra)[0]
    assert artefact.path.exists()
    assert artefact.bytes > 10_000
    assert max(artefact.parity_error.values()) < 1e-5
    assert tuple(load(tmp_path).run(spectra)) == OUTPUTS


@pytest.mark.parametrize(
    ("exporter", "quantize", "step"),
    [
        (export_saved_model, "none", 0.01),
        (export_onnx, "none", 0.01),
        (export_tflite, "none", 0.01),
        (export_tflite, "float16", 0.1),
        (export_tflite, "int8", 2.0),
    ],
)
def test_canary_a_disturbed_weight_closes_the_gate(
    exporter: Any, quantize: str, step: float, plain_run: Path, spectra: NDArray[np.float32], tmp_path: Path
) -> None:
    """One weight of the last layer moves between the run of Keras and the conversion."""
    trained = load_trained(plain_run)
    reference = reference_of(trained, spectra)
    bias = next(weight for weight in trained.model.weights if weight.path.endswith("logits/bias"))
    values = bias.numpy()
    values[17] += step
    bias.assign(values)
    with pytest.raises(ModelError, match=r"differs from Keras by .* in probabilities"):
        exporter(trained, tmp_path / "out", quantize=quantize, reference=reference)
    assert list(tmp_path.iterdir()) == []
    exporter(trained, tmp_path / "out", quantize=quantize, reference=reference_of(trained, spectra))
