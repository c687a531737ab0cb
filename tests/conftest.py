"""What several rooms test with: a stand-in for a trained model, PET as a file of two columns, disks that are full."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from xps_keras.groups import GROUP_NAMES
from xps_keras.library.lineshape import spectrum_of
from xps_keras.library.loading import load_library
from xps_keras.metadata import Metadata


class StandIn:
    """A model that always finds PET, and counts how often it was asked.

    Its shift is the one that it is given, else the strongest channel near C 1s minus 284.7 eV.
    """

    name = "stand-in"
    sha256 = hashlib.sha256(b"stand-in").hexdigest()
    metadata = Metadata(
        name=name, recipe="instrument", seed=1, max_shift_ev=5.0, thresholds=(0.5,) * 40,
        assessable=tuple(bool(value) for value in load_library().assessable), package_version="0.1.0",
        weights_sha256="0" * 64, calibration="none", detection_limits=(0.2,) * 40,
    )  # fmt: skip

    def __init__(self, shift_ev: float | None = None) -> None:
        self.shift_ev = shift_ev
        self.asked = 0

    def run(self, intensity: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
        self.asked += 1
        present = ("benzene ring", "ester (aromatic)")
        probabilities = np.array([[0.97 if name in present else 0.01 for name in GROUP_NAMES]], np.float32)
        carbon = 276.0 + 0.1 * np.argmax(intensity[:, 2360:2600], axis=1)
        shift = carbon - 284.7 if self.shift_ev is None else np.full(len(intensity), self.shift_ev)
        return {
            "probabilities": np.repeat(probabilities, len(intensity), axis=0),
            "shift_ev": shift.astype(np.float32)[:, None],
            "aligned": intensity / intensity.sum(),
        }


@pytest.fixture(scope="session")
def stand_in() -> type[StandIn]:
    return StandIn


@pytest.fixture(scope="session")
def pet_text() -> Callable[..., str]:
    def make(shift_ev: float = 0.0, low_ev: float = 279.0, high_ev: float = 298.0, step_ev: float = 0.1) -> str:
        """PET's C 1s with counting noise, as two columns."""
        energies = np.round(np.arange(low_ev, high_ev, step_ev), 3)
        rate = spectrum_of(load_library(), "PET", energies, shift_ev) / 5.0 + 0.05
        counts = np.random.default_rng(9).poisson(20_000 * rate)
        return "BE/eV,counts\n" + "".join(f"{e},{c}\n" for e, c in zip(energies, counts, strict=True))

    return make


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Callable[..., Path]]:
    """Make a file system of a size of its own, such as ``disk("64k")`` or ``disk("64k", "ro")``."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("only the superuser of Linux can make a small file system")
    made: list[Path] = []

    def make(size: str, options: str = "rw") -> Path:
        place = tmp_path / f"disk{len(made)}"
        place.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", f"size={size},{options}", "tmpfs", str(place)]
        if subprocess.run(command, capture_output=True, check=False).returncode:
            pytest.skip("this sandbox lets nobody mount a file system")
        made.append(place)
        return place

    yield make
    for place in made:
        subprocess.run(["umount", str(place)], check=False)
