"""Which polymers can be told apart, and what unmixing finds."""

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from xps_keras.cli import app as cli
from xps_keras.experiments.identifiability import SETTINGS, Pair, alike, compare, nearest_by_group
from xps_keras.experiments.identifiability_report import LISTED, markdown
from xps_keras.experiments.unmixing import NOISE, THRESHOLDS, unmix, unmix_mixtures
from xps_keras.library.lineshape import spectrum_of
from xps_keras.library.loading import load_library

DOCS = Path(__file__).parents[2] / "docs"
ALL, CARBON_OXYGEN, CARBON = SETTINGS[:3]


@pytest.fixture(scope="module")
def pairs() -> list[Pair]:
    return compare(load_library(), ALL)


def of(pairs: list[Pair], one: str, other: str) -> Pair:
    (found,) = [pair for pair in pairs if {pair.one, pair.other} == {one, other}]
    return found


def test_every_pair_stands_there_once_nearest_first(pairs: list[Pair]) -> None:
    count = len(load_library().keys)
    assert len({frozenset((pair.one, pair.other)) for pair in pairs}) == len(pairs) == count * (count - 1) // 2
    assert [pair.distance for pair in pairs] == sorted(pair.distance for pair in pairs)
    assert all(0 <= pair.distance <= 1 for pair in pairs)


def test_polymers_of_the_same_spectrum_are_found(pairs: list[Pair]) -> None:
    twins = of(pairs, "PcI", "PtI")  # cis and trans isoprene
    assert twins.distance == pytest.approx(0, abs=1e-12)
    assert twins.same_groups
    sets = alike(pairs)
    assert ("PcI", "PtI") in sets
    assert any({"HDPE", "PP"} <= set(keys) for keys in sets)
    assert len({key for keys in sets for key in keys}) == sum(map(len, sets))


def test_styrene_and_methoxystyrene_differ(pairs: list[Pair]) -> None:
    pair = of(pairs, "PS", "PMS")
    assert pair.distance > 0.05
    assert {*pair.only_one, *pair.only_other} >= {"ether (aliphatic)"}


def test_no_polymers_with_different_groups_have_the_same_spectrum(pairs: list[Pair]) -> None:
    assert min(pair.noise_limit for pair in pairs if not pair.same_groups) > 0.03


def test_the_noise_limit_is_where_three_standard_deviations_part_two_spectra(pairs: list[Pair]) -> None:
    library = load_library()
    pair = of(pairs, "PS", "PMS")
    one, other = (spectrum_of(library, key) for key in (pair.one, pair.other))
    one, other = one / np.linalg.norm(one), other / np.linalg.norm(other)
    noise = pair.noise_limit * min(one.max(), other.max())
    assert np.linalg.norm(one - other) / noise == pytest.approx(3.0, rel=1e-2)


def test_fewer_lines_and_an_unknown_shift_bring_spectra_nearer(pairs: list[Pair]) -> None:
    library = load_library()
    carbon, moved = compare(library, CARBON), compare(library, SETTINGS[-1], refined=5)
    assert of(carbon, "PAAMC", "PViBE").distance < 0.1 * of(pairs, "PAAMC", "PViBE").distance
    # PDMS and the polyolefins are one symmetric C 1s peak each, of the same width, at different energies.
    siloxane = of(moved, "HDPE", "PDMS")
    assert siloxane.distance < 1e-4  # found by interpolation, not exactly
    assert abs(siloxane.shift_ev) == pytest.approx(285.0 - 284.38, abs=0.005)


def test_the_nearest_pair_of_a_group_differs_in_it(pairs: list[Pair]) -> None:
    nearest = nearest_by_group(pairs)
    assert len(nearest) == load_library().assessable.sum()
    for group, pair in nearest.items():
        assert group in (*pair.only_one, *pair.only_other)


def test_unmixing_recovers_a_known_mixture() -> None:
    library = load_library()
    basis = np.array([spectrum_of(library, key)[2300:2700] for key in ("PS", "PMMA", "PEG", "PVC")])
    wanted = np.array([[0.6, 0.0, 0.39, 0.01], [0.0, 1.0, 0.0, 0.0]])
    np.testing.assert_allclose(unmix(basis, wanted @ basis), wanted, atol=1e-9)


def test_without_noise_unmixing_finds_all_groups_and_noise_costs_some() -> None:
    outcome = unmix_mixtures(load_library(), 24, 3)
    best = outcome.exact_match[np.arange(len(NOISE)), outcome.best_threshold]
    assert best[0] == 1.0
    assert (np.diff(best) <= 0).all()
    assert best[-1] < 1.0
    assert (outcome.least_fraction <= outcome.least_telling).all()
    assert (outcome.least_fraction > 0).all()
    again = unmix_mixtures(load_library(), 24, 3)
    np.testing.assert_array_equal(again.right, outcome.right)
    assert len(THRESHOLDS) == outcome.right.shape[1]


def test_the_documentation_shows_the_figures_beside_it(pairs: list[Pair]) -> None:
    content = json.loads((DOCS / "identifiability.json").read_text())
    assert markdown(content) in (DOCS / "identifiability.md").read_text()
    # They are those of the library as it stands.
    repeated = {key for keys in alike(pairs) for key in keys[1:]}
    listed = [pair for pair in pairs if not pair.same_groups and not {pair.one, pair.other} & repeated][:LISTED]
    shown = content["settings"][0]["nearest"]
    assert [{entry["one"], entry["other"]} for entry in shown] == [{pair.one, pair.other} for pair in listed]
    assert [entry["distance"] for entry in shown] == pytest.approx([pair.distance for pair in listed], rel=0.01)


@pytest.mark.slow
def test_the_command_writes_tables_figures_and_picture(tmp_path: Path) -> None:
    out, picture = tmp_path / "i.json", tmp_path / "i.png"
    result = CliRunner().invoke(
        cli.app, ["library", "identify", "--size", "3", "--json", str(out), "--png", str(picture)]
    )
    assert result.exit_code == 0, result.output
    content = json.loads(out.read_text())
    assert content["unmixing"]["size"] == 3
    assert markdown(content) + "\n" == result.stdout
    assert picture.read_bytes().startswith(b"\x89PNG")
