"""The curves of a region for a picture: what was measured, its background, and the fit where there is one."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xps_keras.analysis.fitting import fit_of_region
from xps_keras.analysis.result import Analysis
from xps_keras.fit.result import FittedRegion
from xps_keras.preprocessing.channels import Channels
from xps_keras.preprocessing.planned import PlannedRegion

MOST_PANELS = 8
"""Regions that find room in one picture or on one page."""


@dataclass(frozen=True, eq=False)
class RegionCurves:
    """One region; all arrays of shape ``(n,)`` on the same energies."""

    name: str
    lines: tuple[str, ...]
    """Lines of the library that stand in it."""
    unit: str
    """Of the intensities: ``counts``, ``counts/s`` or ``arbitrary units``."""
    energy_ev: NDArray[np.float64]
    """Binding energy as measured, ascending, in eV."""
    intensity: NDArray[np.float64]
    background: NDArray[np.float64]
    total: NDArray[np.float64] | None
    """The fit: background and all components; None without one."""
    components: tuple[tuple[str, NDArray[np.float64]], ...]
    """Name and intensity without background of each, by energy of its maximum."""

    @property
    def residual(self) -> NDArray[np.float64] | None:
        """Measured minus fitted intensity; None without a fit."""
        return None if self.total is None else self.intensity - self.total


def region_curves(channels: Channels, analysis: Analysis) -> tuple[RegionCurves, ...]:
    """Return the curves of every used region.

    Args:
        channels: The spectrum on the axis, as measured.
        analysis: Its answer; with a fit the curves are those of the fit.

    Returns:
        C 1s first, the others by falling net area.
    """
    used = [region for region in channels.regions if region.used and region.energy_ev is not None]

    def rank(region: PlannedRegion) -> tuple[bool, float]:
        return ("C 1s" not in region.lines, -float(region.net.sum()) * region.region.step_ev)

    fitted = () if analysis.fit is None else analysis.fit.regions
    return tuple(_curves(region, fit_of_region(region, fitted)) for region in sorted(used, key=rank))


def _curves(region: PlannedRegion, fit: FittedRegion | None) -> RegionCurves:
    unit = unit_of(region)
    if fit is None:
        energy, intensity, background = region.energy_ev, region.intensity, region.background_intensity
        if energy is None or intensity is None or background is None:
            raise ValueError(f"{region.name} was not used and has no curves")
        return RegionCurves(region.name, region.lines, unit, energy, intensity, background, None, ())
    order = np.argsort(fit.energy_ev, kind="stable")
    energy = fit.energy_ev[order]
    components = sorted(
        ((name, values[order]) for name, values in fit.components.items()),
        key=lambda item: float(energy[int(np.argmax(item[1]))]),
    )
    return RegionCurves(
        region.name,
        region.lines,
        unit,
        energy,
        fit.intensity[order],
        fit.background[order],
        fit.total[order],
        tuple(components),
    )


def unit_of(region: PlannedRegion) -> str:
    """Return the unit of ``PlannedRegion.intensity``, which was divided by dwell time where that is known."""
    unit = region.region.intensity_unit
    if unit == "counts" and region.region.dwell_s is not None:
        return "counts/s"
    return "arbitrary units" if unit == "arbitrary" else unit
