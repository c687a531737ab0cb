"""A small functional model in the form that `train` writes, with random but fixed weights."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from xps_keras.axis import AXIS
from xps_keras.groups import GROUP_NAMES

COUNT = len(GROUP_NAMES)
COMPARED = 300
"""Spectra of the corpus on which the artefacts are compared."""


def stand_in(readings: int | None, seed: int = 5) -> Any:
    """Build a model with the inputs and outputs of the real ones; small enough for the shortest export."""
    import keras

    keras.utils.set_random_seed(seed)
    intensity = keras.Input((AXIS.size,), name="intensity")
    clipped = keras.ops.maximum(intensity, 0.0)
    area = keras.ops.sum(clipped, axis=-1, keepdims=True) * AXIS.step_ev
    normal = clipped / keras.ops.maximum(area, 1e-30)
    stabilized = keras.ops.sqrt(normal)
    hidden = keras.layers.Dense(8, "tanh", name="hidden")(stabilized)
    classifier = keras.layers.Dense(16, "tanh", name="classifier")(stabilized)  # the shift does not depend on it
    outputs = {
        "logits": keras.layers.Dense(COUNT, name="logits")(classifier),
        "shift_ev": keras.layers.Dense(1, name="shift")(hidden),
        "aligned": normal,
    }
    if readings is not None:
        outputs["reading_shift_ev"] = keras.layers.Dense(readings, name="shifts")(hidden)
        outputs["reading_uncertainty_ev"] = keras.layers.Dense(readings, "softplus", name="widths")(hidden)
        outputs["reading_weight"] = keras.layers.Dense(
            readings, "softmax", kernel_initializer=keras.initializers.RandomNormal(stddev=6.0, seed=1), name="weights"
        )(hidden)
        flat = keras.layers.Dense(readings * COUNT, name="flat")(classifier)
        outputs["reading_logits"] = keras.layers.Reshape((readings, COUNT))(flat)
    model = keras.Model(intensity, outputs, name="stand_in")
    # Most decisions are clear, as those of a trained model are; group 17 stays near its threshold.
    clear = np.where(np.arange(COUNT) % 2, 4.0, -4.0) * (np.arange(COUNT) != 17)
    model.get_layer("logits").bias.assign(clear)
    return model


def write_run(folder: Path, model: Any, **changes: object) -> Path:
    """Write what `train` leaves: model.keras and config.json."""
    folder.mkdir(parents=True, exist_ok=True)
    model.save(folder / "model.keras")
    config = {
        "model": "stand-in",
        "recipe": "instrument",
        "seed": 3,
        "max_shift_ev": 5.0,
        "thresholds": np.linspace(0.2, 0.8, COUNT).tolist(),
        "calibration": {"scale": np.linspace(0.5, 2.0, COUNT).tolist(), "bias": np.linspace(-1, 1, COUNT).tolist()},
        "assessable": [name != "nitrite" for name in GROUP_NAMES],
        "package_version": "0.1.0",
    }
    (folder / "config.json").write_text(json.dumps({**config, **changes}))
    return folder / "model.keras"


@pytest.fixture(scope="session")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A training run of a model with three readings; evaluated."""
    path = write_run(tmp_path_factory.mktemp("run"), stand_in(readings=3))
    group = {"name": "amide", "judged_support": 120, "judged_rates": {"precision": 0.9, "recall": 0.8, "f1": 0.847}}
    evaluation = {
        "test": {"recipe": "instrument", "size": 20000, "seed": 7, "max_shift_ev": 5.0},
        "exact_match": {"all_groups_at_half": {"fraction": 0.71234567}},
        "shift": {"mean_absolute_ev": 0.0312},
        "groups": [{**group, "detection_limit": 0.229}, {**group, "name": "azide", "judged_support": 0}],
    }
    (path.parent / "evaluation.json").write_text(json.dumps(evaluation))
    return path


@pytest.fixture(scope="session")
def plain_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A training run of a model with a single reading, as the paper's."""
    return write_run(tmp_path_factory.mktemp("plain"), stand_in(readings=None))


@pytest.fixture(scope="session")
def spectra() -> NDArray[np.float32]:
    """Random peaks with noise, 16 spectra of very different scales, shape (16, 6601)."""
    rng = np.random.default_rng(8)
    result = np.zeros((16, AXIS.size))
    for row in result:
        for centre in rng.uniform(60, 680, 6):
            row += rng.uniform(0.1, 1) * np.exp(-((AXIS.energies_ev - centre) ** 2) / 2)
        row[:] = rng.poisson(row * 200) * 10 ** rng.uniform(-6, 6)
    return result.astype(np.float32)


@pytest.fixture(scope="session")
def artefacts(run: Path, spectra: NDArray[np.float32], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every artefact of the model with readings, in one export folder."""
    from xps_keras.export import QUANTIZATIONS, export

    out = tmp_path_factory.mktemp("exports") / "artefacts"
    export(run, out=out, quantize=QUANTIZATIONS, batch1=True, spectra=spectra, compared=COMPARED)
    return out


@pytest.fixture
def make_run(tmp_path: Path) -> Callable[[Any], Path]:
    """Write any model as a training run."""
    return lambda model: write_run(tmp_path / "made", model)
