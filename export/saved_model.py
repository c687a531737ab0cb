"""SavedModel: for TensorFlow Serving and everything that links TensorFlow."""

import graphlib
import hashlib
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import tensorflow as tf
from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

from xps_keras.errors import InputError
from xps_keras.export.artefact import Artifact, produce
from xps_keras.export.parity import Reference
from xps_keras.export.warm_up import write_warm_up
from xps_keras.metadata import ALIGNED, Metadata, to_json
from xps_keras.runtime.operators import operators_of_saved_model
from xps_keras.runtime.sealing import LABELS_FILE, METADATA_FILE, labels_text, seal_saved_model, sha256
from xps_keras.runtime.serving_graph import graph_of, serving_function
from xps_keras.runtime.trained import Trained

SERVING = "serving_default"
"""Signature with all outputs."""
CLASSIFY = "classify"
"""Signature without ``aligned``, which makes up most of an answer's size."""
VERSION = "1"
"""Name of the version directory; model servers want a number."""


def export_saved_model(
    model: Trained,
    path: str | Path,
    *,
    quantize: str = "none",
    batch: int | None = None,
    reference: Reference | None = None,
    force: bool = False,
) -> Artifact:
    """Write the serving graph as a SavedModel, ``<path>/1``.

    Args:
        model: The trained model.
        path: Folder of the artefact.
        quantize: ``none``; SavedModels stay float32.
        batch: None; a server puts requests of any size together.
        reference: What Keras gives, for the comparison; None draws probes and asks it.
        force: Replace an earlier export.

    Returns:
        The artefact.

    Raises:
        InputError: When ``path`` stands already, or the artefact does not agree with Keras.
    """
    if quantize != "none" or batch is not None:
        raise InputError("A SavedModel holds float32 weights and takes any batch; choose the format tflite for others.")
    graph = graph_of(model)
    described = replace(model.metadata, format="saved_model", quantization="none", graph_sha256=graph_sha256(graph))
    with tempfile.TemporaryDirectory() as temporary:
        written = Path(temporary) / VERSION
        write_saved_model(graph, written, described)
        write_warm_up(written, described.name, (SERVING, CLASSIFY))
        operators = operators_of_saved_model((written / "saved_model.pb").read_bytes())

        def seal(folder: Path, final: Metadata) -> Path:
            directory = folder / VERSION
            shutil.copytree(written, directory, dirs_exist_ok=True)
            seal_saved_model(directory, final)
            return directory

        return produce(model, Path(path), seal, replace(described, operators=operators), reference, force)


def graph_sha256(graph: Any) -> str:
    """Hash a graph with its weights, whatever TensorFlow calls its nodes, and in whatever order it keeps them.

    Args:
        graph: Keras model of ``serving_graph``.

    Returns:
        SHA-256, hexadecimal. Every node is hashed with its operation, its attributes and the hashes of its sources;
        the hash of the graph is that of its outputs by name.
    """
    concrete = serving_function(graph).get_concrete_function()
    frozen = convert_variables_to_constants_v2(concrete)
    nodes = {node.name: node for node in frozen.graph.as_graph_def().node}
    sources = {name: [source.lstrip("^").partition(":") for source in node.input] for name, node in nodes.items()}
    order = graphlib.TopologicalSorter({name: [source for source, _, _ in sources[name]] for name in nodes})
    hashes: dict[str, bytes] = {}
    for name in order.static_order():
        digest = hashlib.sha256(nodes[name].op.encode())
        for source, _, port in sources[name]:
            digest.update(hashes[source] + (port or "0").encode())
        for key in sorted(key for key in nodes[name].attr if not key.startswith("_")):
            digest.update(key.encode() + nodes[name].attr[key].SerializeToString(deterministic=True))
        hashes[name] = digest.digest()
    outputs = zip(sorted(concrete.structured_outputs), frozen.outputs, strict=True)
    return sha256(b"".join(name.encode() + hashes[tensor.op.name] for name, tensor in outputs))


def write_saved_model(graph: Any, directory: Path, metadata: Metadata) -> None:
    """Write a SavedModel with both signatures, labels and metadata as assets.

    ``tf.Module`` takes the place of ``keras.export.ExportArchive``, which has no public way to add assets.

    Args:
        graph: Keras model of ``serving_graph``.
        directory: The version directory, which does not exist yet.
        metadata: What the artefact says about itself.
    """
    sources = directory.with_name(f"{directory.name}-assets")
    sources.mkdir(parents=True)
    (sources / LABELS_FILE).write_text(labels_text(metadata), encoding="utf-8")
    (sources / METADATA_FILE).write_text(to_json(metadata), encoding="utf-8")
    module = tf.Module(name="xps_keras")
    module.weights_of_graph = [weight.value for weight in graph.weights]
    module.assets = [tf.saved_model.Asset(str(sources / name)) for name in (LABELS_FILE, METADATA_FILE)]
    signatures = {SERVING: serving_function(graph), CLASSIFY: serving_function(graph, leave_out=(ALIGNED,))}
    tf.saved_model.save(module, str(directory), signatures=signatures)
    for file in sources.iterdir():
        file.unlink()
    sources.rmdir()
