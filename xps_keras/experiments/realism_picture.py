"""The experiment ``realism`` as one picture: a line for each family."""

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xps_keras.colours import ACCENT, BLUE, INK, PALE, SOFT
from xps_keras.evaluation.drawing import headline, panel
from xps_keras.experiments.realism_table import name_of, sentence_of
from xps_keras.files import write_png

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_LINE_INCH = 0.185
"""Height of one family."""
_LEAST_EV = 0.01
"""Left end of the logarithmic axis of errors."""


def save_png(path: Path, result: dict[str, Any], dpi: int = 150) -> None:
    """Draw the experiment and write it as PNG, whole or not at all.

    Args:
        path: The file to write.
        result: Contents of ``realism.json``.
        dpi: Dots per inch.

    Raises:
        UsageError: The file cannot be written.
    """
    write_png(path, draw(result), dpi)


def draw(result: dict[str, Any]) -> "Figure":
    """Draw the experiment.

    Args:
        result: Contents of ``realism.json``.

    Returns:
        The figure: mean shift error, part of wrong answers (flagged and silent), and F1 of every family.
    """
    from matplotlib.figure import Figure

    rows, before = result["rows"], result["before"]
    older = {} if before is None else {name_of(row): row for row in before["rows"]}
    height = 2.15 + _LINE_INCH * max(len(rows), 6)
    figure = Figure(figsize=(13.33, height), facecolor="white")
    top, bottom = 1.0 - 1.3 / height, 0.75 / height
    grid = figure.add_gridspec(
        1, 3, left=0.21, right=0.985, top=top, bottom=bottom, wspace=0.06, width_ratios=(4, 4, 2)
    )
    errors, wrong, groups = panels = [figure.add_subplot(grid[0, place]) for place in range(3)]
    panel(errors, "Charge", "mean shift error / eV")
    panel(wrong, "Wrong answers", f"off by more than {result['wrong_ev']:g} eV / %")
    panel(groups, "Groups", "micro F1")
    for axes in panels:
        _lines(axes, rows)
    errors.set_yticks(range(len(rows)), [name_of(row) for row in rows], fontsize=8)
    errors.set_xscale("log")
    for line, row in enumerate(rows):
        _errors(errors, line, row, older.get(name_of(row)))
        _wrong(wrong, line, row, older.get(name_of(row)))
        _groups(groups, line, row, older.get(name_of(row)))
    errors.set_xlim(_LEAST_EV, max(6.0, 1.1 * errors.get_xlim()[1]))
    errors.set_xticks([0.01, 0.03, 0.1, 0.3, 1, 3], ["0.01", "0.03", "0.1", "0.3", "1", "3"])
    errors.set_xticks([], minor=True)
    wrong.set_xlim(0, 100)
    wrong.set_xticks([0, 20, 40, 60, 80])
    groups.set_xlim(0, 1)
    _legend(figure, before is not None)
    model = result["model"]
    headline(
        figure,
        "What real surfaces do to the answer",
        f"{model['name']} of version {model['package_version']}; {result['size']:,} simulated spectra per line, seed "
        f"{result['seed']}, species apart from training, shifts up to {result['max_shift_ev']:g} eV; "
        f"xps-keras {result['package_version']}",
        top=1.0 - 0.3 / height,
    )
    found = sentence_of(result).partition(": ")[2]
    figure.text(0.015, 1.0 - 0.86 / height, found, fontsize=9.5, color=SOFT, va="center")
    return figure


def _lines(axes: "Axes", rows: list[dict[str, Any]]) -> None:
    """Number the families from the top, with a quiet band behind every other effect."""
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_yticks([])
    axes.tick_params(axis="y", length=0)
    effects = list(dict.fromkeys(row["effect"] for row in rows))
    for line, row in enumerate(rows):
        if effects.index(row["effect"]) % 2:
            axes.axhspan(line - 0.5, line + 0.5, color="#f4f6f8", linewidth=0, zorder=0)


def _errors(axes: "Axes", line: int, row: dict[str, Any], older: dict[str, Any] | None) -> None:
    def place(figures: dict[str, Any]) -> float:
        return math.nan if figures["mean_absolute_ev"] is None else max(figures["mean_absolute_ev"], _LEAST_EV)

    now = place(row["network"])
    axes.plot([place(row["c1s_maximum"])], [line], marker="|", markersize=7, color=SOFT, linestyle="")
    axes.plot([place(row["classical_fit"])], [line], marker="x", markersize=4.5, color=ACCENT, linestyle="")
    if older is not None:
        then = place(older["network"])
        axes.plot([then, now], [line, line], color=PALE, linewidth=2.0, zorder=1)
        axes.plot([then], [line], marker="o", markersize=5, color="white", markeredgecolor=BLUE, linestyle="")
    axes.plot([now], [line], marker="o", markersize=5.5, color=BLUE, linestyle="")


def _wrong(axes: "Axes", line: int, row: dict[str, Any], older: dict[str, Any] | None) -> None:
    silent = 100 * row["silent"]
    flagged = 100 * row["failures_flagged"] / row["spectra"]
    axes.barh(line, flagged, height=0.62, color=PALE)
    axes.barh(line, silent, left=flagged, height=0.62, color="#922b21")
    if older is not None:
        axes.plot([100 * older["network"]["wrong"]] * 2, [line - 0.42, line + 0.42], color=INK, linewidth=1.2)


def _groups(axes: "Axes", line: int, row: dict[str, Any], older: dict[str, Any] | None) -> None:
    if older is not None and older["micro_f1"] is not None:
        axes.plot(
            [older["micro_f1"]], [line], marker="o", markersize=5, color="white", markeredgecolor=BLUE, linestyle=""
        )
    if row["micro_f1"] is not None:
        axes.plot([row["micro_f1"]], [line], marker="o", markersize=5.5, color=BLUE, linestyle="")


def _legend(figure: "Figure", with_older: bool) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    def mark(marker: str, colour: str, label: str, edge: str | None = None) -> Line2D:
        return Line2D([], [], marker=marker, color=colour, markeredgecolor=edge or colour, linestyle="", label=label)

    handles: list[Any] = [mark("o", BLUE, "network")]
    if with_older:
        handles.append(mark("o", "white", "before", BLUE))
    handles += [mark("|", SOFT, "C 1s maximum at 285.0 eV"), mark("x", ACCENT, "classical fit")]
    handles += [Patch(color=PALE, label="wrong, flagged"), Patch(color="#922b21", label="wrong, silent")]
    if with_older:
        handles.append(Line2D([], [], color=INK, marker="|", markersize=9, linestyle="", label="wrong before"))
    figure.legend(handles=handles, loc="lower center", ncols=len(handles), frameon=False, fontsize=9)
