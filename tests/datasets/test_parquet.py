"""`xps-keras dataset export`: the values of TFDS, read without TensorFlow; described so that others can read them."""

import hashlib
import importlib.util
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from xps_keras.axis import AXIS
from xps_keras.cli import app as cli
from xps_keras.corpus.recipes import recipe_from_dict
from xps_keras.datasets.xps_polymers.parquet import ROWS, export_parquet
from xps_keras.datasets.xps_polymers.stored import find, read, recipe_of
from xps_keras.datasets.xps_polymers.xps_polymers_dataset_builder import Builder
from xps_keras.groups import GROUP_NAMES
from xps_keras.library.loading import load_library

ROOT = Path(__file__).parents[2]


def call(*arguments: object) -> Any:
    return CliRunner().invoke(cli.app, ["dataset", "export", *map(str, arguments)])


def example() -> Any:
    """The module of `examples/read_parquet.py`."""
    spec = importlib.util.spec_from_file_location("read_parquet", ROOT / "examples" / "read_parquet.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module", params=["paper", "instrument"])
def exported(request: pytest.FixtureRequest, data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An export of each data set; the folder bears the name of the config."""
    out = tmp_path_factory.mktemp("export") / str(request.param)
    assert export_parquet(request.param, data_dir, out) == out
    return out


@pytest.mark.parametrize("split", ["train", "validation", "test"])
def test_every_value_is_that_of_tfds_to_the_byte(split: str, exported: Path, data_dir: Path) -> None:
    stored = find(exported.name, data_dir)
    names = tuple(stored.info.features)
    parts = list(example().batches(exported, split, names))
    found = {name: np.concatenate([part[name] for part in parts]) for name in names}
    wanted = {name: np.concatenate([part[name] for part in read(stored, split)]) for name in names}
    assert [str(key) for key in found.pop("id")] == [key.decode() for key in wanted.pop("id")]
    for name, values in wanted.items():
        assert found[name].dtype == values.dtype, name
        assert found[name].shape == values.shape, name
        assert found[name].tobytes() == values.tobytes(), name


def test_files_carry_names_axis_recipe_and_version(exported: Path, data_dir: Path) -> None:
    told = example().about(exported, "test")
    assert told["name"] == f"xps_polymers/{exported.name}"
    assert told["version"] == str(Builder.VERSION)
    assert told["split"] == "test"
    assert tuple(told["groups"]) == GROUP_NAMES
    assert tuple(told["polymers"]) == load_library().keys
    assert told["axis"] == {"first_ev": AXIS.low_ev, "step_ev": AXIS.step_ev, "channels": AXIS.size}
    assert recipe_from_dict(told["recipe"]) == recipe_of(find(exported.name, data_dir))
    assert told["seed"] == 42


def test_no_value_can_be_missing_and_a_reader_holds_few_spectra_at_a_time(exported: Path) -> None:
    paths = list(exported.glob("data/*.parquet"))
    assert paths
    for path in paths:
        file = pq.ParquetFile(path)
        assert not any(field.nullable for field in file.schema_arrow)
        assert max(file.metadata.row_group(group).num_rows for group in range(file.num_row_groups)) <= ROWS


def test_a_shuffled_epoch_holds_every_spectrum_once(exported: Path) -> None:
    def epoch(seed: int | None) -> list[str]:
        return [str(key) for part in example().batches(exported, "train", ("id",), 100, seed) for key in part["id"]]

    assert sorted(epoch(1)) == sorted(epoch(None))
    assert epoch(1) != epoch(2)
    assert epoch(1) == epoch(1)


def test_reading_needs_neither_tensorflow_nor_this_package(exported: Path) -> None:
    script = (
        "import sys; sys.argv = sys.argv[1:]; exec(open(sys.argv[0]).read())\n"
        "print(sorted(set(sys.modules) & {'tensorflow', 'tensorflow_datasets', 'xps_keras'}))"
    )
    order = [sys.executable, "-I", "-c", script, str(ROOT / "examples" / "read_parquet.py"), str(exported)]
    done = subprocess.run(order, capture_output=True, text=True, check=True)
    assert "1600 spectra" in done.stdout
    assert done.stdout.endswith("[]\n")


def test_croissant_is_valid_and_reads_the_records(exported: Path, data_dir: Path) -> None:
    mlc = pytest.importorskip("mlcroissant", reason="validating needs the package mlcroissant (extra `test`)")
    described = mlc.Dataset(exported / "croissant.json")
    assert described.metadata.ctx.issues.report() == ""
    record = next(iter(described.records("validation")))
    wanted = next(read(find(exported.name, data_dir), "validation"))
    assert record["validation/id"] == wanted["id"][0]
    for name in ("spectrum", "groups", "shift_ev", "polymers", "measured"):
        assert np.array_equal(np.asarray(record[f"validation/{name}"]), wanted[name][0]), name


def test_croissant_lists_every_file_with_its_checksum(exported: Path) -> None:
    told = json.loads((exported / "croissant.json").read_text())
    listed = {one["contentUrl"]: one["sha256"] for one in told["distribution"] if one["@type"] == "cr:FileObject"}
    stand = {path.relative_to(exported).as_posix(): path.read_bytes() for path in exported.glob("data/*")}
    assert listed == {name: hashlib.sha256(content).hexdigest() for name, content in stand.items()}


def test_a_built_data_set_is_described_too(data_dir: Path, paper: Builder) -> None:
    mlc = pytest.importorskip("mlcroissant", reason="validating needs the package mlcroissant (extra `test`)")
    folder = Path(paper.data_dir)
    assert mlc.Dataset(folder / "croissant.json").metadata.ctx.issues.report() == ""
    told = json.loads((folder / "croissant.json").read_text())
    listed = {one["contentUrl"]: one["sha256"] for one in told["distribution"]}
    stand = {path.name: path.read_bytes() for path in folder.glob("*.tfrecord*")}
    assert listed == {name: hashlib.sha256(content).hexdigest() for name, content in stand.items()}


def test_the_command_prints_the_folder_and_nothing_else(data_dir: Path, tmp_path: Path) -> None:
    answer = call("--data-dir", data_dir, "--out", tmp_path / "new" / "out")
    assert (answer.exit_code, answer.stdout, answer.stderr) == (0, f"{tmp_path}/new/out\n", "")
    assert sorted(path.name for path in (tmp_path / "new" / "out").iterdir()) == ["README.md", "croissant.json", "data"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--out", "taken"), "something stands here already"),
        (("--out", "taken/file"), "something stands here already"),
        (("--out", "taken/file/deeper"), "this is a file"),
        (("--out", "out", "--config", "instruments"), "There is no config 'instruments'"),
        (("--out", "out", "--config", "paper_shift_2"), "dataset build --config paper_shift_2"),
    ],
)
def test_bad_input_is_one_sentence_and_leaves_nothing(
    arguments: tuple[str, ...], said: str, data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "file").write_text("mine")
    answer = call(*arguments, "--data-dir", data_dir)
    assert answer.exit_code == 1
    assert answer.stderr.count("\n") == 1
    assert said in answer.stderr
    assert [path.name for path in tmp_path.rglob("*")] == ["taken", "file"]
    assert (tmp_path / "taken" / "file").read_text() == "mine"


def test_a_damaged_data_set_is_one_sentence_and_leaves_nothing(tmp_path: Path) -> None:
    from xps_keras.datasets.xps_polymers.build import build

    build("paper", tmp_path / "data", 42, processes=0)
    (shard,) = tmp_path.glob("data/xps_polymers/paper/*/*-test.tfrecord*")
    shard.write_bytes(shard.read_bytes()[:-1000])
    answer = call("--data-dir", tmp_path / "data", "--out", tmp_path / "out")
    assert answer.exit_code == 1
    assert "the split 'test" in answer.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def test_a_killed_export_leaves_nothing_after_the_next(data_dir: Path, tmp_path: Path) -> None:
    program = (
        "import sys, time\n"
        "from xps_keras.datasets.xps_polymers import parquet\n"
        "parquet._write = lambda path, table: time.sleep(600)\n"
        "parquet.export_parquet('paper', sys.argv[1], sys.argv[2])\n"
    )
    out = tmp_path / "out"
    order = [sys.executable, "-c", program, str(data_dir), str(out)]
    with subprocess.Popen(order, stderr=subprocess.DEVNULL) as process:
        deadline = time.monotonic() + 300
        while not list(tmp_path.glob(".out-*/data")) and time.monotonic() < deadline:
            time.sleep(0.05)
        process.kill()
    assert [path.name for path in tmp_path.iterdir()] != []
    assert not out.exists()
    export_parquet("paper", data_dir, out)
    assert os.listdir(tmp_path) == ["out"]
    assert pq.read_metadata(next(out.glob("data/validation-*"))).num_rows == 100
