"""A file holds one or more samples, each a spectrum of its own."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from xps_keras.errors import InputError
from xps_keras.io import choose, read, read_all, write_corrected, write_vamas
from xps_keras.spectrum import Region, Spectrum

Floats = NDArray[np.float64]
Write = Callable[[str, str | bytes], Path]
Carbon = tuple[Floats, Floats]


def named(vamas: Any, names: list[str], text: str) -> str:
    """Put a sample identifier into each block; the builder calls them all `sample`."""
    parts = text.split("\r\nsample\r\n")
    assert len(parts) == len(names) + 1
    return parts[0] + "".join(f"\r\n{name}\r\n{rest}" for name, rest in zip(names, parts[1:], strict=True))


def held(path: Path) -> list[tuple[str, list[str]]]:
    return [(one.sample, [region.label for region in one.regions]) for one in read_all(path)]


def two_regions(vamas: Any, carbon: Carbon, times: int, factor: float = 1.0) -> Any:
    for number in range(times):
        vamas.add(carbon[0], carbon[1] + number)
        vamas.add(carbon[0] + 247.0, carbon[1] + number, name="O 1s", species="O")
    return vamas


def test_blocks_are_parted_by_their_sample_identifier(vamas: Any, write: Write, carbon: Carbon) -> None:
    names = ["PET", "PET", "nylon", "nylon"]
    path = write("f.vms", named(vamas, names, two_regions(vamas, carbon, 2).text()))
    assert held(path) == [("PET", ["C 1s", "O 1s"]), ("nylon", ["C 1s", "O 1s"])]


def test_a_name_that_goes_on_makes_a_sample_only_where_a_region_was_measured_again(
    vamas: Any, write: Write, carbon: Carbon
) -> None:
    once = write("a.vms", named(vamas, ["PET film", "PET"], two_regions(vamas, carbon, 1).text()))
    assert held(once) == [("PET", ["C 1s", "O 1s"])]
    assert [warning.code for warning in read(once).warnings] == ["samples-joined"]
    names = ["PET", "PET", "PET film", "PET film"]
    again = write("b.vms", named(vamas, names, two_regions(vamas, carbon, 1).text()))
    assert [name for name, _ in held(again)] == ["PET", "PET film"]


def test_names_that_only_begin_with_the_same_letters_are_two_samples(vamas: Any, write: Write, carbon: Carbon) -> None:
    path = write("a.vms", named(vamas, ["PETG", "PET"], two_regions(vamas, carbon, 1).text()))
    assert [name for name, _ in held(path)] == ["PETG", "PET"]


def test_a_set_of_regions_that_begins_again_begins_a_sample(vamas: Any, write: Write, carbon: Carbon) -> None:
    path = write("f.vms", two_regions(vamas, carbon, 3).text())
    assert held(path) == [(f"sample {number}", ["C 1s", "O 1s"]) for number in (1, 2, 3)]


def test_an_etch_time_parts_a_sample_and_a_running_number_does_not(vamas: Any, write: Write, carbon: Carbon) -> None:
    vamas.variables = [("Etch time", "s")]
    text = named(vamas, ["film"] * 4, two_regions(vamas, carbon, 2).text())
    values = text.split("\r\n0.0\r\nAl\r\n")
    assert len(values) == 5

    def with_values(numbers: list[str]) -> str:
        rest = zip(numbers, values[1:], strict=True)
        return values[0] + "".join(f"\r\n{number}\r\nAl\r\n{part}" for number, part in rest)

    assert [name for name, _ in held(write("a.vms", with_values(["0", "0", "30", "30"])))] == [
        "film, etch time 0 s",
        "film, etch time 30 s",
    ]
    assert [name for name, _ in held(write("b.vms", with_values(["1", "2", "3", "4"])))] == ["film (1)", "film (2)"]


def test_a_level_that_holds_one_region_more_is_a_sample_too(vamas: Any, write: Write, carbon: Carbon) -> None:
    vamas.variables = [("Etch time", "s")]
    energy, counts = carbon
    vamas.add(energy, counts).add(energy, counts).add(energy + 247.0, counts, name="O 1s", species="O")
    head, *blocks = vamas.text().split("\r\n0.0\r\nAl\r\n")
    text = head + "".join(f"\r\n{time}\r\nAl\r\n{part}" for time, part in zip(("0", "30", "30"), blocks, strict=True))
    assert [regions for _, regions in held(write("f.vms", text))] == [["C 1s"], ["C 1s", "O 1s"]]


def test_levels_are_never_summed_even_where_one_holds_another_region(vamas: Any, write: Write, carbon: Carbon) -> None:
    vamas.variables = [("Etch time", "s")]
    energy, counts = carbon
    vamas.add(energy, counts).add(energy, counts + 1).add(energy + 247.0, counts, name="O 1s", species="O")
    head, *blocks = vamas.text().split("\r\n0.0\r\nAl\r\n")
    text = head + "".join(f"\r\n{time}\r\nAl\r\n{part}" for time, part in zip(("0", "30", "60"), blocks, strict=True))
    assert [name for name, _ in held(write("f.vms", text))] == [f"etch time {time} s" for time in (0, 30, 60)]


def test_names_of_blocks_name_samples_that_share_an_identifier(vamas: Any, write: Write, carbon: Carbon) -> None:
    for name in ("C1s PET", "C1s HDPE"):
        vamas.add(*carbon, name=name)
    assert [name.rpartition(" ")[2] for name, _ in held(write("f.vms", vamas.text()))] == ["PET", "HDPE"]


@pytest.mark.parametrize("line", ["CasaRowLabel:{}", "Group = {}", "Sample description: {}", "Treatment: {}"])
def test_comments_of_blocks_name_samples(vamas: Any, write: Write, carbon: Carbon, line: str) -> None:
    for name in ("untreated", "UV 1 h"):
        vamas.add(*carbon, comment=["Operator: Smith", line.format(name)])
    assert [name for name, _ in held(write("f.vms", vamas.text()))] == ["untreated", "UV 1 h"]


@pytest.mark.parametrize("line", ["Operator: {}", "Sample description: PET", "Note: read at {}"])
def test_other_comments_of_blocks_name_none(vamas: Any, write: Write, carbon: Carbon, line: str) -> None:
    for name in ("Smith", "Miller"):
        vamas.add(*carbon, comment=[line.format(name)])
    assert len(held(write("f.vms", vamas.text()))) == 1


def test_one_region_at_two_pass_energies_is_not_summed(vamas: Any, write: Write, carbon: Carbon) -> None:
    vamas.add(*carbon).add(*carbon)
    path = write("f.vms", vamas.text())
    (before,) = read_all(path)
    (passed,) = {region.pass_energy_ev for region in before.regions}
    assert passed is not None
    head, first, second = path.read_text().split("\nFAT\n")
    assert second.startswith(f"{passed:g}")
    path.write_text(f"{head}\nFAT\n{first}\nFAT\n{passed + 30:g}{second[len(f'{passed:g}') :]}")
    (found,) = read_all(path)
    assert [region.pass_energy_ev for region in found.regions] == [passed, passed + 30]


def line(at_ev: float, height: float, seed: int) -> Floats:
    energies = np.arange(279.4, 299.4, 0.1)
    clean = 100.0 + height * np.exp(-0.5 * np.square((energies - at_ev) / 0.6))
    return np.random.default_rng(seed).poisson(clean).astype(np.float64)


@pytest.mark.parametrize("height", [200.0, 5000.0])
@pytest.mark.parametrize(("moved_ev", "samples"), [(0.0, 1), (0.2, 1), (1.0, 2), (2.0, 2)])
def test_what_looks_different_is_never_summed(
    vamas: Any, write: Write, height: float, moved_ev: float, samples: int
) -> None:
    energies = np.arange(279.4, 299.4, 0.1)
    vamas.add(energies, line(286.0, height, 1)).add(energies, line(286.0 + moved_ev, 0.7 * height, 2))
    assert len(read_all(write("f.vms", vamas.text()))) == samples


def test_a_spike_or_a_drifting_temperature_makes_a_sweep_no_sample(vamas: Any, write: Write) -> None:
    vamas.variables = [("Temperature", "K")]
    energies = np.arange(279.4, 299.4, 0.1)
    for seed in range(3):
        counts = line(286.0, 5000.0, seed)
        counts[20 + seed] += 60_000.0 * (seed == 1)
        vamas.add(energies, counts)
    head, *blocks = vamas.text().split("\r\n0.0\r\nAl\r\n")
    values = ("300.0", "300.3", "300.9")
    text = head + "".join(f"\r\n{value}\r\nAl\r\n{part}" for value, part in zip(values, blocks, strict=True))
    (found,) = read_all(write("f.vms", text))
    assert found.regions[0].scans == 12


def test_sweeps_of_noise_are_still_summed(vamas: Any, write: Write) -> None:
    energies = np.arange(393.4, 413.4, 0.1)
    for seed in range(4):
        vamas.add(energies, np.random.default_rng(seed).poisson(30.0, energies.size) + 0.0, name="N 1s", species="N")
    (region,) = read(write("f.vms", vamas.text())).regions
    assert region.scans == 16


def test_sweeps_of_counts_are_summed_and_said(vamas: Any, write: Write, carbon: Carbon) -> None:
    for more in (0.0, 1.0, 2.0):
        vamas.add(carbon[0], carbon[1] + more)
    spectrum = read(write("f.vms", vamas.text()))
    (region,) = spectrum.regions
    np.testing.assert_array_equal(region.intensity, 3 * carbon[1] + 3.0)
    assert (region.scans, region.blocks) == (12, (1, 2, 3))
    (warning,) = spectrum.warnings
    assert warning.code == "sweeps-summed"
    assert "3 sweeps of C 1s" in warning.text


def test_a_copy_of_a_region_is_no_sweep_and_no_sample(vamas: Any, write: Write, carbon: Carbon) -> None:
    energy, counts = carbon
    vamas.add(energy, counts).add(energy + 247.0, counts[::-1], name="O 1s", species="O").add(energy, counts)
    for only in (slice(0, 3), slice(0, 3, 2)):  # behind another region, and directly
        blocks, vamas.blocks = vamas.blocks, vamas.blocks[only]
        (found,) = read_all(write("f.vms", vamas.text()))
        np.testing.assert_array_equal(found.regions[0].intensity, counts)
        assert (found.regions[0].scans, found.regions[0].blocks) == (4, (1, len(vamas.blocks)))
        assert [warning.code for warning in found.warnings] == ["copy-ignored"]
        vamas.blocks = blocks


def test_sweeps_of_rates_are_averaged(vamas: Any, write: Write, carbon: Carbon) -> None:
    for factor in (1.0, 3.0):
        vamas.add(carbon[0], factor * carbon[1], signal=("intensity", "c/s"))
    (region,) = read(write("f.vms", vamas.text())).regions
    np.testing.assert_allclose(region.intensity, 2 * carbon[1])


def test_a_survey_beside_a_narrow_scan_of_its_line_is_no_second_sample(
    vamas: Any, write: Write, carbon: Carbon
) -> None:
    survey = np.arange(0.0, 700.0)
    vamas.add(survey, 100.0 + survey, name="C 1s").add(*carbon)
    assert len(read_all(write("f.vms", vamas.text()))) == 1


def test_a_snapshot_before_a_scan_is_a_region_of_the_same_sample(vamas: Any, write: Write, carbon: Carbon) -> None:
    energy = carbon[0]
    for counts in (carbon[1], carbon[1] + 2.0):
        vamas.add(energy, counts + 1.0, name="C1s Snap").add(energy, counts, name="C1s Scan")
        vamas.add(energy + 247.0, counts, name="O1s Scan", species="O")
    held_once = ["C1s Snap", "C1s Scan", "O1s Scan"]
    assert held(write("f.vms", vamas.text())) == [("sample 1", held_once), ("sample 2", held_once)]
    del vamas.blocks[3:]
    assert held(write("g.vms", vamas.text())) == [("", held_once)]


def test_one_sample_is_chosen_by_name_or_number(vamas: Any, write: Write, carbon: Carbon) -> None:
    path = write("f.vms", named(vamas, ["PET", "PET", "Nylon", "Nylon"], two_regions(vamas, carbon, 2).text()))
    assert read(path, "nylon").sample == read(path, 2).sample == read(str(path), "2").sample == "Nylon"
    with pytest.raises(InputError, match=r"f\.vms: the file holds 2 samples \(1 PET, 2 Nylon\)"):
        read(path)
    with pytest.raises(InputError, match="no sample `PTFE`"):
        choose(read_all(path), "PTFE")


def test_files_one_behind_the_other_are_all_read(vamas: Any, write: Write, carbon: Carbon) -> None:
    text = vamas.add(*carbon).text()
    spectra = read_all(write("f.vms", text + text))
    assert [spectrum.sample for spectrum in spectra] == ["sample 1", "sample 2"]
    assert {warning.code for warning in spectra[0].warnings} == {"several-files"}
    (spectrum,) = read_all(write("g.vms", text + "left over\r\n"))
    assert [warning.code for warning in spectrum.warnings] == ["file-rest"]


@pytest.mark.parametrize("scan", ["REGULAR", "IRREGULAR"])
@pytest.mark.parametrize("scale", ["Binding Energy", "Kinetic Energy"])
def test_the_corrected_copy_keeps_everything_but_the_energies(
    vamas: Any, write: Write, carbon: Carbon, tmp_path: Path, scan: str, scale: str
) -> None:
    vamas.scan = scan
    vamas.variables = [("Etch time", "s")]
    energy = carbon[0] if scale.startswith("B") else 1486.6 - carbon[0]
    for _ in range(2):
        vamas.add(
            energy,
            carbon[1],
            scale=scale,
            comment=["by hand", "Calib M = 287 A = 285 BE ADD"],
            second=("transmission", carbon[1] + 7),
        )
    source = write("f.vms", named(vamas, ["PET", "nylon"], vamas.text()))
    spectra = read_all(source)
    target = tmp_path / "copy.vms"
    write_corrected(spectra, [-2.3, 1.2], target, "corrected")
    moved = read_all(target)
    for before, after, by in zip(spectra, moved, (-2.3, 1.2), strict=True):
        np.testing.assert_allclose(
            after.regions[0].binding_energy_ev, before.regions[0].binding_energy_ev + by, atol=2e-6
        )
        np.testing.assert_array_equal(after.regions[0].intensity, before.regions[0].intensity)
        assert after.regions[0].charge_correction_ev == pytest.approx(by)
        assert after.sample == before.sample
    old, new = source.read_text().splitlines(), target.read_text().splitlines()
    lost = [line for line in old if line not in new]
    allowed = 4 if scan == "REGULAR" else 2 * (len(energy) + 3)  # start of the axis or its points, comment counts
    assert len(lost) <= allowed
    for kept in ("by hand", "FAT", "parameter", "made by a test", "transmission"):
        assert kept in new


def test_a_sample_without_a_correction_stays_as_measured(
    vamas: Any, write: Write, carbon: Carbon, tmp_path: Path
) -> None:
    source = write("f.vms", named(vamas, ["PET", "nylon"], vamas.add(*carbon).add(*carbon).text()))
    write_corrected(read_all(source), [None, 1.0], tmp_path / "copy.vms")
    first, second = read_all(tmp_path / "copy.vms")
    np.testing.assert_allclose(first.regions[0].binding_energy_ev, carbon[0], atol=1e-9)
    np.testing.assert_allclose(second.regions[0].binding_energy_ev, carbon[0] + 1.0, atol=1e-9)


def test_several_samples_are_written_under_their_names(tmp_path: Path, carbon: Carbon) -> None:
    spectra = [
        Spectrum(tmp_path, "simulated", "", (Region("C 1s", *carbon, "counts", "binding"),), sample=name)
        for name in ("PET", "nylon")
    ]
    write_vamas(spectra, tmp_path / "f.vms", applied_correction_ev=[None, -1.0])
    first, second = read_all(tmp_path / "f.vms")
    assert (first.sample, second.sample) == ("PET", "nylon")
    assert (first.regions[0].charge_correction_ev, second.regions[0].charge_correction_ev) == (None, -1.0)


def test_a_title_that_stands_above_other_lines_parts_samples(write: Write, carbon: Carbon) -> None:
    text = ""
    for region, moved in (("C1s", 0.0), ("O1s", 247.0)):
        for number, name in enumerate(("Foil B", "Film D"), start=1):
            rows = "".join(f"{e + moved:.1f},{c * number:.0f}\n" for e, c in zip(*carbon, strict=True))
            text += f"{name}\n1\n{region}\n{number}\nBinding Energy (eV)\nc/s\n{len(carbon[0])}\n{rows}\n"
    assert held(write("f.csv", text)) == [("Foil B", ["C1s", "O1s"]), ("Film D", ["C1s", "O1s"])]


def test_a_title_over_several_columns_names_the_first_region_alone(write: Write, carbon: Carbon) -> None:
    energy, counts = carbon
    head = "C1s,,,,O1s,,,\nPET,,PVC,,PET,,PVC,\nBE,I,BE,I,BE,I,BE,I\n"
    rows = "".join(
        f"{e:.1f},{c:.0f},{e:.1f},{2 * c:.0f},{e + 247.0:.1f},{3 * c:.0f},{e + 247.0:.1f},{4 * c:.0f}\n"
        for e, c in zip(energy, counts, strict=True)
    )
    one, other = read_all(write("f.csv", head + rows))
    assert (one.sample, other.sample) == ("PET", "PVC")
    for spectrum, factors in ((one, (1.0, 3.0)), (other, (2.0, 4.0))):
        for region, factor in zip(spectrum.regions, factors, strict=True):
            np.testing.assert_allclose(region.intensity, factor * counts)
