"""Linear resampling of a batch of signals by a sub-channel shift, and optionally a scale, with zeros outside."""

from typing import Any

from keras import ops


def shift_channels(signal: Any, shift: Any) -> Any:
    """Move signals along their axis: ``result[i] = signal[i + shift]``, linearly interpolated, zero outside.

    One gather serves both neighbours of the interpolation, because a rigid shift has one fractional part. Whole
    shifts are exact.

    Args:
        signal: Shape ``(batch, length)`` or ``(batch, length, features)``.
        shift: Shape ``(batch, 1)``, in channels. Kept in float32 whatever the policy: half precision cannot count
            channels beyond 2048.

    Returns:
        The moved signals, same shape and type as ``signal``.
    """
    length = signal.shape[1]
    shift = ops.cast(shift, "float32")
    whole = ops.floor(shift)
    part = ops.cast(shift - whole, signal.dtype)
    # One zero channel at either end; every index outside is clipped onto it.
    margin = [[0, 0], [1, 1]] + [[0, 0]] * (len(signal.shape) - 2)
    padded = ops.pad(signal, margin)
    index = ops.arange(1, length + 2, dtype="int32")[None, :] + ops.cast(whole, "int32")
    gathered = _gather(padded, ops.clip(index, 0, length + 1))
    part = _match_rank(part, signal)
    return gathered[:, :-1] * (1 - part) + gathered[:, 1:] * part


def warp_channels(signal: Any, shift: Any, scale: Any) -> Any:
    """Move and stretch signals: ``result[i] = signal[c + scale * (i - c) + shift]`` about the centre ``c``.

    Args:
        signal: Shape ``(batch, length)`` or ``(batch, length, features)``.
        shift: Shape ``(batch, 1)``, in channels.
        scale: Shape ``(batch, 1)``, dimensionless; 1 leaves the axis as it is.

    Returns:
        The warped signals, same shape and type as ``signal``; linear interpolation, zero outside.
    """
    length = signal.shape[1]
    center = (length - 1) / 2
    offset = ops.arange(length, dtype="float32")[None, :] - center
    position = center + ops.cast(scale, "float32") * offset + ops.cast(shift, "float32")
    # Far outside everything is zero; the clip keeps the integer conversion defined.
    position = ops.clip(position, -2.0, length + 1.0)
    whole = ops.floor(position)
    part = _match_rank(ops.cast(position - whole, signal.dtype), signal)
    margin = [[0, 0], [1, 1]] + [[0, 0]] * (len(signal.shape) - 2)
    padded = ops.pad(signal, margin)
    index = ops.cast(whole, "int32") + 1
    below = _gather(padded, ops.clip(index, 0, length + 1))
    above = _gather(padded, ops.clip(index + 1, 0, length + 1))
    return below * (1 - part) + above * part


def _gather(signal: Any, index: Any) -> Any:
    if len(signal.shape) == 3:
        index = ops.repeat(index[:, :, None], signal.shape[2], axis=2)
    return ops.take_along_axis(signal, index, axis=1)


def _match_rank(value: Any, signal: Any) -> Any:
    return value[:, :, None] if len(signal.shape) == 3 else value
