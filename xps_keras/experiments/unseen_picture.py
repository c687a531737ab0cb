"""Seen against unseen as one picture: every group, and the means.

Drawn with matplotlib's object interface, which keeps no global state and needs no display.
"""

from typing import TYPE_CHECKING

from xps_keras.colours import INK, SOFT
from xps_keras.experiments.unseen import Unseen
from xps_keras.files import StrPath, write_png
from xps_keras.groups import GROUP_NAMES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_COLORS = ("#b9770e", "#1b4f72", "#117a65", "#7d3c98")
"""One per recipe of the training."""


def save_png(path: StrPath, found: Unseen, dpi: int = 200) -> None:
    """Draw the figures and write them as PNG, whole or not at all.

    Args:
        path: The file to write.
        found: The figures.
        dpi: Dots per inch; the picture is 7.2 inches wide, two columns of a journal.

    Raises:
        UsageError: The file cannot be written.
    """
    write_png(path, draw(found), dpi)


def draw(found: Unseen) -> "Figure":
    """Draw the figures.

    Args:
        found: The figures.

    Returns:
        The figure: F1 of every group that counts, on seen (open) and unseen polymers (filled); those that one spectrum
        alone shows stand apart; the means stand below.
    """
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

    shown = [group for group in range(len(GROUP_NAMES)) if found.carriers[group]]

    def unseen_f1(group: int) -> float:
        return found.trained[-1].unseen["half"].groups[group].f1 or 0.0

    upper = sorted((group for group in shown if found.counted[group]), key=lambda group: -unseen_f1(group))
    lower = sorted((group for group in shown if not found.counted[group]), key=lambda group: -unseen_f1(group))
    figure = Figure(figsize=(7.2, 1.5 + 0.2 * (len(shown) + 3)), facecolor="white")
    axes = figure.add_axes((0.25, 0.075, 0.72, 0.835))
    rows: list[tuple[float, int | None]] = [(float(place), group) for place, group in enumerate(upper)]
    rows.append((len(upper) + 0.25, None))
    rows += [(len(upper) + 2.0 + place, group) for place, group in enumerate(lower)]
    for row, group in rows:
        _row(axes, found, row, group)
    if lower:
        axes.text(0.0, len(upper) + 1.3, "shown by one spectrum alone, not in the mean", fontsize=7.5, color=SOFT)
    axes.axhspan(len(upper) - 0.25, len(upper) + 0.75, color="#eef2f5", zorder=0, linewidth=0)
    axes.set_ylim(rows[-1][0] + 0.7, -0.7)
    axes.set_xlim(-0.02, 1.02)
    axes.set_yticks(
        [row for row, _ in rows],
        ["mean" if group is None else f"{GROUP_NAMES[group]} ({found.distinct_carriers[group]})" for _, group in rows],
        fontsize=8,
        color=INK,
    )
    axes.get_yticklabels()[len(upper)].set_fontweight("bold")
    axes.tick_params(axis="y", length=0)
    axes.tick_params(axis="x", colors=INK, labelsize=8)
    axes.set_xlabel("F1, groups called at a probability of 0.5", fontsize=8.5, color=INK)
    axes.grid(axis="x", color="#e3e7ea", linewidth=0.6)
    axes.set_axisbelow(True)
    for side in ("right", "top", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(SOFT)
    handles = []
    for color, trained in zip(_COLORS, found.trained, strict=False):
        handles.append(_mark(Line2D, color, True, f"'{trained.recipe}', seen polymers"))
        handles.append(_mark(Line2D, color, False, f"'{trained.recipe}', unseen polymers"))
    figure.legend(handles=handles, loc="upper left", bbox_to_anchor=(0.24, 0.985), ncols=2, fontsize=8, frameon=False)
    return figure


def _mark(line: type, color: str, hollow: bool, label: str) -> object:
    face = "white" if hollow else color
    return line([], [], color=color, marker="o", markersize=5, markerfacecolor=face, linewidth=0, label=label)


def _row(axes: "Axes", found: Unseen, row: float, group: int | None) -> None:
    count = len(found.trained)
    for number, (color, trained) in enumerate(zip(_COLORS, found.trained, strict=False)):
        place = row + 0.28 * (number - (count - 1) / 2)
        parts = (trained.seen["half"], trained.unseen["half"])
        values = [part.macro_f1 if group is None else part.groups[group].f1 for part in parts]
        known = [value for value in values if value is not None]  # held-out polymers need not carry the group
        axes.plot(known, [place] * len(known), color=color, linewidth=1.1, alpha=0.55, zorder=1)
        for value, face in zip(values, ("white", color), strict=True):
            if value is not None:
                axes.plot(
                    [value], [place], color=color, marker="o", markersize=4, markerfacecolor=face, linewidth=0, zorder=2
                )
