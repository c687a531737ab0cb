"""The graph that every artefact holds: a trained model, then calibration and sigmoid."""

import functools
from collections.abc import Callable
from typing import Any

import keras
import tensorflow as tf

from xps_keras.axis import AXIS
from xps_keras.errors import ModelError
from xps_keras.graph_contract import GRAPH_OUTPUTS, INTENSITY
from xps_keras.runtime.trained import Calibration, Trained


@functools.lru_cache(maxsize=1)
def graph_of(model: Trained) -> Any:
    """Return the serving graph of a trained model, built once for all formats."""
    return serving_graph(model.model, model.calibration)


def serving_graph(model: Any, calibration: Calibration) -> Any:
    """Build the graph of the contract around a trained model, sharing its weights.

    Args:
        model: Functional model from ``intensity`` ``(batch, 6601)`` to the sources of ``graph_contract.GRAPH_OUTPUTS``:
            ``logits``, ``shift_ev`` and ``aligned``; with several readings also those of readings; optional ones
            where it has them.
        calibration: Scale and bias of the logits, and scale of the uncertainty of shifts.

    Returns:
        A functional Keras model with the input and the float32 outputs named in ``xps_keras.graph_contract``.

    Raises:
        ModelError: When an output is missing.
    """
    intensity = keras.Input((AXIS.size,), name=INTENSITY, dtype="float32")
    found = model(intensity)
    names = set(found) if isinstance(found, dict) else set()
    rows = [row for row in GRAPH_OUTPUTS.values() if not row.optional]
    wanted = {row.source for row in rows if not row.of_reading}
    of_readings = {row.source for row in rows if row.of_reading}
    if names & of_readings:
        wanted |= of_readings
    missing = wanted - names
    if missing:
        raise ModelError(
            f"The model `{model.name}` has no output {', '.join(sorted(missing))}; "
            "only models that `xps-keras train` writes can be exported."
        )

    sigmoid = keras.ops.sigmoid
    making: dict[str, Callable[[Any], Any]] = {
        "as it is": lambda value: value,
        "sigmoid": sigmoid,
        "calibrated": lambda logits: sigmoid(logits * calibration.scale + calibration.bias),
        "uncertainty": lambda deviation: deviation * calibration.uncertainty_scale,
    }
    outputs = {
        row.name: making[row.made](keras.ops.cast(found[row.source], "float32"))
        for row in GRAPH_OUTPUTS.values()
        if row.source in names
    }
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
