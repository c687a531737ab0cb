"""What a repeat unit's structure says: its formula and its functional groups.

Needs rdkit, imported inside the functions: only a rebuild of the tables and their tests come here.
"""

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

UNITS_JOINED = 3
"""Repeat units in the closed chain. Three keep both neighbours of a unit different from the unit itself."""


@lru_cache(maxsize=256)
def closed_chain(smiles: str) -> Any:
    """Join repeat units into a ring, so that no group is cut at the ends of a unit.

    Args:
        smiles: Repeat unit with ``*`` at its chain ends. With two ends the second joins the first of the next unit;
            with four (a network) the ends (1, 2) and (4, 3) join in the same way. Without ends: a discrete molecule.

    Returns:
        An rdkit ``Mol``: ``UNITS_JOINED`` units in a ring, or the molecule itself.

    Raises:
        ValueError: If the SMILES cannot be parsed or has another number of chain ends.
    """
    from rdkit import Chem

    unit = Chem.MolFromSmiles(smiles)
    if unit is None:
        raise ValueError(f"not a SMILES string: {smiles!r}")
    ends = [atom.GetIdx() for atom in unit.GetAtoms() if atom.GetAtomicNum() == 0]
    if not ends:
        return unit
    if len(ends) not in (2, 4):
        raise ValueError(f"{smiles!r} has {len(ends)} chain ends; 0, 2 or 4 are understood")
    joints = [(ends[1], ends[0])] if len(ends) == 2 else [(ends[1], ends[0]), (ends[2], ends[3])]
    chain = unit
    for _ in range(UNITS_JOINED - 1):
        chain = Chem.CombineMols(chain, unit)
    editable = Chem.RWMol(chain)
    size = unit.GetNumAtoms()

    def neighbour(copy: int, end: int) -> int:
        return int(editable.GetAtomWithIdx(copy * size + end).GetNeighbors()[0].GetIdx())

    bonds = [
        (neighbour(copy, tail), neighbour((copy + 1) % UNITS_JOINED, head))
        for copy in range(UNITS_JOINED)
        for tail, head in joints
    ]
    for tail, head in bonds:
        editable.AddBond(tail, head, Chem.BondType.SINGLE)
    for index in sorted((copy * size + end for copy in range(UNITS_JOINED) for end in ends), reverse=True):
        editable.RemoveAtom(index)
    joined = editable.GetMol()
    Chem.SanitizeMol(joined)
    return joined


def units_in(smiles: str) -> int:
    """Return how many repeat units ``closed_chain`` holds for this structure."""
    return UNITS_JOINED if "*" in smiles else 1


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


def count_group(smiles: str, patterns: Sequence[str], counted: str) -> int:
    """Count a functional group per repeat unit on the closed chain.

    Args:
        smiles: Repeat unit with ``*`` at its chain ends.
        patterns: SMARTS; a group may need more than one.
        counted: ``match`` counts different sets of matched atoms (rings, double bonds); ``first atom`` counts
            different first atoms of the patterns, so that a symmetrical group is not counted twice.

    Returns:
        Occurrences per repeat unit.

    Raises:
        ValueError: If a pattern is no SMARTS, or the count is no multiple of the units joined, which would mean that
            the ring closure itself made a group.
    """
    from rdkit import Chem

    found: set[Any] = set()
    for pattern in patterns:
        query = Chem.MolFromSmarts(pattern)
        if query is None:
            raise ValueError(f"not a SMARTS pattern: {pattern!r}")
        for match in closed_chain(smiles).GetSubstructMatches(query, uniquify=False, maxMatches=100_000):
            found.add(match[0] if counted == "first atom" else frozenset(match))
    count, rest = divmod(len(found), units_in(smiles))
    if rest:
        raise ValueError(f"{len(found)} matches of {list(patterns)} in {units_in(smiles)} units of {smiles!r}")
    return count
