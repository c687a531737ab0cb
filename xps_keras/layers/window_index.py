"""Which channels a network looks at: stretches of the axis where core levels stand, pooled in pairs."""

import numpy as np
from numpy.typing import NDArray


def pair_starts(windows: tuple[tuple[int, int], ...]) -> NDArray[np.int32]:
    """Return the first channel of every pooled pair.

    Args:
        windows: Stretches ``(start, stop)`` in channels, stop excluded.

    Returns:
        Even channel numbers, ascending, each pair once even where stretches overlap, shape ``(n,)``.

    Raises:
        ValueError: A stretch is empty or begins below zero.
    """
    if not windows or any(start < 0 or stop - start < 2 for start, stop in windows):
        raise ValueError(f"Windows must be (start, stop) with 0 <= start and two channels or more. Received: {windows}")
    pairs = [np.arange(start // 2 * 2, stop - 1, 2) for start, stop in windows]
    return np.unique(np.concatenate(pairs)).astype(np.int32)
