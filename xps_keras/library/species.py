"""What stands on a surface beside polymers: substrates, salts, sp2 carbon, contamination; ``species.csv``.

A species is a list of peaks in the windows of the library's lines, whatever level they come from: Bi 4f stands where
S 2p is recorded. Energies refer to saturated hydrocarbon C 1s at 285.0 eV, as those of the polymers do.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from xps_keras.errors import UsageError
from xps_keras.groups import GROUP_NAMES
from xps_keras.library.library import Peaks
from xps_keras.library.tables import read_table

CONTAMINATION = (
    "adventitious hydrocarbon",
    "adventitious C-O",
    "adventitious C=O",
    "adventitious O-C=O",
)
"""The parts of adventitious carbon, each with its oxygen, in the order in which recipes mix them."""


@dataclass(frozen=True, eq=False)
class Species:
    """A table of ``s`` species with ``n`` peaks."""

    keys: tuple[str, ...]
    kinds: tuple[str, ...]
    """``oxide``, ``silicon``, ``salt``, ``fluoride``, ``sulphur``, ``nitride``, ``metal``, ``organic ion``,
    ``mixed layer`` of several of these, ``sp2 carbon``, ``contamination``, or ``anything``: a peak at any energy of a
    window."""
    held_out: NDArray[np.bool_]
    """Whether a species is kept out of every training, for judging; shape ``(s,)``."""
    group_counts: NDArray[np.float32]
    """1 for the functional groups a species truly carries, shape ``(s, groups)``."""
    spread_ev: NDArray[np.float64]
    """Standard deviation in eV with which the whole species stands elsewhere from sample to sample, shape ``(s,)``."""
    peaks: Peaks
    """The peaks; ``polymer`` is the index of the species."""
    graphitic: NDArray[np.bool_]
    """Whether a peak is C 1s of sp2 carbon without hydrogen, shape ``(n,)``."""
    foreign: NDArray[np.bool_]
    """Whether no functional group can explain a peak, shape ``(n,)``."""

    def of(self, *kinds: str, held_out: bool) -> NDArray[np.int64]:
        """Return the indices of species of some kinds, for training or held out.

        Raises:
            UsageError: There is no such species.
        """
        chosen = np.isin(self.kinds, kinds) & (self.held_out == held_out)
        if not chosen.any():
            raise UsageError(f"There are no {'held-out ' if held_out else ''}species of the kind {', '.join(kinds)}.")
        return np.flatnonzero(chosen)


@lru_cache(maxsize=1)
def load_species() -> Species:
    """Load the species of the package; arrays are read-only because every caller shares them."""
    rows = read_table("species.csv")
    keys = tuple(dict.fromkeys(row["key"] for row in rows))
    number = {key: place for place, key in enumerate(keys)}
    first = {row["key"]: row for row in reversed(rows)}
    polymer = np.array([number[row["key"]] for row in rows])
    parts = [(row["key"], row["component"]) for row in rows]
    of_part = {part: place for place, part in enumerate(dict.fromkeys(parts))}
    component = np.array([of_part[part] for part in parts])
    counts = np.zeros((len(keys), len(GROUP_NAMES)), np.float32)
    for key in keys:
        for group in filter(None, first[key]["groups"].split(";")):
            counts[number[key], GROUP_NAMES.index(group)] = 1.0
    repeated = np.zeros(len(rows), bool)
    repeated[1:] = component[1:] == component[:-1]
    found = Species(
        keys=keys,
        kinds=tuple(first[key]["kind"] for key in keys),
        held_out=np.array([first[key]["split"] == "held out" for key in keys]),
        group_counts=counts,
        spread_ev=np.array([float(first[key]["spread_ev"]) for key in keys]),
        peaks=Peaks(
            polymer=polymer,
            line=tuple(row["line"] for row in rows),
            label=tuple(row["level"] for row in rows),
            energy_ev=np.array([float(row["energy_ev"]) for row in rows]),
            fwhm_ev=np.array([float(row["fwhm_ev"]) for row in rows]),
            lorentzian_fraction=np.array([float(row["lorentzian_fraction"]) for row in rows]),
            area=np.array([float(row["area"]) for row in rows]),
            confidence=tuple(row["confidence"] for row in rows),
            component=component,
            kind=tuple(
                "minor partner" if again else "satellite" if row["level"] == "plasmon" else "main"
                for row, again in zip(rows, repeated, strict=True)
            ),
        ),
        graphitic=np.array([row["graphitic"] == "yes" for row in rows]),
        foreign=np.array([row["foreign"] == "yes" for row in rows]),
    )
    for array in (found.held_out, counts, found.spread_ev, found.graphitic, found.foreign):
        array.setflags(write=False)
    return found
