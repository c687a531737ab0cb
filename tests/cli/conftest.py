"""Files as users have them, and a stand-in for the shipped model."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from xps_keras.analysis.predictor import Runnable
from xps_keras.cli import app as cli


@pytest.fixture
def pet(tmp_path: Path, pet_text: Callable[..., str]) -> Callable[..., Path]:
    def make(name: str = "pet.csv", **settings: float) -> Path:
        path = tmp_path / name
        path.write_text(pet_text(**settings), encoding="utf-8")
        return path

    return make


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, stand_in: Callable[..., Runnable]) -> Callable[..., Any]:
    """Run a command in this process with the stand-in as the model."""
    monkeypatch.setattr("xps_keras.runtime.load", lambda source="pretrained": stand_in())

    def run(*arguments: object) -> Any:
        return CliRunner().invoke(cli.app, [str(argument) for argument in arguments])

    return run
