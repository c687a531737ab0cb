"""From areas to percentages: quotients, what is detected, and how uncertainties of areas reach the percentages."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from xps_keras.library.lines import LINES
from xps_keras.quantification.area import LineArea
from xps_keras.quantification.result import Composition, ElementRow, Undetected
from xps_keras.quantification.sensitivity import UNCERTAINTY, UNSURE, Sensitivities, kinetic_energy_ev

LEAST_TO_WITHHOLD = 3.0
"""Atomic percent from which an element that cannot be measured costs the whole composition: by the area of its steep
background, or by that of a signal where its line cannot be."""
DETECTED = 3.0
"""Standard uncertainties, of counting and background together, by which an area must exceed zero."""
TRANSMISSION_EXPONENT = 0.25
"""Standard uncertainty of the exponent with which an unknown transmission depends on the kinetic energy: between 0 and
-0.5 for analysers at constant pass energy."""
LARGEST_LIMIT = 10.0
"""Atomic percent up to which an element with a steep background and no clear peak may hide."""
AUGER_UNCERTAINTY = 0.5
"""Relative uncertainty of the intensity of Na KLL, which is an estimate."""


@dataclass(frozen=True, eq=False)
class Measured:
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


def withheld(reason: str, assumptions: Sequence[str] = ()) -> Composition:
    """Return a composition without percentages and why there are none."""
    return Composition((), tuple(assumptions), reason)


def measured_of(
    areas: Sequence[LineArea], factors: Sensitivities, source_energy_ev: float | None, flat: bool
) -> Measured:
    """Put the areas of lines over their factors.

    Args:
        areas: One line for each element, C 1s among them.
        factors: Sensitivity factors, of all these lines.
        source_energy_ev: Photon energy in eV, None where the file does not say.
        flat: Whether nothing is unknown about the transmission.
    """
    names = [area.line.name for area in areas]
    factor = np.array([factors.factors[name] for name in names])
    unsure = [UNSURE if name in factors.unsure else UNCERTAINTY for name in names]
    carbon = LINES["C 1s"]
    kinetic = [kinetic_energy_ev(area.line, source_energy_ev) for area in areas]
    measured = Measured(
        areas=tuple(areas),
        atoms=np.array([area.area for area in areas]) / factor,
        relative=np.where(np.array(names) == carbon.name, 0.0, unsure),
        absolute=np.array([np.hypot(area.counting, area.background) for area in areas]) / factor,
        slope=np.zeros(len(areas)) if flat else np.log(np.array(kinetic) / kinetic_energy_ev(carbon, source_energy_ev)),
    )
    return _without_auger(measured, factor)


def _without_auger(measured: Measured, factor: NDArray[np.float64]) -> Measured:
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


def percentages(measured: Measured, assumptions: tuple[str, ...]) -> Composition:
    """Return percentages, or say which line cannot be measured.

    Args:
        measured: The lines.
        assumptions: What to say about them.
    """
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
        return withheld("C 1s does not stand clear of its background and of what stands beside it.", assumptions)
    if bad.any():
        worst = measured.areas[int(np.flatnonzero(bad)[0])]
        return withheld(
            f"The background of {worst.line.name} changes from end to end by more than its peak is high, so its area "
            "is not known.",
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


def _uncertainty(measured: Measured, parts: NDArray[np.float64], total: float) -> NDArray[np.float64]:
    """Propagate the uncertainties of all atoms to the fractions ``parts``, to first order."""
    own = np.hypot(parts * measured.relative, measured.absolute / total)
    # d part_i / d (atoms_j / total) = (i == j) - part_i
    jacobian = np.eye(parts.size) - parts[:, None]
    independent = np.square(jacobian) @ np.square(own)
    together = TRANSMISSION_EXPONENT * (jacobian @ (parts * measured.slope))
    return np.asarray(np.sqrt(independent + np.square(together)))
