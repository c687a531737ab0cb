"""The answer as a picture for a slide: the spectrum before and after correction, and the groups with probabilities.

Figures are made with matplotlib's object interface, which keeps no global state and needs no display.
"""

import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from xps_keras.analysis.report import percent, shift_text, signed
from xps_keras.analysis.result import Analysis, GroupFinding
from xps_keras.colours import BLUE, INK, SOFT
from xps_keras.files import StrPath, write_png
from xps_keras.preprocessing.channels import Channels, PlannedRegion
from xps_keras.preprocessing.signals import SIGNIFICANCE, signal_to_noise
from xps_keras.printable import for_pictures

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_MEASURED = "#9a9a9a"
_PRESENT = "#1e8449"
_ABSENT = "#c8ccd0"
_UNSURE = "#884ea0"
_MOST_PANELS = 6
_MOST_BARS = 12
_FLAT = 6.0
"""Height of a panel over the highest noise of a region without a line."""
_FLANK_EV = 3.0
"""Energy shown on either side of where the signal ends."""
_LEAST_SHOWN = 0.004
"""Part of a region's maximum down to which its signal is kept in view: an aromatic shake-up stays visible."""


def save_png(path: StrPath, channels: Channels, analysis: Analysis, dpi: int = 150) -> None:
    """Draw an answer and write it as PNG, whole or not at all.

    Args:
        path: The file to write.
        channels: The spectrum on the axis, as measured.
        analysis: The answer.
        dpi: Dots per inch; the picture is 13.3 inches wide, as a slide.

    Raises:
        UsageError: The file cannot be written.
    """
    write_png(path, draw(channels, analysis), dpi)


def save_picture(path: StrPath, channels: Channels, analysis: Analysis, style: str, suffix: str) -> None:
    save_png(path, channels, analysis)


def draw(channels: Channels, analysis: Analysis) -> "Figure":
    """Draw an answer.

    Args:
        channels: The spectrum on the axis, as measured.
        analysis: The answer.

    Returns:
        The figure: one panel per measured stretch with the binding energy falling to the right, as is the custom of
        the field, and the groups beside them.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(13.33, 7.5), facecolor="white")
    panels = _panels(channels)
    columns = 1 if len(panels) == 1 else 2 if len(panels) <= 4 else 3
    rows = -(-len(panels) // columns)
    left = figure.add_gridspec(rows, columns, left=0.045, right=0.60, top=0.84, bottom=0.10, hspace=0.38, wspace=0.14)
    for place, used in enumerate(panels):
        axes = figure.add_subplot(left[place // columns, place % columns])
        _region(axes, used, analysis, size=(rows, columns))
    if panels:
        handles, labels = figure.axes[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="center right", bbox_to_anchor=(0.605, 0.952), frameon=False, ncols=2)
    bottom = 0.36 if analysis.alternatives else 0.29
    bars = figure.add_axes((0.765, bottom, 0.175, 0.82 - bottom))
    _bars(bars, analysis)
    _texts(figure, analysis)
    return figure


def _panels(channels: Channels) -> list[PlannedRegion]:
    """Return the used regions, C 1s first, then by falling area; not more than find room."""
    regions = [used for used in channels.regions if used.used and used.energy_ev is not None]

    def rank(used: PlannedRegion) -> tuple[bool, float]:
        return ("C 1s" not in used.lines, -float(used.net.sum()) * used.region.step_ev)

    return sorted(regions, key=rank)[:_MOST_PANELS]


def _region(axes: "Axes", used: PlannedRegion, analysis: Analysis, size: tuple[int, int]) -> None:
    energies, net = used.region.binding_energy_ev, used.net
    if used.energy_ev is not None:
        energies = used.energy_ev
    shift = analysis.shift_ev
    small, low_panel = size[1] > 1, size[0] > 1
    # A region without a line is drawn as the flat noise it is, not blown up to full height.
    seen = signal_to_noise(energies, net, float(energies[0]), float(energies[-1])) >= SIGNIFICANCE
    top = float(net.max()) if seen else max(float(np.abs(net).max()) * _FLAT, 1e-12)
    scale = 1.0 / top
    axes.plot(energies, net * scale, color=_MEASURED, linewidth=1.1, linestyle=(0, (4, 2)), label="as measured")
    axes.plot(energies - shift, net * scale, color=BLUE, linewidth=1.9, label=f"corrected by {signed(-shift)} eV")
    axes.fill_between(energies - shift, 0.0, net * scale, color=BLUE, alpha=0.10, linewidth=0)
    low, high = _view(energies, net, shift)
    axes.set_xlim(high, low)
    axes.set_ylim(-0.04, 1.40 if low_panel else 1.45)
    axes.set_yticks([])
    axes.axhline(0.0, color=INK, linewidth=0.6)
    axes.set_xlabel("binding energy / eV", color=INK, fontsize=10 if small else 12)
    axes.tick_params(axis="x", colors=INK, labelsize=10 if small else 11)
    for side in ("left", "right", "top"):
        axes.spines[side].set_visible(False)
    name = for_pictures(used.name)
    title = name if seen else f"{name} (no line seen)"
    axes.set_title(title, loc="left", fontsize=12 if small else 14, fontweight="bold", color=INK, pad=4)
    whole = [
        group.name
        for group in analysis.present
        if any(signal.energy_ev is None and signal.line in used.lines for signal in group.evidence)
    ]
    if whole:
        axes.set_title(_short(", ".join(whole), 46), loc="right", fontsize=9, color=_PRESENT)
    peak = float(energies[int(np.argmax(net))])
    if seen and abs(shift) >= 0.05:
        axes.annotate(
            "",
            xy=(peak - shift, 1.04),
            xytext=(peak, 1.04),
            arrowprops={"arrowstyle": "-|>", "color": INK, "linewidth": 1.2, "shrinkA": 0, "shrinkB": 0},
        )
    _marks(axes, analysis, low, high, used.lines, energies - shift, net * scale, small, low_panel)


def _view(energies: NDArray[np.float64], net: NDArray[np.float64], shift: float) -> tuple[float, float]:
    smooth = np.convolve(net, np.ones(9) / 9.0, mode="same")
    strong = np.flatnonzero(smooth > _LEAST_SHOWN * float(smooth.max())) if smooth.max() > 0 else np.array([], int)
    first, last = (energies[strong[0]], energies[strong[-1]]) if strong.size else (energies[0], energies[-1])
    low = max(float(first) - _FLANK_EV, float(energies[0]))
    high = min(float(last) + _FLANK_EV, float(energies[-1]))
    return min(low, low - shift), max(high, high - shift)


def _marks(
    axes: "Axes",
    analysis: Analysis,
    low: float,
    high: float,
    lines: tuple[str, ...],
    energies: NDArray[np.float64],
    relative: NDArray[np.float64],
    small: bool,
    numbers_only: bool,
) -> None:
    """Name the components of present groups on the corrected spectrum; close ones share one mark."""
    from matplotlib.patheffects import withStroke

    seen: list[tuple[float, str]] = []
    for group in analysis.present:
        for signal in group.evidence:
            if signal.energy_ev is not None and signal.line in lines and low < signal.energy_ev < high:
                seen.append((round(signal.energy_ev, 1), group.name))
    merged: list[tuple[float, list[str]]] = []
    for energy, label in sorted(seen):
        if merged and energy - merged[-1][0] < 0.06 * (high - low):
            if label not in merged[-1][1]:
                merged[-1][1].append(label)
        else:
            merged.append((energy, [label]))
    for energy, labels in merged:
        height = float(np.interp(energy, energies, relative))
        base = height + 0.02 if height < 0.75 else max(height, 1.0) + 0.08  # clear of the arrow at the top
        axes.plot([energy, energy], [base, base + 0.05], color=_PRESENT, linewidth=1.2)
        axes.annotate(
            f"{energy:.1f}" if numbers_only else f"{energy:.1f}  {_short(', '.join(labels), 26 if small else 40)}",
            xy=(energy, base + 0.06),
            rotation=90,
            fontsize=7.5 if small else 9.5,
            color=_PRESENT,
            ha="center",
            va="bottom",
            path_effects=[withStroke(linewidth=3, foreground="white")],
        )


def _short(text: str, length: int) -> str:
    return textwrap.shorten(text, length, placeholder=" ...")


def _shown_groups(analysis: Analysis) -> list[GroupFinding]:
    """Return the groups worth a bar: all present ones, then the others nearest to their threshold."""
    absent = sorted(
        (group for group in analysis.groups if group.status in ("absent", "not seen")),
        key=lambda group: -((group.probability or 0.0) / max(group.threshold, 1e-6)),
    )
    room = max(_MOST_BARS - len(analysis.present), 3)
    return [*analysis.present, *absent[:room]]


def _bars(axes: "Axes", analysis: Analysis) -> None:
    shown = _shown_groups(analysis)
    for row, group in enumerate(shown):
        present = group.status == "present"
        value = group.probability or 0.0
        axes.barh(row, value, height=0.62, color=_PRESENT if present else _ABSENT)
        axes.plot([group.threshold] * 2, [row - 0.40, row + 0.40], color=INK, linewidth=1.4)
        if group.evidence:
            seen = _short(", ".join(signal.text.removesuffix(" eV") for signal in group.evidence), 44)
            axes.text(-0.03, row + 0.30, seen, ha="right", va="center", fontsize=7.5, color=_PRESENT)
        axes.text(
            -0.03,
            row - (0.12 if group.evidence else 0.0),
            group.name,
            ha="right",
            va="center",
            fontsize=11,
            color=INK if present else SOFT,
            fontstyle="italic" if group.status == "not seen" else "normal",
            fontweight="bold" if present else "normal",
        )
        axes.text(1.03, row, percent(value), ha="left", va="center", fontsize=10, color=INK if present else SOFT)
    axes.set_ylim(len(shown) - 0.4, -0.6)
    axes.set_xlim(0.0, 1.0)
    axes.set_yticks([])
    axes.set_xticks([0.0, 0.5, 1.0], ["0", "50 %", "100 %"])
    axes.tick_params(axis="x", colors=SOFT, labelsize=9, length=2)
    for side in ("right", "top", "bottom"):
        axes.spines[side].set_visible(False)
    axes.set_title(
        "probability of a group   (| = threshold, italic: not seen)", loc="right", fontsize=10, color=SOFT, pad=6
    )


def _texts(figure: "Figure", analysis: Analysis) -> None:
    present = ", ".join(group.name for group in analysis.present) or "no group reaches its threshold"
    title = for_pictures(" · ".join(filter(None, (Path(analysis.file).name, analysis.sample))))
    figure.text(0.045, 0.952, title, fontsize=12, color=SOFT, va="center")
    figure.text(
        0.045,
        0.905,
        f"shift {shift_text(analysis)}:  {textwrap.shorten(present, 90, placeholder=' ...')}",
        fontsize=17,
        fontweight="bold",
        color=INK,
        va="center",
    )
    y = 0.265 if analysis.alternatives else 0.20
    if analysis.charge_undecided:
        words = "the charge cannot be told from this file"
        figure.text(0.955, 0.952, words, fontsize=12, color=_UNSURE, ha="right", va="center")
    for other in analysis.alternatives:
        groups = ", ".join(other.present) or "no group"
        y = _paragraph(
            figure,
            y,
            f"or, with a chance of {percent(other.weight)}: shift {signed(other.shift_ev)} eV and {groups}",
            _UNSURE,
        )
    unknown = [group.name for group in analysis.groups if group.status == "not assessable"]
    if unknown:
        y = _paragraph(
            figure,
            y,
            f"not assessable here: {textwrap.shorten(', '.join(unknown), 230, placeholder=' ...')}",
            SOFT,
        )
    model = analysis.model
    figure.text(
        0.045,
        0.022,
        f"net intensity, each region to its own maximum; hydrocarbon C 1s at {analysis.reference_ev:g} eV; "
        f"model {model.name} {model.version}; xps-keras {analysis.version}",
        fontsize=8.5,
        color=SOFT,
    )


def _paragraph(figure: "Figure", y: float, text: str, color: str) -> float:
    lines: Sequence[str] = textwrap.wrap(text, 62)
    figure.text(0.635, y, "\n".join(lines), fontsize=10, color=color, va="top", linespacing=1.25)
    return y - 0.027 * len(lines) - 0.015
