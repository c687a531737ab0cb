"""Random numbers that several parts of a recipe draw."""

import numpy as np
from numpy.typing import NDArray


def log_uniform(
    rng: np.random.Generator, bounds: tuple[float, float], size: int | tuple[int, ...]
) -> NDArray[np.float64]:
    """Draw numbers whose logarithms are equally likely.

    Args:
        rng: Source of randomness.
        bounds: Least and greatest number, both positive.
        size: Shape of what is drawn.

    Returns:
        The numbers, of shape ``size``.
    """
    return np.exp(rng.uniform(np.log(bounds[0]), np.log(bounds[1]), size))
