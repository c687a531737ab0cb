"""What a repeat unit's structure says: its formula and its functional groups.

Needs rdkit, imported inside the functions: rebuilding the tables and reading a user's structure come here.
"""

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from xps_keras.groups import Counted

UNITS_JOINED = 3
"""Repeat units in the closed chain. Three keep both neighbours of a unit different from the unit itself."""
MORE_UNITS_JOINED = 6
"""Units of one backbone atom, or of two joined by a multiple bond: three would close to a small or aromatic ring."""


@lru_cache(maxsize=4096)
def parsed_unit(smiles: str) -> Any:
    """Read a repeat unit.

    Args:
        smiles: Repeat unit with ``*`` at its chain ends: two, four (a network) or none (a discrete molecule).

    Returns:
        An rdkit ``Mol``; the chain ends are atoms of number 0.

    Raises:
        ValueError: If the SMILES cannot be parsed, has another number of chain ends, or a chain end that is not
            joined to one atom by a single bond.
    """
    from rdkit import Chem, rdBase

    with rdBase.BlockLogs():
        unit = Chem.MolFromSmiles(smiles)
    if unit is None or unit.GetNumAtoms() == 0:
        raise ValueError(f"not a SMILES string: {smiles!r}")
    ends = [atom for atom in unit.GetAtoms() if atom.GetAtomicNum() == 0]
    if len(ends) not in (0, 2, 4):
        raise ValueError(f"{smiles!r} has {len(ends)} chain ends; 0, 2 or 4 are understood")
    for end in ends:
        bonds = end.GetBonds()
        lone = len(bonds) == 1 and bonds[0].GetBondType() == Chem.BondType.SINGLE
        if not lone or bonds[0].GetOtherAtom(end).GetAtomicNum() == 0:
            raise ValueError(f"{smiles!r} has a chain end that is not joined to one atom by a single bond")
    return unit


@lru_cache(maxsize=4096)
def units_in(smiles: str) -> int:
    """Return how many repeat units ``closed_chain`` joins for this structure; 1 for a discrete molecule."""
    from rdkit import Chem

    unit = parsed_unit(smiles)
    ends = [atom.GetIdx() for atom in unit.GetAtoms() if atom.GetAtomicNum() == 0]
    if not ends:
        return 1
    backbone = Chem.GetShortestPath(unit, ends[0], ends[1])[1:-1]
    if len(backbone) == 2:
        bond = unit.GetBondBetweenAtoms(*backbone)
        return UNITS_JOINED if bond.GetBondType() == Chem.BondType.SINGLE else MORE_UNITS_JOINED
    return UNITS_JOINED if len(backbone) > 2 else MORE_UNITS_JOINED


@lru_cache(maxsize=256)
def closed_chain(smiles: str, units: int | None = None) -> Any:
    """Join repeat units into a ring, so that no group is cut at the ends of a unit.

    Args:
        smiles: Repeat unit with ``*`` at its chain ends. With two ends the second joins the first of the next unit;
            with four (a network) the ends (1, 2) and (4, 3) join in the same way. Without ends: a discrete molecule.
        units: Units to join, ``units_in`` when None; without effect on a discrete molecule.

    Returns:
        An rdkit ``Mol``: the ring, or the molecule itself. Atoms stand unit by unit, in the order of the SMILES.

    Raises:
        ValueError: As ``parsed_unit``.
    """
    from rdkit import Chem

    unit = parsed_unit(smiles)
    ends = [atom.GetIdx() for atom in unit.GetAtoms() if atom.GetAtomicNum() == 0]
    if not ends:
        return unit
    joined_units = units_in(smiles) if units is None else units
    joints = [(ends[1], ends[0])] if len(ends) == 2 else [(ends[1], ends[0]), (ends[2], ends[3])]
    chain = unit
    for _ in range(joined_units - 1):
        chain = Chem.CombineMols(chain, unit)
    editable = Chem.RWMol(chain)
    size = unit.GetNumAtoms()

    def neighbour(copy: int, end: int) -> int:
        return int(editable.GetAtomWithIdx(copy * size + end).GetNeighbors()[0].GetIdx())

    bonds = [
        (neighbour(copy, tail), neighbour((copy + 1) % joined_units, head))
        for copy in range(joined_units)
        for tail, head in joints
    ]
    for tail, head in bonds:
        editable.AddBond(tail, head, Chem.BondType.SINGLE)
    for index in sorted((copy * size + end for copy in range(joined_units) for end in ends), reverse=True):
        editable.RemoveAtom(index)
    joined = editable.GetMol()
    # Aromatic is what was so in the unit: perceived again, the large ring of the joined units could count as aromatic.
    # One smallest set of rings will do: of a chain of n para-phenylenes the symmetrical set would hold 2^n large rings.
    flags = Chem.SanitizeFlags
    left_out = flags.SANITIZE_KEKULIZE | flags.SANITIZE_SETAROMATICITY | flags.SANITIZE_SYMMRINGS
    Chem.SanitizeMol(joined, flags.SANITIZE_ALL ^ left_out)
    Chem.GetSSSR(joined)
    return joined


@lru_cache(maxsize=2048)
def query(smarts: str) -> Any:
    """Compile a SMARTS pattern.

    Args:
        smarts: The pattern.

    Returns:
        An rdkit ``Mol``.

    Raises:
        ValueError: If it is no SMARTS pattern.
    """
    from rdkit import Chem, rdBase

    with rdBase.BlockLogs():
        pattern = Chem.MolFromSmarts(smarts)
    if pattern is None:
        raise ValueError(f"not a SMARTS pattern: {smarts!r}")
    return pattern


def formula(smiles: str) -> dict[str, int]:
    """Count the atoms of a repeat unit.

    Args:
        smiles: Repeat unit with ``*`` at its chain ends.

    Returns:
        Element symbol -> number of atoms per repeat unit, hydrogen included.
    """
    from rdkit import Chem

    atoms = Counter(atom.GetSymbol() for atom in Chem.AddHs(closed_chain(smiles)).GetAtoms())
    return {element: count // units_in(smiles) for element, count in atoms.items()}


def count_group(smiles: str, patterns: Sequence[str], counted: Counted) -> int:
    """Count a functional group per repeat unit on the closed chain.

    Args:
        smiles: Repeat unit with ``*`` at its chain ends.
        patterns: SMARTS; a group may need more than one.
        counted: How matches become a number, see ``groups.Counted``.

    Returns:
        Occurrences per repeat unit.

    Raises:
        ValueError: If a pattern is no SMARTS, or the count is no multiple of the units joined, which would mean that
            the ring closure itself made a group.
    """
    found: set[Any] = set()
    for pattern in patterns:
        for match in closed_chain(smiles).GetSubstructMatches(query(pattern), uniquify=False, maxMatches=100_000):
            found.add(match[0] if counted == "first atom" else frozenset(match))
    count, rest = divmod(len(found), units_in(smiles))
    if rest:
        raise ValueError(f"{len(found)} matches of {list(patterns)} in {units_in(smiles)} units of {smiles!r}")
    return count
