"""Files as users have them, and a stand-in for the shipped model."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from typer.testing import CliRunner

from xps_keras.cli import app as cli
from xps_keras.groups import GROUP_NAMES
from xps_keras.library.lineshape import spectrum_of
from xps_keras.library.loading import load_library
from xps_keras.metadata import Metadata


class StandIn:
    """A model that always finds PET; its shift is the strongest channel near C 1s minus 284.7 eV."""

    name = "stand-in"
    sha256 = hashlib.sha256(b"stand-in").hexdigest()
    metadata = Metadata(
        name=name,
        recipe="instrument",
        seed=1,
        max_shift_ev=5.0,
        thresholds=(0.5,) * 40,
        assessable=tuple(bool(value) for value in load_library().assessable),
        package_version="0.1.0",
        weights_sha256="0" * 64,
        calibration="none",
        detection_limits=(0.2,) * 40,
    )

    def run(self, intensity: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
        carbon = 276.0 + 0.1 * np.argmax(intensity[:, 2360:2600], axis=1)
        present = ("benzene ring", "ester (aromatic)")
        probabilities = np.array([[0.97 if name in present else 0.01 for name in GROUP_NAMES]], np.float32)
        probabilities = np.repeat(probabilities, len(intensity), axis=0)
        shift = (carbon - 284.7).astype(np.float32)[:, None]
        return {"probabilities": probabilities, "shift_ev": shift, "aligned": intensity / intensity.sum()}


def pet_text(shift_ev: float = 0.0, low_ev: float = 279.0, high_ev: float = 298.0, step_ev: float = 0.1) -> str:
    """PET's C 1s with counting noise, as two columns."""
    energies = np.round(np.arange(low_ev, high_ev, step_ev), 3)
    rate = spectrum_of(load_library(), "PET", energies, shift_ev) / 5.0 + 0.05
    counts = np.random.default_rng(9).poisson(20_000 * rate)
    return "BE/eV,counts\n" + "".join(f"{e},{c}\n" for e, c in zip(energies, counts, strict=True))


@pytest.fixture
def pet(tmp_path: Path) -> Callable[..., Path]:
    def make(name: str = "pet.csv", **settings: float) -> Path:
        path = tmp_path / name
        path.write_text(pet_text(**settings), encoding="utf-8")
        return path

    return make


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Run a command in this process with the stand-in as the model."""
    monkeypatch.setattr("xps_keras.runtime.load", lambda source="pretrained": StandIn())

    def run(*arguments: object) -> Any:
        return CliRunner().invoke(cli.app, [str(argument) for argument in arguments])

    return run
