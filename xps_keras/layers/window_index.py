"""Which channels a network looks at: stretches of the axis where core levels stand, neighbours pooled."""

import numpy as np
from numpy.typing import NDArray


def pool_starts(windows: tuple[tuple[int, int], ...], pool: int = 2) -> NDArray[np.int32]:
    """Return the first channel of every pool of neighbours.

    Args:
        windows: Stretches ``(start, stop)`` in channels, stop excluded.
        pool: Number of channels in a pool.

    Returns:
        Multiples of ``pool``, ascending, each once even where stretches overlap, shape ``(n,)``.

    Raises:
        ValueError: A stretch is shorter than a pool or begins below zero.
    """
    if not windows or any(start < 0 or stop - start < pool for start, stop in windows):
        raise ValueError(
            f"Windows must be (start, stop) with 0 <= start and {pool} channels or more. Received: {windows}"
        )
    pools = [np.arange(start // pool * pool, stop - pool + 1, pool) for start, stop in windows]
    return np.unique(np.concatenate(pools)).astype(np.int32)
