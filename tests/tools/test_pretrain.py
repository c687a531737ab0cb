"""What the shipped model is trained on."""

from dataclasses import replace
from pathlib import Path

import pytest

from xps_keras.corpus import recipe
from xps_keras.corpus.recipe_file import read_recipe
from xps_keras.corpus.recipe_text import recipe_text
from xps_keras.tools.pretrain import SURFACE, usual


def test_the_usual_polymers_are_all_that_differs_from_the_surface_recipe() -> None:
    surface, drawn = recipe(SURFACE), usual()
    assert surface.instrument is not None
    instrument = replace(surface.instrument, library_energy_jitter_times=(0.7, 1.6))
    assert replace(surface, name=drawn.name, hypothetical=0.3, common=0.4, instrument=instrument) == drawn


def test_a_fifth_of_the_usual_polymers_are_hypothetical_and_the_file_says_the_same(tmp_path: Path) -> None:
    path = tmp_path / "usual.toml"
    path.write_text(recipe_text(usual()))
    assert read_recipe(path) == usual()
    assert usual().hypothetical * (1.0 - usual().common) == pytest.approx(0.18)
