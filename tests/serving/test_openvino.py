"""OpenVINO, whose code shares nothing with TensorFlow's or ONNX Runtime's, reads all three formats."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

MODELS = {"saved_model": "1", "tflite": "model.tflite", "onnx": "model.onnx"}


@pytest.mark.parametrize("folder", MODELS)
def test_openvino_gives_the_golden_numbers(folder: str, artefacts: Path, agrees: Callable[..., None]) -> None:
    openvino = pytest.importorskip("openvino", reason="openvino is not installed")
    core = openvino.Core()
    model = core.read_model(artefacts / folder / MODELS[folder])
    golden = artefacts / folder / "golden.npz"
    # Its CPU plugin may calculate in bfloat16 where the processor can; the tolerances are those of float32.
    compiled = core.compile_model(model, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    found = compiled({"intensity": np.load(golden)["intensity"]})
    answer = {}
    for port in compiled.outputs:
        (name,) = {name for name in port.get_names() if ":" not in name and "/" not in name} & NAMES
        answer[name] = np.array(found[port])
    agrees(answer, golden)


NAMES = {
    "probabilities",
    "shift_ev",
    "aligned",
    "reading_shift_ev",
    "reading_uncertainty_ev",
    "reading_weight",
    "reading_probabilities",
}
