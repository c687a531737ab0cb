"""Shifting and stretching signals agrees with linear interpolation, zeros outside."""

import keras
import numpy as np
import pytest
from keras import ops
from numpy.typing import NDArray

from xps_keras.layers.resampling import shift_channels, warp_channels, warped_positions

LENGTH = 97


@pytest.fixture(scope="module")
def signals() -> NDArray[np.float32]:
    return np.random.default_rng(1).uniform(0.5, 1.5, (5, LENGTH)).astype(np.float32)


def column(*numbers: float) -> NDArray[np.float32]:
    return np.array(numbers, np.float32)[:, None]


def interpolated(signal: NDArray[np.float32], position: NDArray[np.floating]) -> NDArray[np.float64]:
    """Linear interpolation with one zero channel before and behind the signal, and zeros beyond."""
    padded = np.concatenate([[0.0], signal, [0.0]])
    return np.asarray(np.interp(position, np.arange(-1, len(signal) + 1), padded, left=0, right=0), np.float64)


def test_a_peak_three_channels_too_high_is_brought_back_by_shift_3() -> None:
    measured = np.zeros((1, LENGTH), np.float32)
    measured[0, 53] = 1.0  # its true place is channel 50
    assert np.flatnonzero(np.asarray(shift_channels(measured, column(3.0))))[0] == 50


@pytest.mark.parametrize("shift", [0, 1, -1, 7, -40, LENGTH - 1, -(LENGTH - 1)])
def test_whole_shifts_are_exact(signals: NDArray[np.float32], shift: int) -> None:
    moved = np.asarray(shift_channels(signals, column(*[float(shift)] * 5)))
    expected = np.zeros_like(signals)
    if shift >= 0:
        expected[:, : LENGTH - shift] = signals[:, shift:]
    else:
        expected[:, -shift:] = signals[:, :shift]
    np.testing.assert_array_equal(moved, expected)


def test_fractional_shifts_agree_with_interpolation_row_by_row(signals: NDArray[np.float32]) -> None:
    shifts = column(0.25, -3.7, 12.5, -0.01, 90.9)
    moved = np.asarray(shift_channels(signals, shifts))
    expected = [interpolated(row, np.arange(LENGTH) + shift) for row, shift in zip(signals, shifts[:, 0], strict=True)]
    np.testing.assert_allclose(moved, expected, atol=2e-5)


@pytest.mark.parametrize("batch", [1, 2, 3, 24])
@pytest.mark.parametrize("length", [LENGTH, 96, 11])
def test_a_graph_moves_every_row_by_its_own_shift_whatever_the_batch(batch: int, length: int) -> None:
    rng = np.random.default_rng(batch)
    given = rng.uniform(0.5, 1.5, (batch, length)).astype(np.float32)
    shifts = rng.uniform(-8, 8, (batch, 1)).astype(np.float32)
    signal, shift = keras.Input((length,)), keras.Input((1,))
    moved = np.asarray(keras.Model([signal, shift], shift_channels(signal, shift))([given, shifts]))
    expected = [interpolated(row, np.arange(length) + by) for row, by in zip(given, shifts[:, 0], strict=True)]
    np.testing.assert_allclose(moved, expected, atol=2e-5)


@pytest.mark.parametrize("shift", [200.0, -200.0, 1e6, -1e6, 1e12, -1e12])
def test_what_is_moved_off_the_axis_is_gone(signals: NDArray[np.float32], shift: float) -> None:
    assert not np.asarray(shift_channels(signals, column(*[shift] * 5))).any()
    assert not np.asarray(warp_channels(signals, column(*[shift] * 5), column(*[1.0] * 5))).any()


def test_opposite_whole_shifts_cancel_inside(signals: NDArray[np.float32]) -> None:
    there = shift_channels(signals, column(*[6.0] * 5))
    back = np.asarray(shift_channels(there, column(*[-6.0] * 5)))
    np.testing.assert_array_equal(back[:, 6:], signals[:, 6:])


def test_shift_and_scale_agree_with_interpolation(signals: NDArray[np.float32]) -> None:
    shifts, scales = column(0.0, 2.5, -7.25, 0.0, 3.0), column(1.0, 1.0, 1.03, 0.95, 1.1)
    warped = np.asarray(warp_channels(signals, shifts, scales))
    center = (LENGTH - 1) / 2
    for row, shift, scale, result in zip(signals, shifts[:, 0], scales[:, 0], warped, strict=True):
        position = center + float(scale) * (np.arange(LENGTH) - center) + float(shift)
        np.testing.assert_allclose(result, interpolated(row, position), atol=5e-5)


def test_scale_one_is_a_plain_shift(signals: NDArray[np.float32]) -> None:
    shifts = column(0.0, 2.5, -7.25, 11.0, -0.5)
    warped = np.asarray(warp_channels(signals, shifts, column(*[1.0] * 5)))
    np.testing.assert_allclose(warped, np.asarray(shift_channels(signals, shifts)), atol=1e-5)


def test_a_warp_agrees_with_interpolation_between_its_knots(signals: NDArray[np.float32]) -> None:
    """Four segments of 24 channels: the knots stand where the scales before them add up to, the middle at the shift."""
    shifts = column(0.0, 2.5, -7.25, 0.3, 3.0)
    scales = np.random.default_rng(6).uniform(0.6, 1.6, (5, 4)).astype(np.float32)
    warped = np.asarray(warp_channels(signals, shifts, scales))
    for row, shift, scale, result in zip(signals, shifts[:, 0], scales, warped, strict=True):
        knots = np.concatenate([[0.0], np.cumsum(24.0 * scale)])
        position = np.interp(np.arange(LENGTH), [0, 24, 48, 72, 96], knots - knots[2] + 48.0 + shift)
        np.testing.assert_allclose(result, interpolated(row, position), atol=1e-4)


@pytest.mark.parametrize("length", [9, 60, 97, 6601])
@pytest.mark.parametrize("segments", [1, 3, 8])
def test_with_every_scale_at_one_channels_stay_exactly_where_they_are(length: int, segments: int) -> None:
    position = np.asarray(warped_positions(length, column(0.0), np.ones((1, segments), np.float32)))
    np.testing.assert_array_equal(position, np.arange(length)[None])


def test_features_move_together(signals: NDArray[np.float32]) -> None:
    shifts = column(1.5, -2.0, 0.3, 9.0, -5.5)
    stacked = np.stack([signals, 2 * signals, -signals], axis=-1)
    moved = np.asarray(shift_channels(signals, shifts))
    for result in (shift_channels(stacked, shifts), warp_channels(stacked, shifts, column(*[1.0] * 5))):
        expected = np.stack([moved, 2 * moved, -moved], axis=-1)
        np.testing.assert_allclose(np.asarray(result), expected, atol=3e-5)


def test_half_precision_signals_keep_their_channel_numbers() -> None:
    signal = np.zeros((1, 6601), np.float16)
    signal[0, 6001] = 1.0  # beyond 2048, float16 cannot tell odd numbers from even ones
    for moved in (
        shift_channels(ops.convert_to_tensor(signal), column(4.0)),
        warp_channels(ops.convert_to_tensor(signal), column(4.0), column(1.0)),
    ):
        assert np.asarray(moved).dtype == np.float16
        np.testing.assert_array_equal(np.flatnonzero(np.asarray(moved)), [5997])
