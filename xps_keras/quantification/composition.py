"""From areas to atomic percentages with their uncertainty, or to the reason why there are none.

The atomic fraction of an element is its area over the sensitivity factor of its line, over the sum of these quotients.
Hydrogen has no line, and elements whose line was not recorded do not count.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np

from xps_keras.library.core_line import first_core_line
from xps_keras.library.lines import LINES, Line
from xps_keras.preprocessing.channels import Channels
from xps_keras.preprocessing.planned import PlannedRegion
from xps_keras.preprocessing.signals import strongest_maximum_ev
from xps_keras.quantification.area import END_EV, covered, line_area, measurable, transmission_of
from xps_keras.quantification.comparable import compared
from xps_keras.quantification.percentages import LEAST_TO_WITHHOLD, Measured, measured_of, percentages, withheld
from xps_keras.quantification.result import Composition
from xps_keras.quantification.sensitivity import Sensitivities, scofield

USUAL_WIDTH_EV = 1.5
"""Area of a line over its height."""
RIVAL_PERCENT = 3.0
"""Difference in atomic percent between two possible shifts that is too much, if it also exceeds the uncertainty."""
SAME_SHIFT_EV = 0.3
INSEPARABLE = frozenset({"K 2p"})
"""Lines that stand within the stretch of another element's line, so that an integral cannot tell them apart."""


def quantify(
    channels: Channels,
    shift_ev: float,
    sensitivities: Sensitivities | None = None,
    other_shifts_ev: Sequence[float] = (),
    moved_ev: float = 0.0,
) -> Composition:
    """Return the composition of a sample.

    Args:
        channels: The regions of the sample.
        shift_ev: Measured minus true binding energy on the library's scale in eV.
        sensitivities: A user's own factors; those of the package when None.
        other_shifts_ev: Other shifts that the sample may have; where one means another composition, none is given.
        moved_ev: Chosen reference minus the library's 285.0 eV, by which energies in sentences are higher.

    Returns:
        The composition, withheld with a reason where the file does not allow one.
    """
    found = _at(channels, shift_ev, sensitivities, moved_ev)
    for other_ev in other_shifts_ev:
        if found.withheld is None and abs(other_ev - shift_ev) > SAME_SHIFT_EV:
            other = _at(channels, other_ev, sensitivities, moved_ev)
            if (reason := _contradiction(found, other)) is not None:
                return withheld(reason, found.assumptions)
    return found


def _at(channels: Channels, shift_ev: float, sensitivities: Sensitivities | None, moved_ev: float) -> Composition:
    chosen = _chosen([region for region in channels.regions if region.used], shift_ev)
    elements = {line.element for line, _ in chosen}
    if "C" not in elements:
        return withheld("C 1s was not recorded far enough to measure its area.")
    if len(elements) < 2:
        return withheld(f"Only {chosen[0][0].name} was recorded; percentages need the lines of two elements.")
    scale = compared([region for _, region in chosen])
    if scale.withheld is not None:
        return withheld(scale.withheld)
    source = next((region.region.source_energy_ev for _, region in chosen if region.region.source_energy_ev), None)
    factors = sensitivities if sensitivities is not None else scofield(source)
    if factors is None:
        return withheld(
            f"Sensitivity factors are known for Al and Mg K-alpha and not for {source:g} eV; give your own with "
            "--sensitivity."
        )
    lacking = [line.name for line, _ in chosen if line.name not in factors.factors]
    if lacking:
        return withheld(f"The table of sensitivity factors has none for {', '.join(lacking)}, which was recorded.")
    transmission = scale.transmission and not factors.whole
    areas = [
        area
        for (line, _), region in zip(chosen, scale.regions, strict=True)
        if (area := line_area(line, region, shift_ev, transmission)) is not None
    ]
    measured = measured_of(areas, factors, source, flat=transmission or factors.whole)
    total = float(np.maximum(measured.atoms, 0.0).sum())
    for (line, _), region in zip(chosen, scale.regions, strict=True):
        if (reason := _misplaced(line, region, shift_ev, total * factors.factors[line.name], moved_ev)) is not None:
            return withheld(reason)
    words = (factors.words, *_conditions(measured, factors, transmission), *scale.assumptions)
    left_out = _left_out(channels.regions, elements)
    return replace(percentages(measured, (*words, *_not_counted(left_out))), not_counted=left_out)


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
        if best is not None and measurable(line, best, shift_ev):
            found[line.element] = line, best
    return sorted(found.values(), key=lambda pair: list(LINES).index(pair[0].name))


def _misplaced(line: Line, region: PlannedRegion, shift_ev: float, whole: float, moved_ev: float) -> str | None:
    """Say so when the highest point of a line's own region stands outside of where the line can be.

    Args:
        line: The line.
        region: Its region.
        shift_ev: Measured minus true binding energy in eV.
        whole: Area that the line would have if the sample were its element alone.
        moved_ev: Chosen reference minus the library's 285.0 eV.
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
        f"The highest signal of {region.name} stands at {top - shift_ev + moved_ev:.1f} eV (corrected), outside of "
        f"the {line.peak_low_ev + moved_ev:g}-{line.peak_high_ev + moved_ev:g} eV of {line.name}: it is something "
        "else, or the charge is not known."
    )


def _conditions(measured: Measured, factors: Sensitivities, transmission: bool) -> list[str]:
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


def _left_out(regions: Sequence[PlannedRegion], elements: Collection[str]) -> tuple[str, ...]:
    """Name the lines of other elements that the file holds: percentages without them are too high."""
    named: dict[str, None] = {}
    for used in regions:
        line = first_core_line(used.region.label) or first_core_line(used.region.element_line)
        if not used.used and line and line.element not in elements:
            named[line.name] = None
    return tuple(named)


def _not_counted(lines: Sequence[str]) -> tuple[str, ...]:
    if not lines:
        return ()
    return (f"Not counted, though recorded: {', '.join(lines)}; percentages are those of the other elements alone.",)


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
