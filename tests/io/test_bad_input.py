"""Files that cannot be used end in one sentence that names the file; sound ones with a blemish in a named warning."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from xps_keras.errors import InputError
from xps_keras.io import read
from xps_keras.preprocessing.channels import to_channels

Floats = NDArray[np.float64]
TABLES = ("VAMAS", "two-column text", "CasaXPS text", "PHI text", "PHI MultiPak text", "Scienta SES text")
Write = Callable[[str, str | bytes], Path]
Carbon = tuple[Floats, Floats]


def table(energy: Floats, counts: Floats) -> str:
    return "BE/eV,counts\n" + "".join(f"{e:.2f},{c:.6g}\n" for e, c in zip(energy, counts, strict=True))


def refused(path: Path) -> str:
    """Read a file as far as the model's input and return the sentence it is refused with."""
    with pytest.raises(InputError) as caught:
        to_channels(read(path))
    sentence = str(caught.value)
    assert path.name in sentence
    assert "\n" not in sentence
    assert sentence.endswith(".")
    return sentence


def test_missing_file(tmp_path: Path) -> None:
    assert "no such file" in refused(tmp_path / "absent.vms")
    assert "no such file" in refused(tmp_path / "absent" / "file.vms")


def test_folder(tmp_path: Path) -> None:
    assert "folder" in refused(tmp_path)


def test_device() -> None:
    if not Path(os.devnull).exists():
        pytest.skip("this system has no null device in its file system")
    assert "device" in refused(Path(os.devnull))


def test_picture_under_a_spectrum_name(write: Write) -> None:
    assert "PNG picture" in refused(write("spectrum.csv", b"\x89PNG\r\n\x1a\n" + bytes(500)))


def test_empty_file(write: Write) -> None:
    assert "empty" in refused(write("f", b""))


@pytest.mark.parametrize("content", [b"\n \n\n", b"\xef\xbb\xbf", b"\0" * 100])
def test_file_of_nothing_but_space_or_zeros(write: Write, content: bytes) -> None:
    assert "export" in refused(write("f", content))


def test_garbage(write: Write) -> None:
    for seed in range(20):
        assert "export" in refused(write("f", np.random.default_rng(seed).bytes(3000)))


def test_huge_file(write: Write, carbon: Carbon) -> None:
    path = write("f", table(*carbon))
    with path.open("r+b") as stream:
        stream.truncate(200_000_001)  # a hole: takes no room on the disk
    assert "200 MB" in refused(path)


@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may read everything")
def test_permission(write: Write, carbon: Carbon) -> None:
    path = write("f", table(*carbon))
    path.chmod(0)
    assert "not permitted" in refused(path)


def test_permission_refused_by_the_system(write: Write, carbon: Carbon, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert "not permitted" in refused(write("f", table(*carbon)))


def test_vamas_cut_in_half(write: Write, vamas: Any, carbon: Carbon) -> None:
    text = vamas.add(*carbon).text()
    assert "ends within its first block" in refused(write("f.vms", text[: len(text) // 2]))


def test_one_column(write: Write, carbon: Carbon) -> None:
    assert "two columns" in refused(write("f", "counts\n" + "\n".join(f"{c:.0f}" for c in carbon[1])))


@pytest.mark.parametrize("wrong", [np.nan, np.inf, -np.inf, 1e39])
def test_values_that_are_no_numbers(write: Write, carbon: Carbon, wrong: float) -> None:
    counts = carbon[1].copy()
    counts[10] = wrong
    assert "line 12" in refused(write("f", table(carbon[0], counts)))


def test_all_zeros(write: Write, carbon: Carbon) -> None:
    assert "zero" in refused(write("f", table(carbon[0], 0 * carbon[1])))


def test_constant_intensity(write: Write, carbon: Carbon) -> None:
    assert "all intensities" in refused(write("f", table(carbon[0], 0 * carbon[1] + 7)))


def test_noise_without_a_peak(write: Write, carbon: Carbon) -> None:
    for seed in range(30):
        noise = np.random.default_rng(seed).poisson(200.0, len(carbon[0])).astype(float)
        assert "no whole peak stands above the noise" in refused(write("f", table(carbon[0], noise)))


def test_two_points(write: Write, carbon: Carbon) -> None:
    assert "2 points" in refused(write("f", table(carbon[0][:2], carbon[1][:2])))


def test_zigzag_and_repeated_energies(write: Write, carbon: Carbon) -> None:
    energy = carbon[0].copy()
    energy[20], energy[21] = energy[21], energy[20]
    assert "line 23" in refused(write("f", table(energy, carbon[1])))
    energy = carbon[0].copy()
    energy[20] = energy[19]
    assert "line 22" in refused(write("f", table(energy, carbon[1])))


def test_a_mostly_negative_region_is_refused_and_a_few_negative_points_are_told(write: Write, carbon: Carbon) -> None:
    energy, counts = carbon
    assert "negative" in refused(write("f", table(energy, counts - counts.max() - 1)))
    spectrum = read(write("g", table(energy, counts - np.quantile(counts, 0.2))))
    assert [warning.code for warning in spectrum.warnings] == ["negative-intensity"]
    assert to_channels(spectrum).intensity.min() >= 0


def test_a_constant_subtracted_from_counts_costs_no_region(write: Write, carbon: Carbon) -> None:
    energy, counts = carbon
    spectrum = read(write("f", table(energy, counts - np.quantile(counts, 0.8))))
    assert [warning.code for warning in spectrum.warnings] == ["negative-intensity"]
    np.testing.assert_allclose(
        to_channels(spectrum).intensity,
        to_channels(read(write("g", table(energy, counts)))).intensity,
        rtol=1e-3,
        atol=1,
    )


def test_numbers_too_small_for_single_precision_are_refused(write: Write, carbon: Carbon) -> None:
    assert "below 1e-30" in refused(
        write("f", "BE,I\n" + "".join(f"{e},{c * 1e-48}\n" for e, c in zip(*carbon, strict=True)))
    )


def test_a_region_left_out_is_named_where_carbon_is_missed(write: Write, carbon: Carbon) -> None:
    energy, counts = carbon
    twice = energy.copy()
    twice[20] = twice[19]
    text = table(twice, counts) + "\n" + table(energy + 247.0, counts)
    assert "a region was left out: the energy at line 22" in refused(write("f", text))


def test_survey_only(write: Write, carbon: Carbon) -> None:
    energy = np.arange(0.0, 1200.0)
    sentence = refused(write("f", table(energy, 1000 + 5000 * np.exp(-(((energy - 285) / 2) ** 2)))))
    assert "survey only" in sentence
    assert "chemical states" in sentence
    assert "C 1s" in sentence


def test_no_organic_region(write: Write, carbon: Carbon) -> None:
    assert "no organic region" in refused(write("f", table(carbon[0] + 430.0, carbon[1])))


def test_no_organic_region_in_a_real_file(real_spectra: Path) -> None:
    sentence = refused(real_spectra / "FeO_Fe2p_CasaXPS.vms")
    assert "no organic region" in sentence
    assert "Fe 2p" in sentence


def test_a_bad_region_does_not_cost_the_good_one(write: Write, vamas: Any, carbon: Carbon) -> None:
    energy, counts = carbon
    vamas.add(energy + 247.0, 0 * counts, name="O 1s").add(energy, counts)
    spectrum = read(write("f", vamas.text()))
    assert [region.label for region in spectrum.regions] == ["C 1s"]
    assert [warning.code for warning in spectrum.warnings] == ["region-skipped"]
    assert "block 1" in spectrum.warnings[0].text


def test_readers_never_end_in_another_exception(files: dict[str, bytes], write: Write) -> None:
    """Cut, spoil and shuffle good files: every outcome is a spectrum or an InputError."""
    rng = np.random.default_rng(1)
    outcomes = set()
    for kind in (
        *TABLES,
        "SPECS XML",
        "Avantage text",
        "Kratos Vision text",
        "Omicron EIS text",
        "KherveFitting project",
    ):
        for _ in range(60):
            data = bytearray(files[kind])
            for _ in range(rng.integers(1, 6)):
                at = int(rng.integers(len(data)))
                action = rng.integers(3)
                if action == 0:
                    data[at] = int(rng.integers(256))
                elif action == 1:
                    del data[at : at + int(rng.integers(1, 60))]
                else:
                    data[at:at] = bytes(data[: int(rng.integers(40))])
            try:
                read(write("f", bytes(data)))
                outcomes.add("read")
            except InputError:
                outcomes.add("refused")
    assert outcomes == {"read", "refused"}
