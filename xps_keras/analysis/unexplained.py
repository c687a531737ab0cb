"""Clear signals in used regions that no present group explains."""

from collections.abc import Collection
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from xps_keras.analysis.evidence import expected_signals
from xps_keras.errors import SpectrumWarning
from xps_keras.fit.result import Fit
from xps_keras.groups import GROUP_NAMES
from xps_keras.preprocessing.channels import Channels
from xps_keras.preprocessing.planned import PlannedRegion
from xps_keras.preprocessing.signals import HALF_WINDOW_EV, noise
from xps_keras.spectrum import FEWEST_POINTS

CLEAR_SIGNAL = 15.0
"""Standard errors by which a maximum, averaged over 0.6 eV, must stand above the valleys beside it."""
LEAST_OF_REGION = 0.08
"""Part of the region's maximum that such a maximum must reach: less is within the error of background and shape."""
LEAST_PROMINENCE = 0.05
"""Part of the region's maximum by which it must stand above the valleys beside it."""
TELLING_PERCENT = 5.0
"""Part of a region's area from which something that the fit leaves over is a signal."""
NEAR_EV = 1.0
"""A maximum this near to an energy of a present group is explained: components are pulled by their neighbours."""
EDGE_EV = 1.0
"""Nothing is said this near to the end of a region, where the background is tied down."""
CONTAMINATION_EV = (285.0, 286.5, 287.8, 289.0, 531.9, 533.0)
"""Adventitious carbon with its oxygen, which stands on every sample that has seen air."""
LOSSES_EV = {(290.5, 293.5): "shake-up", (535.5, 542.0): "shake-up and losses of O 1s"}
"""Where satellites of carbon and oxygen stand, broad and weak; a strong maximum there is something else."""
LOSS_OF_REGION = 0.15


def unexplained_signals(channels: Channels, shift_ev: float, present: Collection[str]) -> tuple[tuple[str, float], ...]:
    """Find maxima that nothing known explains.

    Args:
        channels: The spectrum on the axis, as measured.
        shift_ev: Measured minus library energy in eV.
        present: Names of the groups that are present.

    Returns:
        Name of the region and corrected energy in eV, on the library's scale, of each.
    """
    found = []
    groups = frozenset(present)
    for used in channels.regions:
        if not used.used or used.energy_ev is None:
            continue
        for energy, part in _maxima(used):
            corrected = energy - shift_ev
            if any(low <= corrected <= high for low, high in LOSSES_EV) and part < LOSS_OF_REGION:
                continue
            # The library is read only where it is needed: most maxima are what their group is known by.
            if _is_near(_known_by(groups), corrected) or _is_near(_of_polymers(groups), corrected):
                continue
            found.append((used.name, corrected))
    return tuple(found)


def left_over(fit: Fit) -> tuple[tuple[str, float], ...]:
    """Return region and corrected energy in eV, on the scale of the fit, of each signal that a fit leaves over."""
    return tuple((left.region, left.energy_ev) for left in fit.unexplained if left.percent >= TELLING_PERCENT)


def signal_warnings(
    found: tuple[tuple[str, float], ...], fit: Fit | None = None, empty: Collection[str] = ()
) -> list[SpectrumWarning]:
    """Name what ``unexplained_signals`` found and what the fit leaves over, one warning per region.

    Args:
        found: Region and corrected energy of each signal that no present group explains.
        fit: The fit, which may know it as something that is no polymer.
        empty: Regions without a line, of which a fit leaves over what is background.
    """
    by_region: dict[str, list[str]] = {}
    for name, energy in found:
        by_region.setdefault(name, []).append(f"{energy:.1f} eV{_taken_for(energy, fit)}")
    for left in fit.unexplained if fit is not None else ():
        near = any(left.region == name and abs(left.energy_ev - energy) <= NEAR_EV for name, energy in found)
        if left.percent >= TELLING_PERCENT and not near and left.region not in empty:
            text = f"{left.energy_ev:.1f} eV ({left.percent:.0f} % of the region, which the fit leaves over)"
            by_region.setdefault(left.region, []).append(text)
    return [
        SpectrumWarning(
            "unexplained-signal",
            f"{name} shows a clear signal at {' and '.join(energies)} (corrected) that no present group "
            "explains: the sample holds something else as well, or the shift is wrong.",
        )
        for name, energies in by_region.items()
    ]


def _is_near(known_ev: NDArray[np.float64], energy_ev: float) -> bool:
    return bool((np.abs(known_ev - energy_ev) <= NEAR_EV).any())


def _known_by(present: frozenset[str]) -> NDArray[np.float64]:
    """Energies in eV that present groups are known by, and those of contamination."""
    named = (signal.energy_ev for group in present for signal in expected_signals().get(group, ()))
    return np.array([*CONTAMINATION_EV, *(energy for energy in named if energy is not None)], dtype=np.float64)


def _taken_for(energy_ev: float, fit: Fit | None) -> str:
    """Return in brackets what the fit takes a signal for, if it is nothing that polymers have."""
    near = [
        component
        for component in (fit.components if fit is not None else ())
        if abs(component.energy_ev - energy_ev) <= NEAR_EV and component.name in foreign_names()
    ]
    if not near:
        return ""
    return f" (perhaps {max(near, key=lambda component: component.area).name})"


@lru_cache(maxsize=1)
def foreign_names() -> frozenset[str]:
    """Return the names of components that no polymer has, nor carbon that stands on every sample."""
    from xps_keras.fit.dictionary import standard_dictionary

    dictionary = standard_dictionary()
    usual = np.isin(dictionary.kinds, ("polymer", "contamination", "sp2 carbon"))[dictionary.peaks.polymer]
    names = [(name, bool(own)) for name, own in zip(dictionary.environment, usual, strict=True)]
    return frozenset(name for name, _ in names) - frozenset(name for name, own in names if own)


@lru_cache(maxsize=8)
def _of_polymers(present: frozenset[str]) -> NDArray[np.float64]:
    """Energies in eV of all lines of the polymers that hold no other group than present ones."""
    from xps_keras.library.loading import load_library

    library = load_library()
    others = [place for place, name in enumerate(GROUP_NAMES) if name not in present]
    fits = np.flatnonzero((library.group_counts[:, others] > 0).sum(axis=1) == 0)
    return library.peaks.energy_ev[np.isin(library.peaks.polymer, fits)]


def _maxima(used: PlannedRegion) -> list[tuple[float, float]]:
    """Return energy, as measured, and height over the region's top of every maximum that clearly stands out."""
    net = used.net
    if used.energy_ev is None or net.size < FEWEST_POINTS:
        return []
    energy: NDArray[np.float64] = used.energy_ev
    step = float(energy[-1] - energy[0]) / (net.size - 1)
    width = min(max(1, round(2.0 * HALF_WINDOW_EV / step)), net.size // 2)
    smooth = np.convolve(net, np.full(width, 1.0 / width), mode="same")
    error = noise(net) / np.sqrt(width)
    top = float(smooth.max())
    least, stands_out = (max(CLEAR_SIGNAL * error, part * top) for part in (LEAST_OF_REGION, LEAST_PROMINENCE))
    inside: NDArray[np.bool_] = np.asarray((energy >= energy[0] + EDGE_EV) & (energy <= energy[-1] - EDGE_EV))
    found: list[tuple[float, float]] = []
    for place in np.flatnonzero((smooth[1:-1] >= smooth[:-2]) & (smooth[1:-1] > smooth[2:])) + 1:
        height = float(smooth[place])
        if inside[place] and height >= least and _prominence(smooth, int(place)) >= stands_out:
            found.append((float(energy[place]), height / top))
    return found


def _prominence(values: NDArray[np.float64], place: int) -> float:
    """Height of a maximum above the higher of the two valleys that part it from higher ground."""
    height = values[place]
    valleys = []
    for side in (values[:place][::-1], values[place + 1 :]):
        higher = np.flatnonzero(side > height)
        stretch = side[: higher[0]] if higher.size else side
        valleys.append(float(stretch.min()) if stretch.size else float(height))
    return float(height - max(valleys))
