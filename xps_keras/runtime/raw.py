"""Running an artefact that takes a measured spectrum as two columns."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xps_keras.errors import InputError
from xps_keras.metadata import Metadata
from xps_keras.runtime.artefact_format import Arrays
from xps_keras.runtime.kinds import BINDING_ENERGY, RAW_INTENSITY, USABLE, check_outputs
from xps_keras.spectrum import FEWEST_POINTS


@dataclass(frozen=True)
class RawRuntime:
    """A loaded artefact of this kind."""

    path: Path
    """The artefact: a file, or the version directory of a SavedModel."""
    sha256: str
    """SHA-256 of the artefact's bytes, as in ``Runtime``."""
    metadata: Metadata
    """What the artefact says about itself."""
    call: Callable[[Arrays], dict[str, NDArray[Any]]]
    """The backend."""
    dtype: type[np.floating]
    """Type of the inputs: float64, or float32 where the format knows no other."""

    def run(self, energy: NDArray[np.floating], intensity: NDArray[np.floating]) -> dict[str, NDArray[Any]]:
        """Analyse one measured spectrum.

        Args:
            energy: Binding energies in eV, shape ``(n,)``, n at least 8; regions one after the other.
            intensity: Intensities, shape ``(n,)``.

        Returns:
            Arrays by output name: those of ``Runtime.run`` for a batch of one, and ``channels``, ``measured``,
            ``status``, ``usable``.

        Raises:
            InputError: When the shapes do not fit.
            ModelError: When an answer has another shape than the metadata says, or is not finite.
        """
        shape = np.shape(energy)
        if len(shape) != 1 or shape != np.shape(intensity) or shape[0] < FEWEST_POINTS:
            raise InputError(
                f"{self.path.name}: two columns of equal length, {FEWEST_POINTS} or more, were expected, but got "
                f"{shape} and {np.shape(intensity)}; export the whole region."
            )
        answer = self.call(
            {BINDING_ENERGY: np.asarray(energy, self.dtype), RAW_INTENSITY: np.asarray(intensity, self.dtype)}
        )
        if np.all(answer[USABLE]):
            check_outputs(answer, 1, self.metadata, self.path.name)
        return answer
