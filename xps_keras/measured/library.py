"""A library of measured reference spectra: spectra on the axis in place of peak tables."""

import hashlib
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from xps_keras.library.library import Polymers
from xps_keras.library.lines import LINES


@dataclass(frozen=True, eq=False)
class MeasuredLibrary(Polymers):
    """A set of reference polymers given by their spectra; ``P`` polymers, channels of ``AXIS``."""

    intensity: NDArray[np.float32]
    """Net intensity per eV, area 1, never negative, zero where nothing was measured, shape ``(P, 6601)``."""
    measured: NDArray[np.bool_]
    """Channels that were recorded, shape ``(P, 6601)``."""
    lines: tuple[tuple[str, ...], ...]
    """Names of the lines each polymer shows, in the order of ``LINES``."""

    @cached_property
    def sha256(self) -> str:
        """SHA-256 over keys, lines, group counts and spectra, hexadecimal: the same for the same content."""
        digest = hashlib.sha256("\0".join((*self.keys, *map(",".join, self.lines))).encode())
        if self.own_labels:
            digest.update("\0".join(self.labels).encode())
        digest.update(np.ascontiguousarray(self.group_counts, "<f4").tobytes())
        digest.update(np.ascontiguousarray(self.intensity, "<f4").tobytes())
        digest.update(np.packbits(self.measured).tobytes())
        return digest.hexdigest()

    def lines_of(self, key: str) -> tuple[str, ...]:
        """Return the names of the lines a polymer shows, in the order of ``LINES``.

        Args:
            key: Short or full name of the polymer.

        Returns:
            Names of lines.

        Raises:
            UsageError: If the set holds no such polymer.
        """
        return self.lines[self.index(key)]

    def elements_of(self, key: str) -> tuple[str, ...]:
        """Return the elements a polymer shows; arguments and errors as ``lines_of``."""
        return tuple(dict.fromkeys(LINES[name].element for name in self.lines_of(key)))
