"""SavedModel: for TensorFlow Serving and everything that links TensorFlow."""

import functools
import graphlib
import hashlib
from pathlib import Path
from typing import Any

import tensorflow as tf
from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

from xps_keras.export.artefact import Writer, export_one
from xps_keras.export.graph import SERVING, Graph
from xps_keras.export.parity import EXACT
from xps_keras.export.warm_up import write_warm_up
from xps_keras.metadata import Metadata, to_json
from xps_keras.runtime.saved_model import SAVED_MODEL
from xps_keras.runtime.sealing import LABELS_FILE, METADATA_FILE, labels_text, sha256
from xps_keras.runtime.serving_graph import graph_of


def write(graph: Graph, directory: Path, metadata: Metadata) -> str:
    """Write a SavedModel with all signatures, labels and metadata as assets, and warm-up requests for batches.

    ``tf.Module`` takes the place of ``keras.export.ExportArchive``, which has no public way to add assets.

    Args:
        graph: The graph.
        directory: The version directory, which does not exist yet.
        metadata: What the artefact says about itself.

    Returns:
        The graph's hash.
    """
    sources = directory.with_name(f"{directory.name}-assets")
    sources.mkdir(parents=True)
    (sources / LABELS_FILE).write_text(labels_text(metadata), encoding="utf-8")
    (sources / METADATA_FILE).write_text(to_json(metadata), encoding="utf-8")
    module = tf.Module(name=graph.title)
    module.weights_of_graph = [weight.value for weight in graph_of(graph.model).weights]
    module.assets = [tf.saved_model.Asset(str(sources / name)) for name in (LABELS_FILE, METADATA_FILE)]
    signatures = {name: graph.function(leave_out=left) for name, left in graph.signatures.items()}
    tf.saved_model.save(module, str(directory), signatures=signatures)
    if graph.batched:
        write_warm_up(directory, metadata.name, tuple(signatures))
    return graph_sha256(signatures[SERVING])


def graph_sha256(function: Any) -> str:
    """Hash a graph with its weights, whatever TensorFlow calls its nodes, and in whatever order it keeps them.

    Args:
        function: A ``tf.function`` with its input signature.

    Returns:
        SHA-256, hexadecimal. Every node is hashed with its operation, its attributes and the hashes of its sources;
        the hash of the graph is that of its outputs by name.
    """
    concrete = function.get_concrete_function()
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


WRITER = Writer(SAVED_MODEL, write, {"none": EXACT})
"""The format's writer."""
export_saved_model = functools.partial(export_one, WRITER)
"""Write a trained model as a SavedModel, ``<path>/1``; see ``export_one``."""
