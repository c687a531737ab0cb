"""Which lines were measured, and which signals of a group truly stand in the corrected spectrum."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from xps_keras.axis import AXIS
from xps_keras.library.lines import LINES, Line
from xps_keras.library.tables import read_table
from xps_keras.preprocessing.channels import Channels, PlannedRegion
from xps_keras.preprocessing.signals import SIGNIFICANCE, is_seen, signal_to_noise

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
    """Return the signals of every group, in the order of the column ``evidence`` of the library's ``groups.csv``."""
    return MappingProxyType(
        {
            row["group"]: tuple(_signal(entry.strip()) for entry in row["evidence"].split(";") if entry.strip())
            for row in read_table("groups.csv")
        }
    )


def _signal(entry: str) -> Signal:
    if entry in LINES:
        return Signal(entry, None)
    line, _, energy = entry.rpartition(" ")
    return Signal(line, float(energy))


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


def evidence_for(group: str, channels: Channels, shift_ev: float, moved_ev: float = 0.0) -> tuple[str, ...]:
    """List the signals of a group that truly stand in the corrected spectrum.

    Args:
        group: Name of the group.
        channels: The spectrum on the axis, as measured.
        shift_ev: Measured minus library energy in eV.
        moved_ev: Chosen reference minus the library's 285.0 eV; added to the energies that are named.

    Returns:
        Entries such as ``C 1s 288.7 eV``. A line other than C 1s of which the group has several components, all of
        them seen, is named whole: ``O 1s``. Empty when the group shows nowhere, or the library names no signal.
    """
    found: list[str] = []
    for name, entries in groupby(expected_signals().get(group, ()), key=lambda signal: signal.line):
        signals = list(entries)
        seen = [signal for signal in signals if _is_seen(signal, channels, shift_ev)]
        if name != "C 1s" and len(seen) == len(signals) > 1:
            found.append(name)
            continue
        for signal in seen:
            found.append(name if signal.energy_ev is None else f"{name} {signal.energy_ev + moved_ev:.1f} eV")
    return tuple(found)


def region_at(channels: Channels, energy_ev: float) -> PlannedRegion | None:
    """Return the used region that contains a measured energy, the finest where several do, None where none does."""
    found = [used for used in channels.regions if used.used and used.region.low_ev <= energy_ev <= used.region.high_ev]
    return min(found, key=lambda used: used.region.step_ev, default=None)


def _is_seen(signal: Signal, channels: Channels, shift_ev: float) -> bool:
    if signal.energy_ev is not None:
        used = region_at(channels, signal.energy_ev + shift_ev)
        return (
            used is not None
            and used.energy_ev is not None
            and is_seen(used.energy_ev, used.net, signal.energy_ev + shift_ev)
        )
    line = LINES[signal.line]
    low, high = line.window_low_ev + shift_ev, line.window_high_ev + shift_ev
    used = region_at(channels, 0.5 * (low + high))
    return (
        used is not None
        and used.energy_ev is not None
        and signal_to_noise(used.energy_ev, used.net, low, high) > SIGNIFICANCE
    )
