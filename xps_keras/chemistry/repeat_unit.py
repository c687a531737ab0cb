"""Which polymer a structure is, however its repeat unit is written; needs rdkit (the extra ``chem``)."""

import math
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

from xps_keras.chemistry.from_structure import library_from_structures, require_rdkit
from xps_keras.chemistry.structures import closed_chain, parsed_unit, units_in
from xps_keras.errors import InputError
from xps_keras.library.library import Library

MOST_UNITS = 12
"""Rings of more units are not built: a unit written more than four times over is not recognised."""
MOST_ATOMS = 100
"""Nor are rings of more heavy atoms, where units of different size are compared: naming them takes too long."""
_STRUCTURE_CHARACTERS = "()[]=#"


@lru_cache(maxsize=16_384)
def identity(smiles: str, units: int | None = None) -> str:
    """Return a text that is the same for every way of writing a repeat unit.

    The closed chain has no beginning and no direction, so its canonical SMILES is the same for every unit that was
    cut out of it. Stereochemistry, isotopes and atom maps are left out: XPS does not see them.

    Args:
        smiles: Repeat unit with ``*`` at its chain ends, or a discrete molecule.
        units: Units to join, ``units_in`` when None.

    Returns:
        Canonical SMILES of the closed chain.

    Raises:
        ValueError: If the structure cannot be read.
    """
    from rdkit import Chem

    chain = Chem.Mol(closed_chain(smiles, units))
    Chem.RemoveStereochemistry(chain)
    for atom in chain.GetAtoms():
        atom.SetIsotope(0)
        atom.SetAtomMapNum(0)
    return str(Chem.MolToSmiles(chain))


@dataclass(frozen=True)
class Composition:
    """Heavy atoms of a repeat unit or molecule."""

    chain: bool
    """Whether it has chain ends."""
    atoms: int
    """Number of heavy atoms."""
    lowest: tuple[tuple[str, int], ...]
    """Element symbols and their numbers in lowest terms, sorted: the same for a unit and its multiples."""


@lru_cache(maxsize=16_384)
def composition(smiles: str) -> Composition:
    """Return the heavy atoms of a repeat unit or molecule.

    Raises:
        ValueError: If the structure cannot be read.
    """
    atoms = Counter(atom.GetSymbol() for atom in parsed_unit(smiles).GetAtoms() if atom.GetAtomicNum() > 1)
    divisor = math.gcd(*atoms.values())
    lowest = tuple(sorted((symbol, count // divisor) for symbol, count in atoms.items()))
    return Composition("*" in smiles, sum(atoms.values()), lowest)


def same_polymer(first: str, second: str) -> bool:
    """Tell whether two repeat units are cut out of the same chain, also when one is a multiple of the other.

    Args:
        first: A repeat unit or molecule.
        second: Another.

    Returns:
        Whether they are the same polymer.

    Raises:
        ValueError: If a structure cannot be read.
    """
    one, other = composition(first), composition(second)
    if one.chain != other.chain or one.lowest != other.lowest:
        return False
    if not one.chain:
        return identity(first) == identity(second)
    common = math.lcm(one.atoms, other.atoms)
    units, other_units = common // one.atoms, common // other.atoms
    fewest = max(-(-units_in(first) // units), -(-units_in(second) // other_units), 1)
    if units != other_units and (max(units, other_units) * fewest > MOST_UNITS or common * fewest > MOST_ATOMS):
        return False
    return identity(first, units * fewest) == identity(second, other_units * fewest)


def find_polymer(library: Library, smiles: str) -> str | None:
    """Look for a structure in a library.

    Args:
        library: The set of polymers.
        smiles: Repeat unit with ``*`` at its chain ends, or a discrete molecule.

    Returns:
        Key of the polymer, None if the library does not hold it.

    Raises:
        XpsKerasError: If rdkit is missing or the structure cannot be read.
    """
    require_rdkit()
    try:
        for key, known in zip(library.keys, library.smiles, strict=True):
            if same_polymer(smiles, known):
                return key
    except ValueError as error:
        raise InputError(f"The structure cannot be used: {error}.") from error
    return None


def looks_like_a_structure(text: str) -> bool:
    """Tell whether a user's text is meant as SMILES: it has chain ends, or rdkit reads it and it is no plain word."""
    if "*" in text:
        return True
    if not set(text) & set(_STRUCTURE_CHARACTERS) and "c1" not in text and "C1" not in text:
        return False
    require_rdkit()
    try:
        parsed_unit(text)
    except ValueError:
        return False
    return True


def resolve(library: Library, text: str, *, rules: bool = False) -> tuple[Library, str, str]:
    """Find the peaks of what a user asks for: a polymer of the library by name or structure, or any other structure.

    Args:
        library: The set of polymers, whose tables are used where it holds the polymer.
        text: Short or full name, or a structure.
        rules: Leave the tables aside and use the rules alone.

    Returns:
        The library to read, the key in it, and one sentence that says which source was used: empty for the table of
        a polymer asked for by name.

    Raises:
        XpsKerasError: If neither a polymer nor a usable structure is meant, or no rule fits an atom.
    """
    named = text in library.keys or text in library.polymer_names or not looks_like_a_structure(text)
    if named:
        index = library.index(text)
        key, smiles = library.keys[index], library.smiles[index]
    else:
        found = find_polymer(library, text)
        key, smiles = found or text, text
        if found is None:
            made = library_from_structures([text], [text])
            return made, text, "The library does not hold this structure: peaks by the rules."
    if rules:
        made = library_from_structures([key], [smiles])
        return made, key, f"Peaks of {key} by the rules, not by its table in the library."
    return library, key, "" if named else f"This structure is {key}: peaks by its table in the library."
