"""A second graph for programs that hold a measured spectrum and nothing else: two columns in, the answer out.

Inside: cutting into regions, turning them round, the choice of regions and lines, even grids, background subtraction,
stitching onto the axis, the model, calibration, and the judgement of every group. Outside: reading files, kinetic
energies, division by dwell time and scans, other references than 285.0 eV, warnings, evidence.
"""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import onnx
import tensorflow as tf
import tf2onnx
from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

from xps_keras.analysis.evidence import LEAST_COVERAGE, main_lines
from xps_keras.axis import AXIS
from xps_keras.errors import InputError
from xps_keras.export import onnx as plain_onnx
from xps_keras.export import tflite as plain_tflite
from xps_keras.export.artefact import Artifact, install, refuse_existing, staging
from xps_keras.export.parity import TOLERANCES
from xps_keras.export.raw_channels import channels
from xps_keras.export.raw_probes import Columns, as_spectrum, raw_probes
from xps_keras.export.saved_model import SERVING, VERSION
from xps_keras.groups import GROUPS
from xps_keras.metadata import PROBABILITIES, SHIFT_EV, Metadata, to_json
from xps_keras.preprocessing.channels import to_channels
from xps_keras.runtime.comparing import compare
from xps_keras.runtime.operators import (
    custom_operators,
    operators_of_onnx,
    operators_of_saved_model,
    operators_of_tflite,
)
from xps_keras.runtime.raw import (
    BINDING_ENERGY,
    CHANNELS,
    MEASURED,
    RAW,
    RAW_INTENSITY,
    STATUS,
    USABLE,
    RawRuntime,
    load_raw,
)
from xps_keras.runtime.sealing import (
    LABELS_FILE,
    METADATA_FILE,
    labels_text,
    onnx_properties,
    seal_onnx,
    seal_saved_model,
    seal_tflite,
    sha256,
)
from xps_keras.runtime.verifying import GOLDEN_FILE, write_sums
from xps_keras.training.serving_graph import graph_of
from xps_keras.training.trained import Trained

RAW_FORMATS = ("saved_model", "onnx", "tflite")
"""What holds the graph."""
CHANNEL_TOLERANCE = 1e-4
"""Largest difference of ``channels`` from what Python makes of a spectrum, as a fraction of the spectrum's maximum."""

Seal = Callable[[Metadata], Path]
"""Writes the model with the given metadata and returns its path."""


def export_raw(
    model: Trained,
    path: str | Path,
    *,
    kind: str = "saved_model",
    spectra: list[Columns] | None = None,
    force: bool = False,
) -> Artifact:
    """Write the graph that takes a measured spectrum.

    Args:
        model: The trained model; its thresholds and what is assessable go into the graph.
        path: Folder of the artefact.
        kind: One of ``RAW_FORMATS``.
        spectra: Measured spectra for the comparison with Python; None takes ``raw_probes``.
        force: Replace an earlier export.

    Returns:
        The artefact. ``metadata.format`` is the format's name with ``-raw``.

    Raises:
        InputError: When ``path`` stands already, there is no such format, the graph needs an operation that the format
            has not built in, or the artefact does not agree with Python.
    """
    if kind not in RAW_FORMATS:
        raise InputError(f"There is no raw format `{kind}`; choose from {', '.join(RAW_FORMATS)}.")
    path = Path(path)
    refuse_existing(path, force)
    spectra = raw_probes() if spectra is None else spectra
    writer = {"saved_model": _saved_model, "onnx": _onnx, "tflite": _tflite}[kind]
    described = replace(model.metadata, format=kind + RAW, quantization="none")
    with staging(path) as folder:
        seal, described = writer(graph_of(model), folder, described)
        foreign = custom_operators(described.operators)
        if foreign:
            raise InputError(
                f"The raw {kind} graph needs {', '.join(foreign)}, which plain runtimes do not have; nothing was "
                "written."
            )
        file = seal(described)
        errors, golden = _measure(graph_of(model), load_raw(file), spectra, kind)
        described = replace(described, parity_error=errors)
        seal(described)
        if load_raw(file).metadata != described:
            raise InputError(f"The metadata did not survive in the raw {kind} artefact; nothing was written.")
        (folder / METADATA_FILE).write_text(to_json(described), encoding="utf-8")
        tolerance = TOLERANCES[kind, "none"]
        allowed = {
            f"tolerance/{name}": np.float64(CHANNEL_TOLERANCE if name == CHANNELS else tolerance.of(name))
            for name in errors
        }
        arrays: dict[str, Any] = {BINDING_ENERGY: spectra[0][0], RAW_INTENSITY: spectra[0][1], **golden, **allowed}
        np.savez_compressed(folder / GOLDEN_FILE, **arrays)
        write_sums(folder)
        size = sum(part.stat().st_size for part in ([file] if file.is_file() else file.rglob("*")) if part.is_file())
        install(folder, path)
    return Artifact(described.format, "none", path / file.relative_to(folder), size, errors, described)


def raw_function(graph: Any, metadata: Metadata, kind: Any = tf.float64) -> Any:
    """Return a ``tf.function`` from ``binding_energy`` and ``intensity`` to a dictionary of outputs.

    Args:
        graph: Keras model of ``serving_graph``.
        metadata: Thresholds, and which groups are assessable.
        kind: Type of the inputs and of the stitching.
    """

    def serve(binding_energy: Any, intensity: Any) -> dict[str, Any]:
        values, measured, usable = channels(binding_energy, intensity)
        spectrum = tf.cast(values, tf.float32)[None, :]
        outputs = dict(graph(spectrum, training=False))
        outputs[CHANNELS] = spectrum
        outputs[MEASURED] = tf.cast(measured, tf.float32)[None, :]
        outputs[STATUS] = _status(outputs[PROBABILITIES], outputs[SHIFT_EV], outputs[MEASURED], metadata)
        outputs[USABLE] = tf.cast(usable, tf.int32)[None]
        return {name: tf.identity(value, name) for name, value in outputs.items()}

    signature = [tf.TensorSpec((None,), kind, name=name) for name in (BINDING_ENERGY, RAW_INTENSITY)]
    return tf.function(serve, input_signature=signature, autograph=False)


def _status(probabilities: Any, shift_ev: Any, measured: Any, metadata: Metadata) -> Any:
    """Judge the groups as ``analyze`` does: threshold, training polymers, whether the element's line was measured."""
    lines = main_lines(metadata.lines)
    inset = {name: 0.25 * (line.window_high_ev - line.window_low_ev) for name, line in lines.items()}
    low = tf.constant([line.window_low_ev + inset[name] for name, line in lines.items()], tf.float32) + shift_ev
    high = tf.constant([line.window_high_ev - inset[name] for name, line in lines.items()], tf.float32) + shift_ev
    first, last = (
        tf.minimum(tf.maximum(tf.cast(tf.round((ev - AXIS.low_ev) / AXIS.step_ev), tf.int32), 0), AXIS.size - 1)
        for ev in (low, high)
    )
    total = tf.concat([tf.zeros((1, 1)), tf.cumsum(measured, 1)], 1)
    share = tf.gather(total, last[0] + 1, axis=1) - tf.gather(total, first[0], axis=1)
    there = share / tf.cast(last - first + 1, tf.float32) >= LEAST_COVERAGE
    there &= (high >= AXIS.low_ev) & (low <= AXIS.high_ev)
    needed = np.array([[float(name in group.elements) for name in lines] for group in GROUPS], np.float32)
    missing = tf.matmul(1.0 - tf.cast(there, tf.float32), needed, transpose_b=True)
    # An element without a line that the model knows can never be measured.
    known = [set(group.elements) <= set(lines) for group in GROUPS]
    assessable = (missing < 0.5) & tf.constant((np.array(metadata.assessable) & known)[None])
    present = tf.cast(probabilities >= tf.constant([metadata.thresholds], tf.float32), tf.int32)
    return tf.where(assessable, present, -tf.ones_like(present))


def _saved_model(graph: Any, folder: Path, metadata: Metadata) -> tuple[Seal, Metadata]:
    sources = folder / "assets"
    sources.mkdir()
    (sources / LABELS_FILE).write_text(labels_text(metadata), encoding="utf-8")
    (sources / METADATA_FILE).write_text(to_json(metadata), encoding="utf-8")
    module = tf.Module(name="xps_keras_raw")
    module.weights_of_graph = [weight.value for weight in graph.weights]
    module.assets = [tf.saved_model.Asset(str(sources / name)) for name in (LABELS_FILE, METADATA_FILE)]
    tf.saved_model.save(module, str(folder / VERSION), signatures={SERVING: raw_function(graph, metadata)})
    shutil.rmtree(sources)
    operators = operators_of_saved_model((folder / VERSION / "saved_model.pb").read_bytes())

    def seal(final: Metadata) -> Path:
        seal_saved_model(folder / VERSION, final)
        return folder / VERSION

    return seal, replace(metadata, operators=operators)


def _onnx(graph: Any, folder: Path, metadata: Metadata) -> tuple[Seal, Metadata]:
    function = raw_function(graph, metadata)
    concrete = function.get_concrete_function()
    frozen = convert_variables_to_constants_v2(concrete)
    proto, _ = tf2onnx.convert.from_function(
        SimpleNamespace(get_concrete_function=lambda *_: frozen),
        input_signature=function.input_signature,
        opset=plain_onnx.OPSET,
    )
    foreign = plain_onnx.custom_operators(proto)
    if foreign:
        raise InputError(
            f"The raw ONNX graph needs {', '.join(foreign)}, which opset {plain_onnx.OPSET} does not have."
        )
    outputs = {
        tensor.name: name for tensor, name in zip(frozen.outputs, sorted(concrete.structured_outputs), strict=True)
    }
    inputs = {tensor.name: tensor.name.split(":")[0] for tensor in frozen.inputs}
    plain_onnx._rename(proto.graph, {**inputs, **outputs})
    for value in proto.graph.input:
        value.type.tensor_type.shape.dim[0].dim_param = "n"
    onnx.checker.check_model(proto, full_check=True)
    content = proto.SerializeToString(deterministic=True)

    def seal(final: Metadata) -> Path:
        tail = onnx.ModelProto()
        onnx.helper.set_model_props(tail, onnx_properties(content, final))
        file = folder / plain_onnx.MODEL_FILE
        file.write_bytes(seal_onnx(content, tail.SerializeToString(deterministic=True)))
        return file

    return seal, replace(metadata, graph_sha256=sha256(content), operators=operators_of_onnx(content))


def _tflite(graph: Any, folder: Path, metadata: Metadata) -> tuple[Seal, Metadata]:
    function = raw_function(graph, metadata, tf.float32)
    module = tf.Module(name="xps_keras_raw")
    module.weights_of_graph = [weight.value for weight in graph.weights]
    directory = folder / "converted"
    tf.saved_model.save(module, str(directory), signatures={SERVING: function})
    converter = tf.lite.TFLiteConverter.from_saved_model(str(directory), signature_keys=[SERVING])
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS]
    flatbuffer = plain_tflite.name_tensors(bytes(converter.convert()))
    shutil.rmtree(directory)

    def seal(final: Metadata) -> Path:
        file = folder / plain_tflite.MODEL_FILE
        file.write_bytes(seal_tflite(flatbuffer, final))
        return file

    return seal, replace(metadata, graph_sha256=sha256(flatbuffer), operators=operators_of_tflite(flatbuffer))


def _measure(
    graph: Any, runtime: RawRuntime, spectra: list[Columns], kind: str
) -> tuple[dict[str, float], dict[str, Any]]:
    """Compare with Python and Keras; return the largest differences and the answer to the first."""
    worst: dict[str, float] = {}
    answers = [runtime.run(*columns) for columns in spectra]
    thresholds = np.asarray(runtime.metadata.thresholds, np.float32)
    for columns, answer in zip(spectra, answers, strict=True):
        expected = to_channels(as_spectrum(columns))
        error = float(np.abs(answer[CHANNELS][0] - expected.intensity).max() / expected.intensity.max())
        if not error <= CHANNEL_TOLERANCE or not np.array_equal(answer[MEASURED][0] > 0, expected.measured):
            raise InputError(
                f"The raw {kind} artefact resamples differently from Python ({error:.2g} of the maximum), so nothing "
                "was written; choose another format."
            )
        if not answer[USABLE][0]:
            raise InputError(f"The raw {kind} artefact refuses a spectrum that Python takes; nothing was written.")
        # Keras is given the channels of the artefact: their difference from Python's has its own line above.
        reference = {name: np.asarray(value) for name, value in graph(answer[CHANNELS], training=False).items()}
        measured = {name: answer[name] for name in reference}
        found = compare(reference, measured, TOLERANCES[kind, "none"], thresholds, f"raw {kind}")
        for name, value in {**found, CHANNELS: error}.items():
            worst[name] = max(worst.get(name, 0.0), value)
    return worst, answers[0]
