"""From areas to atomic percentages with their uncertainty, or to the reason why there are none.

The atomic fraction of an element is its area over the sensitivity factor of its line, over the sum of these quotients.
Hydrogen has no line, and elements whose line was not recorded do not count.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from xps_keras.library.lines import LINES, Line
from xps_keras.preprocessing.channels import Channels, PlannedRegion
from xps_keras.preprocessing.signals import strongest_maximum_ev
from xps_keras.quantification.area import END_EV, LineArea, covered, line_area, transmission_of
from xps_keras.quantification.comparable import compared
from xps_keras.quantification.result import Composition, ElementRow, Undetected
from xps_keras.quantification.sensitivity import UNCERTAINTY, UNSURE, Sensitivities, kinetic_energy_ev, scofield

DETECTED = 3.0
"""Standard uncertainties, of counting and background together, by which an area must exceed zero."""
TRANSMISSION_EXPONENT = 0.25
"""Standard uncertainty of the exponent with which an unknown transmission depends on the kinetic energy: between 0 and
-0.5 for analysers at constant pass energy."""
LEAST_TO_WITHHOLD = 3.0
"""Atomic percent from which an element that cannot be measured costs the whole composition: by the area of its steep
background, or by that of a signal where its line cannot be."""
LARGEST_LIMIT = 10.0
"""Atomic percent up to which an element with a steep background and no clear peak may hide."""
USUAL_WIDTH_EV = 1.5
"""Area of a line over its height."""
RIVAL_PERCENT = 3.0
"""Difference in atomic percent between two possible shifts that is too much, if it also exceeds the uncertainty."""
SAME_SHIFT_EV = 0.3
FIT_UNCERTAINTY = 0.5
"""Part of the difference between a fitted and an integrated area that counts as one standard uncertainty."""
AUGER_UNCERTAINTY = 0.5
"""Relative uncertainty of the intensity of Na KLL, which is an estimate."""
_CORE_LINE = re.compile(r"\b([A-Z][a-z]?)[\s_]?([1-7][spdf])(?![A-Za-z])")
INSEPARABLE = frozenset({"K 2p"})
"""Lines that stand within the stretch of another element's line, so that an integral cannot tell them apart."""


@dataclass(frozen=True, eq=False)
class _Measured:
    """Lines of a sample, one for each element, ``n`` of them."""

    areas: tuple[LineArea, ...]
    atoms: NDArray[np.float64]
    """Area over sensitivity factor, shape ``(n,)``."""
    relative: NDArray[np.float64]
    """Standard uncertainty of ``atoms`` that is proportional to them: sensitivity factors, shape ``(n,)``."""
    absolute: NDArray[np.float64]
    """Standard uncertainty of ``atoms`` by counting and background, shape ``(n,)``."""
    slope: NDArray[np.float64]
    """Logarithm of kinetic energies over that of C 1s, shape ``(n,)``; zero where the transmission is known."""


def quantify(
    channels: Channels,
    shift_ev: float,
    sensitivities: Sensitivities | None = None,
    fitted: Mapping[str, float] | None = None,
    other_shifts_ev: Sequence[float] = (),
) -> Composition:
    """Return the composition of a sample.

    Args:
        channels: The regions of the sample.
        shift_ev: Measured minus true binding energy on the library's scale in eV.
        sensitivities: A user's own factors; those of the package when None.
        fitted: Areas of lines, by a key of ``LINES``, that a fit found, in the intensity of ``PlannedRegion.intensity``
            times eV, all of a line's components together. They stand in for integrals; lines without one are integrated.
        other_shifts_ev: Other shifts that the sample may have; where they would mean another composition, none is given.

    Returns:
        The composition, withheld with a reason where the file does not allow one.
    """
    found = _at(channels, shift_ev, sensitivities, fitted)
    for other_ev in other_shifts_ev:
        if found.withheld is None and abs(other_ev - shift_ev) > SAME_SHIFT_EV:
            other = _at(channels, other_ev, sensitivities, None)
            if (reason := _contradiction(found, other)) is not None:
                return _withheld(reason, found.assumptions)
    return found


def _withheld(reason: str, assumptions: Sequence[str] = ()) -> Composition:
    return Composition((), tuple(assumptions), reason)


def _at(
    channels: Channels, shift_ev: float, sensitivities: Sensitivities | None, fitted: Mapping[str, float] | None
) -> Composition:
    chosen = _chosen([region for region in channels.regions if region.used], shift_ev)
    elements = {line.element for line, _ in chosen}
    if "C" not in elements:
        return _withheld("C 1s was not recorded far enough to measure its area.")
    if len(elements) < 2:
        return _withheld(f"Only {chosen[0][0].name} was recorded; percentages need the lines of two elements.")
    scale = compared([region for _, region in chosen])
    if scale.withheld is not None:
        return _withheld(scale.withheld)
    source = next((region.region.source_energy_ev for _, region in chosen if region.region.source_energy_ev), None)
    factors = sensitivities if sensitivities is not None else scofield(source)
    if factors is None:
        return _withheld(
            f"Sensitivity factors are known for Al and Mg K-alpha and not for {source:g} eV; give your own with "
            "--sensitivity."
        )
    lacking = [line.name for line, _ in chosen if line.name not in factors.factors]
    if lacking:
        return _withheld(f"The table of sensitivity factors has none for {', '.join(lacking)}, which was recorded.")
    transmission = scale.transmission and not factors.whole
    areas: list[LineArea] = []
    for (line, _), region in zip(chosen, scale.regions, strict=True):
        area = line_area(line, region, shift_ev, transmission)
        if area is None:
            continue
        areas.append(_with_fit(area, fitted))
    measured = _measured(areas, factors, source, flat=transmission or factors.whole)
    total = float(np.maximum(measured.atoms, 0.0).sum())
    for (line, _), region in zip(chosen, scale.regions, strict=True):
        if (reason := _misplaced(line, region, shift_ev, total * factors.factors[line.name])) is not None:
            return _withheld(reason)
    words = (factors.words, *_conditions(measured, factors, transmission), *scale.assumptions)
    return _percentages(measured, (*words, *_left_out(channels.regions, elements)))


def _chosen(regions: Sequence[PlannedRegion], shift_ev: float) -> list[tuple[Line, PlannedRegion]]:
    """Return the line by which each element is measured and the region that holds most of it, in order of the lines."""
    found: dict[str, tuple[Line, PlannedRegion]] = {}
    # Main lines come first; among the others the more sensitive one.
    order = sorted(LINES.values(), key=lambda line: (not line.main, -line.sensitivity))
    for line in order:
        if line.element in found or line.scofield is None or line.name in INSEPARABLE:
            continue
        named = [region for region in regions if line.name in region.lines]
        best = max(named, key=lambda region: covered(line, region, shift_ev), default=None)
        if best is not None and line_area(line, best, shift_ev) is not None:
            found[line.element] = line, best
    return sorted(found.values(), key=lambda pair: list(LINES).index(pair[0].name))


def _misplaced(line: Line, region: PlannedRegion, shift_ev: float, whole: float) -> str | None:
    """Say so when the highest point of a line's own region stands outside of where the line can be.

    Args:
        line: The line.
        region: Its region.
        shift_ev: Measured minus true binding energy in eV.
        whole: Area that the line would have if the sample were its element alone.
    """
    if region.lines != (line.name,) or region.energy_ev is None:
        return None
    energy, net = region.energy_ev, region.net
    top = strongest_maximum_ev(energy, net, float(energy[0]) + END_EV, float(energy[-1]) - END_EV)
    low, high = line.peak_low_ev + shift_ev, line.peak_high_ev + shift_ev
    if top is None or low <= top <= high:
        return None
    transmission = transmission_of(region)
    height = float(np.interp(top, energy, net if transmission is None else net / transmission))
    if 100.0 * height * USUAL_WIDTH_EV < LEAST_TO_WITHHOLD * whole:
        return None
    return (
        f"The highest signal of {region.name} stands at {top - shift_ev:.1f} eV (corrected), outside of the "
        f"{line.peak_low_ev:g}-{line.peak_high_ev:g} eV of {line.name}: it is something else, or the charge is not known."
    )


def _with_fit(area: LineArea, fitted: Mapping[str, float] | None) -> LineArea:
    if fitted is None or area.line.name not in fitted:
        return area
    value = fitted[area.line.name] / (area.transmission or 1.0)
    apart = FIT_UNCERTAINTY * abs(value - area.area)
    return replace(area, area=value, background=max(apart, 0.0))


def _measured(
    areas: Sequence[LineArea], factors: Sensitivities, source_energy_ev: float | None, flat: bool
) -> _Measured:
    names = [area.line.name for area in areas]
    factor = np.array([factors.factors[name] for name in names])
    unsure = [UNSURE if name in factors.unsure else UNCERTAINTY for name in names]
    carbon = LINES["C 1s"]
    kinetic = [kinetic_energy_ev(area.line, source_energy_ev) for area in areas]
    measured = _Measured(
        areas=tuple(areas),
        atoms=np.array([area.area for area in areas]) / factor,
        relative=np.where(np.array(names) == carbon.name, 0.0, unsure),
        absolute=np.array([np.hypot(area.counting, area.background) for area in areas]) / factor,
        slope=np.zeros(len(areas)) if flat else np.log(np.array(kinetic) / kinetic_energy_ev(carbon, source_energy_ev)),
    )
    return _without_auger(measured, factor)


def _without_auger(measured: _Measured, factor: NDArray[np.float64]) -> _Measured:
    """Take the part of Na KLL that stands in O 1s from the oxygen, as far as sodium was measured."""
    elements = [area.line.element for area in measured.areas]
    if "Na" not in elements or "O" not in elements:
        return measured
    auger = LINES["Na KLL"]
    share = auger.minor_to_major / (1.0 + auger.minor_to_major)
    oxygen = elements.index("O")
    lent = max(float(measured.atoms[elements.index("Na")]), 0.0) * auger.sensitivity * share / factor[oxygen]
    atoms, absolute = measured.atoms.copy(), measured.absolute.copy()
    atoms[oxygen] -= lent
    absolute[oxygen] = np.hypot(absolute[oxygen], AUGER_UNCERTAINTY * lent)
    return replace(measured, atoms=atoms, absolute=absolute)


def _percentages(measured: _Measured, assumptions: tuple[str, ...]) -> Composition:
    atoms = measured.atoms
    seen = atoms > DETECTED * measured.absolute
    steep = np.array([area.steep for area in measured.areas])
    total = float(atoms[seen].sum())
    carbon = next(place for place, area in enumerate(measured.areas) if area.line.element == "C")
    limits = 100.0 * (np.maximum(atoms, 0.0) + DETECTED * measured.absolute) / max(total, 1e-300)
    shares = 100.0 * atoms / max(total, 1e-300)
    bad = steep & np.where(seen, shares >= LEAST_TO_WITHHOLD, limits >= LARGEST_LIMIT)
    bad[carbon] = steep[carbon]
    if not seen[carbon] and not steep[carbon]:
        return _withheld("C 1s does not stand clear of its background.", assumptions)
    if bad.any():
        worst = measured.areas[int(np.flatnonzero(bad)[0])]
        return _withheld(
            f"The background of {worst.line.name} changes from end to end by more than its peak is high "
            f"({worst.rise:.0f} against {max(worst.top, 0.0):.0f}), so its area is not known.",
            assumptions,
        )
    seen &= ~steep
    total = float(atoms[seen].sum())
    parts = np.where(seen, atoms, 0.0) / total
    uncertainty = 100.0 * _uncertainty(measured, parts, total)
    rows = [
        ElementRow(area.line.element, area.line.name, 100.0 * float(part), float(error))
        for area, part, error, is_seen in zip(measured.areas, parts, uncertainty, seen, strict=True)
        if is_seen
    ]
    rows.sort(key=lambda row: (row.element != "C", -row.percent))
    undetected = tuple(
        Undetected(area.line.element, area.line.name, float(limit))
        for area, limit, is_seen in zip(measured.areas, limits, seen, strict=True)
        if not is_seen
    )
    return Composition(tuple(rows), assumptions, None, undetected)


def _uncertainty(measured: _Measured, parts: NDArray[np.float64], total: float) -> NDArray[np.float64]:
    """Propagate the uncertainties of all atoms to the fractions ``parts``, to first order."""
    own = np.hypot(parts * measured.relative, measured.absolute / total)
    # d part_i / d (atoms_j / total) = (i == j) - part_i
    jacobian = np.eye(parts.size) - parts[:, None]
    independent = np.square(jacobian) @ np.square(own)
    together = TRANSMISSION_EXPONENT * (jacobian @ (parts * measured.slope))
    return np.asarray(np.sqrt(independent + np.square(together)))


def _conditions(measured: _Measured, factors: Sensitivities, transmission: bool) -> list[str]:
    """Name what was taken for granted beside the factors."""
    found = []
    if transmission:
        found.append("Transmission: intensities were divided by the transmission that the file holds.")
    elif not factors.whole:
        found.append(
            "Transmission: the file holds none; at constant pass energy it was taken as independent of the kinetic "
            "energy, and the uncertainties hold an exponent between -0.5 and 0.5."
        )
    unsure = [area.line.name for area in measured.areas if area.line.name in factors.unsure]
    if unsure:
        found.append(f"The cross section of {', '.join(unsure)} is that for Al K-alpha.")
    cut = [area.line.name for area in measured.areas if area.covered < 1.0 - 1e-6]
    if cut:
        found.append(f"Not recorded to the end of its states and satellites: {', '.join(cut)}.")
    found.append("The sample was taken as homogeneous within the depth that is seen; hydrogen does not count.")
    return found


def _left_out(regions: Sequence[PlannedRegion], elements: Collection[str]) -> list[str]:
    """Name the lines of other elements that the file holds: percentages without them are too high."""
    named: dict[str, None] = {}
    for used in regions:
        match = _CORE_LINE.search(used.region.label) or _CORE_LINE.search(used.region.element_line)
        if not used.used and match and match[1] not in elements:
            named[f"{match[1]} {match[2]}"] = None
    if not named:
        return []
    return [f"Not counted, though recorded: {', '.join(named)}; percentages are those of the other elements alone."]


def _contradiction(found: Composition, other: Composition) -> str | None:
    """Say where a composition at another shift differs by more than the uncertainty; None where it does not."""
    if other.withheld is not None:
        return f"The charge cannot be told, and at another shift: {other.withheld}"
    theirs = {row.element: row.percent for row in other.elements}
    for row in found.elements:
        apart = abs(row.percent - theirs.get(row.element, 0.0))
        if apart > max(RIVAL_PERCENT, row.uncertainty):
            return (
                f"The charge cannot be told, and at another shift {row.element} would be "
                f"{theirs.get(row.element, 0.0):.1f} at.% instead of {row.percent:.1f}."
            )
    return None
