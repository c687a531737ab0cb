"""Which polymers the feature ``polymers`` of a data set names, and where those of a corpus stand among them."""

import numpy as np
from numpy.typing import NDArray

from xps_keras.corpus.recipes import Recipe
from xps_keras.library.editions import in_edition
from xps_keras.library.folds import PARTS_OF
from xps_keras.library.loading import load_library
from xps_keras.measured.store import find_library


def class_keys(recipe: Recipe, library: str) -> tuple[str, ...]:
    """Return the keys of the polymers that a data set names.

    A split of held-out polymers names all reference polymers, so that a number means the same polymer in every split.

    Args:
        recipe: The recipe, which may add the hypothetical polymers.
        library: Name of the library of one of the splits.

    Returns:
        Keys in the order of the class numbers.
    """
    return _with_hypothetical(recipe, PARTS_OF[library].whole if library in PARTS_OF else library)


def class_numbers(recipe: Recipe, library: str) -> NDArray[np.int64]:
    """Return the class number of every polymer of a corpus.

    Args:
        recipe: The corpus's recipe.
        library: Name of its library.

    Returns:
        Class numbers in the order of the corpus's polymers, and -1 at the end, where the index -1 finds it.
    """
    numbers = {key: number for number, key in enumerate(class_keys(recipe, library))}
    return np.array([*(numbers[key] for key in _with_hypothetical(recipe, library)), -1])


def _with_hypothetical(recipe: Recipe, library: str) -> tuple[str, ...]:
    found = find_library(library)
    added = load_library(in_edition("hypothetical", found.edition)).keys if recipe.hypothetical else ()
    return (*found.keys, *added)
