"""The page as an application, with a stand-in for the model, asked without a browser."""

from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from xps_keras.analysis.predictor import Runnable
from xps_keras.app.held import Held
from xps_keras.app.routes import application

TOKEN = "right-token"  # noqa: S105 # of the tests
HOST = "127.0.0.1:8765"


@pytest.fixture
def pet(pet_text: Callable[..., str]) -> bytes:
    """PET's C 1s, moved by 2.0 eV."""
    return pet_text(2.0).encode()


@pytest.fixture
def pet_file(tmp_path: Path, pet: bytes) -> Path:
    """The same as a file."""
    path = tmp_path / "pet.csv"
    path.write_bytes(pet)
    return path


@pytest.fixture
def model(stand_in: Callable[..., Runnable]) -> Runnable:
    return stand_in(2.0)


@pytest.fixture
def client(model: Runnable) -> TestClient:
    found = TestClient(application(Held(model), TOKEN, (HOST,)), base_url=f"http://{HOST}/{TOKEN}/")
    found.headers["sec-fetch-site"] = "same-origin"
    return found


@pytest.fixture
def drop(client: TestClient, pet: bytes) -> Callable[..., str]:
    """Drop a file and return the key of its first sample."""

    def send(content: bytes | None = None, name: str = "pet.csv") -> str:
        answer = client.post("api/files", params={"name": name}, content=content or pet)
        assert answer.status_code == 200, answer.text
        key: str = answer.json()["samples"][0]["key"]
        return key

    return send
