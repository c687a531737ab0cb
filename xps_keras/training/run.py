"""A training run: recipe and network in, a folder with model, history and configuration out."""

import json
import math
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import keras

from xps_keras import __version__
from xps_keras.corpus import Corpus, recipe
from xps_keras.errors import InputError
from xps_keras.files import write_whole
from xps_keras.groups import GROUP_NAMES
from xps_keras.library.store import find_library
from xps_keras.models.blocks import Networks
from xps_keras.models.networks import Preset, preset
from xps_keras.training.batches import FixedCorpus, StreamedCorpus
from xps_keras.training.calibration import calibrate
from xps_keras.training.losses import exact_match, shift_error_ev, shift_likelihood
from xps_keras.training.progress import HistoryFile, ProgressBar
from xps_keras.training.seeds import VALIDATION_SEED_OFFSET


@dataclass(frozen=True)
class Run:
    """Everything a training run is asked for."""

    model: str = "stn"
    recipe: str = "paper"
    max_shift_ev: float | None = None
    """Largest shift in eV, None for the recipe's own."""
    mixing: str | None = None
    """``exact`` or ``paper``, None for the recipe's own."""
    size: int | None = None
    """Training spectra (per epoch when streamed), None for the network's preset."""
    epochs: int | None = None
    """Largest number of epochs, None for the network's preset."""
    validation_size: int = 2000
    """Validation spectra, apart from training and from any test."""
    batch_size: int | None = None
    """Spectra per step, None for the network's preset."""
    learning_rate: float | None = None
    """Initial (plateau) or largest (cosine) learning rate, None for the network's preset."""
    stream: bool = False
    """Fresh spectra in every epoch instead of the same ones again."""
    seed: int = 42
    """Seed of weights, order and spectra."""
    library: str = "polymers"
    """Name of the library: the package's own, or an imported one."""


def train(run: Run, out: Path, resume: bool = False, report: Callable[[str], None] = print) -> Path:
    """Train a network and write ``model.keras``, ``history.json`` and ``config.json``.

    Args:
        run: What to train on what.
        out: Folder of the run, made when missing.
        resume: Go on from the last finished epoch of a run of the same ``run``.
        report: Takes sentences for the user.

    Returns:
        The path of ``model.keras``.

    Raises:
        InputError: An unknown name, a number out of range, a folder that holds another run, or nothing to resume.
    """
    settings = preset(run.model)
    run = _completed(run, settings)
    drawn = recipe(run.recipe, run.max_shift_ev, run.mixing)
    _prepare_folder(run, out, resume)
    if (out / "model.keras").exists():
        # Its last weights need not be its best ones; there is nothing to go on with.
        report(f"The run in {out} is finished.")
        return out / "model.keras"
    keras.utils.set_random_seed(run.seed)
    networks = settings.build()
    inputs, outputs = list(_names(networks.training.input)), list(networks.training.output)
    report(f"Drawing spectra of the recipe '{run.recipe}', shifts up to {drawn.max_shift_ev:g} eV.")
    library = find_library(run.library)
    corpus = Corpus(drawn, run.seed, library)
    size, batch_size = _int(run.size), _int(run.batch_size)
    spectra: FixedCorpus | StreamedCorpus
    if run.stream:
        spectra = StreamedCorpus(corpus, size, batch_size, inputs, outputs)
    else:
        spectra = FixedCorpus(corpus, size, batch_size, inputs, outputs, shuffle=run.seed)
    held_out = Corpus(drawn, run.seed + VALIDATION_SEED_OFFSET, library)
    validation = FixedCorpus(held_out, run.validation_size, 256, inputs, outputs, shuffle=None)
    _compile(networks, run, settings, len(spectra))
    bar = ProgressBar()
    try:
        fitted = networks.training.fit(
            spectra,
            validation_data=validation,
            epochs=run.epochs,
            shuffle=False,  # the corpus orders itself, so that a resumed run repeats the order
            verbose=0,
            callbacks=[*_callbacks(settings, spectra, out), bar],
        )
    finally:
        bar.close()
    if not all(map(math.isfinite, fitted.history.get("loss", []))):
        raise InputError(f"The training in {out} diverged; start again in another folder with a lower learning rate.")
    report("Calibrating on the validation spectra.")
    learnt = calibrate(networks.inference, held_out.batch(0, run.validation_size))
    config = out / "config.json"
    write_whole(config, json.dumps({**json.loads(config.read_text()), **learnt}, indent=1))
    partial = out / "partial.keras"
    networks.inference.save(partial)
    return partial.replace(out / "model.keras")


def _completed(run: Run, settings: Preset) -> Run:
    chosen = {
        name: getattr(run, name) if getattr(run, name) is not None else getattr(settings, name)
        for name in ("size", "epochs", "batch_size", "learning_rate")
    }
    for name in ("size", "epochs", "batch_size", "validation_size"):
        chosen.setdefault(name, getattr(run, name))
        if chosen[name] < 1:
            raise InputError(f"'{name.replace('_', '-')}' must be at least 1, not {chosen[name]}.")
    if run.seed < 0:
        raise InputError(f"The seed must not be negative, but it is {run.seed}.")
    shift = recipe(run.recipe, run.max_shift_ev).max_shift_ev
    return Run(**{**asdict(run), **chosen, "max_shift_ev": shift})


def _prepare_folder(run: Run, out: Path, resume: bool) -> None:
    config = out / "config.json"
    wanted = configuration(run)
    if config.exists():
        if not resume:
            raise InputError(
                f"{out} holds a training run already; add --resume to go on with it or name another folder."
            )
        try:
            found = json.loads(config.read_text())
        except ValueError as error:
            raise InputError(f"{config} is damaged and the run cannot be resumed; name another folder.") from error
        # A run of version 0.1 does not name its library: it is the package's.
        if {"library": "polymers", **found.get("run", {})} != wanted["run"]:
            raise InputError(f"{out} holds a run with other settings, which cannot be resumed with these.")
        if found.get("library_sha256", wanted["library_sha256"]) != wanted["library_sha256"]:
            raise InputError(f"The library {run.library!r} is no longer that of the run in {out}; name another folder.")
        return
    if resume:
        raise InputError(f"There is no training run in {out} to resume.")
    try:
        out.mkdir(parents=True, exist_ok=True)
        write_whole(config, json.dumps(wanted, indent=1))
    except OSError as error:
        raise InputError(f"The folder {out} cannot be written: {error.strerror}.") from error


def configuration(run: Run) -> dict[str, Any]:
    """Return the contents of ``config.json``: what the model is and how its outputs are to be read."""
    corpus = Corpus(recipe(run.recipe, run.max_shift_ev, run.mixing), run.seed, find_library(run.library))
    count = len(GROUP_NAMES)
    return {
        "model": run.model,
        "recipe": corpus.recipe.to_dict(),
        "seed": run.seed,
        "max_shift_ev": corpus.recipe.max_shift_ev,
        "library": corpus.library.name,
        "library_sha256": corpus.library.sha256,
        "assessable": [bool(value) for value in corpus.library.assessable],
        "thresholds": [0.5] * count,
        "calibration": {"scale": [1.0] * count, "bias": [0.0] * count},
        "package_version": __version__,
        "run": asdict(run),
    }


def _compile(networks: Networks, run: Run, settings: Preset, steps: int) -> None:
    rate: Any = run.learning_rate
    if settings.schedule == "cosine":
        total = steps * _int(run.epochs)
        warm_up = min(500, total // 10)
        rate = keras.optimizers.schedules.CosineDecay(
            0.0 if warm_up else rate, total - warm_up, warmup_target=rate if warm_up else None, warmup_steps=warm_up
        )
    losses: dict[str, Any] = {"logits": keras.losses.BinaryCrossentropy(from_logits=True)}
    weights = {"logits": 1.0}
    metrics: dict[str, Any] = {"logits": [exact_match]}
    if "shift_ev" in networks.training.output:
        losses["shift_ev"] = shift_likelihood
        # The likelihood is a sum over one spectrum, the cross-entropy a mean over 40 groups.
        weights["shift_ev"] = 0.02
        metrics["shift_ev"] = [shift_error_ev]
    networks.training.compile(
        optimizer=keras.optimizers.Adam(rate, global_clipnorm=1.0), loss=losses, loss_weights=weights, metrics=metrics
    )


def _callbacks(settings: Preset, spectra: FixedCorpus | StreamedCorpus, out: Path) -> list[Any]:
    callbacks = [
        keras.callbacks.LambdaCallback(on_epoch_begin=lambda epoch, logs: spectra.start_epoch(epoch)),
        keras.callbacks.TerminateOnNaN(),
        HistoryFile(out / "history.json"),
    ]
    if settings.schedule == "plateau":
        callbacks += [
            keras.callbacks.ReduceLROnPlateau("val_loss", factor=0.1, patience=5),
            keras.callbacks.EarlyStopping("val_loss", patience=15, min_delta=1e-4, restore_best_weights=True),
        ]
    # Last, so that what it keeps includes the learning rate that this epoch's end has set.
    return [*callbacks, keras.callbacks.BackupAndRestore(out / "checkpoint", delete_checkpoint=False)]


def _names(inputs: Any) -> list[str]:
    return list(inputs) if isinstance(inputs, dict) else [inputs.name]


def _int(value: int | None) -> int:
    assert value is not None  # noqa: S101  # `_completed` has filled it
    return int(value)
