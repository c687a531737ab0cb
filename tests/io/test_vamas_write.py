"""The VAMAS writer: what is written is read back, whole or not at all."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from xps_keras.errors import UsageError
from xps_keras.files import write_whole
from xps_keras.io import read, write_vamas
from xps_keras.spectrum import Region, Spectrum

Floats = NDArray[np.float64]
Carbon = tuple[Floats, Floats]


def spectrum(*regions: Region) -> Spectrum:
    return Spectrum(Path("memory"), "test", "", regions)


@pytest.fixture
def region(carbon: Carbon) -> Region:
    return Region("C 1s", *carbon, "counts", "binding", source_energy_ev=1486.6, dwell_s=0.2, scans=10)


def test_what_is_written_is_read_back(tmp_path: Path, region: Region) -> None:
    oxygen = replace(
        region, label="O 1s", binding_energy_ev=region.binding_energy_ev + 247.0, intensity_unit="counts/s"
    )
    path = tmp_path / "out.vms"
    write_vamas(spectrum(region, oxygen), path, comment="first line\nzweite Zeile: Größe")
    back = read(path)
    assert back.file_format == "VAMAS"
    assert not back.warnings
    for wrote, got in zip((region, oxygen), back.regions, strict=True):
        np.testing.assert_allclose(got.binding_energy_ev, wrote.binding_energy_ev, atol=1e-6)
        np.testing.assert_array_equal(got.intensity, wrote.intensity)
        assert (got.label, got.intensity_unit, got.source_energy_ev) == (wrote.label, wrote.intensity_unit, 1486.6)
        assert (got.dwell_s, got.scans) == (0.2, 10)


def test_an_uneven_axis_is_listed_not_resampled(tmp_path: Path, region: Region) -> None:
    energy = region.binding_energy_ev + 0.03 * np.sin(np.arange(200))
    write_vamas(spectrum(replace(region, binding_energy_ev=energy, source_energy_ev=None)), tmp_path / "f.vms")
    back = read(tmp_path / "f.vms").regions[0]
    assert "IRREGULAR" in (tmp_path / "f.vms").read_text()
    np.testing.assert_allclose(back.binding_energy_ev, energy, atol=1e-9)
    assert back.source_energy_ev is None


@pytest.mark.parametrize("unit", ["counts", "counts/s", "arbitrary"])
def test_units_survive(tmp_path: Path, region: Region, unit: str) -> None:
    write_vamas(spectrum(replace(region, intensity_unit=unit)), tmp_path / "f.vms")  # type: ignore[arg-type]
    assert read(tmp_path / "f.vms").regions[0].intensity_unit == unit


def test_a_correction_is_never_applied_twice_in_silence(tmp_path: Path, region: Region) -> None:
    corrected = replace(region, binding_energy_ev=region.binding_energy_ev - 2.31)
    write_vamas(spectrum(corrected), tmp_path / "f.vms", applied_correction_ev=-2.31)
    back = read(tmp_path / "f.vms")
    assert back.regions[0].charge_correction_ev == pytest.approx(-2.31)
    assert [warning.code for warning in back.warnings] == ["already-corrected"]


def test_a_failed_write_leaves_the_old_file_and_no_rubbish(
    tmp_path: Path, region: Region, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "f.vms"
    path.write_text("old")

    def fail(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(UsageError, match=r"f\.vms: cannot be written \(No space left on device\)"):
        write_vamas(spectrum(region), path)
    assert path.read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["f.vms"]


def test_writing_to_a_folder_or_into_a_missing_one_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="folder"):
        write_whole(tmp_path, b"x")
    with pytest.raises(UsageError, match="does not exist"):
        write_whole(tmp_path / "absent" / "f", b"x")


def test_a_new_file_is_as_readable_as_any_other(tmp_path: Path) -> None:
    write_whole(tmp_path / "whole", "text\n")
    (tmp_path / "plain").write_bytes(b"text\n")
    assert (tmp_path / "whole").stat().st_mode == (tmp_path / "plain").stat().st_mode
    assert (tmp_path / "whole").read_bytes() == b"text\n"
    (tmp_path / "whole").chmod(0o640)
    write_whole(tmp_path / "whole", b"new")
    assert (tmp_path / "whole").stat().st_mode & 0o777 == 0o640


def test_transmission_and_pass_energy_survive(tmp_path: Path, region: Region) -> None:
    transmission = np.linspace(2.0, 1.0, region.intensity.size)
    oxygen = replace(region, label="O 1s", binding_energy_ev=region.binding_energy_ev + 247.0)
    write_vamas(spectrum(replace(region, transmission=transmission, pass_energy_ev=20.0), oxygen), tmp_path / "f.vms")
    with_it, without = read(tmp_path / "f.vms").regions
    assert with_it.transmission is not None
    np.testing.assert_allclose(with_it.transmission, transmission)
    np.testing.assert_array_equal(with_it.intensity, region.intensity)
    assert with_it.pass_energy_ev == 20.0
    assert (without.transmission, without.pass_energy_ev) == (None, None)
    # Some programs leave the column filled with zeros: that is no transmission.
    write_vamas(spectrum(replace(region, transmission=np.zeros_like(transmission))), tmp_path / "g.vms")
    assert read(tmp_path / "g.vms").regions[0].transmission is None
