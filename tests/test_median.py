"""Our median is NumPy's."""

import numpy as np
import pytest

from xps_keras.median import median


@pytest.mark.parametrize("size", [1, 2, 3, 8, 101, 1000])
def test_it_is_numpys_median(size: int) -> None:
    values = np.random.default_rng(size).normal(size=size).round(1)
    assert median(values) == np.median(values)
    assert median(values.tolist()) == np.median(values)
    values[size // 2] = np.nan
    assert np.isnan(median(values))


def test_of_nothing_there_is_none() -> None:
    assert np.isnan(median([]))
