"""How long an artefact takes, in its own runtime on one thread."""

import time

import numpy as np
from numpy.typing import NDArray

from xps_keras.axis import AXIS
from xps_keras.runtime import Runtime

BATCHES = (1, 64)
"""Spectra per call."""
_SECONDS = 0.2
"""Time spent on each batch size."""


def latency_ms(runtime: Runtime) -> dict[int, float]:
    """Time a model.

    Args:
        runtime: The model, loaded with one thread.

    Returns:
        Milliseconds of the fastest call by batch size: what the work takes where nothing else disturbs it.
    """
    # Noise: no channel is zero, which some processors multiply faster.
    spectra = np.random.default_rng(0).uniform(0.5, 1.5, (max(BATCHES), AXIS.size)).astype(np.float32)
    return {batch: _fastest_ms(runtime, spectra[:batch]) for batch in BATCHES}


def _fastest_ms(runtime: Runtime, spectra: NDArray[np.float32]) -> float:
    runtime.run(spectra)  # memory for this batch size is taken in the first call
    taken: list[float] = []
    end = time.perf_counter() + _SECONDS
    while not taken or time.perf_counter() < end:
        start = time.perf_counter()
        runtime.run(spectra)
        taken.append(time.perf_counter() - start)
    return 1e3 * min(taken)
