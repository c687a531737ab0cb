"""From a repeat unit to peaks: every atom gets a rule, its secondary shifts and an energy.

Needs rdkit (the extra ``chem``), imported inside the functions. The rules stand in ``rules.csv``, ``shifts.csv`` and
``satellites.csv``; ``docs/rules.md`` explains them.
"""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib.util import find_spec
from itertools import count
from typing import Any

import numpy as np

from xps_keras.chemistry.rules import Rule, Shift, load_rules, load_satellites, load_shifts
from xps_keras.chemistry.structures import closed_chain, count_group, parsed_unit, query
from xps_keras.errors import InputError, UsageError
from xps_keras.groups import GROUPS
from xps_keras.library.library import Kind, Library, Peaks
from xps_keras.library.lines import LINES
from xps_keras.library.packed import numbered_components

_MOST_MATCHES = 100_000
_BONDS = {"SINGLE": "-", "DOUBLE": "=", "TRIPLE": "#", "AROMATIC": ":"}
_AROMATIC_IMIDES = ("[n,o]1c(=O)ccc1=O", "[n,o]1c(=O)cccc1=O")
_WORST_FIRST = "EKSC"


@dataclass(frozen=True)
class AppliedShift:
    """A secondary shift as it acts on one atom."""

    shift: Shift
    """The row of ``shifts.csv``."""
    count: int
    """Neighbours counted, at most ``shift.most``."""

    @property
    def total_ev(self) -> float:
        """Shift of all neighbours together in eV."""
        return self.count * self.shift.shift_ev


@dataclass(frozen=True)
class AtomAssignment:
    """What the rules say about one atom on one line."""

    index: int
    """Place of the atom in the SMILES, chain ends counted, from 0."""
    symbol: str
    """Element symbol."""
    rule: Rule
    """The rule that fits; its ``energy_ev`` is the energy before secondary shifts."""
    shifts: tuple[AppliedShift, ...]
    """Secondary shifts, in the order of ``shifts.csv``."""

    @property
    def line(self) -> str:
        """Name of the line."""
        return self.rule.line

    @property
    def energy_ev(self) -> float:
        """Binding energy in eV, saturated hydrocarbon C 1s = 285.00, to 0.01 eV."""
        return round(self.rule.energy_ev + sum(applied.total_ev for applied in self.shifts), 2)

    @property
    def uncertainty_ev(self) -> float:
        """Standard uncertainty in eV: rule and shifts in quadrature, neighbours of one kind fully correlated."""
        parts = [applied.count * applied.shift.uncertainty_ev for applied in self.shifts]
        return math.hypot(self.rule.uncertainty_ev, *parts)

    @property
    def confidence(self) -> str:
        """The least certain of rule and shifts: E estimate, K general knowledge, S sourced."""
        letters = [self.rule.confidence, *(applied.shift.confidence for applied in self.shifts)]
        return min(letters, key=_WORST_FIRST.index)

    @property
    def label(self) -> str:
        """Name of the environment with its secondary shifts."""
        return ", ".join([self.rule.name, *(applied.shift.name for applied in self.shifts)])


@dataclass(frozen=True)
class PeakRow:
    """One peak of a polymer; units as in ``Peaks``."""

    line: str
    """Name of the line."""
    label: str
    """Chemical environment in words; the weaker partner of a doublet ends in ``(minor)``."""
    component: int
    """Number of the component within the polymer, from 0; the partners of a doublet share it."""
    kind: Kind
    """What the peak is."""
    energy_ev: float
    """Binding energy in eV."""
    fwhm_ev: float
    """Full width at half maximum in eV."""
    lorentzian_fraction: float
    """Lorentzian share of the width."""
    area: float
    """Area per repeat unit; one carbon atom's whole C 1s intensity = 1."""
    confidence: str
    """Of the energy."""


def require_rdkit() -> None:
    """Make sure that structures can be read.

    Raises:
        UsageError: If rdkit is not installed; the message says how to install it.
    """
    if find_spec("rdkit") is None:
        raise UsageError("Reading a structure needs rdkit, which is not installed: pip install 'xps-keras[chem]'.")


def _checked_chain(smiles: str) -> Any:
    require_rdkit()
    try:
        return closed_chain(smiles)
    except ValueError as error:
        raise InputError(f"The structure cannot be used: {error}.") from error


def _imides_written_plainly(chain: Any) -> Any:
    """Take imides and anhydrides out of the aromatic system: rdkit counts the carbonyls of pyromellitimide as part."""
    from rdkit import Chem

    copy = Chem.Mol(chain)
    for smarts in _AROMATIC_IMIDES:
        for hetero, carbonyl, _, *_, other, _ in copy.GetSubstructMatches(query(smarts), maxMatches=_MOST_MATCHES):
            for place in (hetero, carbonyl, other):
                atom = copy.GetAtomWithIdx(place)
                atom.SetIsAromatic(False)
                for bond in atom.GetBonds():
                    if bond.GetIsAromatic():
                        bond.SetIsAromatic(False)
                        bond.SetBondType(Chem.BondType.SINGLE)
    return copy


def _neighbourhood(atom: Any) -> str:
    parts = []
    for bond in atom.GetBonds():
        other = bond.GetOtherAtom(atom)
        further = sorted(next_.GetSymbol() for next_ in other.GetNeighbors() if next_.GetIdx() != atom.GetIdx())
        charge = f"{other.GetFormalCharge():+d}" if other.GetFormalCharge() else ""
        beyond = f"({','.join(further)})" if further else ""
        parts.append(_BONDS.get(str(bond.GetBondType()), "~") + other.GetSymbol() + charge + beyond)
    parts += ["-H"] * atom.GetTotalNumHs()
    charge = f"{atom.GetFormalCharge():+d} " if atom.GetFormalCharge() else ""
    return charge + (" ".join(sorted(parts)) or "no neighbours")


def _first_atoms(chain: Any, smarts: str) -> set[int]:
    # Wrapped as a condition on its first atom, a pattern matches once per atom, whatever its symmetry.
    return {match[0] for match in chain.GetSubstructMatches(query(f"[$({smarts})]"), maxMatches=_MOST_MATCHES)}


def _counted(chain: Any, shift: Shift) -> dict[int, int]:
    """Count the neighbours of one kind of every atom: atom -> number."""
    found: dict[int, set[int]] = defaultdict(set)
    for smarts in shift.patterns:
        pattern = query(smarts)
        maps = [atom.GetAtomMapNum() for atom in pattern.GetAtoms()]
        shifted, neighbour = maps.index(1), maps.index(2)
        for match in chain.GetSubstructMatches(pattern, uniquify=False, maxMatches=_MOST_MATCHES):
            found[match[shifted]].add(match[neighbour])
    return {atom: min(len(neighbours), shift.most) for atom, neighbours in found.items()}


def _applied(chain: Any, atom: int, rule: Rule, counts: dict[Shift, dict[int, int]]) -> tuple[AppliedShift, ...]:
    """Return the secondary shifts of an atom; what is counted for one atom is kept in ``counts`` for the others."""
    applied = []
    for shift in load_shifts():
        if shift.line != rule.line or rule.family not in shift.families:
            continue
        if shift not in counts:
            counts[shift] = _counted(chain, shift)
        if counts[shift].get(atom):
            applied.append(AppliedShift(shift, counts[shift][atom]))
    return tuple(applied)


def assign(smiles: str) -> tuple[AtomAssignment, ...]:
    """Find rule and secondary shifts of every atom of a repeat unit.

    Args:
        smiles: Repeat unit with ``*`` at its chain ends, or a discrete molecule.

    Returns:
        One entry per line of ``LINES`` and atom other than hydrogen: C 1s of all carbon atoms first.

    Raises:
        XpsKerasError: If rdkit is missing, the structure cannot be read, an element has no line between 40 and 700 eV,
            or no rule fits an atom; the message names the atom.
    """
    chain = _imides_written_plainly(_checked_chain(smiles))
    # The first unit of the ring stands for all of them; its atoms keep their order, without the chain ends.
    places = [atom.GetIdx() for atom in parsed_unit(smiles).GetAtoms() if atom.GetAtomicNum() != 0]
    atoms = [chain.GetAtomWithIdx(place) for place in range(len(places))]
    heavy = [(place, atom) for place, atom in zip(places, atoms, strict=True) if atom.GetAtomicNum() != 1]
    known = dict.fromkeys(line.element for line in LINES.values())
    for place, atom in heavy:
        if atom.GetSymbol() not in known:
            raise InputError(
                f"Atom {place} of {smiles!r} is {atom.GetSymbol()}, which has no line in the tables; "
                f"known: {', '.join(known)}."
            )
    counts: dict[Shift, dict[int, int]] = {}
    found = []
    for line in LINES.values():
        waiting = {atom.GetIdx(): place for place, atom in heavy if atom.GetSymbol() == line.element}
        fitting: dict[int, Rule] = {}
        for rule in load_rules()[line.name] if waiting else ():
            for atom_index in _first_atoms(chain, rule.smarts) & (waiting.keys() - fitting.keys()):
                fitting[atom_index] = rule
            if len(fitting) == len(waiting):
                break
        for atom_index, place in waiting.items():
            atom = chain.GetAtomWithIdx(atom_index)
            if atom_index not in fitting:
                raise InputError(
                    f"No {line.name} rule fits atom {place} of {smiles!r}: {atom.GetSymbol()} with "
                    f"{_neighbourhood(atom)}; docs/rules.md lists the environments that are known."
                )
            rule = fitting[atom_index]
            found.append(AtomAssignment(place, atom.GetSymbol(), rule, _applied(chain, atom_index, rule, counts)))
    return tuple(found)


def _with_partner(row: PeakRow) -> list[PeakRow]:
    line = LINES[row.line]
    if not line.minor_to_major:
        return [row]
    major = row.area / (1.0 + line.minor_to_major)
    energy = round(row.energy_ev + line.splitting_ev, 2)
    minor = replace(row, label=f"{row.label} (minor)", kind="minor partner", energy_ev=energy, area=row.area - major)
    return [replace(row, area=major), minor]


def peaks_from_assignments(assignments: Sequence[AtomAssignment]) -> tuple[PeakRow, ...]:
    """Turn assigned atoms into peaks: equal atoms joined, satellites paid by their atoms, doublets split.

    Args:
        assignments: What ``assign`` returns.

    Returns:
        Peaks in the order of ``LINES`` and ascending energy, satellites last in their line. The total area of a line
        is the number of its atoms times the line's sensitivity.
    """
    rows: list[PeakRow] = []
    components = count()
    for line in LINES.values():
        own = [one for one in assignments if one.line == line.name]
        satellites = [one for one in load_satellites() if one.line == line.name]
        main: dict[tuple[float, str], list[AtomAssignment]] = defaultdict(list)
        for one in own:
            main[one.energy_ev, one.label].append(one)
        for (energy, label), alike in sorted(main.items(), key=lambda item: item[0]):
            rule = alike[0].rule
            kept = 1.0 - sum(satellite.share for satellite in satellites if rule.family in satellite.families)
            area = len(alike) * line.sensitivity * kept
            shape = (rule.fwhm_ev, rule.lorentzian_fraction)
            place = (line.name, label, next(components))
            rows += _with_partner(PeakRow(*place, "main", energy, *shape, area, alike[0].confidence))
        for satellite in satellites:
            carriers = [one.energy_ev for one in own if one.rule.family in satellite.families]
            if carriers:
                energy = round(min(carriers) + satellite.distance_ev, 2)
                area = len(carriers) * line.sensitivity * satellite.share
                shape = (satellite.fwhm_ev, satellite.lorentzian_fraction)
                place = (line.name, satellite.name, next(components))
                rows.append(PeakRow(*place, "shake-up", energy, *shape, area, satellite.confidence))
    return tuple(rows)


def peaks_from_structure(smiles: str) -> tuple[PeakRow, ...]:
    """Return the peaks of a repeat unit; arguments and errors as ``assign``, order as ``peaks_from_assignments``."""
    return peaks_from_assignments(assign(smiles))


def counts_from_structure(smiles: str) -> dict[str, int]:
    """Count the groups of a repeat unit by the patterns of ``groups.csv``, plain alkane carbons included.

    Args:
        smiles: Repeat unit with ``*`` at its chain ends, or a discrete molecule.

    Returns:
        Group -> occurrences per repeat unit, in the order of ``GROUP_NAMES``.

    Raises:
        XpsKerasError: If rdkit is missing or the structure cannot be read.
    """
    _checked_chain(smiles)
    return {group.name: count_group(smiles, group.smarts, group.counted) for group in GROUPS}


def peaks_of_rows(rows_of_polymers: Sequence[Sequence[PeakRow]]) -> Peaks:
    """Join the peaks of several polymers into one table.

    Args:
        rows_of_polymers: Peaks of each polymer.

    Returns:
        The table, sorted by polymer.
    """
    rows = [(place, row) for place, own in enumerate(rows_of_polymers) for row in own]
    polymer = np.array([place for place, _ in rows], dtype=np.int64)
    return Peaks(
        polymer=polymer,
        line=tuple(row.line for _, row in rows),
        label=tuple(row.label for _, row in rows),
        component=numbered_components(polymer, np.array([row.component for _, row in rows], dtype=np.int64)),
        kind=tuple(row.kind for _, row in rows),
        energy_ev=np.array([row.energy_ev for _, row in rows], dtype=np.float64),
        fwhm_ev=np.array([row.fwhm_ev for _, row in rows], dtype=np.float64),
        lorentzian_fraction=np.array([row.lorentzian_fraction for _, row in rows], dtype=np.float64),
        area=np.array([row.area for _, row in rows], dtype=np.float64),
        confidence=tuple(row.confidence for _, row in rows),
    )


def library_from_structures(names: Sequence[str], smiles: Sequence[str], name: str = "structures") -> Library:
    """Build a library from structures by the rules alone.

    Args:
        names: Short unique names, one per polymer.
        smiles: Repeat units with ``*`` at their chain ends.
        name: Name of the library.

    Returns:
        A library that a corpus can use; labels are counted by the patterns of ``groups.csv``.

    Raises:
        UsageError: If the names are not unique, or their number differs from that of the structures or is zero.
        XpsKerasError: If a structure fails as in ``assign``.
    """
    if not names or len(names) != len(smiles) or len(set(names)) != len(names):
        raise UsageError(f"A library needs as many unique names as structures, not {len(names)} and {len(smiles)}.")
    peaks = peaks_of_rows([peaks_from_structure(one) for one in smiles])
    counts = [list(counts_from_structure(one).values()) for one in smiles]
    return Library(
        name=name,
        keys=tuple(names),
        polymer_names=tuple(names),
        smiles=tuple(smiles),
        group_counts=np.array(counts, dtype=np.float32),
        peaks=peaks,
    )
