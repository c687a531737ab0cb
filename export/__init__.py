"""Exporters: one graph contract, three formats; installed as ``xps_keras.export``.

Nothing heavy is imported here, so that the command line can name formats without TensorFlow.
"""

import contextlib
import dataclasses
import importlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from xps_keras.errors import ModelError, UsageError
from xps_keras.files import StrPath, check_folder
from xps_keras.graph_contract import TAKES_CHANNELS, TAKES_SPECTRUM
from xps_keras.runtime.formats import ARTEFACT_FORMATS
from xps_keras.runtime.kinds import KINDS
from xps_keras.staging import install, staging

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from xps_keras.export.artefact import Artifact, Writer

__all__ = ["COMPARED", "FORMATS", "QUANTIZATIONS", "export", "writer_of"]

FORMATS = tuple(ARTEFACT_FORMATS)
"""What ``export`` writes."""
QUANTIZATIONS = tuple(dict.fromkeys(name for form in ARTEFACT_FORMATS.values() for name in form.quantizations))
"""How weights may be stored: float32, and in TFLite float16 or dynamic-range int8 (input and outputs stay float32)."""
COMPARED = 5_000
"""Spectra on which the command counts group decisions, one per group and spectrum."""


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
            on; see ``xps_keras.export.spectrum_graph``.
        spectra: Spectra for the comparison of all outputs with Keras, shape ``(n, channels)``, n above 11; None draws
            them from the corpus.
        compared: Further spectra, of the recipe ``instrument``, on which the group decisions are compared.
        report: Takes sentences on the progress.

    Returns:
        The artefacts, in the order of ``formats`` and ``quantize``; those of ``raw`` last.

    Raises:
        UsageError: When a name is unknown, the options do not fit one another, or an artefact stands already.
        ModelError: When the model cannot be used, a needed package is not installed, or an artefact does not agree
            with Keras.
    """
    jobs = _jobs(formats, [quantize] if isinstance(quantize, str) else list(quantize), batch1, raw)
    try:
        from xps_keras.export.artefact import produce, refuse_existing
        from xps_keras.export.channels_graph import ChannelsGraph
        from xps_keras.export.graph import Graph
        from xps_keras.export.parity import reference_of
        from xps_keras.export.spectrum_graph import SpectrumGraph
        from xps_keras.runtime.trained import load_trained

        writers = {job.format: writer_of(job.format) for job in jobs}
    except ImportError as error:
        raise ModelError(
            f"Export needs {error.name or 'TensorFlow'}; run `pip install 'xps-keras[train,onnx]'`."
        ) from error
    out = Path(out)
    check_folder(out)
    for job in jobs:
        refuse_existing(out / job.folder, force)
    trained = load_trained(model_path)
    # Weights of float32 and the proof in each artefact, and one more while a file is sealed.
    check_folder(out, trained.path.stat().st_size * (len(jobs) + 1) + 1_000_000)
    report(f"Running the Keras model on {compared} spectra." if compared else "Running the Keras model.")
    graphs: dict[str, Graph] = {
        TAKES_CHANNELS: ChannelsGraph(trained, reference_of(trained, spectra, compared)),
        TAKES_SPECTRUM: SpectrumGraph(trained),
    }
    with _sentences(out), staging(out) as temporary:
        artefacts = []
        for number, job in enumerate(jobs, start=1):
            long = "; this graph takes minutes" if job.kind == TAKES_SPECTRUM else ""
            report(f"Writing {job.folder} and comparing it ({number} of {len(jobs)}{long}).")
            target = temporary / job.folder
            artefacts.append(produce(writers[job.format], graphs[job.kind], target, job.quantize, job.batch))
        out.mkdir(exist_ok=True)
        for job in jobs:
            install(temporary / job.folder, out / job.folder)
        return [
            dataclasses.replace(artefact, path=out / artefact.path.relative_to(temporary)) for artefact in artefacts
        ]


@contextlib.contextmanager
def _sentences(out: Path) -> Iterator[None]:
    """Say in a sentence what the disk refuses."""
    try:
        yield
    except OSError as error:
        raise UsageError(
            f"{out}: the artefacts cannot be written ({error.strerror or error}), so nothing was; make room or name "
            "another folder."
        ) from error


def writer_of(name: str) -> "Writer":
    """Return the writer of a format; it stands in the module of this name here, and imports what converts models."""
    found: Writer = importlib.import_module(f"xps_keras.export.{name}").WRITER
    return found


@dataclasses.dataclass(frozen=True)
class _Job:
    """One artefact that was asked for."""

    format: str
    quantize: str = "none"
    batch: int | None = None
    kind: str = TAKES_CHANNELS

    @property
    def folder(self) -> str:
        quantized = "" if self.quantize == "none" else f"-{self.quantize}"
        batch = "" if self.batch is None else f"-batch{self.batch}"
        return f"{self.format}{quantized}{batch}{KINDS[self.kind].ending}"


def _jobs(formats: Sequence[str], quantizations: Sequence[str], batch1: bool, raw: bool) -> list[_Job]:
    """Return every artefact that was asked for."""
    for value, known, what in [
        *((value, FORMATS, "format") for value in formats),
        *((value, QUANTIZATIONS, "quantization") for value in quantizations),
    ]:
        if value not in known:
            raise UsageError(f"There is no {what} `{value}`; choose from {', '.join(known)}.")
    if not formats or not quantizations:
        raise UsageError(f"Nothing to export was named; choose formats from {', '.join(FORMATS)}.")
    small = [form for form in ARTEFACT_FORMATS.values() if form.fixed_batch or len(form.quantizations) > 1]
    if not {form.name for form in small} & set(formats) and (set(quantizations) != {"none"} or batch1):
        raise UsageError(
            f"Only {' and '.join(form.title for form in small)} can be quantized or have a batch of 1; add the format "
            f"{' or '.join(form.name for form in small)} or leave that out."
        )
    chosen = [ARTEFACT_FORMATS[name] for name in dict.fromkeys(formats)]
    jobs = []
    for form in chosen:
        allowed = [name for name in dict.fromkeys(quantizations) if name in form.quantizations]
        for batch in (None, 1) if batch1 and form.fixed_batch else (None,):
            # A format that holds float32 alone is written so, whatever else was asked for the others.
            jobs += [_Job(form.name, name, batch) for name in (allowed if len(form.quantizations) > 1 else ["none"])]
    return jobs + [_Job(form.name, kind=TAKES_SPECTRUM) for form in chosen if raw]
