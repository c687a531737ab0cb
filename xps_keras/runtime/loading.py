"""Which backend a path needs."""

import contextlib
from importlib import resources
from pathlib import Path

from xps_keras.errors import InputError
from xps_keras.files import StrPath
from xps_keras.pretrained import PRETRAINED
from xps_keras.runtime.base import Runtime


def load(source: StrPath = PRETRAINED, num_threads: int = 1) -> Runtime:
    """Load a trained model in any format this package writes.

    Args:
        source: ``"pretrained"`` for the shipped model, a ``.tflite``, ``.onnx`` or ``.keras`` file (the last with its
            ``config.json`` beside it), a SavedModel directory or the parent of its version directories (the highest
            version is taken), or an export folder that holds exactly one artefact.
        num_threads: Threads for TFLite and ONNX; TensorFlow has settings of its own.

    Returns:
        The runtime.

    Raises:
        InputError: When there is nothing there, it is damaged, was not written by this package, is for another axis,
            or the package that runs it is not installed.
    """
    if num_threads < 1:
        raise InputError(f"num_threads must be at least 1, but is {num_threads}.")
    if source == PRETRAINED:
        with contextlib.ExitStack() as stack:
            shipped = resources.files("xps_keras.pretrained").joinpath("model.tflite")
            if not shipped.is_file():
                raise InputError(
                    "This installation of xps-keras holds no pretrained model; "
                    "name a model file or install the package again."
                )
            return _load_file(stack.enter_context(resources.as_file(shipped)), num_threads)
    path = Path(source)
    if not path.exists():
        raise InputError(f"{path}: there is no such model; name a file or folder, or `{PRETRAINED}`.")
    if path.is_dir():
        return _load_file(find_artefact(path), num_threads)
    return _load_file(path, num_threads)


def _load_file(path: Path, num_threads: int) -> Runtime:
    """Load a model file, or a directory that holds ``saved_model.pb``."""
    try:
        if path.is_dir():
            from xps_keras.runtime.tensorflow import load_saved_model

            return load_saved_model(path)
        match path.suffix.lower():
            case ".tflite":
                from xps_keras.runtime.litert import load_tflite

                return load_tflite(path, num_threads)
            case ".onnx":
                from xps_keras.runtime.onnx import load_onnx

                return load_onnx(path, num_threads)
            case ".keras":
                from xps_keras.runtime.tensorflow import load_keras

                return load_keras(path)
    except OSError as error:
        raise InputError(f"{path}: the model cannot be read ({error.strerror or error}).") from error
    raise InputError(f"{path}: a model file ends in .tflite, .onnx or .keras; this one does not.")


def find_artefact(folder: Path) -> Path:
    """Find the one artefact in a folder: here, one level or two levels below.

    Args:
        folder: The folder.

    Returns:
        A file, or a directory that holds ``saved_model.pb``.

    Raises:
        InputError: When there is none, or several.
    """
    saved_model = _newest_version(folder)
    if saved_model is not None:
        return saved_model
    found = _files(folder)
    for child in sorted(item for item in folder.iterdir() if item.is_dir()):
        below = _newest_version(child)
        found += [below] if below is not None else _files(child)
    if len(found) == 1:
        return found[0]
    if not found:
        raise InputError(
            f"{folder}: there is no model in this folder; name a .tflite, .onnx or .keras file or a SavedModel."
        )
    names = ", ".join(path.relative_to(folder).as_posix() for path in found)
    raise InputError(f"{folder}: the folder holds several models; name one of {names}.")


def _files(folder: Path) -> list[Path]:
    """Model files directly in a folder."""
    return sorted(path for path in folder.iterdir() if path.suffix.lower() in {".tflite", ".onnx", ".keras"})


def _newest_version(folder: Path) -> Path | None:
    """Return the folder itself, or its numeric folder of the highest number, when that is a SavedModel."""
    if (folder / "saved_model.pb").is_file():
        return folder
    versions = [path for path in folder.iterdir() if path.name.isdecimal() and (path / "saved_model.pb").is_file()]
    return max(versions, key=lambda path: int(path.name), default=None)
