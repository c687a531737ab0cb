"""The shipped model's weights give the same numbers on whatever backend this process runs (`KERAS_BACKEND`).

The main run asks TensorFlow, `.ci/backends` JAX and PyTorch, each in a process of its own. What they are compared with
is one file: the answers that Keras gave on TensorFlow when the model was exported.
"""

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from numpy.typing import NDArray

import xps_keras.pretrained
from xps_keras.pretrained import PRETRAINED
from xps_keras.runtime.trained import load_trained

GOLDEN = Path(xps_keras.pretrained.__file__).parent / "golden.npz"


@pytest.fixture(scope="module")
def golden() -> dict[str, NDArray[np.float32]]:
    with np.load(GOLDEN) as stored:
        return {name: stored[name] for name in stored.files}


@pytest.fixture(scope="module")
def answer(golden: dict[str, NDArray[np.float32]]) -> dict[str, NDArray[np.float64]]:
    trained = load_trained(PRETRAINED)
    outputs = trained.model(golden["intensity"], training=False)
    found = {name: keras.ops.convert_to_numpy(value).astype(np.float64) for name, value in outputs.items()}
    calibration = trained.calibration

    def probabilities(logits: Any) -> Any:
        return 1.0 / (1.0 + np.exp(-(calibration.scale * logits + calibration.bias)))

    return {
        "shift_ev": found["shift_ev"],
        "reading_shift_ev": found["reading_shift_ev"],
        "reading_uncertainty_ev": found["reading_uncertainty_ev"] * calibration.uncertainty_scale,
        "reading_weight": found["reading_weight"],
        "probabilities": probabilities(found["logits"]),
        "reading_probabilities": probabilities(found["reading_logits"]),
        "aligned": found["aligned"] / golden["aligned"].max(axis=1, keepdims=True),
    }


@pytest.mark.parametrize(
    ("name", "tolerance"),
    [
        ("shift_ev", 2e-5),
        ("reading_shift_ev", 2e-5),
        ("reading_uncertainty_ev", 2e-5),
        ("reading_weight", 2e-5),
        ("probabilities", 1e-4),
        ("reading_probabilities", 1e-4),
        ("aligned", 1e-4),  # parts of the highest channel
    ],
)
def test_align_answers_as_it_did_on_tensorflow(
    name: str,
    tolerance: float,
    answer: dict[str, NDArray[np.float64]],
    golden: dict[str, NDArray[np.float32]],
) -> None:
    expected = golden[name] / golden["aligned"].max(axis=1, keepdims=True) if name == "aligned" else golden[name]
    np.testing.assert_allclose(answer[name], expected, rtol=0, atol=tolerance)
