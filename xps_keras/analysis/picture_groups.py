"""The groups of an answer beside its spectra: bars of probability, the headline and other readings."""

import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from xps_keras.analysis.picture_labels import fitting
from xps_keras.analysis.picture_panel import PRESENT
from xps_keras.analysis.report import none_present, percent, shift_text, signed, undecided_text
from xps_keras.analysis.result import Analysis, GroupFinding
from xps_keras.colours import INK, SOFT
from xps_keras.printable import for_pictures

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_ABSENT = "#c8ccd0"
_UNSURE = "#884ea0"
_MOST_BARS = 12


def draw_groups(figure: "Figure", analysis: Analysis) -> None:
    """Draw the right part of a slide and its headline.

    Args:
        figure: The picture; its left 0.6 holds the spectra.
        analysis: The answer.
    """
    bottom = 0.36 if analysis.alternatives else 0.29
    bars = figure.add_axes((0.765, bottom, 0.175, 0.82 - bottom))
    _bars(bars, analysis)
    _texts(figure, analysis)


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
        axes.barh(row, value, height=0.62, color=PRESENT if present else _ABSENT)
        axes.plot([group.threshold] * 2, [row - 0.40, row + 0.40], color=INK, linewidth=1.4)
        if group.evidence:
            seen = _short(", ".join(signal.text.removesuffix(" eV") for signal in group.evidence), 44)
            axes.text(-0.03, row + 0.30, seen, ha="right", va="center", fontsize=7.5, color=PRESENT)
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


def _short(text: str, length: int) -> str:
    return textwrap.shorten(text, length, placeholder=" ...")


def _texts(figure: "Figure", analysis: Analysis) -> None:
    present = ", ".join(group.name for group in analysis.present) or none_present(analysis)
    name = " · ".join(filter(None, (Path(analysis.file).name, analysis.sample)))
    title = for_pictures(fitting(name, 12, 9.0))  # what may stand at the right begins behind
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
        words = undecided_text(analysis)
        figure.text(0.955, 0.952, words, fontsize=12, color=_UNSURE, ha="right", va="center")
    for other in analysis.alternatives:
        groups = ", ".join(other.present) or "no group"
        y = _paragraph(
            figure,
            y,
            f"or, read with a weight of {percent(other.weight)}: shift {signed(other.shift_ev)} eV and {groups}",
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
        0.012,
        f"intensity as measured, background included; hydrocarbon C 1s at {analysis.reference_ev:g} eV; "
        f"model {model.name} {model.version}; xps-keras {analysis.version}",
        fontsize=8.5,
        color=SOFT,
    )


def _paragraph(figure: "Figure", y: float, text: str, color: str) -> float:
    lines: Sequence[str] = textwrap.wrap(text, 62)
    figure.text(0.635, y, "\n".join(lines), fontsize=10, color=color, va="top", linespacing=1.25)
    return y - 0.027 * len(lines) - 0.015
