"""One polymer, many ways to write it; needs rdkit."""

from itertools import pairwise

import numpy as np
import pytest

pytest.importorskip("rdkit", reason="structures are read by rdkit")

from xps_keras.chemistry.repeat_unit import find_polymer, identity, looks_like_a_structure, resolve, same_polymer
from xps_keras.errors import InputError, UsageError
from xps_keras.library.lineshape import spectrum_of
from xps_keras.library.loading import load_library

LIBRARY = load_library()


@pytest.mark.parametrize(
    ("smiles", "key"),
    [
        ("*OC(=O)c1ccc(C(=O)OCC*)cc1", "PET"),
        ("*CCOC(=O)c1ccc(cc1)C(=O)O*", "PET"),
        ("*C(=O)c1ccc(cc1)C(=O)OCCO*", "PET"),
        ("[*:1]C(C)C[*:2]", "PP"),
        ("*C(C)(C(=O)OC)C*", "PMMA"),
        ("*C*", "HDPE"),
        ("*CCCC*", "HDPE"),
        ("*C(F)(F)*", "PTFE"),
        ("*C/C=C\\C*", "PcBD"),
        ("*COC*", "PEG"),
        ("*CCC(=O)NCCC*", "N6"),
        ("c1ccc(cc1)-c1ccc(cc1)-c1ccc(cc1)-c1ccccc1", "PQP"),
    ],
)
def test_another_way_to_write_a_repeat_unit_is_recognised(smiles: str, key: str) -> None:
    assert find_polymer(LIBRARY, smiles) == key


@pytest.mark.parametrize(
    ("first", "second"),
    [("*CCCO*", "*CCO*"), ("*CC(C)O*", "*CCCO*"), ("*CC*", "CC"), ("*CC(C)C(C)C*", "*CC(C)*"), ("*C=C*", "*c1ccccc1*")],
)
def test_different_polymers_are_kept_apart(first: str, second: str) -> None:
    assert not same_polymer(first, second)


def test_the_library_holds_every_polymer_once_but_for_stereochemistry() -> None:
    by_identity: dict[str, list[str]] = {}
    for key, smiles in zip(LIBRARY.keys, LIBRARY.smiles, strict=True):
        by_identity.setdefault(identity(smiles), []).append(key)
    assert [keys for keys in by_identity.values() if len(keys) > 1] == [["PcI", "PtI"]]


def test_a_library_polymer_typed_as_a_structure_has_the_spectrum_of_the_library() -> None:
    library, key, source = resolve(LIBRARY, "*OC(=O)c1ccc(C(=O)OCC*)cc1")
    assert source == "This structure is PET: peaks by its table in the library."
    assert resolve(LIBRARY, "PET")[2] == ""
    np.testing.assert_array_equal(spectrum_of(library, key), spectrum_of(LIBRARY, "PET"))


def test_rules_can_be_asked_for_instead_of_the_table() -> None:
    library, key, source = resolve(LIBRARY, "PET", rules=True)
    assert "by the rules" in source
    ruled, table = spectrum_of(library, key), spectrum_of(LIBRARY, "PET")
    assert not np.array_equal(ruled, table)
    assert np.dot(ruled, table) / np.linalg.norm(ruled) / np.linalg.norm(table) > 0.98


def test_another_structure_is_computed_by_the_rules() -> None:
    library, key, source = resolve(LIBRARY, "*CC(CBr)*")
    assert "does not hold" in source
    assert library.elements_of(key) == ("C", "Br")


@pytest.mark.parametrize("text", ["PMMA", "PI", "N11", "polystyrene", "poly(unknown)", "PS"])
def test_a_word_is_not_taken_for_a_structure(text: str) -> None:
    assert not looks_like_a_structure(text)


def test_an_unknown_word_is_answered_with_its_neighbours() -> None:
    with pytest.raises(UsageError, match="nearest: PET"):
        resolve(LIBRARY, "PETT")
    with pytest.raises(InputError, match="not a SMILES"):
        resolve(LIBRARY, "*CC((*)")


def cut_elsewhere(smiles: str, rng: np.random.Generator) -> str | None:
    """Cut the chain at another bond and write it with the atoms in random order; None where none can be."""
    from rdkit import Chem

    unit = Chem.MolFromSmiles(smiles)
    ends = [atom.GetIdx() for atom in unit.GetAtoms() if atom.GetAtomicNum() == 0]
    if len(ends) != 2:
        return None
    backbone = list(Chem.GetShortestPath(unit, *ends))[1:-1]
    bonds = [(a, b) for a, b in pairwise(backbone) if not unit.GetBondBetweenAtoms(a, b).IsInRing()]
    bonds = [(a, b) for a, b in bonds if unit.GetBondBetweenAtoms(a, b).GetBondTypeAsDouble() == 1.0]
    if not bonds:
        return None
    first, second = bonds[rng.integers(len(bonds))]
    edited = Chem.RWMol(unit)
    for end, neighbour in ((ends[0], backbone[0]), (ends[1], backbone[-1])):
        edited.RemoveBond(end, neighbour)
    edited.RemoveBond(first, second)
    for a, b in ((backbone[0], backbone[-1]), (ends[0], first), (ends[1], second)):
        edited.AddBond(a, b, Chem.BondType.SINGLE)
    other = edited.GetMol()
    Chem.SanitizeMol(other)
    order = [int(place) for place in rng.permutation(other.GetNumAtoms())]
    return str(Chem.MolToSmiles(Chem.RenumberAtoms(other, order), canonical=False))


def test_a_chain_cut_anywhere_keeps_its_identity() -> None:
    rng = np.random.default_rng(11)
    hypothetical = load_library("hypothetical")
    compared = 0
    for smiles in (*LIBRARY.smiles, *hypothetical.smiles[::30]):
        other = cut_elsewhere(smiles, rng)
        if other is not None:
            compared += 1
            assert same_polymer(smiles, other), (smiles, other)
    assert compared > 200
