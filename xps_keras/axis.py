"""The one energy axis: binding energy, ascending, 40.0-700.0 eV in steps of 0.1 eV."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class EnergyAxis:
    """A regular, ascending binding-energy axis."""

    low_ev: float
    """Energy of the first channel in eV."""
    step_ev: float
    """Distance of two neighbouring channels in eV."""
    size: int
    """Number of channels."""

    @property
    def high_ev(self) -> float:
        """Energy of the last channel in eV."""
        return self.low_ev + self.step_ev * (self.size - 1)

    @property
    def energies_ev(self) -> NDArray[np.float64]:
        """Binding energies of all channels in eV, shape ``(size,)``, rounded to 1 meV so that 285.0 is exact."""
        return np.round(self.low_ev + self.step_ev * np.arange(self.size), 3)

    def channel(self, energy_ev: float) -> int:
        """Return the channel nearest to an energy.

        Args:
            energy_ev: Binding energy in eV.

        Returns:
            The channel number, clipped to the axis.
        """
        return int(np.clip(round((energy_ev - self.low_ev) / self.step_ev), 0, self.size - 1))

    def window(self, low_ev: float, high_ev: float) -> slice:
        """Return the slice of channels from ``low_ev`` to ``high_ev``, both included, clipped to the axis."""
        return slice(self.channel(low_ev), self.channel(high_ev) + 1)


AXIS = EnergyAxis(low_ev=40.0, step_ev=0.1, size=6601)
"""The axis of every corpus, model and artefact of this package (arXiv 2603.05350, section on data)."""
