"""Recipes that users write: read, checked field by field, drawn from."""

from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

import xps_keras as xk
from xps_keras.cli import app as cli
from xps_keras.corpus import RECIPES
from xps_keras.corpus.recipe_file import read_recipe
from xps_keras.corpus.recipe_text import meanings, recipe_text
from xps_keras.corpus.recipes import Instrument, Recipe, Surface
from xps_keras.errors import UsageError


def written(folder: Path, text: str) -> Path:
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("name", RECIPES)
def test_a_built_in_recipe_as_a_file_is_the_same_recipe(tmp_path: Path, name: str) -> None:
    shown = CliRunner().invoke(cli.app, ["recipe", "show", name])
    assert shown.exit_code == 0, shown.stderr
    assert xk.recipe(written(tmp_path, shown.stdout)) == RECIPES[name]


@pytest.mark.parametrize("kind", [Recipe, Instrument, Surface])
def test_every_field_is_explained_in_the_file(kind: type) -> None:
    missing = [field.name for field in fields(kind) if field.name not in meanings(kind)]
    assert set(missing) <= {"name"}
    assert "eV" in meanings(Instrument)["window_ev"]


def test_what_a_file_says_is_what_is_drawn(tmp_path: Path) -> None:
    path = written(tmp_path, "components = [1]\nmax_shift_ev = 0\nbroadening_ev = 0\n[instrument]\nonly_carbon = 1\n")
    found = xk.recipe(str(path))
    assert found == Recipe("mine", (1,), max_shift_ev=0.0, broadening_ev=0.0, instrument=Instrument(only_carbon=1.0))
    batch = xk.Corpus(found, seed=3).batch(0, 20)
    assert (batch.shift_ev == 0).all()
    assert (np.count_nonzero(batch.fractions, axis=1) == 1).all()
    edges = np.diff(batch.measured.astype(int), axis=1)
    assert (np.count_nonzero(edges, axis=1) == 2).all(), "C 1s alone"
    assert xk.recipe(path, max_shift_ev=2.0).max_shift_ev == 2.0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("max_shift = 3", "no field `max_shift`; did you mean `max_shift_ev`"),
        ("window_ev = [14, 20]", "`window_ev`; it belongs below [instrument]"),
        ("[instrument]\nsurvey = 1", "`instrument.survey`"),
        ("[instrument]\nwindow_ev = [24, 14]", "`instrument.window_ev` begins at 24 and ends at 14"),
        ("[instrument]\nwindow_ev = 14", "must be a list such as [0.1, 1.0], not 14"),
        ("[instrument]\nonly_carbon = 1.5", "between 0 and 1, but it is 1.5"),
        ("[instrument]\nonly_carbon = nan", "between 0 and 1"),
        ("[instrument]\nonly_carbon = true", "must be a number, not true"),
        ("[instrument]\nend_points = 2.5", "must be a whole number, not 2.5"),
        ("[instrument]\npeak_counts = [0, 100]", "`instrument.peak_counts` must lie between"),
        ('[instrument]\njitter_of = "all"', 'must be one of "peaks", "components", not "all"'),
        ("instrument = 3", "must be a table"),
        ("components = []", "from 1 to 100 entries"),
        ("components = [2]\nsmallest_fraction = 0.6", "2 components cannot weigh at least 0.6 each"),
        ("[surface]\n", "needs instrument effects"),
        ('[instrument]\n[surface]\nforeign_kinds = ["oxides"]', "no 'oxides'; it may hold 'oxide'"),
        ('[instrument]\n[surface]\nforeign_line = "C 1"', "may hold 'C 1s'"),
        ('name = "paper"\nmax_shift_ev = 5', "'paper' is the name of a built-in recipe of other content"),
        ('name = "../x"', "cannot name a recipe"),
        ("max_shift_ev 3", "no TOML"),
    ],
)
def test_bad_files_are_one_sentence_that_names_the_field(tmp_path: Path, text: str, said: str) -> None:
    path = written(tmp_path, text)
    answer = CliRunner().invoke(cli.app, ["recipe", "show", str(path)])
    assert answer.exit_code == 1
    assert answer.stderr.count("\n") == 1
    assert "mine.toml" in answer.stderr
    assert said in answer.stderr


def test_a_missing_file_and_a_name_without_suffix() -> None:
    with pytest.raises(UsageError, match="absent"):
        read_recipe("absent.toml")
    with pytest.raises(UsageError, match=r"name a \.toml file"):
        xk.recipe("mine")


def test_a_changed_recipe_is_another_text() -> None:
    changed = replace(RECIPES["instrument"], name="wide", max_shift_ev=8.0)
    assert "max_shift_ev = 8.0" in recipe_text(changed)
    assert "[surface]" not in recipe_text(changed)
