"""SavedModel: for TensorFlow Serving and everything that links TensorFlow."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from xps_keras.axis import AXIS
from xps_keras.errors import InputError
from xps_keras.export.artefact import Artifact, produce
from xps_keras.metadata import ALIGNED, INTENSITY, Metadata, to_json
from xps_keras.runtime.sealing import LABELS_FILE, METADATA_FILE, labels_text, seal_saved_model

SERVING = "serving_default"
"""Signature with all outputs."""
CLASSIFY = "classify"
"""Signature without ``aligned``, which makes up most of an answer's size."""
VERSION = "1"
"""Name of the version directory; model servers want a number."""


def export_saved_model(
    graph: Any,
    path: str | Path,
    *,
    metadata: Metadata,
    spectra: NDArray[np.float32],
    quantize: str = "none",
    evaluation: Mapping[str, Any] | None = None,
    force: bool = False,
) -> Artifact:
    """Write the serving graph as a SavedModel, ``<path>/1``.

    Args:
        graph: Keras model of ``serving_graph``.
        path: Folder of the artefact.
        metadata: Metadata of the trained model.
        spectra: Spectra for the comparison with Keras, shape ``(n, 6601)``, n above 11.
        quantize: ``none``; SavedModels stay float32.
        evaluation: Content of ``evaluation.json``, for the model card.
        force: Replace an earlier export.

    Returns:
        The artefact.

    Raises:
        InputError: When ``path`` stands already, or the artefact does not agree with Keras.
    """
    if quantize != "none":
        raise InputError(f"A SavedModel cannot be quantized to {quantize}; choose the format tflite for that.")

    def seal(folder: Path, final: Metadata) -> Path:
        directory = folder / VERSION
        if not directory.exists():
            write_saved_model(graph, directory, final)
        seal_saved_model(directory, final)
        return directory

    described = replace(metadata, format="saved_model", quantization="none")
    return produce(graph, Path(path), seal, described, spectra, evaluation, force)


def serving_function(graph: Any, leave_out: tuple[str, ...] = ()) -> Any:
    """Return a ``tf.function`` from ``intensity`` to a dictionary of the graph's outputs, batch free.

    Args:
        graph: Keras model of ``serving_graph``.
        leave_out: Outputs that the function does not give.
    """

    def serve(intensity: Any) -> dict[str, Any]:
        outputs = graph(intensity, training=False)
        return {name: tf.identity(value, name) for name, value in outputs.items() if name not in leave_out}

    signature = [tf.TensorSpec((None, AXIS.size), tf.float32, name=INTENSITY)]
    return tf.function(serve, input_signature=signature, autograph=False)


def write_saved_model(graph: Any, directory: Path, metadata: Metadata) -> None:
    """Write a SavedModel with both signatures, labels and metadata as assets.

    ``tf.Module`` takes the place of ``keras.export.ExportArchive``, which has no public way to add assets.

    Args:
        graph: Keras model of ``serving_graph``.
        directory: The version directory, which does not exist yet.
        metadata: What the artefact says about itself.
    """
    sources = directory.with_name(f"{directory.name}-assets")
    sources.mkdir(parents=True)
    (sources / LABELS_FILE).write_text(labels_text(metadata), encoding="utf-8")
    (sources / METADATA_FILE).write_text(to_json(metadata), encoding="utf-8")
    module = tf.Module(name="xps_keras")
    module.weights_of_graph = [weight.value for weight in graph.weights]
    module.assets = [tf.saved_model.Asset(str(sources / name)) for name in (LABELS_FILE, METADATA_FILE)]
    signatures = {SERVING: serving_function(graph), CLASSIFY: serving_function(graph, leave_out=(ALIGNED,))}
    tf.saved_model.save(module, str(directory), signatures=signatures)
    for file in sources.iterdir():
        file.unlink()
    sources.rmdir()
