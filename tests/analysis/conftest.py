"""A stand-in for a trained model and spectra that tests write themselves."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from xps_keras.groups import GROUP_NAMES
from xps_keras.library.lineshape import spectrum_of
from xps_keras.library.loading import load_library
from xps_keras.metadata import Metadata
from xps_keras.spectrum import Region, Spectrum

WINDOWS = {"C 1s": (279.0, 298.0), "O 1s": (526.0, 544.0), "N 1s": (393.0, 411.0), "Si 2p": (96.0, 110.0)}


@dataclass
class FakeRuntime:
    """Answers what a test puts in, and remembers what it was given."""

    shift_ev: float
    present: dict[str, float]
    other: tuple[float, float, dict[str, float]] | None = None
    """Shift, weight and groups of a second reading."""
    several: bool = True
    """Whether the model reads the shift as a distribution."""
    limits: bool = True
    """Whether its detection limits were measured."""
    seen: list[NDArray[np.float32]] = field(default_factory=list)
    name: str = "stand-in"
    sha256: str = hashlib.sha256(b"stand-in").hexdigest()

    @property
    def metadata(self) -> Metadata:
        return Metadata(
            name=self.name,
            recipe="instrument",
            seed=1,
            max_shift_ev=5.0,
            thresholds=(0.5,) * 40,
            assessable=tuple(bool(value) for value in load_library().assessable),
            package_version="0.1.0",
            weights_sha256="0" * 64,
            calibration="none",
            detection_limits=(0.2,) * 40 if self.limits else None,
            readings=3 if self.several else None,
        )

    def run(self, intensity: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
        self.seen.append(intensity)
        first = _probabilities(self.present)
        outputs = {
            "probabilities": first[None],
            "shift_ev": np.array([[self.shift_ev]], np.float32),
            "aligned": intensity / intensity.sum(),
        }
        if not self.several:
            return self._for_each(outputs, len(intensity))
        shift, weight, groups = self.other or (self.shift_ev, 0.0, {})
        outputs["reading_shift_ev"] = np.array([[self.shift_ev, shift, 0.0]], np.float32)
        outputs["reading_uncertainty_ev"] = np.array([[0.04, 0.1, 0.2]], np.float32)
        outputs["reading_weight"] = np.array([[0.95 - weight, weight, 0.05]], np.float32)
        outputs["reading_probabilities"] = np.stack([first, _probabilities(groups), first])[None]
        return self._for_each(outputs, len(intensity))

    def _for_each(self, outputs: dict[str, NDArray[np.float32]], count: int) -> dict[str, NDArray[np.float32]]:
        """The same answer for every spectrum of a batch."""
        return {
            name: values if name == "aligned" else np.repeat(values, count, axis=0) for name, values in outputs.items()
        }


def _probabilities(groups: dict[str, float]) -> NDArray[np.float32]:
    return np.array([groups.get(name, 0.02) for name in GROUP_NAMES], np.float32)


@pytest.fixture
def spectrum() -> Callable[..., Spectrum]:
    def make(
        lines: Sequence[str] = ("C 1s", "O 1s"), shift_ev: float = 0.0, dose: float = 20_000.0, key: str = "PET"
    ) -> Spectrum:
        """A polymer with counting noise; ``dose`` is about the counts at its C 1s maximum."""
        noise = np.random.default_rng(5)
        regions = []
        for line in lines:
            energies = np.round(np.arange(WINDOWS[line][0], WINDOWS[line][1] + 0.05, 0.1), 3)
            rate = spectrum_of(load_library(), key, energies, shift_ev) / 5.0 + 0.05
            counts = noise.poisson(rate * dose).astype(np.float64)
            regions.append(Region(line, energies, counts, "counts", "binding", place="block 1"))
        return Spectrum(Path("pet.vms"), "VAMAS", "ab" * 32, tuple(regions))

    return make


PET = {"benzene ring": 0.98, "ester (aromatic)": 0.95}


@pytest.fixture
def runtime() -> type[FakeRuntime]:
    return FakeRuntime


def peaks(label: str, *peaks: tuple[float, float]) -> Region:
    """A region of peaks, each an energy in eV and a height, with counting noise."""
    energies = np.round(np.arange(peaks[0][0] - 8.0, peaks[-1][0] + 8.0, 0.1), 3)
    rate = 300.0 + 9_000.0 * sum(height * np.exp(-(((energies - at) / 0.6) ** 2)) for at, height in peaks)
    counts = np.random.default_rng(4).poisson(rate).astype(float)
    return Region(label, energies, counts, "counts", "binding", place=label)


def doublet(label: str, energy_ev: float, splitting_ev: float, ratio: float) -> Region:
    """A region of two peaks, such as Au 4f."""
    return peaks(label, (energy_ev, 1.0), (energy_ev + splitting_ev, ratio))
