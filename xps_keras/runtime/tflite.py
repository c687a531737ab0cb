"""TFLite files, run by LiteRT (`ai-edge-litert`), which the base install holds."""

import io
import threading
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xps_keras.errors import ModelError
from xps_keras.interrupts import undisturbed
from xps_keras.metadata import LARGEST_BYTES, Metadata, from_json, to_json
from xps_keras.quiet import dropping_lines
from xps_keras.runtime.artefact_format import CUSTOM, Arrays, Loaded, file_format
from xps_keras.runtime.base import first_line
from xps_keras.runtime.kinds import KINDS, check_signature
from xps_keras.runtime.sealing import (
    LABELS_FILE,
    METADATA_FILE,
    SEAL,
    check_graph,
    check_seal,
    foreign,
    labels_text,
    sealed,
)

IDENTIFIER = b"TFL3"
"""File identifier of the TFLite flatbuffer schema, bytes 4 to 7."""


def load(path: Path, num_threads: int) -> Loaded:
    """Load a TFLite file.

    Args:
        path: The file.
        num_threads: Threads of the interpreter.

    Returns:
        The model. It may be called from several threads, one call at a time.

    Raises:
        ModelError: When the file is damaged, foreign or for another axis, or LiteRT is not installed.
    """
    content = path.read_bytes()
    metadata, _, digest = _checked(content, str(path))
    try:
        from ai_edge_litert.interpreter import Interpreter
    except ImportError as error:
        raise TFLITE.missing(path) from error
    try:
        with dropping_lines(b"INFO:"):
            interpreter = Interpreter(model_content=content, num_threads=num_threads)
            runner = interpreter.get_signature_runner("serving_default")
            taken = runner.get_input_details()
            check_signature(
                {name: taken[name]["shape_signature"] for name in taken},
                set(runner.get_output_details()),
                metadata,
                path,
            )
            runner(**KINDS[metadata.kind].example(metadata, np.float32))  # its delegate reports on first use
    except (ValueError, RuntimeError, TypeError) as error:
        raise ModelError(f"{path}: LiteRT cannot load this model ({first_line(error)}); export it again.") from error
    lock = threading.Lock()

    def call(fed: Arrays) -> dict[str, NDArray[Any]]:
        with lock:  # an interpreter holds one set of tensors
            return {name: np.array(value) for name, value in runner(**fed).items()}

    return Loaded(digest, metadata, call)


@undisturbed()
def seal(graph: bytes, metadata: Metadata) -> bytes:
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
        archive.comment = b" " * SEAL
    return sealed(buffer.getvalue()[:-SEAL])


def opened(content: bytes, source: str) -> tuple[Metadata, bytes]:
    """Check a TFLite file of ours and read its metadata.

    Args:
        content: The file's bytes.
        source: Name of the file, for messages.

    Returns:
        The metadata and the flatbuffer alone.

    Raises:
        ModelError: When it is no TFLite file, is cut or altered, or was not written by this package.
    """
    metadata, length, _ = _checked(content, source)
    return metadata, content[:length]


def _checked(content: bytes, source: str) -> tuple[Metadata, int, str]:
    """Do the work of ``opened``; return the metadata, the length of the flatbuffer and the hash of the file."""
    if content[4:8] != IDENTIFIER:
        raise ModelError(f"{source}: this is not a TFLite model; name a file written by `xps-keras export`.")
    digest = check_seal(content, source)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            start = min(entry.header_offset for entry in archive.infolist())
            stored = archive.getinfo(METADATA_FILE)
            if stored.compress_type != zipfile.ZIP_STORED or stored.file_size > LARGEST_BYTES:
                raise foreign(source)  # `seal` packs nothing: no few bytes that unpack to gigabytes
            metadata = from_json(archive.read(stored), source)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, EOFError, NotImplementedError, RuntimeError) as error:
        raise foreign(source) from error
    check_graph(memoryview(content)[:start], metadata, source)
    return metadata, start, digest


def operators(flatbuffer: bytes) -> tuple[str, ...]:
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
        found.add(f"{CUSTOM}{custom.decode()}" if custom else names.get(builtin, f"{CUSTOM}{builtin}"))
    return tuple(sorted(found))


TFLITE = replace(
    file_format(
        name="tflite",
        title="TFLite",
        suffix=".tflite",
        load=load,
        package="ai-edge-litert",
        module="ai_edge_litert",
        install="pip install ai-edge-litert",
        opened=opened,
        operators=operators,
        seal=seal,
    ),
    quantizations=("none", "float16", "int8"),
    fixed_batch=True,
    double=False,
)
"""The format."""
