"""Which lines were measured, and which signals of a group truly stand in the corrected spectrum."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from xps_keras.analysis.result import Evidence
from xps_keras.axis import AXIS
from xps_keras.groups import GROUP_NAMES
from xps_keras.library.lines import LINES, Line
from xps_keras.library.tables import read_table
from xps_keras.preprocessing.channels import Channels
from xps_keras.preprocessing.planned import PlannedRegion
from xps_keras.preprocessing.signals import HALF_WINDOW_EV, SIGNIFICANCE, is_seen, signal_to_noise

LEAST_COVERAGE = 2.0 / 3.0
"""Part of the middle half of a line's window that must have been measured. The windows of ``lines.csv`` are what an
analyst records; chemical states lie in their middle half (C 1s: 283.5-294.5 eV of 278-300 eV)."""


@dataclass(frozen=True)
class Signal:
    """One signal by which a group shows."""

    line: str
    """Name of the line, a key of ``LINES``."""
    energy_ev: float | None
    """Binding energy in eV with saturated hydrocarbon C 1s at 285.0; None when the whole line counts."""


@lru_cache(maxsize=1)
def expected_signals() -> Mapping[str, tuple[Signal, ...]]:
    """Return the signals of every group, in the order of the library's ``evidence.csv``."""
    found: dict[str, list[Signal]] = {name: [] for name in GROUP_NAMES}
    for row in read_table("evidence.csv"):
        energy = float(row["energy_ev"]) if row["energy_ev"] else None
        found[row["group"]].append(Signal(LINES[row["line"]].name, energy))
    return MappingProxyType({name: tuple(signals) for name, signals in found.items()})


def main_lines(known: Iterable[str] | None = None) -> dict[str, Line]:
    """Return the main line of every element, by element.

    Args:
        known: Names of the lines that a model knows (``Metadata.lines``), None for every line of the table.
    """
    names = LINES if known is None else set(known)
    return {line.element: line for name, line in LINES.items() if line.main and name in names}


def line_is_measured(measured: NDArray[np.bool_], name: str, shift_ev: float) -> bool:
    """Tell whether enough of a line's window was measured to call its element there or not.

    Args:
        measured: Mask of measured channels, shape ``(6601,)``.
        name: Name of the line, a key of ``LINES``.
        shift_ev: Measured minus true binding energy in eV.

    Returns:
        True when two thirds of the middle half of the window, moved by the shift, were measured.
    """
    line = LINES[name]
    inset = 0.25 * (line.window_high_ev - line.window_low_ev)
    low, high = line.window_low_ev + inset + shift_ev, line.window_high_ev - inset + shift_ev
    if high < AXIS.low_ev or low > AXIS.high_ev:
        return False
    return bool(measured[AXIS.window(low, high)].mean() >= LEAST_COVERAGE)


def measured_elements(
    measured: NDArray[np.bool_], shift_ev: float, known: Iterable[str] | None = None
) -> frozenset[str]:
    """Return the elements whose main line was measured.

    Args:
        measured: Mask of measured channels, shape ``(6601,)``.
        shift_ev: Measured minus true binding energy in eV.
        known: Names of the lines that a model knows, None for every line of the table.

    Returns:
        Element symbols.
    """
    return frozenset(
        element for element, line in main_lines(known).items() if line_is_measured(measured, line.name, shift_ev)
    )


def evidence_for(group: str, channels: Channels, shift_ev: float, moved_ev: float = 0.0) -> tuple[Evidence, ...]:
    """List the signals of a group that truly stand in the corrected spectrum.

    Args:
        group: Name of the group.
        channels: The spectrum on the axis, as measured.
        shift_ev: Measured minus library energy in eV.
        moved_ev: Chosen reference minus the library's 285.0 eV; added to the energies that are named.

    Returns:
        One entry for each signal. A line other than C 1s of which the group has several components, all of them seen,
        is named whole, without an energy, with the strength of the weakest. Empty when the group shows nowhere, or the
        library names no signal.
    """
    found: list[Evidence] = []
    for name, entries in groupby(expected_signals().get(group, ()), key=lambda signal: signal.line):
        signals = list(entries)
        strengths = [_strength(signal, channels, shift_ev) for signal in signals]
        seen = [(signal, strength) for signal, strength in zip(signals, strengths, strict=True) if strength is not None]
        if name != "C 1s" and len(seen) == len(signals) > 1:
            found.append(Evidence(name, None, min(strength for _, strength in seen)))
            continue
        for signal, strength in seen:
            energy = None if signal.energy_ev is None else signal.energy_ev + moved_ev
            found.append(Evidence(name, energy, strength))
    return tuple(found)


def region_at(channels: Channels, energy_ev: float) -> PlannedRegion | None:
    """Return the used region that contains a measured energy, the finest where several do, None where none does."""
    found = [used for used in channels.regions if used.used and used.region.low_ev <= energy_ev <= used.region.high_ev]
    return min(found, key=lambda used: used.region.step_ev, default=None)


def _strength(signal: Signal, channels: Channels, shift_ev: float) -> float | None:
    """Return how many standard errors a signal stands above zero; None where it is not seen."""
    line = LINES[signal.line]
    low, high = line.window_low_ev + shift_ev, line.window_high_ev + shift_ev
    if signal.energy_ev is not None:
        low, high = signal.energy_ev + shift_ev - HALF_WINDOW_EV, signal.energy_ev + shift_ev + HALF_WINDOW_EV
    middle = 0.5 * (low + high)
    used = region_at(channels, middle)
    if used is None or used.energy_ev is None:
        return None
    strength = signal_to_noise(used.energy_ev, used.net, low, high)
    if signal.energy_ev is not None:
        return strength if is_seen(used.energy_ev, used.net, signal.energy_ev + shift_ev) else None
    return strength if strength > SIGNIFICANCE else None
