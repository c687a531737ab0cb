"""``xps-keras train``: a network from a recipe."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from xps_keras import interrupts
from xps_keras.cli.extras import TRAINING, needing
from xps_keras.cli.messages import say
from xps_keras.cli.options import Epochs, LibraryName, MaxShift, Recipe, Size, Stream, WorkerIndex, Workers, words


class Strategy(StrEnum):
    """Devices to train on."""

    AUTO = "auto"
    ONE = "one"
    MIRRORED = "mirrored"
    MULTIWORKER = "multiworker"


class Precision(StrEnum):
    """What layers compute in."""

    FLOAT32 = "float32"
    MIXED_FLOAT16 = "mixed_float16"
    MIXED_BFLOAT16 = "mixed_bfloat16"


def train(
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder for the model, its history and configuration.")],
    recipe: Recipe = "paper",
    max_shift: MaxShift = None,
    mixing: Annotated[
        str | None, typer.Option(metavar="NAME", help="exact or paper: how the paper recipe weighs its polymers.")
    ] = None,
    model: Annotated[
        str, typer.Option(metavar="NAME", help="Network: stn, mlp, cnn, align, or mine.py, which is run.")
    ] = "stn",
    size: Size = None,
    epochs: Epochs = None,
    batch_size: Annotated[
        int | None, typer.Option(min=1, help="Spectra per step; the network's own if left out.")
    ] = None,
    learning_rate: Annotated[
        float | None, typer.Option(help="First or largest learning rate; the network's own if left out.")
    ] = None,
    schedule: Annotated[
        str | None, typer.Option(metavar="NAME", help="plateau or cosine; the network's own if left out.")
    ] = None,
    patience: Annotated[
        int | None, typer.Option(min=1, help="Epochs without improvement that end a plateau; 15 if left out.")
    ] = None,
    stream: Stream = False,
    seed: Annotated[int, typer.Option(min=0, help="Seed of weights, order and spectra.")] = 42,
    library: LibraryName = "polymers",
    strategy: Annotated[
        Strategy,
        typer.Option(help="Devices: one; mirrored, all GPUs of this machine; multiworker, several machines; auto."),
    ] = Strategy.AUTO,
    workers: Workers = None,
    worker_index: WorkerIndex = None,
    precision: Annotated[Precision, typer.Option(help="What layers compute in; weights stay float32.")] = (
        Precision.FLOAT32
    ),
    average: Annotated[
        bool, typer.Option("--average", help="Keep a moving average of the weights in their place.")
    ] = False,
    resume: Annotated[bool, typer.Option("--resume", help="Go on from the last finished epoch in the folder.")] = False,
) -> None:
    """Train a network."""
    devices = needing("xps_keras.training.devices", "train", TRAINING)
    run = needing("xps_keras.training.run", "train", TRAINING)
    wanted = run.Run(
        model=model,
        recipe=recipe,
        max_shift_ev=max_shift,
        mixing=mixing,
        size=size,
        epochs=epochs,
        batch_size=batch_size,
        learning_rate=learning_rate,
        schedule=schedule,
        patience=patience,
        stream=stream,
        seed=seed,
        library=library,
        precision=precision.value,
        average=average,
    )
    chosen = devices.Devices(strategy.value, tuple(words(workers or "")), worker_index)
    with interrupts.telling(lambda: _kept(out)):
        written = run.train(wanted, out, resume=resume, report=say, devices=chosen)
    if written.exists():  # of several workers, only the chief has a model to name
        print(written)


def _kept(out: Path) -> str:
    """Say what is kept of a training that was stopped."""
    if not (out / "config.json").exists():
        return ""
    if not any((out / name).exists() for name in ("checkpoint.npz", "model.keras")):
        return (
            f"stopped from the keyboard before the first epoch was finished; {out} holds the settings alone: the same "
            "command with --resume begins anew."
        )
    return (
        f"stopped from the keyboard; what was trained until the last finished epoch is kept in {out}: go on with the "
        "same command and --resume."
    )
