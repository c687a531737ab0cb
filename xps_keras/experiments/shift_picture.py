"""The shift experiment as one picture: exact match and what shifts cost, ours beside the paper's."""

from typing import TYPE_CHECKING, Any

from xps_keras.evaluation.drawing import headline, panel
from xps_keras.files import StrPath, write_png

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_COLOURS = {"stn": "#1b4f72", "mlp": "#b9770e", "cnn": "#7d3c98", "align": "#1e8449"}
_OTHERS = ("#922b21", "#117a65", "#515a5a", "#a04000")


def save_png(path: StrPath, result: dict[str, Any], dpi: int = 150) -> None:
    """Draw the experiment and write it as PNG, whole or not at all.

    Args:
        path: The file to write.
        result: Contents of ``shift.json``.
        dpi: Dots per inch; the picture is 13.3 inches wide, as a slide.

    Raises:
        UsageError: The file cannot be written.
    """
    write_png(path, draw(result), dpi)


def draw(result: dict[str, Any]) -> "Figure":
    """Draw the experiment.

    Args:
        result: Contents of ``shift.json``.

    Returns:
        The figure: exact match against the largest shift, shift penalty, exact match against the size of the shift.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(13.33, 5.4), facecolor="white")
    grid = figure.add_gridspec(1, 3, left=0.055, right=0.985, top=0.80, bottom=0.22, wspace=0.24)
    panels = [figure.add_subplot(grid[0, place]) for place in range(3)]
    panel(panels[0], "Exact match", "shifts up to / eV", "all groups right / %")
    panel(panels[1], "Shift penalty", "shifts up to / eV", "exact match lost against 0 eV / points")
    panel(panels[2], "By size of the shift", "size of the true shift / eV", "all groups right / %")
    colours = _colours(result)
    for row in result["rows"]:
        _row(panels, row, colours[row["name"]])
    if result["recipe"] == "paper":
        _published(panels, result, colours)
    for axes in (panels[0], panels[2]):
        axes.set_ylim(0, 100)
    panels[1].set_ylim(min(0.0, panels[1].get_ylim()[0]), None)
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="lower center", ncols=min(len(labels), 5), frameon=False, fontsize=9.5)
    test = result["test"]
    headline(
        figure,
        "What a charging shift costs",
        f"{test['size']:,} test spectra of '{result['recipe']}' per point, seed {test['seed']}, every threshold 0.5; "
        f"xps-keras {result['package_version']}",
        top=0.945,
    )
    return figure


def _colours(result: dict[str, Any]) -> dict[str, str]:
    names = dict.fromkeys(
        [row["name"] for row in result["rows"]] + list(result["published"]["exact_match_by_max_shift"])
    )
    others = [name for name in names if name not in _COLOURS]
    return {**_COLOURS, **{name: _OTHERS[place % len(_OTHERS)] for place, name in enumerate(others)}}


def _row(panels: "list[Axes]", row: dict[str, Any], colour: str) -> None:
    cells = row["cells"]
    one = row["protocol"] == "one model"
    label = row["name"] + (f", one model for {cells[0]['trained_to_ev']:g} eV" if one else ", one model per shift")
    look: dict[str, Any] = {"color": colour, "marker": "D" if one else "o", "markersize": 4.5, "linewidth": 1.8}
    match = [cell["exact_match_at_half"] for cell in cells]
    middle = [100 * share["fraction"] for share in match]
    below = [100 * (share["fraction"] - share["low"]) for share in match]
    above = [100 * (share["high"] - share["fraction"]) for share in match]
    shifts = [cell["max_shift_ev"] for cell in cells]
    panels[0].errorbar(shifts, middle, [below, above], elinewidth=0.8, label=label, **look)
    known = [cell for cell in cells if cell["penalty"] is not None]
    points = [cell["penalty"]["points"] for cell in known]
    half = [0.5 * (cell["penalty"]["high"] - cell["penalty"]["low"]) for cell in known]
    panels[1].errorbar([cell["max_shift_ev"] for cell in known], points, half, elinewidth=0.8, **look)
    bins = [entry for entry in cells[-1]["by_shift_size"] if entry["spectra"]]
    places = [0.5 * (entry["low_ev"] + entry["high_ev"]) for entry in bins]
    panels[2].plot(places, [100 * entry["exact_match_at_half"] for entry in bins], **look)


def _published(panels: "list[Axes]", result: dict[str, Any], colours: dict[str, str]) -> None:
    shown = {row["name"] for row in result["rows"]}
    for name, values in result["published"]["exact_match_by_max_shift"].items():
        if name not in shown and name != "stn":
            continue
        look: dict[str, Any] = {"color": colours[name], "linestyle": (0, (2, 2)), "linewidth": 1.1}
        percent = [100 * value for value in values]
        panels[0].plot(range(len(values)), percent, label=f"{name}, published", **look)
        panels[1].plot(range(len(values)), [percent[0] - value for value in percent], **look)
