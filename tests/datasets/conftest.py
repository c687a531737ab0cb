"""Small data sets that several tests look at."""

from pathlib import Path

import pytest

from xps_keras.datasets.xps_polymers.build import build
from xps_keras.datasets.xps_polymers.stored import find
from xps_keras.datasets.xps_polymers.xps_polymers_dataset_builder import Builder

SIZE = 2100


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with 2,100 spectra of ``paper`` and as many of ``instrument``."""
    folder = tmp_path_factory.mktemp("data")
    build("paper", folder, SIZE, processes=1)
    build("instrument", folder, SIZE, processes=0)
    return folder


@pytest.fixture(params=["paper", "instrument"])
def stored(request: pytest.FixtureRequest, data_dir: Path) -> Builder:
    """Each of the two."""
    return find(request.param, data_dir)


@pytest.fixture
def paper(data_dir: Path) -> Builder:
    """The one of ``paper``."""
    return find("paper", data_dir)
