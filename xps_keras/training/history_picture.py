"""The history of a run as a picture: loss, each figure and the learning rate over the epochs."""

import io
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from xps_keras.colours import ACCENT, INK, SOFT
from xps_keras.files import write_whole

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLUMNS = 3
"""Panels beside one another."""


def write_history_picture(path: Path, history: Mapping[str, Sequence[float]], title: str) -> bool:
    """Draw a history, where matplotlib is installed.

    Args:
        path: The file; its suffix, ``.png``, ``.svg`` or ``.pdf``, says which kind.
        history: Content of ``history.json``: name of a figure -> one value per epoch.
        title: Headline.

    Returns:
        Whether a picture was written.

    Raises:
        UsageError: The file cannot be written.
    """
    try:
        from matplotlib.figure import Figure
    except ImportError:
        return False
    names = panels_of(history)
    columns, rows = min(COLUMNS, len(names)), math.ceil(len(names) / COLUMNS)
    figure = Figure(figsize=(4.4 * columns, 0.5 + 3.0 * rows), facecolor="white", layout="constrained")
    figure.suptitle(title, x=0.01, ha="left", fontsize=12, fontweight="bold", color=INK)
    for place, name in enumerate(names):
        _draw(figure.add_subplot(rows, columns, place + 1), history, name)
    buffer = io.BytesIO()
    figure.savefig(buffer, format=path.suffix.removeprefix(".") or "png", dpi=110)
    write_whole(path, buffer.getvalue())
    return True


def panels_of(history: Mapping[str, Sequence[float]]) -> list[str]:
    """Return the figures worth a panel: the whole loss, every metric, the learning rate last; no part of a loss."""
    names = [name for name in history if not name.startswith("val_") and not name.endswith("_loss")]
    return sorted(names, key=lambda name: (name != "loss", name == "learning_rate"))


def _title(name: str) -> str:
    unit = " / eV" if name.endswith("_ev") else ""
    return name.removesuffix("_ev").replace("_ev_", " ").replace("_", " ") + unit


def _draw(axes: "Axes", history: Mapping[str, Sequence[float]], name: str) -> None:
    for values, colour, label in (
        (history[name], SOFT, "training"),
        (history.get(f"val_{name}", ()), ACCENT, "validation"),
    ):
        if values:
            epochs = range(1, len(values) + 1)
            axes.plot(epochs, values, color=colour, linewidth=1.8, marker="." if len(values) < 40 else "", label=label)
    if name in ("loss", "learning_rate") and all(value > 0 for value in history[name]):
        axes.set_yscale("log")
    axes.locator_params(axis="x", integer=True)
    axes.set_title(_title(name), loc="left", fontsize=10, color=INK)
    axes.set_xlabel("epoch", fontsize=9, color=INK)
    axes.tick_params(colors=INK, labelsize=8)
    axes.spines[["right", "top"]].set_visible(False)
    if f"val_{name}" in history:
        axes.legend(frameon=False, fontsize=8)
