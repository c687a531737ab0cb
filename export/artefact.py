"""What all exporters share: the result, whole-or-nothing writing, and the proof against Keras."""

import contextlib
import json
import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xps_keras.errors import InputError
from xps_keras.export.card import model_card
from xps_keras.export.parity import TOLERANCES, compare, measure
from xps_keras.metadata import INTENSITY, Metadata, from_json, to_json
from xps_keras.runtime import load
from xps_keras.runtime.sealing import METADATA_FILE

GOLDEN_FILE = "golden.npz"
CARD_FILE = "MODEL_CARD.md"
GOLDEN_ROWS = 3
"""Spectra in the golden file."""


@dataclass(frozen=True)
class Artifact:
    """One exported model."""

    format: str
    """``saved_model``, ``tflite`` or ``onnx``."""
    quantize: str
    """``none``, ``float16`` or ``int8``."""
    path: Path
    """The model: a file, or the version directory of a SavedModel. ``metadata.json``, ``golden.npz`` and
    ``MODEL_CARD.md`` stand beside it."""
    bytes: int
    """Size of the model on disk."""
    parity_error: Mapping[str, float]
    """Largest difference from Keras per output."""
    metadata: Metadata
    """What the artefact says about itself."""


def produce(
    graph: Any,
    path: Path,
    seal: Callable[[Path, Metadata], Path],
    metadata: Metadata,
    spectra: NDArray[np.float32],
    evaluation: Mapping[str, Any] | None,
    force: bool,
) -> Artifact:
    """Write an artefact into a folder of its own, prove it and put the folder in place.

    Args:
        graph: The Keras serving graph.
        path: Folder of the artefact.
        seal: Writes the model with the given metadata into a folder and returns its path; called twice, since the
            measured parity error is part of the metadata.
        metadata: Metadata with ``format`` and ``quantization`` set.
        spectra: Spectra for the comparison, shape ``(n, 6601)``, n above 11.
        evaluation: Content of ``evaluation.json``, for the model card.
        force: Replace an earlier export.

    Returns:
        The artefact.

    Raises:
        InputError: When ``path`` stands already or the artefact does not agree with Keras; then nothing is left.
    """
    refuse_existing(path, force)
    tolerance = TOLERANCES[metadata.format, metadata.quantization]
    with staging(path) as folder:
        model = seal(folder, metadata)
        errors, reference = measure(load(model), graph, spectra, tolerance)
        metadata = replace(metadata, parity_error=errors)
        seal(folder, metadata)
        golden = {name: values[:GOLDEN_ROWS] for name, values in reference.items()}
        sealed = load(model)  # the file as it will stand: metadata inside, hashes right, numbers unchanged
        if sealed.metadata != metadata:
            raise InputError(f"The metadata did not survive in the {metadata.format} artefact; nothing was written.")
        thresholds = np.asarray(metadata.thresholds, np.float32)
        compare(
            golden, sealed.run(spectra[:GOLDEN_ROWS]), replace(tolerance, decisions=None), thresholds, metadata.format
        )
        (folder / METADATA_FILE).write_text(to_json(metadata), encoding="utf-8")
        (folder / CARD_FILE).write_text(model_card(metadata, tolerance, evaluation), encoding="utf-8")
        allowed = {f"tolerance/{name}": np.float64(tolerance.of(name)) for name in golden}
        arrays: dict[str, Any] = {INTENSITY: spectra[:GOLDEN_ROWS], **golden, **allowed}
        np.savez_compressed(folder / GOLDEN_FILE, **arrays)
        size = sum(file.stat().st_size for file in ([model] if model.is_file() else model.rglob("*")) if file.is_file())
        install(folder, path)
    return Artifact(metadata.format, metadata.quantization, path / model.relative_to(folder), size, errors, metadata)


def read_evaluation(path: Path) -> Mapping[str, Any] | None:
    """Read an ``evaluation.json``, None where there is none.

    Raises:
        InputError: When the file is no JSON object.
    """
    if not path.is_file():
        return None
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, OSError) as error:
        raise InputError(f"{path}: this is not a readable JSON file ({error}); evaluate the model again.") from error
    if not isinstance(content, dict):
        raise InputError(f"{path}: a JSON object was expected; evaluate the model again.")
    return content


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
