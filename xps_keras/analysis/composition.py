"""The composition of an answer: at which shift, in words, and held against what the reference fit is made of."""

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from xps_keras.errors import SpectrumWarning, UsageError
from xps_keras.fit.result import Fit, Part
from xps_keras.library.lines import LINES
from xps_keras.preprocessing.channels import Channels
from xps_keras.quantification.result import Composition

if TYPE_CHECKING:
    from xps_keras.library.library import Peaks

MOST_OXYGEN = 1.83
"""Largest O : C of a polymer of the library."""
LEAST_APART = 3.0
"""Difference in atomic percent between composition and fit that is worth a word, beyond twice the uncertainty."""
FIT_UNCERTAINTY = 2.0
"""Standard uncertainty of the fit's own stoichiometry in atomic percent."""
LEAST_KNOWN = 0.9
"""Part of the fitted area whose atoms must be known before a fit can contradict."""


def composition_sentences(composition: Composition | None) -> tuple[str, ...]:
    """Say the composition in one line, or why there is none; nothing where none was asked for."""
    if composition is None:
        return ()
    if composition.withheld is not None:
        return (f"no composition: {composition.withheld}",)
    found = ", ".join(f"{row.element} {row.percent:.1f} ± {row.uncertainty:.1f}" for row in composition.elements)
    below = "".join(f"; {row.element} below {row.below_percent:.1f}" for row in composition.undetected)
    others = ", ".join(composition.not_counted)
    without = f"; not counted, though recorded: {others}" if others else ""
    return (f"composition: {found} at.%{below}{without}",)


def composition_warnings(composition: Composition | None, fit: Fit | None = None) -> list[SpectrumWarning]:
    """Name what a composition contradicts.

    Args:
        composition: The composition, or None.
        fit: The reference fit of the same regions, or None.

    Returns:
        ``inorganic-oxygen`` where there is more oxygen than any polymer holds, ``composition-disagrees`` where the
        parts of the fit would have another composition.
    """
    if composition is None or composition.withheld is not None:
        return []
    return [*_oxygen(composition), *_disagreement(composition, fit.parts if fit is not None else ())]


def empty_regions(channels: Channels, composition: Composition | None) -> frozenset[str]:
    """Return the names of the regions in which no line stands out of the background.

    Args:
        channels: The spectrum on the axis.
        composition: Its composition, which says what was looked for and not found.
    """
    absent = {row.line for row in composition.undetected} if composition is not None else set()
    return frozenset(used.name for used in channels.regions if used.lines and absent.issuperset(used.lines))


def missing_element_warnings(
    composition: Composition | None, present: Sequence[tuple[str, Collection[str]]]
) -> list[SpectrumWarning]:
    """Name groups that are called present although an element of theirs was looked for and not found.

    Args:
        composition: The composition, or None.
        present: Name and elements of each group that is present.
    """
    if composition is None or composition.withheld is not None:
        return []
    found = []
    for row in composition.undetected:
        names = [name for name, elements in present if row.element in elements]
        if names:
            verb = "is" if len(names) == 1 else "are"
            found.append(
                SpectrumWarning(
                    "element-missing",
                    f"{', '.join(names)} {verb} called present, but {row.line} was recorded and shows no {row.element} "
                    f"(below {row.below_percent:.1f} at.%): do not quote {'it' if len(names) == 1 else 'them'}.",
                )
            )
    return found


def _oxygen(composition: Composition) -> list[SpectrumWarning]:
    rows = {row.element: row for row in composition.elements}
    if "O" not in rows or "C" not in rows:
        return []
    carbon, oxygen = rows["C"], rows["O"]
    ratio = oxygen.percent / max(carbon.percent, 1e-9)
    error = ratio * float(np.hypot(oxygen.uncertainty / oxygen.percent, carbon.uncertainty / max(carbon.percent, 1e-9)))
    if ratio - error <= MOST_OXYGEN:
        return []
    text = (
        f"O : C is {ratio:.1f} ± {error:.1f}, more than any polymer of the library has ({MOST_OXYGEN:g}): oxygen of "
        "something inorganic is in it."
    )
    return [SpectrumWarning("inorganic-oxygen", text)]


def _disagreement(composition: Composition, parts: Sequence[Part]) -> list[SpectrumWarning]:
    lines = {row.line for row in composition.elements} | {row.line for row in composition.undetected}
    expected = stoichiometry(parts, lines)
    if expected is None:
        return []
    rows = {row.element: row for row in composition.elements}
    apart = []
    for element in dict.fromkeys([*rows, *expected]):
        row = rows.get(element)
        measured, error = (row.percent, row.uncertainty) if row is not None else (0.0, 0.0)
        difference = abs(measured - expected.get(element, 0.0))
        if difference > max(LEAST_APART, 2.0 * float(np.hypot(error, FIT_UNCERTAINTY))):
            apart.append(
                f"{measured:.1f} ± {error:.1f} at.% {element} where they have {expected.get(element, 0.0):.1f}"
            )
    if not apart:
        return []
    names = ", ".join(part.shown for part in parts[:3])
    text = (
        f"The composition does not fit what the reference fit is made of ({names}): {'; '.join(apart)}. The regions "
        "are not on one scale, or the sample holds something else."
    )
    return [SpectrumWarning("composition-disagrees", text)]


def stoichiometry(parts: Sequence[Part], lines: Collection[str]) -> dict[str, float] | None:
    """Return the atomic percentages that the parts of a fit stand for.

    Args:
        parts: Parts, by percent of the fitted area.
        lines: The lines that were recorded.

    Returns:
        Percent by element, of the elements of ``lines``; None where too little of the area belongs to parts of known
        atoms.
    """
    atoms: dict[str, float] = {}
    known = 0.0
    for part in parts:
        held = _atoms(part, lines)
        if held is None:
            continue
        known += part.percent
        for element, count in held.items():
            atoms[element] = atoms.get(element, 0.0) + part.percent * count
    total = sum(atoms.values())
    if not parts or total <= 0 or known < LEAST_KNOWN * sum(part.percent for part in parts):
        return None
    return {element: 100.0 * count / total for element, count in atoms.items()}


def _atoms(part: Part, lines: Collection[str]) -> Mapping[str, float] | None:
    """Return atoms by element for a unit of a part's area in some lines; None where they are not known."""
    if part.kind == "environment":
        line = next((LINES[name] for name in LINES if part.name.startswith(f"{name} ")), None)
        return None if line is None or line.name not in lines else {line.element: 1.0 / line.sensitivity}
    from xps_keras.library.loading import load_library
    from xps_keras.library.species import load_species

    species = load_species()
    if part.name in species.keys:
        return _of_peaks(species.peaks, species.keys.index(part.name), lines)
    library = load_library()
    try:
        return _of_peaks(library.peaks, library.index(part.name), lines)
    except UsageError:
        return None


def _of_peaks(peaks: "Peaks", owner: int, lines: Collection[str]) -> Mapping[str, float] | None:
    whole = 0.0
    atoms: dict[str, float] = {}
    for place in np.flatnonzero(peaks.polymer == owner).tolist():
        line = LINES[peaks.line[place]]
        if line.name not in lines:
            continue
        whole += float(peaks.area[place])
        # Bi 4f stands where S 2p is recorded, under the line S 2p and with its own level as label.
        level = peaks.label[place].split(" ")
        foreign = len(level) == 2 and level[1][:1].isdigit() and level[0] != line.element
        if not foreign:
            atoms[line.element] = atoms.get(line.element, 0.0) + float(peaks.area[place]) / line.sensitivity
    return {element: count / whole for element, count in atoms.items()} if whole > 0 else None
