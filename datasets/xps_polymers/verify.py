"""Does a stored data set hold what its seed and recipe say?"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom, norm

from xps_keras.corpus.corpus import BLOCK, Corpus
from xps_keras.corpus.recipes import Recipe
from xps_keras.datasets.xps_polymers.classes import class_numbers
from xps_keras.datasets.xps_polymers.schema import examples, number_of
from xps_keras.datasets.xps_polymers.stored import library_of, read, recipe_of, stored_library_of
from xps_keras.datasets.xps_polymers.xps_polymers_dataset_builder import Builder
from xps_keras.errors import InputError
from xps_keras.library.editions import in_edition
from xps_keras.library.library import Library
from xps_keras.library.loading import load_library
from xps_keras.measured.library import MeasuredLibrary
from xps_keras.measured.store import find_library

ALLOWED_DEVIATION = 1e-5
"""Of a spectrum's highest channel: another processor or NumPy rounds float32 in another way."""
SIGMAS = 4.0
"""A group's frequency must lie inside this many standard deviations."""


@dataclass(frozen=True)
class Verification:
    """What was compared."""

    examples: int
    """Examples whose ids and groups were read."""
    redrawn: int
    """Examples that were drawn again and compared in every feature."""
    largest_deviation: float
    """Largest difference of a channel, relative to the highest channel of its spectrum; 0: the same bytes."""
    frequencies: dict[str, float | None]
    """By split: the largest deviation of a group's frequency from its expectation in standard deviations; None where a
    recipe leaves no expectation that could be written down."""


def expected_frequencies(
    recipe: Recipe, group_counts: NDArray[np.floating], hypothetical: NDArray[np.floating] | None = None
) -> NDArray[np.float64]:
    """Return how often each group is present in spectra of a recipe.

    A mixture of k polymers drawn with replacement out of P, of which n hold a group, lacks it with the probability
    (1 - n/P)^k. Where a share of the components is drawn from the hypothetical polymers, n/P is the mean of both
    libraries, weighted with the shares.

    Args:
        recipe: The recipe; each entry of its ``components`` is equally likely.
        group_counts: Groups per repeat unit of the library's polymers, shape ``(P, groups)``.
        hypothetical: The same of the hypothetical polymers; needed where the recipe adds them.

    Returns:
        Probabilities, shape ``(groups,)``.
    """
    held = (np.asarray(group_counts) > 0).mean(axis=0)
    if hypothetical is not None:
        held = held + recipe.hypothetical * ((np.asarray(hypothetical) > 0).mean(axis=0) - held)
    lacking = 1.0 - held
    return np.asarray(1.0 - np.mean([lacking**count for count in recipe.components], axis=0))


def verify(
    builder: Builder, sample: int, seed: int = 0, report: Callable[[int], None] = lambda count: None
) -> Verification:
    """Check a data set: every example there once, groups as often as they should be, a sample drawn again.

    Args:
        builder: From ``stored.find``.
        sample: Examples to draw again in each split, at least; whole blocks of 512 are drawn.
        seed: Of the choice of the sample.
        report: Told how many more examples' labels are read.

    Returns:
        What was compared.

    Raises:
        InputError: Anything is not as it should be; the sentence names split, example and feature.
    """
    metadata = builder.info.metadata
    recipe = recipe_of(builder)
    frequencies: dict[str, float | None] = {}
    deviation, redrawn, seen = 0.0, 0, 0
    rng = np.random.default_rng(seed)
    for split, about in builder.info.splits.items():
        count = about.num_examples
        name = library_of(builder, split)
        library = _library(builder, split)
        added = load_library(in_edition("hypothetical", library.edition)).group_counts if recipe.hypothetical else None
        # What stands on surfaces brings groups along, and usual polymers are drawn more often: counted, not judged.
        countable = recipe.surface is None and not recipe.common
        expected = expected_frequencies(recipe, library.group_counts, added) if countable else None
        frequencies[split] = _check_labels(builder, split, count, expected, report)
        seen += count
        corpus = Corpus(recipe, metadata["split_seeds"][split], library)
        numbers, wanted = class_numbers(recipe, name), redrawn + min(sample, count)
        for block in rng.permutation(-(-count // BLOCK)).tolist():
            if redrawn >= wanted:
                break
            first, last = block * BLOCK, min((block + 1) * BLOCK, count)
            deviation = max(deviation, _check_stretch(builder, corpus, numbers, split, first, last))
            redrawn += last - first
    return Verification(seen, redrawn, deviation, frequencies)


def _check_labels(
    builder: Builder, split: str, count: int, expected: NDArray[np.float64] | None, report: Callable[[int], None]
) -> float | None:
    names = builder.info.features["groups"].names
    present = np.zeros(len(names))
    seen = np.zeros(count, int)
    for batch in read(builder, split, ("id", "groups")):
        present += batch["groups"].sum(axis=0)
        np.add.at(seen, [number_of(key.decode()) for key in batch["id"]], 1)
        report(len(batch["id"]))
    if (seen != 1).any():
        raise InputError(
            f"{builder.data_dir}: {split}-{int(np.argmax(seen != 1))} stands {seen[seen != 1][0]} times in the split "
            f"'{split}' instead of once; build it anew with --overwrite."
        )
    if expected is None:
        return None
    # The exact distribution: with few examples a rare group is far from normal.
    tail = np.minimum(binom.sf(present - 1, count, expected), binom.cdf(present, count, expected))
    worst = int(np.argmin(tail))
    if tail[worst] < norm.sf(SIGMAS):
        raise InputError(
            f"{builder.data_dir}: {present[worst]:.0f} of {count} spectra in '{split}' hold {names[worst]}, "
            f"expected {count * expected[worst]:.1f}; build it anew with --overwrite."
        )
    return float(norm.isf(min(tail[worst], 0.5)))


def _library(builder: Builder, split: str) -> Library | MeasuredLibrary:
    """Find the library of a split and make sure that it still is the one the data set was drawn from."""
    library = find_library(library_of(builder, split))
    digests = builder.info.metadata.get("library_sha256", {})
    # Data sets that were built when an older edition was the present one know it by its plain name.
    known = digests.get(library.name, digests.get(stored_library_of(builder, split), library.sha256))
    if library.sha256 != known:
        raise InputError(
            f"{builder.data_dir}: the library '{library.name}' is no longer the one that this data set was drawn from; "
            "build it anew with --overwrite."
        )
    return library


def _check_stretch(
    builder: Builder, corpus: Corpus, numbers: NDArray[np.int64], split: str, first: int, last: int
) -> float:
    drawn: dict[str, dict[str, Any]] = dict(examples(corpus.batch(first, last - first), split, first, numbers))
    deviation = 0.0
    for batch in read(builder, f"{split}[{first}:{last}]"):
        for row, key in enumerate(batch["id"]):
            wanted = drawn.pop(key.decode(), None)
            if wanted is None:
                raise InputError(f"{builder.data_dir}: {key.decode()} stands out of order in '{split}'.")
            found = {name: batch[name][row] for name in batch}
            differs = [
                name
                for name in wanted
                if name not in ("id", "spectrum") and not np.allclose(found[name], wanted[name], rtol=1e-6, atol=0)
            ]
            off = float(np.abs(found["spectrum"] - wanted["spectrum"]).max() / wanted["spectrum"].max())
            if off > ALLOWED_DEVIATION:
                differs.append("spectrum")
            if differs:
                raise InputError(
                    f"{builder.data_dir}: {key.decode()} is not what its seed and recipe give "
                    f"({', '.join(differs)} differ); it was changed, or drawn by another version of this package."
                )
            deviation = max(deviation, off)
    return deviation
