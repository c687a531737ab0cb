"""Thermo Avantage's own files, written here by their published descriptions: no real one was at hand."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from xps_keras.errors import InputError
from xps_keras.io import read, read_all

pytest.importorskip("olefile", reason=".vgd files need the extra formats")
Floats = NDArray[np.float64]
Write = Callable[[str, str | bytes], Path]
Carbon = tuple[Floats, Floats]


def test_binding_energies_by_the_files_own_source(writers: Any, write: Write, carbon: Carbon) -> None:
    content = writers.vgd(1253.6 - carbon[0][::-1], carbon[1][None, ::-1], source=1253.6)
    spectrum = read(write("f", content))
    (region,) = spectrum.regions
    np.testing.assert_allclose(region.binding_energy_ev, carbon[0], atol=1e-6)
    np.testing.assert_array_equal(region.intensity, carbon[1])
    assert (region.element_line, region.sample, region.intensity_unit) == ("C 1s", "PET", "counts")
    assert [warning.code for warning in spectrum.warnings] == ["source-energy"]


def test_a_source_that_is_not_named_is_assumed_and_told(writers: Any, write: Write, carbon: Carbon) -> None:
    spectrum = read(write("f", writers.vgd(1486.68 - carbon[0][::-1], carbon[1][None, ::-1], source=None)))
    assert spectrum.regions[0].source_energy_ev == 1486.68
    assert [warning.code for warning in spectrum.warnings] == ["source-assumed"]


def test_levels_are_samples_with_their_etch_time(writers: Any, write: Write, carbon: Carbon) -> None:
    levels = np.stack([carbon[1][::-1], 2 * carbon[1][::-1]])
    spectra = read_all(write("f", writers.vgd(1486.68 - carbon[0][::-1], levels, times=(0.0, 30.0))))
    assert [spectrum.sample for spectrum in spectra] == ["PET, level 1 (0)", "PET, level 2 (30)"]
    np.testing.assert_array_equal(spectra[1].regions[0].intensity, 2 * carbon[1])


def test_axes_that_do_not_fit_and_other_ole_files(writers: Any, write: Write, carbon: Carbon) -> None:
    with pytest.raises(InputError, match="200 values do not fit 4000000000 energies"):
        read(write("f", writers.vgd(1486.68 - carbon[0][::-1], carbon[1][None], points=4_000_000_000)))
    with pytest.raises(InputError, match="OLE file"):
        read(write("old.xls", writers.ole({"Workbook": bytes(100)})))
    with pytest.raises(InputError, match="VGSpaceAxes"):
        read(write("g", writers.ole({"VGData": bytes(1600), "VGSpaceAxes": b"\0" * 8, "VGDataAxes": bytes(24)})))
