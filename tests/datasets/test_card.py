"""The data-set card says what is so."""

import re
from pathlib import Path

from xps_keras.corpus import recipe
from xps_keras.datasets.xps_polymers.card import FILE, card, front_matter
from xps_keras.datasets.xps_polymers.features import kind_of
from xps_keras.datasets.xps_polymers.schema import features
from xps_keras.datasets.xps_polymers.splits import DEFAULT_SIZE, split_sizes
from xps_keras.datasets.xps_polymers.stored import find
from xps_keras.datasets.xps_polymers.xps_polymers_dataset_builder import Builder
from xps_keras.groups import GROUP_NAMES
from xps_keras.library.loading import load_library

TEXT = FILE.read_text(encoding="utf-8")


def rows(title: str) -> list[list[str]]:
    """The cells of the table under a heading."""
    table = TEXT.split(f"## {title}\n")[1].split("\n## ")[0]
    lines = [line for line in table.splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_its_front_matter_is_that_of_the_default_data_set() -> None:
    assert TEXT.startswith(front_matter("paper", features(None), split_sizes(DEFAULT_SIZE)) + "\n#")


def test_it_names_every_feature_with_shape_and_type() -> None:
    told = [(name.strip("`"), shape, dtype) for name, shape, dtype, _ in rows("What a spectrum carries")]
    kinds = {name: kind_of(feature) for name, feature in features(None).items()}
    assert told == [(name, "()" if n is None else f"({n},)", dtype) for name, (dtype, n) in kinds.items()]


def test_it_names_every_config_and_no_other() -> None:
    told = [name for cells in rows("Configs") for name in re.findall(r"`(\w+)`", cells[0])]
    assert sorted(told) == sorted(Builder.builder_configs)


def test_its_numbers_are_those_of_the_tables() -> None:
    words = " ".join(TEXT.split())
    assert f"{len(load_library().keys)} reference polymers" in words
    assert f"which of {len(GROUP_NAMES)} functional groups" in words
    assert f"{len(load_library('hypothetical').keys):,} hypothetical polymers" in words
    assert f"{100 * recipe('generalise').hypothetical:g} % of the components" in words
    assert f"shifts to {recipe('paper').max_shift_ev:g} eV: the protocol" in words
    assert f"shifts of any size to {recipe('instrument').max_shift_ev:g} eV" in words
    assert ", ".join(f"{size:,}" for size in split_sizes(DEFAULT_SIZE).values()).replace(", 20,", " and 20,") in words


def test_the_card_of_a_copy_tells_its_own_numbers(data_dir: Path) -> None:
    told = card(find("instrument", data_dir))
    matter, _, text = told.removeprefix("---\n").partition("---\n")
    assert "- config_name: instrument\n" in matter
    assert "  - split: test\n    path: data/test-*.parquet\n" in matter
    assert "- 1K<n<10K\n" in matter
    assert "1,600 spectra in `train`, 100 spectra in `validation`, 400 spectra in `test`" in text
    assert "recipe `instrument`, seed 42, library `polymers`" in text
    assert text.endswith(TEXT[-500:])


def test_spectra_that_somebody_measured_are_not_said_to_be_free() -> None:
    assert "license: other\n" in front_matter("measured", features(None), {"train": 1}, owned=True)
