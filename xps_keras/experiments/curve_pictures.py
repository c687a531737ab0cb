"""Learning curve and error against counts, each as one picture."""

import math
from typing import TYPE_CHECKING, Any

from xps_keras.colours import BLUE, SHADES
from xps_keras.evaluation.drawing import headline, panel

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_COLOURS = (BLUE, *SHADES)


def draw_learning_curve(result: dict[str, Any]) -> "Figure":
    """Draw ``learning_curve.json``."""
    figure, panels = _three_panels(result, "size", "training spectra")
    known = result["published"]["exact_match_by_size"]
    if result["recipe"] == "paper":
        places, percent = [int(size) for size in known], [100 * share for share in known.values()]
        panels[0].plot(places, percent, color=BLUE, linestyle=(0, (2, 2)), linewidth=1.1, label="stn, published")
    _finish(
        figure,
        panels,
        [point["size"] for point in result["rows"][0]["points"]],
        f"Learning curve, shifts up to {result['max_shift_ev']:g} eV",
        f"{result['test']['size']:,} test spectra of '{result['recipe']}', seed {result['test']['seed']}, every "
        f"threshold 0.5; xps-keras {result['package_version']}",
    )
    return figure


def draw_noise(result: dict[str, Any]) -> "Figure":
    """Draw ``noise.json``."""
    figure, panels = _three_panels(result, "peak_counts", "counts at the top of C 1s")
    _finish(
        figure,
        panels,
        [point["peak_counts"] for point in result["rows"][0]["points"]],
        "Error against counts",
        f"{result['test']['size']:,} test spectra of '{result['recipe']}' per point, shifts up to "
        f"{result['max_shift_ev']:g} eV, seed {result['test']['seed']}, exact match with every threshold 0.5; "
        f"xps-keras {result['package_version']}",
    )
    return figure


def _three_panels(result: dict[str, Any], x: str, x_title: str) -> "tuple[Figure, list[Axes]]":
    from matplotlib.figure import Figure

    figure = Figure(figsize=(13.33, 5.0), facecolor="white")
    grid = figure.add_gridspec(1, 3, left=0.055, right=0.985, top=0.79, bottom=0.21, wspace=0.24)
    panels = [figure.add_subplot(grid[0, place]) for place in range(3)]
    panel(panels[0], "Exact match", x_title, "all groups right / %")
    panel(panels[1], "Groups", x_title, "micro F1")
    panel(panels[2], "Shift", x_title, "mean absolute error / eV")
    for number, row in enumerate(result["rows"]):
        _curves(panels, row, x, _COLOURS[number % len(_COLOURS)])
    return figure, panels


def _curves(panels: "list[Axes]", row: dict[str, Any], x: str, colour: str) -> None:
    points = row["points"]
    places = [point[x] for point in points]
    look: dict[str, Any] = {"color": colour, "marker": "o", "markersize": 4.5, "linewidth": 1.8}
    match = [point["exact_match_at_half"] for point in points]
    middle = [100 * share["fraction"] for share in match]
    ends = [[100 * (share["fraction"] - share["low"]) for share in match]]
    ends.append([100 * (share["high"] - share["fraction"]) for share in match])
    panels[0].errorbar(places, middle, ends, elinewidth=0.8, label=row["name"], **look)
    panels[1].plot(places, [point["micro_f1"] or 0.0 for point in points], **look)
    panels[2].plot(places, [point["shift_mean_absolute_ev"] for point in points], **look)


def _finish(figure: "Figure", panels: "list[Axes]", places: list[float], title: str, small: str) -> None:
    for axes in panels:
        axes.set_xscale("log")
        axes.set_xticks(places, [f"{place / 1000:g}k" if place >= 1000 else f"{place:g}" for place in places])
        axes.set_xticks([], minor=True)
    panels[0].set_ylim(0, 100)
    panels[1].set_ylim(0, 1)
    highest = float(panels[2].dataLim.ymax)
    panels[2].set_ylim(0, 1.08 * highest if 0 < highest < math.inf else None)  # the topmost point whole
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="lower center", ncols=min(len(labels), 5), frameon=False, fontsize=9.5)
    headline(figure, title, small, top=0.94)
