"""ONNX: for ONNX Runtime in C#, C++, Java and JavaScript."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import onnx
import tf2onnx
from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

from xps_keras.errors import InputError
from xps_keras.export.artefact import Artifact, produce
from xps_keras.export.parity import Reference
from xps_keras.metadata import INTENSITY, Metadata
from xps_keras.runtime.operators import operators_of_onnx
from xps_keras.runtime.sealing import onnx_properties, seal_onnx, sha256
from xps_keras.runtime.serving_graph import graph_of, serving_function
from xps_keras.runtime.trained import Trained

MODEL_FILE = "model.onnx"
OPSET = 17
"""Version of the operator set: read by ONNX Runtime from 1.12 (2022) on and by OpenVINO."""


def export_onnx(
    model: Trained,
    path: str | Path,
    *,
    quantize: str = "none",
    batch: int | None = None,
    reference: Reference | None = None,
    force: bool = False,
) -> Artifact:
    """Write the serving graph as an ONNX file, ``<path>/model.onnx``.

    Args:
        model: The trained model.
        path: Folder of the artefact.
        quantize: ``none``; ONNX files stay float32.
        batch: None; ONNX files take any batch.
        reference: What Keras gives, for the comparison; None draws probes and asks it.
        force: Replace an earlier export.

    Returns:
        The artefact.

    Raises:
        InputError: When ``path`` stands already, the graph needs an operation beyond the standard, or the artefact
            does not agree with Keras.
    """
    if quantize != "none" or batch is not None:
        raise InputError("An ONNX file holds float32 weights and takes any batch; choose the format tflite for others.")
    content = convert(graph_of(model), model.metadata).SerializeToString(deterministic=True)

    def seal(folder: Path, final: Metadata) -> Path:
        # Serialised messages may be joined: a second one that holds nothing but properties adds them to the first,
        # and the first keeps its bytes and its hash.
        tail = onnx.ModelProto()
        onnx.helper.set_model_props(tail, onnx_properties(content, final))
        file = folder / MODEL_FILE
        file.write_bytes(seal_onnx(content, tail.SerializeToString(deterministic=True)))
        return file

    described = replace(
        model.metadata,
        format="onnx",
        quantization="none",
        graph_sha256=sha256(content),
        operators=operators_of_onnx(content),
    )
    return produce(model, Path(path), seal, described, reference, force)


def convert(graph: Any, metadata: Metadata) -> Any:
    """Convert the serving graph to ONNX.

    Args:
        graph: Keras model of ``serving_graph``.
        metadata: Metadata of the trained model, for the order of the outputs.

    Returns:
        The checked ``ModelProto``, without properties; batch free under the name ``batch``, outputs in the contract's
        order.

    Raises:
        InputError: When the graph needs an operation beyond the standard.
    """
    function = serving_function(graph)
    # Frozen before tf2onnx sees it: it would make an input of every constant tensor that a layer brings along.
    concrete = function.get_concrete_function()
    frozen = convert_variables_to_constants_v2(concrete)
    proto, _ = tf2onnx.convert.from_function(
        SimpleNamespace(get_concrete_function=lambda *_: frozen), input_signature=function.input_signature, opset=OPSET
    )
    unknown = custom_operators(proto)
    if unknown:
        raise InputError(
            f"The ONNX graph needs {', '.join(unknown)}, which opset {OPSET} does not have; nothing was written; "
            "build the model from standard operations."
        )
    # Freezing loses the names; TensorFlow flattens a dictionary in the order of its keys.
    names = sorted(concrete.structured_outputs)
    outputs = {tensor.name: name for tensor, name in zip(frozen.outputs, names, strict=True)}
    _rename(proto.graph, {frozen.inputs[0].name: INTENSITY, **outputs})
    by_name = {value.name: value for value in proto.graph.output}
    ordered = [by_name[name] for name in metadata.outputs]
    del proto.graph.output[:]
    proto.graph.output.extend(ordered)
    for value in [*proto.graph.input, *proto.graph.output]:
        value.type.tensor_type.shape.dim[0].dim_param = "batch"
    onnx.checker.check_model(proto, full_check=True)
    return proto


def _rename(graph: Any, names: Mapping[str, str]) -> None:
    """Give the named values their new names and number all else, wherever a name is written or read.

    The converter's own names count the conversions of the process, so that equal models gave unequal files.
    """
    everything = [value.name for value in graph.initializer]
    everything += [name for node in graph.node for name in node.output]
    names = {name: f"value_{number}" for number, name in enumerate(everything)} | {"": "", **names}
    for value in [*graph.input, *graph.output, *graph.initializer]:
        value.name = names[value.name]
    for number, node in enumerate(graph.node):
        node.name = f"{node.op_type}_{number}"
        node.input[:] = [names[name] for name in node.input]
        node.output[:] = [names[name] for name in node.output]
    del graph.value_info[:]
    graph.name, graph.doc_string = "xps_keras", ""


def custom_operators(proto: Any) -> list[str]:
    """Return the operations of a ``ModelProto`` that the ONNX standard does not have at ``OPSET``.

    The converter leaves TensorFlow operations it does not know in the standard's domain, so the domain alone says
    nothing.
    """
    used = {(node.domain, node.op_type) for node in proto.graph.node}
    return sorted(name for domain, name in used if domain or not onnx.defs.has(name, OPSET, domain))
