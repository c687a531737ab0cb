"""SavedModels, run by TensorFlow (extra ``train``) or a server."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from numpy.typing import NDArray

from xps_keras.errors import ModelError
from xps_keras.files import read_regular
from xps_keras.metadata import Metadata, from_json, to_json
from xps_keras.quiet import import_quietly
from xps_keras.runtime import saved_model_graph
from xps_keras.runtime.artefact_format import Arrays, ArtefactFormat, Loaded
from xps_keras.runtime.base import first_line
from xps_keras.runtime.kinds import check_signature
from xps_keras.runtime.sealing import LABELS_FILE, METADATA_FILE, damaged, foreign, sha256

CHECKSUMS_FILE = "checksums.json"
"""File in ``assets.extra``: SHA-256 of every other file."""
GRAPH_FILE = "saved_model.pb"
_LARGEST_LIST, _LARGEST_FILE = 1_000_000, 4_000_000_000
"""Bytes of the list of hashes and of the metadata, and of any other file."""


def load(directory: Path, num_threads: int) -> Loaded:
    """Load a SavedModel.

    Args:
        directory: The version directory, which holds ``saved_model.pb``.
        num_threads: Has no effect: TensorFlow has settings of its own.

    Returns:
        The model.

    Raises:
        ModelError: When a file is damaged, the model is foreign or for another axis, or TensorFlow is not installed.
    """
    metadata, digest = opened(directory)
    try:
        tf = import_quietly("tensorflow")
    except ImportError as error:
        raise SAVED_MODEL.missing(directory) from error
    try:
        loaded = tf.saved_model.load(str(directory))
        signature = loaded.signatures["serving_default"]
    except (ValueError, KeyError, OSError, tf.errors.OpError) as error:
        raise ModelError(
            f"{directory}: TensorFlow {tf.__version__} cannot load this model ({first_line(error)}); export it again."
        ) from error
    taken = {name: spec.shape.as_list() for name, spec in signature.structured_input_signature[1].items()}
    check_signature(taken, set(signature.structured_outputs), metadata, directory)

    def call(fed: Arrays, keep: object = loaded) -> dict[str, NDArray[Any]]:
        # `keep`: the signature alone does not hold the variables alive
        found = signature(**{name: tf.constant(values) for name, values in fed.items()})
        return {name: value.numpy() for name, value in found.items()}

    return Loaded(digest, metadata, call)


def seal(directory: Path, metadata: Metadata) -> None:
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


def opened(directory: Path) -> tuple[Metadata, str]:
    """Check a SavedModel of ours and read its metadata.

    Args:
        directory: The version directory.

    Returns:
        The metadata and the SHA-256 of the list of file hashes.

    Raises:
        ModelError: When a file is missing or altered, the SavedModel was not written by this package, or its graph may
            do more than calculate.
    """
    source = str(directory)
    listing = directory / "assets.extra" / CHECKSUMS_FILE
    if not listing.is_file():
        raise foreign(source)
    content = read_regular(listing, _LARGEST_LIST)
    for name, stored in hashes_in(content, str(listing)).items():
        path = directory / name
        if not path.is_file() or sha256(read_regular(path, _LARGEST_FILE)) != stored:
            raise damaged(str(path))
    saved_model_graph.check(read_regular(directory / GRAPH_FILE, _LARGEST_FILE), directory)
    return from_json(read_regular(directory / "assets" / METADATA_FILE, _LARGEST_LIST), source), sha256(content)


def hashes_in(content: bytes, source: str) -> dict[str, object]:
    """Read a list of hashes.

    Args:
        content: Its bytes.
        source: Name of the file, for messages.

    Returns:
        Hashes by names of files, which lie in the model's folder.

    Raises:
        ModelError: It is no list, lacks a file that every model has, or a name leads out of the folder.
    """
    try:
        hashes = dict(json.loads(content))
    except (ValueError, TypeError, RecursionError) as error:
        raise damaged(source) from error
    needed = {GRAPH_FILE, f"assets/{METADATA_FILE}", f"assets/{LABELS_FILE}"}
    inside = all("\\" not in name and not PurePosixPath(name).is_absolute() for name in hashes)
    inside = inside and not any({"..", "."} & set(PurePosixPath(name).parts) or "\0" in name for name in hashes)
    try:
        as_written = _listing(hashes).encode() == content
    except UnicodeEncodeError:
        as_written = False
    if not needed <= set(hashes) or not inside or not as_written:
        raise damaged(source)
    return hashes


def _listing(hashes: Mapping[str, object]) -> str:
    """The one way of writing a list of hashes: a list that reads the same but is written otherwise was altered."""
    return json.dumps(hashes, indent=1) + "\n"


def _seal_copy(plain: Path, target: Path, metadata: Metadata) -> None:
    shutil.copytree(plain, target, dirs_exist_ok=True)
    seal(target, metadata)


SAVED_MODEL = ArtefactFormat(
    name="saved_model",
    title="SavedModel",
    suffix=None,
    holds=lambda path: (path / GRAPH_FILE).is_file(),
    load=load,
    package="TensorFlow",
    module="tensorflow",
    install="pip install 'xps-keras[train]'",
    file="1",  # a version: model servers want a number
    open=lambda directory: opened(directory)[0],
    operators=lambda directory: saved_model_graph.operators((directory / GRAPH_FILE).read_bytes()),
    seal=_seal_copy,
    served=True,
)
"""The format."""
