"""Which regions of a file are used: choosing, cutting, names, and the background of each."""

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from xps_keras.axis import AXIS
from xps_keras.library.core_line import CoreLine, core_lines
from xps_keras.library.lines import LINES, Line
from xps_keras.preprocessing.background import Method, choose, end_points, linear, subtract
from xps_keras.preprocessing.detector import without_glitches
from xps_keras.preprocessing.signals import noise, strongest_maximum_ev
from xps_keras.spectrum import FEWEST_POINTS, Region, Spectrum

LARGEST_STEP_EV = 0.2
"""Chemical states 0.5 eV apart cannot be told at larger steps."""
FINEST_STEP_EV = 0.001
"""Smallest step of the even grid that a region is put on; far below any spectrometer's. It bounds the grid by the
region's span: where a file repeats energies by a billionth of an electron volt, and where a region has a million
points, which would make every average over 0.6 eV one over many thousands."""
WIDEST_EV = 24.0
"""Wider regions are cut to the windows of the lines in them before the background: a Shirley background over several
lines is wrong, and the corpus knows no wider regions."""
STEP_TOLERANCE = 1.05
"""Factor on ``LARGEST_STEP_EV``: 0.2 eV steps of kinetic energies are stored as 0.2000001."""
NARROWEST_EV = 3.0
"""Smallest span of a region in eV: a shorter one holds no peak with background on both sides."""
SIGNAL_INSIDE_EV = 3.0
"""Where the window to which a wide region is cut holds no signal, or ends in the strongest one, it moves until that one
stands this far from its ends, if it can."""
FARTHEST_EV = 3.0
"""A signal further beyond the window is another line."""
CUT_EV = 2.0
"""So near to its end a window ends in a signal."""
LARGEST_GAP_EV = 1.0
"""Largest distance of neighbouring points in eV, about the width of a peak."""
COVERED = 0.5
"""Part of a line's window, or of a shorter region, that both share: then the region is the line's."""
SAME = 0.5
"""Part of the shorter of two regions that must overlap for them to be the same measurement."""
CARBON_EV = (278.0, 296.0)
"""Where C 1s is looked for, binding energies in eV."""
LEAST_CARBON_EV = 5.0
"""Part of ``CARBON_EV`` in eV that a region must hold to be asked for a C 1s peak."""
PEAK_OVER_NOISE = 6.0
"""Standard errors of the noise above which a signal is a peak."""
PEAK_HALF_WIDTH_EV = 0.3
"""Half of the stretch in eV over which a signal is averaged before it is compared with the noise."""
BELOW_CARBON = frozenset(("Sr",))
"""Elements with a strong line just below C 1s and none in it: Sr 3p1/2 at 279 to 281 eV."""
TAIL = 0.5
"""Height of the low end of C 1s over that of its peak, both above the valley between, from which it is a tail."""
VALLEY_EV = 1.0
"""The valley is the first that is lowest over twice as many eV, in means over so many, about the width of a peak."""
_MOST_LINES = 4  # a region over more main lines is a survey
_SURVEY_EV = 250.0  # a wider scan is a survey, whatever its step


@dataclass(frozen=True, eq=False)
class PlannedRegion:
    """One region, or the part of a wide one that belongs to a line, and what becomes of it."""

    name: str
    """For people: its lines, ``C 1s``; the file's label or the energies where there is none."""
    lines: tuple[str, ...]
    """Lines of the library that it is called after because it covers their window; may be empty."""
    region: Region
    """The measured points, all of them or those of the part."""
    used: bool
    why: str | None = None
    """Why it is not used, None when it is."""
    background: Method | None = None
    """The background subtracted, None when the region is not used."""
    energy_ev: NDArray[np.float64] | None = None
    """Even energy grid in eV of the arrays below, shape ``(n,)``; None, as they are, when the region is not used."""
    intensity: NDArray[np.float64] | None = None
    """Intensity on that grid, divided by dwell time and scans where the file gives them; shape ``(n,)``."""
    background_intensity: NDArray[np.float64] | None = None
    """The background on that grid, shape ``(n,)``; the net intensity is the difference and may be negative."""
    from_survey: bool = False
    """Whether it is a survey, or was cut out of one."""
    tail_ev: float | None = None
    """Where in eV the region began before the tail of another line was cut off its low end; None where none was."""

    @property
    def net(self) -> NDArray[np.float64]:
        """Net intensity on ``energy_ev``; empty when the region is not used."""
        if self.intensity is None or self.background_intensity is None:
            return np.empty(0)
        return self.intensity - self.background_intensity


def plan(spectrum: Spectrum) -> tuple[PlannedRegion, ...]:
    """Say for every region of a file whether it will be used, under which name and with which background.

    Args:
        spectrum: What the file holds.

    Returns:
        The regions in file order; a wide region appears as its parts. Never raises for unusable regions.
    """
    candidates = _without_surveys(
        [
            replace(part, from_survey=region.high_ev - region.low_ev > _SURVEY_EV)
            for region in spectrum.regions
            for part in _parts(region)
        ]
    )
    chosen: list[PlannedRegion] = []
    used = [(place, candidate) for place, candidate in enumerate(candidates) if candidate.used]
    for place, candidate in sorted(used, key=lambda item: preference(item[1])):
        rival = next((other for other in chosen if _same(candidate.region, other.region)), None)
        if rival is None:
            chosen.append(candidate)
            continue
        why = f"the same energies stand in {rival.region.place or rival.name} with {_why_better(rival, candidate)}"
        candidates[place] = replace(candidate, used=False, why=why)
    planned = [_with_background(candidate) if candidate.used else candidate for candidate in candidates]
    named = {line.element for region in spectrum.regions for line in _named(region)}
    return tuple(planned if named.isdisjoint(BELOW_CARBON) else map(_off_tail, planned))


def _without_surveys(candidates: list[PlannedRegion]) -> list[PlannedRegion]:
    """Leave a survey of fine step out where narrow scans were recorded: it is there for elements, not states."""
    narrow = [part for part in candidates if part.used and not part.from_survey]
    if not any(carbon_share(part.region) >= LEAST_CARBON_EV for part in narrow):
        return candidates  # without C 1s in a narrow scan, a survey of fine step is all there is
    why = "it is part of a survey, and narrow scans were recorded"
    return [replace(part, used=False, why=why) if part.used and part.from_survey else part for part in candidates]


def carbon_share(region: Region) -> float:
    """Part of the C 1s range that a region covers, in eV."""
    low, high = CARBON_EV
    return min(region.high_ev, high) - max(region.low_ev, low)


def has_peak(used: PlannedRegion) -> bool:
    """Tell whether the highest net signal, averaged over 0.6 eV, exceeds six standard errors of the noise."""
    net, energy = used.net, grid_of(used)
    step = float(energy[1] - energy[0])
    width = min(max(1, round(2 * PEAK_HALF_WIDTH_EV / step)), len(net) // 2)
    smooth = np.convolve(net, np.full(width, 1.0 / width), mode="valid")
    return bool(smooth.max() > PEAK_OVER_NOISE * noise(net) / np.sqrt(width)) and bool(smooth.max() > 0)


def _parts(region: Region) -> list[PlannedRegion]:
    """Judge one region by itself, and cut it to line windows where it is wide."""
    named = _lines_named(region)
    name = ", ".join(named) or region.label or region.element_line or f"{region.low_ev:.0f}-{region.high_ev:.0f} eV"
    whole = PlannedRegion(name, named, region, used=False)
    low, high = region.low_ev, region.high_ev
    if region.step_ev > LARGEST_STEP_EV * STEP_TOLERANCE:
        why = f"its step of {region.step_ev:.2g} eV is above {LARGEST_STEP_EV} eV, too coarse for chemical states"
        return [replace(whole, why=why)]
    lines = _covered(low, high)
    if min(high, AXIS.high_ev) - max(low, AXIS.low_ev) < 0.5 * (high - low) and not lines:
        return [replace(whole, why=f"it lies outside {AXIS.low_ev:g}-{AXIS.high_ev:g} eV")]
    if high - low < NARROWEST_EV:
        return [replace(whole, why=f"its span of {high - low:.2g} eV is too short for a peak and its background")]
    foreign = _foreign_line(region)
    if foreign:
        return [replace(whole, why=f"its label names {foreign}, which is in no polymer of the library")]
    if not lines:
        return [replace(whole, why="no line of the library's elements stands there")]
    if high - low <= WIDEST_EV:
        return [_without_gaps(replace(whole, used=True))]
    main = [line for line in lines if line.main]
    parts = [part for line in main if (part := _cut(region, line, alone=len(main) == 1)) is not None]
    return parts or [replace(whole, why="it is wide and covers no main line of the library's elements")]


def _without_gaps(part: PlannedRegion) -> PlannedRegion:
    """Refuse a region with a hole: interpolation would invent what was not measured."""
    widest = float(np.diff(part.region.binding_energy_ev).max())
    if widest <= LARGEST_GAP_EV:
        return part
    return replace(part, used=False, why=f"it has a gap of {widest:.2g} eV between neighbouring points")


def _cut(region: Region, line: Line, alone: bool) -> PlannedRegion | None:
    """Cut a wide region to the window of a line; None where too few points stand there."""
    low, high = line.window_low_ev, line.window_high_ev
    part = _between(region, line, low, high)
    if part is None or not part.used or not alone:
        return part
    moved = _move_ev(part, region, low, high)
    return _between(region, line, low + moved, high + moved) if moved else part


def _between(region: Region, line: Line, low_ev: float, high_ev: float) -> PlannedRegion | None:
    energy = region.binding_energy_ev
    inside = (energy >= low_ev - 1e-6) & (energy <= high_ev + 1e-6)
    if inside.sum() < FEWEST_POINTS:
        return None
    part = replace(
        region,
        binding_energy_ev=energy[inside],
        intensity=region.intensity[inside],
        transmission=None if region.transmission is None else region.transmission[inside],
    )
    return _without_gaps(PlannedRegion(line.name, (line.name,), part, used=True))


def _move_ev(part: PlannedRegion, region: Region, low_ev: float, high_ev: float) -> float:
    """Return by how much the window of a part must move: a charge of 7 eV moves CF2 to the end of that of C 1s."""
    energy, intensity = region.binding_energy_ev, region.intensity
    net = intensity - linear(intensity[None], max(1, energy.size // 20))[0]
    top = strongest_maximum_ev(energy, net, region.low_ev, region.high_ev)
    beyond = top is None or top < low_ev - FARTHEST_EV or top > high_ev + FARTHEST_EV
    if beyond or top is None or low_ev + CUT_EV <= top <= high_ev - CUT_EV:
        return 0.0
    cut = min(abs(top - low_ev), abs(top - high_ev)) < CUT_EV
    if not cut and has_peak(_with_background(part)):
        return 0.0  # what stands outside is another line
    moved = min(top - SIGNAL_INSIDE_EV - low_ev, 0.0) or max(top + SIGNAL_INSIDE_EV - high_ev, 0.0)
    return min(max(moved, region.low_ev - low_ev), region.high_ev - high_ev)


def _covered(low_ev: float, high_ev: float) -> list[Line]:
    """Lines of the library whose window shares half of the shorter of the two with an energy range."""

    def share(line: Line) -> float:
        overlap = min(high_ev, line.window_high_ev) - max(low_ev, line.window_low_ev)
        return overlap / min(high_ev - low_ev, line.window_high_ev - line.window_low_ev)

    return [line for line in LINES.values() if share(line) >= COVERED]


def _lines_named(region: Region) -> tuple[str, ...]:
    """Return the lines a region is called after: main ones before others, none for a survey or a foreign element."""
    lines = _covered(region.low_ev, region.high_ev)
    if _foreign_line(region):
        return ()
    main = tuple(line.name for line in lines if line.main)
    if main:
        return main if len(main) <= _MOST_LINES else ()
    return tuple(line.name for line in lines)


def _foreign_line(region: Region) -> str | None:
    """Return the core line that label or element line name when no element of theirs is one of the library's.

    Energies decide what a region is, but ``Al 2p`` where Br 3d stands, or ``Bi 4f`` where S 2p does, is meant.
    """
    known = {line.element for line in LINES.values()}
    named = _named(region)
    if not named or any(line.element in known for line in named):
        return None
    return named[0].name


def _named(region: Region) -> list[CoreLine]:
    return [line for text in (region.label, region.element_line) for line in core_lines(text)]


def preference(candidate: PlannedRegion) -> tuple[float, float]:
    """Sort key: finer step first, then longer region; equal ones stay in file order."""
    region = candidate.region
    return (round(region.step_ev, 3), -round(region.high_ev - region.low_ev, 1))


def _why_better(rival: PlannedRegion, candidate: PlannedRegion) -> str:
    if preference(rival)[0] < preference(candidate)[0]:
        return "a finer step"
    return "a longer range" if preference(rival) < preference(candidate) else "the same range and come first"


def _same(one: Region, other: Region) -> bool:
    overlap = min(one.high_ev, other.high_ev) - max(one.low_ev, other.low_ev)
    return overlap > SAME * min(one.high_ev - one.low_ev, other.high_ev - other.low_ev)


def _with_background(used: PlannedRegion) -> PlannedRegion:
    region = used.region
    points = len(region.binding_energy_ev)
    step = (region.high_ev - region.low_ev) / (points - 1)
    even = bool(np.all(np.abs(np.diff(region.binding_energy_ev) - step) < 0.01 * step))
    measured = without_glitches(region.intensity)
    if even:
        energy, intensity, step = _no_finer(region.binding_energy_ev, measured, step)
    else:
        count = round((region.high_ev - region.low_ev) / max(region.step_ev, FINEST_STEP_EV)) + 1
        energy = np.linspace(region.low_ev, region.high_ev, count)
        step = float(energy[1] - energy[0])
        intensity = np.interp(energy, region.binding_energy_ev, measured)
    if region.intensity_unit == "counts" and region.dwell_s is not None:
        intensity = intensity / (region.dwell_s * (region.scans or 1))
    ends = end_points(step, len(energy))
    method = choose(intensity, ends)
    level = intensity - subtract(intensity[None], ends)[0]
    return replace(
        used, background=method, energy_ev=energy, intensity=np.array(intensity), background_intensity=np.array(level)
    )


def _off_tail(used: PlannedRegion) -> PlannedRegion:
    """Cut C 1s at the valley behind the tail of another line at its low end.

    A line or step that is tied to such an end takes the peak away. A flank, which falls through the whole region, has
    a background of its own. Without an element that has such a line, the tail may be carbon itself, charged negatively.
    """
    if used.intensity is None or used.background == "flank" or carbon_share(used.region) < LEAST_CARBON_EV:
        return used
    energy, intensity = grid_of(used), used.intensity
    width = max(1, round(VALLEY_EV / float(energy[1] - energy[0])))
    smooth = np.convolve(intensity, np.full(width, 1.0 / width), mode="valid")
    lowest = sliding_window_view(smooth, min(2 * width, len(smooth))).min(axis=-1)
    valley = int(np.argmax(smooth[: len(lowest)] == lowest))
    if smooth[0] - smooth[valley] <= TAIL * (smooth[valley:].max() - smooth[valley]):
        return used
    part = _between(used.region, LINES["C 1s"], float(energy[valley]), used.region.high_ev)
    if part is None or not part.used or carbon_share(part.region) < LEAST_CARBON_EV:
        return used
    return replace(_with_background(replace(used, region=part.region)), tail_ev=used.region.low_ev)


def _no_finer(
    energy: NDArray[np.float64], intensity: NDArray[np.float64], step_ev: float
) -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
    """Average neighbours on an even grid until it is no finer than ``FINEST_STEP_EV``; the last value is its step."""
    several = math.ceil(FINEST_STEP_EV / step_ev * (1.0 - 1e-9))
    if several <= 1:
        return energy, intensity, step_ev
    count = len(energy) // several
    means = (values[: count * several].reshape(count, several).mean(axis=1) for values in (energy, intensity))
    return next(means), next(means), several * step_ev


def grid_of(used: PlannedRegion) -> NDArray[np.float64]:
    """Return the even energy grid of a used region in eV, shape ``(n,)``.

    Raises:
        ValueError: The region is not used.
    """
    if used.energy_ev is None:
        raise ValueError(f"The region {used.name} is not used and has no grid. Received: used={used.used}")
    return used.energy_ev
