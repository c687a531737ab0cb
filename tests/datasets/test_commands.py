"""`xps-keras dataset`."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from xps_keras.cli import app as cli
from xps_keras.datasets.xps_polymers.schema import features
from xps_keras.datasets.xps_polymers.xps_polymers_dataset_builder import Builder


def call(*arguments: object) -> Any:
    return CliRunner().invoke(cli.app, ["dataset", *map(str, arguments)])


def test_build_prints_the_folder_and_nothing_else(tmp_path: Path) -> None:
    answer = call("build", "--config", "paper_shift_1", "--data-dir", tmp_path, "--size", 21, "--processes", 0)
    assert answer.exit_code == 0
    assert answer.stdout == f"{tmp_path}/xps_polymers/paper_shift_1/{Builder.VERSION}\n"
    assert answer.stderr == ""


def test_building_again_finds_what_stands_there(data_dir: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in data_dir.rglob("*.tfrecord*")}
    assert call("build", "--data-dir", data_dir).exit_code == 0
    assert before == {path: path.stat().st_mtime_ns for path in data_dir.rglob("*.tfrecord*")}


def test_another_size_is_one_sentence_and_status_1(data_dir: Path) -> None:
    answer = call("build", "--data-dir", data_dir, "--size", 1050)
    assert answer.exit_code == 1
    assert answer.stdout == ""
    assert answer.stderr.startswith("xps-keras: ")
    assert "size 2100, not 1050" in answer.stderr
    assert "--overwrite" in answer.stderr


def test_info_tells_seed_splits_and_features(data_dir: Path, paper: Builder) -> None:
    answer = call("info", "--data-dir", data_dir)
    assert answer.exit_code == 0
    for text in (f"xps_polymers/paper/{Builder.VERSION}", "seed 42", "1,600", "1000045", *paper.info.features):
        assert text in answer.stdout


def test_verify_tells_what_was_compared(data_dir: Path) -> None:
    answer = call("verify", "--config", "instrument", "--data-dir", data_dir, "--sample", 2000)
    assert answer.exit_code == 0
    assert "2,100 spectra, each there once" in answer.stdout
    assert "2,100 drawn again: the same bytes" in answer.stdout


@pytest.mark.parametrize("config", ["paper", "instrument"])
@pytest.mark.parametrize("count", [1, 6])
def test_show_writes_a_picture(config: str, count: int, data_dir: Path, tmp_path: Path) -> None:
    picture = tmp_path / "grid.png"
    answer = call(
        "show", "--config", config, "--data-dir", data_dir, "--split", "test[5:]", "--count", count, "--png", picture
    )
    assert answer.exit_code == 0
    assert picture.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    assert picture.stat().st_size > 20_000


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("show", "--split", "tests", "--png", "grid.png"), "There is no split 'tests'"),
        (("show", "--png", "missing/grid.png"), "missing: the folder does not exist"),
        (("info", "--config", "instruments"), "There is no config 'instruments'"),
        (("info", "--config", "paper_shift_2"), "dataset build --config paper_shift_2"),
        (("verify", "--config", "paper_shift_2"), "there is no data set"),
    ],
)
def test_what_is_not_there_is_a_sentence(
    arguments: tuple[str, ...], said: str, data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    answer = call(*arguments, "--data-dir", data_dir)
    assert answer.exit_code == 1
    assert answer.stderr.count("\n") == 1
    assert said in answer.stderr


def test_a_path_may_begin_with_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    (tmp_path / "mine.toml").write_text("max_shift_ev = 4\n")
    built = call("build", "--recipe=~/mine.toml", "--data-dir=~/data", "--size", 21, "--processes", 0)
    assert built.stdout == f"{tmp_path}/data/xps_polymers/mine/{Builder.VERSION}\n"
    assert call("info", "--config", "mine", "--data-dir=~/data").exit_code == 0
    assert call("show", "--config", "mine", "--data-dir=~/data", "--png=~/grid.png").exit_code == 0
    exported = call("export", "--config", "mine", "--data-dir=~/data", "--out=~/out")
    assert exported.stdout == f"{tmp_path}/out\n"
    missing = call("build", "--config", "measured", "--manual-dir=~/none", "--data-dir=~/data", "--size", 21)
    assert f"{tmp_path}/none: there is no library" in missing.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "grid.png", "mine.toml", "out"]


def test_beam_options_need_beam(tmp_path: Path) -> None:
    answer = call("build", "--data-dir", tmp_path, "--beam-options", "runner=DirectRunner")
    assert answer.exit_code == 2
    assert "--beam" in answer.stderr


def test_a_missing_package_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise ModuleNotFoundError("No module named 'tensorflow_datasets'", name="tensorflow_datasets")

    monkeypatch.setattr("xps_keras.cli.extras.import_quietly", missing)
    answer = call("info")
    assert answer.exit_code == 1
    assert "pip install 'xps-keras[train]'" in answer.stderr


def test_no_other_command_waits_for_tensorflow() -> None:
    program = (
        "import sys, xps_keras.cli.app;print(sorted({'tensorflow', 'tensorflow_datasets', 'numpy'} & set(sys.modules)))"
    )
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert found.stdout == "[]\n"


def test_the_documentation_names_every_feature_and_config() -> None:
    text = (Path(__file__).parents[2] / "docs" / "dataset.md").read_text(encoding="utf-8")
    for name in (*features(None), *Builder.builder_configs):
        assert f"`{name}`" in text, name
