"""One typed spectrum as a file holds it: regions with units and provenance, before anything is done to them."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from xps_keras.equality import ByValue
from xps_keras.errors import SpectrumWarning
from xps_keras.median import median

FEWEST_POINTS = 8
"""A region of fewer points has no ends to tie a background to."""
AL_K_ALPHA_EV = 1486.6
"""Photon energy of aluminium K-alpha in eV."""
MG_K_ALPHA_EV = 1253.6
"""Photon energy of magnesium K-alpha in eV."""


@dataclass(frozen=True, eq=False)
class Region(ByValue):
    """One measured stretch of energy, ascending in binding energy; equal to another by value."""

    label: str
    """Name that the file gives, empty when it gives none. Energies, not this label, decide what a region is."""
    binding_energy_ev: NDArray[np.float64]
    """Ascending binding energies in eV, shape ``(n,)``, as measured (no charge correction of ours)."""
    intensity: NDArray[np.float64]
    """Intensities, shape ``(n,)``, in ``intensity_unit``."""
    intensity_unit: Literal["counts", "counts/s", "arbitrary"]
    recorded_energy: Literal["binding", "kinetic"]
    """The scale the file used; a kinetic one was turned into binding energy with ``source_energy_ev``."""
    source_energy_ev: float | None = None
    """Photon energy in eV, None when the file does not say."""
    dwell_s: float | None = None
    """Dwell time per channel and scan in s, None when the file does not say."""
    scans: int | None = None
    """Number of scans added up, None when the file does not say."""
    charge_correction_ev: float | None = None
    """Charge correction in eV that the file records, None when it records none. Positive raises binding energies.

    ``binding_energy_ev`` is as stored. CasaXPS writes its calibration as a note and leaves the stored axis alone, so
    there the correction is not yet in the energies; a file written by ``write_vamas`` says that it is.
    """
    place: str = ""
    """Where in the file the region stands, for messages: ``block 3``, ``line 12``."""
    sample: str = ""
    """Name of the sample that the file gives, with level, position or angle where those change; empty for none."""
    blocks: tuple[int, ...] = ()
    """Numbers, from 1, of the file's own blocks that it was read from; empty where the format has none."""
    element_line: str = ""
    """Core line that a field of the file names for the region, such as ``Bi 4f``; empty when none does."""
    pass_energy_ev: float | None = None
    """Pass energy of the analyser in eV, None when the file does not say or the analyser keeps no constant one."""
    transmission: NDArray[np.float64] | None = None
    """Relative transmission of the analyser at each point, positive, shape ``(n,)``; None when the file holds none.
    ``intensity`` is as measured, not divided by it."""

    @property
    def low_ev(self) -> float:
        """Lowest binding energy in eV."""
        return float(self.binding_energy_ev[0])

    @property
    def high_ev(self) -> float:
        """Highest binding energy in eV."""
        return float(self.binding_energy_ev[-1])

    @property
    def step_ev(self) -> float:
        """Median distance of neighbouring points in eV."""
        return median(np.diff(self.binding_energy_ev))


@dataclass(frozen=True)
class Spectrum:
    """Everything one file holds of one sample; equal to another by value, that is of the same file and content."""

    path: Path
    file_format: str
    """Name of the reader that recognised the file, for example ``VAMAS``."""
    sha256: str
    """SHA-256 of the file's bytes, hexadecimal."""
    regions: tuple[Region, ...]
    warnings: tuple[SpectrumWarning, ...] = field(default=())
    """What the reader noticed: a truncated last block, an unknown source, an earlier charge correction."""
    sample: str = ""
    """Name of the sample; empty when the file names none and holds only one."""
    sample_number: int = 1
    """Place of the sample in the file, from 1."""
