"""TFLite: one small file for the base install, embedded use and phones."""

import functools
import tempfile
from dataclasses import replace
from pathlib import Path

import tensorflow as tf
from ai_edge_litert.tools import flatbuffer_utils

from xps_keras.errors import InputError
from xps_keras.export.artefact import Artifact, produce
from xps_keras.export.parity import Reference
from xps_keras.export.quantize import quantize_weights
from xps_keras.export.saved_model import SERVING
from xps_keras.metadata import Metadata
from xps_keras.runtime.base import first_line
from xps_keras.runtime.operators import operators_of_tflite
from xps_keras.runtime.sealing import seal_tflite, sha256
from xps_keras.runtime.serving_graph import graph_of, serving_function
from xps_keras.runtime.trained import Trained

MODEL_FILE = "model.tflite"


def export_tflite(
    model: Trained,
    path: str | Path,
    *,
    quantize: str = "none",
    batch: int | None = None,
    reference: Reference | None = None,
    force: bool = False,
) -> Artifact:
    """Write the serving graph as a TFLite file, ``<path>/model.tflite``.

    Args:
        model: The trained model.
        path: Folder of the artefact.
        quantize: ``none``, ``float16`` (weights at half size) or ``int8`` (dynamic range: weights at a quarter, input
            and outputs stay float32). The layers that the shift depends on are float32 in all three.
        batch: Spectra per call; None for any. A fixed number, 1 for embedded use, takes all work on shapes out of the
            graph, which then runs in about two thirds of the time.
        reference: What Keras gives, for the comparison; None draws probes and asks it.
        force: Replace an earlier export.

    Returns:
        The artefact.

    Raises:
        InputError: When ``path`` stands already, the graph needs an operation beyond the built-in ones, or the
            artefact does not agree with Keras.
    """
    flatbuffer = convert(model, batch)
    if quantize != "none":
        flatbuffer = quantize_weights(flatbuffer, quantize)

    def seal(folder: Path, final: Metadata) -> Path:
        file = folder / MODEL_FILE
        file.write_bytes(seal_tflite(flatbuffer, final))
        return file

    described = replace(
        model.metadata,
        format="tflite",
        quantization=quantize,
        batch=batch,
        graph_sha256=sha256(flatbuffer),
        operators=operators_of_tflite(flatbuffer),
    )
    return produce(model, Path(path), seal, described, reference, force)


@functools.lru_cache(maxsize=2)  # free and fixed batch: every quantisation starts from the same graph
def convert(model: Trained, batch: int | None) -> bytes:
    """Convert the serving graph by way of a SavedModel, so that signature and names are those of the contract.

    Args:
        model: The trained model.
        batch: Spectra per call, None for any.

    Returns:
        The float32 flatbuffer.
    """
    graph = graph_of(model)
    module = tf.Module()
    module.weights_of_graph = [weight.value for weight in graph.weights]
    with tempfile.TemporaryDirectory() as temporary:
        tf.saved_model.save(module, temporary, signatures={SERVING: serving_function(graph, batch=batch)})
        converter = tf.lite.TFLiteConverter.from_saved_model(temporary, signature_keys=[SERVING])
        converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS]
        try:
            return name_tensors(bytes(converter.convert()))
        except Exception as error:  # the converter's errors share no base class below Exception
            raise InputError(f"TFLite cannot hold this graph ({first_line(error)}); nothing was written.") from error


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
