"""TFLite: one small file for the base install, embedded use and phones."""

import functools
import tempfile
from pathlib import Path

import tensorflow as tf
from ai_edge_litert.tools import flatbuffer_utils

from xps_keras.errors import ModelError
from xps_keras.export.artefact import Writer, export_one
from xps_keras.export.graph import SERVING, Graph
from xps_keras.export.quantize import quantize_weights
from xps_keras.metadata import Metadata
from xps_keras.runtime.base import first_line
from xps_keras.runtime.comparing import Tolerance
from xps_keras.runtime.sealing import sha256
from xps_keras.runtime.serving_graph import graph_of
from xps_keras.runtime.tflite import TFLITE


def write(graph: Graph, file: Path, metadata: Metadata) -> str:
    """Write a TFLite file.

    Args:
        graph: The graph.
        file: The file.
        metadata: Says how weights are stored, and the batch.

    Returns:
        The graph's hash.

    Raises:
        ModelError: When the graph needs an operation beyond the built-in ones.
    """
    flatbuffer = convert(graph, metadata.batch)
    if metadata.quantization != "none":
        flatbuffer = quantize_weights(flatbuffer, metadata.quantization)
    file.write_bytes(flatbuffer)
    return sha256(flatbuffer)


@functools.lru_cache(maxsize=2)  # free and fixed batch: every quantisation starts from the same graph
def convert(graph: Graph, batch: int | None) -> bytes:
    """Convert a graph by way of a SavedModel, so that signature and names are those of the contract.

    Args:
        graph: The graph.
        batch: Spectra per call, None for any.

    Returns:
        The float32 flatbuffer.

    Raises:
        ModelError: When the graph needs an operation beyond the built-in ones.
    """
    module = tf.Module()
    module.weights_of_graph = [weight.value for weight in graph_of(graph.model).weights]
    function = graph.function(batch=batch, double=TFLITE.double)
    with tempfile.TemporaryDirectory() as temporary:
        tf.saved_model.save(module, temporary, signatures={SERVING: function})
        converter = tf.lite.TFLiteConverter.from_saved_model(temporary, signature_keys=[SERVING])
        converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS]
        try:
            return name_tensors(bytes(converter.convert()))
        except Exception as error:  # the converter's errors share no base class below Exception
            raise ModelError(f"TFLite cannot hold this graph ({first_line(error)}); nothing was written.") from error


def name_tensors(flatbuffer: bytes) -> bytes:
    """Give the input and output tensors the names of the contract.

    The converter calls them ``serving_default_intensity:0`` and ``StatefulPartitionedCall:1``; programs that know no
    signatures (the older C API, OpenVINO) see these names.

    Args:
        flatbuffer: The converted graph.

    Returns:
        The same graph with the signature's names on its tensors.
    """
    model = flatbuffer_utils.read_model_from_bytearray(bytearray(flatbuffer))
    for signature in model.signatureDefs:
        tensors = model.subgraphs[signature.subgraphIndex].tensors
        for entry in [*signature.inputs, *signature.outputs]:
            tensors[entry.tensorIndex].name = entry.name
    return bytes(flatbuffer_utils.convert_object_to_bytearray(model))


WRITER = Writer(
    TFLITE,
    write,
    # What the shift depends on is float32 in all of them, so only probabilities differ.
    {
        "none": Tolerance(probability=1e-4, weight=1e-4, shift_ev=1e-3, aligned=1e-3, decisions=1e-4),
        "float16": Tolerance(probability=5e-3, weight=1e-4, shift_ev=1e-3, aligned=1e-3, decisions=5e-4),
        "int8": Tolerance(probability=0.1, weight=1e-4, shift_ev=1e-3, aligned=1e-3, decisions=1e-3),
    },
)
"""The format's writer."""
export_tflite = functools.partial(export_one, WRITER)
"""Write a trained model as a TFLite file, ``<path>/model.tflite``; see ``export_one``."""
