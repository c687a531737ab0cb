"""`align`: moving the input moves its readings, whatever its weights are."""

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from numpy.typing import NDArray

from xps_keras.axis import AXIS
from xps_keras.corpus.engine import FourierLibrary
from xps_keras.library.loading import load_library
from xps_keras.models.align import Align
from xps_keras.models.network import Networks

MAX_SHIFT_EV, STEP_EV = 6.0, 0.4


@pytest.fixture(scope="module")
def decided() -> Networks:
    """Random weights, large enough that the hypotheses differ much, as in a trained network."""
    keras.utils.set_random_seed(2)
    networks = Align(max_shift_ev=MAX_SHIFT_EV, hypothesis_step_ev=STEP_EV).build()
    verdict = networks.inference.get_layer("judge_verdict")
    rng = np.random.default_rng(2)
    verdict.kernel.assign(rng.normal(0.0, [20.0, 0.5, 0.5], verdict.kernel.shape))
    return networks


@pytest.fixture(scope="module")
def still() -> NDArray[np.float32]:
    library = load_library()
    weights = np.eye(len(library.keys), dtype=np.float32)[[library.index(key) for key in ("PET", "PMMA", "PVC")]]
    spectra = FourierLibrary(library.peaks, len(library.keys)).spectra(weights, np.zeros(3), np.full(3, 0.3))
    return np.maximum(spectra, 0.0)


def answer(model: Any, intensity: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
    return {name: np.asarray(value) for name, value in model(intensity, training=False).items()}


@pytest.mark.parametrize("hypotheses", [-3, -1, 1, 2])
def test_moving_the_input_by_hypotheses_moves_the_readings_by_exactly_that(
    decided: Networks, still: NDArray[np.float32], hypotheses: int
) -> None:
    # A move brings other hypotheses in at an end of the range. With these random weights they count for nothing for
    # the first two polymers; all their readings stand well inside.
    still = still[:2]
    before = answer(decided.inference, still)
    assert (np.abs(before["reading_shift_ev"]) < MAX_SHIFT_EV - 4 * STEP_EV).all()
    moved_ev = hypotheses * STEP_EV
    after = answer(decided.inference, np.roll(still, round(moved_ev / AXIS.step_ev), axis=1))
    np.testing.assert_allclose(after["reading_shift_ev"] - before["reading_shift_ev"], moved_ev, atol=2e-4)
    np.testing.assert_allclose(after["reading_uncertainty_ev"], before["reading_uncertainty_ev"], rtol=1e-2)
    np.testing.assert_allclose(after["reading_weight"], before["reading_weight"], atol=2e-2)
    np.testing.assert_allclose(after["reading_logits"], before["reading_logits"], atol=2e-3)
    middle = slice(600, -600)
    np.testing.assert_allclose(after["aligned"][:, middle], before["aligned"][:, middle], atol=1e-3)


def test_readings_stay_within_reach(decided: Networks, still: NDArray[np.float32]) -> None:
    """The outermost hypothesis, plus what judgement and refinement may add: 0.75 of a step each."""
    noise = np.random.default_rng(1).uniform(0, 1, (8, AXIS.size)).astype(np.float32)
    for given in (still, noise):
        shift = answer(decided.inference, given)["reading_shift_ev"]
        assert np.abs(shift).max() <= MAX_SHIFT_EV + 1.5 * STEP_EV + 1e-5


def test_the_answer_is_the_first_reading(decided: Networks, still: NDArray[np.float32]) -> None:
    outputs = answer(decided.inference, still)
    np.testing.assert_array_equal(outputs["shift_ev"], outputs["reading_shift_ev"][:, :1])
    np.testing.assert_array_equal(outputs["logits"], outputs["reading_logits"][:, 0])
    shapes = {name: outputs[name].shape for name in outputs if name.startswith("reading")}
    assert shapes == {
        "reading_shift_ev": (3, 3), "reading_uncertainty_ev": (3, 3), "reading_weight": (3, 3),
        "reading_logits": (3, 3, 40),
    }  # fmt: skip
    assert (outputs["reading_weight"] >= 0).all()
    assert (outputs["reading_weight"].sum(axis=1) <= 1 + 1e-5).all()
    assert (outputs["reading_uncertainty_ev"] >= 0).all()


def test_aligned_is_the_input_moved_back_by_the_answer(decided: Networks, still: NDArray[np.float32]) -> None:
    outputs = answer(decided.inference, still)
    for row, shift, aligned in zip(still, outputs["shift_ev"][:, 0], outputs["aligned"], strict=True):
        expected = np.interp(AXIS.energies_ev + shift, AXIS.energies_ev, row, left=0.0, right=0.0)
        expected /= expected.sum() * AXIS.step_ev
        np.testing.assert_allclose(aligned, expected, atol=2e-3 * expected.max())


def test_untrained_every_hypothesis_is_about_equally_likely(still: NDArray[np.float32]) -> None:
    networks = Align().build()
    given = {"intensity": still, "true_shift_ev": np.zeros((3, 1), np.float32)}
    distribution = np.asarray(networks.training(given)["shift_ev"])
    assert distribution.shape == (3, 31, 3)
    np.testing.assert_allclose(distribution[:, :, 1], np.tile(STEP_EV * np.arange(-15, 16), (3, 1)), atol=0.1)
    share = np.exp(distribution[:, :, 0])
    assert (share / share.sum(axis=1, keepdims=True)).max() < 2 / 31


def test_the_classifier_sees_the_spectrum_at_the_shift_it_is_told(
    decided: Networks, still: NDArray[np.float32]
) -> None:
    def logits(intensity: NDArray[np.float32], shift_ev: float) -> NDArray[np.float32]:
        given = {"intensity": intensity, "true_shift_ev": np.full((len(intensity), 1), shift_ev, np.float32)}
        return np.asarray(decided.training(given, training=False)["logits"])

    moved = np.roll(still, 13, axis=1)
    np.testing.assert_allclose(logits(moved, 1.3), logits(still, 0.0), atol=2e-4)
    assert np.abs(logits(moved, 0.0) - logits(still, 0.0)).max() > 0.05


def test_settings_of_ones_own_are_built_saved_and_loaded(tmp_path: Path, still: NDArray[np.float32]) -> None:
    settings = {"max_shift_ev": 2.0, "hypothesis_step_ev": 0.8, "judge_units": (8,), "classifier_units": (16,)}
    small = Align(((278.0, 296.0),), **settings, readings=2).build().inference  # type: ignore[arg-type]  # one of each kind
    small.save(tmp_path / "m.keras")
    before, after = answer(small, still), answer(keras.models.load_model(tmp_path / "m.keras"), still)
    assert before["reading_shift_ev"].shape == (3, 2)
    for name, value in before.items():
        np.testing.assert_array_equal(after[name], value, err_msg=name)


def test_a_step_that_is_no_even_number_of_channels_is_refused() -> None:
    with pytest.raises(ValueError, match="multiples"):
        Align(hypothesis_step_ev=0.3).build()


def test_the_first_guess_of_a_shift_is_refined_in_training(decided: Networks, still: NDArray[np.float32]) -> None:
    """What the refiner is trained on moves with the spectrum, wherever the guess started."""

    def refined(moved: int) -> NDArray[np.float32]:
        guess = np.full((len(still), 1), 0.1 * moved, np.float32)
        given = {"intensity": np.roll(still, moved, axis=1), "true_shift_ev": guess}
        return np.asarray(decided.training(given, training=False)["refined_shift_ev"])

    before, after = refined(0), refined(17)
    np.testing.assert_allclose(after[:, 0] - before[:, 0], 1.7, atol=1e-4)
    np.testing.assert_allclose(after[:, 1], before[:, 1], atol=1e-4)
