"""Whether a network of a user's own can be trained, stored and answer: asked before anything is drawn or written."""

import tempfile
from pathlib import Path
from typing import Any

import keras

from xps_keras.axis import AXIS
from xps_keras.errors import UsageError
from xps_keras.graph_contract import GRAPH_OUTPUTS, INTENSITY
from xps_keras.interrupts import undisturbed
from xps_keras.models.network import Network, Networks
from xps_keras.training.losses import INPUTS, OBJECTIVES


def check_network(network: Network, what: str) -> None:
    """Build a network once and refuse what would fail later, in an epoch, in a file or in an artefact.

    Args:
        network: The network.
        what: What to call it, as the beginning of a sentence.

    Raises:
        UsageError: It cannot be built, an input or output is missing, unknown or of another shape, its two graphs do
            not share their weights, or Keras cannot load again what it stores.
    """
    try:
        networks = network.build()
    except Exception as error:  # whatever the code of a user raises
        first = (str(error).strip().splitlines() or [""])[0]
        raise UsageError(f"{what} cannot be built ({type(error).__name__}: {first}).") from error
    if not isinstance(networks, Networks):
        raise UsageError(f"{what}: `build` must return `Networks(inference, training)`, not {type(networks).__name__}.")
    _check_inference(networks.inference, network.groups, what)
    _check_training(networks.training, network.groups, what)
    trained = {id(variable) for variable in networks.training.variables}
    lost = [weight.path for weight in networks.inference.trainable_weights if id(weight) not in trained]
    if lost:
        raise UsageError(f"{what}: training never reaches {lost[0]}; build both graphs from the same layers.")
    _check_stored(networks.inference, what)


def _check_inference(model: Any, groups: int, what: str) -> None:
    inputs = model.input if isinstance(model.input, dict) else {INTENSITY: model.input}
    if list(inputs) != [INTENSITY] or tuple(inputs[INTENSITY].shape) != (None, AXIS.size):
        raise UsageError(f"{what}: the inference graph must take `{INTENSITY}` alone, of shape (batch, {AXIS.size}).")
    outputs = _outputs(model, f"{what}: the inference graph")
    rows = GRAPH_OUTPUTS.values()
    wanted = {row.source for row in rows if not row.optional and not row.of_reading}
    of_readings = {row.source for row in rows if row.of_reading}
    if set(outputs) & of_readings:
        wanted |= of_readings
    known = {row.source for row in rows}
    if missing := sorted(wanted - set(outputs)):
        raise UsageError(f"{what}: the inference graph lacks the output {', '.join(missing)}.")
    if unknown := sorted(set(outputs) - known):
        raise UsageError(f"{what}: the inference graph has an output that nothing reads, {', '.join(unknown)}.")
    for name, shape in (("logits", (None, groups)), ("shift_ev", (None, 1)), ("aligned", (None, AXIS.size))):
        _check_shape(outputs[name], shape, f"{what}: the output `{name}` of the inference graph")


def _check_training(model: Any, groups: int, what: str) -> None:
    inputs = list(model.input) if isinstance(model.input, dict) else [model.input.name]
    outputs = _outputs(model, f"{what}: the training graph")
    for found, known, kind in ((inputs, INPUTS, "takes"), (list(outputs), OBJECTIVES, "gives")):
        if unknown := sorted(set(found) - set(known)):
            raise UsageError(
                f"{what}: the training graph {kind} {', '.join(unknown)}, which no batch knows; it may have: "
                f"{', '.join(known)}."
            )
    if "logits" not in outputs:
        raise UsageError(f"{what}: the training graph lacks the output logits, by which groups are learnt.")
    _check_shape(outputs["logits"], (None, groups), f"{what}: the output `logits` of the training graph")


def _outputs(model: Any, place: str) -> dict[str, Any]:
    if not isinstance(model, keras.Model) or not isinstance(getattr(model, "output", None), dict):
        raise UsageError(f"{place} must be a functional `keras.Model` whose outputs are a dictionary.")
    return dict(model.output)


def _check_shape(output: Any, wanted: tuple[int | None, ...], place: str) -> None:
    if tuple(output.shape) != wanted:
        shown = ("batch" if size is None else str(size) for size in output.shape)
        raise UsageError(f"{place} has the shape ({', '.join(shown)}), but (batch, {wanted[1]}) is needed.")


def _check_stored(model: Any, what: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "model.keras"
        try:
            with undisturbed():
                model.save(file)
            keras.saving.load_model(file, compile=False)
        except Exception as error:  # whatever Keras or the layers of a user raise
            raise UsageError(
                f"{what}: Keras cannot load again what it stores ({type(error).__name__}); give every layer of your "
                "own `get_config` and `@keras.saving.register_keras_serializable()`."
            ) from error
