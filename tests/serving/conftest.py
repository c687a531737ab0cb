"""One small network of our own kind, exported once with the package's exporters in all three formats."""

import functools
import json
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from xps_keras.axis import AXIS
from xps_keras.groups import GROUP_NAMES

COUNT = len(GROUP_NAMES)

Agrees = Callable[..., None]


def write_small_run(folder: Path) -> Path:
    """Write what `train` leaves, for an align network of a few hypotheses with random but fixed weights."""
    from xps_keras.models.align import Align

    model = Align(max_shift_ev=1.6, judge_units=(16,), classifier_units=(24,)).build().inference
    rng = np.random.default_rng(0)
    for weight in model.trainable_weights:  # no layer at zero, where all spectra and readings would look alike
        if len(weight.shape) == 2:
            weight.assign(rng.normal(0.0, 2 / np.sqrt(weight.shape[0]), weight.shape))
    folder.mkdir(parents=True, exist_ok=True)
    model.save(folder / "model.keras")
    config = {
        "model": "align",
        "recipe": "instrument",
        "seed": 0,
        "max_shift_ev": 1.0,
        "thresholds": [0.5] * COUNT,
        "assessable": [name not in ("nitrite", "azide") for name in GROUP_NAMES],
        "package_version": "0.1.0",
    }
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    return folder / "model.keras"


@pytest.fixture(scope="session")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A training run."""
    return write_small_run(tmp_path_factory.mktemp("run"))


@pytest.fixture(scope="session")
def artefacts(run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its artefacts: saved_model, tflite, onnx, each with a golden file."""
    from xps_keras.export import export

    rng = np.random.default_rng(8)
    centres = np.repeat([[285.0, 288.6, 399.8, 532.0, 168.5, 102.0]], 12, axis=0) + rng.normal(0, 1.5, (12, 6))
    peaks = np.exp(-0.5 * ((AXIS.energies_ev - centres[..., None]) / 0.6) ** 2) * rng.uniform(0, 900, (12, 6, 1))
    out = tmp_path_factory.mktemp("served") / "artefacts"
    export(run, out=out, spectra=rng.poisson(peaks.sum(axis=1)).astype(np.float32))
    return out


@pytest.fixture(scope="session")
def agrees() -> Agrees:
    """Compare an answer with (the first rows of) a golden file, within the tolerances that the file itself holds."""

    def compare(answer: Mapping[str, NDArray[np.floating]], golden_file: Path, rows: int | None = None) -> None:
        golden = {name: values[:rows] if values.ndim else values for name, values in np.load(golden_file).items()}
        names = {name for name in golden if name != "intensity" and "/" not in name}
        assert set(answer) in (names, names - {"aligned"})  # signature `classify` leaves it out
        for name, values in answer.items():
            assert values.shape == golden[name].shape, name
            scale = golden[name].max(axis=1, keepdims=True) if name == "aligned" else 1.0
            error = float(np.abs((values - golden[name]) / scale).max())
            assert error <= float(golden[f"tolerance/{name}"]), f"{name} differs by {error:.3g}"
        # The spectra must differ in their answers, or agreeing with them means nothing.
        assert np.ptp(golden["probabilities"], axis=0).max() > 0.05

    return compare


@pytest.fixture(scope="session")
def raw_artefact(run: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Give the folder of the graph that takes measured spectra in a format, written when it is first asked for."""
    out = tmp_path_factory.mktemp("raw")

    @functools.cache
    def written(name: str) -> Path:
        from xps_keras.export import writer_of
        from xps_keras.export.artefact import export_one
        from xps_keras.runtime.trained import load_trained

        export_one(writer_of(name), load_trained(run), out / name, kind="spectrum")
        return out / name

    return written


@pytest.fixture(scope="session")
def raw_artefacts(raw_artefact: Callable[[str], Path]) -> Path:
    """All of these folders, in one."""
    from xps_keras.export import FORMATS

    for name in FORMATS:
        folder = raw_artefact(name)
    return folder.parent
