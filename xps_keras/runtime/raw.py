"""Artefacts that take a measured spectrum as two columns: their names, and how they are opened and run."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xps_keras.errors import InputError
from xps_keras.files import StrPath
from xps_keras.metadata import INTENSITY, Metadata
from xps_keras.quiet import import_quietly
from xps_keras.runtime.sealing import check_onnx, open_onnx, open_saved_model, open_tflite
from xps_keras.spectrum import FEWEST_POINTS

BINDING_ENERGY = "binding_energy"
"""Input ``[n]``, eV, as measured: regions one after the other, each ascending or descending. float64; float32 in
TFLite, whose operations know no float64."""
RAW_INTENSITY = INTENSITY
"""Input ``[n]``, counts at these energies, background included; same type."""
CHANNELS = "channels"
"""Output, float32 ``[1, 6601]``: what the model saw."""
MEASURED = "measured"
"""Output, float32 ``[1, 6601]``: 1 where a used region lies, else 0."""
STATUS = "status"
"""Output, int32 ``[1, 40]``: per group 1 present, 0 absent, -1 not assessable."""
USABLE = "usable"
"""Output, int32 ``[1]``: 0 when no region shows a C 1s peak; then ``analyze`` gives no answer, and the other outputs
mean nothing."""
RAW = "-raw"
"""End of ``Metadata.format`` of these artefacts."""

Outputs = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class RawRuntime:
    """A loaded artefact of this kind."""

    path: Path
    metadata: Metadata
    call: Callable[[dict[str, NDArray[Any]]], Outputs]
    """The backend."""

    def run(self, energy: NDArray[np.floating], intensity: NDArray[np.floating]) -> Outputs:
        """Analyse one measured spectrum.

        Args:
            energy: Binding energies in eV, shape ``(n,)``, n at least 8.
            intensity: Intensities, shape ``(n,)``.

        Returns:
            Arrays by output name: those of ``Runtime.run`` for a batch of one, and ``channels``, ``measured``,
            ``status``, ``usable``.

        Raises:
            InputError: When the shapes do not fit.
        """
        shape = np.shape(energy)
        if len(shape) != 1 or shape != np.shape(intensity) or shape[0] < FEWEST_POINTS:
            raise InputError(
                f"{self.path.name}: two columns of equal length, {FEWEST_POINTS} or more, were expected, but got "
                f"{shape} and {np.shape(intensity)}; export the whole region."
            )
        kind = np.float32 if self.metadata.format.startswith("tflite") else np.float64
        return self.call({BINDING_ENERGY: np.asarray(energy, kind), RAW_INTENSITY: np.asarray(intensity, kind)})


def load_raw(path: StrPath) -> RawRuntime:
    """Load an artefact that takes a measured spectrum.

    Args:
        path: The ``.tflite`` or ``.onnx`` file or the version directory of the SavedModel.

    Returns:
        The runtime.

    Raises:
        InputError: When the artefact is damaged, of another kind or was not written by this package.
    """
    path = Path(path)
    if not path.exists():
        raise InputError(
            f"{path}: there is no such model; name a .tflite or .onnx file or a SavedModel's version folder."
        )
    opened = {".tflite": _tflite, ".onnx": _onnx}.get(path.suffix, _saved_model)(path)
    if not opened.metadata.format.endswith(RAW):
        raise InputError(
            f"{path}: this model takes spectra on the package's axis; load it with xps_keras.runtime.load."
        )
    return opened


def _tflite(path: Path) -> RawRuntime:
    from ai_edge_litert.interpreter import Interpreter

    from xps_keras.quiet import dropping_lines

    metadata, _ = open_tflite(path.read_bytes(), str(path))
    with dropping_lines(b"INFO:"):
        runner = Interpreter(str(path), num_threads=1).get_signature_runner("serving_default")
    return RawRuntime(path, metadata, lambda fed: {name: np.array(value) for name, value in runner(**fed).items()})


def _onnx(path: Path) -> RawRuntime:
    import onnxruntime

    content = path.read_bytes()
    check_onnx(content, str(path))
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3  # errors only: stderr belongs to the caller
    session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    metadata, _ = open_onnx(content, session.get_modelmeta().custom_metadata_map, str(path))
    names = [output.name for output in session.get_outputs()]
    return RawRuntime(path, metadata, lambda fed: dict(zip(names, session.run(names, fed), strict=True)))


def _saved_model(path: Path) -> RawRuntime:
    metadata, _ = open_saved_model(path)
    tf = import_quietly("tensorflow")
    loaded = tf.saved_model.load(str(path))  # the signature alone would not hold the variables alive

    def call(fed: dict[str, NDArray[Any]]) -> Outputs:
        found = loaded.signatures["serving_default"](**{name: tf.constant(value) for name, value in fed.items()})
        return {name: value.numpy() for name, value in found.items()}

    return RawRuntime(path, metadata, call)
