"""Linear resampling of a batch of signals by a sub-channel shift or a warp of their axis, with zeros outside."""

from typing import Any

import numpy as np
from keras import ops
from numpy.typing import NDArray

BLOCK = 24
"""Channels that are fetched together, at most: fewer mean more fetching, more a larger product."""


def shift_channels(signal: Any, shift: Any) -> Any:
    """Move signals along their axis: ``result[i] = signal[i + shift]``, linearly interpolated, zero outside.

    Whole blocks of channels are fetched first; what is left of the shift, less than a block, is a product of two
    neighbouring blocks with a small matrix. Fetching channel by channel takes twice as long
    (``benchmarks/training.py``). Whole shifts are exact.

    Args:
        signal: Shape ``(batch, length)`` or ``(batch, length, features)``.
        shift: Shape ``(batch, 1)``, in channels. Kept in float32 whatever the policy: half precision cannot count
            channels beyond 2048.

    Returns:
        The moved signals, same shape and type as ``signal``.
    """
    length = signal.shape[1]
    if len(signal.shape) == 3:
        features = signal.shape[2]
        rows = ops.reshape(ops.transpose(signal, (0, 2, 1)), (-1, length))
        moved = shift_channels(rows, ops.repeat(shift, features, axis=0))
        return ops.transpose(ops.reshape(moved, (-1, features, length)), (0, 2, 1))
    size = _block_size(length)
    block, rest, part = split_shift(shift, size, length + 1)
    count = -(-length // size)
    pairs = block_pairs(signal, block, size, np.arange(count))
    # The kernel of linear interpolation: 1 - part at the distance of the rest, part one channel on, zero elsewhere.
    distance = (np.arange(2 * size)[:, None] - np.arange(size)).astype("float32")
    near, far = (ops.cast(ops.equal(distance, rest[:, :, None] + step), signal.dtype) for step in (0.0, 1.0))
    part = ops.cast(part, signal.dtype)[:, :, None]
    moved = ops.matmul(pairs[:, 0], near * (1 - part) + far * part)
    moved = ops.reshape(moved, (-1, count * size))
    return moved if count * size == length else moved[:, :length]


def split_shift(shift: Any, size: int, most: int) -> tuple[Any, Any, Any]:
    """Split shifts into whole blocks of channels, whole channels, and the rest.

    Args:
        shift: Any shape, in channels.
        size: Channels of a block.
        most: Shifts beyond this, either way, count as this: a conversion to integers stays defined.

    Returns:
        Blocks (int32), channels from 0 to ``size`` - 1 (float32) and a part of a channel from 0 to 1 (float32).
    """
    shift = ops.clip(ops.cast(shift, "float32"), -float(most), float(most))
    whole = ops.floor(shift)
    block = ops.floor(whole / size)
    return ops.cast(block, "int32"), whole - size * block, shift - whole


def block_pairs(signal: Any, block: Any, size: int, places: NDArray[np.integer]) -> Any:
    """Fetch blocks of channels, each with the next one, after moving them by whole blocks.

    Args:
        signal: Shape ``(batch, length)``.
        block: Blocks by which each signal is moved, once or several times, int32 ``(batch, readings)``.
        size: Channels of a block.
        places: Numbers of the blocks to fetch, shape ``(n,)``.

    Returns:
        Shape ``(batch, readings, n, 2 * size)``; zero outside the signal.
    """
    length, readings = signal.shape[1], block.shape[1]
    count = -(-length // size)
    # One zero block at either end; every block outside is clipped onto it.
    blocks = ops.reshape(ops.pad(signal, [[0, 0], [size, (count + 1) * size - length]]), (-1, size))
    own = ops.add(block[:, :, None, None], (1 + places[:, None] + np.arange(2)).astype("int32"))
    row = ops.cumsum(ops.ones_like(own[:, :1, :1, :1]), axis=0) - 1
    # The smaller summand first: in `x + y` Keras 3.15 takes a `y` of shape (2, 1, 1, 1) for a bias of the last axis.
    pairs = ops.take(blocks, (count + 2) * row + ops.clip(own, 0, count + 1), axis=0)
    return ops.reshape(pairs, (-1, readings, len(places), 2 * size))


def warp_channels(signal: Any, shift: Any, scale: Any) -> Any:
    """Move and stretch signals: each is read at the positions that ``warped_positions`` gives.

    Args:
        signal: Shape ``(batch, length)`` or ``(batch, length, features)``.
        shift: Shape ``(batch, 1)``, in channels.
        scale: Shape ``(batch, segments)``, dimensionless and positive; 1 leaves the axis as it is.

    Returns:
        The warped signals, same shape and type as ``signal``; linear interpolation, zero outside.
    """
    length = signal.shape[1]
    # Far outside everything is zero; the clip keeps the integer conversion defined.
    position = ops.clip(warped_positions(length, shift, scale), -2.0, length + 1.0)
    whole = ops.floor(position)
    part = _match_rank(ops.cast(position - whole, signal.dtype), signal)
    margin = [[0, 0], [1, 1]] + [[0, 0]] * (len(signal.shape) - 2)
    padded = ops.pad(signal, margin)
    index = ops.cast(whole, "int32") + 1
    below = _gather(padded, ops.clip(index, 0, length + 1))
    above = _gather(padded, ops.clip(index + 1, 0, length + 1))
    return below * (1 - part) + above * part


def warped_positions(length: int, shift: Any, scale: Any) -> Any:
    """Return where each channel of a warped signal is read: a continuous line of straight segments that only rises.

    The axis is cut into equal segments, one for each scale, at whole channels. Within a segment the position rises by
    its scale from channel to channel; the middle of the axis, ``c``, is read at ``c + shift``. So one segment is
    ``c + scale * (i - c) + shift``, and with every scale at 1 the position is exactly ``i`` plus the shift.

    Args:
        length: Channels of the signals, at least one more than there are segments.
        shift: Shape ``(batch, 1)``, in channels.
        scale: Shape ``(batch, segments)``, dimensionless and positive: channels of the signal for each of the result.

    Returns:
        Positions in channels of the signal, float32 ``(batch, length)``, ascending along the axis.
    """
    shift, scale = ops.cast(shift, "float32"), ops.cast(scale, "float32")
    segments = scale.shape[1]
    ends = np.linspace(0, length - 1, segments + 1).astype(int)
    segment = np.searchsorted(ends[1:-1], np.arange(length), side="right").astype("int32")
    widths, past = np.diff(ends).astype("float32"), (np.arange(length) - ends[segment]).astype("float32")
    # Not `scale * widths`: PyTorch would leave that to NumPy, through which no gradient goes.
    first = ops.pad(ops.cumsum(ops.multiply(scale, widths), axis=1), [[0, 0], [1, 0]])
    run = ops.take(first, segment, axis=1) + ops.multiply(ops.take(scale, segment, axis=1), past)
    # Whole numbers up to here where every scale is 1, so that nothing is rounded.
    low, high = run[:, (length - 1) // 2, None], run[:, length // 2, None]
    return run - 0.5 * (low + high) + ((length - 1) / 2 + shift)


def _block_size(length: int) -> int:
    """Return the channels of a block: about two dozen, which divide the length where possible, so that none is cut."""
    return next((size for size in range(BLOCK, BLOCK // 2, -1) if length % size == 0), BLOCK)


def _gather(signal: Any, index: Any) -> Any:
    if len(signal.shape) == 3:
        index = ops.repeat(index[:, :, None], signal.shape[2], axis=2)
    return ops.take_along_axis(signal, index, axis=1)


def _match_rank(value: Any, signal: Any) -> Any:
    return value[:, :, None] if len(signal.shape) == 3 else value
