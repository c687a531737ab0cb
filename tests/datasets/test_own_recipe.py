"""Data sets of a user's own recipe: they carry it, and are verified without its file."""

from pathlib import Path

import tensorflow_datasets as tfds
from typer.testing import CliRunner

from xps_keras.cli import app as cli
from xps_keras.corpus import recipe
from xps_keras.datasets.xps_polymers.stored import find, recipe_of


def test_a_data_set_carries_the_recipe_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("max_shift_ev = 4\ncomponents = [1, 2]\n[instrument]\nwindow_ev = [15, 20]\n")

    def call(*arguments: object) -> str:
        answer = CliRunner().invoke(cli.app, ["dataset", *map(str, arguments), "--data-dir", str(tmp_path / "tfds")])
        return answer.stdout + answer.stderr

    build = ("build", "--recipe", path, "--size", 21, "--processes", 0)
    assert "mine/" in call(*build)
    wanted = recipe(path)
    path.write_text("max_shift_ev = 5\n")
    assert "holds a data set of another recipe" in call(*build)
    path.unlink()
    assert recipe_of(find("mine", tmp_path / "tfds")) == wanted
    assert "21 drawn again: the same bytes" in call("verify", "--config", "mine")
    train = tfds.load("xps_polymers/mine", data_dir=str(tmp_path / "tfds"), split="train")
    assert len(train) == 16


def test_recipes_that_no_data_set_can_hold_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "many.toml"
    path.write_text("components = [4]\n")
    taken = tmp_path / "taken.toml"
    taken.write_text('name = "paper_shift_2"\n')
    for file, said in ((path, "lower `components`"), (taken, "change `name`")):
        answer = CliRunner().invoke(cli.app, ["dataset", "build", "--recipe", str(file), "--data-dir", str(tmp_path)])
        assert answer.exit_code == 1
        assert said in answer.stderr
