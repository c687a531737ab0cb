"""The graph that every artefact holds: a trained model, then calibration and sigmoid."""

import functools
from typing import Any

import keras
import tensorflow as tf

from xps_keras.axis import AXIS
from xps_keras.errors import InputError
from xps_keras.metadata import (
    ALIGNED,
    INTENSITY,
    OUTPUTS,
    PROBABILITIES,
    READING_OUTPUTS,
    READING_PROBABILITIES,
    READING_SHIFT_EV,
    READING_UNCERTAINTY_EV,
    READING_WEIGHT,
    SHIFT_EV,
)
from xps_keras.runtime.trained import Calibration, Trained

LOGITS = "logits"
READING_LOGITS = "reading_logits"


@functools.lru_cache(maxsize=1)
def graph_of(model: Trained) -> Any:
    """Return the serving graph of a trained model, built once for all formats."""
    return serving_graph(model.model, model.calibration)


def serving_graph(model: Any, calibration: Calibration) -> Any:
    """Build the graph of the contract around a trained model, sharing its weights.

    Args:
        model: Functional model from ``intensity`` ``(batch, 6601)`` to ``logits`` ``(batch, 40)``, ``shift_ev``
            ``(batch, 1)`` and ``aligned`` ``(batch, 6601)``; with several readings also ``reading_shift_ev``,
            ``reading_uncertainty_ev``, ``reading_weight`` ``(batch, readings)`` and ``reading_logits``
            ``(batch, readings, 40)``.
        calibration: Scale and bias of the logits, and scale of the uncertainty of shifts.

    Returns:
        A functional Keras model with the input and the float32 outputs named in ``xps_keras.metadata``.

    Raises:
        InputError: When an output is missing.
    """
    intensity = keras.Input((AXIS.size,), name=INTENSITY, dtype="float32")
    found = model(intensity)
    names = set(found) if isinstance(found, dict) else set()
    missing = {LOGITS, SHIFT_EV, ALIGNED} - names
    if names & {*READING_OUTPUTS, READING_LOGITS}:
        missing |= {READING_SHIFT_EV, READING_UNCERTAINTY_EV, READING_WEIGHT, READING_LOGITS} - names
    if missing:
        raise InputError(
            f"The model `{model.name}` has no output {', '.join(sorted(missing))}; "
            "only models that `xps-keras train` writes can be exported."
        )

    def probabilities(logits: Any) -> Any:
        return keras.ops.sigmoid(keras.ops.cast(logits, "float32") * calibration.scale + calibration.bias)

    outputs = {name: keras.ops.cast(found[name], "float32") for name in (*OUTPUTS, *READING_OUTPUTS) if name in names}
    outputs[PROBABILITIES] = probabilities(found[LOGITS])
    if READING_LOGITS in names:
        outputs[READING_PROBABILITIES] = probabilities(found[READING_LOGITS])
        outputs[READING_UNCERTAINTY_EV] = outputs[READING_UNCERTAINTY_EV] * calibration.uncertainty_scale
    return keras.Model(intensity, outputs, name="serving")


def serving_function(graph: Any, leave_out: tuple[str, ...] = (), batch: int | None = None) -> Any:
    """Return a ``tf.function`` from ``intensity`` to a dictionary of the graph's outputs.

    Args:
        graph: Keras model of ``serving_graph``.
        leave_out: Outputs that the function does not give.
        batch: Spectra per call, None for any.
    """

    def serve(intensity: Any) -> dict[str, Any]:
        outputs = graph(intensity, training=False)
        return {name: tf.identity(value, name) for name, value in outputs.items() if name not in leave_out}

    signature = [tf.TensorSpec((batch, AXIS.size), tf.float32, name=INTENSITY)]
    return tf.function(serve, input_signature=signature, autograph=False)
