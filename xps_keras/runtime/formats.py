"""The formats of model files, in order: a new format is a file like those below, one line here, and its writer."""

from pathlib import Path

from xps_keras.errors import ModelError
from xps_keras.runtime.artefact_format import ArtefactFormat, ModelFormat
from xps_keras.runtime.keras_file import KERAS_FILE
from xps_keras.runtime.onnx import ONNX
from xps_keras.runtime.saved_model import SAVED_MODEL
from xps_keras.runtime.tflite import TFLITE

ARTEFACT_FORMATS: dict[str, ArtefactFormat] = {form.name: form for form in (SAVED_MODEL, TFLITE, ONNX)}
"""What is written and run, by name, in the order in which an export goes through them."""
MODEL_FORMATS: tuple[ModelFormat, ...] = (*ARTEFACT_FORMATS.values(), KERAS_FILE)
"""What is run."""


def format_of(path: Path) -> ModelFormat | None:
    """Return the format of a file or folder by its name and place; None for what is no model."""
    return next((form for form in MODEL_FORMATS if form.holds(path)), None)


def artefact_format_of(path: Path) -> ArtefactFormat:
    """Return the format of an artefact.

    Args:
        path: A file or folder.

    Returns:
        The format.

    Raises:
        ModelError: When it is none that ``export`` writes.
    """
    form = format_of(path)
    if not isinstance(form, ArtefactFormat):
        raise ModelError(f"{path}: `xps-keras export` writes no such file; name the folder that it wrote.")
    return form


def suffixes() -> str:
    """Return the ends of model files' names, for messages: ``.tflite, .onnx or .keras``."""
    *most, last = (form.suffix for form in MODEL_FORMATS if form.suffix is not None)
    return f"{', '.join(most)} or {last}"
