"""What to know about the regions that are used: how they were recorded, and what a detector did wrong."""

import numpy as np

from xps_keras.errors import SpectrumWarning
from xps_keras.library.core_line import core_lines
from xps_keras.library.lines import LINES
from xps_keras.preprocessing.detector import clipped, glitches, zeros
from xps_keras.preprocessing.planned import PlannedRegion, grid_of, has_peak

_EDGE_EV = 1.0
_MOST_NAMED = 4


def region_warnings(regions: tuple[PlannedRegion, ...]) -> tuple[SpectrumWarning, ...]:
    """Return what to know about the regions of a file.

    Args:
        regions: What ``plan`` returned.
    """
    return (
        *_survey_warnings(regions),
        *_scale_warnings(regions),
        *_tail_warnings(regions),
        *_edge_warnings(regions),
        *_detector_warnings(regions),
        *_label_warnings(regions),
    )


def _survey_warnings(regions: tuple[PlannedRegion, ...]) -> list[SpectrumWarning]:
    """Say when the regions were cut out of a survey, for want of narrow scans."""
    cut = [used.name for used in regions if used.used and used.from_survey]
    if not cut:
        return []
    text = f"No narrow scan of C 1s was recorded: {', '.join(cut)} were cut out of a survey of fine step."
    return [SpectrumWarning("survey-used", text)]


def _scale_warnings(regions: tuple[PlannedRegion, ...]) -> list[SpectrumWarning]:
    """Warn when regions stand on different intensity scales, so that their ratios mean nothing."""
    used = [region for region in regions if region.used]
    per_second = {
        r.region.intensity_unit == "counts/s" or (r.region.intensity_unit == "counts" and r.region.dwell_s is not None)
        for r in used
    }
    if len(per_second) < 2:
        return []
    text = "Some regions are counts per second and others are not: intensities of different regions do not compare."
    return [SpectrumWarning("intensity-scale", text)]


def _tail_warnings(regions: tuple[PlannedRegion, ...]) -> list[SpectrumWarning]:
    """Name the regions that begin on the tail of another line."""
    return [
        SpectrumWarning(
            "tail-cut",
            f"{used.name} begins at {used.tail_ev:.1f} eV on the tail of another line: "
            f"it was used from {used.region.low_ev:.1f} eV on.",
        )
        for used in regions
        if used.used and used.tail_ev is not None
    ]


def _edge_warnings(regions: tuple[PlannedRegion, ...]) -> list[SpectrumWarning]:
    """Warn when the highest point of a region stands at its very end: the peak is cut and its background wrong.

    At the low end the intensity as measured is asked too: no background is highest there, and where the peak is cut at
    its top the background takes all of it away. At the high end backgrounds do rise, so there only a net peak counts.
    """
    warnings = []
    for used in (region for region in regions if region.used and has_peak(region)):
        energy = grid_of(used)
        low, high = float(energy[0]), float(energy[-1])
        top = float(energy[np.argmax(used.net)])
        measured_top = float(energy[np.argmax(used.intensity)]) if used.intensity is not None else top
        if min(top - low, high - top, measured_top - low) < _EDGE_EV:
            text = f"The highest point of {used.name} stands at the end of its region ({low:.1f}-{high:.1f} eV)"
            warnings.append(SpectrumWarning("region-cut", f"{text}: a peak is cut off and its background is wrong."))
    return warnings


def _detector_warnings(regions: tuple[PlannedRegion, ...]) -> list[SpectrumWarning]:
    """Name what a detector did wrong in the used regions; energies are as measured."""
    found = []
    for used in (region for region in regions if region.used):
        energy, intensity = used.region.binding_energy_ev, used.region.intensity
        if places := glitches(intensity).tolist():
            at = ", ".join(f"{energy[place]:.2f}" for place in places[:_MOST_NAMED])
            more = f" and {len(places) - _MOST_NAMED} more" if len(places) > _MOST_NAMED else ""
            text = f"{used.name} has single channels that no line can make, at {at} eV{more}: they were left out."
            found.append(SpectrumWarning("glitch", text))
        for first, stop in zeros(intensity):
            text = (
                f"{used.name} is exactly zero from {energy[first]:.1f} to {energy[stop - 1]:.1f} eV, where the "
                "intensity falls at once: nothing was counted there, and what is read from this region may be wrong."
            )
            found.append(SpectrumWarning("no-counts", text))
        if (top := clipped(intensity)) is not None:
            text = (
                f"{used.name} is flat at its top, {energy[top[0]]:.1f} to {energy[top[1] - 1]:.1f} eV: the detector "
                "was saturated, so shape, area and shift are wrong; record it again with fewer counts."
            )
            found.append(SpectrumWarning("saturated", text))
    return found


def _label_warnings(regions: tuple[PlannedRegion, ...]) -> list[SpectrumWarning]:
    """Name the used regions whose label says a line of the library that stands nowhere near them."""
    found = []
    for used in (region for region in regions if region.used and not region.from_survey):
        lines = [LINES[one.name] for one in core_lines(used.region.label) if one.name in LINES]
        low, high = used.region.low_ev, used.region.high_ev
        if lines and all(line.window_low_ev > high or line.window_high_ev < low for line in lines):
            found.append(
                SpectrumWarning(
                    "label-differs",
                    f"The region called `{used.region.label}` lies at {low:.0f}-{high:.0f} eV, where {lines[0].name} "
                    f"does not stand; it was read as {used.name}, by its energies.",
                )
            )
    return found
