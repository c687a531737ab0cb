"""A loaded model, whatever runs it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from xps_keras.errors import InputError
from xps_keras.metadata import Metadata
from xps_keras.runtime.kinds import check_outputs

Outputs = dict[str, NDArray[np.float32]]
"""Arrays by output name, the first dimension being the batch."""
Call = Callable[[NDArray[np.float32]], Outputs]
"""What a backend provides: float32 spectra ``(batch, channels)`` in, outputs out."""

CHUNK = 64
"""Spectra per call of the graph: more make LiteRT slower (tensors leave the cache), fewer make TensorFlow slower."""


@dataclass(frozen=True)
class Runtime:
    """A model that is ready to run."""

    path: Path
    """The artefact: a file, or the version directory of a SavedModel."""
    sha256: str
    """SHA-256 of the artefact's bytes, hexadecimal; of a SavedModel the hash of its list of file hashes."""
    metadata: Metadata
    """What the artefact says about itself."""
    call: Call
    """The backend."""

    @property
    def name(self) -> str:
        """Name of the model."""
        return self.metadata.name

    def run(self, intensity: NDArray[np.floating]) -> Outputs:
        """Run the model on a batch of spectra.

        Args:
            intensity: Shape ``(batch, channels)``, any non-negative scale, zeros where nothing was measured.

        Returns:
            Float32 arrays by the names in ``metadata.outputs``, where their shapes stand.

        Raises:
            InputError: When the shape is another one or a value is not finite.
            ModelError: When an answer has another shape than the metadata says, or is not finite.
        """
        with np.errstate(over="ignore"):  # too large for float32 becomes infinite, which is refused below
            spectra = np.ascontiguousarray(intensity, dtype=np.float32)
        size = self.metadata.axis.size
        if spectra.ndim != 2 or spectra.shape[1] != size or not len(spectra):
            raise InputError(
                f"{self.path.name}: the model takes spectra of shape (batch, {size}) with batch at least 1, "
                f"but got {np.shape(intensity)}; put the measurement onto the package's axis first."
            )
        if not np.isfinite(spectra).all():
            row = int(np.flatnonzero(~np.isfinite(spectra).all(axis=1))[0])
            raise InputError(
                f"{self.path.name}: spectrum {row} of the batch holds a value that is not finite in float32; "
                "put zeros where nothing was measured."
            )
        chunk = self.metadata.batch or CHUNK
        parts = [self._answer(spectra[start : start + chunk]) for start in range(0, len(spectra), chunk)]
        return {name: np.concatenate([part[name] for part in parts]) for name in self.metadata.outputs}

    def _answer(self, spectra: NDArray[np.float32]) -> Outputs:
        answer = self.call(spectra)
        check_outputs(answer, len(spectra), self.metadata, self.path.name)
        return answer


def first_line(error: Exception) -> str:
    """Return the first line of a library's message without its full stop."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(". ")
