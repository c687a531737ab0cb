"""ONNX: for ONNX Runtime in C#, C++, Java and JavaScript."""

import functools
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import onnx
import tf2onnx
from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

from xps_keras.errors import ModelError
from xps_keras.export.artefact import Writer, export_one
from xps_keras.export.graph import Graph
from xps_keras.export.parity import EXACT
from xps_keras.metadata import Metadata
from xps_keras.runtime.onnx import ONNX
from xps_keras.runtime.sealing import sha256

OPSET = 17
"""Version of the operator set: read by ONNX Runtime from 1.12 (2022) on and by OpenVINO."""


def write(graph: Graph, file: Path, metadata: Metadata) -> str:
    """Write an ONNX file without properties.

    Args:
        graph: The graph.
        file: The file.
        metadata: Not asked: weights are float32 and any batch is taken.

    Returns:
        The graph's hash.

    Raises:
        ModelError: When the graph needs an operation beyond the standard.
    """
    content: bytes = convert(graph).SerializeToString(deterministic=True)
    file.write_bytes(content)
    return sha256(content)


def convert(graph: Graph) -> Any:
    """Convert a graph to ONNX.

    Args:
        graph: The graph.

    Returns:
        The checked ``ModelProto``, without properties; the free size under its name, outputs in the graph's order.

    Raises:
        ModelError: When the graph needs an operation beyond the standard.
    """
    function = graph.function()
    # Frozen before tf2onnx sees it: it would make an input of every constant tensor that a layer brings along.
    concrete = function.get_concrete_function()
    frozen = convert_variables_to_constants_v2(concrete)
    proto, _ = tf2onnx.convert.from_function(
        SimpleNamespace(get_concrete_function=lambda *_: frozen), input_signature=function.input_signature, opset=OPSET
    )
    unknown = custom_operators(proto)
    if unknown:
        raise ModelError(
            f"The ONNX graph needs {', '.join(unknown)}, which opset {OPSET} does not have; nothing was written; "
            "build the model from standard operations."
        )
    # Freezing loses the names; TensorFlow flattens a dictionary in the order of its keys.
    names = sorted(concrete.structured_outputs)
    outputs = {tensor.name: name for tensor, name in zip(frozen.outputs, names, strict=True)}
    inputs = {tensor.name: tensor.name.partition(":")[0] for tensor in frozen.inputs}
    _rename(proto.graph, {**inputs, **outputs})
    by_name = {value.name: value for value in proto.graph.output}
    ordered = [by_name[name] for name in graph.outputs]
    del proto.graph.output[:]
    proto.graph.output.extend(ordered)
    for value in [*proto.graph.input, *(proto.graph.output if graph.batched else ())]:
        value.type.tensor_type.shape.dim[0].dim_param = graph.free
    onnx.checker.check_model(proto, full_check=True)
    return proto


def _rename(graph: Any, names: Mapping[str, str]) -> None:
    """Give the named values their new names and number all else, wherever a name is written or read.

    The converter's own names count the conversions of the process, so that equal models gave unequal files.
    """
    # By first use: the converter lists the weights in an order that changes from one process to the next.
    read = list(dict.fromkeys(name for node in graph.node for name in node.input))
    uses = {name: place for place, name in enumerate(read)}
    initializers = sorted(graph.initializer, key=lambda value: uses.get(value.name, len(read)))
    del graph.initializer[:]
    graph.initializer.extend(initializers)
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


WRITER = Writer(ONNX, write, {"none": EXACT})
"""The format's writer."""
export_onnx = functools.partial(export_one, WRITER)
"""Write a trained model as an ONNX file, ``<path>/model.onnx``; see ``export_one``."""
