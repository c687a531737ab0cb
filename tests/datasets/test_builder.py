"""What ``tfds.load`` gives."""

import hashlib
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
import tensorflow_datasets as tfds

import xps_keras.datasets
from xps_keras.axis import AXIS
from xps_keras.corpus import Corpus, recipe
from xps_keras.corpus.seeds import VALIDATION_SEED_OFFSET
from xps_keras.datasets.xps_polymers.building import building
from xps_keras.datasets.xps_polymers.schema import number_of
from xps_keras.datasets.xps_polymers.splits import DEFAULT_SIZE, SEED_LIMIT, split_seeds, split_sizes
from xps_keras.datasets.xps_polymers.stored import read
from xps_keras.datasets.xps_polymers.xps_polymers_dataset_builder import Builder
from xps_keras.errors import UsageError
from xps_keras.groups import GROUP_NAMES
from xps_keras.library.loading import load_library


def test_load_gives_spectra_and_groups(data_dir: Path) -> None:
    assert xps_keras.datasets  # importing it is what makes the name known
    pairs = tfds.load("xps_polymers/paper", split="train", as_supervised=True, data_dir=str(data_dir))
    spectra, groups = next(iter(tfds.as_numpy(pairs.batch(64))))
    assert spectra.shape == (64, AXIS.size)
    assert spectra.dtype == np.float32
    assert np.allclose(spectra.sum(axis=1, dtype=np.float64) * AXIS.step_ev, 1.0, atol=1e-5)
    assert groups.shape == (64, len(GROUP_NAMES))
    assert set(np.unique(groups)) == {0.0, 1.0}
    assert groups.any(axis=1).all()


def test_a_read_config_keeps_what_its_user_chose(data_dir: Path) -> None:
    options = tf.data.Options()
    options.threading.private_threadpool_size = 7
    options.autotune.enabled = True
    config = tfds.ReadConfig(options=options, skip_prefetch=True)
    pairs = tfds.load("xps_polymers/paper", split="train", data_dir=str(data_dir), read_config=config)
    assert pairs.options().threading.private_threadpool_size == 7
    assert pairs.options().autotune.enabled is True


def test_every_example_is_that_of_the_corpus(stored: Builder) -> None:
    name, seed = stored.builder_config.name, split_seeds(42)["train"]
    drawn = Corpus(recipe(name), seed).batch(0, 1600)
    seen = 0
    for batch in read(stored, "train"):
        rows = [number_of(key.decode()) for key in batch["id"]]
        seen += len(rows)
        assert batch["spectrum"].tobytes() == drawn.intensity[rows].tobytes()
        for feature in ("groups", "group_amounts", "shift_ev", "broadening_ev", "polymers", "fractions", "measured"):
            assert np.array_equal(batch[feature], getattr(drawn, feature)[rows]), feature
    assert seen == 1600


def test_training_with_the_same_seed_draws_the_train_and_validation_splits() -> None:
    assert split_seeds(42) == {
        "train": 42,
        "validation": 42 + VALIDATION_SEED_OFFSET,
        "test": 42 + 2 * VALIDATION_SEED_OFFSET,
    }


def test_no_two_splits_of_any_seeds_share_a_stream() -> None:
    low, high = split_seeds(0), split_seeds(SEED_LIMIT - 1)
    assert high["train"] < low["validation"]
    assert high["validation"] < low["test"]


def test_no_spectrum_stands_in_two_splits(paper: Builder) -> None:
    digests = {
        split: {
            hashlib.sha256(row.tobytes()).digest()
            for part in read(paper, split, ("spectrum",))
            for row in part["spectrum"]
        }
        for split in ("train", "validation", "test")
    }
    assert [len(found) for found in digests.values()] == [1600, 100, 400]
    assert len(set.union(*digests.values())) == 2100


def test_sizes_of_the_splits() -> None:
    assert split_sizes(DEFAULT_SIZE) == {"train": 80_000, "validation": 5_000, "test": 20_000}
    assert split_sizes(21) == {"train": 16, "validation": 1, "test": 4}
    assert sum(split_sizes(1234).values()) == 1234


def test_groups_and_polymers_have_their_names(paper: Builder) -> None:
    assert paper.info.features["groups"].names == GROUP_NAMES
    assert paper.info.features["group_amounts"].names == GROUP_NAMES
    assert tuple(paper.info.features["polymers"].feature.names) == load_library().keys


def test_the_files_alone_are_enough_to_read(paper: Builder) -> None:
    alone = tfds.builder_from_directory(str(paper.data_dir))
    one = next(iter(tfds.as_numpy(alone.as_dataset(split="validation"))))
    same = next(read(paper, "validation"))
    assert all(np.array_equal(one[name], same[name][0]) for name in same)
    assert alone.info.features["groups"].names == GROUP_NAMES


@pytest.mark.parametrize("shift", range(6))
def test_paper_shift_configs_shift_that_far(shift: int, tmp_path: Path) -> None:
    config = Builder(config=f"paper_shift_{shift}", data_dir=str(tmp_path)).builder_config
    assert config.recipe() == recipe("paper", max_shift_ev=shift)


def test_array_record_is_read_as_numpy_without_tensorflow_graphs(tmp_path: Path, paper: Builder) -> None:
    builder = Builder(config="paper", data_dir=str(tmp_path), file_format="array_record", size=21, processes=0)
    builder.download_and_prepare()
    source = builder.as_data_source("train")
    assert len(source) == 16
    same = {
        key: {name: values[row] for name, values in part.items()}
        for part in read(paper, "train[:16]")
        for row, key in enumerate(part["id"])
    }
    for number in (0, 15):
        found = source[number]
        wanted = same[f"train-{number}".encode()]
        for name, value in wanted.items():
            assert np.array_equal(found[name], value), name


def test_a_part_of_every_split_can_be_asked_for(tmp_path: Path) -> None:
    builder = Builder(config="paper", data_dir=str(tmp_path), size=2100, processes=0)
    builder.download_and_prepare(download_config=tfds.download.DownloadConfig(max_examples_per_split=7))
    assert {name: split.num_examples for name, split in builder.info.splits.items()} == dict.fromkeys(
        split_sizes(21), 7
    )


def test_asking_for_another_size_or_seed_than_stands_there_is_refused(data_dir: Path) -> None:
    for asked in ({"size": 1050}, {"seed": 1}):
        with pytest.raises(UsageError, match=next(iter(asked))):
            tfds.load("xps_polymers/paper", split="test", data_dir=str(data_dir), builder_kwargs=asked)


def test_the_lock_is_not_needed_to_read(data_dir: Path, paper: Builder) -> None:
    with building(paper.data_path):
        assert len(tfds.load("xps_polymers/paper", split="test", data_dir=str(data_dir))) == 400
