"""What the gate lets through and what not, on plain arrays."""

import numpy as np
import pytest

from xps_keras.errors import ModelError
from xps_keras.runtime.comparing import Tolerance, compare

TOLERANCE = Tolerance(probability=1e-3, weight=1e-3, shift_ev=1e-2, aligned=1e-2, decisions=0.5)
THRESHOLDS = np.full(40, 0.5, np.float32)


def answer(rows: int = 2) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(0)
    return {
        "probabilities": rng.uniform(0.1, 0.4, (rows, 40)).astype(np.float32),
        "shift_ev": rng.normal(size=(rows, 1)).astype(np.float32),
        "aligned": rng.uniform(size=(rows, 6601)).astype(np.float32),
        "reading_shift_ev": np.tile(np.array([1.0, -2.0, 3.0], np.float32), (rows, 1)),
        "reading_uncertainty_ev": np.tile(np.array([0.1, 0.2, 0.3], np.float32), (rows, 1)),
        "reading_weight": np.tile(np.array([0.8, 0.2, 0.0], np.float32), (rows, 1)),
        "reading_probabilities": rng.uniform(0.1, 0.4, (rows, 3, 40)).astype(np.float32),
    }


def test_equal_answers_pass_with_no_error() -> None:
    assert set(compare(answer(), answer(), TOLERANCE, THRESHOLDS, "onnx").values()) == {0.0}


@pytest.mark.parametrize("name", list(answer()))
def test_each_output_is_looked_at(name: str) -> None:
    other = answer()
    other[name][0, 0] += 0.05
    with pytest.raises(ModelError, match=f"in {name} "):
        compare(answer(), other, TOLERANCE, THRESHOLDS, "onnx")


def test_not_a_number_does_not_pass() -> None:
    other = answer()
    other["shift_ev"][1, 0] = np.nan
    with pytest.raises(ModelError, match="nan in shift_ev"):
        compare(answer(), other, TOLERANCE, THRESHOLDS, "onnx")


def test_tied_readings_may_change_places() -> None:
    first, second = answer(), answer()
    for half in (first, second):
        half["reading_weight"][0] = [0.4999, 0.5001, 0.0]
    second["reading_shift_ev"][0] = [-2.0, 1.0, 3.0]
    second["shift_ev"][0] = 7.0
    second["probabilities"][0] = 0.9
    assert compare(first, second, TOLERANCE, THRESHOLDS, "onnx")["shift_ev"] == 0.0
    second["reading_shift_ev"][1] = [-2.0, 1.0, 3.0]  # here the weights are clear
    with pytest.raises(ModelError, match="reading_shift_ev"):
        compare(first, second, TOLERANCE, THRESHOLDS, "onnx")


def test_nothing_but_ties_proves_nothing() -> None:
    tied = answer()
    tied["reading_weight"][:] = 1 / 3
    with pytest.raises(ModelError, match="tied in every spectrum"):
        compare(tied, tied, TOLERANCE, THRESHOLDS, "onnx")


def test_names_and_shapes_must_be_equal() -> None:
    other = answer()
    del other["aligned"]
    with pytest.raises(ModelError, match="outputs"):
        compare(answer(), other, TOLERANCE, THRESHOLDS, "onnx")
    other = answer()
    other["shift_ev"] = other["shift_ev"][:, 0]
    with pytest.raises(ModelError, match="shape"):
        compare(answer(), other, TOLERANCE, THRESHOLDS, "onnx")


def test_changed_decisions_close_the_gate_of_a_wide_tolerance() -> None:
    wide = Tolerance(probability=0.25, weight=1e-3, shift_ev=1e-2, aligned=1e-2, decisions=0.01)
    other = answer()
    first = answer()
    first["probabilities"][0, :2] = 0.4
    other["probabilities"][0, :2] = 0.6
    with pytest.raises(ModelError, match=r"2\.50% of the group decisions"):
        compare(first, other, wide, THRESHOLDS, "tflite")
