"""From a path to a model that runs, in whatever format and of whatever kind."""

import stat
from pathlib import Path

import numpy as np

from xps_keras.errors import ModelError, UsageError
from xps_keras.files import StrPath, read_regular
from xps_keras.graph_contract import INTENSITY, TAKES_SPECTRUM
from xps_keras.metadata import LARGEST_BYTES as LARGEST_METADATA
from xps_keras.metadata import from_json
from xps_keras.pretrained import PRETRAINED, SHIPPED
from xps_keras.runtime.artefact_format import ArtefactFormat
from xps_keras.runtime.base import Runtime
from xps_keras.runtime.formats import format_of, suffixes
from xps_keras.runtime.golden import GOLDEN_FILE, check_golden
from xps_keras.runtime.kinds import KINDS
from xps_keras.runtime.raw import RawRuntime
from xps_keras.runtime.sealing import METADATA_FILE

LARGEST_BYTES = 4_000_000_000
"""No format holds more in one file."""


def load(source: StrPath = PRETRAINED, num_threads: int = 1) -> Runtime:
    """Load a trained model in any format this package writes.

    Args:
        source: ``"pretrained"`` or ``"paper"`` for a shipped model, a ``.tflite``, ``.onnx`` or ``.keras`` file (the
            last with its ``config.json`` beside it), a SavedModel directory or the parent of its version directories
            (the highest version is taken), or an export folder that holds exactly one artefact.
        num_threads: Threads for TFLite and ONNX; TensorFlow has settings of its own.

    Returns:
        The runtime.

    Raises:
        ModelError: When there is nothing there, it is damaged, was not written by this package, is for another axis,
            or the package that runs it is not installed.
        UsageError: When ``num_threads`` is below 1.
    """
    if isinstance(source, str) and source in SHIPPED:
        shipped = SHIPPED[source] / "model.tflite"
        if not shipped.is_file():
            raise ModelError(
                f"This installation of xps-keras holds no model '{source}'; "
                "name a model file or install the package again."
            )
        found = load_artefact(shipped, num_threads, golden=False)  # tested with the package
    else:
        found = load_artefact(source, num_threads)
    if not isinstance(found, Runtime):
        raise ModelError(f"{found.path}: {KINDS[found.metadata.kind].advice}.")
    return found


def load_raw(source: str | Path, num_threads: int = 1) -> RawRuntime:
    """Load an artefact that takes a measured spectrum, in any format.

    Args:
        source: A file or folder as for ``load``.
        num_threads: Threads for TFLite and ONNX; TensorFlow has settings of its own.

    Returns:
        The runtime.

    Raises:
        XpsKerasError: As ``load``, and for a model that takes channels.
    """
    found = load_artefact(source, num_threads)
    if not isinstance(found, RawRuntime):
        raise ModelError(f"{found.path}: {KINDS[found.metadata.kind].advice}.")
    return found


def load_artefact(source: StrPath, num_threads: int = 1, golden: bool = True) -> Runtime | RawRuntime:
    """Load a model file or folder, whatever kind of graph it holds; see ``load``.

    Args:
        source: See there.
        num_threads: See there.
        golden: Whether a model that stands in the folder of its export must repeat the answers of its golden file.

    Returns:
        The runtime.

    Raises:
        XpsKerasError: As ``load``.
    """
    if num_threads < 1:
        raise UsageError(f"num_threads must be at least 1, but is {num_threads}.")
    path = Path(source)
    if not path.exists():
        raise ModelError(
            f"{path}: there is no such model; name a file or folder, or {' or '.join(f'`{name}`' for name in SHIPPED)}."
        )
    if path.is_dir():
        path = find_artefact(path)
    form = format_of(path)
    if form is None:
        raise ModelError(f"{path}: a model file ends in {suffixes()}; this one does not.")
    try:
        _check_regular(path)
        found = form.load(path, num_threads)
    except OSError as error:
        raise ModelError(f"{path}: the model cannot be read ({error.strerror or error}).") from error
    except MemoryError as error:
        raise ModelError(f"{path}: the model takes more memory than there is.") from error
    call = found.call
    runtime: Runtime | RawRuntime
    if found.metadata.kind == TAKES_SPECTRUM:
        dtype = np.float64 if isinstance(form, ArtefactFormat) and form.double else np.float32
        runtime = RawRuntime(path, found.sha256, found.metadata, call, dtype)
    else:
        runtime = Runtime(path, found.sha256, found.metadata, lambda intensity: call({INTENSITY: intensity}))
    if golden and isinstance(form, ArtefactFormat):
        _check_answers(runtime, path.parent)
    return runtime


def _check_regular(path: Path) -> None:
    status = path.stat()
    if not path.is_dir() and not stat.S_ISREG(status.st_mode):
        raise ModelError(f"{path}: this is a pipe or a device and no model; name a file.")
    if status.st_size > LARGEST_BYTES:
        raise ModelError(f"{path}: the file holds {status.st_size / 1e9:,.1f} GB, which is more than a model can.")


def _check_answers(runtime: Runtime | RawRuntime, folder: Path) -> None:
    """Ask the model once: about the spectra of its golden file where it stands in its export's folder, else about one.

    Raises:
        ModelError: The answers are others, of another shape, or not finite.
    """
    beside = folder / METADATA_FILE
    metadata = runtime.metadata
    try:
        exported = from_json(read_regular(beside, LARGEST_METADATA), str(beside)) == metadata
    except (OSError, ModelError):
        exported = False
    if exported and (folder / GOLDEN_FILE).is_file():
        check_golden(folder / GOLDEN_FILE, runtime)
        return
    dtype = runtime.dtype if isinstance(runtime, RawRuntime) else np.float32
    runtime.run(*KINDS[metadata.kind].example(metadata, dtype).values())


def find_artefact(folder: Path) -> Path:
    """Find the one artefact in a folder: here, one level or two levels below.

    Args:
        folder: The folder.

    Returns:
        A file, or the directory of a SavedModel.

    Raises:
        ModelError: When there is none, or several.
    """
    newest = _newest_version(folder)
    if newest is not None:
        return newest
    found = _files(folder)
    for child in sorted(item for item in folder.iterdir() if item.is_dir()):
        below = _newest_version(child)
        found += [below] if below is not None else _files(child)
    if len(found) == 1:
        return found[0]
    if not found:
        raise ModelError(f"{folder}: there is no model in this folder; name a {suffixes()} file or a SavedModel.")
    names = ", ".join(path.relative_to(folder).as_posix() for path in found)
    raise ModelError(f"{folder}: the folder holds several models; name one of {names}.")


def _files(folder: Path) -> list[Path]:
    """Model files directly in a folder."""
    return sorted(path for path in folder.iterdir() if path.is_file() and format_of(path) is not None)


def _newest_version(folder: Path) -> Path | None:
    """Return the folder itself, or its numeric folder of the highest number, when that is a model."""
    if format_of(folder) is not None:
        return folder
    versions = [path for path in folder.iterdir() if path.name.isdecimal() and format_of(path) is not None]
    return max((path for path in versions if path.is_dir()), key=lambda path: int(path.name), default=None)
