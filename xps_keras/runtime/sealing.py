"""Metadata and hashes inside an artefact: how they are put there and how they are read back.

A runtime accepts a graph with a flipped byte in its weights without a word, and a damaged flatbuffer may end the
process. So every artefact carries the SHA-256 of its graph, and a loader compares it before (TFLite, SavedModel) or
right after (ONNX) it hands the graph to the runtime.
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
HASH_FILE = "graph.sha256"
"""Entry of a TFLite file's zip: SHA-256 of the bytes before the zip."""
CHECKSUMS_FILE = "checksums.json"
"""File in a SavedModel's ``assets.extra``: SHA-256 of every other file."""
ONNX_PREFIX = "xps_keras."
"""Prefix of our keys in an ONNX model's ``metadata_props``, which other tools share."""

TFLITE_IDENTIFIER = b"TFL3"
"""File identifier of the TFLite flatbuffer schema, bytes 4 to 7."""


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
        "use a model written by `xps-keras export`."
    )


def seal_tflite(graph: bytes, metadata: Metadata) -> bytes:
    """Append metadata, labels and the graph's hash to a TFLite flatbuffer as a zip.

    Interpreters read the flatbuffer from the front and ignore what follows; zip programs read from the end.

    Args:
        graph: The flatbuffer.
        metadata: What the artefact says about itself.

    Returns:
        The file's bytes; equal arguments give equal bytes.
    """
    buffer = io.BytesIO(graph)
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_STORED) as archive:
        for name, text in (
            (METADATA_FILE, to_json(metadata)),
            (LABELS_FILE, labels_text(metadata)),
            (HASH_FILE, sha256(graph)),
        ):
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), text)  # fixed date: equal bytes every time
    return buffer.getvalue()


def open_tflite(content: bytes, source: str) -> Metadata:
    """Check a TFLite file of ours and read its metadata.

    Args:
        content: The file's bytes.
        source: Name of the file, for messages.

    Raises:
        InputError: When it is no TFLite file, is cut or altered, or was not written by this package.
    """
    if content[4:8] != TFLITE_IDENTIFIER:
        raise InputError(f"{source}: this is not a TFLite model; name a file written by `xps-keras export`.")
    if not zipfile.is_zipfile(io.BytesIO(content)):
        raise foreign(source)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            start = min(entry.header_offset for entry in archive.infolist())
            metadata, stored = archive.read(METADATA_FILE), archive.read(HASH_FILE).decode("ascii")
    except KeyError as error:
        raise foreign(source) from error
    # zipfile's answers to a flipped byte: NotImplementedError for a compression or version number it does not know,
    # RuntimeError for an encryption flag.
    except (zipfile.BadZipFile, ValueError, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise damaged(source) from error
    if sha256(content[:start]) != stored:
        raise damaged(source)
    return from_json(metadata, source)


def onnx_properties(graph: bytes, metadata: Metadata) -> dict[str, str]:
    """Return the ``metadata_props`` of an ONNX model.

    Args:
        graph: The serialised model without them. They are appended to these bytes, so that the hash of the first
            ``graph_bytes`` bytes of the file is that of the graph.
        metadata: What the artefact says about itself.
    """
    text = to_json(metadata)
    return {
        ONNX_PREFIX + "metadata": text,
        ONNX_PREFIX + "metadata_sha256": sha256(text.encode()),
        ONNX_PREFIX + "labels": labels_text(metadata),
        ONNX_PREFIX + "graph_bytes": str(len(graph)),
        ONNX_PREFIX + "graph_sha256": sha256(graph),
    }


def open_onnx(content: bytes, properties: Mapping[str, str], source: str) -> Metadata:
    """Check an ONNX file of ours and read its metadata.

    Args:
        content: The file's bytes.
        properties: ``metadata_props`` as a runtime read them.
        source: Name of the file, for messages.

    Raises:
        InputError: When the file is altered or was not written by this package.
    """
    found = {key.removeprefix(ONNX_PREFIX): value for key, value in properties.items() if key.startswith(ONNX_PREFIX)}
    if not found:
        raise foreign(source)
    text, length = found.get("metadata", ""), found.get("graph_bytes", "")
    if not length.isascii() or not length.isdigit() or sha256(text.encode()) != found.get("metadata_sha256"):
        raise damaged(source)
    if sha256(content[: int(length)]) != found.get("graph_sha256"):
        raise damaged(source)
    return from_json(text, source)


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
    hashes = {path.relative_to(directory).as_posix(): sha256(path.read_bytes()) for path in files}
    target.write_text(json.dumps(hashes, indent=1) + "\n", encoding="utf-8")


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
        raise damaged(source) from error
    needed = {"saved_model.pb", f"assets/{METADATA_FILE}", f"assets/{LABELS_FILE}"}
    if not needed <= set(hashes):
        raise damaged(source)
    for name, stored in hashes.items():
        path = directory / name
        if not path.is_file() or sha256(path.read_bytes()) != stored:
            raise damaged(str(path))
    return from_json((directory / "assets" / METADATA_FILE).read_bytes(), source), sha256(content)
