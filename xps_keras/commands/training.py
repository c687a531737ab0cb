"""``train``, ``evaluate`` and ``export``: the commands that need the extra packages."""

import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

from xps_keras.commands.outputs import writable
from xps_keras.errors import InputError
from xps_keras.quiet import dropping_lines


def _module(name: str, command: str) -> ModuleType:
    """Import a part of the package that needs TensorFlow, or say what to install."""
    # TensorFlow greets with a dozen lines on drivers and instruction sets; faults reach us as exceptions anyway.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    try:
        with dropping_lines(b"WARNING: All log messages before absl", b"I0000", b"W0000"):
            return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("xps_keras"):
            raise
        raise InputError(
            f"`xps-keras {command}` needs the package {error.name}; run `pip install 'xps-keras[train,onnx]'`."
        ) from error


def _progress(text: str) -> None:
    print(text, file=sys.stderr)


def train(
    *,
    out: Path,
    recipe: str,
    max_shift_ev: float | None,
    mixing: str | None,
    model: str,
    size: int | None,
    epochs: int | None,
    stream: bool,
    seed: int,
    resume: bool,
) -> None:
    """Train a network; see ``xps_keras.training.run.train``."""
    run = _module("xps_keras.training.run", "train")
    wanted = run.Run(
        model=model,
        recipe=recipe,
        max_shift_ev=max_shift_ev,
        mixing=mixing,
        size=size,
        epochs=epochs,
        stream=stream,
        seed=seed,
    )
    print(run.train(wanted, out, resume=resume, report=_progress))


def evaluate(
    model: str,
    *,
    recipe: str,
    max_shift_ev: float | None,
    size: int,
    seed: int,
    json_out: str | None,
    png: Path | None,
) -> None:
    """Measure a model on fresh spectra and print or write the figures; see ``xps_keras.evaluation.evaluate``."""
    for path in (Path(json_out) if json_out not in (None, "-") else None, png):
        if path is not None:
            writable(path)
    work = _module("xps_keras.evaluation.evaluate", "evaluate")
    figures = work.evaluate(
        model,
        recipe=recipe,
        max_shift_ev=max_shift_ev,
        size=size,
        seed=seed,
        out_json=None if json_out in (None, "-") else Path(json_out),
        out_png=png,
    )
    if json_out == "-":
        sys.stdout.write(work.to_json(figures))
    else:
        _module("xps_keras.evaluation.table", "evaluate").print_table(figures)


def export(model: Path, *, formats: Sequence[str], quantize: Sequence[str], out: Path, force: bool) -> None:
    """Write artefacts and name them on stdout; see ``xps_keras.export.export``."""
    for artefact in _module("xps_keras.export", "export").export(model, formats, out, quantize=quantize, force=force):
        print(artefact.path)
