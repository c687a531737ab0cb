"""A training run: recipe and network in, a folder with model, history and configuration out."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import keras

from xps_keras.corpus import Corpus, recipe
from xps_keras.corpus.seeds import VALIDATION_SEED_OFFSET
from xps_keras.errors import InputError
from xps_keras.files import StrPath, write_whole
from xps_keras.groups import GROUP_NAMES
from xps_keras.measured.store import find_library
from xps_keras.models.networks import Preset, preset
from xps_keras.training.batches import FixedCorpus, StreamedCorpus
from xps_keras.training.calibration import calibrate
from xps_keras.training.checkpoint import from_bytes
from xps_keras.training.devices import Devices, Team, agreed, start, worker_faults
from xps_keras.training.engine import PRECISIONS, Engine, weights_of
from xps_keras.training.folder import CHECKPOINT, FINISHED, keeper, prepare, write_history
from xps_keras.training.loop import Plan, train_epochs
from xps_keras.version import __version__

VALIDATION_BATCH = 256


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
    """Spectra per step over all devices, None for the network's preset."""
    learning_rate: float | None = None
    """Initial (plateau) or largest (cosine) learning rate, None for the network's preset."""
    stream: bool = False
    """Fresh spectra in every epoch instead of the same ones again."""
    seed: int = 42
    """Seed of weights, order and spectra."""
    library: str = "polymers"
    """Name of the library: the package's own, or an imported one."""
    precision: str = "float32"
    """``float32``, ``mixed_float16`` or ``mixed_bfloat16``: what layers compute in; weights are float32."""
    average: bool = False
    """Whether a moving average of the weights is validated and kept in their place."""


def train(
    run: Run,
    out: StrPath,
    resume: bool = False,
    report: Callable[[str], None] = print,
    devices: Devices = Devices(),
) -> Path:
    """Train a network and write ``model.keras``, ``history.json``, ``config.json`` and ``logs`` for TensorBoard.

    Args:
        run: What to train on what.
        out: Folder of the run, made when missing; with several workers only the chief uses it.
        resume: Go on from the last finished epoch of a run of the same ``run``.
        report: Takes sentences for the user.
        devices: Where to train. The result does not depend on it but for rounding and the draws of dropout.

    Returns:
        The path of ``model.keras``.

    Raises:
        InputError: An unknown name, a number out of range, a folder that holds another run, nothing to resume, a
            training that diverged, or a worker that was lost.
    """
    out = Path(out)
    settings = preset(run.model)
    run = _completed(run, settings)
    drawn = recipe(run.recipe, run.max_shift_ev, run.mixing)
    team = start(devices)
    with worker_faults(team.worker, team.workers):
        batch_size = _per_step(run, team)
        found = agreed(team, lambda: prepare(out, configuration(run), resume))
        if found == FINISHED:
            # Its last weights need not be its best ones; there is nothing to go on with.
            report(f"The run in {out} is finished.")
            return out / "model.keras"
        checkpoint = from_bytes(found, out / CHECKPOINT) if found else None
        if checkpoint is not None and team.chief:
            write_history(out, checkpoint)
        keras.utils.set_random_seed(run.seed)
        engine = Engine(team, lambda: settings.build(drawn.max_shift_ev), run.seed, run.precision, average=run.average)
        report(f"Drawing spectra of the recipe '{run.recipe}', shifts up to {drawn.max_shift_ev:g} eV.")
        library = find_library(run.library)
        corpus = Corpus(drawn, run.seed, library)
        names = engine.inputs, engine.outputs
        spectra: FixedCorpus | StreamedCorpus
        if run.stream:
            spectra = StreamedCorpus(corpus, _int(run.size), batch_size, *names)
        else:
            spectra = FixedCorpus(corpus, _int(run.size), batch_size, *names, shuffle=run.seed)
        held_out = Corpus(drawn, run.seed + VALIDATION_SEED_OFFSET, library)
        even = -(-VALIDATION_BATCH // team.replicas) * team.replicas
        validation = FixedCorpus(held_out, run.validation_size, even, *names, shuffle=None)
        plan = Plan(_int(run.epochs), float(run.learning_rate or 0.0), settings.schedule)
        try:
            weights = train_epochs(engine, plan, spectra, validation, checkpoint, keeper(team, out))
        except FloatingPointError as error:
            raise InputError(
                f"The training in {out} diverged ({error}); start again in another folder with a lower learning rate."
            ) from error

        def finish() -> bytes:
            # A plain copy: neither the devices nor the precision of the training are part of the model.
            networks = settings.build(drawn.max_shift_ev)
            for variable, array in zip(weights_of(networks), weights, strict=True):
                variable.assign(array)
            report("Calibrating on the validation spectra.")
            learnt = calibrate(networks.inference, held_out.batch(0, run.validation_size))
            config = out / "config.json"
            write_whole(config, json.dumps({**json.loads(config.read_text()), **learnt}, indent=1))
            partial = out / "partial.keras"
            networks.inference.save(partial)
            partial.replace(out / "model.keras")
            return b""

        agreed(team, finish)
    return out / "model.keras"


def _per_step(run: Run, team: Team) -> int:
    batch_size = min(_int(run.batch_size), _int(run.size))
    if batch_size % team.replicas:
        raise InputError(
            f"A batch of {batch_size} spectra cannot be split evenly over {team.replicas} devices; choose a batch size "
            f"that {team.replicas} divides."
        )
    return batch_size


def _completed(run: Run, settings: Preset) -> Run:
    chosen = {
        name: getattr(run, name) if getattr(run, name) is not None else getattr(settings, name)
        for name in ("size", "epochs", "batch_size", "learning_rate")
    }
    if run.precision not in PRECISIONS:
        raise InputError(f"There is no precision '{run.precision}'; choose one of: {', '.join(PRECISIONS)}.")
    for name in ("size", "epochs", "batch_size", "validation_size"):
        chosen.setdefault(name, getattr(run, name))
        if chosen[name] < 1:
            raise InputError(f"'{name.replace('_', '-')}' must be at least 1, not {chosen[name]}.")
    if run.seed < 0:
        raise InputError(f"The seed must not be negative, but it is {run.seed}.")
    shift = recipe(run.recipe, run.max_shift_ev).max_shift_ev
    return Run(**{**asdict(run), **chosen, "max_shift_ev": shift})


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


def _int(value: int | None) -> int:
    assert value is not None  # noqa: S101  # `_completed` has filled it
    return int(value)
