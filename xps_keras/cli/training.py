"""``train`` and ``evaluate``: commands that need the extra packages."""

import sys
from collections.abc import Sequence
from pathlib import Path

from xps_keras.cli.extras import needing
from xps_keras.cli.messages import say
from xps_keras.cli.outputs import writable_results


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
    library: str,
    strategy: str,
    workers: Sequence[str],
    worker_index: int | None,
    precision: str,
    average: bool,
    resume: bool,
) -> None:
    """Train a network; see ``xps_keras.training.run.train``. Only the chief of several workers has a model to name."""
    devices = needing("xps_keras.training.devices", "train", "train,onnx")
    run = needing("xps_keras.training.run", "train", "train,onnx")
    wanted = run.Run(
        model=model,
        recipe=recipe,
        max_shift_ev=max_shift_ev,
        mixing=mixing,
        size=size,
        epochs=epochs,
        stream=stream,
        seed=seed,
        library=library,
        precision=precision,
        average=average,
    )
    chosen = devices.Devices(strategy, tuple(workers), worker_index)
    written = run.train(wanted, out, resume=resume, report=say, devices=chosen)
    if written.exists():
        print(written)


def evaluate(
    model: str,
    *,
    recipe: str,
    max_shift_ev: float | None,
    size: int,
    seed: int,
    library: str,
    json_out: str | None,
    png: Path | None,
) -> None:
    """Measure a model on fresh spectra and print or write the figures; see ``xps_keras.evaluation.evaluate``."""
    file = writable_results(json_out, png)
    work = needing("xps_keras.evaluation.evaluate", "evaluate", "train,onnx")
    figures = work.evaluate(
        model,
        recipe=recipe,
        max_shift_ev=max_shift_ev,
        size=size,
        seed=seed,
        library=library,
        out_json=file,
        out_png=png,
    )
    if json_out == "-":
        sys.stdout.write(work.to_json(figures))
    else:
        needing("xps_keras.evaluation.table", "evaluate", "train,onnx").print_table(figures)
