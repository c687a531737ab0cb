"""What this package asks of a loaded model; ``xps_keras.runtime.load`` gives one."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from xps_keras.metadata import Metadata


class Predictor(Protocol):
    """A model that answers for a batch of spectra."""

    @property
    def metadata(self) -> Metadata:
        """Labels, thresholds, limits and seeds of the model, and its rule."""

    def run(self, intensity: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
        """Map spectra of shape ``(batch, 6601)`` to the named outputs of the graph contract."""


class Runnable(Predictor, Protocol):
    """What ``analyze`` needs: its answer says which model gave it."""

    @property
    def name(self) -> str:
        """Name for the answer."""

    @property
    def sha256(self) -> str:
        """SHA-256 of the artefact, hexadecimal."""
