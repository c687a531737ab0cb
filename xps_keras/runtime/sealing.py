"""Metadata and hashes inside an artefact: what all formats share. Each format's own file says where it keeps them.

A runtime accepts a graph with a flipped byte in its weights without a word, and a damaged flatbuffer may end the
process. So a TFLite or ONNX file ends with the SHA-256 of everything before it, a SavedModel holds a list of its files'
hashes, and a loader looks at them before it hands anything to a runtime.
"""

import hashlib

from xps_keras.errors import ModelError
from xps_keras.metadata import Metadata

METADATA_FILE = "metadata.json"
LABELS_FILE = "labels.txt"
SEAL = 64
"""Length of the hash at the end of a file, hexadecimal."""
_MARK = b'"schema": "xps-keras/model/'
"""What stands in every file of ours."""


def sha256(data: bytes | memoryview) -> str:
    """Return the SHA-256 of bytes, hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def labels_text(metadata: Metadata) -> str:
    """Return the labels as a text, one a line in the order of ``probabilities``."""
    return "\n".join(metadata.labels) + "\n"


def damaged(source: str) -> ModelError:
    """Return the error for an artefact whose hash does not fit."""
    return ModelError(
        f"{source}: the file's content does not fit the hash stored in it, so it is damaged or was altered; "
        "copy it again or export the model again."
    )


def foreign(source: str) -> ModelError:
    """Return the error for a model that this package did not write."""
    return ModelError(
        f"{source}: the file carries no xps-keras metadata, so its outputs cannot be named; "
        "use a model written by this version of `xps-keras export`."
    )


def sealed(content: bytes) -> bytes:
    """Return bytes with their hash behind them."""
    return content + sha256(content).encode("ascii")


def check_seal(content: bytes, source: str) -> str:
    """Refuse a file that is damaged or not ours, before a runtime sees it.

    Args:
        content: The file's bytes.
        source: Name of the file, for messages.

    Returns:
        SHA-256 of the whole file, hexadecimal.

    Raises:
        ModelError: When the hash at its end does not fit.
    """
    digest = hashlib.sha256(memoryview(content)[:-SEAL])  # a view, and one pass: models are large
    if content[-SEAL:] != digest.hexdigest().encode("ascii"):
        raise damaged(source) if _MARK in content else foreign(source)
    digest.update(content[-SEAL:])
    return digest.hexdigest()


def check_graph(graph: bytes | memoryview, metadata: Metadata, source: str) -> None:
    """Refuse a graph that is not the one its metadata was written for.

    Args:
        graph: The graph's bytes, without metadata.
        metadata: What the artefact says about itself.
        source: Name of the file, for messages.

    Raises:
        ModelError: When the hash of the graph is another one.
    """
    if metadata.graph_sha256 != sha256(graph):
        raise damaged(source)
