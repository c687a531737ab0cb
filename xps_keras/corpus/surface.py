"""What stands beside the polymers of a block: contamination, substrates, salts, sp2 carbon; and what is known of it."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from xps_keras.corpus.chance import log_uniform
from xps_keras.corpus.recipes import Surface
from xps_keras.errors import UsageError
from xps_keras.groups import GROUP_NAMES
from xps_keras.library.library import Peaks
from xps_keras.library.lines import MAIN_LINES
from xps_keras.library.species import CONTAMINATION, Species

LEAST_HYDROCARBON = 0.05
"""Part of the organic area from which adventitious hydrocarbon counts as alkane: below, no eye would find it."""


@dataclass(frozen=True, eq=False)
class Additions:
    """What a block of ``n`` spectra holds beside its polymers; ``s`` species."""

    polymer: NDArray[np.bool_]
    """Whether there is a polymer at all, shape ``(n,)``."""
    amounts: NDArray[np.float32]
    """Area of every species relative to the C 1s area of the polymers, to 1 where there is none, shape ``(n, s)``."""
    second_part: NDArray[np.float32]
    """Part of the sample that is charged differently, 0 for most, shape ``(n,)``."""
    second_ev: NDArray[np.float32]
    """By how much that part stands elsewhere in eV, shape ``(n,)``."""


def draw_additions(species: Species, surface: Surface, count: int, rng: np.random.Generator) -> Additions:
    """Draw what stands beside the polymers.

    Args:
        species: The table of species.
        surface: Probabilities and ranges.
        count: Number of spectra.
        rng: Source of randomness.
    """
    held_out = surface.species == "held out"
    amounts = np.zeros((count, len(species.keys)), np.float32)
    polymer = rng.random(count) >= surface.no_polymer
    # Without a polymer the carbon is adventitious or sp2, and there is nearly always something below it.
    bare = ~polymer
    touched = bare | (rng.random(count) >= surface.untouched)
    graphitic = touched & (
        rng.random(count) < np.where(bare, surface.bare_graphitic if surface.graphitic else 0.0, surface.graphitic)
    )
    contaminated = touched & (rng.random(count) < surface.contamination)
    contaminated |= bare & ~graphitic
    foreign = touched & (
        rng.random(count) < np.where(bare, surface.bare_foreign if surface.foreign else 0.0, surface.foreign)
    )

    parts = [species.keys.index(key) for key in CONTAMINATION]
    area = log_uniform(rng, surface.contamination_amount, count)
    area[bare & ~graphitic] = 1.0
    amounts[:, parts] = (contaminated * area)[:, None] * rng.dirichlet(surface.contamination_parts, count)

    carbons = _only(species, species.of("sp2 carbon", held_out=held_out), surface.only)
    chosen = carbons[rng.integers(0, len(carbons), count)]
    area = log_uniform(rng, surface.graphitic_amount, count)
    amounts[np.arange(count), chosen] += np.where(graphitic, np.where(bare, 1.0, area), 0.0)

    listed = _only(species, species.of(*surface.foreign_kinds, held_out=held_out), surface.only)
    share = _share_of(species, surface.foreign_line)
    listed = listed[share[listed] > 0]
    anything = species.of("anything", held_out=False)
    most = max(surface.foreign_species)
    number = rng.choice(surface.foreign_species, count)
    drawn = listed[rng.integers(0, len(listed), (count, most))]
    if surface.anything:
        others = anything[rng.integers(0, len(anything), (count, most))]
        drawn = np.where(rng.random((count, most)) < surface.anything, others, drawn)
    area = log_uniform(rng, surface.foreign_amount, (count, most))
    area *= foreign[:, None] & (np.arange(most) < number[:, None])
    area /= np.where(share > 0, share, 1.0)[drawn]
    np.add.at(amounts, (np.repeat(np.arange(count), most), drawn.ravel()), area.ravel())

    second = touched & (rng.random(count) < surface.second_state)
    away = log_uniform(rng, surface.second_state_ev, count) * rng.choice((-1.0, 1.0), count)
    part = rng.uniform(*surface.second_state_part, count)
    return Additions(
        polymer, amounts, np.where(second, part, 0.0).astype(np.float32), np.where(second, away, 0.0).astype(np.float32)
    )


def _only(species: Species, listed: NDArray[np.int64], keys: tuple[str, ...]) -> NDArray[np.int64]:
    """Return the listed species that are asked for by name, all of them where none is."""
    named = np.array([place for place in listed if species.keys[place] in keys], np.int64)
    return named if named.size else listed


def _share_of(species: Species, line: str) -> NDArray[np.float64]:
    """Return the part of each species' area that one line has; for all lines 1, but that of C 1s for organic ions."""
    shares = line_shares(species.peaks, len(species.keys))
    if line == "all":
        return np.where(np.array(species.kinds) == "organic ion", shares[:, MAIN_LINES.index("C 1s")], 1.0)
    if line not in MAIN_LINES:
        raise UsageError(f"{line} is no main line; choose one of: {', '.join(MAIN_LINES)}.")
    return shares[:, MAIN_LINES.index(line)]


def moved(species: Species, surface: Surface, rng: np.random.Generator) -> Peaks:
    """Return the peaks of species, moved as a whole and of other composition, as they vary from sample to sample."""
    anywhere = np.array(species.kinds) == "anything"
    away = rng.normal(0.0, species.spread_ev)
    # A standard deviation of s is that of a uniform distribution from -sqrt(3) s to +sqrt(3) s.
    away = np.where(anywhere, rng.uniform(-np.sqrt(3.0), np.sqrt(3.0), len(away)) * species.spread_ev, away)
    peaks = species.peaks
    ratio = np.exp(rng.normal(0.0, surface.composition, int(peaks.component.max()) + 1))[peaks.component]
    return replace(peaks, energy_ev=peaks.energy_ev + away[peaks.polymer], area=peaks.area * ratio)


def line_shares(peaks: Peaks, entries: int, which: NDArray[np.bool_] | None = None) -> NDArray[np.float64]:
    """Return the part of each entry's area that stands in the window of each main line.

    Args:
        peaks: A peak table.
        entries: Number of polymers or species in it.
        which: Peaks that count, None for all; the whole area always counts.

    Returns:
        Shape ``(entries, main lines)``, main lines in the order of ``LINES``.
    """
    column = np.array([MAIN_LINES.index(line) if line in MAIN_LINES else -1 for line in peaks.line])
    counted = (column >= 0) if which is None else (column >= 0) & which
    shares = np.zeros((entries, len(MAIN_LINES)))
    np.add.at(shares, (peaks.polymer[counted], column[counted]), peaks.area[counted])
    return np.asarray(shares / np.bincount(peaks.polymer, weights=peaks.area, minlength=entries)[:, None])


def groups_of(species: Species, amounts: NDArray[np.floating], polymer_area: NDArray[np.floating]) -> NDArray[np.bool_]:
    """Return the functional groups that species bring along, shape ``(n, groups)``.

    Args:
        species: The table of species.
        amounts: Area of every species, shape ``(n, s)``.
        polymer_area: C 1s area of the polymers, shape ``(n,)``.
    """
    found = (amounts @ species.group_counts) > 0
    carbons = [place for place, kind in enumerate(species.kinds) if kind in ("sp2 carbon", "contamination")]
    organic = polymer_area + amounts[:, carbons].sum(axis=1)
    hydrocarbon = amounts[:, species.keys.index(CONTAMINATION[0])]
    found[:, GROUP_NAMES.index("alkane")] |= hydrocarbon > LEAST_HYDROCARBON * organic
    return np.asarray(found)
