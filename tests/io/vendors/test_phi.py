"""PHI's spectra and depth profiles."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from xps_keras.errors import InputError
from xps_keras.io import read, read_all

Floats = NDArray[np.float64]
Write = Callable[[str, str | bytes], Path]
Carbon = tuple[Floats, Floats]


@pytest.mark.parametrize("width", [4, 8])
def test_both_widths_of_numbers(writers: Any, write: Write, carbon: Carbon, width: int) -> None:
    (region,) = read(write("f", writers.phi([("C1s", carbon[0], carbon[1][None])], width=width))).regions
    np.testing.assert_allclose(region.intensity, carbon[1], rtol=1e-7)
    assert (region.intensity_unit, region.dwell_s) == ("counts/s", 0.5)


def test_a_depth_profile_is_a_sample_per_level_with_its_sputter_time(
    writers: Any, write: Write, carbon: Carbon
) -> None:
    energy, counts = carbon
    levels = np.stack([counts, 2 * counts, 3 * counts])
    content = writers.phi([("C1s", energy, levels), ("O1s", energy + 247, levels + 1)], times=(-0.0, 30.0, 60.0))
    regions = [region for spectrum in read_all(write("f", content)) for region in spectrum.regions]
    assert [(region.sample, region.label) for region in regions] == [
        (f"PET, level {level} ({30 * (level - 1)} s)", label) for level in (1, 2, 3) for label in ("C 1s", "O 1s")
    ]
    np.testing.assert_allclose(regions[4].intensity, 3 * counts, rtol=1e-6)
    np.testing.assert_allclose(regions[5].binding_energy_ev, energy + 247, atol=1e-6)
    assert "level 3" in regions[4].place


def test_the_files_own_names_of_lines_are_kept(writers: Any, write: Write, carbon: Carbon) -> None:
    energy, counts = carbon
    content = writers.phi([("Sn3d5", energy + 205, counts[None]), ("Su1s", energy, counts[None])])
    tin, survey = read(write("f", content)).regions
    assert (tin.label, tin.element_line) == ("Sn 3d", "Sn 3d")
    assert (survey.label, survey.element_line) == ("survey", "")


def test_a_recalibrated_scale_is_told(writers: Any, write: Write, carbon: Carbon) -> None:
    content = writers.phi([("C1s", carbon[0], carbon[1][None])], extra="EnergyRecal: yes\r\n")
    assert [warning.code for warning in read(write("f", content)).warnings] == ["already-corrected"]


def test_the_source_is_the_headers(writers: Any, write: Write, carbon: Carbon) -> None:
    content = writers.phi([("C1s", carbon[0], carbon[1][None])], source="XraySource: Mg 1253.6 std\r\n")
    spectrum = read(write("f", content))
    assert spectrum.regions[0].source_energy_ev == 1253.6
    assert [warning.code for warning in spectrum.warnings] == ["source-energy"]


def test_lying_counts_are_refused_before_anything_is_made_of_them(writers: Any, write: Write, carbon: Carbon) -> None:
    content = writers.phi([("C1s", carbon[0], carbon[1][None])])
    begin = content.index(b"EOFH") + 6
    for word, value in (
        (1, 0),
        (1, 2**32 - 1),
        (4 + 5, 2**31),
        (4 + 6, 2**32 - 1),
        (4 + 19, 2**30),
        (4 + 20, 2**32 - 1),
    ):
        at = begin + 4 * word
        with pytest.raises(InputError, match=r"f: .*(file's size|does not have)"):
            read(write("f", content[:at] + value.to_bytes(4, "little") + content[at + 4 :]))
    with pytest.raises(InputError, match="EOFH"):
        read(write("f", content[: begin - 10]))
    with pytest.raises(InputError, match="do not lead"):
        read(write("f", content.replace(b" 200 0.1 ", b" 900 0.1 ")))


def test_a_real_file_equals_its_text_export(real_spectra: Path) -> None:
    tables: list[list[list[float]]] = []
    for line in (real_spectra / "titanate_charged_1_PHI.txt").read_text("latin-1").splitlines():
        if line.startswith("Element"):
            tables.append([])
        elif tables and len(cells := line.split()) == 2:
            tables[-1].append([float(cell) for cell in cells])
    regions = read(real_spectra / "titanate_charged_1_PHI.spe").regions
    assert [region.element_line for region in regions] == ["Bi 4f", "Na 1s", "O 1s", "Sr 3d", "Ti 2p", "C 1s"]
    for region, table in zip(regions, tables, strict=True):
        energy, counts = np.array(table)[::-1].T
        assert region.dwell_s is not None
        np.testing.assert_allclose(region.binding_energy_ev, energy, atol=1e-6)
        # The text holds whole numbers of counts or parts of them, the binary counts per second of the whole time.
        np.testing.assert_allclose(region.intensity * region.dwell_s, counts, atol=0.51)


def test_a_real_profile_is_read_level_by_level(real_spectra: Path) -> None:
    regions = [region for spectrum in read_all(real_spectra / "SnO2_profile_PHI.pro") for region in spectrum.regions]
    assert len(regions) == 84
    assert len({region.sample for region in regions}) == 21
    assert regions[4 * 20].sample == "SnO2_10nm, level 21 (600 s)"
    # Tin of the oxide, at the file's own charge; sputtering takes the carbon of the surface away.
    tin = next(region for region in regions if region.element_line == "Sn 3d")
    assert 484.0 < tin.binding_energy_ev[np.argmax(tin.intensity)] < 488.0
    carbon = [region.intensity for region in regions if region.element_line == "C 1s"]
    assert np.ptp(carbon[-1]) < 0.5 * np.ptp(carbon[0])
    (survey,) = read(real_spectra / "SnO2_10nm_PHI.spe").regions
    assert (survey.low_ev, survey.high_ev, survey.label) == (0.0, 1400.0, "survey")


def test_a_file_cut_short_keeps_whole_regions_and_levels(writers: Any, write: Write, carbon: Carbon) -> None:
    energy, counts = carbon
    levels = np.stack([counts, 2 * counts, 3 * counts])
    content = writers.phi([("O1s", energy + 247, levels), ("C1s", energy, levels + 1)], width=4)
    spectra = read_all(write("f", content[: -4 * len(energy) - 200]))
    held = [(region.label, float(region.intensity[0])) for spectrum in spectra for region in spectrum.regions]
    first = float(counts[0])
    assert sorted(held) == sorted([("C 1s", first + 1), *(("O 1s", times * first) for times in (1, 2, 3))])
    (text,) = (warning.text for warning in spectra[0].warnings if warning.code == "file-truncated")
    assert "block 2 (1 of 3 levels are there)" in text
