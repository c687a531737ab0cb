"""Spectra and batches are compared by value; none of them raises on `==`."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import xps_keras as xk
from xps_keras.corpus import Batch

EXAMPLE = Path(__file__).parents[1] / "examples" / "charged_pet.vms"


def test_a_file_read_twice_is_equal_and_found_in_a_set() -> None:
    one, other = xk.read(EXAMPLE), xk.read(EXAMPLE)
    assert one == other
    assert one.regions[0] == other.regions[0]
    assert len({one, other}) == 1
    assert one in [other]


def test_one_changed_count_makes_a_difference() -> None:
    spectrum = xk.read(EXAMPLE)
    region = spectrum.regions[0]
    counts = region.intensity.copy()
    counts[3] += 1
    changed = replace(region, intensity=counts)
    assert region != changed
    assert spectrum != replace(spectrum, regions=(changed, *spectrum.regions[1:]))
    assert region != replace(region, label="C 1s of another")
    assert region != replace(
        region, binding_energy_ev=region.binding_energy_ev[1:], intensity=region.intensity[1:]
    )  # another shape
    assert region != "a region"


def test_a_copy_with_gaps_is_equal() -> None:
    region = xk.read(EXAMPLE).regions[0]
    gap = np.full_like(region.intensity, np.nan)
    assert replace(region, intensity=gap) == replace(region, intensity=gap.copy())


@pytest.fixture(scope="module")
def batch() -> Batch:
    return xk.Corpus(xk.recipe("paper"), seed=1).batch(0, 4)


def test_a_batch_is_equal_to_the_same_draw_alone(batch: Batch) -> None:
    assert batch == xk.Corpus(xk.recipe("paper"), seed=1).batch(0, 4)
    assert batch != xk.Corpus(xk.recipe("paper"), seed=2).batch(0, 4)
    assert batch != batch[:2]
    assert batch[:2] == batch[0:2]
