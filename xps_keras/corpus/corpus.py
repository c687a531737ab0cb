"""A corpus: recipe, library and seed in, any stretch of its spectra out."""

from dataclasses import dataclass, fields
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from xps_keras.axis import AXIS
from xps_keras.corpus.engine import FourierLibrary, engine_of
from xps_keras.corpus.instrument import choose_regions, jitter, lines_present, measure
from xps_keras.corpus.recipes import Recipe
from xps_keras.corpus.recording import channels_of, moved_with, record, segments_of
from xps_keras.corpus.runs import Runs, dense, runs_of, unit_area
from xps_keras.equality import ByValue
from xps_keras.errors import UsageError
from xps_keras.groups import GROUPS
from xps_keras.library.editions import in_edition
from xps_keras.library.library import Library, combined
from xps_keras.library.loading import load_library
from xps_keras.measured.library import MeasuredLibrary

BLOCK = 512
"""Spectra drawn from one random stream; example i of a corpus does not depend on how the work is split."""


@dataclass(frozen=True, eq=False)
class Labels(ByValue):
    """What is known about spectra, ``n`` of them."""

    groups: NDArray[np.float32]
    """1 where a group is present, shape ``(n, 40)``."""
    group_amounts: NDArray[np.float32]
    """Groups per repeat unit, averaged over the mixture, shape ``(n, 40)``."""
    shift_ev: NDArray[np.float32]
    """Measured minus true binding energy in eV, shape ``(n,)``."""
    broadening_ev: NDArray[np.float32]
    """Standard deviation of the Gaussian broadening in eV, shape ``(n,)``."""
    polymers: NDArray[np.int16]
    """Indices of the polymers in the library, -1 for none, shape ``(n, components)``."""
    fractions: NDArray[np.float32]
    """Weights of the polymers, zero for none, sum 1, shape ``(n, components)``."""


@dataclass(frozen=True, eq=False)
class Batch(Labels):
    """Labelled spectra; equal to others by value."""

    intensity: NDArray[np.float32]
    """Intensity per eV on the axis, area 1, shape ``(n, 6601)``."""
    measured: NDArray[np.bool_]
    """Channels that were recorded, shape ``(n, 6601)``."""

    def __len__(self) -> int:
        return len(self.intensity)

    def __getitem__(self, rows: slice) -> "Batch":
        return Batch(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})


class Corpus:
    """An endless, reproducible sequence of synthetic spectra.

    Args:
        recipe: How spectra are drawn.
        seed: Any integer from 0; the same seed gives the same spectra.
        library: The polymers, None for the package's own, to which the recipe may add hypothetical ones. For a
            measured library the recipe ``instrument`` draws no energies, widths and areas within their uncertainty:
            its spectra are what they are.

    Example:
        >>> batch = Corpus(recipe("paper"), seed=1).batch(0, 8)
        >>> batch.intensity.shape
        (8, 6601)
    """

    def __init__(self, recipe: Recipe, seed: int, library: Library | MeasuredLibrary | None = None) -> None:
        self.recipe = recipe
        self.seed = seed
        library = library if library is not None else load_library()
        self._own = len(library.keys)
        self.library = _drawn_from(recipe, library)
        """The polymers that spectra are drawn from; the recipe's hypothetical ones stand last."""
        self._lines, self._shows = lines_present(self.library)
        self._engine = engine_of(self.library, only_recorded=recipe.instrument is None)
        self._segments = segments_of(self._lines, self._shows)
        self._records = np.stack([segment.shows for segment in self._segments], axis=1)
        # Neighbouring batches share a block; the last two are kept.
        self._block = lru_cache(maxsize=2)(self._whole_block)

    def batch(self, start: int, count: int) -> Batch:
        """Return examples ``start`` to ``start + count - 1``.

        Args:
            start: First example, from 0.
            count: Number of examples, from 1.

        Returns:
            The examples, the same whatever stretch they are asked in.

        Raises:
            ValueError: ``start`` is negative or ``count`` below 1.
        """
        if start < 0 or count < 1:
            raise ValueError(
                f"`start` must be 0 or more and `count` at least 1. Received: start={start}, count={count}"
            )
        if count == BLOCK and start % BLOCK == 0:
            return self._whole_block(start // BLOCK)  # a whole block is nobody else's: it is not kept, and not copied
        parts = []
        for block in range(start // BLOCK, (start + count - 1) // BLOCK + 1):
            first = max(start - block * BLOCK, 0)
            parts.append(self._block(block)[first : min(start + count - block * BLOCK, BLOCK)])
        # Always joined into new arrays: what a caller does to a batch must not reach the kept block.
        return Batch(
            **{field.name: np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Batch)}
        )

    def _whole_block(self, block: int) -> Batch:
        return batch_of(*self.draw(block))

    def draw(self, block: int) -> tuple[Labels, Runs]:
        """Draw a block as it is stored and sent, without the zeros between regions.

        Args:
            block: Number of the block of ``BLOCK`` spectra, from 0.

        Returns:
            Labels and recorded intensities; ``batch_of`` puts them on the axis.
        """
        recipe = self.recipe
        rng = np.random.default_rng([self.seed, block])
        polymers, fractions = self._mixtures(rng)
        shift: NDArray[np.floating] = rng.uniform(-recipe.max_shift_ev, recipe.max_shift_ev, BLOCK)
        if recipe.whole_channels:
            most = round(recipe.max_shift_ev / AXIS.step_ev)
            shift = rng.integers(-most, most + 1, BLOCK) * AXIS.step_ev
        broadening = np.abs(rng.normal(0.0, recipe.broadening_ev, BLOCK))
        present = fractions > 0
        weights = csr_array(
            (
                _spectral_weights(fractions, recipe.mixing)[present],
                polymers[present],
                np.append(0, np.cumsum(present.sum(axis=1))),
            ),
            shape=(BLOCK, len(self.library.keys)),
        )
        if recipe.instrument is None:
            runs = self._ideal_spectra(weights, shift, broadening)
        else:
            runs = self._measured_spectra(weights, shift, broadening, rng)
        unit_area(runs, BLOCK)
        amounts = np.zeros((BLOCK, len(GROUPS)), np.float32)
        for column in range(polymers.shape[1]):
            amounts += fractions[:, column, None] * self.library.group_counts[polymers[:, column]]
        labels = Labels(
            groups=(amounts > 0).astype(np.float32),
            group_amounts=amounts,
            shift_ev=shift.astype(np.float32),
            broadening_ev=broadening.astype(np.float32),
            polymers=np.where(present, polymers, -1).astype(np.int16),
            fractions=fractions,
        )
        return labels, runs

    def _mixtures(self, rng: np.random.Generator) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Draw polymers with replacement and their fractions, both of shape ``(BLOCK, components)``."""
        most = max(self.recipe.components)
        count = rng.choice(self.recipe.components, BLOCK)
        polymers = rng.integers(0, self._own, (BLOCK, most))
        if self.recipe.hypothetical:
            others = rng.integers(self._own, len(self.library.keys), (BLOCK, most))
            polymers = np.where(rng.random((BLOCK, most)) < self.recipe.hypothetical, others, polymers)
        # From (0, 1]: a component of exactly zero would be a label without a peak.
        raw = np.where(np.arange(most) < count[:, None], 1.0 - rng.random((BLOCK, most)), 0.0)
        share = raw / raw.sum(axis=1, keepdims=True)
        least = self.recipe.smallest_fraction
        share = np.where(raw > 0, least + (1.0 - least * count[:, None]) * share, 0.0)
        return polymers, share.astype(np.float32)

    def _ideal_spectra(
        self, weights: csr_array, shift_ev: NDArray[np.floating], broadening_ev: NDArray[np.floating]
    ) -> Runs:
        if isinstance(self.library, MeasuredLibrary):
            measured = moved_with(self.library.measured, weights, shift_ev)
            return runs_of(self._engine.spectra(weights, shift_ev, broadening_ev), measured)
        samples = self._engine.samples(weights, shift_ev, broadening_ev)
        return record(samples, self._segments, (weights > 0) @ self._records, channels_of(shift_ev))

    def _measured_spectra(
        self,
        weights: csr_array,
        shift_ev: NDArray[np.floating],
        broadening_ev: NDArray[np.floating],
        rng: np.random.Generator,
    ) -> Runs:
        assert self.recipe.instrument is not None  # noqa: S101  # the caller has looked
        engine = self._engine
        if not isinstance(self.library, MeasuredLibrary):
            peaks = jitter(self.library.peaks, self.recipe.instrument, rng)
            engine = FourierLibrary(peaks, len(self.library.keys))
        recorded = choose_regions((weights > 0) @ self._shows, self._lines, self.recipe.instrument, rng)
        ideal = engine.spectra(weights, shift_ev, broadening_ev)
        return runs_of(*measure(ideal, shift_ev, recorded, self._lines, self.recipe.instrument, rng))


def batch_of(labels: Labels, runs: Runs) -> Batch:
    """Put a block on the axis."""
    intensity, measured = dense(runs, len(labels.groups))
    return Batch(**vars(labels), intensity=intensity, measured=measured)


def _drawn_from(recipe: Recipe, library: Library | MeasuredLibrary) -> Library | MeasuredLibrary:
    """Return the library with the recipe's hypothetical polymers behind its own."""
    if not recipe.hypothetical:
        return library
    if isinstance(library, MeasuredLibrary):
        raise UsageError(
            f"The recipe '{recipe.name}' adds computed polymers to the library, which cannot be mixed with the "
            f"measured spectra of '{library.name}'; choose another recipe."
        )
    hypothetical = load_library(in_edition("hypothetical", library.edition))
    return combined([library, hypothetical], f"{library.name}+{hypothetical.name}")


def _spectral_weights(fractions: NDArray[np.float32], mixing: str) -> NDArray[np.float32]:
    """Weights with which spectra are added: the fractions, or what the authors' loop makes of them."""
    if mixing == "exact":
        return fractions
    weights = np.zeros_like(fractions)
    for column in range(fractions.shape[1]):
        weights[:, column] = fractions[:, column]
        weights /= weights.sum(axis=1, keepdims=True)
    return weights
