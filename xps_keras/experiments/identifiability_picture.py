"""The picture of ``xps-keras library identify``."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from xps_keras.evaluation.drawing import panel
from xps_keras.files import StrPath, write_png

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_COLOURS = ("#1b4f72", "#2e86ab", "#b9770e")
_NOISE_COLOURS = ("#1b4f72", "#2e86ab", "#b9770e", "#a93226")


def save_png(path: StrPath, content: Mapping[str, Any], dpi: int = 150) -> None:
    """Draw distances and unmixing and write them as PNG, whole or not at all.

    Args:
        path: The file to write.
        content: What ``identifiability_report.report`` returned.
        dpi: Dots per inch; the picture is 13 inches wide.

    Raises:
        UsageError: The file cannot be written.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(13.0, 4.6), facecolor="white", layout="constrained")
    left, right = figure.subplots(1, 2)
    _distances(left, content["settings"])
    _unmixing(right, content["unmixing"])
    write_png(path, figure, dpi)


def _distances(axes: "Axes", settings: list[dict[str, Any]]) -> None:
    half = len(settings) // 2
    for place, entry in enumerate(settings):
        values = np.maximum(entry["nearest_distances"], 1e-7)
        rank = np.arange(1, len(values) + 1)
        dashed = place >= half
        axes.plot(
            values,
            rank,
            color=_COLOURS[place % half],
            linestyle="--" if dashed else "-",
            linewidth=1.8,
            label=entry["name"],
        )
    axes.set_xscale("log")
    axes.set_xlim(1e-7, 1.0)
    axes.set_ylim(bottom=0)
    axes.legend(frameon=False, fontsize=9, loc="upper left")
    panel(
        axes,
        "How near the nearest polymer with other groups is",
        "cosine distance (0: same form; below 1e-7 drawn at the left edge)",
        "polymers with a neighbour this near",
    )


def _unmixing(axes: "Axes", content: dict[str, Any]) -> None:
    thresholds = 100 * np.array(content["thresholds"])
    for level, colour in zip(content["levels"], _NOISE_COLOURS, strict=True):
        exact = 100 * np.array(level["exact_match_by_threshold"])
        name = f"noise {100 * level['noise']:g} % of the peak" if level["noise"] else "no noise"
        axes.plot(thresholds, exact, color=colour, linewidth=1.8, label=name)
        axes.plot(100 * level["threshold"], 100 * level["exact_match"], "o", color=colour, markersize=6)
    axes.set_xscale("log")
    axes.set_xlim(0.1 * thresholds[0], 1.1 * thresholds[-1])  # room for the legend
    axes.set_ylim(0, 102)
    axes.legend(frameon=False, fontsize=9, loc="lower left", bbox_to_anchor=(0.0, 0.62))
    panel(
        axes,
        f"Unmixing of {content['size']:,} mixtures, true shift and width given",
        "weight from which a polymer counts as found / %",
        "exact match / %",
    )
