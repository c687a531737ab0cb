"""Clear signals in used regions that no present group explains."""

from collections.abc import Collection
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from xps_keras.analysis.evidence import expected_signals
from xps_keras.analysis.maxima import clear_maxima
from xps_keras.errors import SpectrumWarning
from xps_keras.fit.result import Fit
from xps_keras.groups import GROUP_NAMES
from xps_keras.preprocessing.channels import Channels

TELLING_PERCENT = 5.0
"""Part of a region's area from which something that the fit leaves over is a signal."""
NEAR_EV = 1.0
"""A maximum this near to an energy of a present group is explained: components are pulled by their neighbours."""
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
        for energy, part in clear_maxima(used.energy_ev, used.net):
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
    known: dict[str, bool] = {}
    for name, energy in found:
        taken = _taken_for(energy, fit)
        by_region.setdefault(name, []).append(f"{energy:.1f} eV{taken}")
        known[name] = known.get(name, True) and bool(taken)
    for left in fit.unexplained if fit is not None else ():
        near = any(left.region == name and abs(left.energy_ev - energy) <= NEAR_EV for name, energy in found)
        if left.percent >= TELLING_PERCENT and not near and left.region not in empty:
            text = f"{left.energy_ev:.1f} eV ({left.percent:.0f} % of the region, which the fit leaves over)"
            by_region.setdefault(left.region, []).append(text)
            known[left.region] = False
    return [
        SpectrumWarning(
            "unexplained-signal",
            f"{name} shows a clear signal at {' and '.join(energies)} (corrected) that no present group explains: "
            + (
                "the sample holds what no group stands for, or the shift is wrong."
                if known[name]
                else "the sample holds something else as well, or the shift is wrong."
            ),
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
