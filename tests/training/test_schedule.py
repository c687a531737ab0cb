"""Learning rates and patience against what they are for."""

import numpy as np
import pytest

from xps_keras.training.schedule import STOPPING_EPOCHS, Patience, RunState, average_decay, cosine


def test_the_cosine_schedule_rises_to_its_peak_and_falls_to_zero() -> None:
    rates = np.array([cosine(2e-3, step, 10_000) for step in range(10_001)])
    peak = int(rates.argmax())
    assert rates[0] == 0.0
    assert rates[-1] == pytest.approx(0.0, abs=1e-12)
    assert rates[peak] == pytest.approx(2e-3)
    assert (np.diff(rates[: peak + 1]) > 0).all()
    assert (np.diff(rates[peak:]) < 0).all()
    assert peak <= 1000
    middle = (peak + 10_000) // 2
    assert rates[middle] == pytest.approx(1e-3, rel=1e-2)


def test_a_run_of_few_steps_has_no_warm_up() -> None:
    assert cosine(1e-3, 0, 5) == pytest.approx(1e-3)


def test_only_a_clear_improvement_counts() -> None:
    patience = Patience(2).after(1.0)
    assert patience.improved
    patience = patience.after(1.0 - 5e-5)
    assert not patience.improved
    assert patience.best == 1.0
    assert not patience.exhausted
    assert patience.after(1.0).exhausted
    assert patience.after(0.9) == Patience(2, 0.9, 0)


def test_a_loss_that_stands_still_slows_the_training_and_then_ends_it() -> None:
    state = RunState.start(1e-4).after({"val_loss": 1.0})
    rates = []
    while not state.stop.exhausted:
        state = state.after({"val_loss": 1.0})
        rates.append(state.rate)
    assert len(rates) == STOPPING_EPOCHS
    assert rates[3] == pytest.approx(1e-4)
    assert rates[4] == pytest.approx(1e-5)
    assert rates[-1] == pytest.approx(1e-7)
    assert state.history == {"val_loss": [1.0] * (STOPPING_EPOCHS + 1)}


def test_a_loss_that_falls_keeps_rate_and_run() -> None:
    state = RunState.start(1e-4)
    for epoch in range(40):
        state = state.after({"val_loss": 1.0 - epoch / 100})
        assert state.stop.improved
    assert (state.epoch, state.rate) == (40, 1e-4)


def test_the_average_forgets_the_start_and_then_remembers_long() -> None:
    decays = [average_decay(step) for step in range(20_000)]
    assert decays[0] < 0.2
    assert np.prod(decays[:100]) < 1e-6  # what the first weights still count after 100 steps
    assert decays[-1] == pytest.approx(0.999)
    assert (np.diff(decays) >= 0).all()
