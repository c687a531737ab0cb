"""Why the intensities of different regions must not be compared, as far as a file says so."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from xps_keras.preprocessing.planned import PlannedRegion
from xps_keras.quantification.counting import divisors

SAME = 1e-6
"""Relative difference up to which the highest points of regions are the same number, as after a normalisation."""
SAME_TIME = 0.01
"""Relative difference up to which dwell times, pass energies and source energies are the same."""


@dataclass(frozen=True, eq=False)
class Compared:
    """Regions on one scale, or why there is none."""

    regions: tuple[PlannedRegion, ...]
    """The regions, with their intensities on one scale."""
    assumptions: tuple[str, ...] = ()
    withheld: str | None = None
    """Why they must not be compared, one sentence."""
    transmission: bool = False
    """Whether the file holds the transmission of all of them."""


def compared(regions: Sequence[PlannedRegion]) -> Compared:
    """Bring the regions of a sample to one scale.

    ``preprocessing.planned`` divided counts by dwell time and scans where the file gives them. Here counts of several
    scans without a dwell time are divided by the scans, and what remains unknown is named.

    Args:
        regions: Used regions, at least one.

    Returns:
        The regions and what was assumed, or the reason not to compare them.
    """
    held = [region.region for region in regions]
    transmission = all(region.transmission is not None for region in held)
    if (reason := _normalised(regions)) or (reason := _sources(regions)):
        return Compared(tuple(regions), withheld=reason)
    pass_energies = {region.pass_energy_ev for region in held if region.pass_energy_ev is not None}
    if not transmission and _differ(pass_energies):
        return Compared(
            tuple(regions),
            withheld=f"Regions were recorded with different pass energies ({_listed(pass_energies, 'eV')}) and the "
            "file does not hold the transmission, so their intensities do not compare.",
        )
    units = {region.intensity_unit for region in held}
    timed = [region for region in held if region.intensity_unit == "counts" and region.dwell_s is not None]
    rates = [region for region in held if region.intensity_unit == "counts/s"]
    if len(rates) == len(held) and all(region.dwell_s and region.scans for region in held):
        times = {(region.dwell_s or 1.0) * (region.scans or 1) for region in held}
        if _differ(times) and (by := divisors(held)) is not None:
            text = (
                "The file calls its intensities counts per second, but their noise is that of scans added up: they "
                "were divided by the time of each region."
            )
            return Compared(tuple(map(_divided, regions, by)), (text,), transmission=transmission)
    if len(timed) + len(rates) == len(held):
        return Compared(tuple(regions), transmission=transmission)
    if timed or rates or len(units) > 1:
        return Compared(
            tuple(regions),
            withheld="Some regions are counts per second and others are not, so their intensities do not compare.",
        )
    times = {region.dwell_s * (region.scans or 1) for region in held if region.dwell_s is not None}
    if units == {"arbitrary"} and _differ(times):
        return Compared(
            tuple(regions),
            withheld=f"Regions were recorded for different times ({_listed(times, 's')} a point) and the file does not "
            "say whether its intensities are counts or counts per second.",
        )
    scans = {region.scans for region in held}
    if units == {"counts"} and None not in scans and len(scans) > 1:
        text = "The file gives numbers of scans and no dwell times: the same dwell time was assumed for all regions."
        by = tuple(float(region.scans or 1) for region in held)
        return Compared(tuple(map(_divided, regions, by)), (text,), transmission=transmission)
    text = "The file does not say how long each region was recorded: the same time was assumed for all of them."
    return Compared(tuple(regions), (text,), transmission=transmission)


def _divided(used: PlannedRegion, by: float) -> PlannedRegion:
    if used.intensity is None or used.background_intensity is None:
        return used
    return replace(used, intensity=used.intensity / by, background_intensity=used.background_intensity / by)


def _normalised(regions: Sequence[PlannedRegion]) -> str | None:
    tops = np.array([float(used.region.intensity.max()) for used in regions])
    # Two regions may well have the same number of counts at their tops.
    usual = len(regions) > 2 or tops[0] in (1.0, 100.0) or regions[0].region.intensity_unit == "arbitrary"
    if len(regions) > 1 and usual and tops.max() - tops.min() <= SAME * abs(float(tops.max())):
        return (
            f"Every region has the same highest intensity, {tops[0]:g}: they were normalised one by one, "
            "so that their areas do not compare."
        )
    return None


def _sources(regions: Sequence[PlannedRegion]) -> str | None:
    sources = {used.region.source_energy_ev for used in regions if used.region.source_energy_ev is not None}
    if not _differ(sources):
        return None
    return f"Regions were recorded with different photon energies ({_listed(sources, 'eV')})."


def _differ(values: set[float]) -> bool:
    return bool(values) and max(values) - min(values) > SAME_TIME * max(values)


def _listed(values: set[float], unit: str) -> str:
    return " and ".join(f"{value:g}" for value in sorted(values)) + f" {unit}"
