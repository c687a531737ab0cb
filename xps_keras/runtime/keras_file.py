"""``.keras`` files as ``train`` writes them, run by TensorFlow (extra ``train``); not an artefact, but it answers."""

import importlib
from pathlib import Path

from xps_keras.runtime.artefact_format import Loaded, ModelFormat


def load(path: Path, num_threads: int) -> Loaded:
    """Load a trained ``.keras`` file with the ``config.json`` beside it.

    Args:
        path: The file.
        num_threads: Has no effect: TensorFlow has settings of its own.

    Returns:
        The model, with the calibration of ``config.json`` applied.

    Raises:
        ModelError: When a file is missing or unusable, or TensorFlow is not installed.
    """
    try:
        # By name: what builds networks stands on a higher floor than what runs artefacts.
        opened = importlib.import_module("xps_keras.training.keras_file")
    except ImportError as error:
        raise KERAS_FILE.missing(path) from error
    found: Loaded = opened.load_keras(path)
    return found


KERAS_FILE = ModelFormat(
    name="keras",
    title="Keras",
    suffix=".keras",
    holds=lambda path: path.suffix.lower() == ".keras" and not path.is_dir(),
    load=load,
    package="TensorFlow",
    module="tensorflow",
    install="pip install 'xps-keras[train]'",
)
"""The format."""
