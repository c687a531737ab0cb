"""Measured spectra on which the raw graph is compared with Python: as instruments write them, from a fixed seed."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from xps_keras.io.draft import Draft, to_region
from xps_keras.io.jumps import split_at_jumps
from xps_keras.spectrum import Spectrum

Columns = tuple[NDArray[np.float64], NDArray[np.float64]]
"""Binding energies in eV and intensities, both of shape ``(n,)``, regions one after the other."""

SEED = 20_260_306
_PEAKS = ((285.0, 1.0), (286.6, 0.4), (289.0, 0.35), (291.5, 0.05), (532.1, 1.2), (533.6, 1.0), (399.9, 0.5))


def as_spectrum(columns: Columns) -> Spectrum:
    """Read the columns as the reader of two-column text does."""
    energy, intensity = columns
    drafts = (
        Draft(
            label="",
            energy_ev=energy[part],
            intensity=intensity[part],
            place=f"region {number + 1}",
            scale="binding",
            intensity_unit="arbitrary",
            source_energy_ev=None,
            dwell_s=None,
            scans=None,
            lines=np.arange(len(energy))[part],
        )
        for number, part in enumerate(split_at_jumps(energy))
    )
    return Spectrum(Path("probe"), "columns", "", tuple(to_region(draft, "probe")[0] for draft in drafts))


def raw_probes() -> list[Columns]:
    """Make the probes: descending, ascending, coarse, fine, off the channels, uneven, wide, and measured twice."""
    noise = np.random.default_rng(SEED)

    def measure(low: float, high: float, step: float, shift: float = 0.0, uneven: float = 0.0) -> Columns:
        energy = low + step * np.arange(round((high - low) / step) + 1, dtype=np.float64)
        energy += uneven * step * noise.uniform(-0.5, 0.5, energy.size)
        net = sum(height * np.exp(-0.5 * ((energy - at - shift) / 0.5) ** 2) for at, height in _PEAKS)
        rate = 0.3 + net + 0.04 * np.cumsum(net) * step
        return energy, noise.poisson(4000.0 * rate).astype(np.float64)

    def joined(*parts: Columns, descending: bool = False) -> Columns:
        step = -1 if descending else 1
        energies, intensities = zip(*((energy[::step], values[::step]) for energy, values in parts), strict=True)
        return np.concatenate(energies), np.concatenate(intensities)

    return [
        joined(measure(279.0, 299.0, 0.1, 2.3), measure(526.0, 546.0, 0.1, 2.3), descending=True),
        joined(measure(278.03, 298.0, 0.05, -1.7)),
        joined(measure(279.0, 297.0, 0.2), measure(393.0, 411.0, 0.2), measure(526.0, 544.0, 0.1)),
        joined(measure(279.02, 297.0, 0.1, 0.8, uneven=0.6), measure(526.0, 546.0, 0.125, 0.8, uneven=0.6)),
        joined(measure(270.0, 310.0, 0.1, 1.1), measure(520.0, 550.0, 0.1, 1.1), descending=True),
        joined(measure(279.0, 299.0, 0.1), measure(526.0, 546.0, 0.1), measure(280.0, 296.0, 0.025)),
    ]
