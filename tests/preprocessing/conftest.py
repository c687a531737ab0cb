"""Where real files stand."""

from pathlib import Path

import pytest

REAL_SPECTRA = Path(__file__).resolve().parents[3] / "shared" / "spectra"


@pytest.fixture
def real_spectra() -> Path:
    """Folder of real files under open licences; the tests that need it are skipped where it does not stand."""
    if not REAL_SPECTRA.is_dir():
        pytest.skip("the folder of real spectra is not beside this checkout")
    return REAL_SPECTRA
