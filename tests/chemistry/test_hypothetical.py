"""The hypothetical polymers: many, distinct, valid, every group, the same from the same seed."""

from collections import Counter, defaultdict
from dataclasses import fields, replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from xps_keras.chemistry.rules import load_rules
from xps_keras.chemistry.twins import repeated
from xps_keras.corpus import recipe
from xps_keras.corpus.corpus import Corpus
from xps_keras.errors import UsageError
from xps_keras.groups import GROUP_NAMES
from xps_keras.library.library import Peaks, combined
from xps_keras.library.lines import LINES
from xps_keras.library.loading import load_library
from xps_keras.library.packed import packed

HYPOTHETICAL = load_library("hypothetical")
LIBRARY = load_library()


def test_there_are_thousands_and_every_group_has_carriers() -> None:
    assert len(HYPOTHETICAL.keys) == len(set(HYPOTHETICAL.keys)) == len(set(HYPOTHETICAL.smiles)) >= 5000
    carriers = dict(zip(GROUP_NAMES, (HYPOTHETICAL.group_counts > 0).sum(axis=0), strict=True))
    assert min(carriers.values()) >= 20, carriers
    assert HYPOTHETICAL.assessable.all()


def test_all_classes_of_polymers_are_there() -> None:
    classes = Counter(name.rsplit(" ", 1)[0] for name in HYPOTHETICAL.polymer_names)
    assert {
        "vinyl", "styrene", "acrylate", "methacrylate", "vinyl ester", "vinyl ether", "acrylamide", "copolymer",
        "polyester", "polyamide", "polycarbonate", "polyurethane", "polyurea", "polyimide", "polyether",
        "poly(aryl ether)", "polysulfone", "silicone", "phosphazene", "halogenated olefin", "polydiene", "vinyl ketone",
        "polysaccharide", "polyarylene", "polylactone", "common copolymer",
    } <= set(classes)  # fmt: skip


def test_energies_widths_and_areas_are_sane() -> None:
    peaks = HYPOTHETICAL.peaks
    low = np.array([LINES[line].window_low_ev for line in peaks.line])
    high = np.array([LINES[line].window_high_ev + 2 * LINES[line].splitting_ev for line in peaks.line])
    assert ((peaks.energy_ev > low) & (peaks.energy_ev < high)).all()
    carbon = np.array([line == "C 1s" for line in peaks.line])
    main = carbon & peaks.is_kind("main")
    assert peaks.energy_ev[main].min() >= 284.3
    assert peaks.energy_ev[main].max() <= 295.0
    assert ((peaks.fwhm_ev >= 0.8) & (peaks.fwhm_ev <= 4.0)).all()
    assert (peaks.area > 0).all()
    assert set(peaks.confidence) <= set("SKE")
    assert (np.diff(peaks.polymer) >= 0).all()
    assert set(peaks.polymer) == set(range(len(HYPOTHETICAL.keys)))


def test_none_repeats_the_groups_and_spectrum_of_a_library_polymer() -> None:
    # A network that was trained on them would have seen the polymer that it is asked about as unseen.
    assert not repeated(LIBRARY, HYPOTHETICAL).any()


def test_arrays_are_shared_and_cannot_be_changed() -> None:
    assert load_library("hypothetical") is HYPOTHETICAL
    with pytest.raises(ValueError, match="read-only"):
        HYPOTHETICAL.peaks.energy_ev[0] = 0.0


def test_the_committed_file_is_compact() -> None:
    path = Path(__file__).parents[2] / "xps_keras" / "library" / "data" / "hypothetical.npz"
    assert path.stat().st_size < 1.5e6


def test_it_feeds_a_corpus_together_with_the_library() -> None:
    few = 40
    table = HYPOTHETICAL.peaks
    first = slice(0, int(np.searchsorted(table.polymer, few)))
    part = replace(
        HYPOTHETICAL,
        keys=HYPOTHETICAL.keys[:few],
        polymer_names=HYPOTHETICAL.polymer_names[:few],
        smiles=HYPOTHETICAL.smiles[:few],
        group_counts=HYPOTHETICAL.group_counts[:few],
        peaks=Peaks(**{field.name: getattr(table, field.name)[first] for field in fields(table)}),
    )
    both = combined([LIBRARY, part], "both")
    assert len(both.keys) == 104 + few
    assert both.smiles[104] == HYPOTHETICAL.smiles[0]
    own = both.of_polymer(HYPOTHETICAL.keys[3])
    np.testing.assert_array_equal(both.peaks.energy_ev[own], part.peaks.energy_ev[part.of_polymer(part.keys[3])])
    batch = Corpus(recipe("paper"), seed=3, library=both).batch(0, 64)
    assert np.isfinite(batch.intensity).all()
    assert batch.polymers.max() >= 104
    with pytest.raises(UsageError, match="keys differ"):
        combined([LIBRARY, LIBRARY], "twice")


def test_a_sample_recomputed_from_the_structures_equals_the_committed_peaks() -> None:
    pytest.importorskip("rdkit", reason="structures are read by rdkit")
    from xps_keras.chemistry.from_structure import library_from_structures

    chosen = np.sort(np.random.default_rng(7).permutation(len(HYPOTHETICAL.keys))[:200])
    made = library_from_structures(
        [HYPOTHETICAL.keys[place] for place in chosen], [HYPOTHETICAL.smiles[place] for place in chosen]
    )
    np.testing.assert_array_equal(made.group_counts, HYPOTHETICAL.group_counts[chosen])
    committed = np.concatenate([HYPOTHETICAL.of_polymer(key) for key in made.keys])
    assert made.peaks.label == tuple(HYPOTHETICAL.peaks.label[peak] for peak in committed)
    np.testing.assert_allclose(made.peaks.energy_ev, HYPOTHETICAL.peaks.energy_ev[committed], atol=1e-9)
    np.testing.assert_allclose(made.peaks.area, HYPOTHETICAL.peaks.area[committed], rtol=1e-6)


def test_the_same_seed_draws_the_same_polymers_and_another_seed_others() -> None:
    pytest.importorskip("rdkit", reason="structures are read by rdkit")
    from xps_keras.chemistry.hypothetical import build, structures

    first = structures(seed=5, most=6, copolymers=20)
    assert structures(seed=5, most=6, copolymers=20) == first
    assert structures(seed=6, most=6, copolymers=20) != first
    small = build(seed=5, most=1, copolymers=2)
    assert small.smiles == structures(seed=5, most=1, copolymers=2)[1]
    assert packed(small)["energy"].dtype == np.uint32


def test_no_polymer_stands_twice_and_none_is_of_the_library() -> None:
    pytest.importorskip("rdkit", reason="structures are read by rdkit")
    from xps_keras.chemistry.repeat_unit import composition, find_polymer, same_polymer

    # The same polymer has the same composition and the same peaks: only such structures need be compared.
    table = HYPOTHETICAL.peaks
    alike: dict[object, list[str]] = defaultdict(list)
    seen: dict[int, set[tuple[str, str, float]]] = defaultdict(set)
    for polymer, line, label, energy in zip(table.polymer, table.line, table.label, table.energy_ev, strict=True):
        seen[int(polymer)].add((line, label, float(energy)))
    for polymer, smiles in enumerate(HYPOTHETICAL.smiles):
        alike[composition(smiles).lowest, frozenset(seen[polymer])].append(smiles)
    pairs = [pair for family in alike.values() for pair in combinations(family, 2)]
    assert len(pairs) > 100
    assert not [pair for pair in pairs if same_polymer(*pair)]
    assert not [smiles for smiles in HYPOTHETICAL.smiles if find_polymer(LIBRARY, smiles)]


def test_every_rule_is_used_or_says_that_it_is_not() -> None:
    pytest.importorskip("rdkit", reason="structures are read by rdkit")
    from xps_keras.chemistry.from_structure import assign

    library = {(one.line, one.rule.name) for smiles in LIBRARY.smiles for one in assign(smiles)}
    peaks = HYPOTHETICAL.peaks
    hypothetical = {
        (line, label.removesuffix(" (minor)").split(", ")[0])
        for line, label in zip(peaks.line, peaks.label, strict=True)
    }
    for rules in load_rules().values():
        for rule in rules:
            place = (rule.line, rule.name)
            use = "library" if place in library else "hypothetical" if place in hypothetical else "unused"
            assert rule.use == use, place
