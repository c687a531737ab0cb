"""Exports of Omicron's EIS program: settings above every region, layers of zeros, repetitions."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.io.conftest import EIS_SETTINGS, eis_region
from xps_keras.errors import InputError
from xps_keras.io import read, read_all

Floats = NDArray[np.float64]
Write = Callable[[str, str | bytes], Path]
Carbon = tuple[Floats, Floats]


def falling(carbon: Carbon) -> Carbon:
    return carbon[0][::-1], carbon[1][::-1]


def survey(number: int, notes: str = "survey") -> str:
    energy = np.arange(1200.0, -5.5, -0.5)
    return eis_region(
        number, notes, energy, np.random.default_rng(number).poisson(4000.0, len(energy)).astype(np.float64)
    )


def test_a_region_has_its_notes_as_name_and_the_settings_above_it(write: Write, carbon: Carbon) -> None:
    energy, counts = falling(carbon)
    found = read(write("f.txt", survey(1) + eis_region(2, "C1s", energy, counts)))
    assert [region.label for region in found.regions] == ["survey", "C1s"]
    region = found.regions[1]
    np.testing.assert_allclose(region.binding_energy_ev, carbon[0], atol=1e-9)
    np.testing.assert_array_equal(region.intensity, carbon[1])
    assert (region.dwell_s, region.scans, region.pass_energy_ev) == (0.2, 4, 20.0)
    assert (region.intensity_unit, region.place) == ("counts", "region 2 (line 2422)")
    assert found.warnings == ()  # a region reaches below zero: no kinetic energies


def test_layers_of_zeros_are_no_regions_and_regions_without_counts_are_named(write: Write, carbon: Carbon) -> None:
    energy, counts = falling(carbon)
    zeros = np.zeros_like(counts)
    text = survey(1) + eis_region(2, "C1s", energy, counts, zeros, zeros)
    text += eis_region(3, "O1s", energy + 247.0, zeros, zeros, flag="Empty")
    found = read(write("f.txt", text))
    assert [region.label for region in found.regions] == ["survey", "C1s"]
    assert [warning.code for warning in found.warnings] == ["region-skipped"]
    assert "region 3 (`O1s`)" in found.warnings[0].text


def test_the_enabled_layer_is_read_and_another_with_counts_is_named(write: Write, carbon: Carbon) -> None:
    energy, counts = falling(carbon)
    text = survey(1) + eis_region(2, "C1s", energy, 3.0 * counts, counts, enabled=(False, True))
    found = read(write("f.txt", text))
    np.testing.assert_array_equal(found.regions[1].intensity, carbon[1])
    assert [warning.code for warning in found.warnings] == ["columns-ignored"]
    assert "layer 2 was read, not 1" in found.warnings[0].text


def test_a_region_measured_again_is_a_further_sweep_and_no_other_sample(write: Write, carbon: Carbon) -> None:
    energy, counts = falling(carbon)
    again = np.random.default_rng(1).poisson(counts).astype(float)
    oxygen = energy + 247.0
    text = survey(1) + eis_region(2, "C1s", energy, counts, sweeps=30) + eis_region(3, "O1s", oxygen, counts)
    text += eis_region(4, "C1s", energy, again, sweeps=22)
    (found,) = read_all(write("f.txt", text))
    assert [region.label for region in found.regions] == ["survey", "C1s", "O1s"]
    np.testing.assert_array_equal(found.regions[1].intensity, carbon[1] + again[::-1])
    assert found.regions[1].scans == 52
    assert [warning.code for warning in found.warnings] == ["sweeps-summed"]
    assert "region 2" in found.warnings[0].text
    assert "region 4" in found.warnings[0].text


def test_repetitions_that_show_different_things_are_not_summed(write: Write, carbon: Carbon) -> None:
    energy, counts = falling(carbon)
    moved = np.roll(counts, 20)
    text = survey(1) + eis_region(2, "C1s", energy, counts) + eis_region(3, "O1s", energy + 247.0, counts)
    text += eis_region(4, "C1s", energy, moved) + eis_region(5, "O1s", energy + 247.0, moved)
    carbons = [region for found in read_all(write("f.txt", text)) for region in found.regions if region.label == "C1s"]
    assert [region.scans for region in carbons] == [4, 4]


def test_notes_that_differ_in_words_name_samples(write: Write, carbon: Carbon) -> None:
    energy, counts = falling(carbon)
    text = "".join(
        eis_region(place, f"{line} {name}", energy + at, counts)
        for place, (line, name, at) in enumerate(
            [("C1s", "PET", 0.0), ("O1s", "PET", 247.0), ("C1s", "PVC", 0.0), ("O1s", "PVC", 247.0)]
        )
    )
    assert [found.sample for found in read_all(write("f.txt", text))] == ["PET", "PVC"]


def test_warming_the_analyser_up_names_no_sample(write: Write, carbon: Carbon) -> None:
    text = survey(1, "analyzer warmup") + survey(2) + eis_region(3, "C1s", *falling(carbon))
    assert all("warm" not in found.sample for found in read_all(write("f.txt", text)))


def test_the_scale_is_assumed_aloud_where_no_region_reaches_zero(write: Write, carbon: Carbon) -> None:
    found = read(write("f.txt", eis_region(1, "C1s", *falling(carbon))))
    assert [warning.code for warning in found.warnings] == ["scale-assumed"]
    kinetic = read(write("g.txt", eis_region(1, "C1s", 1486.6 - falling(carbon)[0], falling(carbon)[1])))
    np.testing.assert_allclose(kinetic.regions[0].binding_energy_ev, carbon[0], atol=1e-6)
    assert kinetic.regions[0].recorded_energy == "kinetic"


@pytest.mark.parametrize(
    ("change", "code"), [({"flag": "Smoothed"}, "curve-read"), ({"mode": "CRR\t4.00"}, ""), ({"divided": "true"}, "")]
)
def test_what_is_no_plain_count_is_told(write: Write, carbon: Carbon, change: dict[str, str], code: str) -> None:
    found = read(write("f.txt", survey(1) + eis_region(2, "C1s", *falling(carbon), **change)))  # type: ignore[arg-type]
    region = found.regions[1]
    assert [warning.code for warning in found.warnings] == ([code] if code else [])
    assert region.pass_energy_ev == (None if "mode" in change else 20.0)
    assert region.intensity_unit == ("arbitrary" if "divided" in change else "counts")


def test_a_scan_that_was_stopped_says_so(write: Write, carbon: Carbon) -> None:
    text = survey(1) + eis_region(2, "C1s", *falling(carbon))
    found = read(write("f.txt", "\n".join(text.split("\n")[:-30]) + "\n"))
    assert [warning.code for warning in found.warnings] == ["file-truncated"]
    assert "171 rows where its settings say 200" in found.warnings[0].text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f"{EIS_SETTINGS}\n", "no region of this EIS export holds counts"),
        (
            f"{EIS_SETTINGS}\n1\ttrue\nLayer\tEnabled\n1\tTrue\nEnergy\tCounts\n284.0\t1\n283.9\tx\n",
            r"line 7 \(`283.9 x`",
        ),
        (f"{EIS_SETTINGS}\n1\ttrue\nLayer\tEnabled\nEnergy\tCounts\n284.0\n", "holds counts|no row"),
    ],
)
def test_a_broken_export_is_refused_by_its_place(write: Write, text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read(write("f.txt", text))
