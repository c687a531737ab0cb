"""Networks that several tests look at, built once, and spectra for them."""

import keras
import numpy as np
import pytest
from numpy.typing import NDArray

from xps_keras.corpus import Corpus, recipe
from xps_keras.models.network import Networks
from xps_keras.models.networks import PRESETS


@pytest.fixture(scope="session")
def networks() -> dict[str, Networks]:
    """Every preset, untrained, from a seed."""
    built = {}
    for name, preset in PRESETS.items():
        keras.utils.set_random_seed(7)
        built[name] = preset.network.reaching(3.0).build()
    return built


@pytest.fixture(scope="session")
def spectra() -> NDArray[np.float32]:
    """Five spectra of the paper's recipe."""
    return Corpus(recipe("paper"), seed=21).batch(0, 5).intensity
