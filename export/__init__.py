"""Exporters: one graph contract, three formats; installed as ``xps_keras.export``.

Nothing heavy is imported here, so that the command line can name formats without TensorFlow.
"""

import dataclasses
import importlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from xps_keras.errors import InputError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from xps_keras.export.artefact import Artifact

FORMATS = ("saved_model", "tflite", "onnx")
"""What ``export`` writes."""
QUANTIZATIONS = ("none", "float16", "int8")
"""How TFLite may store the weights: float32, float16, or dynamic-range int8 (activations stay float32)."""


def export(
    model_path: str | Path,
    formats: Sequence[str] = FORMATS,
    out: str | Path = "artefacts",
    quantize: str | Sequence[str] = "none",
    force: bool = False,
    *,
    spectra: "NDArray[np.float32] | None" = None,
) -> "list[Artifact]":
    """Write a trained model as artefacts; all are proved against Keras before the first is put in place.

    Args:
        model_path: A ``.keras`` file with its ``config.json`` beside it. An ``evaluation.json`` there goes into the
            model cards.
        formats: Any of ``FORMATS``.
        out: Folder; each artefact gets a folder in it: ``saved_model``, ``onnx``, ``tflite``, ``tflite-float16``,
            ``tflite-int8``.
        quantize: One or several of ``QUANTIZATIONS``; each gives a TFLite file. SavedModel and ONNX stay float32.
        force: Replace earlier exports that stand in ``out``.
        spectra: Spectra for the comparison with Keras, shape ``(n, 6601)``; None draws them from the corpus.

    Returns:
        The artefacts, in the order of ``formats`` and ``quantize``.

    Raises:
        InputError: When the model cannot be used, an artefact stands already, a needed package is not installed, or
            an artefact does not agree with Keras.
    """
    jobs = _jobs(formats, [quantize] if isinstance(quantize, str) else list(quantize))
    try:
        from xps_keras.export.artefact import install, read_evaluation, refuse_existing, staging
        from xps_keras.export.graph import serving_graph
        from xps_keras.export.trained import load_trained

        exporters = {
            kind: getattr(importlib.import_module(f"xps_keras.export.{kind}"), f"export_{kind}") for _, kind, _ in jobs
        }
    except ImportError as error:
        raise InputError(
            f"Export needs {error.name or 'TensorFlow'}; run `pip install 'xps-keras[train,onnx]'`."
        ) from error
    out = Path(out)
    for folder, _, _ in jobs:
        refuse_existing(out / folder, force)
    trained = load_trained(model_path)
    graph = serving_graph(trained.model, trained.calibration)
    evaluation = read_evaluation(Path(model_path).parent / "evaluation.json")
    if spectra is None:
        from xps_keras.export.probes import probe_spectra

        spectra = probe_spectra(trained.metadata.max_shift_ev)
    with staging(out) as temporary:
        artefacts = [
            exporters[kind](
                graph,
                temporary / folder,
                metadata=trained.metadata,
                quantize=quantization,
                spectra=spectra,
                evaluation=evaluation,
            )
            for folder, kind, quantization in jobs
        ]
        out.mkdir(exist_ok=True)
        for folder, _, _ in jobs:
            install(temporary / folder, out / folder)
        return [
            dataclasses.replace(artefact, path=out / artefact.path.relative_to(temporary)) for artefact in artefacts
        ]


def _jobs(formats: Sequence[str], quantizations: Sequence[str]) -> list[tuple[str, str, str]]:
    """Return folder, format and quantisation of every artefact that was asked for."""
    for value, known, what in [
        *((value, FORMATS, "format") for value in formats),
        *((value, QUANTIZATIONS, "quantization") for value in quantizations),
    ]:
        if value not in known:
            raise InputError(f"There is no {what} `{value}`; choose from {', '.join(known)}.")
    if not formats or not quantizations:
        raise InputError(f"Nothing to export was named; choose formats from {', '.join(FORMATS)}.")
    if "tflite" not in formats and set(quantizations) != {"none"}:
        raise InputError("Only TFLite can be quantized; add the format tflite or leave the quantization out.")
    jobs = []
    for kind in dict.fromkeys(formats):
        for quantization in dict.fromkeys(quantizations) if kind == "tflite" else ["none"]:
            jobs.append((kind if quantization == "none" else f"{kind}-{quantization}", kind, quantization))
    return jobs
