"""TFDS's own test of a builder, and its command line."""

import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("dill", reason="tfds.testing needs the package dill (extra `test`)")
import tensorflow_datasets as tfds

from xps_keras.datasets.xps_polymers.xps_polymers_dataset_builder import Builder

ROOT = Path(__file__).parents[2]


class TestXpsPolymers(tfds.testing.DatasetBuilderTestCase):  # type: ignore[misc]  # ships no types
    DATASET_CLASS = Builder
    # The six paper_shift configs differ from `paper` in one number, the five unseen_fold configs from one another in a
    # library; `measured` needs a library (test_measured.py).
    BUILDER_CONFIG_NAMES_TO_TEST = ("paper", "paper_shift_0", "instrument", "generalise", "unseen_fold_4")
    SPLITS = {"train": 16, "validation": 1, "test": 4}  # noqa: RUF012 # TFDS's class attribute
    EXAMPLE_DIR = str(ROOT / "datasets" / "xps_polymers")  # nothing is downloaded, nothing there is read

    def _make_builder(self, config: Any = None) -> Builder:
        return Builder(data_dir=self.tmp_dir, config=config, size=21, processes=0)


def test_the_folder_holds_what_tfds_looks_for() -> None:
    metadata = Builder.get_metadata()
    assert "X-ray photoelectron" in metadata.description
    assert "2603.05350" in metadata.citation
    assert metadata.tags
    assert Builder.url_infos == {}
    assert str(Builder.VERSION) in Builder.RELEASE_NOTES


NEEDED = ("apache_beam", "mlcroissant", "importlib_resources")


@pytest.mark.skipif(
    any(find_spec(name) is None for name in NEEDED), reason=f"`tfds build` needs the packages {', '.join(NEEDED)}"
)
def test_tfds_build_builds_from_the_folder(tmp_path: Path) -> None:
    program = shutil.which("tfds", path=str(Path(sys.executable).parent))
    assert program is not None
    order = [program, "build", "datasets/xps_polymers", "--config", "paper_shift_1", "--max_examples_per_split", "8"]
    subprocess.run([*order, "--data_dir", str(tmp_path)], cwd=ROOT, check=True, capture_output=True)
    built = tfds.builder_from_directory(str(tmp_path / "xps_polymers" / "paper_shift_1" / str(Builder.VERSION)))
    assert {name: split.num_examples for name, split in built.info.splits.items()} == {
        "train": 8,
        "validation": 8,
        "test": 8,
    }
