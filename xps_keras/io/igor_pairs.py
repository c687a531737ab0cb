"""Igor waves without a scale: which of them are energies, and of which waves."""

from collections.abc import Sequence
from itertools import takewhile
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from xps_keras.errors import InputError
from xps_keras.io.column_names import Role, role_of
from xps_keras.library.core_line import find_core_line
from xps_keras.median import median

_UNEVEN, _EVEN_SHARE = 0.3, 0.9  # steps of energies differ less than this, in so many of their points
_MOST_WAVES = 2000  # each is compared with all energies


class Pairs(NamedTuple):
    """Waves by their numbers."""

    energies: dict[int, int]
    """For each wave of intensities the wave of its energies."""
    axes: list[int]
    """All waves of energies."""


def pairs_of(names: Sequence[str], values: Sequence[NDArray[np.float64]], file: str) -> Pairs:
    """Find the energies of each wave: of its length, of its core line, and nearest to it.

    Args:
        names: Names of the waves, in file order.
        values: Their values, shape ``(n,)`` each.
        file: Name of the file, for messages.

    Returns:
        The pairs; a wave without energies of its length, or whose energies are those of another core line, has none.

    Raises:
        InputError: If several waves of energies may be those of one wave, or the waves are too many to compare.
    """
    if len(names) > _MOST_WAVES:
        raise InputError(
            f"{file}: {len(names)} waves have no scale, more than can be paired ({_MOST_WAVES}), set the scale of "
            "their energies in Igor (SetScale)."
        )
    axes = _axes(names, values)
    order = list(range(len(names)))
    used = [index for index in order if wave_role(names[index]) != "other"]
    if used and used[-1] in axes and used[0] not in axes:
        order.reverse()  # intensities stand before their energies
    energies: dict[int, int] = {}
    runs: list[list[int]] = []
    begun = False
    for index in order:
        if index in axes:
            if not begun:
                runs.append([])
            runs[-1].append(index)
            begun = True
            continue
        begun = False
        same = [axis for axis in axes if len(values[axis]) == len(values[index])]
        fitting = _of_its_line(names[index], same, names)
        near = next((near for run in reversed(runs) if (near := [axis for axis in run if axis in fitting])), fitting)
        if near:
            energies[index] = _only(index, near, names, file)
    return Pairs(energies, axes)


def wave_role(name: str) -> Role:
    """Tell what a wave of this name holds; in Igor an underscore stands for a space."""
    return role_of(name.replace("_", " "))


def in_order(values: NDArray[np.float64]) -> bool:
    """Tell whether values rise or fall throughout."""
    steps = np.diff(values)
    return len(steps) > 0 and bool((steps > 0).all() or (steps < 0).all())


def _axes(names: Sequence[str], values: Sequence[NDArray[np.float64]]) -> list[int]:
    """Waves called energies, waves of even steps, and waves in order for whose length there are none of these."""
    roles = [wave_role(name) for name in names]
    ordered = [index for index, role in enumerate(roles) if role != "other" and in_order(values[index])]
    sure = [
        index
        for index in ordered
        if roles[index] in ("binding", "kinetic", "energy") or (not roles[index] and _is_even(values[index]))
    ]
    lengths = {len(values[index]) for index in sure}
    for index in ordered:
        if not roles[index] and len(values[index]) not in lengths:
            sure.append(index)
            lengths.add(len(values[index]))
    return sorted(sure)


def _is_even(values: NDArray[np.float64]) -> bool:
    steps = np.diff(values)
    usual = median(steps)
    return float(np.mean(np.abs(steps - usual) <= _UNEVEN * abs(usual))) > _EVEN_SHARE


def _of_its_line(name: str, axes: list[int], names: Sequence[str]) -> list[int]:
    """Keep the energies of the wave's own core line, else those of none; another line's are not its own."""
    line = find_core_line(name)
    if not line:
        return axes
    lines = {axis: find_core_line(names[axis]) for axis in axes}
    return [axis for axis in axes if lines[axis] == line] or [axis for axis in axes if not lines[axis]]


def _only(index: int, axes: list[int], names: Sequence[str], file: str) -> int:
    """Choose among energies side by side: binding ones, then those whose name is most like the wave's."""
    binding = [axis for axis in axes if wave_role(names[axis]) == "binding"] or axes
    likeness = [_likeness(names[index], names[axis]) for axis in binding]
    best = [axis for axis, alike in zip(binding, likeness, strict=True) if alike == max(likeness)]
    if len(best) > 1:
        raise InputError(
            f"{file}: the energies of wave {names[index]} may be {names[best[0]]} or {names[best[1]]}, put each before "
            "its intensities or name them alike (`C1s_BE`, `C1s_counts`)."
        )
    return best[0]


def _likeness(one: str, other: str) -> int:
    """Count the letters with which two names begin and end alike."""
    return _alike(one.lower(), other.lower()) + _alike(one.lower()[::-1], other.lower()[::-1])


def _alike(one: str, other: str) -> int:
    return sum(1 for _ in takewhile(lambda letters: letters[0] == letters[1], zip(one, other, strict=False)))
