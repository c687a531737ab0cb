"""A corpus: recipe, library and seed in, any stretch of its spectra out."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, hstack

from xps_keras.axis import AXIS
from xps_keras.corpus.engine import FourierLibrary, engine_of
from xps_keras.corpus.instrument import Counted, choose_regions, jitter, lines_present, measure
from xps_keras.corpus.recipes import Recipe
from xps_keras.corpus.recording import channels_moved, moved_with, record, segments_of
from xps_keras.corpus.runs import Runs, dense, runs_of, unit_area
from xps_keras.corpus.surface import Additions, draw_additions, groups_of, line_shares, moved
from xps_keras.equality import ByValue
from xps_keras.errors import UsageError
from xps_keras.library.editions import in_edition
from xps_keras.library.library import Library, combined, joined, of_polymers
from xps_keras.library.lines import MAIN_LINES
from xps_keras.library.loading import common_polymers, load_library
from xps_keras.library.species import Species, load_species
from xps_keras.measured.library import MeasuredLibrary

BLOCK = 512
"""Spectra drawn from one random stream; example i of a corpus does not depend on how the work is split."""


@dataclass(frozen=True, eq=False)
class Labels(ByValue):
    """What is known about spectra, ``n`` of them."""

    groups: NDArray[np.float32]
    """1 where a group is present, shape ``(n, groups)``."""
    group_amounts: NDArray[np.float32]
    """Groups per repeat unit, averaged over the mixture, shape ``(n, groups)``."""
    shift_ev: NDArray[np.float32]
    """Measured minus true binding energy in eV, shape ``(n,)``."""
    broadening_ev: NDArray[np.float32]
    """Standard deviation of the Gaussian broadening in eV, shape ``(n,)``."""
    polymers: NDArray[np.int16]
    """Indices of the polymers in the library, -1 for none, shape ``(n, components)``."""
    fractions: NDArray[np.float32]
    """Weights of the polymers, zero for none, sum 1 where there is any polymer, shape ``(n, components)``."""
    graphitic_share: NDArray[np.float32]
    """Part of the C 1s area that is sp2 carbon without hydrogen, shape ``(n,)``."""
    polymer_share: NDArray[np.float32]
    """Part of the C 1s area that is polymer, not contamination, sp2 carbon or a carbon of salts, shape ``(n,)``."""
    foreign_share: NDArray[np.float32]
    """Per main line in the order of ``LINES``: part of its area that no functional group explains; NaN where it was
    not recorded or nothing stands in it, shape ``(n, main lines)``."""


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
        self.own_library = library
        """The polymers without those that the recipe adds."""
        self._own = len(library.keys)
        self.library = _drawn_from(recipe, library)
        """The polymers that spectra are drawn from; the recipe's hypothetical ones stand last."""
        self._species = load_species() if recipe.surface is not None else None
        self._lines, self._shows = lines_present(
            self.library, *(() if self._species is None else (self._species.peaks,))
        )
        self._engine = engine_of(self.library, only_recorded=recipe.instrument is None)
        self._segments = segments_of(self._lines, self._shows)
        self._records = np.stack([segment.shows for segment in self._segments], axis=1)
        known = common_polymers() if recipe.common else frozenset()
        self._common = np.flatnonzero([key in known for key in library.keys])
        self._shares = _shares(self.library, self._species)
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

    def scattered(self, size: int, per_block: int) -> Iterator[Batch]:
        """Yield examples from the beginning of many blocks, for tests: a block is one draw of the library's energies.

        Args:
            size: Number of examples.
            per_block: Examples of each block, at most ``BLOCK``; the last batch may hold fewer.
        """
        for block, start in enumerate(range(0, size, per_block)):
            yield self.batch(block * BLOCK, min(per_block, size - start))

    def _whole_block(self, block: int) -> Batch:
        return batch_of(*self.draw(block))

    def draw(self, block: int, counted: list[Counted] | None = None) -> tuple[Labels, Runs]:
        """Draw a block as it is stored and sent, without the zeros between regions.

        Args:
            block: Number of the block of ``BLOCK`` spectra, from 0.
            counted: List to which every region is added as an instrument counted it, with its background, for what
                judges a background; None keeps none. Ideal spectra are never counted.

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
        added = None
        if recipe.surface is not None and self._species is not None:
            added = draw_additions(self._species, recipe.surface, BLOCK, rng)
            fractions *= added.polymer[:, None]
        weights = self._weights(polymers, fractions)
        if added is not None:
            carbon = weights @ self._shares[3][: weights.shape[1]]
            added.amounts[:] *= np.where(added.polymer, carbon, 1.0)[:, None]
            weights = hstack([weights, csr_array(added.amounts)], format="csr", dtype=np.float32)
        if recipe.instrument is None:
            runs = self._ideal_spectra(weights, shift, broadening)
            recorded = (weights > 0) @ self._shows
        else:
            runs, recorded = self._measured_spectra(weights, shift, broadening, rng, added, counted)
        unit_area(runs, BLOCK)
        amounts = np.zeros((BLOCK, len(self.library.labels)), np.float32)
        for column in range(polymers.shape[1]):
            amounts += fractions[:, column, None] * self.library.group_counts[polymers[:, column]]
        groups = amounts > 0
        if added is not None and self._species is not None:
            groups |= groups_of(self._species, added.amounts, carbon * added.polymer)
        labels = Labels(
            groups=groups.astype(np.float32),
            group_amounts=amounts,
            shift_ev=shift.astype(np.float32),
            broadening_ev=broadening.astype(np.float32),
            polymers=np.where(fractions > 0, polymers, -1).astype(np.int16),
            fractions=fractions,
            **self._known_of_surface(weights, recorded),
        )
        return labels, runs

    def _known_of_surface(self, weights: csr_array, recorded: NDArray[np.bool_]) -> dict[str, NDArray[np.float32]]:
        """Return what is known about a block beside its polymers, named as in ``Labels``."""
        names = [line.name for line in self._lines]
        seen = np.stack(
            [recorded[:, names.index(name)] if name in names else recorded[:, 0] & False for name in MAIN_LINES], 1
        )
        area, foreign, graphitic, polymer = (np.asarray(weights @ share) for share in self._shares)
        carbon = np.maximum(area[:, MAIN_LINES.index("C 1s")], 1e-12)
        foreign_share = np.where((area > 0) & seen, foreign / np.where(area > 0, area, 1.0), np.nan)
        return {
            "graphitic_share": (graphitic / carbon).astype(np.float32),
            "polymer_share": (polymer / carbon).astype(np.float32),
            "foreign_share": foreign_share.astype(np.float32),
        }

    def _mixtures(self, rng: np.random.Generator) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Draw polymers with replacement and their fractions, both of shape ``(BLOCK, components)``."""
        most = max(self.recipe.components)
        count = rng.choice(self.recipe.components, BLOCK)
        polymers = rng.integers(0, self._own, (BLOCK, most))
        if self.recipe.hypothetical:
            others = rng.integers(self._own, len(self.library.keys), (BLOCK, most))
            polymers = np.where(rng.random((BLOCK, most)) < self.recipe.hypothetical, others, polymers)
        if self.recipe.common and self._common.size:
            usual = self._common[rng.integers(0, len(self._common), (BLOCK, most))]
            polymers = np.where(rng.random((BLOCK, most)) < self.recipe.common, usual, polymers)
        # From (0, 1]: a component of exactly zero would be a label without a peak.
        raw = np.where(np.arange(most) < count[:, None], 1.0 - rng.random((BLOCK, most)), 0.0)
        share = raw / raw.sum(axis=1, keepdims=True)
        least = self.recipe.smallest_fraction
        share = np.where(raw > 0, least + (1.0 - least * count[:, None]) * share, 0.0)
        return polymers, share.astype(np.float32)

    def _weights(self, polymers: NDArray[np.int64], fractions: NDArray[np.float32]) -> csr_array:
        """Return the weight of every polymer in every spectrum, shape ``(BLOCK, polymers)``."""
        present = fractions > 0
        values = _spectral_weights(fractions, self.recipe.mixing)[present]
        ends = np.append(0, np.cumsum(present.sum(axis=1)))
        return csr_array((values, polymers[present], ends), shape=(BLOCK, len(self.library.keys)))

    def _ideal_spectra(
        self, weights: csr_array, shift_ev: NDArray[np.floating], broadening_ev: NDArray[np.floating]
    ) -> Runs:
        if isinstance(self.library, MeasuredLibrary):
            measured = moved_with(self.library.measured, weights, shift_ev)
            return runs_of(self._engine.spectra(weights, shift_ev, broadening_ev), measured)
        samples = self._engine.samples(weights, shift_ev, broadening_ev)
        return record(samples, self._segments, (weights > 0) @ self._records, channels_moved(shift_ev))

    def _measured_spectra(
        self,
        weights: csr_array,
        shift_ev: NDArray[np.floating],
        broadening_ev: NDArray[np.floating],
        rng: np.random.Generator,
        added: Additions | None,
        counted: list[Counted] | None,
    ) -> tuple[Runs, NDArray[np.bool_]]:
        assert self.recipe.instrument is not None  # noqa: S101  # the caller has looked
        engine, mixed = self._engine, weights
        if not isinstance(self.library, MeasuredLibrary):
            engine, mixed = self._jittered(weights, rng)
        recorded = choose_regions((weights > 0) @ self._shows, self._lines, self.recipe.instrument, rng)
        ideal = engine.spectra(mixed, shift_ev, broadening_ev)
        if added is not None and added.second_part.any():
            rows = np.flatnonzero(added.second_part)
            part = added.second_part[rows, None]
            elsewhere = engine.spectra(mixed[rows], shift_ev[rows] + added.second_ev[rows], broadening_ev[rows])
            ideal[rows] = (1.0 - part) * ideal[rows] + part * elsewhere
        measured = measure(ideal, shift_ev, recorded, self._lines, self.recipe.instrument, rng, counted)
        return runs_of(*measured), recorded

    def _jittered(self, weights: csr_array, rng: np.random.Generator) -> tuple[FourierLibrary, csr_array]:
        """Return an engine for another library within the uncertainty of this one, and the weights in its order.

        Of a library with thousands of hypothetical polymers only those are computed that a mixture of the block holds.
        """
        assert isinstance(self.library, Library) and self.recipe.instrument is not None  # noqa: S101, PT018
        peaks, entries = self.library.peaks, len(self.library.keys)
        if self._species is not None and self.recipe.surface is not None:
            used = np.unique(weights.indices).astype(np.int64)
            polymers, others = used[used < entries], used[used >= entries] - entries
            peaks = joined(
                [of_polymers(peaks, polymers), of_polymers(moved(self._species, self.recipe.surface, rng), others)],
                [len(polymers), len(others)],
            )
            weights, entries = weights[:, used], len(used)
        return FourierLibrary(jitter(peaks, self.recipe.instrument, rng), entries), weights


def batch_of(labels: Labels, runs: Runs) -> Batch:
    """Put a block on the axis."""
    intensity, measured = dense(runs, len(labels.groups))
    return Batch(**vars(labels), intensity=intensity, measured=measured)


def _shares(library: Library | MeasuredLibrary, species: Species | None) -> tuple[NDArray[np.float64], ...]:
    """Areas by main line of every entry, those no group explains, and C 1s of sp2 carbon and of polymers."""
    polymers = len(library.keys)
    if isinstance(library, MeasuredLibrary):
        own = np.array([[line in lines for line in MAIN_LINES] for lines in library.lines], np.float64)
    else:
        own = line_shares(library.peaks, polymers)
    carbon = own[:, MAIN_LINES.index("C 1s")]
    if species is None:
        return own, np.zeros_like(own), np.zeros_like(carbon), carbon
    count = len(species.keys)
    theirs, foreign, graphitic = (
        line_shares(species.peaks, count, which) for which in (None, species.foreign, species.graphitic)
    )
    return (
        np.concatenate([own, theirs]),
        np.concatenate([np.zeros_like(own), foreign]),
        np.concatenate([np.zeros_like(carbon), graphitic[:, MAIN_LINES.index("C 1s")]]),
        np.concatenate([carbon, np.zeros(count)]),
    )


def _drawn_from(recipe: Recipe, library: Library | MeasuredLibrary) -> Library | MeasuredLibrary:
    """Return the library with the recipe's hypothetical polymers behind its own."""
    if recipe.surface is not None and isinstance(library, MeasuredLibrary):
        raise UsageError(
            f"The recipe '{recipe.name}' adds peaks of contamination and substrates, which cannot be mixed with the "
            f"measured spectra of '{library.name}'; choose a recipe without [surface]."
        )
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
