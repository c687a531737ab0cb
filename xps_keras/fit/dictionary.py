"""What a fit may be made of: polymers, contamination, sp2 carbon, foreign species and single environments.

A column is one of these things with all its peaks. A sum of Voigt peaks is, in Fourier space, a sum of damped phases,
and a shift or a Gaussian broadening of a column is one more factor. So the transforms of all columns near a region are
written down once, and a matrix product gives their values at any energies, shift and broadening.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from xps_keras.axis import AXIS
from xps_keras.groups import GROUP_NAMES
from xps_keras.library.core_line import first_core_line
from xps_keras.library.library import Library, Peaks, joined
from xps_keras.library.lines import LINES
from xps_keras.library.loading import load_library
from xps_keras.library.species import CONTAMINATION, load_species
from xps_keras.library.tables import read_table

Floats = NDArray[np.float64]
Complex = NDArray[np.complex128]

PERIOD_EV = 72.0
"""Period of the transforms: a region of 24 eV, and on either side as far as a shift and the tails of peaks reach."""
REACH_EV = 32.0
"""Peaks this near to the middle of a table are in it; those beyond a region's tails come no nearer than 20 eV."""
HIGHEST_PER_EV = 1.6
"""Highest frequency in 1/eV: a line of 0.6 eV is damped there to 4 %, one of 0.9 eV to less than 1 %."""
FREQUENCIES: Floats = np.asarray(2.0 * np.pi * np.arange(int(HIGHEST_PER_EV * PERIOD_EV)) / PERIOD_EV, np.float64)
"""Angular frequencies in 1/eV, shape ``(k,)``."""
AT_ONCE = 512
"""Columns that are transformed at once: a library may hold thousands."""
CENTRES_EV = 4.0
"""Tables are kept for middles on this grid."""
SIGMA_PER_FWHM = 1.0 / np.sqrt(8.0 * np.log(2.0))
PLAUSIBLE = {"polymer": 1.0, "contamination": 1.0, "sp2 carbon": 2.0, "environment": 4.0}
"""What a whole spectrum of a kind costs, in units of ``solve.PRICE``; other kinds cost ``FOREIGN``."""
FOREIGN = 3.0
UNUSUAL = 0.05
"""What a polymer that is not in common use costs more: of two with the same spectrum the common one is named."""


@dataclass(frozen=True, eq=False)
class Table:
    """Transforms of the columns that have peaks near a region; ``c`` columns, ``k`` frequencies."""

    columns: NDArray[np.int64]
    """Indices of the columns, ascending, shape ``(c,)``."""
    middle_ev: float
    coefficients: Complex
    """Amplitudes of the frequencies, shape ``(c, k)``."""
    frequency: Floats
    """Angular frequencies in 1/eV, shape ``(k,)``."""

    @cached_property
    def padded(self) -> Complex:
        """The amplitudes with a last row of zeros, for columns that have no peak here; shape ``(c + 1, k)``."""
        return np.concatenate([self.coefficients, np.zeros((1, len(self.frequency)))])


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
    """Whether a column is a polymer, a single environment, or has C 1s as its first line, shape ``(n,)``."""
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
        parts = [
            transforms(self.peaks, near[some], middle_ev, np.searchsorted(columns[one : one + AT_ONCE], owners))
            for one in range(0, len(columns), AT_ONCE)
            for some in [slice(first[one], first[one + AT_ONCE] if one + AT_ONCE < len(first) else len(near))]
            for owners in [self.peaks.polymer[near[some]]]
        ]
        first_rows = np.empty((0, len(FREQUENCIES)), np.complex128)
        if self.spectra is not None:
            columns = np.concatenate([np.arange(len(self.spectra)), columns])
            first_rows = _measured_transforms(self.spectra, middle_ev)
        return Table(columns, middle_ev, np.concatenate([first_rows, *parts]), FREQUENCIES)

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


def transforms(
    peaks: Peaks, places: NDArray[np.int64], middle_ev: float, group: NDArray[np.integer], weights: Floats | None = None
) -> Complex:
    """Write down the transforms of sums of peaks.

    Args:
        peaks: A peak table.
        places: Peaks of it, shape ``(n,)``.
        middle_ev: Middle of the period in eV.
        group: Sum that a peak belongs to, ascending from 0 without gaps, shape ``(n,)``.
        weights: Factors on the peaks' areas, shape ``(n,)``; None for 1.

    Returns:
        Amplitudes, shape ``(sums, k)``.
    """
    if not places.size:
        return np.empty((0, len(FREQUENCIES)), np.complex128)
    sigma, gamma = _widths(peaks.fwhm_ev[places], peaks.lorentzian_fraction[places])
    area = peaks.area[places] if weights is None else peaks.area[places] * weights
    exponent = -0.5 * np.square(sigma[:, None] * FREQUENCIES) - gamma[:, None] * FREQUENCIES
    each = np.exp(exponent - 1j * (peaks.energy_ev[places, None] - middle_ev) * FREQUENCIES)
    each *= area[:, None] * np.where(FREQUENCIES > 0, 2.0, 1.0) / PERIOD_EV
    return np.asarray(np.add.reduceat(each, np.unique(group, return_index=True)[1], axis=0))


def waves(table: Table, energy_ev: Floats) -> Floats:
    """Return cosines and sines over measured energies, in turns: shape ``(2 k, energies)``."""
    phase = table.frequency[:, None] * (energy_ev - table.middle_ev)
    return np.stack([np.cos(phase), -np.sin(phase)], axis=1).reshape(-1, energy_ev.size)


def placed(table: Table, coefficients: Complex, shift_ev: float, variance_ev2: float, factor: float = 1.0) -> Complex:
    """Shift and broaden columns, times a factor; shape as ``coefficients``, ``(..., k)``."""
    frequency = table.frequency
    change = np.exp(-0.5 * variance_ev2 * np.square(frequency) - 1j * shift_ev * frequency)
    return np.asarray(coefficients * (factor * change))


def seen(coefficients: Complex, based: Floats) -> Floats:
    """Return the values of columns of shape ``(c, k)`` where ``waves`` was asked, shape ``(c, energies)``."""
    return np.ascontiguousarray(coefficients).view(np.float64) @ based


def derivatives(table: Table, mixed: Complex) -> Complex:
    """Return transforms of how mixtures, shape ``(..., k)``, change by shift in eV and by variance in eV²."""
    return np.stack([-1j * table.frequency * mixed, -0.5 * np.square(table.frequency) * mixed])


def _widths(fwhm_ev: Floats, lorentzian: Floats) -> tuple[Floats, Floats]:
    """Gaussian and Lorentzian widths, as ``library.lineshape.voigt_widths`` without loading SciPy."""
    gaussian = np.square(1.0 - 0.5346 * lorentzian) - 0.2166 * np.square(lorentzian)
    return fwhm_ev * np.sqrt(np.maximum(gaussian, 0.0)) * SIGMA_PER_FWHM, 0.5 * lorentzian * fwhm_ev


def dictionary_of(library: Library, species: str = "all", environments: bool = True) -> Dictionary:
    """Put together what a fit may be made of.

    Args:
        library: The polymers.
        species: ``all``, ``training`` for those that are not held out, or ``none``: contamination alone.
        environments: Whether single environments may stand in for polymers that the library lacks.

    Returns:
        The dictionary.
    """
    names, kinds = list(library.keys), ["polymer"] * len(library.keys)
    polymers = replace(library.peaks, polymer=library.peaks.polymer.astype(np.int64))
    tables, counts = [polymers], [len(library.keys)]
    named = [polymer_environment(line, label) for line, label in zip(polymers.line, polymers.label, strict=True)]
    others, kept = _species(species)
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
    species: str = "all",
    groups: NDArray[np.bool_] | None = None,
) -> Dictionary:
    """Put measured spectra in the place of polymers, for a search in a library of them.

    Args:
        keys: Their names.
        intensity: Net intensity on the axis, shape ``(p, 6601)``.
        species: As for ``dictionary_of``.
        groups: Functional groups of each, shape ``(p, groups)``; None where they are not known.

    Returns:
        The dictionary; its polymers have no peaks, so that no components follow from them.
    """
    library = load_library()
    rest = dictionary_of(library, species, environments=False)
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


def _measured_transforms(spectra: NDArray[np.float32], middle_ev: float) -> Complex:
    """Write down the transforms of spectra on the axis around a middle; what lies beyond the axis is zero."""
    points = round(PERIOD_EV / AXIS.step_ev)
    first = round((middle_ev - 0.5 * PERIOD_EV - AXIS.low_ev) / AXIS.step_ev)
    part = np.zeros((len(spectra), points))
    low, high = max(first, 0), min(first + points, AXIS.size)
    part[:, low - first : high - first] = spectra[:, low:high]
    found = np.fft.rfft(part, axis=1)[:, : len(FREQUENCIES)] * (2.0 / points)
    found[:, 0] *= 0.5
    return np.asarray(found * np.where(np.arange(len(FREQUENCIES)) % 2, -1.0, 1.0))  # the period begins at its end


@lru_cache(maxsize=4)
def standard_dictionary(species: str = "all") -> Dictionary:
    """Return the dictionary of the package's polymers."""
    return dictionary_of(load_library(), species)


def _species(which: str) -> tuple[Peaks, list[int]]:
    """Peaks and places of the species that a fit may use.

    Never the peaks that may stand anywhere, nor mixed layers, whose parts are species themselves.
    """
    whole = load_species()
    kept = [
        place
        for place, kind in enumerate(whole.kinds)
        if kind == "contamination"
        or (
            which != "none"
            and kind not in ("anything", "mixed layer")
            and (which == "all" or not whole.held_out[place])
        )
    ]
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
def common_polymers() -> frozenset[str]:
    """Return the polymers that are in common use."""
    return frozenset(row["key"] for row in read_table("common_polymers.csv"))


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
