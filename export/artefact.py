"""What all exporters share: the result, whole-or-nothing writing, and the proof against Keras."""

import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from xps_keras.errors import ModelError, UsageError, XpsKerasError
from xps_keras.export.card import model_card
from xps_keras.export.channels_graph import ChannelsGraph
from xps_keras.export.graph import Graph
from xps_keras.export.parity import Reference
from xps_keras.export.spectrum_graph import SpectrumGraph
from xps_keras.graph_contract import TAKES_CHANNELS
from xps_keras.metadata import Metadata, from_json, to_json
from xps_keras.runtime.artefact_format import ArtefactFormat, custom_operators
from xps_keras.runtime.comparing import Tolerance, compare
from xps_keras.runtime.golden import GOLDEN_FILE
from xps_keras.runtime.loading import load_artefact
from xps_keras.runtime.sealing import METADATA_FILE
from xps_keras.runtime.trained import Trained
from xps_keras.runtime.verifying import CARD_FILE, SUMS_FILE, write_sums
from xps_keras.staging import clear_leftovers, install, staging


@dataclass(frozen=True)
class Writer:
    """How one format is written; each stands in the module of the format's name in ``xps_keras.export``."""

    format: ArtefactFormat
    """Everything else about the format."""
    write: Callable[[Graph, Path, Metadata], str]
    """Write a graph, unsealed, to a path, as ``quantization`` and ``batch`` of the metadata say. Returns the SHA-256
    of the graph with its weights, hexadecimal."""
    tolerances: Mapping[str, Tolerance]
    """What may differ from Keras, by quantization."""


@dataclass(frozen=True)
class Artifact:
    """One exported model."""

    format: str
    """Name of the format: ``saved_model``, ``tflite`` or ``onnx``."""
    kind: str
    """What its graph takes: ``channels``, or ``spectrum`` as measured."""
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


def export_one(
    writer: Writer,
    model: Trained,
    path: str | Path,
    *,
    quantize: str = "none",
    batch: int | None = None,
    kind: str = TAKES_CHANNELS,
    reference: Reference | None = None,
    force: bool = False,
) -> Artifact:
    """Write a trained model in one format.

    Args:
        writer: The format's writer. ``export_tflite`` and its like have it filled in.
        model: The trained model.
        path: Folder of the artefact.
        quantize: ``none``, or where the format knows them ``float16`` (weights at half size) or ``int8`` (dynamic
            range: weights at a quarter, input and outputs stay float32). The layers that the shift depends on are
            float32 in all three.
        batch: Spectra per call; None for any. A fixed number, where the format knows it, 1 for embedded use, takes all
            work on shapes out of the graph, which then runs in about two thirds of the time.
        kind: What the graph takes: ``channels``, or ``spectrum`` as measured.
        reference: What Keras gives for spectra on the axis, for the comparison; None draws probes and asks it.
        force: Replace an earlier export.

    Returns:
        The artefact.

    Raises:
        UsageError: When ``path`` stands already, or the format knows no such weights or batch.
        ModelError: When the format cannot hold the graph, or the artefact does not agree with Keras; then nothing is
            left.
    """
    graph: Graph = ChannelsGraph(model, reference) if kind == TAKES_CHANNELS else SpectrumGraph(model)
    return produce(writer, graph, Path(path), quantize, batch, force)


def produce(
    writer: Writer, graph: Graph, path: Path, quantize: str = "none", batch: int | None = None, force: bool = False
) -> Artifact:
    """Write an artefact into a folder of its own, prove it and put the folder in place; see ``export_one``.

    Args:
        writer: The format's writer.
        graph: The graph, with what it is compared with.
        path: Folder of the artefact.
        quantize: How the weights are stored.
        batch: Spectra per call, None for any.
        force: Replace an earlier export.

    Returns:
        The artefact.

    Raises:
        XpsKerasError: As ``export_one``.
    """
    form = writer.format
    if quantize not in form.quantizations or (batch is not None and not form.fixed_batch):
        raise UsageError(
            f"The format {form.name} holds float32 weights and takes any batch; choose the format tflite for others."
        )
    refuse_existing(path, force)
    with tempfile.TemporaryDirectory() as temporary, staging(path) as folder:
        plain, file = Path(temporary) / form.file, folder / form.file
        metadata = replace(
            graph.model.metadata, format=form.name, kind=graph.kind.name, quantization=quantize, batch=batch
        )
        metadata = replace(metadata, graph_sha256=writer.write(graph, plain, metadata))
        metadata = replace(metadata, operators=form.operators(plain))
        _refuse_custom(metadata.operators, f"{form.name}{graph.kind.ending}")
        metadata = _prove(writer, graph, plain, file, metadata)
        write_sums(folder)
        size = sum(part.stat().st_size for part in ([file] if file.is_file() else file.rglob("*")) if part.is_file())
        install(folder, path)
    return Artifact(form.name, graph.kind.name, quantize, path / form.file, size, metadata.parity_error, metadata)


def _refuse_custom(operators: tuple[str, ...], what: str) -> None:
    foreign = custom_operators(operators)
    if foreign:
        raise ModelError(
            f"The {what} graph needs {', '.join(foreign)}, which plain runtimes do not have; nothing was written; "
            "build the model from standard operations."
        )


def _prove(writer: Writer, graph: Graph, plain: Path, file: Path, metadata: Metadata) -> Metadata:
    """Seal a model, compare it, seal it again with what was measured, and write all that stands beside it.

    Returns:
        The metadata as it stands in the model.
    """
    seal, tolerance = writer.format.seal, writer.tolerances[metadata.quantization]
    seal(plain, file, metadata)
    try:
        proof = graph.prove(load_artefact(file, num_threads=os.cpu_count() or 1), tolerance)
    except XpsKerasError as error:
        raise ModelError(
            f"{str(error).removesuffix('.')}, so nothing was written; choose another format or quantization, or "
            "train the model again."
        ) from error
    metadata = replace(metadata, parity_error=proof.errors, agreement=proof.agreement)
    seal(plain, file, metadata)
    again = load_artefact(file)  # as it will stand: metadata inside, hashes right, numbers unchanged
    if again.metadata != metadata:
        raise ModelError(f"The metadata did not survive in the {metadata.format} artefact; nothing was written.")
    answer = again.run(*proof.inputs.values())
    compared = {name: proof.outputs[name] for name in metadata.parity_error}
    found = {name: answer[name] for name in compared}
    compare(compared, found, tolerance, np.asarray(metadata.thresholds, np.float32), metadata.format)
    folder = file.parent
    (folder / METADATA_FILE).write_text(to_json(metadata), encoding="utf-8")
    (folder / CARD_FILE).write_text(model_card(metadata, tolerance, graph.model.evaluation), encoding="utf-8")
    allowed = {f"tolerance/{name}": np.float64(tolerance.of(name)) for name in compared}
    arrays: dict[str, Any] = {**proof.inputs, **proof.outputs, **allowed}
    np.savez_compressed(folder / GOLDEN_FILE, **arrays)
    return metadata


def refuse_existing(path: Path, force: bool) -> None:
    """Refuse to write over something; what killed exports have left there is cleared away first.

    Args:
        path: Folder to be written.
        force: Whether an earlier export may be replaced. Anything else is never replaced: a mistyped folder must not
            cost somebody's files.

    Raises:
        UsageError: When something stands there that may not be replaced.
    """
    clear_leftovers(path)
    if not path.exists() or (path.is_dir() and not any(path.iterdir())):
        return
    if not force:
        raise UsageError(f"{path}: something stands here already; choose another folder or use --force to replace it.")
    described = path / METADATA_FILE
    try:
        from_json(described.read_text(encoding="utf-8"), str(described))
    except (OSError, ValueError, XpsKerasError) as error:
        raise UsageError(
            f"{path}: this is not an earlier export, so it is not replaced; choose another folder."
        ) from error
    if strangers := _strangers(path):
        raise UsageError(
            f"{path}: {strangers[0]!r} here is no part of the export and would be lost; move it away or choose another "
            "folder."
        )


def _strangers(path: Path) -> list[str]:
    """Files in the folder of an export that its list of hashes does not name, such as a model that was put there."""
    try:
        listing = (path / SUMS_FILE).read_text(encoding="utf-8", errors="replace")
    except OSError:
        listing = ""
    known = {line.partition("  ")[2] for line in listing.splitlines()} | {SUMS_FILE}
    found = sorted(file.relative_to(path).as_posix() for file in path.rglob("*") if not file.is_dir())
    return [name for name in found if name not in known]
