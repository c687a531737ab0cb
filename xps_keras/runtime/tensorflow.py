"""What TensorFlow runs: SavedModels and ``.keras`` files (extra ``train``)."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from xps_keras.errors import InputError
from xps_keras.metadata import INTENSITY
from xps_keras.quiet import import_quietly
from xps_keras.runtime.base import Outputs, Runtime, check_signature, first_line
from xps_keras.runtime.sealing import open_saved_model, sha256


def _missing(path: Path) -> InputError:
    return InputError(f"{path}: this kind of model needs TensorFlow; run `pip install 'xps-keras[train]'`.")


def load_saved_model(directory: Path) -> Runtime:
    """Load a SavedModel.

    Args:
        directory: The version directory, which holds ``saved_model.pb``.

    Returns:
        The runtime.

    Raises:
        InputError: When a file is damaged, the model is foreign or for another axis, or TensorFlow is not installed.
    """
    metadata, digest = open_saved_model(directory)
    try:
        tf = import_quietly("tensorflow")
    except ImportError as error:
        raise _missing(directory) from error
    try:
        loaded = tf.saved_model.load(str(directory))
        signature = loaded.signatures["serving_default"]
    except (ValueError, KeyError, OSError, tf.errors.OpError) as error:
        raise InputError(
            f"{directory}: TensorFlow {tf.__version__} cannot load this model ({first_line(error)}); export it again."
        ) from error
    taken = {name: spec.shape.as_list() for name, spec in signature.structured_input_signature[1].items()}
    check_signature(taken, set(signature.structured_outputs), metadata, directory)

    def call(intensity: NDArray[np.float32], keep: object = loaded) -> Outputs:
        # `keep`: the signature alone does not hold the variables alive
        return {name: value.numpy() for name, value in signature(**{INTENSITY: tf.constant(intensity)}).items()}

    return Runtime(directory, digest, metadata, call)


def load_keras(path: Path) -> Runtime:
    """Load a trained ``.keras`` file with the ``config.json`` beside it.

    Args:
        path: The file.

    Returns:
        The runtime, with the calibration of ``config.json`` applied.

    Raises:
        InputError: When a file is missing or unusable, or TensorFlow is not installed.
    """
    try:
        tf = import_quietly("tensorflow")

        from xps_keras.runtime.serving_graph import graph_of, serving_function
        from xps_keras.runtime.trained import load_trained
    except ImportError as error:
        raise _missing(path) from error
    trained = load_trained(path)
    serve = serving_function(graph_of(trained))

    def call(intensity: NDArray[np.float32]) -> Outputs:
        return {name: value.numpy() for name, value in serve(tf.constant(intensity)).items()}

    return Runtime(path, sha256(path.read_bytes()), trained.metadata, call)
