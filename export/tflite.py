"""TFLite: one small file for the base install, embedded use and phones."""

import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.tools import flatbuffer_utils
from numpy.typing import NDArray

from xps_keras.errors import InputError
from xps_keras.export.artefact import Artifact, produce
from xps_keras.export.saved_model import SERVING, write_saved_model
from xps_keras.metadata import Metadata
from xps_keras.runtime.sealing import seal_tflite

MODEL_FILE = "model.tflite"
_OPERATORS = {code: name for name, code in vars(schema.BuiltinOperator).items() if not name.startswith("_")}


def export_tflite(
    graph: Any,
    path: str | Path,
    *,
    metadata: Metadata,
    spectra: NDArray[np.float32],
    quantize: str = "none",
    evaluation: Mapping[str, Any] | None = None,
    force: bool = False,
) -> Artifact:
    """Write the serving graph as a TFLite file, ``<path>/model.tflite``.

    Args:
        graph: Keras model of ``serving_graph``.
        path: Folder of the artefact.
        metadata: Metadata of the trained model.
        spectra: Spectra for the comparison with Keras, shape ``(n, 6601)``, n above 11.
        quantize: ``none``, ``float16`` (weights at half size) or ``int8`` (dynamic range: weights at a quarter, the
            input stays float32).
        evaluation: Content of ``evaluation.json``, for the model card.
        force: Replace an earlier export.

    Returns:
        The artefact.

    Raises:
        InputError: When ``path`` stands already, the graph needs an operation beyond the built-in ones, or the
            artefact does not agree with Keras.
    """
    flatbuffer = name_tensors(convert(graph, metadata, quantize))
    foreign = custom_operators(flatbuffer)
    if foreign:
        raise InputError(
            f"The TFLite graph needs {', '.join(foreign)}, which plain TFLite runtimes do not have; nothing was "
            "written; build the model from operations that TFLite has built in."
        )

    def seal(folder: Path, final: Metadata) -> Path:
        file = folder / MODEL_FILE
        file.write_bytes(seal_tflite(flatbuffer, final))
        return file

    described = replace(metadata, format="tflite", quantization=quantize)
    return produce(graph, Path(path), seal, described, spectra, evaluation, force)


def convert(graph: Any, metadata: Metadata, quantize: str) -> bytes:
    """Convert the serving graph by way of a SavedModel, so that signature and names are those of the contract.

    Args:
        graph: Keras model of ``serving_graph``.
        metadata: Metadata of the trained model.
        quantize: ``none``, ``float16`` or ``int8``.

    Returns:
        The flatbuffer, batch free.
    """
    with tempfile.TemporaryDirectory() as temporary:
        directory = Path(temporary) / "model"
        write_saved_model(graph, directory, metadata)
        converter = tf.lite.TFLiteConverter.from_saved_model(str(directory), signature_keys=[SERVING])
        converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS]
        if quantize != "none":
            converter.optimizations = [tf.lite.Optimize.DEFAULT]
        if quantize == "float16":
            converter.target_spec.supported_types = [tf.float16]
        try:
            return bytes(converter.convert())
        except Exception as error:  # the converter's errors share no base class below Exception
            line = (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(". ")
            raise InputError(f"TFLite cannot hold this graph ({line}); nothing was written.") from error


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


def operators(flatbuffer: bytes) -> list[str]:
    """List the operations of a TFLite graph from its own operator table, custom ones (Flex among them) by their name.

    Args:
        flatbuffer: A TFLite flatbuffer, with or without anything appended.

    Returns:
        Names, sorted; custom operations read ``CUSTOM:FlexErf``.
    """
    model = schema.Model.GetRootAs(flatbuffer, 0)
    names = set()
    for index in range(model.OperatorCodesLength()):
        code = model.OperatorCodes(index)
        # The newer field holds codes above 127, older files fill only the deprecated one.
        builtin = max(code.BuiltinCode(), code.DeprecatedBuiltinCode())
        custom = code.CustomCode()
        names.add(f"CUSTOM:{custom.decode()}" if custom else _OPERATORS.get(builtin, f"UNKNOWN:{builtin}"))
    return sorted(names)


def custom_operators(flatbuffer: bytes) -> list[str]:
    """Return the operations that a runtime with the built-in ones alone cannot run."""
    return [name for name in operators(flatbuffer) if name.startswith(("CUSTOM", "UNKNOWN"))]
