"""Smaller weights for a converted TFLite graph: float16, or int8 with one scale per output channel.

TensorFlow's converter quantizes every dense layer alike. Here the layers that the shift depends on stay float32: the
readings of a shift are found by comparing numbers, so the smallest change there can make another reading the most
probable one and turn a probability over, while the layers behind them, which hold most of the weights, answer smoothly.
Weights that half precision holds as they are, because the model was rounded to it, lose nothing: they are stored so
wherever they stand.
"""

from typing import Any

import numpy as np
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.tools import flatbuffer_utils
from numpy.typing import NDArray

from xps_keras.graph_contract import SHIFT_EV

SMALLEST = 1024
"""Weight matrices with fewer elements stay float32: their scales would eat the gain (TensorFlow's own limit)."""
_HYBRID_VERSION = 12
"""Version of FULLY_CONNECTED with int8 weights of one scale per channel and float32 activations."""
_HALF_VERSION = 3
"""Version of DEQUANTIZE that takes float16."""


def quantize_weights(flatbuffer: bytes, kind: str) -> bytes:
    """Store the weights of dense layers behind the shift in fewer bytes.

    Args:
        flatbuffer: A float32 graph whose output tensors have the names of the contract.
        kind: ``float16``; or ``int8``, dynamic range: activations are quantized as they come, results are float32.

    Returns:
        The graph with smaller weights; the same bytes for the same arguments.
    """
    model = flatbuffer_utils.read_model_from_bytearray(bytearray(flatbuffer))
    graph = model.subgraphs[0]
    kept = _weights_before(model, graph, SHIFT_EV)
    for index in sorted(_dense_weights(model, graph)):
        tensor = graph.tensors[index]
        if int(np.prod(tensor.shape)) < SMALLEST:
            continue
        values = np.frombuffer(bytes(model.buffers[tensor.buffer].data), "<f4").reshape(tensor.shape)
        if index in kept and not (kind == "float16" and np.array_equal(values, values.astype("<f2"))):
            continue
        if kind == "int8":
            _store_int8(model, graph, index, values)
        else:
            _store_half(model, graph, index, values)
    return bytes(flatbuffer_utils.convert_object_to_bytearray(model))


def _code(model: Any, operator: Any) -> int:
    return int(model.operatorCodes[operator.opcodeIndex].builtinCode)


def _dense_weights(model: Any, graph: Any) -> dict[int, list[Any]]:
    """Return the constant weight matrices of dense layers, each with the operations that read it."""
    found: dict[int, list[Any]] = {}
    for operator in graph.operators:
        if _code(model, operator) == schema.BuiltinOperator.FULLY_CONNECTED:
            weight = int(operator.inputs[1])
            if model.buffers[graph.tensors[weight].buffer].data is not None:
                found.setdefault(weight, []).append(operator)
    return found


def _weights_before(model: Any, graph: Any, output: str) -> set[int]:
    """Return all tensors on which an output depends."""
    maker = {int(index): operator for operator in graph.operators for index in operator.outputs}
    open_ends = [index for index, tensor in enumerate(graph.tensors) if tensor.name == output.encode()]
    seen: set[int] = set()
    while open_ends:
        index = open_ends.pop()
        if index in seen or index < 0:
            continue
        seen.add(index)
        if index in maker:
            open_ends += [int(source) for source in maker[index].inputs]
    return seen


def _store_int8(model: Any, graph: Any, index: int, values: NDArray[np.float32]) -> None:
    tensor = graph.tensors[index]
    largest = np.abs(values).max(axis=1)
    scale = np.where(largest > 0, largest, 1.0).astype(np.float32) / np.float32(127)
    tensor.type = schema.TensorType.INT8
    tensor.quantization = schema.QuantizationParametersT()
    tensor.quantization.scale = scale
    tensor.quantization.zeroPoint = np.zeros(len(scale), np.int64)
    tensor.quantization.quantizedDimension = 0
    whole = np.clip(np.round(values / scale[:, None]), -127, 127).astype(np.int8)
    model.buffers[tensor.buffer].data = whole.view(np.uint8).ravel()
    for operator in _dense_weights(model, graph)[index]:
        operator.opcodeIndex = _opcode(model, schema.BuiltinOperator.FULLY_CONNECTED, _HYBRID_VERSION)
        operator.builtinOptions.asymmetricQuantizeInputs = True


def _store_half(model: Any, graph: Any, index: int, values: NDArray[np.float32]) -> None:
    tensor = graph.tensors[index]
    readers = _dense_weights(model, graph)[index]
    tensor.type = schema.TensorType.FLOAT16
    model.buffers[tensor.buffer].data = values.astype("<f2").view(np.uint8).ravel()
    restored = schema.TensorT()
    restored.name, restored.shape, restored.buffer = tensor.name + b"_float32", tensor.shape, 0
    restored.type = schema.TensorType.FLOAT32
    graph.tensors.append(restored)
    operator = schema.OperatorT()
    operator.opcodeIndex = _opcode(model, schema.BuiltinOperator.DEQUANTIZE, _HALF_VERSION)
    operator.inputs = np.array([index], np.int32)
    operator.outputs = np.array([len(graph.tensors) - 1], np.int32)
    operator.builtinOptionsType = schema.BuiltinOptions.DequantizeOptions
    operator.builtinOptions = schema.DequantizeOptionsT()
    graph.operators.insert(0, operator)
    for reader in readers:
        reader.inputs[1] = len(graph.tensors) - 1


def _opcode(model: Any, builtin: int, version: int) -> int:
    """Return the place of an operation in the model's table, which gets a new line when it has none."""
    for index, code in enumerate(model.operatorCodes):
        if (code.builtinCode, code.version) == (builtin, version):
            return index
    code = schema.OperatorCodeT()
    code.builtinCode, code.version = builtin, version
    code.deprecatedBuiltinCode = min(builtin, 127)  # older readers know codes up to 127 from this field
    model.operatorCodes.append(code)
    return len(model.operatorCodes) - 1
