"""Inputs that public bug reports of other programs describe: each is read, or refused by line and reason."""

import contextlib
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from xps_keras.errors import InputError
from xps_keras.io import read, read_all
from xps_keras.preprocessing.channels import to_channels
from xps_keras.spectrum import Spectrum

FAULTS = Path(__file__).resolve().parents[3] / "shared" / "faults"
pytestmark = pytest.mark.skipif(not FAULTS.is_dir(), reason="the folder of faulty files is not beside this checkout")
RING_EV = 284.7 + 2.3
"""Where the ring of PET stands in most of these files."""


def carbon_top(spectrum: Spectrum) -> float:
    """Energy of the strongest channel of C 1s; the model's own reading is tested with the shipped model."""
    channels = to_channels(spectrum)
    energies = 40.0 + 0.1 * np.arange(channels.intensity.size)
    inside = (energies > 276.0) & (energies < 300.0)
    return float(energies[inside][np.argmax(channels.intensity[inside])])


def codes(spectrum: Spectrum) -> set[str]:
    return {warning.code for warning in spectrum.warnings}


@pytest.mark.parametrize(
    ("name", "regions", "said"),
    [
        ("casaxps_calibration_chain.vms", 2, {"already-corrected"}),
        ("casaxps_calibration_range.vms", 2, {"already-corrected"}),
        ("casaxps_kinetic_source_1486_69.txt", 2, set()),
        ("column_background_before_intensity.csv", 1, {"columns-ignored"}),
        ("columns_swapped.csv", 1, set()),
        ("header_with_two_numbers.txt", 1, {"rows-ignored", "scale-assumed"}),
        ("index_energy_intensity.csv", 1, {"columns-ignored", "scale-assumed"}),
        ("kinetic_german.txt", 2, {"source-assumed"}),
        ("kinetic_kin_energy.txt", 2, {"source-assumed"}),
        ("line_ends_cr_cr_lf.txt", 1, set()),
        ("negative_binding_energies.txt", 1, {"negative-energies"}),
        ("numbers_with_units.csv", 2, set()),
        ("regions_side_by_side.csv", 2, set()),
        ("sample_name_cp1252_ellipsis.vms", 2, set()),
        ("specs_counts_unit.xy", 2, set()),
        ("specs_five_sweeps.xy", 2, {"sweeps-summed"}),
        ("specs_kinetic_axis_no.xy", 2, set()),
        ("thousands_dot.csv", 2, set()),
        ("thousands_quoted_comma.csv", 1, set()),
        ("thousands_space.txt", 2, set()),
        ("label_cp1252_dash.vms", 3, {"samples-joined"}),
        ("unicode_minus.txt", 2, {"negative-intensity"}),
    ],
)
def test_pet_is_read_as_it_was_measured(name: str, regions: int, said: set[str]) -> None:
    (spectrum,) = read_all(FAULTS / name)
    assert len(spectrum.regions) == regions
    assert codes(spectrum) == said
    assert carbon_top(spectrum) == pytest.approx(RING_EV, abs=0.11)


@pytest.mark.parametrize(
    ("name", "place"),
    [("two_unreadable_rows_at_peak.txt", "line 69"), ("casaxps_one_bad_cell.txt", "line 101")],
)
def test_a_row_that_cannot_be_read_is_named(name: str, place: str) -> None:
    with pytest.raises(InputError, match=f"{name}: {place} "):
        read_all(FAULTS / name)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("two_samples_hdpe_pvc.vms", {"HDPE film": 289.0, "PVC foil": 285.0}),
        ("two_vamas_in_one_file.vms", {"HDPE": 289.0, "PVC": 285.0}),
        ("specs_groups_two_samples.xy", {"HDPE": 289.0, "PVC": 285.0}),
    ],
)
def test_each_sample_stands_alone(name: str, expected: dict[str, float]) -> None:
    spectra = {spectrum.sample: spectrum for spectrum in read_all(FAULTS / name)}
    assert spectra.keys() == expected.keys()
    for sample, top in expected.items():
        assert carbon_top(spectra[sample]) == pytest.approx(top, abs=0.65)  # C-Cl of PVC is as high as CH2


def test_counts_of_specs_stand_on_one_scale() -> None:
    (spectrum,) = read_all(FAULTS / "specs_counts_unit.xy")
    assert [(region.intensity_unit, region.dwell_s, region.scans) for region in spectrum.regions] == [
        ("counts", 0.1, 2),
        ("counts", 0.1, 10),
    ]


def test_the_source_energy_of_the_file_is_used() -> None:
    (spectrum,) = read_all(FAULTS / "casaxps_kinetic_source_1486_69.txt")
    assert {region.source_energy_ev for region in spectrum.regions} == {1486.69}


def test_a_label_that_names_a_foreign_line_keeps_the_region_out() -> None:
    (spectrum,) = read_all(FAULTS / "label_al2p_beside_c1s.txt")
    carbon, aluminium = to_channels(spectrum).regions
    assert carbon.used
    assert not aluminium.used
    assert aluminium.name == "Al 2p"
    assert "names Al 2p" in (aluminium.why or "")


def test_names_in_the_code_page_of_windows() -> None:
    (first, *_) = read_all(FAULTS / "label_cp1252_dash.vms")
    assert first.regions[0].label == "C 1s \N{EN DASH} scan 1"
    (spectrum,) = read_all(FAULTS / "sample_name_cp1252_ellipsis.vms")
    assert spectrum.sample == "PET film\N{HORIZONTAL ELLIPSIS} batch 2"


@pytest.mark.parametrize(
    "path", sorted((FAULTS / "hostile").glob("*")) if FAULTS.is_dir() else [], ids=lambda p: p.name
)
def test_hostile_files_take_little_and_end_in_channels_or_a_sentence(path: Path, calls: Callable[[bytes], int]) -> None:
    assert calls(path.read_bytes()) < 200_000  # they have 500 to 7,400 bytes
    tracemalloc.start()
    try:
        with contextlib.suppress(InputError):
            assert to_channels(read(path)).intensity.any()
        assert tracemalloc.get_traced_memory()[1] < 100_000_000
    finally:
        tracemalloc.stop()
