"""The config `measured`: a library that its user owns, through TFDS's manual directory."""

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow_datasets as tfds
from typer.testing import CliRunner

from xps_keras.axis import AXIS
from xps_keras.cli import app as cli
from xps_keras.corpus import Corpus, recipe
from xps_keras.datasets.xps_polymers.stored import find, read
from xps_keras.datasets.xps_polymers.verify import verify
from xps_keras.datasets.xps_polymers.xps_polymers_dataset_builder import Builder
from xps_keras.errors import InputError
from xps_keras.groups import GROUP_NAMES
from xps_keras.library.lineshape import spectrum_of
from xps_keras.library.loading import load_library
from xps_keras.measured.library import MeasuredLibrary
from xps_keras.measured.store import DATA_VARIABLE, find_library, libraries_folder, save


def owned(name: str, keys: tuple[str, ...]) -> MeasuredLibrary:
    """A library of spectra as an import leaves it: C 1s and O 1s of some polymers, each of area 1."""
    reference = load_library()
    measured = np.zeros((len(keys), AXIS.size), bool)
    measured[:, AXIS.window(278.0, 296.0)] = True
    measured[:, AXIS.window(525.0, 542.0)] = True
    intensity = np.array([spectrum_of(reference, key) for key in keys]) * measured
    intensity /= intensity.sum(axis=1, keepdims=True) * AXIS.step_ev
    places = [reference.index(key) for key in keys]
    return MeasuredLibrary(
        name=name,
        keys=keys,
        polymer_names=tuple(reference.polymer_names[place] for place in places),
        smiles=("",) * len(keys),
        group_counts=reference.group_counts[places],
        intensity=intensity.astype(np.float32),
        measured=measured,
        lines=(("C 1s", "O 1s"),) * len(keys),
    )


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data directory of the test's own, as a user has one."""
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path / "data"))
    return tmp_path / "data"


def call(*arguments: object) -> Any:
    return CliRunner().invoke(cli.app, ["dataset", *map(str, arguments)])


def test_an_imported_library_becomes_a_data_set(tmp_path: Path) -> None:
    keys = ("PMMA", "PET", "PEG", "PS")
    save(owned("mine", keys), {})
    built = call("build", "--config", "measured", "--data-dir", tmp_path / "tfds", "--size", 105, "--processes", 1)
    assert built.exit_code == 0, built.stderr
    builder = find("measured", tmp_path / "tfds")
    assert tuple(builder.info.features["polymers"].feature.names) == keys
    assert builder.info.metadata["library"] == "mine"
    drawn = Corpus(recipe("paper"), 42, find_library("mine")).batch(0, 80)
    examples = {
        key: row for part in read(builder, "train") for row, key in zip(part["spectrum"], part["id"], strict=True)
    }
    for number in range(80):
        np.testing.assert_array_equal(examples[f"train-{number}".encode()], drawn.intensity[number])
    assert verify(builder, sample=20).largest_deviation == 0.0
    for command in (("info",), ("verify",), ("show", "--png", tmp_path / "grid.png")):
        answer = call(*command, "--config", "measured", "--data-dir", tmp_path / "tfds")
        assert answer.exit_code == 0, answer.stderr
    assert "mine" in call("info", "--config", "measured", "--data-dir", tmp_path / "tfds").stdout
    alone = tfds.builder_from_directory(str(builder.data_dir))
    assert tuple(alone.info.features["polymers"].feature.names) == keys
    assert alone.info.features["groups"].names == GROUP_NAMES


def test_tfds_says_how_to_fill_the_manual_directory(tmp_path: Path) -> None:
    builder = Builder(config="measured", data_dir=str(tmp_path), size=21, processes=0)
    with pytest.raises(AssertionError, match="xps-keras library import FOLDER --name NAME"):
        builder.download_and_prepare()
    assert not builder.data_path.exists()


def test_tfds_takes_the_library_from_its_manual_directory(tmp_path: Path, data: Path) -> None:
    save(owned("mine", ("PMMA", "PVA")), {})
    manual = tmp_path / "manual"
    shutil.copytree(libraries_folder(), manual)
    shutil.rmtree(data)  # the copy is enough
    (manual / "of_another_data_set.json").write_text('{"schema": "else"}')
    (manual / "broken.json").write_text("{")
    builder = Builder(config="measured", data_dir=str(tmp_path / "tfds"), size=21, processes=1)
    builder.download_and_prepare(download_config=tfds.download.DownloadConfig(manual_dir=manual))
    assert builder.info.metadata["library"] == "mine"
    assert len(builder.as_dataset(split="train")) == 16


def test_with_several_libraries_one_must_be_chosen(tmp_path: Path) -> None:
    save(owned("mine", ("PMMA", "PVA")), {})
    save(owned("yours", ("PET", "PS")), {})
    order = ("build", "--config", "measured", "--data-dir", tmp_path / "tfds", "--size", 21, "--processes", 0)
    refused = call(*order)
    assert refused.exit_code == 1
    assert "mine, yours" in refused.stderr
    assert "--library" in refused.stderr
    assert "no library 'theirs'" in call(*order, "--library", "theirs").stderr
    assert call(*order, "--library", "yours").exit_code == 0
    assert find("measured", tmp_path / "tfds").info.metadata["library"] == "yours"
    other = call(*order, "--library", "mine")
    assert other.exit_code == 1
    assert "library yours, not mine" in other.stderr
    assert call(*order, "--library", "mine", "--overwrite").exit_code == 0
    assert tuple(find("measured", tmp_path / "tfds").info.features["polymers"].feature.names) == ("PMMA", "PVA")


def test_no_library_is_one_sentence(tmp_path: Path) -> None:
    answer = call("build", "--config", "measured", "--data-dir", tmp_path / "tfds", "--size", 21)
    assert answer.exit_code == 1
    assert answer.stderr.count("\n") == 1
    assert "library import FOLDER" in answer.stderr
    assert not (tmp_path / "tfds").exists()


def test_a_library_that_changed_is_noticed(tmp_path: Path) -> None:
    save(owned("mine", ("PMMA", "PVA")), {})
    order = ("--config", "measured", "--data-dir", tmp_path / "tfds")
    assert call("build", *order, "--size", 21, "--processes", 0).exit_code == 0
    save(owned("mine", ("PMMA", "PET")), {})
    with pytest.raises(InputError, match="no longer the one"):
        verify(find("measured", tmp_path / "tfds"), 5)
