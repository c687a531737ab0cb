"""A training run: recipe and network in, a folder with model, history and configuration out."""

import json
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import keras

from xps_keras.corpus import Corpus
from xps_keras.corpus.seeds import VALIDATION_SEED_OFFSET
from xps_keras.errors import ModelError, UsageError
from xps_keras.files import StrPath, write_whole
from xps_keras.measured.store import find_library
from xps_keras.models.network import Network, Networks
from xps_keras.models.networks import network_of
from xps_keras.own_networks import find_network
from xps_keras.runtime.keras_archive import load_model
from xps_keras.training.batches import FixedCorpus, StreamedCorpus
from xps_keras.training.calibration import calibrated
from xps_keras.training.checkpoint import from_bytes
from xps_keras.training.configuration import Run, configuration, recipe_of, resumed
from xps_keras.training.devices import Devices, Replicas, agreed, start, worker_faults
from xps_keras.training.engine import Engine, weights_of
from xps_keras.training.folder import (
    CHECKPOINT,
    CONFIG,
    FINISHED,
    MODEL,
    begin,
    check_room,
    draw_history,
    held,
    keeper,
    keeping,
    last_checkpoint,
    save_model,
    write_history,
)
from xps_keras.training.heads import take_weights
from xps_keras.training.loop import Schedule, train_epochs

__all__ = ["Run", "train"]

VALIDATION_BATCH = 256


def train(
    run: Run,
    out: StrPath,
    resume: bool = False,
    report: Callable[[str], None] = print,
    devices: Devices = Devices(),
    initial_weights: StrPath | None = None,
) -> Path:
    """Train a network and write ``model.keras``, ``history.json``, ``config.json`` and ``logs`` for TensorBoard.

    Where matplotlib is installed, ``history.png`` shows the history.

    Args:
        run: What to train on what.
        out: Folder of the run, made when missing; with several workers only the chief uses it.
        resume: Go on from the last finished epoch of a run of the same ``run``, whose network and schedule are those
            stored in its folder; what ``run`` leaves out is as it was.
        report: Takes sentences for the user.
        devices: Where to train. The result does not depend on it but for rounding and the draws of dropout.
        initial_weights: A ``.keras`` file of the same network that the training starts from, None for fresh weights.

    Returns:
        The path of ``model.keras``.

    Raises:
        XpsKerasError: An unknown name, a number out of range, a folder that holds another run, nothing to resume,
            initial weights of another network, a training that diverged, or a worker that was lost.
    """
    out = Path(out)
    initial_weights = None if initial_weights is None else Path(initial_weights)
    # Bad settings of a new run are told before other workers are waited for.
    own = find_network(run.model)
    config = {} if resume else configuration(run, own, initial_weights)
    replicas = start(devices)
    with ExitStack() as stack, worker_faults(replicas.worker, replicas.workers):

        def settled() -> bytes:
            found = resumed(run, own, out, initial_weights) if resume else config
            _per_step(Run(**found["run"]), replicas)
            stack.enter_context(held(out))
            if not resume:
                begin(out, found)
            return json.dumps(found).encode()

        config = json.loads(agreed(replicas, settled))
        run = Run(**config["run"])
        network, kind = network_of(config, str(out / CONFIG), own.kinds)
        found = agreed(replicas, lambda: last_checkpoint(out))
        if found == FINISHED:
            # Its last weights need not be its best ones; there is nothing to go on with.
            report(f"The run in {out} is finished.")
            return out / MODEL
        checkpoint = from_bytes(found, out / CHECKPOINT) if found else None
        if checkpoint is not None and replicas.chief:
            write_history(out, checkpoint)
        keras.utils.set_random_seed(run.seed)
        engine = Engine(
            replicas, lambda: _beginning(network, initial_weights), run.seed, run.precision, average=run.average
        )
        state = engine.state()
        best = {f"best_{name}": array for name, array in state.items() if name.startswith("weight_")}
        agreed(replicas, lambda: check_room(out, {**state, **best}))
        drawn = recipe_of(config)
        batch_size = _per_step(run, replicas)
        report(f"Drawing spectra of the recipe '{run.recipe}', shifts up to {drawn.max_shift_ev:g} eV.")
        library = find_library(run.library)
        names = engine.inputs, engine.outputs
        spectra = _spectra(run, Corpus(drawn, run.seed, library), batch_size, names)
        held_out = Corpus(drawn, run.seed + VALIDATION_SEED_OFFSET, library)
        even = -(-VALIDATION_BATCH // replicas.count) * replicas.count
        validation = FixedCorpus(held_out, run.validation_size, even, *names, shuffle=None)
        schedule = Schedule(_int(run.epochs), float(run.learning_rate or 0.0), kind, run.patience)
        try:
            weights = train_epochs(engine, schedule, spectra, validation, checkpoint, keeper(replicas, out))
        except FloatingPointError as error:
            raise ModelError(
                f"The training in {out} diverged ({error}); start again in another folder with a lower learning rate."
            ) from error

        def finish() -> bytes:
            # A plain copy: neither the devices nor the precision of the training are part of the model.
            networks = network.build()
            for variable, array in zip(weights_of(networks), weights, strict=True):
                variable.assign(array)
            report("Calibrating on the validation spectra.")
            learnt = calibrated(networks.inference, held_out, run.validation_size)
            with keeping(out):
                write_whole(out / CONFIG, json.dumps({**config, **learnt}, indent=1), durable=True)
                save_model(networks.inference, out)
            draw_history(out, f"{config['model']} on {drawn.name}, seed {run.seed}")
            return b""

        agreed(replicas, finish)
    return out / MODEL


def _beginning(network: Network, initial_weights: Path | None) -> Networks:
    """Build a network, with the weights of a trained one where one is given."""
    networks = network.build()
    if initial_weights is None:
        return networks
    try:
        take_weights(networks.inference, load_model(initial_weights, "name another model"))
    except ValueError as error:
        raise ModelError(
            f"{initial_weights}: these weights do not fit the network; start from a model of the same network, or "
            "from none."
        ) from error
    return networks


def _spectra(
    run: Run, corpus: Corpus, batch_size: int, names: tuple[list[str], list[str]]
) -> FixedCorpus | StreamedCorpus:
    """Draw the spectra of a run, or let them be drawn as they are needed; ``names`` are what the network takes."""
    if run.stream:
        return StreamedCorpus(corpus, _int(run.size), batch_size, *names)
    return FixedCorpus(corpus, _int(run.size), batch_size, *names, shuffle=run.seed)


def _per_step(run: Run, replicas: Replicas) -> int:
    batch_size = min(_int(run.batch_size), _int(run.size))
    if batch_size % replicas.count:
        raise UsageError(
            f"A batch of {batch_size} spectra cannot be split evenly over {replicas.count} devices; choose a batch "
            f"size that {replicas.count} divides."
        )
    return batch_size


def _int(value: int | None) -> int:
    assert value is not None  # noqa: S101  # `configuration` has filled it
    return int(value)
