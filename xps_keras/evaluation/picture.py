"""An evaluation as one picture: every group, shift error and its uncertainty, reliability, amounts, mistakes."""

from typing import TYPE_CHECKING

import numpy as np

from xps_keras.colours import ACCENT, BLUE, INK, PALE, SHADES, SOFT
from xps_keras.evaluation.drawing import headline, panel
from xps_keras.evaluation.results import Evaluation
from xps_keras.files import StrPath, write_png

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_SHOWN_CURVES = 4
"""Groups whose recall against amount is drawn beside that of all groups: those found last."""
_SHOWN_MISTAKES = 10
"""Groups with the most wrong decisions that are drawn."""
_TRACE = "#7fb3d5"
_LEAST_CARRIERS = 10
"""Bins with fewer carriers are left out of the curves."""


def save_png(path: StrPath, evaluation: Evaluation, dpi: int = 150) -> None:
    """Draw an evaluation and write it as PNG, whole or not at all.

    Args:
        path: The file to write.
        evaluation: The figures.
        dpi: Dots per inch; the picture is 13.3 inches wide, as a slide.

    Raises:
        UsageError: The file cannot be written.
    """
    write_png(path, draw(evaluation), dpi)


def draw(evaluation: Evaluation) -> "Figure":
    """Draw an evaluation.

    Args:
        evaluation: The figures.

    Returns:
        The figure.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(13.33, 11.2), facecolor="white")
    bars = figure.add_axes((0.135, 0.055, 0.235, 0.82))
    grid = figure.add_gridspec(3, 2, left=0.445, right=0.945, top=0.875, bottom=0.055, hspace=0.42, wspace=0.44)
    _groups(bars, evaluation)
    _shift_histogram(figure.add_subplot(grid[0, 0]), evaluation)
    _by_true_shift(figure.add_subplot(grid[0, 1]), evaluation)
    _reliability(figure.add_subplot(grid[1, 0]), evaluation)
    _amounts(figure.add_subplot(grid[1, 1]), evaluation)
    _uncertainty(figure.add_subplot(grid[2, 0]), evaluation)
    _mistakes(figure.add_subplot(grid[2, 1]), evaluation)
    _texts(figure, evaluation)
    return figure


def _texts(figure: "Figure", evaluation: Evaluation) -> None:
    model, test, match = evaluation.model, evaluation.test, evaluation.exact_match
    headline(
        figure,
        f"{model.name}: exact match {100 * match.all_groups_at_half.fraction:.1f} %, "
        f"micro F1 {evaluation.micro.f1 or 0:.3f}, shift error {evaluation.shift.mean_absolute_ev:.3f} eV",
        f"{test.size:,} test spectra of '{test.recipe}', shifts up to {test.max_shift_ev:g} eV, seed {test.seed}; "
        f"trained on '{model.recipe}' up to {model.max_shift_ev:g} eV, seed {model.seed}; "
        f"weights {model.weights_sha256[:12]}; xps-keras {evaluation.package_version}",
        top=0.965,
    )


def _groups(axes: "Axes", evaluation: Evaluation) -> None:
    shown = [group for group in evaluation.groups if group.support]
    shown.sort(key=lambda group: -(group.rates.f1 or 0.0))
    for row, group in enumerate(shown):
        f1 = group.rates.f1 or 0.0
        axes.barh(row, 1.0, height=0.7, color="#f1f4f6")
        axes.barh(row, f1, height=0.7, color=BLUE)
        if group.judged_rates.f1 is not None:
            axes.plot([group.judged_rates.f1] * 2, [row - 0.35, row + 0.35], color=ACCENT, linewidth=2)
        axes.text(1.02, row, f"{f1:.2f}", va="center", fontsize=8.5, color=INK)
        axes.text(-0.02, row, f"{group.name}  ", ha="right", va="center", fontsize=8.8, color=INK)
    axes.set_ylim(len(shown) - 0.4, -0.6)
    axes.set_xlim(0, 1)
    panel(axes, "F1 of each group")
    axes.text(1.0, 1.012, "| where measured", transform=axes.transAxes, fontsize=8.5, color=ACCENT, ha="right")
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)


def _shift_histogram(axes: "Axes", evaluation: Evaluation) -> None:
    shift = evaluation.shift
    edges, counts = np.array(shift.histogram_edges_ev), np.array(shift.histogram_counts, float)
    axes.stairs(counts / counts.sum(), edges, fill=True, color=BLUE)
    axes.axvspan(-shift.tolerance_ev, shift.tolerance_ev, color=PALE, zorder=0, linewidth=0, ymax=0.6)
    axes.set_xlim(edges[0], edges[-1])
    axes.set_ylim(0, 1.8 * float(counts.max()) / counts.sum())  # room for the figures above the peak
    axes.set_xticks([-1, -0.5, 0, 0.5, 1])
    panel(axes, "Shift error", "estimated minus true shift / eV", "part of the spectra")
    lines = [
        f"mean absolute {shift.mean_absolute_ev:.3f} eV",
        f"median {shift.median_absolute_ev:.3f} eV",
        f"bias {shift.bias_ev:+.3f} eV",
        f"within {shift.tolerance_ev:g} eV: {100 * shift.within_tolerance:.1f} %",
    ]
    if evaluation.readings is not None:
        lines.append(f"in any reading: {100 * evaluation.readings.any_within_tolerance:.1f} %")
    _note(axes, 0.02, "\n".join(lines))
    beyond = (counts[0] + counts[-1]) / counts.sum()
    if beyond > 0:
        _note(axes, 0.98, f"outermost bins\n{100 * beyond:.1f} %, with all\nbeyond 1 eV", color=SOFT)


def _note(axes: "Axes", x: float, text: str, color: str = INK, y: float = 0.97) -> None:
    """Write small lines left or right of a panel's middle: hung up at ``y`` in its upper half, standing on it below."""
    across, up = "left" if x < 0.5 else "right", "top" if y > 0.5 else "bottom"
    axes.text(x, y, text, transform=axes.transAxes, ha=across, va=up, fontsize=8.5, color=color, linespacing=1.4)


def _by_true_shift(axes: "Axes", evaluation: Evaluation) -> None:
    bins = [entry for entry in evaluation.shift.by_true_shift if entry.spectra]
    middle = [0.5 * (entry.low_ev + entry.high_ev) for entry in bins]
    axes.plot(middle, [100 * (entry.exact_match or 0.0) for entry in bins], color=BLUE, marker="o", markersize=4)
    axes.set_ylim(0, 100)
    panel(axes, "By true shift", "true shift / eV", "exact match / %")
    errors = axes.twinx()
    values = [entry.mean_absolute_ev or 0.0 for entry in bins]
    errors.plot(middle, values, color=ACCENT, marker="s", markersize=4, linestyle="--")
    errors.set_ylim(0, 1.15 * max([*values, 0.01]))
    errors.set_ylabel("mean absolute shift error / eV", fontsize=9.5, color=ACCENT)
    errors.tick_params(colors=ACCENT, labelsize=9)
    errors.spines["top"].set_visible(False)
    errors.spines["right"].set_color(SOFT)
    axes.tick_params(axis="y", colors=BLUE)
    axes.yaxis.label.set_color(BLUE)


def _reliability(axes: "Axes", evaluation: Evaluation) -> None:
    bins = [entry for entry in evaluation.reliability if entry.decisions]
    axes.plot([0, 1], [0, 1], color=SOFT, linewidth=0.8, linestyle=":")
    x = np.array([entry.mean_probability for entry in bins], float)
    y = np.array([entry.observed for entry in bins], float)
    error = np.sqrt(y * (1 - y) / np.array([entry.decisions for entry in bins]))
    axes.errorbar(x, y, 1.96 * error, color=BLUE, marker="o", markersize=4, linewidth=1.2, elinewidth=0.8)
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    panel(axes, "Reliability of probabilities", "predicted probability", "part in which the group was there")
    _note(axes, 0.03, f"expected calibration error {evaluation.mean_calibration_error:.4f}\n(mean of groups)")


def _amounts(axes: "Axes", evaluation: Evaluation) -> None:
    edges = np.array(evaluation.amount_edges)
    middle = np.maximum(0.5 * (edges[1:] + edges[:-1]), 0.005)

    def curve(recall: tuple[float | None, ...], carriers: tuple[int, ...]) -> tuple[list[float], list[float]]:
        kept = [n for n in range(len(middle)) if carriers[n] >= _LEAST_CARRIERS]
        return [float(middle[n]) for n in kept], [float(recall[n] or 0.0) for n in kept]

    known = [group for group in evaluation.groups if group.support and max(group.carriers_by_amount) >= _LEAST_CARRIERS]
    last = sorted(known, key=lambda group: (-(group.detection_limit or 2.0), group.judged_rates.recall or 0.0))
    for group, color in zip(last[:_SHOWN_CURVES], SHADES, strict=False):
        x, y = curve(group.recall_by_amount, group.carriers_by_amount)
        axes.plot(x, y, color=color, linewidth=1.0, marker=".", markersize=4, alpha=0.85, label=group.name)
    x, y = curve(evaluation.recall_by_amount, evaluation.carriers_by_amount)
    axes.plot(x, y, color=BLUE, linewidth=2.2, marker="o", markersize=4, label="all groups")
    axes.axhline(0.9, color=SOFT, linewidth=0.8, linestyle=":")
    axes.set_xscale("log")
    ticks = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
    axes.set_xticks(ticks, [f"{100 * tick:g}" for tick in ticks])
    axes.set_xticks([], minor=True)
    axes.set_xlim(0.8 * min([*x, 0.1]), 1.0)  # after the ticks, which would widen it again
    axes.set_ylim(0, 1.02)
    panel(axes, "Recall against amount", "part of the sample that carries the group / %", "recall")
    axes.legend(
        loc="best", fontsize=7.5, framealpha=0.85, edgecolor="white", title="found last, and all", title_fontsize=7.5
    )


def _uncertainty(axes: "Axes", evaluation: Evaluation) -> None:
    panel(axes, "Reported uncertainty of the shift", "promised by the interval", "intervals that hold the truth")
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    axes.plot([0, 1], [0, 1], color=SOFT, linewidth=0.8, linestyle=":")
    readings = evaluation.readings
    if readings is None:
        _note(axes, 0.03, "this model reports none", color=SOFT)
        return
    axes.plot(readings.promised, readings.found, color=BLUE, marker="o", markersize=4, linewidth=1.2)
    held = ((68, readings.coverage_68), (95, readings.coverage_95))
    above = sum(readings.found) > sum(readings.promised)  # the curve leaves the other corner free
    text = "\n".join(f"{promised} % intervals hold {100 * found:.1f} %" for promised, found in held)
    _note(axes, 0.98 if above else 0.03, text, y=0.05 if above else 0.97)


def _mistakes(axes: "Axes", evaluation: Evaluation) -> None:
    errors = evaluation.errors
    shown = errors.groups[:_SHOWN_MISTAKES]
    for row, group in enumerate(shown):
        axes.barh(row, group.missed, height=0.7, color=BLUE, label="missed" if not row else None)
        axes.barh(row, group.missed_traces, height=0.7, color=_TRACE, label="of these, traces" if not row else None)
        axes.barh(row, -group.false, height=0.7, color=ACCENT, label="called falsely" if not row else None)
    axes.axvline(0.0, color=INK, linewidth=0.6)
    wrong, traces = errors.spectra, errors.only_traces
    panel(axes, "Mistakes", f"spectra; {wrong:,} with a mistake, {traces:,} only miss traces")
    axes.set_ylim(max(len(shown), 1) + 0.8, -0.6)  # room for the legend below the bars
    axes.set_yticks(range(len(shown)), [group.name for group in shown], fontsize=8.5)
    axes.xaxis.set_major_formatter(lambda value, place: f"{abs(value):g}")
    if shown:
        axes.legend(
            loc="lower center",
            ncols=3,
            fontsize=7.5,
            frameon=False,
            handlelength=0.9,
            handletextpad=0.4,
            columnspacing=0.9,
        )
