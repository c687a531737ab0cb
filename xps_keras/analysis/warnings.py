"""Named warnings that an answer may carry: what makes it less certain than its numbers look.

Warnings of the reader (``xps_keras.io``) and of the way onto the axis (``xps_keras.preprocessing``) stand beside
these; ``docs/analysis.md`` lists all of them.
"""

import re
from collections.abc import Sequence

from xps_keras.analysis.evidence import line_is_measured, main_lines, region_at
from xps_keras.analysis.maxima import C1S_SEARCH_EV
from xps_keras.analysis.result import LIBRARY_REFERENCE_EV, Analysis
from xps_keras.errors import SpectrumWarning
from xps_keras.groups import groups_named
from xps_keras.library.core_line import find_core_line
from xps_keras.metadata import Metadata
from xps_keras.preprocessing.background import linear
from xps_keras.preprocessing.channels import Channels
from xps_keras.preprocessing.planned import LARGEST_STEP_EV, PlannedRegion
from xps_keras.preprocessing.signals import SIGNIFICANCE, signal_to_noise
from xps_keras.spectrum import FEWEST_POINTS

SHIFT_MARGIN_EV = 0.5
"""A shift this near to the model's limit may in truth lie beyond it."""
CLASSICAL_TOLERANCE_EV = 1.5
"""Difference between the model's shift and the classical one that is worth a word. Up to 1.5 eV is ordinary: the
strongest C 1s component of many polymers is not hydrocarbon (C-O at 286.5 eV in PEG)."""
LEAST_SIGNAL_TO_NOISE = 100.0
"""Strongest C 1s signal, averaged over 0.6 eV, over its standard error. Below 100 a component of 5 % of the maximum
stands less than five standard errors above zero."""

VALENCE_EV = 40.0
"""Up to here in eV stands the valence band, with the 2s levels of C, N, O and F, unless a label names another level."""
OF_POLYMERS = re.compile(r"(?<![A-Za-z])[CNOF][ _-]?(?:2s\b|\(?K[ (]?[LV])|(?i:\bvalence|\bVB\b)")
"""Labels of what every polymer has beside the lines of the library: 2s levels, Auger lines, the valence band."""
CLEAR_SIGNAL = 20.0
"""Standard errors from which a signal in a region without library lines is worth a word."""


def warnings(
    analysis: Analysis, channels: Channels, metadata: Metadata, model_shift_ev: float
) -> tuple[SpectrumWarning, ...]:
    """Collect what a reader of an answer should know.

    Args:
        analysis: The answer, still without warnings.
        channels: The spectrum on the axis.
        metadata: What the model says about itself.
        model_shift_ev: Shift of the first reading on the library's scale in eV.

    Returns:
        The warnings, gravest first.
    """
    found = [
        *_shift_limit(analysis, metadata, model_shift_ev),
        *_classical(analysis),
        *_missing_lines(channels, metadata, model_shift_ev),
        *_low_counts(channels, model_shift_ev),
        *_unexplained(channels, [line.energy_ev for line in analysis.reference_lines]),
    ]
    return tuple(found)


def own_label_warnings(metadata: Metadata) -> list[SpectrumWarning]:
    """Say what an answer cannot hold where the groups of a model are a user's own."""
    if not metadata.own_labels:
        return []
    return [
        SpectrumWarning(
            "own-labels",
            f"The groups are those of the library '{metadata.library}', of which only the names are known: no group is "
            "called not assessable because a line is missing, no evidence and no carrier is named, and no signal is "
            "called unexplained.",
        )
    ]


def _shift_limit(analysis: Analysis, metadata: Metadata, model_shift_ev: float) -> list[SpectrumWarning]:
    if abs(model_shift_ev) <= metadata.max_shift_ev - SHIFT_MARGIN_EV:
        return []
    shift, trained = f"{analysis.shift_ev:+.2f} eV", f"the {metadata.max_shift_ev:g} eV"
    if abs(analysis.shift_ev - model_shift_ev) > 0.005:
        shift += f" ({model_shift_ev:+.2f} eV for a reference of {LIBRARY_REFERENCE_EV:g} eV)"
    where = (
        f"lies beyond {trained} up to which the model was trained, so no group is assessed"
        if abs(model_shift_ev) > metadata.max_shift_ev
        else f"is near {trained} up to which the model was trained"
        + ("" if analysis.charge_given else " and may be larger in truth")
    )
    if analysis.charge_given:
        return [SpectrumWarning("shift-at-limit", f"The shift of {shift} {where}.")]
    advice = "write the corrected spectrum with --vamas and analyse that file, which shows the rest of the shift"
    return [SpectrumWarning("shift-at-limit", f"The shift of {shift} {where}; {advice}.")]


def _classical(analysis: Analysis) -> list[SpectrumWarning]:
    classical = analysis.shift_classical_ev
    if classical is None or abs(classical - analysis.shift_ev) <= CLASSICAL_TOLERANCE_EV:
        return []
    return [
        SpectrumWarning(
            "classical-disagrees",
            f"The strongest C 1s maximum would give a shift of {classical:+.2f} eV, the answer is "
            f"{analysis.shift_ev:+.2f} eV; look which line the maximum belongs to.",
        )
    ]


def _missing_lines(channels: Channels, metadata: Metadata, shift_ev: float) -> list[SpectrumWarning]:
    lines = main_lines(metadata.lines).values()
    missing = [line for line in lines if not line_is_measured(channels.measured, line.name, shift_ev)]
    begun = {name for used in channels.regions if used.used for name in used.lines}
    lost: list[str] = []
    needed: list[str] = []
    for line in missing:
        names = [
            group.name
            for index, group in enumerate(groups_named(metadata.labels))
            if metadata.assessable[index] and line.element in group.elements
        ]
        if names:
            needed.append(f"all of {line.name}" if line.name in begun else line.name)
            lost += names
    sentences = []
    if any(line.name == "O 1s" for line in missing) and not metadata.own_labels:
        sentences.append(
            "O 1s was measured in part only, so groups with oxygen rest mostly on the other lines."
            if "O 1s" in begun
            else "O 1s was not measured: groups with oxygen rest on the other lines alone."
        )
    if lost:
        sentences.append(f"Without {', '.join(needed)} not assessable: {', '.join(dict.fromkeys(lost))}.")
    return [SpectrumWarning("region-missing", " ".join(sentences))] if sentences else []


def _low_counts(channels: Channels, shift_ev: float) -> list[SpectrumWarning]:
    carbon = region_at(channels, LIBRARY_REFERENCE_EV + shift_ev)
    if carbon is None or carbon.energy_ev is None:
        return []
    ratio = signal_to_noise(carbon.energy_ev, carbon.net, *C1S_SEARCH_EV)
    if ratio >= LEAST_SIGNAL_TO_NOISE:
        return []
    return [
        SpectrumWarning(
            "low-counts",
            f"The strongest C 1s signal stands only {ratio:.0f} standard errors above zero, so a component below "
            f"{SIGNIFICANCE / max(ratio, SIGNIFICANCE):.0%} of it cannot be told from noise; more scans would help.",
        )
    ]


def _of_every_sample(used: PlannedRegion) -> bool:
    """Tell whether a region is the valence band, or an Auger line of what polymers are made of."""
    label = used.region.label
    shallow = used.region.high_ev <= VALENCE_EV and not find_core_line(label)
    return shallow or OF_POLYMERS.search(label) is not None


def _unexplained(channels: Channels, known_ev: Sequence[float]) -> list[SpectrumWarning]:
    """Name regions with a clear signal in which no polymer of the library has a line."""
    found = []
    for used in channels.regions:
        if any(used.region.low_ev <= energy_ev <= used.region.high_ev for energy_ev in known_ev):
            continue  # a reference line, which is named as such
        if used.lines or used.region.step_ev > 1.05 * LARGEST_STEP_EV or _of_every_sample(used):
            continue
        energy, intensity = used.region.binding_energy_ev, used.region.intensity
        if energy.size < FEWEST_POINTS:
            continue
        net = intensity - linear(intensity[None], max(1, energy.size // 20))[0]
        if signal_to_noise(energy, net, used.region.low_ev, used.region.high_ev) < CLEAR_SIGNAL:
            continue
        taken = "entered the analysis nevertheless" if used.used else "was left out"
        found.append(
            SpectrumWarning(
                "unexplained-line",
                f"{used.name} ({used.region.low_ev:.0f} to {used.region.high_ev:.0f} eV) shows a signal where no "
                f"polymer of the library has a line; it {taken}, and the sample holds more than the model knows.",
            )
        )
    return found
