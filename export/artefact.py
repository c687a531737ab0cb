"""What all exporters share: the result, whole-or-nothing writing, and the proof against Keras."""

import contextlib
import os
import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from xps_keras.errors import InputError
from xps_keras.export.card import model_card
from xps_keras.export.parity import TOLERANCES, Reference, measure, reference_of
from xps_keras.metadata import INTENSITY, Metadata, from_json, to_json
from xps_keras.runtime import load
from xps_keras.runtime.comparing import compare, separation
from xps_keras.runtime.operators import custom_operators
from xps_keras.runtime.sealing import METADATA_FILE
from xps_keras.runtime.trained import Trained
from xps_keras.runtime.verifying import CARD_FILE, GOLDEN_FILE, write_sums

GOLDEN_ROWS = 4
"""Spectra in the golden file, spread over the probes."""


@dataclass(frozen=True)
class Artifact:
    """One exported model."""

    format: str
    """``saved_model``, ``tflite`` or ``onnx``."""
    quantize: str
    """``none``, ``float16`` or ``int8``."""
    path: Path
    """The model: a file, or the version directory of a SavedModel. ``metadata.json``, ``golden.npz``,
    ``MODEL_CARD.md`` and ``SHA256SUMS`` stand beside it."""
    bytes: int
    """Size of the model on disk."""
    parity_error: Mapping[str, float]
    """Largest difference from Keras per output."""
    metadata: Metadata
    """What the artefact says about itself."""


def produce(
    model: Trained,
    path: Path,
    seal: Callable[[Path, Metadata], Path],
    metadata: Metadata,
    reference: Reference | None,
    force: bool,
) -> Artifact:
    """Write an artefact into a folder of its own, prove it and put the folder in place.

    Args:
        model: The trained model.
        path: Folder of the artefact.
        seal: Writes the model with the given metadata into a folder and returns its path; called twice, since the
            measured parity error is part of the metadata.
        metadata: Metadata with ``format``, ``quantization``, ``batch``, ``graph_sha256`` and ``operators`` set.
        reference: What Keras gives; None draws probes and asks it.
        force: Replace an earlier export.

    Returns:
        The artefact.

    Raises:
        InputError: When ``path`` stands already, the graph needs an operation that not every runtime has, or the
            artefact does not agree with Keras; then nothing is left.
    """
    refuse_existing(path, force)
    foreign = custom_operators(metadata.operators)
    if foreign:
        raise InputError(
            f"The {metadata.format} graph needs {', '.join(foreign)}, which plain runtimes do not have; nothing was "
            "written; build the model from standard operations."
        )
    tolerance = TOLERANCES[metadata.format, metadata.quantization]
    reference = reference_of(model) if reference is None else reference
    with staging(path) as folder:
        file = seal(folder, metadata)
        try:
            errors, agreement = measure(load(file, num_threads=os.cpu_count() or 1), reference, tolerance)
        except InputError as error:
            raise InputError(
                f"{str(error).removesuffix('.')}, so nothing was written; choose another format or quantization, or "
                "train the model again."
            ) from error
        metadata = replace(metadata, parity_error=errors, agreement=agreement)
        seal(folder, metadata)
        rows = _golden_rows(reference)
        spectra = reference.spectra[rows]
        golden = {name: values[rows] for name, values in reference.outputs.items()}
        sealed = load(file)  # as it will stand: metadata inside, hashes right, numbers unchanged
        if sealed.metadata != metadata:
            raise InputError(f"The metadata did not survive in the {metadata.format} artefact; nothing was written.")
        compare(golden, sealed.run(spectra), tolerance, np.asarray(metadata.thresholds, np.float32), metadata.format)
        (folder / METADATA_FILE).write_text(to_json(metadata), encoding="utf-8")
        (folder / CARD_FILE).write_text(model_card(metadata, tolerance, model.evaluation), encoding="utf-8")
        allowed = {f"tolerance/{name}": np.float64(tolerance.of(name)) for name in golden}
        arrays: dict[str, Any] = {INTENSITY: spectra, **golden, **allowed}
        np.savez_compressed(folder / GOLDEN_FILE, **arrays)
        write_sums(folder)
        size = sum(part.stat().st_size for part in ([file] if file.is_file() else file.rglob("*")) if part.is_file())
        install(folder, path)
    return Artifact(metadata.format, metadata.quantization, path / file.relative_to(folder), size, errors, metadata)


def _golden_rows(reference: Reference) -> list[int]:
    """Choose probes of every kind whose readings no rounding of another machine can put into another order."""
    apart = separation(reference.outputs)
    parts = np.array_split(np.arange(len(apart)), GOLDEN_ROWS)
    return [int(part[apart[part].argmax()]) for part in parts]


def refuse_existing(path: Path, force: bool) -> None:
    """Refuse to write over something.

    Args:
        path: Folder to be written.
        force: Whether an earlier export may be replaced. Anything else is never replaced: a mistyped folder must not
            cost somebody's files.

    Raises:
        InputError: When something stands there that may not be replaced.
    """
    if not path.exists() or (path.is_dir() and not any(path.iterdir())):
        return
    if not force:
        raise InputError(f"{path}: something stands here already; choose another folder or use --force to replace it.")
    described = path / METADATA_FILE
    try:
        from_json(described.read_text(encoding="utf-8"), str(described))
    except (OSError, ValueError, InputError) as error:
        raise InputError(
            f"{path}: this is not an earlier export, so it is not replaced; choose another folder."
        ) from error


@contextlib.contextmanager
def staging(path: Path) -> Iterator[Path]:
    """Give a temporary folder on the same file system as ``path``; it is removed at the end, whatever happens."""
    made = [folder for folder in path.parents if not folder.exists()]
    path.parent.mkdir(parents=True, exist_ok=True)
    folder = path.parent / f".{path.name}-{secrets.token_hex(4)}"
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        for parent in made:  # innermost first
            if any(parent.iterdir()):
                break
            parent.rmdir()


def install(folder: Path, path: Path) -> None:
    """Rename a finished folder to its place; an earlier one is kept until the new one stands."""
    if not path.exists():
        folder.rename(path)
        return
    earlier = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
    path.rename(earlier)
    try:
        folder.rename(path)
    except OSError:
        earlier.rename(path)
        raise
    shutil.rmtree(earlier)
