"""Configs that are drawn from another library than the 104 reference polymers."""

from pathlib import Path

import numpy as np
import pytest
import tensorflow_datasets as tfds

from xps_keras.corpus import Corpus, recipe
from xps_keras.datasets.xps_polymers.build import build, named_builder
from xps_keras.datasets.xps_polymers.schema import number_of
from xps_keras.datasets.xps_polymers.splits import split_seeds
from xps_keras.datasets.xps_polymers.stored import find, library_of, read, splits_of
from xps_keras.datasets.xps_polymers.verify import verify
from xps_keras.datasets.xps_polymers.xps_polymers_dataset_builder import Builder
from xps_keras.errors import UsageError
from xps_keras.library.folds import FOLDS, division
from xps_keras.library.loading import load_library
from xps_keras.measured.store import find_library

SIZE = 1050


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with 1,050 spectra of ``generalise`` and as many of ``unseen_fold_3``."""
    made = tmp_path_factory.mktemp("libraries")
    build("generalise", made, SIZE, processes=1)
    build("unseen_fold_3", made, SIZE, processes=1)
    return made


@pytest.mark.parametrize("config", ["generalise", "unseen_fold_3"])
@pytest.mark.parametrize("split", ["train", "test"])
def test_classes_name_the_polymers_of_every_split(config: str, split: str, folder: Path) -> None:
    builder = find(config, folder)
    names = builder.info.features["polymers"].feature.names
    library = find_library(library_of(builder, split))
    drawn = Corpus(builder.builder_config.recipe(), split_seeds(42)[split], library).batch(0, 200)
    carries = np.concatenate([load_library().group_counts > 0, load_library("hypothetical").group_counts > 0])
    for example in (part for part in read(builder, f"{split}[:200]")):
        for row, key in enumerate(example["id"]):
            here = example["polymers"][row]
            kept = drawn.polymers[number_of(key.decode())]
            every = library.keys if config != "generalise" else (*library.keys, *load_library("hypothetical").keys)
            assert [names[number] for number in here if number >= 0] == [
                every[number] for number in kept if number >= 0
            ]
            # Class numbers are those of `polymers` with the hypothetical ones behind: labels can be looked up.
            np.testing.assert_array_equal(carries[here[here >= 0]].any(axis=0), example["groups"][row] > 0)


def test_the_test_split_of_a_fold_holds_nothing_else(folder: Path) -> None:
    builder = find("unseen_fold_3", folder)
    fold = division().fold
    for split, held_out in (("train", False), ("validation", False), ("test", True)):
        drawn = np.concatenate([part["polymers"].ravel() for part in read(builder, split, ("polymers",))])
        assert ((fold[drawn[drawn >= 0]] == 3) == held_out).all(), split


def test_most_components_of_generalise_are_hypothetical(folder: Path) -> None:
    drawn = np.concatenate(
        [part["polymers"].ravel() for part in read(find("generalise", folder), "train", ("polymers",))]
    )
    share = (drawn[drawn >= 0] >= 104).mean()
    expected = recipe("generalise").hypothetical
    assert abs(share - expected) < 4 * np.sqrt(expected * (1 - expected) / (drawn >= 0).sum())


@pytest.mark.parametrize("config", ["generalise", "unseen_fold_3"])
def test_verify_knows_the_libraries(config: str, folder: Path) -> None:
    found = verify(find(config, folder), sample=300)
    assert found.examples == SIZE
    assert found.largest_deviation == 0.0


@pytest.mark.parametrize("config", ["generalise", "unseen_fold_3"])
def test_the_files_do_not_depend_on_who_draws(config: str, folder: Path, tmp_path: Path) -> None:
    build(config, tmp_path, SIZE, processes=0)
    assert splits_of(find(config, tmp_path)) == splits_of(find(config, folder))


@pytest.mark.parametrize("fold", range(FOLDS))
def test_every_fold_has_a_config(fold: int) -> None:
    config = Builder.builder_configs[f"unseen_fold_{fold}"]
    assert config.library == f"polymers-without-fold-{fold}"
    assert config.test_library == f"polymers-fold-{fold}"
    assert config.recipe() == recipe("paper")


def test_a_library_is_asked_for_where_a_config_has_its_own(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="library of its own"):
        build("paper", tmp_path, 21, library="mine")
    assert not list(tmp_path.iterdir())


def test_a_data_set_of_an_older_version_keeps_the_tables_of_its_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as earlier:
        earlier.setattr(Builder, "VERSION", tfds.core.Version("4.0.0"))
        named_builder("generalise", tmp_path, size=21, processes=0).download_and_prepare()
    older = find("generalise", tmp_path)
    assert str(older.version) == "4.0.0"
    assert library_of(older, "train") == "polymers-0.1"
    assert len(older.info.features["polymers"].feature.names) == 104 + 7427
    assert verify(older, sample=21).largest_deviation == 0.0
    # Built by version 0.1 of the package, it names its library plainly.
    older.info.metadata["libraries"] = dict.fromkeys(("train", "validation", "test"), "polymers")
    older.info.metadata["library_sha256"] = {"polymers": load_library("polymers-0.1").sha256}
    assert verify(older, sample=21).largest_deviation == 0.0
    named_builder("generalise", tmp_path, size=21, processes=0).download_and_prepare()
    newer = find("generalise", tmp_path)
    assert newer.version == Builder.VERSION
    assert library_of(newer, "train") == "polymers"
