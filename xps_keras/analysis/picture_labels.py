"""Labels of a spectrum: in a band above the highest point, side by side, each with a line to its place on the curve.

The band holds no data, and labels are moved along the energy axis until none stands on another.
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MISSING = r"Glyph .* missing from"
"""What matplotlib warns of a letter that its font lacks; names from files may be of any script."""
LINE = 1.35
"""Room that a line of text takes over the size of its font."""
LEADER_IN = 0.14
"""Height in inches in which the lines from the curve bend to their labels."""
_GAP_IN = 0.04  # between such a line and the text, and above the text
MOST_OF_PANEL = 0.55
"""Part of a panel's height that the band takes at most."""
SMALLEST_FONT = 0.7
"""A font is made smaller by this factor at most before a text loses its end."""
_POINTS = 72.0  # an inch


@dataclass(frozen=True)
class Label:
    """What is written about one energy."""

    energy_ev: float
    texts: tuple[str, ...]
    """The same at several lengths, longest first: the longest that finds room is written."""
    color: str


@dataclass(frozen=True)
class Band:
    """The part of a panel above its data."""

    labels: tuple[Label, ...]
    texts: tuple[str, ...]
    """What is written of each label."""
    font: float
    """Size of the font in points."""
    share: float
    """Part of the panel's height that it takes."""


@lru_cache(maxsize=4096)
def length_in(text: str, font: float, bold: bool = False) -> float:
    """Return how long a line of text is, in inches.

    Args:
        text: The text.
        font: Size of the font in points.
        bold: Whether it is bold.
    """
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    properties = FontProperties(size=font, weight="bold" if bold else "normal")
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=MISSING)
        width: float = text_to_path.get_text_width_height_descent(text, properties, ismath=False)[0]
    return width / _POINTS


def fitting(text: str, font: float, room_in: float) -> str:
    """Shorten a text until it is no longer than some inches, with dots for what is left out."""
    if length_in(text, font) <= room_in:
        return text
    while text and length_in(f"{text} ...", font) > room_in:
        text = text[:-1]
    return f"{text.rstrip(' ,')} ..." if text else ""


def band(labels: Sequence[Label], font: float, height_in: float, width_in: float) -> Band:
    """Plan the band of a panel.

    Args:
        labels: What is to be written.
        font: Size of the font in points.
        height_in: Height of the panel in inches.
        width_in: Width of the panel in inches.

    Returns:
        The band, its font smaller where the shortest texts are too long. Where not all labels find room side by side,
        the first ones are kept.
    """
    kept = tuple(labels[: max(1, int(width_in * _POINTS / (font * LINE)))])
    if not kept:
        return Band((), (), font, 0.0)
    room_in = MOST_OF_PANEL * height_in - LEADER_IN - 2.0 * _GAP_IN
    lengths = max(len(label.texts) for label in kept)
    texts: tuple[str, ...] = ()
    for index in range(lengths):
        texts = tuple(label.texts[min(index, len(label.texts) - 1)] for label in kept)
        if max(length_in(text, font) for text in texts) <= room_in:
            break
    longest = max(length_in(text, font) for text in texts)
    font *= min(1.0, max(SMALLEST_FONT, 0.99 * room_in / longest))
    texts = tuple(fitting(text, font, room_in) for text in texts)
    longest = max(length_in(text, font) for text in texts)
    return Band(kept, texts, font, (longest + LEADER_IN + 2.0 * _GAP_IN) / height_in)


def spread(wanted: Sequence[float], distance: float, low: float, high: float) -> NDArray[np.float64]:
    """Move positions apart as little as can be, in the sense of least squares.

    Args:
        wanted: Positions, ascending.
        distance: Least distance of neighbours.
        low: Lowest position allowed.
        high: Highest position allowed; the distance shrinks where there is not enough room.

    Returns:
        The positions, ascending, shape ``(n,)``.
    """
    count = len(wanted)
    if count == 0:
        return np.empty(0)
    distance = min(distance, (high - low) / max(count - 1, 1))
    steps = distance * np.arange(count)
    # Without the steps the positions must not fall: pooling neighbours that do gives the nearest such sequence.
    pools: list[tuple[float, int]] = []
    for value in np.asarray(wanted, dtype=np.float64) - steps:
        pools.append((float(value), 1))
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            (first, many), (second, more) = pools[-2:]
            pools[-2:] = [((first * many + second * more) / (many + more), many + more)]
    level = np.concatenate([np.full(many, value) for value, many in pools])
    moved: NDArray[np.float64] = np.clip(level, low, high - steps[-1]) + steps
    return moved


def write(axes: "Axes", planned: Band, heights: Sequence[float], width_in: float, height_in: float) -> None:
    """Write the labels of a panel whose limits are set: energies fall to the right, the band is free of data.

    Args:
        axes: The panel.
        planned: Its band.
        heights: Height of the curve at each label, in data units.
        width_in: Width of the panel in inches.
        height_in: Its height in inches.
    """
    if not planned.labels:
        return
    left, right = axes.get_xlim()
    bottom, top = axes.get_ylim()
    inch_up, inch_along = (top - bottom) / height_in, (left - right) / width_in
    floor = top - planned.share * (top - bottom)
    foot = floor + LEADER_IN * inch_up
    distance = planned.font * LINE / _POINTS * inch_along
    order = np.argsort([label.energy_ev for label in planned.labels], kind="stable")
    places = spread(
        [planned.labels[index].energy_ev for index in order], distance, right + 0.5 * distance, left - 0.5 * distance
    )
    for index, place in zip(order, places, strict=True):
        label = planned.labels[index]
        energy = min(max(label.energy_ev, right), left)
        axes.plot(
            [energy, energy, place],
            [min(heights[index], floor), floor, foot],
            color=label.color,
            linewidth=0.6,
            alpha=0.55,
            solid_joinstyle="round",
            label="_leader",
        )
        axes.text(
            place,
            foot + _GAP_IN * inch_up,
            planned.texts[index].replace("$", r"\$"),
            rotation=90,
            fontsize=planned.font,
            color=label.color,
            ha="center",
            va="bottom",
        )
