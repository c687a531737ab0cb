"""Projects of KherveFitting: raw data beside fits, samples by number, energies that hold a correction."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.io.conftest import kherve_level, kherve_project
from xps_keras.errors import InputError
from xps_keras.io import read, read_all

Floats = NDArray[np.float64]
Write = Callable[[str, str | bytes], Path]
Carbon = tuple[Floats, Floats]


def test_raw_data_are_read_and_fits_and_backgrounds_are_not(write: Write, carbon: Carbon) -> None:
    energy, counts = carbon
    levels = {"C1s": kherve_level(energy, counts), "O1s": kherve_level(energy + 247.0, 2.0 * counts)}
    found = read(write("f.json", kherve_project(levels)))
    assert [region.label for region in found.regions] == ["C1s", "O1s"]
    for region, axis, factor in zip(found.regions, (energy, energy + 247.0), (1.0, 2.0), strict=True):
        np.testing.assert_allclose(region.binding_energy_ev, axis, atol=1e-9)
        np.testing.assert_array_equal(region.intensity, factor * counts)
    assert (found.sample, found.warnings) == ("", ())
    assert found.regions[0].charge_correction_ev is None


def test_the_number_behind_a_core_level_is_its_samples(write: Write, carbon: Carbon) -> None:
    energy, counts = carbon
    levels = {
        key: kherve_level(energy + at, factor * counts)
        for key, at, factor in (("C1s", 0, 1), ("C1s1", 0, 2), ("C1s2", 0, 3), ("O1s", 247, 1), ("O1s1", 247, 2))
    }
    names = {"0": "PET", "1": "PET", "2": "PVC"}
    found = read_all(write("f.json", kherve_project(levels, SampleNames=names)))
    assert [one.sample for one in found] == ["PET, sample 0", "PET, sample 1", "PVC"]
    assert [[region.label for region in one.regions] for one in found] == [["C1s", "O1s"], ["C1s", "O1s"], ["C1s"]]
    for factor, one in enumerate(found, 1):
        np.testing.assert_array_equal(one.regions[0].intensity, factor * counts)
    unnamed = read_all(write("g.json", kherve_project(levels)))
    assert [one.sample for one in unnamed] == ["sample 0", "sample 1", "sample 2"]


def test_a_correction_of_the_energies_is_said_of_its_own_sample(write: Write, carbon: Carbon) -> None:
    levels = {"C1s": kherve_level(*carbon), "C1s1": kherve_level(*carbon)}
    project = kherve_project(levels, BEcorrections={"0": 0.0, "1": -1.25}, BEcorrection=-1.25)
    one, two = read_all(write("f.json", project))
    assert (one.warnings, one.regions[0].charge_correction_ev) == ((), None)
    assert [warning.code for warning in two.warnings] == ["already-corrected"]
    assert "-1.25 eV" in two.warnings[0].text
    assert two.regions[0].charge_correction_ev == -1.25
    np.testing.assert_allclose(two.regions[0].binding_energy_ev, carbon[0], atol=1e-9)  # read as they stand
    older = read(write("g.json", kherve_project({"C1s": kherve_level(*carbon)}, BEcorrection=0.4)))
    assert older.regions[0].charge_correction_ev == 0.4


@pytest.mark.parametrize(
    ("key", "level", "why"),
    [
        ("Raman_x", {"B.E.": [1.0], "Raw Data": [1.0]}, "no photoelectron spectrum"),
        ("XAS", {"B.E.": [1.0], "Raw Data": [1.0]}, "no photoelectron spectrum"),
        ("O1s", {"B.E.": [1.0, 2.0], "Raw Data": [1.0]}, "2 energies and 1 raw data"),
        ("O1s", {"B.E.": [1.0, "x"], "Raw Data": [1.0, 2.0]}, "not all numbers"),
        ("O1s", {"B.E.": [1.0, 10**400], "Raw Data": [1.0, 2.0]}, "beyond any measurement"),
        ("O1s", {"Background": {}}, "holds no `B.E.`"),
    ],
)
def test_a_level_that_cannot_be_read_is_named_and_the_others_are_kept(
    write: Write, carbon: Carbon, key: str, level: dict[str, Any], why: str
) -> None:
    found = read(write("f.json", kherve_project({"C1s": kherve_level(*carbon), key: level})))
    assert [region.label for region in found.regions] == ["C1s"]
    assert [warning.code for warning in found.warnings] == ["block-skipped"]
    assert why in found.warnings[0].text
    assert key in found.warnings[0].text
    with pytest.raises(InputError, match=why):
        read(write("g.json", kherve_project({key: level}, Plots={"B.E.": 1})))


def test_lines_of_elements_are_not_taken_for_other_techniques(write: Write, carbon: Carbon) -> None:
    keys = ("C1s", "Mg2p", "Gd4d", "Pl", "Ms", "Rb3d", "Pm4d", "survey")
    levels = {key: kherve_level(carbon[0] + 30.0 * at, carbon[1]) for at, key in enumerate(keys)}
    labels = [region.label for region in read(write("f.json", kherve_project(levels))).regions]
    assert labels == [key for key in keys if key not in ("Pl", "Ms")]  # neither is an element


@pytest.mark.parametrize("depth", [0, 100_000])
def test_broken_and_bottomless_projects_are_refused_in_one_sentence(write: Write, carbon: Carbon, depth: int) -> None:
    text = kherve_project({"C1s": kherve_level(*carbon)})
    broken = text[: len(text) // 2] + "[" * depth
    with pytest.raises(InputError, match=r"f\.json: the JSON of this KherveFitting project is broken .*again\.$"):
        read(write("f.json", broken))


def test_other_json_is_no_project(write: Write) -> None:
    with pytest.raises(InputError, match="no two columns"):
        read(write("f.json", json.dumps({"levels": [1, 2, 3]})))
