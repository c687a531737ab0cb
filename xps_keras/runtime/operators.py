"""Which operations a graph needs, read from the file itself without TensorFlow or ONNX.

SavedModels and ONNX files are Protocol Buffers messages (protobuf.dev, "Encoding"): fields of a number and a wire type.
Of their schemas only the few field numbers on the way to the operations' names are needed; these never change, since
every old file would become unreadable.
"""

from collections.abc import Iterator

from xps_keras.errors import InputError

_ONNX_NODE, _OP_TYPE, _DOMAIN = (7, 1), 4, 7
"""ModelProto.graph.node, and in it NodeProto.op_type and .domain."""
_SAVED_MODEL = ((2, 2, 1, 2), (2, 2, 2, 1, 3, 2))
"""SavedModel.meta_graphs.graph_def.node.op, and .graph_def.library.function.node_def.op."""
_PYTHON = {"PyFunc", "PyFuncStateless", "EagerPyFunc", "NumpyFunc"}
"""Operations that need the Python process they were made in."""


def operators_of_tflite(flatbuffer: bytes) -> tuple[str, ...]:
    """List the operations of a TFLite graph from its own operator table.

    Args:
        flatbuffer: A TFLite flatbuffer, with or without anything appended.

    Returns:
        Names, sorted; custom operations (Flex among them) read ``CUSTOM:FlexErf``.
    """
    from ai_edge_litert import schema_py_generated as schema

    names = {code: name for name, code in vars(schema.BuiltinOperator).items() if not name.startswith("_")}
    model = schema.Model.GetRootAs(flatbuffer, 0)
    found = set()
    for index in range(model.OperatorCodesLength()):
        code = model.OperatorCodes(index)
        # The newer field holds codes above 127, older files fill only the deprecated one.
        builtin = max(code.BuiltinCode(), code.DeprecatedBuiltinCode())
        custom = code.CustomCode()
        found.add(f"CUSTOM:{custom.decode()}" if custom else names.get(builtin, f"CUSTOM:{builtin}"))
    return tuple(sorted(found))


def operators_of_onnx(content: bytes) -> tuple[str, ...]:
    """List the operations of a serialised ONNX model.

    Args:
        content: The file's bytes.

    Returns:
        Names, sorted; an operation outside the standard's domain reads ``CUSTOM:domain.Name``.
    """
    found = set()
    for node in _at(content, _ONNX_NODE):
        name, domain = (b"".join(_messages(node, number)).decode() for number in (_OP_TYPE, _DOMAIN))
        found.add(f"CUSTOM:{domain}.{name}" if domain not in ("", "ai.onnx") else name)
    return tuple(sorted(found))


def operators_of_saved_model(content: bytes) -> tuple[str, ...]:
    """List the operations of a SavedModel, those of its functions and of loading its weights included.

    Args:
        content: The bytes of ``saved_model.pb``.

    Returns:
        Names, sorted; an operation that calls Python reads ``CUSTOM:PyFunc``.
    """
    names = {text.decode() for path in _SAVED_MODEL for text in _at(content, path)}
    return tuple(sorted(f"CUSTOM:{name}" if name in _PYTHON else name for name in names))


def custom_operators(names: tuple[str, ...]) -> list[str]:
    """Return the operations that a runtime with the built-in ones alone cannot run."""
    return [name for name in names if name.startswith("CUSTOM:")]


def _at(message: bytes, path: tuple[int, ...]) -> Iterator[bytes]:
    """Yield the contents of all fields at a path of field numbers."""
    for content in _messages(message, path[0]):
        if len(path) == 1:
            yield content
        else:
            yield from _at(content, path[1:])


def _messages(message: bytes, wanted: int) -> Iterator[bytes]:
    """Yield the contents of the length-delimited fields of a number in a serialised message."""
    place = 0
    while place < len(message):
        key, place = _varint(message, place)
        match key & 7:
            case 0:
                _, place = _varint(message, place)
            case 1:
                place += 8
            case 2:
                size, place = _varint(message, place)
                if key >> 3 == wanted:
                    yield message[place : place + size]
                place += size
            case 5:
                place += 4
            case kind:
                raise InputError(f"The graph is no Protocol Buffers message (wire type {kind}); export it again.")


def _varint(message: bytes, place: int) -> tuple[int, int]:
    """Read a number of seven bits per byte, least significant first; return it and the place behind it."""
    value = shift = 0
    while True:
        byte = message[place]
        value |= (byte & 0x7F) << shift
        place, shift = place + 1, shift + 7
        if byte < 0x80:
            return value, place
