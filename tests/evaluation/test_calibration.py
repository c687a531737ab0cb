"""Platt scaling and thresholds."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import expit

from xps_keras.axis import AXIS
from xps_keras.corpus import Batch, Corpus, recipe
from xps_keras.evaluation.metrics import reliability
from xps_keras.training.calibration import calibrate, fit_platt, fit_thresholds, fit_uncertainty_scale

RNG = np.random.default_rng(2)
TRUE_LOGITS = RNG.normal(-1.0, 2.0, (6000, 3))
GROUPS = (RNG.random(TRUE_LOGITS.shape) < expit(TRUE_LOGITS)).astype(np.float32)
OVERCONFIDENT = 3.0 * TRUE_LOGITS + 2.0


def error(logits: np.ndarray, groups: np.ndarray) -> float:
    return float(
        np.mean([reliability(expit(logits[:, g]), groups[:, g] > 0).expected_error for g in range(logits.shape[1])])
    )


def test_calibration_undoes_a_known_distortion() -> None:
    scale, bias = fit_platt(OVERCONFIDENT, GROUPS)
    assert scale == pytest.approx(np.full(3, 1 / 3), rel=0.1)
    assert bias == pytest.approx(np.full(3, -2 / 3), abs=0.15)


def test_calibration_lowers_the_error_on_spectra_it_was_not_fitted_on() -> None:
    fitted, held_out = slice(0, 3000), slice(3000, None)
    scale, bias = fit_platt(OVERCONFIDENT[fitted], GROUPS[fitted])
    before = error(OVERCONFIDENT[held_out], GROUPS[held_out])
    after = error(scale * OVERCONFIDENT[held_out] + bias, GROUPS[held_out])
    assert before > 0.1
    assert after < 0.03  # 15 bins of 200 spectra cannot tell less from chance


def test_calibrated_logits_stay_as_they_are() -> None:
    scale, bias = fit_platt(TRUE_LOGITS, GROUPS)
    assert scale == pytest.approx(np.ones(3), abs=0.1)
    assert bias == pytest.approx(np.zeros(3), abs=0.15)


def test_groups_that_nothing_or_everything_carries_are_left_alone() -> None:
    groups = np.zeros((50, 2))
    groups[:, 1] = 1
    scale, bias = fit_platt(np.linspace(-9, 9, 100).reshape(50, 2), groups)
    assert scale.tolist() == [1, 1]
    assert bias.tolist() == [0, 0]
    assert fit_thresholds(np.full((50, 2), 0.3), groups * 0).tolist() == [0.5, 0.5]


def test_scales_stay_positive_and_bounded() -> None:
    logits = np.linspace(-2, 2, 400)[:, None]
    separated = (logits > 0).astype(float)
    reversed_order = (logits < 0).astype(float)
    rare = np.zeros_like(logits)
    rare[-2:] = 1
    for groups in (separated, reversed_order, rare):
        scale, bias = fit_platt(logits, groups)
        assert 0.01 < scale[0] < 30
        assert abs(bias[0]) < 5


def test_threshold_maximises_f1() -> None:
    probability = np.concatenate([np.full(20, 0.45), np.full(5, 0.35), np.full(100, 0.1)])[:, None]
    present = np.concatenate([np.ones(20), np.zeros(105)])[:, None]
    assert 0.35 < fit_thresholds(probability, present)[0] < 0.45


def test_thresholds_are_held_in_range_and_at_half_without_need() -> None:
    present = np.concatenate([np.ones(30), np.zeros(70)])[:, None]
    low = np.where(present > 0, 0.05, 0.01)
    assert fit_thresholds(low, present)[0] >= 0.2
    clear = np.where(present > 0, 0.95, 0.02)
    assert fit_thresholds(clear, present)[0] == 0.5
    few = np.concatenate([np.ones(9), np.zeros(91)])[:, None]
    assert fit_thresholds(np.where(few > 0, 0.3, 0.01), few)[0] == 0.5


def test_calibrate_gives_what_config_json_holds() -> None:
    import keras

    from xps_keras.runtime.trained import read_calibration

    keras.utils.set_random_seed(1)
    intensity = keras.Input((AXIS.size,), name="intensity")
    logits = keras.layers.Dense(40, name="logits")(keras.layers.Rescaling(10.0)(intensity))
    model = keras.Model(intensity, {"logits": logits, "aligned": intensity})
    corpus = Corpus(recipe("paper"), seed=4)
    found = calibrate(model, corpus.batch(0, 300))
    read = read_calibration(found["calibration"], "config.json")
    assert read.note == "Platt scaling of each group's logit, fitted on 300 validation spectra"
    unknown = ~corpus.library.assessable
    assert (read.scale[unknown] == 1).all()
    assert (read.bias[unknown] == 0).all()
    assert (np.array(found["thresholds"])[unknown] == 0.5).all()
    assert (read.scale[~unknown] != 1).any()
    assert len(found["thresholds"]) == 40


def test_intervals_are_widened_until_they_hold_where_libraries_are_wrong() -> None:
    import keras

    intensity = keras.Input((AXIS.size,), name="intensity")
    zero = keras.layers.Dense(1, kernel_initializer="zeros", use_bias=False)(intensity)
    outputs = {
        "logits": keras.layers.Dense(40)(intensity),
        "reading_shift_ev": zero,
        "reading_uncertainty_ev": keras.layers.Rescaling(1.0, offset=0.1)(zero),
    }
    model = keras.Model(intensity, outputs)
    rng = np.random.default_rng(5)
    batch = Corpus(recipe("paper"), seed=4).batch(0, 400)

    def off_by(deviation_ev: float) -> Batch:
        return replace(batch, shift_ev=rng.normal(0.0, deviation_ev, len(batch)).astype(np.float32))

    right = off_by(0.1)
    wrong = [off_by(0.3), off_by(0.1)]  # of two draws one is far off: their intervals hold together
    scale = calibrate(model, right, wrong)["calibration"]["uncertainty_scale"]
    error = np.abs(np.concatenate([one.shift_ev for one in wrong]))
    assert np.mean(error < 1.96 * 0.1 * scale) == pytest.approx(0.92, abs=0.01)
    assert scale > 1.5
    assert calibrate(model, right)["calibration"]["uncertainty_scale"] == pytest.approx(1.0, abs=0.15)


def test_intervals_hold_what_they_promise_once_scaled() -> None:
    rng = np.random.default_rng(3)
    uncertainty = rng.uniform(0.02, 0.2, 20_000)
    error = np.abs(rng.normal(0.0, 1.3 * uncertainty))
    factor = fit_uncertainty_scale(error, uncertainty)
    assert factor == pytest.approx(1.3, rel=0.02)
    assert np.mean(error < factor * uncertainty) == pytest.approx(0.683, abs=0.01)
    assert np.mean(error < 2 * factor * uncertainty) == pytest.approx(0.954, abs=0.01)
    assert fit_uncertainty_scale(np.zeros(5), np.ones(5)) == 1.0
