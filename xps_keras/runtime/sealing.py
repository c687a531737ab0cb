"""Metadata and hashes inside an artefact: how they are put there and how they are read back.

A runtime accepts a graph with a flipped byte in its weights without a word, and a damaged flatbuffer may end the
process. So a TFLite or ONNX file ends with the SHA-256 of everything before it, a SavedModel holds a list of its files'
hashes, and a loader looks at them before it hands anything to a runtime.
"""

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path

from xps_keras.errors import InputError
from xps_keras.metadata import Metadata, from_json, to_json

METADATA_FILE = "metadata.json"
LABELS_FILE = "labels.txt"
CHECKSUMS_FILE = "checksums.json"
"""File in a SavedModel's ``assets.extra``: SHA-256 of every other file."""
ONNX_PREFIX = "xps_keras."
"""Prefix of our keys in an ONNX model's ``metadata_props``, which other tools share."""

TFLITE_IDENTIFIER = b"TFL3"
"""File identifier of the TFLite flatbuffer schema, bytes 4 to 7."""
_SEAL = 64
"""Length of the hash at the end of a file, hexadecimal."""
_MARK = b'"schema": "xps-keras/model/'
"""What stands in every file of ours."""


def sha256(data: bytes) -> str:
    """Return the SHA-256 of bytes, hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def labels_text(metadata: Metadata) -> str:
    """Return the labels as a text, one a line in the order of ``probabilities``."""
    return "\n".join(metadata.labels) + "\n"


def damaged(source: str) -> InputError:
    """Return the error for an artefact whose hash does not fit."""
    return InputError(
        f"{source}: the file's content does not fit the hash stored in it, so it is damaged or was altered; "
        "copy it again or export the model again."
    )


def foreign(source: str) -> InputError:
    """Return the error for a model that this package did not write."""
    return InputError(
        f"{source}: the file carries no xps-keras metadata, so its outputs cannot be named; "
        "use a model written by this version of `xps-keras export`."
    )


def seal_tflite(graph: bytes, metadata: Metadata) -> bytes:
    """Append metadata and labels to a TFLite flatbuffer as a zip, whose comment is the hash of all before it.

    Interpreters read the flatbuffer from the front and ignore what follows; zip programs read from the end.

    Args:
        graph: The flatbuffer.
        metadata: What the artefact says about itself.

    Returns:
        The file's bytes; equal arguments give equal bytes.
    """
    buffer = io.BytesIO(graph)
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_STORED) as archive:
        for name, text in ((METADATA_FILE, to_json(metadata)), (LABELS_FILE, labels_text(metadata))):
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), text)  # fixed date: equal bytes every time
        archive.comment = b" " * _SEAL
    return _sealed(buffer.getvalue()[:-_SEAL])


def open_tflite(content: bytes, source: str) -> tuple[Metadata, bytes]:
    """Check a TFLite file of ours and read its metadata.

    Args:
        content: The file's bytes.
        source: Name of the file, for messages.

    Returns:
        The metadata and the flatbuffer alone.

    Raises:
        InputError: When it is no TFLite file, is cut or altered, or was not written by this package.
    """
    if content[4:8] != TFLITE_IDENTIFIER:
        raise InputError(f"{source}: this is not a TFLite model; name a file written by `xps-keras export`.")
    _check_seal(content, source)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            start = min(entry.header_offset for entry in archive.infolist())
            metadata = from_json(archive.read(METADATA_FILE), source)
    except (zipfile.BadZipFile, KeyError, ValueError) as error:
        raise foreign(source) from error
    _check_graph(content[:start], metadata, source)
    return metadata, content[:start]


def onnx_properties(graph: bytes, metadata: Metadata) -> dict[str, str]:
    """Return the ``metadata_props`` of an ONNX model, in their order.

    Args:
        graph: The serialised model without them. They are appended to these bytes.
        metadata: What the artefact says about itself.

    Returns:
        The properties. The last is a place for the hash that ``seal_onnx`` puts at the end of the file.
    """
    return {
        ONNX_PREFIX + "metadata": to_json(metadata),
        ONNX_PREFIX + "labels": labels_text(metadata),
        ONNX_PREFIX + "graph_bytes": str(len(graph)),
        ONNX_PREFIX + "sha256": " " * _SEAL,
    }


def seal_onnx(graph: bytes, properties: bytes) -> bytes:
    """Join a serialised ONNX model with its serialised properties, and put the hash in its place.

    Args:
        graph: The serialised model.
        properties: A serialised model that holds ``onnx_properties`` and nothing else.

    Returns:
        The file's bytes.
    """
    return _sealed((graph + properties)[:-_SEAL])


def open_onnx(content: bytes, properties: Mapping[str, str], source: str) -> tuple[Metadata, bytes]:
    """Check an ONNX file of ours and read its metadata.

    Args:
        content: The file's bytes, which ``check_onnx`` has seen.
        properties: ``metadata_props`` as a runtime read them.
        source: Name of the file, for messages.

    Returns:
        The metadata and the serialised model without it.

    Raises:
        InputError: When the file was not written by this package.
    """
    text, length = properties.get(ONNX_PREFIX + "metadata"), properties.get(ONNX_PREFIX + "graph_bytes", "")
    if text is None or not length.isascii() or not length.isdigit():
        raise foreign(source)
    metadata = from_json(text, source)
    graph = content[: int(length)]
    _check_graph(graph, metadata, source)
    return metadata, graph


def check_onnx(content: bytes, source: str) -> None:
    """Refuse an ONNX file that is damaged or not ours, before a runtime sees it.

    Args:
        content: The file's bytes.
        source: Name of the file, for messages.

    Raises:
        InputError: When the hash at its end does not fit.
    """
    _check_seal(content, source)


def seal_saved_model(directory: Path, metadata: Metadata) -> None:
    """Write metadata and file hashes into a SavedModel.

    Args:
        directory: The version directory, with ``assets/metadata.json`` already an asset of the graph.
        metadata: What the artefact says about itself.
    """
    (directory / "assets" / METADATA_FILE).write_text(to_json(metadata), encoding="utf-8")
    extra = directory / "assets.extra"
    extra.mkdir(exist_ok=True)
    target = extra / CHECKSUMS_FILE
    files = sorted(path for path in directory.rglob("*") if path.is_file() and path != target)
    target.write_text(_listing({path.relative_to(directory).as_posix(): sha256(path.read_bytes()) for path in files}))


def open_saved_model(directory: Path) -> tuple[Metadata, str]:
    """Check a SavedModel of ours and read its metadata.

    Args:
        directory: The version directory.

    Returns:
        The metadata and the SHA-256 of the list of file hashes.

    Raises:
        InputError: When a file is missing or altered or the SavedModel was not written by this package.
    """
    source = str(directory)
    listing = directory / "assets.extra" / CHECKSUMS_FILE
    if not listing.is_file():
        raise foreign(source)
    content = listing.read_bytes()
    try:
        hashes = dict(json.loads(content))
    except (ValueError, TypeError) as error:
        raise damaged(str(listing)) from error
    needed = {"saved_model.pb", f"assets/{METADATA_FILE}", f"assets/{LABELS_FILE}"}
    if not needed <= set(hashes) or _listing(hashes).encode() != content:
        raise damaged(str(listing))
    for name, stored in hashes.items():
        path = directory / name
        if not path.is_file() or sha256(path.read_bytes()) != stored:
            raise damaged(str(path))
    return from_json((directory / "assets" / METADATA_FILE).read_bytes(), source), sha256(content)


def _listing(hashes: Mapping[str, object]) -> str:
    """The one way of writing a list of hashes: a list that reads the same but is written otherwise was altered."""
    return json.dumps(hashes, indent=1) + "\n"


def _sealed(content: bytes) -> bytes:
    return content + sha256(content).encode("ascii")


def _check_seal(content: bytes, source: str) -> None:
    if content[-_SEAL:] != sha256(content[:-_SEAL]).encode("ascii"):
        raise damaged(source) if _MARK in content else foreign(source)


def _check_graph(graph: bytes, metadata: Metadata, source: str) -> None:
    if metadata.graph_sha256 != sha256(graph):
        raise damaged(source)
