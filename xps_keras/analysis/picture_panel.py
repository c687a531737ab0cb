"""One region of a picture: the spectrum as measured and corrected, or the fit with its components and residual."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from xps_keras.analysis.fitting import fit_of_region
from xps_keras.analysis.picture_labels import Band, Label, band, fitting, length_in, write
from xps_keras.analysis.report import signed
from xps_keras.analysis.result import Analysis
from xps_keras.colours import BLUE, INK, SOFT
from xps_keras.fit.result import FittedRegion
from xps_keras.preprocessing.planned import PlannedRegion
from xps_keras.preprocessing.signals import SIGNIFICANCE, signal_to_noise
from xps_keras.printable import for_pictures

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.gridspec import SubplotSpec

MEASURED = "#9a9a9a"
PRESENT = "#1e8449"
COMPONENTS = ("#5b8db8", "#d98c3f", "#5ba375", "#b0618e", "#8c7a5b", "#7b6fb3", "#c0675c", "#6fa8a8")
"""Filled curves, by energy."""
RESIDUAL = 4.0
"""Height of the spectrum over that of its residual."""
LEAST_PERCENT = 0.5
"""Smaller components are drawn and not named."""
_FLAT = 6.0
"""Height of a panel over the highest noise of a region without a line."""
_FLANK_EV = 3.0
"""Energy shown on either side of where the signal ends."""
_LEAST_SHOWN = 0.004
"""Part of a region's maximum down to which its signal is kept in view: an aromatic shake-up stays visible."""
_CLOSE = 0.06
"""Part of the energies shown within which labels of groups share one."""
_UNITS = {"counts": "counts", "counts/s": "counts/s", "arbitrary": "intensity"}
_POWERS = {3: "10³ ", 6: "10⁶ ", 9: "10⁹ ", -3: "10⁻³ ", -6: "10⁻⁶ ", -9: "10⁻⁹ "}


@dataclass(frozen=True)
class Look:
    """Sizes of a panel, in points."""

    title: float
    axis: float
    ticks: float
    label: float
    line: float
    names: bool
    """Whether labels name groups beside their energies."""
    before: bool
    """Whether the spectrum as measured is drawn, too."""
    y_label: bool = True


@dataclass(frozen=True, eq=False)
class _Curves:
    """A region in its own unit divided by a power of ten."""

    energy_ev: NDArray[np.float64]
    """As measured."""
    intensity: NDArray[np.float64]
    background: NDArray[np.float64]
    net: NDArray[np.float64]
    unit: str
    scale: float


def draw_region(
    figure: "Figure", place: "SubplotSpec", used: PlannedRegion, analysis: Analysis, look: Look
) -> list["Axes"]:
    """Draw one region.

    Args:
        figure: The picture.
        place: Where in it.
        used: The region; it was used.
        analysis: The answer, with the curves of the fit where there is one.
        look: Sizes.

    Returns:
        The panel, and below it that of the residual where there is a fit.
    """
    curves = _curves(used)
    fitted = None if analysis.fit is None else fit_of_region(used, analysis.fit.regions)
    if fitted is None:
        axes = figure.add_subplot(place)
        below = axes
        found = [axes]
    else:
        inner = place.subgridspec(2, 1, height_ratios=(RESIDUAL, 1.0), hspace=0.06)
        axes = figure.add_subplot(inner[0])
        below = figure.add_subplot(inner[1], sharex=axes)
        found = [axes, below]
    shift = analysis.shift_ev
    low, high = _view(curves.energy_ev, curves.net, shift, look.before)
    axes.set_xlim(high, low)
    seen = signal_to_noise(used.region.binding_energy_ev, curves.net, used.region.low_ev, used.region.high_ev)
    if fitted is None:
        _plain(axes, curves, analysis, look)
    else:
        _fit(axes, below, curves, fitted, shift, look)
    position = axes.get_position()
    width_in, height_in = np.array([position.width, position.height]) * figure.get_size_inches()
    _frame(axes, below, curves, look, float(width_in))
    _title(axes, used, analysis, look, float(width_in), seen=seen >= SIGNIFICANCE)
    labels = _labels(used, analysis, fitted, look, low, high) if seen >= SIGNIFICANCE else []
    planned = band(labels, look.label, float(height_in), float(width_in))
    heights = _limits(axes, curves, shift, planned, seen=seen >= SIGNIFICANCE)
    write(axes, planned, heights, float(width_in), float(height_in))
    return found


def _curves(used: PlannedRegion) -> _Curves:
    energy, intensity = used.region.binding_energy_ev, used.region.intensity.astype(np.float64)
    grid = energy if used.energy_ev is None else used.energy_ev
    level = np.zeros_like(grid) if used.background_intensity is None else used.background_intensity
    rate = 1.0
    if used.region.intensity_unit == "counts" and used.region.dwell_s is not None:
        rate = used.region.dwell_s * (used.region.scans or 1)  # the background was found per second
    background = np.interp(energy, grid, level) * rate
    highest = float(np.abs(intensity).max())
    power = 3 * int(np.floor(np.log10(highest) / 3)) if highest > 0 else 0
    power = power if power in _POWERS and not 0.1 <= highest < 1_000 else 0
    scale = 10.0**power
    unit = f"{_POWERS.get(power, '')}{_UNITS[used.region.intensity_unit]}"
    return _Curves(energy, intensity / scale, background / scale, (intensity - background) / scale, unit, scale)


def _plain(axes: "Axes", curves: _Curves, analysis: Analysis, look: Look) -> None:
    shift = analysis.shift_ev
    if look.before:
        axes.plot(
            curves.energy_ev, curves.intensity, color=MEASURED, linewidth=0.6 * look.line, linestyle=(0, (4, 2)),
            label="as measured",
        )  # fmt: skip
    energy = curves.energy_ev - shift
    axes.plot(energy, curves.intensity, color=BLUE, linewidth=look.line, label=f"corrected by {signed(-shift)} eV")
    axes.plot(energy, curves.background, color=SOFT, linewidth=0.6 * look.line, label="background")
    axes.fill_between(energy, curves.background, curves.intensity, color=BLUE, alpha=0.10, linewidth=0)


def _fit(axes: "Axes", below: "Axes", curves: _Curves, fitted: FittedRegion, shift: float, look: Look) -> None:
    energy, scale = fitted.energy_ev - shift, curves.scale
    background = fitted.background / scale
    if look.before:
        axes.plot(
            curves.energy_ev, curves.intensity, color=MEASURED, linewidth=0.5 * look.line, linestyle=(0, (4, 2)),
            label="as measured",
        )  # fmt: skip
    for (_, values), color in zip(fitted.components.items(), _colors(len(fitted.components)), strict=True):
        axes.fill_between(energy, background, background + values / scale, color=color, alpha=0.35, linewidth=0)
        axes.plot(energy, background + values / scale, color=color, linewidth=0.5 * look.line, label="_component")
    axes.plot(
        energy, fitted.intensity / scale, ".", color=INK, markersize=1.6 * look.line, markeredgewidth=0,
        label=f"corrected by {signed(-shift)} eV",
    )  # fmt: skip
    axes.plot(energy, background, color=SOFT, linewidth=0.6 * look.line, label="background")
    axes.plot(energy, fitted.total / scale, color=BLUE, linewidth=0.8 * look.line, label="fit")
    residual = fitted.residual / scale
    below.plot(energy, residual, color=INK, linewidth=0.4 * look.line)
    below.axhline(0.0, color=BLUE, linewidth=0.5 * look.line)
    left, right = axes.get_xlim()
    inside = residual[(energy >= right) & (energy <= left)]
    most = float(np.abs(inside).max(initial=0.0)) or 1.0
    below.set_ylim(-1.15 * most, 1.15 * most)
    step = float(f"{0.7 * most:.1g}")
    below.set_yticks([-step, 0.0, step], [f"{value:g}" for value in (-step, 0.0, step)])
    below.set_ylabel("residual", color=INK, fontsize=min(look.ticks, 7.5))


def _colors(count: int) -> list[str]:
    return [COMPONENTS[index % len(COMPONENTS)] for index in range(count)]


def _title(axes: "Axes", used: PlannedRegion, analysis: Analysis, look: Look, width_in: float, seen: bool) -> None:
    name = used.name if seen else f"{used.name} (no line seen)"
    axes.set_title(for_pictures(name), loc="left", fontsize=look.title, fontweight="bold", color=INK, pad=3)
    whole = [
        group.name
        for group in analysis.present
        if any(signal.energy_ev is None and signal.line in used.lines for signal in group.evidence)
    ]
    font = 0.75 * look.title
    room_in = width_in - length_in(name, look.title, bold=True) - 0.1
    if whole and look.before:
        axes.set_title(fitting(", ".join(whole), font, room_in), loc="right", fontsize=font, color=PRESENT, pad=3)


def _frame(axes: "Axes", below: "Axes", curves: _Curves, look: Look, width_in: float) -> None:
    from matplotlib.ticker import MaxNLocator

    axes.yaxis.set_major_locator(MaxNLocator(4))
    axes.xaxis.set_major_locator(MaxNLocator(max(2, int(width_in / 0.36)), steps=[1, 2, 5, 10]))
    for panel in {axes, below}:
        panel.tick_params(colors=INK, labelsize=look.ticks, length=2.5, width=0.6, pad=2)
        for side, spine in panel.spines.items():
            spine.set_visible(side in ("left", "bottom"))
            spine.set_linewidth(0.6)
            spine.set_color(INK)
    if below is not axes:
        axes.tick_params(axis="x", labelbottom=False)
    below.set_xlabel("binding energy / eV", color=INK, fontsize=look.axis, labelpad=2)
    if look.y_label:
        axes.set_ylabel(curves.unit, color=INK, fontsize=look.axis, labelpad=2)


def _limits(axes: "Axes", curves: _Curves, shift: float, planned: Band, seen: bool) -> list[float]:
    """Set the limits so that everything drawn stands below the band; return the height of the curve at each label."""
    low, high = axes.get_xlim()[1], axes.get_xlim()[0]
    tops, bottoms = [], []
    for line in axes.get_lines():
        energy, values = np.asarray(line.get_xdata(), float), np.asarray(line.get_ydata(), float)
        inside = values[(energy >= low) & (energy <= high)]
        if inside.size:
            tops.append(float(inside.max()))
            bottoms.append(float(inside.min()))
    top, bottom = max(tops, default=1.0), min(bottoms, default=0.0)
    span = max(top - bottom, 1e-9 * max(abs(top), 1.0), 1e-30)
    if not seen:  # a region without a line is drawn as the flat noise it is, not blown up to full height
        bottom = min(0.0, bottom) if bottom < _FLAT * span else bottom - 0.5 * _FLAT * span
        span = max(top - bottom, _FLAT * span)
        top = bottom + span
    bottom -= 0.04 * span
    head = top + 0.05 * span
    axes.set_ylim(bottom, bottom + (head - bottom) / (1.0 - planned.share))
    energy = curves.energy_ev - shift
    return [float(np.interp(label.energy_ev, energy, curves.intensity)) for label in planned.labels]


def _labels(
    used: PlannedRegion, analysis: Analysis, fitted: FittedRegion | None, look: Look, low: float, high: float
) -> list[Label]:
    if fitted is not None and analysis.fit is not None:
        rows = {row.name: row for row in analysis.fit.components if row.line == fitted.line}
        colors = dict(zip(fitted.components, _colors(len(fitted.components)), strict=True))
        found = []
        for name, color in colors.items():
            row = rows.get(name)
            if row is None or row.percent < LEAST_PERCENT or not low < row.energy_ev < high:
                continue
            short = f"{name}  {row.percent:.0f} %"
            texts = (f"{name}  {row.energy_ev:.1f} eV  {row.percent:.0f} %", short, name)
            found.append(Label(row.energy_ev, texts, color))
        return found
    return _group_labels(used, analysis, look, low, high)


def _group_labels(used: PlannedRegion, analysis: Analysis, look: Look, low: float, high: float) -> list[Label]:
    """Name what present groups leave in the corrected spectrum; close ones share one label."""
    seen = [
        (round(signal.energy_ev, 1), group.name)
        for group in analysis.present
        for signal in group.evidence
        if signal.energy_ev is not None and signal.line in used.lines and low < signal.energy_ev < high
    ]
    merged: list[tuple[float, list[str]]] = []
    for energy, name in sorted(seen):
        if not merged or energy - merged[-1][0] >= _CLOSE * (high - low):
            merged.append((energy, [name]))
        elif name not in merged[-1][1]:
            merged[-1][1].append(name)
    return [
        Label(energy, (*([f"{energy:.1f}  {', '.join(names)}"] if look.names else []), f"{energy:.1f}"), PRESENT)
        for energy, names in merged
    ]


def _view(energies: NDArray[np.float64], net: NDArray[np.float64], shift: float, before: bool) -> tuple[float, float]:
    smooth = np.convolve(net, np.ones(9) / 9.0, mode="same")
    strong = np.flatnonzero(smooth > _LEAST_SHOWN * float(smooth.max())) if smooth.max() > 0 else np.array([], int)
    first, last = (energies[strong[0]], energies[strong[-1]]) if strong.size else (energies[0], energies[-1])
    low = max(float(first) - _FLANK_EV, float(energies[0]))
    high = min(float(last) + _FLANK_EV, float(energies[-1]))
    if not before:
        return low - shift, high - shift
    return min(low, low - shift), max(high, high - shift)
