"""The reference polymers as arrays: what a corpus or an answer needs, without any chemistry package."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from difflib import get_close_matches
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from xps_keras.errors import UsageError
from xps_keras.groups import GROUP_NAMES
from xps_keras.library.editions import PRESENT
from xps_keras.library.lines import LINES

Kind = Literal["main", "minor partner", "shake-up", "satellite"]
"""What a peak is: a line of its own or the stronger partner of a doublet; the weaker partner; a shake-up satellite that
the atoms of the line pay for; a satellite of the X-ray source or a loss."""
KINDS: tuple[Kind, ...] = ("main", "minor partner", "shake-up", "satellite")


@dataclass(frozen=True, eq=False)
class Peaks:
    """All peaks of all polymers, one entry per peak, sorted by polymer; ``n`` peaks."""

    polymer: NDArray[np.int64]
    """Index of the polymer a peak belongs to, shape ``(n,)``."""
    line: tuple[str, ...]
    """Name of the line, a key of ``LINES``."""
    label: tuple[str, ...]
    """Chemical environment in words, for example ``O-C=O ester``; to be shown, nothing is decided by it."""
    component: NDArray[np.int64]
    """Number of the component a peak belongs to, ascending from 0, shape ``(n,)``: the partners of a doublet share it
    and move together; every other peak has one of its own."""
    kind: tuple[Kind, ...]
    """What a peak is, one of ``KINDS``."""
    energy_ev: NDArray[np.float64]
    """Binding energies in eV, saturated hydrocarbon C 1s = 285.0, shape ``(n,)``."""
    fwhm_ev: NDArray[np.float64]
    """Full widths at half maximum in eV, shape ``(n,)``."""
    lorentzian_fraction: NDArray[np.float64]
    """Lorentzian share of each width, see ``lineshape.voigt_widths``, shape ``(n,)``."""
    area: NDArray[np.float64]
    """Areas per repeat unit; one carbon atom's whole C 1s intensity = 1, shape ``(n,)``."""
    confidence: tuple[str, ...]
    """Of the energy: S sourced, K general knowledge, E estimate, C computed."""

    def is_kind(self, *kinds: Kind) -> NDArray[np.bool_]:
        """Tell which peaks are of one of the kinds named, shape ``(n,)``."""
        return np.array([kind in kinds for kind in self.kind], dtype=bool)

    def selected(self, places: NDArray[np.int64]) -> "Peaks":
        """Return some of the peaks.

        Args:
            places: Ascending indices of peaks, shape ``(m,)``; partners of a doublet should stay together.

        Returns:
            The peaks; components are numbered anew from 0, polymers keep their index.
        """
        columns = {column.name: _selected(getattr(self, column.name), places) for column in fields(self)}
        columns["component"] = np.unique(columns["component"], return_inverse=True)[1]
        return Peaks(**columns)


def _selected(column: Any, places: NDArray[np.int64]) -> Any:
    return column[places] if isinstance(column, np.ndarray) else tuple(column[place] for place in places)


@dataclass(frozen=True, eq=False)
class Polymers:
    """A set of reference polymers without their spectra: ``P`` polymers."""

    name: str
    """Name of the set."""
    keys: tuple[str, ...]
    """Short unique names, for example ``PET``."""
    polymer_names: tuple[str, ...]
    """Full names."""
    smiles: tuple[str, ...]
    """Repeat units with ``*`` at the chain ends."""
    group_counts: NDArray[np.float32]
    """Groups per repeat unit in the order of ``labels``, shape ``(P, groups)``."""
    edition: str = field(default=PRESENT, kw_only=True)
    """Edition of the package's tables that it is from, see ``editions.py``; that of sets made otherwise is the present
    one."""
    labels: tuple[str, ...] = field(default=GROUP_NAMES, kw_only=True)
    """Names of the groups: those of the package, or all others where a user's library brought its own."""

    @property
    def own_labels(self) -> bool:
        """Whether the groups are a user's own, of which nothing is known but their names."""
        return self.labels != GROUP_NAMES

    @cached_property
    def assessable(self) -> NDArray[np.bool_]:
        """Whether a group occurs in any polymer, shape ``(groups,)``: no other group can be learnt from this set."""
        return np.asarray((self.group_counts > 0).any(axis=0))

    def index(self, key: str) -> int:
        """Return the index of a polymer.

        Args:
            key: Its short name (upper and lower case differ) or its full name.

        Returns:
            Its place in ``keys``.

        Raises:
            UsageError: If the set holds no such polymer; the message names near matches.
        """
        for names in (self.keys, self.polymer_names):
            if key in names:
                return names.index(key)
        folded = {name.casefold(): name for name in (*self.polymer_names, *self.keys)}
        near = [folded[match] for match in get_close_matches(key.casefold(), list(folded), n=3, cutoff=0.5)]
        hint = f"nearest: {', '.join(near)}" if near else "`xps-keras library list` shows all of them"
        raise UsageError(f"The library {self.name!r} holds no polymer {key!r}; {hint}.")


@dataclass(frozen=True, eq=False)
class Library(Polymers):
    """A set of reference polymers given by their peaks."""

    peaks: Peaks
    """The peak table."""

    @cached_property
    def sha256(self) -> str:
        """SHA-256 over keys, group counts and peak table, hexadecimal: the same for the same content.

        Components and kinds are left out: data sets that were built before there were any know the library by it.
        """
        peaks = self.peaks
        digest = hashlib.sha256("\0".join((*self.keys, *peaks.line, *peaks.label, *peaks.confidence)).encode())
        numbers = (peaks.polymer, peaks.energy_ev, peaks.fwhm_ev, peaks.lorentzian_fraction, peaks.area)
        for array in (self.group_counts, *numbers):
            digest.update(np.ascontiguousarray(array).astype(array.dtype.newbyteorder("<")).tobytes())
        return digest.hexdigest()

    def subset(self, keys: Sequence[str], name: str) -> "Library":
        """Return some of the polymers as a library of their own.

        Args:
            keys: Short or full names, in any order.
            name: Name of the new library.

        Returns:
            The polymers in the order of this library.

        Raises:
            UsageError: If the set holds no such polymer, or none is named.
        """
        chosen = np.unique([self.index(key) for key in keys])
        if not chosen.size:
            raise UsageError(f"A library {name!r} without a polymer cannot be made.")
        return Library(
            name=name,
            keys=tuple(self.keys[place] for place in chosen),
            polymer_names=tuple(self.polymer_names[place] for place in chosen),
            smiles=tuple(self.smiles[place] for place in chosen),
            group_counts=self.group_counts[chosen],
            peaks=of_polymers(self.peaks, chosen),
            edition=self.edition,
            labels=self.labels,
        )

    def of_polymer(self, key: str) -> NDArray[np.int64]:
        """Return the indices into ``peaks`` that belong to one polymer.

        Args:
            key: Short or full name of the polymer.

        Returns:
            Ascending indices, shape ``(m,)``.

        Raises:
            UsageError: If the set holds no such polymer.
        """
        return np.flatnonzero(self.peaks.polymer == self.index(key))

    def lines_of(self, key: str) -> tuple[str, ...]:
        """Return the names of the lines a polymer shows between 40 and 700 eV, in the order of ``LINES``.

        Args:
            key: Short or full name of the polymer.

        Returns:
            Names of lines.

        Raises:
            UsageError: If the set holds no such polymer.
        """
        present = {self.peaks.line[index] for index in self.of_polymer(key)}
        return tuple(name for name in LINES if name in present)

    def elements_of(self, key: str) -> tuple[str, ...]:
        """Return the elements a polymer shows between 40 and 700 eV; arguments and errors as ``lines_of``."""
        return tuple(dict.fromkeys(LINES[name].element for name in self.lines_of(key)))


def combined(libraries: Sequence[Library], name: str) -> Library:
    """Put several libraries into one, for example the reference polymers before the hypothetical ones.

    Args:
        libraries: One or more libraries whose keys all differ.
        name: Name of the new library.

    Returns:
        The library; polymers and peaks in the order given.

    Raises:
        UsageError: If there is no library, or a key occurs twice.
    """
    if len({library.labels for library in libraries}) > 1:
        raise UsageError(f"Libraries with two label sets cannot be combined into {name!r}.")
    keys = tuple(key for library in libraries for key in library.keys)
    if not keys or len(set(keys)) != len(keys):
        raise UsageError(f"Libraries can be combined into {name!r} only if their keys differ and there are any.")
    return Library(
        name=name,
        keys=keys,
        polymer_names=tuple(one for library in libraries for one in library.polymer_names),
        smiles=tuple(one for library in libraries for one in library.smiles),
        group_counts=np.concatenate([library.group_counts for library in libraries]),
        peaks=joined([library.peaks for library in libraries], [len(library.keys) for library in libraries]),
        edition=libraries[0].edition,
        labels=libraries[0].labels,
    )


def of_polymers(peaks: Peaks, chosen: NDArray[np.int64]) -> Peaks:
    """Return the peaks of some polymers.

    Args:
        peaks: A peak table.
        chosen: Ascending indices of polymers, shape ``(p,)``.

    Returns:
        Their peaks; polymers and components are numbered anew from 0.
    """
    kept = peaks.selected(np.flatnonzero(np.isin(peaks.polymer, chosen)))
    return replace(kept, polymer=np.searchsorted(chosen, kept.polymer))


def joined(tables: Sequence[Peaks], polymers: Sequence[int]) -> Peaks:
    """Put peak tables one after another; ``polymers`` says how many each numbers."""
    columns: dict[str, Any] = {}
    for column in fields(Peaks):
        parts = [getattr(table, column.name) for table in tables]
        arrays = isinstance(parts[0], np.ndarray)
        columns[column.name] = np.concatenate(parts) if arrays else tuple(entry for part in parts for entry in part)
    lengths = [len(table.line) for table in tables]
    components = [int(table.component.max(initial=-1)) + 1 for table in tables]
    for name, counts in (("polymer", polymers), ("component", components)):
        columns[name] = columns[name] + np.repeat(np.cumsum([0, *counts[:-1]]), lengths)
    return Peaks(**columns)


def read_only(library: Library) -> Library:
    """Protect the arrays of a library that several callers share; return the library itself."""
    peaks = library.peaks
    numbers = (peaks.polymer, peaks.component, peaks.energy_ev, peaks.fwhm_ev, peaks.lorentzian_fraction, peaks.area)
    for array in (library.group_counts, *numbers):
        array.setflags(write=False)
    return library
