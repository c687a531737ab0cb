"""A ``.keras`` file as ``xps_keras.runtime`` runs it: the network inside the graph that its artefacts hold."""

from pathlib import Path
from typing import Any

import tensorflow as tf
from numpy.typing import NDArray

from xps_keras.graph_contract import INTENSITY
from xps_keras.runtime.artefact_format import Arrays, Loaded
from xps_keras.runtime.sealing import sha256
from xps_keras.runtime.serving_graph import graph_of, serving_function
from xps_keras.runtime.trained import load_trained


def load_keras(path: Path) -> Loaded:
    """Load a trained ``.keras`` file with the ``config.json`` beside it.

    Args:
        path: The file.

    Returns:
        The model, with the calibration of ``config.json`` applied.

    Raises:
        ModelError: When a file is missing or unusable.
    """
    trained = load_trained(path)
    serve = serving_function(graph_of(trained))

    def call(fed: Arrays) -> dict[str, NDArray[Any]]:
        return {name: value.numpy() for name, value in serve(tf.constant(fed[INTENSITY])).items()}

    return Loaded(sha256(path.read_bytes()), trained.metadata, call)
