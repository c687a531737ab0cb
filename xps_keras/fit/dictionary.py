"""What a fit may be made of: polymers, contamination, sp2 carbon, foreign species and single environments.

A column is one of these things with all its peaks.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from xps_keras.axis import AXIS
from xps_keras.fit.transforms import FREQUENCIES, Table, measured_transforms, transforms
from xps_keras.groups import GROUP_NAMES
from xps_keras.library.core_line import first_core_line
from xps_keras.library.library import Library, Peaks, joined
from xps_keras.library.lines import LINES
from xps_keras.library.loading import common_polymers, load_library
from xps_keras.library.species import CONTAMINATION, load_species
from xps_keras.library.tables import read_table

Floats = NDArray[np.float64]

REACH_EV = 32.0
"""Peaks this near to the middle of a table are in it; those beyond a region's tails come no nearer than 20 eV."""
AT_ONCE = 512
"""Columns that are transformed at once: a library may hold thousands."""
CENTRES_EV = 4.0
"""Tables are kept for middles on this grid."""
PLAUSIBLE = {"polymer": 1.0, "contamination": 1.0, "sp2 carbon": 2.0, "environment": 4.0}
"""What a whole spectrum of a kind costs, in units of ``solve.PRICE``; other kinds cost ``FOREIGN``."""
FOREIGN = 3.0
UNUSUAL = 0.05
"""What a polymer that is not in common use costs more: of two with the same spectrum the common one is named."""


@dataclass(frozen=True, eq=False)
class Dictionary:
    """``n`` columns with their peaks."""

    names: tuple[str, ...]
    kinds: tuple[str, ...]
    """``polymer``, ``contamination``, ``sp2 carbon``, a kind of foreign species, or ``environment``."""
    peaks: Peaks
    """``polymer`` is the index of the column; areas of a column sum to 1 over C 1s, or over all lines without C 1s."""
    plausible: Floats
    """What a whole spectrum of a column costs, see ``PLAUSIBLE``; shape ``(n,)``."""
    organic: NDArray[np.bool_]
    """Whether a column is a polymer, a single environment, contamination, sp2 carbon or an organic ion, ``(n,)``."""
    environment: tuple[str, ...]
    """Name in the field of what each peak stands for, one per peak."""
    groups: NDArray[np.bool_]
    """Functional groups that each column carries, shape ``(n, groups)``."""
    spectra: NDArray[np.float32] | None = None
    """Measured spectra on the axis, for as many columns, which have no peaks and stand first; shape ``(p, 6601)``."""
    tables: dict[float, Table] = field(default_factory=dict, repr=False)
    """Tables made so far."""

    def table(self, low_ev: float, high_ev: float) -> Table:
        """Return the transforms near a region of measured energies."""
        middle = round(0.5 * (low_ev + high_ev) / CENTRES_EV) * CENTRES_EV
        if middle not in self.tables:
            self.tables[middle] = self._table(middle)
        return self.tables[middle]

    def _table(self, middle_ev: float) -> Table:
        near = np.flatnonzero(np.abs(self.peaks.energy_ev - middle_ev) <= REACH_EV)
        columns, first = np.unique(self.peaks.polymer[near], return_index=True)
        bounds = np.append(first, near.size)
        parts = [np.empty((0, len(FREQUENCIES)), np.complex128)]
        if self.spectra is not None:
            parts = [measured_transforms(self.spectra, middle_ev)]
        for one in range(0, len(columns), AT_ONCE):
            last = min(one + AT_ONCE, len(columns))
            some = near[bounds[one] : bounds[last]]
            owners = np.searchsorted(columns[one:last], self.peaks.polymer[some])
            parts.append(transforms(self.peaks, some, middle_ev, owners))
        if self.spectra is not None:
            columns = np.concatenate([np.arange(len(self.spectra)), columns])
        return Table(columns, middle_ev, np.concatenate(parts), FREQUENCIES)

    @cached_property
    def main(self) -> NDArray[np.bool_]:
        """Which peaks are of the main line of their element, one per peak."""
        return np.array([LINES[line].main for line in self.peaks.line], bool)

    @cached_property
    def kind(self) -> NDArray[np.str_]:
        """The kinds as an array, shape ``(n,)``."""
        return np.array(self.kinds)

    @cached_property
    def stray(self) -> NDArray[np.bool_]:
        """Which columns are one peak, of another element than the line it stands in, shape ``(n,)``.

        Nothing tells such a peak from a state of that line; a doublet has its partner.
        """
        found = np.asarray(np.bincount(self.peaks.polymer, minlength=len(self.names)) == 1, bool)
        for at in np.flatnonzero(found[self.peaks.polymer]).tolist():
            named = first_core_line(self.peaks.label[at])
            found[self.peaks.polymer[at]] = named is not None and named.element != LINES[self.peaks.line[at]].element
        return found

    def peaks_of(self, column: int) -> NDArray[np.int64]:
        """Return the indices of a column's peaks."""
        return np.flatnonzero(self.peaks.polymer == column)

    def without_kinds(self, *kinds: str) -> NDArray[np.bool_]:
        """Return which columns are of none of the kinds, shape ``(n,)``."""
        return ~np.isin(self.kinds, kinds)


def dictionary_of(library: Library, environments: bool = True) -> Dictionary:
    """Put together what a fit may be made of.

    Args:
        library: The polymers.
        environments: Whether single environments may stand in for polymers that the library lacks.

    Returns:
        The dictionary.
    """
    names, kinds = list(library.keys), ["polymer"] * len(library.keys)
    polymers = replace(library.peaks, polymer=library.peaks.polymer.astype(np.int64))
    tables, counts = [polymers], [len(library.keys)]
    named = [polymer_environment(line, label) for line, label in zip(polymers.line, polymers.label, strict=True)]
    others, kept = _species()
    whole = load_species()
    names += [whole.keys[place] for place in kept]
    kinds += [whole.kinds[place] for place in kept]
    tables.append(others)
    counts.append(len(kept))
    # The partners of a doublet are one component and are called after the first.
    first = np.unique(others.component, return_index=True)[1][others.component].tolist()
    named += [
        species_environment(others.line[at], whole.kinds[kept[others.polymer[at]]], others.label[at], energy)
        for at, energy in zip(first, others.energy_ev[first].tolist(), strict=True)
    ]
    if environments:
        free = _free()
        mains = [place for place, kind in enumerate(free.kind) if kind == "main"]
        names += [f"{free.line[at]} {free.label[at]}" for at in mains]
        kinds += ["environment"] * len(mains)
        tables.append(free)
        counts.append(len(mains))
        named += free.label
    peaks = joined(tables, counts)
    carbon = np.zeros(len(names), bool)
    carbon[peaks.polymer[np.array([line == "C 1s" for line in peaks.line])]] = True
    counted = ~carbon[peaks.polymer] | np.array([line == "C 1s" for line in peaks.line])
    total = np.bincount(peaks.polymer[counted], weights=peaks.area[counted], minlength=len(names))
    peaks = replace(peaks, area=peaks.area / total[peaks.polymer])
    price = np.array([PLAUSIBLE.get(kind, FOREIGN) for kind in kinds])
    price[: counts[0]] += [0.0 if key in common_polymers() else UNUSUAL for key in library.keys]
    organic = np.isin(kinds, ("polymer", "environment", "contamination", "sp2 carbon", "organic ion"))
    groups = np.zeros((len(names), len(GROUP_NAMES)), bool)
    if not library.own_labels:
        groups[: counts[0]] = library.group_counts > 0
    groups[counts[0] : counts[0] + counts[1]] = whole.group_counts[kept] > 0
    groups[names.index(CONTAMINATION[0]), GROUP_NAMES.index("alkane")] = True
    return Dictionary(tuple(names), tuple(kinds), peaks, price, organic, tuple(named), groups)


def dictionary_of_spectra(
    keys: Sequence[str],
    intensity: NDArray[np.float32],
    groups: NDArray[np.bool_] | None = None,
) -> Dictionary:
    """Put measured spectra in the place of polymers, for a search in a library of them.

    Args:
        keys: Their names.
        intensity: Net intensity on the axis, shape ``(p, 6601)``.
        groups: Functional groups of each, shape ``(p, groups)``; None where they are not known.

    Returns:
        The dictionary; its polymers have no peaks, so that no components follow from them.
    """
    library = load_library()
    rest = dictionary_of(library, environments=False)
    gone, count = len(library.keys), len(keys)
    others = rest.peaks.selected(np.flatnonzero(rest.peaks.polymer >= gone))
    others = replace(others, polymer=others.polymer - gone + count)
    unknown = np.zeros((count, len(GROUP_NAMES)), bool)
    carbon = LINES["C 1s"]
    window = AXIS.window(carbon.window_low_ev, carbon.window_high_ev)
    area = np.maximum(intensity[:, window].sum(axis=1, keepdims=True) * AXIS.step_ev, 1e-30)
    first = int(np.argmax(rest.peaks.polymer >= gone))
    return Dictionary(
        names=(*keys, *rest.names[gone:]),
        kinds=("polymer",) * count + rest.kinds[gone:],
        peaks=others,
        plausible=np.concatenate([np.full(count, PLAUSIBLE["polymer"]), rest.plausible[gone:]]),
        organic=np.concatenate([np.ones(count, bool), rest.organic[gone:]]),
        environment=rest.environment[first:],
        groups=np.concatenate([unknown if groups is None else groups, rest.groups[gone:]]),
        spectra=(intensity / area).astype(np.float32),
    )


@lru_cache(maxsize=1)
def standard_dictionary() -> Dictionary:
    """Return the dictionary of the package's polymers."""
    return dictionary_of(load_library())


def _species() -> tuple[Peaks, list[int]]:
    """Peaks and places of the species that a fit may use.

    Never the peaks that may stand anywhere, nor mixed layers, whose parts are species themselves.
    """
    whole = load_species()
    kept = [place for place, kind in enumerate(whole.kinds) if kind not in ("anything", "mixed layer")]
    peaks = whole.peaks.selected(np.flatnonzero(np.isin(whole.peaks.polymer, kept)))
    peaks = replace(peaks, polymer=np.searchsorted(np.array(kept), peaks.polymer))
    order = np.argsort(peaks.polymer, kind="stable")
    return peaks.selected(order), kept


def _free() -> Peaks:
    """Return the peaks of the single environments, one or a doublet each."""
    rows = read_table("free_environments.csv")
    peaks: list[tuple[int, str, float, float, float]] = []
    for number, row in enumerate(rows):
        line, energy, fwhm = LINES[row["line"]], float(row["energy_ev"]), float(row["fwhm_ev"])
        peaks.append((number, line.name, energy, fwhm, 1.0 / (1.0 + line.minor_to_major)))
        if line.splitting_ev:
            minor = line.minor_to_major / (1.0 + line.minor_to_major)
            peaks.append((number, line.name, energy + line.splitting_ev, fwhm, minor))
    owner, line_names, energies, widths, areas = zip(*peaks, strict=True)
    first = [place == 0 or owner[place] != owner[place - 1] for place in range(len(owner))]
    return Peaks(
        polymer=np.array(owner, np.int64),
        line=tuple(line_names),
        label=tuple(rows[at]["name"] for at in owner),
        component=np.array(owner, np.int64),
        kind=tuple("main" if one else "minor partner" for one in first),
        energy_ev=np.array(energies),
        fwhm_ev=np.array(widths),
        lorentzian_fraction=np.full(len(owner), 0.1),
        area=np.array(areas),
        confidence=("K",) * len(owner),
    )


@lru_cache(maxsize=1)
def _polymer_names() -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for row in read_table("environment_names.csv"):
        found.setdefault(row["line"], []).append((row["begins"], row["name"]))
    return {line: sorted(rows, key=lambda row: -len(row[0])) for line, rows in found.items()}


@lru_cache(maxsize=4096)
def polymer_environment(line: str, label: str) -> str:
    """Return the name in the field of an environment of a polymer: that of the longest beginning in the table."""
    for begins, name in _polymer_names().get(line, ()):
        if label.startswith(begins):
            return name
    return label.removesuffix(" (minor)")


@lru_cache(maxsize=1)
def _species_names() -> Sequence[dict[str, str]]:
    return read_table("species_names.csv")


def species_environment(line: str, kind: str, level: str, energy_ev: float) -> str:
    """Return the name in the field of a peak of a species; that of its level where it is another element's line."""
    for row in _species_names():
        fits = row["line"] == line and row["level"] == level and row["kind"] in ("", kind)
        if fits and float(row["low_ev"]) <= energy_ev < float(row["high_ev"]):
            return row["name"]
    return level
