"""Exporters: one graph contract, three formats; installed as ``xps_keras.export``.

Nothing heavy is imported here, so that the command line can name formats without TensorFlow.
"""

import dataclasses
import importlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from xps_keras.errors import InputError
from xps_keras.files import StrPath

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from xps_keras.export.artefact import Artifact

__all__ = ["COMPARED", "FORMATS", "QUANTIZATIONS", "export"]

FORMATS = ("saved_model", "tflite", "onnx")
"""What ``export`` writes."""
QUANTIZATIONS = ("none", "float16", "int8")
"""How TFLite may store the weights: float32, float16, or dynamic-range int8 (input and outputs stay float32)."""
COMPARED = 5_000
"""Spectra on which the command counts group decisions: 200,000 of them."""


def export(
    model_path: StrPath,
    formats: Sequence[str] = FORMATS,
    out: StrPath = "artefacts",
    quantize: str | Sequence[str] = "none",
    force: bool = False,
    *,
    batch1: bool = False,
    raw: bool = False,
    spectra: "NDArray[np.float32] | None" = None,
    compared: int = 0,
    report: Callable[[str], None] = lambda sentence: None,
) -> "list[Artifact]":
    """Write a trained model as artefacts; all are proved against Keras before the first is put in place.

    Args:
        model_path: A ``.keras`` file with its ``config.json`` beside it, or ``pretrained``. An ``evaluation.json``
            beside it goes into the model cards.
        formats: Any of ``FORMATS``.
        out: Folder; each artefact gets a folder in it: ``saved_model``, ``onnx``, ``tflite``, ``tflite-float16``,
            ``tflite-int8``.
        quantize: One or several of ``QUANTIZATIONS``; each gives a TFLite file. SavedModel and ONNX stay float32.
        force: Replace earlier exports that stand in ``out``.
        batch1: Also write each TFLite file for one spectrum at a time, in ``tflite-batch1`` and so on.
        raw: Also write the graph that takes a measured spectrum, in each of ``formats``, in ``saved_model-raw`` and so
            on; see ``xps_keras.export.raw_spectrum``.
        spectra: Spectra for the comparison of all outputs with Keras, shape ``(n, 6601)``, n above 11; None draws them
            from the corpus.
        compared: Further spectra, of the recipe ``instrument``, on which the group decisions are compared.
        report: Takes sentences on the progress.

    Returns:
        The artefacts, in the order of ``formats`` and ``quantize``; those of ``raw`` last.

    Raises:
        InputError: When the model cannot be used, an artefact stands already, a needed package is not installed, or
            an artefact does not agree with Keras.
    """
    jobs = _jobs(formats, [quantize] if isinstance(quantize, str) else list(quantize), batch1)
    kinds = list(dict.fromkeys(formats)) if raw else []
    try:
        from xps_keras.export.artefact import install, refuse_existing, staging
        from xps_keras.export.parity import reference_of
        from xps_keras.runtime.trained import load_trained

        exporters = {
            job.format: getattr(importlib.import_module(f"xps_keras.export.{job.format}"), f"export_{job.format}")
            for job in jobs
        }
        if raw:
            from xps_keras.export.raw_spectrum import export_raw
    except ImportError as error:
        raise InputError(
            f"Export needs {error.name or 'TensorFlow'}; run `pip install 'xps-keras[train,onnx]'`."
        ) from error
    out = Path(out)
    folders = [*(job.folder for job in jobs), *(f"{kind}-raw" for kind in kinds)]
    for folder in folders:
        refuse_existing(out / folder, force)
    trained = load_trained(model_path)
    report(f"Running the Keras model on {compared} spectra." if compared else "Running the Keras model.")
    reference = reference_of(trained, spectra, compared)
    with staging(out) as temporary:
        artefacts = []
        for job in jobs:
            report(f"Writing {job.folder} and comparing it.")
            exporter, target = exporters[job.format], temporary / job.folder
            artefacts.append(exporter(trained, target, quantize=job.quantize, batch=job.batch, reference=reference))
        for kind in kinds:
            report(f"Writing {kind}-raw and comparing it.")
            artefacts.append(export_raw(trained, temporary / f"{kind}-raw", kind=kind))
        out.mkdir(exist_ok=True)
        for folder in folders:
            install(temporary / folder, out / folder)
        return [
            dataclasses.replace(artefact, path=out / artefact.path.relative_to(temporary)) for artefact in artefacts
        ]


@dataclasses.dataclass(frozen=True)
class _Job:
    """One artefact that was asked for."""

    format: str
    quantize: str
    batch: int | None

    @property
    def folder(self) -> str:
        quantized = "" if self.quantize == "none" else f"-{self.quantize}"
        return f"{self.format}{quantized}{'' if self.batch is None else f'-batch{self.batch}'}"


def _jobs(formats: Sequence[str], quantizations: Sequence[str], batch1: bool) -> list[_Job]:
    """Return every artefact that was asked for."""
    for value, known, what in [
        *((value, FORMATS, "format") for value in formats),
        *((value, QUANTIZATIONS, "quantization") for value in quantizations),
    ]:
        if value not in known:
            raise InputError(f"There is no {what} `{value}`; choose from {', '.join(known)}.")
    if not formats or not quantizations:
        raise InputError(f"Nothing to export was named; choose formats from {', '.join(FORMATS)}.")
    if "tflite" not in formats and (set(quantizations) != {"none"} or batch1):
        raise InputError("Only TFLite can be quantized or have a batch of 1; add the format tflite or leave that out.")
    jobs = []
    for kind in dict.fromkeys(formats):
        if kind != "tflite":
            jobs.append(_Job(kind, "none", None))
            continue
        for batch in (None, 1) if batch1 else (None,):
            jobs += [_Job(kind, quantization, batch) for quantization in dict.fromkeys(quantizations)]
    return jobs
