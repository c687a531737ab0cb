"""Windows under hypotheses and windows under real shifts are cuts of the same shifted signal."""

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from numpy.typing import NDArray

from xps_keras.layers.aligned_windows import AlignedWindows
from xps_keras.layers.hypothesis_windows import HypothesisWindows
from xps_keras.layers.resampling import shift_channels
from xps_keras.layers.window_index import pool_starts

LENGTH = 101  # odd, as the axis is
WINDOWS = ((0, 8), (30, 44), (41, 52), (90, LENGTH + 1))
HYPOTHESES = tuple(range(-16, 17, 4))


@pytest.fixture(scope="module")
def signals() -> NDArray[np.float32]:
    return np.random.default_rng(4).uniform(0.5, 1.5, (3, LENGTH)).astype(np.float32)


def by_hand(signals: NDArray[np.float32], shifts: NDArray[np.float32]) -> NDArray[np.float32]:
    """Shift the whole signal, average neighbours, cut."""
    cuts = []
    for shift in shifts.T:
        moved = np.asarray(shift_channels(np.pad(signals, ((0, 0), (0, 1))), shift[:, None]))
        starts = pool_starts(WINDOWS)
        cuts.append(0.5 * (moved[:, starts] + moved[:, starts + 1]))
    return np.stack(cuts, axis=1)


def test_pairs_are_even_ascending_and_each_once() -> None:
    np.testing.assert_array_equal(pool_starts(((3, 8), (6, 12))), [2, 4, 6, 8, 10])


@pytest.mark.parametrize("windows", [(), ((4, 5),), ((9, 3),), ((-2, 6),)])
def test_impossible_windows_are_refused(windows: tuple[Any, ...]) -> None:
    with pytest.raises(ValueError, match="Received: "):
        AlignedWindows(windows)


def test_aligned_windows_are_cuts_of_the_shifted_signal(signals: NDArray[np.float32]) -> None:
    shifts = np.array([[0.0, 2.0, -0.7], [1.0, -13.4, 60.25], [0.5, 300.0, -300.0]], np.float32)
    cut = np.asarray(AlignedWindows(WINDOWS)([signals, shifts]))
    np.testing.assert_allclose(cut, by_hand(signals, shifts), atol=2e-6)


def test_both_kinds_agree_at_even_whole_shifts_to_the_ends_of_the_axis(signals: NDArray[np.float32]) -> None:
    """The last channel of an odd axis has no partner; it must not be lost for that."""
    hypotheses = (*HYPOTHESES, 200, -200)
    fixed = np.asarray(HypothesisWindows(WINDOWS, hypotheses)(signals))
    free = np.asarray(AlignedWindows(WINDOWS)([signals, np.tile(np.array(hypotheses, np.float32), (3, 1))]))
    np.testing.assert_allclose(fixed, free, atol=1e-7)
    assert not fixed[:, -2:].any()


def test_moving_the_signal_by_one_hypothesis_moves_the_answers_by_one_place(signals: NDArray[np.float32]) -> None:
    inner = signals.copy()
    inner[:, :20] = 0.0
    inner[:, -20:] = 0.0
    layer = HypothesisWindows(WINDOWS, HYPOTHESES)
    before, after = np.asarray(layer(inner)), np.asarray(layer(np.roll(inner, 4, axis=1)))
    assert before.any()
    np.testing.assert_array_equal(after[:, 1:], before[:, :-1])


def test_a_signal_too_high_by_a_hypothesis_looks_unshifted_under_it(signals: NDArray[np.float32]) -> None:
    inner = np.pad(signals[:, 20:-20], ((0, 0), (20, 20)))
    layer = HypothesisWindows(WINDOWS, HYPOTHESES)
    true = np.asarray(layer(inner))[:, HYPOTHESES.index(0)]
    np.testing.assert_array_equal(np.asarray(layer(np.roll(inner, 8, axis=1)))[:, HYPOTHESES.index(8)], true)


class Cut(keras.layers.Layer):
    """One pair of the windows, at shifts that are learnt."""

    def __init__(self, shifts: list[float]) -> None:
        super().__init__()
        self.shift = self.add_weight(shape=(len(shifts), 1))
        self.shift.assign(np.array(shifts, np.float32)[:, None])

    def call(self, signals: Any) -> Any:
        return AlignedWindows(WINDOWS)([signals, self.shift.value])[:, 0, 5:6]


def test_gradients_reach_the_shift(signals: NDArray[np.float32]) -> None:
    shifts = [0.3, 1.6, -2.2]
    layer = Cut(shifts)
    model = keras.Sequential([keras.Input((LENGTH,), 3), layer])
    # Plain descent with rate 1 takes the gradient off the shift, on every backend; the loss is the sum of three rows.
    model.compile(keras.optimizers.SGD(1.0), loss=lambda _, cut: 3.0 * cut)
    model.train_on_batch(signals, np.zeros((3, 1), np.float32))
    gradient = np.array(shifts)[:, None] - keras.ops.convert_to_numpy(layer.shift)
    start = int(pool_starts(WINDOWS)[5])
    for row, value in enumerate(shifts):
        # The mean of two neighbours, linear between channels: its slope is half the rise over two channels.
        first = start + int(np.floor(value))
        assert gradient[row, 0] == pytest.approx(0.5 * (signals[row, first + 2] - signals[row, first]), abs=1e-5)


def test_half_precision_keeps_channel_numbers_exact() -> None:
    signal = np.zeros((1, 6601), np.float16)
    signal[0, 6000] = 1.0
    windows = ((5900, 6100),)
    place = int(np.searchsorted(pool_starts(windows), 5996))
    free = AlignedWindows(windows, dtype="mixed_float16")([signal, np.array([[4.0]], np.float32)])
    fixed = HypothesisWindows(windows, [4], dtype="mixed_float16")(signal)
    for cut in (free, fixed):
        assert keras.backend.standardize_dtype(cut.dtype) == "float16"
        np.testing.assert_array_equal(np.flatnonzero(np.asarray(cut)[0, 0]), [place])


def test_odd_hypotheses_are_refused() -> None:
    with pytest.raises(ValueError, match=r"multiples.*Received: \(0, 3\)"):
        HypothesisWindows(WINDOWS, (0, 3))


def test_config_and_file_round_trip(tmp_path: Path, signals: NDArray[np.float32]) -> None:
    signal, shift = keras.Input((LENGTH,)), keras.Input((2,))
    outputs = [HypothesisWindows(WINDOWS, np.array(HYPOTHESES))(signal), AlignedWindows(WINDOWS)([signal, shift])]
    pairs = len(pool_starts(WINDOWS))
    assert [tuple(output.shape) for output in outputs] == [(None, len(HYPOTHESES), pairs), (None, 2, pairs)]
    model = keras.Model([signal, shift], outputs)
    model.save(tmp_path / "m.keras")
    loaded = keras.models.load_model(tmp_path / "m.keras")
    given = [signals[:1], np.array([[0.4, -3.0]], np.float32)]
    for before, after in zip(model(given), loaded(given), strict=True):
        np.testing.assert_array_equal(np.asarray(before), np.asarray(after))
