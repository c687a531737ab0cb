"""Polymers that no book lists: ``python -m xps_keras.chemistry.hypothetical`` draws, computes and stores them.

Repeat units are joined from the blocks of ``monomers.py``, drawn with a fixed seed, and given peaks and labels by the
rules. The result stands in ``data/hypothetical.npz``; ``load_library("hypothetical")`` reads it without rdkit.
"""

import argparse
import io
import re
import sys
from collections import defaultdict
from itertools import combinations, combinations_with_replacement, product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from xps_keras.chemistry import monomers as m
from xps_keras.chemistry.from_structure import library_from_structures
from xps_keras.chemistry.repeat_unit import composition, find_polymer, identity, same_polymer
from xps_keras.chemistry.twins import repeated
from xps_keras.errors import XpsKerasError
from xps_keras.library.editions import HYPOTHETICAL
from xps_keras.library.library import Library
from xps_keras.library.loading import load_library
from xps_keras.library.packed import packed

SEED = 20_261_126
"""Seed of the committed set."""
DATA = Path(__file__).parent.parent / "library" / "data"

_ON_OXIRANE = ("CBr", "CCl", "CI", "CN=[N+]=[N-]")
_VINYL_CLASSES = ("vinyl", "styrene", "acrylate", "methacrylate", "vinyl ester", "vinyl ether")


_CHARGED = re.compile(r"\[[A-Za-z]+\d*([+-])\]")


def _with_counterions(smiles: str, cation: str = "[Na+]", anion: str = "[Cl-]") -> str:
    """Balance the charge of a repeat unit; nitro, nitrate and azide groups and zwitterions balance themselves."""
    signs = [match[1] for match in _CHARGED.finditer(smiles)]
    net = signs.count("+") - signs.count("-")
    ion = anion if net > 0 else cation
    return smiles + f".{ion}" * abs(net) if ion else smiles


def _vinyl_units() -> dict[str, list[str]]:
    """Chain units of one monomer, without the chain ends."""
    residues = (*m.ALKYL, *m.FUNCTIONAL)
    aromatic = [f"c1ccc({x})cc1" if x else "c1ccccc1" for x in m.RING]
    aromatic += [f"c1cccc({x})c1" for x in m.RING if x] + [f"c1ccccc1{x}" for x in m.RING if x]
    return {
        "vinyl": [f"CC({x})" for x in (*m.ALKYL, *m.ARYL, *m.SUBSTITUENT)]
        + [f"CC(C)({x})" for x in (*m.ALKYL[:6], *m.ARYL, "Cl", "F", "C#N", "C(N)=O", "C(=O)O", "C=O", "C(=O)Cl")]
        + [f"CC({x})" for x in m.FUNCTIONAL],
        "styrene": [f"CC({ring})" for ring in aromatic] + [f"CC(C)({ring})" for ring in aromatic],
        "acrylate": [f"CC(C(=O)O{r})" for r in (*residues, *m.ARYL)],
        "methacrylate": [f"CC(C)(C(=O)O{r})" for r in (*residues, *m.ARYL)],
        "chloroacrylate": [f"CC(Cl)(C(=O)O{r})" for r in residues],
        "acrylamide": [f"CC(C(=O)N{r})" for r in residues] + [f"CC(C)(C(=O)N{r})" for r in residues],
        "vinyl ester": [f"CC(OC(=O){r})" for r in (*m.ALKYL, *m.ARYL, *m.FUNCTIONAL)],
        "vinyl ether": [f"CC(O{r})" for r in (*residues, *m.ARYL)],
        "maleimide": [f"C%10C(C(=O)N({r})C%10=O)" for r in (*residues, *m.ARYL)],
    }


def candidates() -> dict[str, list[str]]:
    """Return every repeat unit that the blocks give, by class; the same structure may occur more than once.

    Returns:
        Class -> repeat units, in a fixed order. Copolymers stand for themselves: pairs of vinyl units are drawn later.
    """
    vinyl = _vinyl_units()
    diols = (*m.DIOLS, *m.BISPHENOLS)
    amines = (*m.DIAMINES, *m.BISPHENOLS)
    units = {name: [f"*{unit}*" for unit in own] for name, own in vinyl.items()}
    comonomers = [unit for name in _VINYL_CLASSES for unit in vinyl[name]]
    units["maleic copolymer"] = [f"*C1C(=O)OC(=O)C1{unit}*" for unit in comonomers]
    bound = (*m.ALKYL, *m.ARYL, *m.FUNCTIONAL)
    units["maleimide copolymer"] = [f"*C%10C(=O)N({r})C(=O)C%10CC(c1ccccc1)*" for r in bound]
    units["polyester"] = [f"*O{d}OC(=O){a}C(*)=O" for d, a in product(diols, m.DIACIDS)]
    units["polyester"] += [f"*O{a}C(*)=O" for a in (*m.DIOLS, *m.BISPHENOLS)]
    units["polyamide"] = [f"*N{d}NC(=O){a}C(*)=O" for d, a in product(amines, m.DIACIDS)]
    units["polyamide"] += [f"*N{a}C(*)=O" for a in (*m.DIAMINES, *m.BISPHENOLS)]
    units["polycarbonate"] = [f"*O{d}OC(*)=O" for d in diols]
    units["polycarbonate"] += [f"*O{d}OC(=O)O{e}OC(*)=O" for d, e in combinations(diols, 2)]
    units["polyurethane"] = [f"*NC(=O)O{d}OC(=O)N{i}*" for d, i in product(diols, m.DIISOCYANATES)]
    units["polyurea"] = [f"*NC(=O)N{d}NC(=O)N{i}*" for d, i in product(amines, m.DIISOCYANATES)]
    units["polyimide"] = [f"*{d}{a.format('*')}" for d, a in product(amines, m.DIANHYDRIDES)]
    units["polyether"] = [f"*O{d}*" for d in diols] + [f"*O{d}O{e}*" for d, e in combinations(diols, 2)]
    units["polyether"] += [f"*OCC({r})*" for r in (*m.ALKYL, *m.FUNCTIONAL, *_ON_OXIRANE)]
    linkers = ("c1ccc(cc1)S(=O)(=O)c1ccc(cc1)", "c1ccc(cc1)C(=O)c1ccc(cc1)")
    units["poly(aryl ether)"] = [f"*O{b}O{linker}*" for b, linker in product(m.BISPHENOLS, linkers)]
    carbon_bound = [f"CC({r})" for r in bound] + vinyl["styrene"]
    units["polysulfone"] = [f"*S(=O)(=O){unit}*" for unit in (*carbon_bound, *m.DIOLS, *m.BISPHENOLS)]
    units["polysulfide"] = [f"*S{unit}*" for unit in (*m.DIOLS, *m.BISPHENOLS, *(f"CC({r})" for r in m.ALKYL))]
    units["polysulfide"] += [f"*S{d}S{e}*" for d, e in combinations(m.DIOLS, 2)]
    units["polyanhydride"] = [f"*OC(=O){a}C(*)=O" for a in m.DIACIDS]
    units["polyanhydride"] += [f"*OC(=O){a}C(=O)OC(=O){b}C(*)=O" for a, b in combinations(m.DIACIDS, 2)]
    units["silicone"] = [f"*[Si]({a})({b})O*" for a, b in combinations_with_replacement(m.SILICON, 2)]
    units["silicone"] += [f"*[Si](C)(C)O[Si](C)({a})O*" for a in m.SILICON if a != "C"]
    units["phosphazene"] = [f"*P(O{a})(O{b})=N*" for a, b in combinations_with_replacement(m.PHOSPHAZENE, 2)]
    units["halogenated olefin"] = [f"*{a}{b}*" for a, b in combinations_with_replacement(m.OLEFINS, 2)]
    units["halogenated olefin"] += [f"*CC{a}{b}*" for a, b in combinations_with_replacement(m.OLEFINS[1:], 2)]
    units["polydiene"] = [f"*CC({r})=CC*" for r in m.DIENE] + [f"*CC({a})=C({b})C*" for a, b in pairs_of(m.DIENE)]
    units["polydiene"] += [f"*CC(C({r})=C)*" for r in m.DIENE] + [f"*CC({r})(C=C)*" for r in m.DIENE]
    units["polydiene"] += [f"*{unit}*" for unit in m.ALKENAMERS]
    units["vinyl ketone"] = [f"*CC({a})(C(=O){r})*" for a, r in product(("C", "CC", "Cl"), m.ALKYL)]
    units["vinyl ketone"] += [f"*CC(C(=O){r})*" for r in m.ALKYL] + [f"*{d}C(*)=O" for d in m.DIOLS]
    units["polysaccharide"] = [
        f"*OC1C({a})C({b})C(*)OC1C{c}" for a, b, c in product((*m.SUGAR, "N", "NC(C)=O"), m.SUGAR, m.SUGAR)
    ]
    rings = [f"c1c({a})cc(c({b})c1)" for a, b in combinations_with_replacement(m.ARYLENE[1:], 2)]
    rings += [f"c1ccc(c({a})c1)" for a in m.ARYLENE[1:]] + ["c1ccc(cc1)", "c1cccc(c1)"]
    units["polyarylene"] = [f"*{link}{ring}*" for link, ring in product(("O", "S", "N", "", "C", "CC"), rings)]
    units["polyarylene"] += [f"*Oc1c({a})cc(cc1{b})*" for a, b in combinations_with_replacement(m.ARYLENE[1:], 2)]
    units["polylactone"] = [f"*OC({r}){d}C(*)=O" for r, d in product(m.ALKYL[:9], ("", "C", "CC", "CCC", "CCCC"))]
    units["polylactone"] += [f"*OC({a})({b}){d}C(*)=O" for (a, b), d in product(pairs_of(m.ALKYL[:5]), ("", "C"))]
    shares = [(a, b) for a, b in combinations(m.COMMON, 2)]
    units["common copolymer"] = [f"*{a}{b}*" for a, b in shares] + [f"*{a}{a}{b}*" for a, b in shares]
    units["common copolymer"] += [f"*{a}{b}{b}*" for a, b in shares]
    units = {name: [_with_counterions(unit) for unit in own] for name, own in units.items()} | _special_units()
    return {name: list(dict.fromkeys(own)) for name, own in units.items()}


def _special_units() -> dict[str, list[str]]:
    """Classes that ordinary plastics lack: ions, five-membered rings, fluorine beside oxygen, ...; ions balanced."""
    fluoro = list(combinations_with_replacement(m.FLUORO, 2))
    units = {"fluoro copolymer": [f"*{a}{b}*" for a, b in fluoro] + [f"*{a}{a}{b}*" for a, b in fluoro]}
    units["fluoro copolymer"] += [f"*{a}{b}{c}*" for a, b, c in combinations(m.FLUORO[:8], 3)]
    units["perfluoroether"] = [f"*O{a}*" for a in m.PERFLUOROETHER if "F" in a]
    units["perfluoroether"] += [f"*O{a}O{b}*" for a, b in combinations_with_replacement(m.PERFLUOROETHER, 2)]
    units["perfluoroether"] += [f"*O{a}O{a}O{b}*" for a, b in product(m.PERFLUOROETHER, repeat=2) if a != b]
    special = {
        "polyelectrolyte": m.IONIC,
        "catechol": m.CATECHOL,
        "heteroaryl": m.HETEROARYL_RESIDUES,
        "azo": m.AZO,
        "phosphonic acid": m.PHOSPHONIC,
        "formate": m.FORMATE,
        "carbonate": m.CARBONATE,
        "unsaturated": m.UNSATURATED,
        "sulfonyl": m.SULFONYL,
    }
    for name, residues in special.items():
        chains = ("CC({})", "CC(C)({})") if name in ("polyelectrolyte", "phosphonic acid", "azo") else ("CC({})",)
        units[name] = [f"*{chain.format(r)}{c}*" for chain, r, c in product(chains, residues, m.COMPANIONS)]
    units["polyelectrolyte"] += [f"*{unit}*" for unit in m.IONENES]
    units["melanin"] = [f"*{a}*" for a in m.MELANIN] + [f"*{a}{b}*" for a, b in combinations(m.MELANIN, 2)]
    units["melanin"] += [f"*{link}{a}*" for link, a in product(("N", "CC", "O", "c1ccc(cc1)"), m.MELANIN)]
    rings = list(combinations_with_replacement(m.HETEROARYL, 2))
    units["conjugated heteroaryl"] = [f"*{a}*" for a in m.HETEROARYL] + [f"*{a}{b}*" for a, b in rings]
    links = ("c1ccc(cc1)", "C=C", "C", "CC", "C(=O)", "c1ccc2cc(ccc2c1)")
    units["conjugated heteroaryl"] += [f"*{link}{a}*" for link, a in product(links, m.HETEROARYL)]
    half = m.BENZIMIDAZOLE
    acids = [a for a in (*m.DIACIDS, *m.HETEROARYL) if "[O-]" not in a and "C#C" not in a]
    joints = ("", "O", "S(=O)(=O)", "C")
    units["benzimidazole"] = [f"*c1nc2cc(ccc2[nH]1){j}c1ccc2[nH]c(nc2c1){a}*" for j, a in product(joints, acids)]
    units["benzimidazole"] += [f"*{half}{j}*" for j in ("c1ccc(cc1)", "O", "c1cccc(c1)")]
    units["silsesquioxane"] = [
        f"*[Si]({a})(O*)O[Si]({b})(*)O*" for a, b in combinations_with_replacement(m.SILSESQUIOXANE, 2)
    ]
    units["silsesquioxane"] += [f"*[Si]({a})(O[Si](C)(C)C)O*" for a in m.SILSESQUIOXANE]
    units["silsesquioxane"] += ["*[Si](O[Si](C)(C)C)(O[Si](C)(C)C)O*"]
    return {
        name: [
            _with_counterions(unit, m.CATIONS[place % len(m.CATIONS)], m.ANIONS[place % len(m.ANIONS)])
            for place, unit in enumerate(own)
        ]
        for name, own in units.items()
    }


def pairs_of(residues: tuple[str, ...]) -> list[tuple[str, str]]:
    """Return all unordered pairs."""
    return list(combinations_with_replacement(residues, 2))


COPOLYMERS = 1200
"""Alternating copolymers of two vinyl monomers in the committed set."""
MOST_OF_CLASS = 230
"""So many repeat units of one class at most, where ``SHARES`` says nothing else."""
SHARES = {
    "common copolymer": 5.0,
    "polysaccharide": 1.5,
    "polyanhydride": 0.5,
    "maleic copolymer": 0.5,
    "maleimide": 0.3,
    "maleimide copolymer": 0.3,
    "polyimide": 0.5,
    "polysulfone": 0.7,
    "polyelectrolyte": 1.5,
    "perfluoroether": 0.6,
    "catechol": 0.5,
    "heteroaryl": 0.4,
    "conjugated heteroaryl": 0.6,
    "benzimidazole": 0.4,
    "azo": 0.5,
    "phosphonic acid": 0.5,
    "formate": 0.3,
    "carbonate": 0.5,
    "unsaturated": 0.5,
    "sulfonyl": 0.6,
    "silsesquioxane": 0.5,
}
"""Some classes get more or fewer than that: what is common in practice more, what all looks alike fewer."""


def structures(
    seed: int = SEED, most: int = MOST_OF_CLASS, copolymers: int = COPOLYMERS
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Draw distinct repeat units, none of them a library polymer.

    Args:
        seed: The same seed gives the same polymers.
        most: Repeat units of one class at most.
        copolymers: Alternating vinyl copolymers.

    Returns:
        Classes and repeat units, class by class.
    """
    rng = np.random.default_rng(seed)
    library = load_library()
    pools = candidates()
    vinyl = [unit for name in _VINYL_CLASSES for unit in pools[name]]
    pairs = rng.integers(0, len(vinyl), (2 * copolymers, 2))
    joined = [_joined(vinyl[a], vinyl[b]) for a, b in pairs if a != b]
    seen: set[str] = set()
    alike: dict[object, list[str]] = defaultdict(list)
    classes: list[str] = []
    chosen: list[str] = []
    asked = {name: (pool, round(most * SHARES.get(name, 1.0))) for name, pool in pools.items()}
    for name, (pool, wanted) in {**asked, "copolymer": (joined, copolymers)}.items():
        taken = 0
        for place in rng.permutation(len(pool)):
            if taken == wanted:
                break
            smiles = pool[place]
            known = identity(smiles)
            if known in seen or find_polymer(library, smiles) is not None:
                continue
            size = composition(smiles)
            others = [other for other in alike[size.lowest] if _multiples(composition(other).atoms, size.atoms)]
            if any(same_polymer(smiles, other) for other in others):
                continue  # one unit written several times over
            seen.add(known)
            alike[size.lowest].append(smiles)
            classes.append(name)
            chosen.append(smiles)
            taken += 1
    return tuple(classes), tuple(chosen)


def _multiples(size: int, other: int) -> bool:
    return size != other and max(size, other) % min(size, other) == 0


def _joined(first: str, second: str) -> str:
    """Join two vinyl repeat units head to tail; counter ions go to the end."""
    (unit, *ions), (other, *other_ions) = first.split("."), second.split(".")
    return ".".join([f"*{unit.strip('*')}{other.strip('*')}*", *ions, *other_ions])


def build(seed: int = SEED, most: int = MOST_OF_CLASS, copolymers: int = COPOLYMERS) -> Library:
    """Draw the polymers and compute peaks and labels; arguments as ``structures``.

    Returns:
        The library. Keys are ``H0001`` onwards; the full name adds the class. Left out are polymers with the groups and
        nearly the spectrum of a reference polymer: a network that is asked about that one must not have seen it.

    Raises:
        XpsKerasError: If rdkit is missing or a repeat unit meets no rule.
    """
    classes, smiles = structures(seed, most, copolymers)
    drawn = library_from_structures([f"draw {number}" for number in range(len(smiles))], smiles, name=HYPOTHETICAL)
    twins = repeated(drawn, load_library())
    made = drawn.subset([key for key, twin in zip(drawn.keys, twins, strict=True) if not twin], HYPOTHETICAL)
    kinds = [kind for kind, twin in zip(classes, twins, strict=True) if not twin]
    keys = tuple(f"H{number:04d}" for number in range(1, len(kinds) + 1))
    names = tuple(f"{kind} {key}" for kind, key in zip(kinds, keys, strict=True))
    return Library(HYPOTHETICAL, keys, names, made.smiles, made.group_counts, made.peaks)


def _differs(path: Path, arrays: dict[str, NDArray[np.generic]]) -> bool:
    if not path.exists():
        return True
    with np.load(path) as committed:
        same = set(committed.files) == set(arrays)
        return not same or any(not np.array_equal(committed[name], array) for name, array in arrays.items())


def main(arguments: list[str] | None = None) -> int:
    """Write ``data/hypothetical.npz``, or with ``--check`` compare it with a rebuild.

    Args:
        arguments: Command line, ``sys.argv[1:]`` when None.

    Returns:
        Exit status: 1 when ``--check`` finds a difference or a structure fails, else 0.
    """
    parser = argparse.ArgumentParser(prog="python -m xps_keras.chemistry.hypothetical", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if the committed file is outdated")
    options = parser.parse_args(arguments)
    path = DATA / "hypothetical.npz"
    try:
        arrays = packed(build())
    except XpsKerasError as error:
        print(error, file=sys.stderr)
        return 1
    if options.check:
        if _differs(path, arrays):
            print("outdated: hypothetical.npz; run python -m xps_keras.chemistry.hypothetical", file=sys.stderr)
            return 1
        return 0
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)  # type: ignore[arg-type]  # its keyword for pickling is no array
    path.write_bytes(buffer.getvalue())
    print(f"{path.name}: {len(arrays['group_counts'])} polymers, {path.stat().st_size / 1e6:.2f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
