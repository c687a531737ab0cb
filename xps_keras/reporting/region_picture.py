"""One region as a vector picture: measured and corrected, background, fit, components and what is left over.

The picture is written as text. That takes a few milliseconds where a drawing library takes half a second, and a report
of 200 files is to keep pace with their analysis. Coordinates are tenths of a CSS pixel, so that all are whole numbers.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xps_keras.reporting.curves import RegionCurves
from xps_keras.reporting.markup import Markup, element, joined, text
from xps_keras.reporting.ticks import scaled, ticks

COMPONENT_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#b58900", "#56b4e9", "#7a4fa3", "#6b6b6b")
"""Colours of components in order of energy; told apart by the colour-blind (Okabe and Ito), yellow made darker."""
LEAST_SHIFT_EV = 0.05
"""A smaller shift is within what an eye can tell; the measured curve is not drawn a second time."""
_LEFT, _RIGHT, _TOP, _BOTTOM = 560, 40, 300, 360
_RESIDUAL = 0.2  # part of the height that the residual takes
_GAP = 70


@dataclass(frozen=True)
class _Frame:
    """A box of the picture and the numbers at its sides; binding energy falls to the right."""

    left: float
    top: float
    width: float
    height: float
    energies: tuple[float, float]
    values: tuple[float, float]

    def x(self, energy_ev: NDArray[np.float64]) -> NDArray[np.float64]:
        low, high = self.energies
        return self.left + self.width * (high - energy_ev) / (high - low)

    def y(self, value: NDArray[np.float64]) -> NDArray[np.float64]:
        low, high = self.values
        return self.top + self.height * (high - value) / (high - low)


def component_colour(place: int) -> str:
    """Return the colour of the component at a place in the order of energies."""
    return COMPONENT_COLOURS[place % len(COMPONENT_COLOURS)]


def region_svg(
    curves: RegionCurves,
    shift_ev: float,
    marks_ev: tuple[float, ...] = (),
    width: int = 460,
    height: int = 300,
) -> Markup:
    """Draw one region.

    Args:
        curves: What was measured, and the fit where there is one.
        shift_ev: Shift of the answer in eV; it is taken off the measured energies.
        marks_ev: Corrected energies in eV that are named above the picture: what speaks for the groups.
        width: Width in CSS pixels, which decides the size of the writing; the page may show it at any size.
        height: Height in CSS pixels.

    Returns:
        An ``svg`` element without ids and without references, so that many stand in one page.
    """
    energy = curves.energy_ev - shift_ev
    moved = abs(shift_ev) >= LEAST_SHIFT_EV
    shown = np.concatenate([energy, curves.energy_ev]) if moved else energy
    energies = (float(shown.min()), float(shown.max()))
    residual = curves.residual
    space = 10 * height - _TOP - _BOTTOM
    main_height = space * (1 - _RESIDUAL) - _GAP if residual is not None else space
    main = _Frame(_LEFT, _TOP, 10 * width - _LEFT - _RIGHT, main_height, energies, _values(curves))
    parts = [_axis_of_counts(main, curves.unit), _box(main)]
    parts += [_component(main, energy, curves, place) for place in range(len(curves.components))]
    if moved:
        parts.append(_line(main, curves.energy_ev, curves.intensity, "before"))
    parts.append(_line(main, energy, curves.background, "background"))
    parts.append(_line(main, energy, curves.intensity, "measured" if curves.total is not None else "corrected"))
    if curves.total is not None:
        parts.append(_line(main, energy, curves.total, "total"))
    lowest = main
    if residual is not None:
        most = max(float(np.abs(residual).max()), 1e-12) * 1.15
        top = main.top + main.height + _GAP
        lowest = _Frame(main.left, top, main.width, space * _RESIDUAL, energies, (-most, most))
        parts += [
            _box(lowest),
            _line(lowest, np.array(energies), np.zeros(2), "zero"),
            _line(lowest, energy, residual, "residual"),
            _words("residual", main.left - 60, top + lowest.height / 2 + 35, "end"),
        ]
    parts += [_axis_of_energies(lowest, 10 * height), _marks(main, marks_ev)]
    title = f"{curves.name}: intensity over binding energy, {energies[1]:.0f} to {energies[0]:.0f} eV"
    return element(
        "svg",
        element("title", title),
        joined(parts),
        viewBox=f"0 0 {10 * width} {10 * height}",
        role="img",
        class_="region",
    )


def _values(curves: RegionCurves) -> tuple[float, float]:
    held = [curves.intensity, curves.background] + ([] if curves.total is None else [curves.total])
    low, high = min(float(part.min()) for part in held), max(float(part.max()) for part in held)
    span = high - low or 1.0
    return low - 0.04 * span, high + 0.06 * span


def _path(frame: _Frame, energy: NDArray[np.float64], values: NDArray[np.float64]) -> str:
    """Return the points of a curve for a path, as whole numbers."""
    low, high = frame.values
    points = np.empty(2 * len(energy), dtype=np.int64)
    points[0::2] = np.rint(frame.x(energy))
    points[1::2] = np.rint(frame.y(np.clip(values, low, high)))
    return " ".join(map(str, points.tolist()))


def _line(frame: _Frame, energy: NDArray[np.float64], values: NDArray[np.float64], kind: str) -> Markup:
    return Markup(f'<path class="{kind}" d="M{_path(frame, energy, values)}"/>')


def _component(frame: _Frame, energy: NDArray[np.float64], curves: RegionCurves, place: int) -> Markup:
    outline = np.concatenate([energy, energy[::-1]])
    values = np.concatenate([curves.background + curves.components[place][1], curves.background[::-1]])
    colour = component_colour(place)
    name = text(curves.components[place][0])
    return Markup(
        f'<path class="component" fill="{colour}" stroke="{colour}" d="M{_path(frame, outline, values)}Z">'
        f"<title>{name}</title></path>"
    )


def _box(frame: _Frame) -> Markup:
    return element(
        "rect",
        class_="box",
        x=round(frame.left),
        y=round(frame.top),
        width=round(frame.width),
        height=round(frame.height),
    )


def _words(content: str, x: float, y: float, anchor: str = "middle", kind: str | None = None) -> Markup:
    return element("text", content, x=round(x), y=round(y), text_anchor=anchor, class_=kind)


def _axis_of_counts(frame: _Frame, unit: str) -> Markup:
    values = [value for value in ticks(*frame.values, 4) if frame.values[0] <= value <= frame.values[1]]
    texts, power = scaled(values)
    title = f"{power} {unit}".strip()
    parts: list[Markup] = [_words(title, frame.left - 500, frame.top - 90, "start", "title")]
    for value, label in zip(values, texts, strict=True):
        y = float(frame.y(np.array(value)))
        parts.append(Markup(f'<path class="tick" d="M{round(frame.left)} {round(y)}h-50"/>'))
        parts.append(_words(label, frame.left - 80, y + 38, "end"))
    return joined(parts)


def _axis_of_energies(frame: _Frame, bottom: float) -> Markup:
    parts: list[Markup] = []
    end = frame.top + frame.height
    for value in ticks(*frame.energies, max(4, round(frame.width / 900))):
        x = float(frame.x(np.array(value)))
        parts.append(Markup(f'<path class="tick" d="M{round(x)} {round(end)}v50"/>'))
        if x <= frame.left + frame.width - 60:  # a number at the right end would be cut
            parts.append(_words(f"{value:g}", x, end + 150))
    parts.append(_words("binding energy / eV", frame.left + frame.width / 2, bottom - 50, kind="title"))
    return joined(parts)


def _marks(frame: _Frame, marks_ev: tuple[float, ...]) -> Markup:
    """Name energies above the picture; those too near to the one before share its mark."""
    parts: list[Markup] = []
    last = -1e9
    for energy in sorted(set(marks_ev), reverse=True):
        x = float(frame.x(np.array(energy)))
        if not frame.left <= x <= frame.left + frame.width:
            continue
        parts.append(Markup(f'<path class="mark" d="M{round(x)} {round(frame.top - 60)}v60"/>'))
        if x - last >= 330 and x - frame.left >= 700 - 60:  # clear of the title of the axis
            parts.append(_words(f"{energy:.1f}", x, frame.top - 90, kind="mark"))
            last = x
    return joined(parts)
