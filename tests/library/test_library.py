"""The loaded library, its evidence and its committed tables."""

import numpy as np
import pytest

from xps_keras.analysis.evidence import expected_signals
from xps_keras.corpus import Corpus, recipe
from xps_keras.errors import UsageError
from xps_keras.groups import GROUP_NAMES
from xps_keras.library.library import combined
from xps_keras.library.lines import LINES
from xps_keras.library.loading import load_library
from xps_keras.library.tables import read_table


def test_all_polymers_load_with_peaks_and_labels() -> None:
    library = load_library()
    assert len(library.keys) == len(set(library.keys)) == len(library.polymer_names) == len(library.smiles) == 104
    assert all(key.isascii() for key in library.keys)
    assert library.group_counts.shape == (104, 40)
    assert library.group_counts.dtype == np.float32
    assert set(library.peaks.polymer) == set(range(104))
    assert (np.diff(library.peaks.polymer) >= 0).all()
    assert {len(library.peaks.line), len(library.peaks.label), len(library.peaks.confidence)} == {
        library.peaks.area.size
    }


def test_arrays_are_shared_and_cannot_be_changed() -> None:
    library = load_library()
    assert load_library() is library
    with pytest.raises(ValueError, match="read-only"):
        library.peaks.area[0] = 1.0


def test_groups_without_a_carrier_are_not_assessable() -> None:
    never = {name for name, known in zip(GROUP_NAMES, load_library().assessable, strict=True) if not known}
    assert never == {
        "alkyne", "alkyl halide (Br)", "alkyl halide (I)", "thiol", "aldehyde", "nitrite", "acid chloride", "azide",
    }  # fmt: skip


def test_a_polymer_is_found_by_key_and_by_full_name() -> None:
    library = load_library()
    assert library.keys[library.index("PET")] == "PET"
    assert library.index("poly(ethylene terephthalate) (PET)") == library.index("PET")


@pytest.mark.parametrize(("wrong", "near"), [("PETT", "PET"), ("pmma", "PMMA"), ("polystyrene", "PS"), ("", "list")])
def test_an_unknown_polymer_is_named_with_its_neighbours(wrong: str, near: str) -> None:
    with pytest.raises(UsageError, match=near):
        load_library().index(wrong)


def test_an_unknown_library_is_refused() -> None:
    with pytest.raises(UsageError, match="minerals"):
        load_library("minerals")


def test_lines_and_elements_of_a_polymer() -> None:
    library = load_library()
    assert library.lines_of("PVC") == ("C 1s", "Cl 2p", "Cl 2s")
    assert library.elements_of("PBS") == ("C", "Br")
    assert set(library.elements_of("PSS")) == {"C", "O", "S", "Na"}


def test_each_element_has_one_main_line() -> None:
    # Potassium is seen inside the C 1s region only; nobody records a region for it.
    for element in {line.element for line in LINES.values()} - {"K"}:
        assert sum(line.main for line in LINES.values() if line.element == element) == 1


def test_numbers_carry_a_confidence_and_widths_are_those_of_polymers() -> None:
    library = load_library()
    assert set(library.peaks.confidence) <= set("SKEC")
    assert ((library.peaks.fwhm_ev >= 0.8) & (library.peaks.fwhm_ev <= 4.0)).all()
    assert ((library.peaks.lorentzian_fraction >= 0.05) & (library.peaks.lorentzian_fraction <= 0.3)).all()
    for table in ("lines.csv", "environments.csv"):
        assert all(row["confidence"] in "SKEC" and row["source"] for row in read_table(table))


def test_evidence_of_a_group_is_seen_in_its_polymers() -> None:
    library = combined([load_library(), load_library("hypothetical")], "both")
    peaks = library.peaks
    lines = np.array(peaks.line)
    own_carriers = (load_library().group_counts > 0).sum(axis=0)
    for column, group in enumerate(GROUP_NAMES):
        carriers = np.flatnonzero(library.group_counts[:, column])
        assert expected_signals()[group], group
        seen = {}
        for place in expected_signals()[group]:
            own = lines == place.line
            if place.energy_ev is not None:
                own &= np.abs(peaks.energy_ev - place.energy_ev) <= 0.6
            seen[place] = np.isin(carriers, peaks.polymer[own])
        # Some signals are alternatives: an amine or its ammonium, an acid or its salt.
        assert max(each.mean() for each in seen.values()) >= 0.5, group
        for place, each in seen.items():
            assert each.mean() >= 0.05, (group, place)
        if own_carriers[column]:
            assert np.any(list(seen.values()), axis=0)[: own_carriers[column]].mean() >= 0.75, group


@pytest.mark.parametrize("name", ["polymers", "hypothetical"])
def test_partners_of_a_doublet_are_one_component_and_every_other_peak_is_its_own(name: str) -> None:
    peaks = load_library(name).peaks
    partners = np.flatnonzero(peaks.is_kind("minor partner"))
    assert partners.size
    others = np.delete(peaks.component, partners)
    np.testing.assert_array_equal(others, np.arange(others.size))
    np.testing.assert_array_equal(peaks.component[partners], peaks.component[partners - 1])
    np.testing.assert_array_equal(peaks.polymer[partners], peaks.polymer[partners - 1])
    assert {peaks.line[peak] for peak in np.flatnonzero(peaks.is_kind("shake-up"))} == {"C 1s", "O 1s"}


def test_components_stay_whole_in_a_part_and_apart_when_libraries_are_joined() -> None:
    library = load_library()
    part = library.subset(["PVC", "PET"], "part")
    # Cl 2p of PVC has two partners, Cl 2s one peak.
    chlorine = part.peaks.component[[line == "Cl 2p" for line in part.peaks.line]]
    assert chlorine[0] == chlorine[1]
    assert part.peaks.component.max() + 1 == len(part.peaks.line) - 1
    both = combined([part, library.subset(["PVdC"], "other")], "both")
    assert both.peaks.component.max() + 1 == len(both.peaks.line) - 2
    assert not set(both.peaks.component[both.peaks.polymer < 2]) & set(both.peaks.component[both.peaks.polymer == 2])


def test_the_hash_of_a_library_is_that_of_its_physics_as_data_sets_know_it() -> None:
    # Data sets built by version 0.1.0 carry these figures.
    assert load_library("polymers-0.1").sha256[:16] == "6a4f7bae5206b0ee"
    assert load_library("hypothetical-0.1").sha256[:16] == "04d9f3d30528c9c0"


@pytest.mark.parametrize("plain", ["polymers", "hypothetical"])
def test_an_older_edition_is_another_library_with_its_own_name(plain: str) -> None:
    older, present = load_library(f"{plain}-0.1"), load_library(plain)
    assert (older.name, older.edition, present.edition) == (f"{plain}-0.1", "0.1", "")
    assert older.sha256 != present.sha256
    assert older.subset([older.keys[0]], "one").edition == "0.1"


def test_hypothetical_polymers_of_a_recipe_are_of_the_edition_of_its_library() -> None:
    drawn = Corpus(recipe("generalise"), 1, load_library("polymers-0.1")).library
    assert drawn.name == "polymers-0.1+hypothetical-0.1"
    assert drawn.keys[104:] == load_library("hypothetical-0.1").keys


def test_labels_of_the_reference_polymers_are_those_of_the_first_edition() -> None:
    np.testing.assert_array_equal(load_library("polymers-0.1").group_counts, load_library().group_counts)
