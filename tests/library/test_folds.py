"""Five folds of the reference polymers."""

import numpy as np
import pytest

from xps_keras.chemistry.twins import repeated
from xps_keras.errors import UsageError
from xps_keras.groups import GROUP_NAMES
from xps_keras.library.folds import FOLD_NAMES, FOLDS, TABLES, Word, division, fold_library, held_out
from xps_keras.library.library import Library
from xps_keras.library.lineshape import spectrum_of
from xps_keras.library.loading import load_library
from xps_keras.measured.store import check_name, find_library
from xps_keras.tools import split_folds as splitting

LIBRARY = load_library()
CARRIES = LIBRARY.group_counts > 0


def found(name: str) -> Library:
    library = find_library(name)
    assert isinstance(library, Library)
    return library


@pytest.mark.parametrize("word", ["fold", "part"])
def test_every_polymer_is_held_out_once(word: Word) -> None:
    held = [key for fold in range(FOLDS) for key in found(f"polymers-{word}-{fold}").keys]
    assert sorted(held) == sorted(LIBRARY.keys)
    for fold in range(FOLDS):
        kept, left_out = found(f"polymers-without-{word}-{fold}"), found(f"polymers-{word}-{fold}")
        assert set(kept.keys) == set(LIBRARY.keys) - set(left_out.keys)
        assert len(left_out.keys) in (20, 21)


@pytest.mark.parametrize("name", ["polymers-fold-3", "polymers-without-fold-3"])
def test_a_part_of_the_library_has_its_spectra_and_labels(name: str) -> None:
    part = found(name)
    assert part.name == name
    for key in part.keys[::5]:
        np.testing.assert_array_equal(spectrum_of(part, key), spectrum_of(LIBRARY, key))
        assert part.lines_of(key) == LIBRARY.lines_of(key)
        assert part.smiles[part.index(key)] == LIBRARY.smiles[LIBRARY.index(key)]
        np.testing.assert_array_equal(part.group_counts[part.index(key)], LIBRARY.group_counts[LIBRARY.index(key)])
    assert not part.peaks.area.flags.writeable
    assert part.sha256 != LIBRARY.sha256


def test_no_spectrum_is_both_held_out_and_trained_on() -> None:
    spectra = np.array([spectrum_of(LIBRARY, key) for key in LIBRARY.keys])
    spectra /= np.linalg.norm(spectra, axis=1, keepdims=True)
    alike = (1.0 - spectra @ spectra.T < 1e-6) & (CARRIES[:, None] == CARRIES).all(axis=2)
    pairs = np.argwhere(alike & ~np.eye(len(alike), dtype=bool))
    assert len(pairs) == 2 * 17  # the polyolefins alone are ten pairs
    for word in TABLES:
        fold = division(word).fold
        assert (fold[pairs[:, 0]] == fold[pairs[:, 1]]).all()


def test_the_parts_are_another_division_than_the_folds() -> None:
    folds, parts = division("fold").fold, division("part").fold
    shared = np.zeros((FOLDS, FOLDS), int)
    np.add.at(shared, (folds, parts), 1)
    assert shared.max() <= 10  # of 20 or 21: no part is a fold under another number


@pytest.mark.parametrize("word", ["fold", "part"])
def test_a_group_is_known_from_other_polymers_when_one_fold_is_held_out(word: Word) -> None:
    divided = division(word)
    for group, name in enumerate(GROUP_NAMES):
        counts = [int(CARRIES[divided.fold == fold, group].sum()) for fold in range(FOLDS)]
        # Two carriers with one spectrum cannot be parted; all others are.
        assert divided.testable[group] == (divided.carriers[group] >= 2), name
        if divided.testable[group]:
            assert sum(count > 0 for count in counts) >= 2, name
        if divided.carriers[group] >= FOLDS:
            assert max(counts) <= 2 * sum(counts) / FOLDS, name
    assert divided.testable.sum() == 20
    assert {name for name, known in zip(GROUP_NAMES, divided.carriers == 1, strict=True) if known} == {
        "naphthalene", "alcohol (aromatic)", "ketone (aromatic)", "nitrate", "epoxide", "anhydride", "nitro (aromatic)",
        "sulfonate", "chlorobenzene", "bromobenzene", "phosphazene", "phenoxy",
    }  # fmt: skip


def test_the_committed_folds_are_those_of_the_rule() -> None:
    assert splitting.main(["--check"]) == 0


def test_units_with_a_rare_group_are_parted() -> None:
    rng = np.random.default_rng(1)
    carries = rng.random((40, 6)) < np.array([0.9, 0.5, 0.3, 0.1, 0.0, 0.0])
    carries[[3, 4], 4] = True  # two carriers
    carries[7, 5] = True  # one carrier
    fold = splitting.divide(carries, np.ones(40, int))
    assert fold[3] != fold[4]
    assert set(np.bincount(fold).tolist()) <= {7, 8, 9}
    held = np.array([carries[fold == number].sum(axis=0) for number in range(FOLDS)])
    assert np.ptp(held[:, 0]) <= 2
    np.testing.assert_array_equal(splitting.divide(carries, np.ones(40, int)), fold)


@pytest.mark.parametrize("name", FOLD_NAMES)
def test_no_import_takes_the_name_of_a_fold(name: str) -> None:
    with pytest.raises(UsageError, match="library of the package itself"):
        check_name(name, force=True)


def test_a_fold_that_does_not_exist_is_refused() -> None:
    with pytest.raises(UsageError, match="polymers-fold-5"):
        find_library("polymers-fold-5")
    with pytest.raises(UsageError, match="0 to 4"):
        fold_library("polymers-without-fold-9")


@pytest.mark.parametrize(
    ("library", "fold"),
    [
        ("polymers", None),
        ("polymers-fold-2", None),
        ("polymers-without-fold-2", 2),
        ("polymers-without-fold-0+hypothetical", 0),
        ("polymers-without-part-3", 3),
        ("polymers-0.1-without-fold-4+hypothetical-0.1", 4),
        ("polymers-without-fold-22", None),
    ],
)
def test_a_training_library_says_which_fold_it_leaves_out(library: str, fold: int | None) -> None:
    held = held_out(library)
    assert (None if held is None else held.number) == fold
    assert held is None or held.name == library.split("+")[0]


def test_a_subset_is_in_library_order_and_names_what_it_does_not_hold() -> None:
    assert LIBRARY.subset(["PVC", "PET"], "two").keys == tuple(key for key in LIBRARY.keys if key in ("PVC", "PET"))
    with pytest.raises(UsageError, match="PETT"):
        LIBRARY.subset(["PETT"], "none")
    with pytest.raises(UsageError, match="without a polymer"):
        LIBRARY.subset([], "none")


def test_twins_share_groups_and_spectrum() -> None:
    assert repeated(LIBRARY, LIBRARY).all()
    olefins = LIBRARY.subset(["HDPE", "PP", "PTFE"], "three")
    assert repeated(olefins, LIBRARY.subset(["PIB"], "one")).tolist() == [True, True, False]
    # The same spectrum as far as 2 % noise goes, but another group: no twin.
    assert not repeated(LIBRARY.subset(["PS"], "one"), LIBRARY.subset(["PVN"], "one"), within=0.01).any()
