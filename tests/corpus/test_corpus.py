"""A corpus is a reproducible sequence, however it is asked for."""

import json
from dataclasses import fields

import numpy as np
import pytest

from xps_keras.axis import AXIS
from xps_keras.corpus import RECIPES, Batch, Corpus, Recipe, recipe
from xps_keras.corpus.corpus import BLOCK
from xps_keras.corpus.recipes import recipe_from_dict
from xps_keras.errors import UsageError
from xps_keras.groups import GROUPS
from xps_keras.library.lines import MAIN_LINES

NAMES = [field.name for field in fields(Batch)]


def assert_same(first: Batch, second: Batch) -> None:
    for name in NAMES:
        np.testing.assert_array_equal(getattr(first, name), getattr(second, name), err_msg=name)


@pytest.mark.parametrize("name", list(RECIPES))
def test_an_example_does_not_depend_on_how_the_work_is_split(name: str) -> None:
    corpus = Corpus(recipe(name), seed=5)
    whole = corpus.batch(0, 1000)
    other = Corpus(recipe(name), seed=5)
    # Backwards, in uneven pieces, one of them over the border of two blocks.
    for start, stop in ((999, 1000), (500, 999), (BLOCK - 1, BLOCK), (3, 500), (0, 3)):
        assert_same(other.batch(start, stop - start), whole[start:stop])


def test_the_same_seed_gives_the_same_bytes_and_another_seed_other_spectra(paper_corpus: Corpus) -> None:
    first = paper_corpus.batch(0, 64)
    assert_same(Corpus(recipe("paper"), seed=11).batch(0, 64), first)
    second = Corpus(recipe("paper"), seed=12).batch(0, 64)
    assert not any(np.array_equal(row, other) for row, other in zip(first.intensity, second.intensity, strict=True))


def test_no_spectrum_comes_twice(paper: Batch) -> None:
    assert len(np.unique(paper.fractions, axis=0)) == len(paper)


def test_changing_a_batch_does_not_change_the_corpus(paper_corpus: Corpus) -> None:
    batch = paper_corpus.batch(0, 8)
    kept = batch.intensity.copy()
    batch.intensity[:] = -1.0
    np.testing.assert_array_equal(paper_corpus.batch(0, 8).intensity, kept)


@pytest.mark.parametrize("name", list(RECIPES))
def test_shapes_types_and_units(name: str) -> None:
    recipe_ = recipe(name)
    batch = Corpus(recipe_, seed=1).batch(0, 20)
    most = max(recipe_.components)
    shapes = {
        "intensity": (20, AXIS.size), "groups": (20, len(GROUPS)), "group_amounts": (20, len(GROUPS)),
        "shift_ev": (20,), "broadening_ev": (20,), "polymers": (20, most), "fractions": (20, most),
        "measured": (20, AXIS.size), "graphitic_share": (20,), "polymer_share": (20,),
        "foreign_share": (20, len(MAIN_LINES)),
    }  # fmt: skip
    assert {name: getattr(batch, name).shape for name in NAMES} == shapes
    assert batch.intensity.dtype == batch.groups.dtype == batch.shift_ev.dtype == np.float32
    assert batch.measured.dtype == np.bool_
    assert len(batch) == 20
    assert len(batch[4:9]) == 5


@pytest.mark.parametrize(("start", "count"), [(0, 0), (5, 0), (-1, 4), (0, -3)])
def test_a_stretch_that_does_not_exist_is_refused(paper_corpus: Corpus, start: int, count: int) -> None:
    with pytest.raises(ValueError, match=f"Received: start={start}, count={count}"):
        paper_corpus.batch(start, count)


@pytest.mark.parametrize("name", list(RECIPES))
def test_a_recipe_survives_json(name: str) -> None:
    stored = json.loads(json.dumps(recipe(name, 2.5, "paper").to_dict()))
    assert recipe_from_dict(stored) == recipe(name, 2.5, "paper")


def test_a_recipe_is_named_and_its_shift_and_mixing_chosen() -> None:
    assert recipe("paper") is RECIPES["paper"]
    chosen = recipe("paper", max_shift_ev=5, mixing="paper")
    assert (chosen.max_shift_ev, chosen.mixing, chosen.name) == (5.0, "paper", "paper")


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("papre",), "paper, generalise, instrument"),
        (("paper", -1.0), "between 0 and 10 eV"),
        (("paper", 11.0), "between 0 and 10 eV"),
        (("paper", float("nan")), "between 0 and 10 eV"),
        (("paper", 3.0, "half"), "'exact' or 'paper'"),
    ],
)
def test_impossible_recipes_are_refused_with_what_is_possible(arguments: tuple[str, ...], named: str) -> None:
    with pytest.raises(UsageError, match=named):
        recipe(*arguments)  # type: ignore[arg-type]  # wrong on purpose


def test_a_recipe_of_ones_own_is_drawn() -> None:
    own = Recipe("own", components=(1,), max_shift_ev=0.0, broadening_ev=0.0)
    batch = Corpus(own, seed=0).batch(0, 50)
    np.testing.assert_array_equal(batch.fractions, np.ones((50, 1)))
    assert not batch.shift_ev.any()
    assert not batch.broadening_ev.any()
