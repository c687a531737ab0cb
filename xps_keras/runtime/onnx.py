"""ONNX files, run by ONNX Runtime (extra ``onnx``)."""

from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from xps_keras.errors import ModelError
from xps_keras.metadata import Metadata, from_json, to_json
from xps_keras.runtime.artefact_format import CUSTOM, Arrays, Loaded, file_format
from xps_keras.runtime.base import first_line
from xps_keras.runtime.kinds import KINDS, check_signature
from xps_keras.runtime.protobuf import contents_at, field
from xps_keras.runtime.sealing import SEAL, check_graph, check_seal, foreign, labels_text, sealed, sha256

PREFIX = "xps_keras."
"""Prefix of our keys in ``metadata_props``, which other tools share."""
_NODES, _OP_TYPE, _DOMAIN = (7, 1), (4,), (7,)
"""ModelProto.graph.node, and in it NodeProto.op_type and .domain."""
_PROPERTIES, _KEY, _VALUE = 14, 1, 2
"""ModelProto.metadata_props, and in it StringStringEntryProto.key and .value."""


def load(path: Path, num_threads: int) -> Loaded:
    """Load an ONNX file.

    Args:
        path: The file.
        num_threads: Threads within one operation.

    Returns:
        The model.

    Raises:
        ModelError: When the file is damaged, foreign or for another axis, or ONNX Runtime is not installed.
    """
    try:
        import onnxruntime
    except ImportError as error:
        raise ONNX.missing(path) from error
    content = path.read_bytes()
    metadata, _ = opened(content, str(path))
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = num_threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3  # errors only: stderr belongs to the caller
    try:
        session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # ONNX Runtime's errors share no base class below Exception
        raise ModelError(
            f"{path}: ONNX Runtime {onnxruntime.__version__} cannot load this model ({first_line(error)}); "
            "install a newer ONNX Runtime or export the model again."
        ) from error
    taken = {
        value.name: [size if isinstance(size, int) else -1 for size in value.shape] for value in session.get_inputs()
    }
    check_signature(taken, {value.name for value in session.get_outputs()}, metadata, path)
    names = list(KINDS[metadata.kind].outputs(metadata))

    def call(fed: Arrays) -> dict[str, NDArray[Any]]:
        return dict(zip(names, session.run(names, dict(fed)), strict=True))

    return Loaded(sha256(content), metadata, call)


def seal(graph: bytes, metadata: Metadata) -> bytes:
    """Append metadata and labels to a serialised ONNX model as ``metadata_props``, the last being a hash of all before.

    Serialised messages may be joined: a second one that holds nothing but properties adds them to the first, and the
    first keeps its bytes and its hash.

    Args:
        graph: The serialised model.
        metadata: What the artefact says about itself.

    Returns:
        The file's bytes; equal arguments give equal bytes.
    """
    properties = {
        "metadata": to_json(metadata),
        "labels": labels_text(metadata),
        "graph_bytes": str(len(graph)),
        "sha256": " " * SEAL,
    }
    tail = b"".join(
        field(_PROPERTIES, field(_KEY, (PREFIX + key).encode()) + field(_VALUE, value.encode()))
        for key, value in properties.items()
    )
    return sealed((graph + tail)[:-SEAL])


def opened(content: bytes, source: str) -> tuple[Metadata, bytes]:
    """Check an ONNX file of ours and read its metadata.

    Args:
        content: The file's bytes.
        source: Name of the file, for messages.

    Returns:
        The metadata and the serialised model without it.

    Raises:
        ModelError: When the file is cut or altered or was not written by this package.
    """
    check_seal(content, source)
    try:
        entries = list(contents_at(content, (_PROPERTIES,)))
    except ModelError as error:
        raise foreign(source) from error
    found = {b"".join(contents_at(entry, (_KEY,))): b"".join(contents_at(entry, (_VALUE,))) for entry in entries}
    text, length = (found.get((PREFIX + key).encode()) for key in ("metadata", "graph_bytes"))
    if text is None or length is None or not length.isdigit():
        raise foreign(source)
    metadata = from_json(text, source)
    graph = content[: int(length)]
    check_graph(graph, metadata, source)
    return metadata, graph


def operators(content: bytes) -> tuple[str, ...]:
    """List the operations of a serialised ONNX model.

    Args:
        content: The file's bytes.

    Returns:
        Names, sorted; an operation outside the standard's domain reads ``CUSTOM:domain.Name``.
    """
    found = set()
    for node in contents_at(content, _NODES):
        name, domain = (b"".join(contents_at(node, path)).decode() for path in (_OP_TYPE, _DOMAIN))
        found.add(f"{CUSTOM}{domain}.{name}" if domain not in ("", "ai.onnx") else name)
    return tuple(sorted(found))


ONNX = file_format(
    name="onnx",
    title="ONNX",
    suffix=".onnx",
    load=load,
    package="ONNX Runtime",
    module="onnxruntime",
    install="pip install 'xps-keras[onnx]'",
    opened=opened,
    operators=operators,
    seal=seal,
)
"""The format."""
