"""A model that stands in for one that was trained without a fold."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from xps_keras.groups import GROUP_NAMES
from xps_keras.metadata import Metadata
from xps_keras.runtime import Runtime

COUNT = len(GROUP_NAMES)


@pytest.fixture
def caller() -> Callable[..., Runtime]:
    """A runtime that calls the same groups in every spectrum and a shift of zero."""

    def build(called: str = "alkane", library: str = "polymers-without-fold-1", seed: int = 42) -> Runtime:
        metadata = Metadata(
            name="stand-in",
            recipe="paper",
            seed=seed,
            max_shift_ev=3.0,
            thresholds=(0.5,) * COUNT,
            assessable=(True,) * COUNT,
            package_version="0.1.0",
            weights_sha256="0" * 64,
            calibration="none",
            library=library,
        )
        answer = np.zeros(COUNT, np.float32)
        answer[GROUP_NAMES.index(called)] = 0.9

        def call(intensity: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
            zero = np.zeros((len(intensity), 1), np.float32)
            return {"probabilities": zero + answer, "shift_ev": zero, "aligned": intensity}

        return Runtime(Path("stand-in.tflite"), "f" * 64, metadata, call)

    return build
