"""A network small enough to be trained in seconds."""

from collections.abc import Callable
from pathlib import Path

import pytest

from xps_keras.experiments.measurements import Test
from xps_keras.experiments.shift_experiment import Plan
from xps_keras.experiments.trained_models import Training
from xps_keras.models.mlp import MLP
from xps_keras.models.networks import PRESETS, Preset

SMALL = Training(size=128, epochs=2, validation_size=32, seed=3)
TEST = Test(size=96, seed=7)


SMALL_MLP = Preset(MLP((8,)), 64, 1e-3, "plateau", 4, 128)


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let `mlp` be a small network while a test of these runs."""
    monkeypatch.setitem(PRESETS, "mlp", SMALL_MLP)


@pytest.fixture
def plan() -> Callable[..., Plan]:
    """A plan for the small network at 0 and 1 eV, with the fields of `Plan` as arguments."""

    def build(**fields: object) -> Plan:
        return Plan(
            **{"models": ("mlp",), "max_shifts_ev": (0.0, 1.0), "training": SMALL, "test": TEST, **fields}  # type: ignore[arg-type]
        )

    return build


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a finished shift experiment of the plan above."""
    from xps_keras.experiments.shift_experiment import shift_experiment

    out = tmp_path_factory.mktemp("shift")
    built = Plan(models=("mlp",), max_shifts_ev=(0.0, 1.0), training=SMALL, test=TEST)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(PRESETS, "mlp", SMALL_MLP)
        shift_experiment(built, out, report=lambda text: None, progress=False)
    return out
