"""The page as an application, with a stand-in for the model, asked without a browser."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from starlette.testclient import TestClient

from xps_keras.app.held import Held
from xps_keras.app.routes import application
from xps_keras.groups import GROUP_NAMES
from xps_keras.library.lineshape import spectrum_of
from xps_keras.library.loading import load_library
from xps_keras.metadata import Metadata

TOKEN = "right-token"  # noqa: S105 # of the tests
HOST = "127.0.0.1:8765"


class StandIn:
    """A model that always finds PET at 2.0 eV, and counts how often it was asked."""

    name = "stand-in"
    sha256 = hashlib.sha256(b"stand-in").hexdigest()
    metadata = Metadata(
        name=name, recipe="instrument", seed=1, max_shift_ev=5.0, thresholds=(0.5,) * 40,
        assessable=tuple(bool(value) for value in load_library().assessable), package_version="0.1.0",
        weights_sha256="0" * 64, calibration="none", detection_limits=(0.2,) * 40,
    )  # fmt: skip

    def __init__(self) -> None:
        self.asked = 0

    def run(self, intensity: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
        self.asked += 1
        present = ("benzene ring", "ester (aromatic)")
        probabilities = np.array([[0.97 if name in present else 0.01 for name in GROUP_NAMES]], np.float32)
        count = len(intensity)
        shift = np.full((count, 1), 2.0, np.float32)
        return {"probabilities": np.repeat(probabilities, count, axis=0), "shift_ev": shift, "aligned": intensity}


def pet_text() -> bytes:
    """PET's C 1s with counting noise, moved by 2.0 eV, as two columns."""
    energies = np.round(np.arange(279.0, 298.0, 0.1), 3)
    rate = spectrum_of(load_library(), "PET", energies, 2.0) / 5.0 + 0.05
    counts = np.random.default_rng(9).poisson(20_000 * rate)
    rows = "".join(f"{e},{c}\n" for e, c in zip(energies, counts, strict=True))
    return f"BE/eV,counts\n{rows}".encode()


@pytest.fixture
def pet_file(tmp_path: Path) -> Path:
    """The same as a file."""
    path = tmp_path / "pet.csv"
    path.write_bytes(pet_text())
    return path


@pytest.fixture
def model() -> StandIn:
    return StandIn()


@pytest.fixture
def client(model: StandIn) -> TestClient:
    found = TestClient(application(Held(model), TOKEN, (HOST,)), base_url=f"http://{HOST}/{TOKEN}/")
    found.headers["sec-fetch-site"] = "same-origin"
    return found


@pytest.fixture
def drop(client: TestClient) -> Callable[..., str]:
    """Drop a file and return the key of its first sample."""

    def send(content: bytes | None = None, name: str = "pet.csv") -> str:
        answer = client.post("api/files", params={"name": name}, content=content or pet_text())
        assert answer.status_code == 200, answer.text
        key: str = answer.json()["samples"][0]["key"]
        return key

    return send
