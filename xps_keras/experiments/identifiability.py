"""Which polymers the spectra of a library cannot tell apart: ``xps-keras library identify``.

Spectra without noise are compared by their cosine distance. Two polymers with the same groups may look alike without
harm; what counts are pairs whose groups differ.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from xps_keras.axis import AXIS
from xps_keras.groups import GROUP_NAMES
from xps_keras.library.library import Library
from xps_keras.library.lineshape import spectrum_of
from xps_keras.library.windows import window_channels

MAX_SHIFT_EV = 3.0
"""Where the shift is unknown, spectra are moved against each other by up to this much."""
SAME_FORM = 1e-9
"""Cosine distance below which two spectra are one."""
CERTAINTY = 3.0
"""Standard deviations by which two spectra must differ to be told apart."""


@dataclass(frozen=True)
class Setting:
    """What of a spectrum is known."""

    name: str
    lines: tuple[str, ...] | None
    """Lines recorded, None for all of the library."""
    shift_known: bool


SETTINGS = (
    Setting("all lines", None, True),
    Setting("C 1s and O 1s", ("C 1s", "O 1s"), True),
    Setting("C 1s", ("C 1s",), True),
    Setting("all lines, shift unknown", None, False),
    Setting("C 1s and O 1s, shift unknown", ("C 1s", "O 1s"), False),
    Setting("C 1s, shift unknown", ("C 1s",), False),
)
"""What is compared."""


@dataclass(frozen=True)
class Pair:
    """Two polymers and how far apart their spectra are."""

    one: str
    other: str
    distance: float
    """Cosine distance, 0 for spectra of the same form, 1 for spectra without a common channel."""
    shift_ev: float
    """By how much the other was moved to come nearest, in eV; 0 where the shift is known."""
    noise_limit: float
    """Noise per channel relative to the highest channel, up to which ``CERTAINTY`` standard deviations part them."""
    only_one: tuple[str, ...]
    """Groups of the first alone."""
    only_other: tuple[str, ...]
    """Groups of the second alone."""

    @property
    def same_groups(self) -> bool:
        """Whether both carry the same groups, so that confusing them does no harm."""
        return not (self.only_one or self.only_other)


def compare(library: Library, setting: Setting, refined: int = 80) -> list[Pair]:
    """Compare every polymer with every other.

    Args:
        library: The polymers, at least two.
        setting: What is recorded, and whether the shift is known.
        refined: Where the shift is unknown: number of nearest pairs whose shift is found exactly; that of the others
            is interpolated.

    Returns:
        All pairs, nearest first.
    """
    inside = window_channels(library, setting.lines)
    steps = 0 if setting.shift_known else round(MAX_SHIFT_EV / AXIS.step_ev)
    energies = np.round(AXIS.low_ev + AXIS.step_ev * np.arange(-steps, AXIS.size + steps), 3)
    full = np.array([spectrum_of(library, key, energies) for key in library.keys])
    spectra = _unit(full[:, steps : steps + AXIS.size][:, inside])
    # Half the squared distance of unit vectors is the cosine distance, without the loss of digits of 1 - cosine.
    distance = np.array([0.5 * np.square(spectra - row).sum(axis=1) for row in spectra])
    shift = np.zeros_like(distance)
    if not setting.shift_known:
        moved = (_unit(full[:, steps - k : steps - k + AXIS.size][:, inside]) for k in range(-steps, steps + 1))
        distance, shift = _lowest(np.array([1.0 - spectra @ other.T for other in moved]))
    # Moving A towards B and B towards A differ a little where a window cuts a peak: the nearer one counts.
    first, second = np.triu_indices(len(spectra), k=1)
    swap = distance[second, first] < distance[first, second]
    one, other = np.where(swap, second, first), np.where(swap, first, second)
    order = np.argsort(distance[one, other], kind="stable")
    pairs = []
    for place, index in enumerate(order):
        a, b = int(one[index]), int(other[index])
        apart, moved_by = float(distance[a, b]), float(shift[a, b])
        if not setting.shift_known and place < refined:
            apart, moved_by = _nearest_shift(library, AXIS.energies_ev[inside], spectra[a], library.keys[b], moved_by)
        pairs.append(_pair(library, a, b, apart, moved_by, float(min(spectra[a].max(), spectra[b].max()))))
    return sorted(pairs, key=lambda pair: pair.distance)


def _unit(spectra: NDArray[np.float64]) -> NDArray[np.float64]:
    """Divide spectra by their Euclidean norms, shape ``(n, m)``."""
    unit: NDArray[np.float64] = spectra / np.linalg.norm(spectra, axis=1, keepdims=True)
    return unit


def _lowest(trials: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Lowest of distances at shifts one channel apart, and its shift, by a parabola through the three lowest."""
    place = np.clip(trials.argmin(axis=0), 1, len(trials) - 2)[None]
    left, middle, right = (np.take_along_axis(trials, place + k, axis=0)[0] for k in (-1, 0, 1))
    curvature = np.maximum(left - 2.0 * middle + right, 1e-12)
    offset = np.clip(0.5 * (left - right) / curvature, -1.0, 1.0)
    lowest = middle - 0.5 * curvature * np.square(offset)
    return np.maximum(lowest, 0.0), (place[0] - len(trials) // 2 + offset) * AXIS.step_ev


def _nearest_shift(
    library: Library, energies: NDArray[np.float64], one: NDArray[np.float64], other: str, start_ev: float
) -> tuple[float, float]:
    def distance(shift_ev: float) -> float:
        moved = spectrum_of(library, other, energies, shift_ev)
        return float(0.5 * np.square(one - moved / np.linalg.norm(moved)).sum())

    bounds = (start_ev - AXIS.step_ev, start_ev + AXIS.step_ev)
    found = minimize_scalar(distance, bounds=bounds, method="bounded", options={"xatol": 1e-5})
    best = min((float(found.x), round(start_ev, 3)), key=distance)
    return distance(best), best


def _pair(library: Library, one: int, other: int, distance: float, shift_ev: float, top: float) -> Pair:
    has_one, has_other = library.group_counts[one] > 0, library.group_counts[other] > 0
    return Pair(
        library.keys[one],
        library.keys[other],
        distance,
        shift_ev,
        math.sqrt(2.0 * distance) / (CERTAINTY * top),
        tuple(np.array(GROUP_NAMES)[has_one & ~has_other].tolist()),
        tuple(np.array(GROUP_NAMES)[has_other & ~has_one].tolist()),
    )


def alike(pairs: Sequence[Pair]) -> list[tuple[str, ...]]:
    """Gather polymers that share groups and spectrum: for these spectra they are one polymer.

    Args:
        pairs: What ``compare`` returned.

    Returns:
        Keys, at least two in each set, sorted.
    """
    sets: list[set[str]] = []
    for pair in pairs:
        if pair.same_groups and pair.distance < SAME_FORM:
            joined = {pair.one, pair.other}
            for other in [group for group in sets if group & joined]:
                sets.remove(other)
                joined |= other
            sets.append(joined)
    return sorted(tuple(sorted(group)) for group in sets)


def nearest_by_group(pairs: Sequence[Pair]) -> dict[str, Pair]:
    """Return for every group the nearest pair of which one polymer carries it and the other does not.

    Args:
        pairs: What ``compare`` returned, nearest first.

    Returns:
        Group -> pair, in the order of the pairs; groups without such a pair are left out.
    """
    nearest: dict[str, Pair] = {}
    for pair in pairs:
        for group in (*pair.only_one, *pair.only_other):
            nearest.setdefault(group, pair)
    return nearest
