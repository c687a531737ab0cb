"""From a structure to peaks by the rules; needs rdkit."""

from collections import Counter, defaultdict

import numpy as np
import pytest

pytest.importorskip("rdkit", reason="structures are read by rdkit")

from xps_keras.chemistry import from_structure
from xps_keras.chemistry.from_structure import (
    assign,
    counts_from_structure,
    library_from_structures,
    peaks_from_structure,
)
from xps_keras.chemistry.rules import load_rules
from xps_keras.chemistry.structures import formula, query
from xps_keras.corpus import recipe
from xps_keras.corpus.corpus import Corpus
from xps_keras.errors import InputError, UsageError
from xps_keras.groups import GROUP_NAMES
from xps_keras.library.lines import LINES
from xps_keras.library.loading import load_library

LIBRARY = load_library()
STRUCTURES = dict(zip(LIBRARY.keys, LIBRARY.smiles, strict=True))


@pytest.mark.parametrize("key", LIBRARY.keys)
def test_every_atom_has_one_rule_on_every_line_and_areas_follow_from_the_formula(key: str) -> None:
    atoms = {element: n for element, n in formula(STRUCTURES[key]).items() if element != "H"}
    expected = {line.name: atoms[line.element] for line in LINES.values() if line.element in atoms}
    assignments = assign(STRUCTURES[key])
    assert Counter(one.line for one in assignments) == expected
    assert len({(one.line, one.index) for one in assignments}) == len(assignments)
    total: dict[str, float] = defaultdict(float)
    for peak in peaks_from_structure(STRUCTURES[key]):
        assert peak.area > 0.0
        total[peak.line] += peak.area
    assert set(total) == set(expected)
    for line, area in total.items():
        assert area == pytest.approx(expected[line] * LINES[line].sensitivity, rel=1e-9)


@pytest.mark.parametrize(
    ("key", "line", "anchor_ev"),
    [
        ("PET", "C 1s", 284.67),  # Doren, Genet, Rouxhet, doi:10.1116/1.1247762, and a second laboratory
        ("PET", "C 1s", 286.34),
        ("PET", "C 1s", 288.71),
        ("PET", "O 1s", 531.66),
        ("PET", "O 1s", 533.24),
        ("PDMS", "C 1s", 284.38),  # xpsfitting.com, oxygen 1s of organic compounds
        ("PDMS", "O 1s", 532.00),
        ("PDMS", "Si 2p", 101.79),
        ("N6", "O 1s", 531.4),  # MDPI Materials 14 (2021)
        ("N6", "N 1s", 399.8),
        ("N6", "C 1s", 287.97),
        ("PTFE", "C 1s", 292.48),
        ("PTFE", "F 1s", 689.67),
    ],
)
def test_anchors_are_met_by_the_rules_alone(key: str, line: str, anchor_ev: float) -> None:
    energies = [one.energy_ev for one in assign(STRUCTURES[key]) if one.line == line]
    assert min(abs(energy - anchor_ev) for energy in energies) <= 0.3


def test_shifts_add_and_uncertainties_add_in_quadrature() -> None:
    chloride = next(one for one in assign("*CC(Cl)*") if one.line == "C 1s" and one.index == 1)
    assert [(applied.shift.name, applied.count) for applied in chloride.shifts] == [("next to CHCl", 2)]
    (applied,) = chloride.shifts
    assert chloride.energy_ev == pytest.approx(chloride.rule.energy_ev + 2 * applied.shift.shift_ev, abs=0.005)
    expected = np.hypot(chloride.rule.uncertainty_ev, 2 * applied.shift.uncertainty_ev)
    assert chloride.uncertainty_ev == pytest.approx(expected)


def test_fluorination_moves_carbon_step_by_step() -> None:
    def carbon(smiles: str, atom: int) -> float:
        return next(one.energy_ev for one in assign(smiles) if one.line == "C 1s" and one.index == atom)

    # Published means for poly(vinyl fluoride), poly(vinylidene fluoride), poly(trifluoroethylene), PTFE.
    assert carbon("*CC(F)*", 2) == pytest.approx(287.91, abs=0.05)
    assert carbon("*CC(F)(F)*", 2) == pytest.approx(290.90, abs=0.05)
    assert carbon("*C(F)C(F)(F)*", 1) == pytest.approx(289.3, abs=0.3)
    assert carbon("*C(F)C(F)(F)*", 3) == pytest.approx(291.6, abs=0.3)
    assert carbon("*C(F)(F)*", 1) == pytest.approx(292.48, abs=0.05)


def test_a_cap_limits_the_neighbours_that_count() -> None:
    ring = [one for one in assign("*CC(c1c(Cl)c(Cl)c(Cl)c(Cl)c1)*") if one.rule.name == "aromatic ring"]
    counts = {applied.count for one in ring for applied in one.shifts}
    assert counts == {3}


@pytest.mark.parametrize(
    ("smiles", "atom", "message"),
    [
        ("*CC(C(=S)C)*", 3, "=S"),
        ("*CC(S(C)(C)(C)C)*", 2, "-S"),
        ("*CC(N(C)Cl)*", 2, r"-N\(C,Cl\)"),
    ],
)
def test_an_unknown_environment_names_the_atom_and_its_neighbours(smiles: str, atom: int, message: str) -> None:
    with pytest.raises(InputError, match=rf"atom {atom} of .*{message}") as raised:
        assign(smiles)
    assert "docs/rules.md" in str(raised.value)


@pytest.mark.parametrize(
    ("smiles", "message"),
    [
        ("*CC(B(O)O)*", "B, which has no line"),
        ("*CC(", "not a SMILES"),
        ("", "not a SMILES"),
        ("*CC", "1 chain ends"),
        ("*=CC=*", "single bond"),
        ("**", "single bond"),
    ],
)
def test_a_structure_that_cannot_be_used_is_refused_in_one_sentence(smiles: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as raised:
        assign(smiles)
    assert str(raised.value).count("\n") == 0


def test_missing_rdkit_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(from_structure, "find_spec", lambda name: None)
    with pytest.raises(UsageError, match=r"xps-keras\[chem\]"):
        assign("*CC*")


def test_groups_that_no_library_polymer_has_get_peaks_and_labels() -> None:
    structures = {
        "alkyne": "*CC(CC#C)*", "alkyl halide (Br)": "*CC(Br)*", "alkyl halide (I)": "*CC(CI)*",
        "thiol": "*CC(S)*", "aldehyde": "*CC(C=O)*", "nitrite": "*CC(ON=O)*",
        "acid chloride": "*CC(C(=O)Cl)*", "azide": "*CC(N=[N+]=[N-])*",
    }  # fmt: skip
    for group, smiles in structures.items():
        assert counts_from_structure(smiles)[group] == 1, group
        assert peaks_from_structure(smiles)
    azide = [one.energy_ev for one in assign("*CC(N=[N+]=[N-])*") if one.line == "N 1s"]
    assert max(azide) - min(azide) > 3.0, "the central nitrogen of an azide stands apart"


def test_a_library_from_structures_feeds_a_corpus_and_agrees_with_the_labels() -> None:
    keys = ["PET", "PVC", "PSS", "KAP"]
    made = library_from_structures(keys, [STRUCTURES[key] for key in keys], name="four")
    assert (made.name, made.keys) == ("four", tuple(keys))
    other = [place for place, name in enumerate(GROUP_NAMES) if name != "alkane"]
    rows = [LIBRARY.index(key) for key in keys]
    np.testing.assert_array_equal(made.group_counts[:, other], LIBRARY.group_counts[rows][:, other])
    batch = Corpus(recipe("paper"), seed=1, library=made).batch(0, 64)
    assert np.isfinite(batch.intensity).all()
    assert set(np.unique(batch.polymers)) <= {-1, 0, 1, 2, 3}


@pytest.mark.parametrize("names", [[], ["A"], ["A", "A"]])
def test_a_library_needs_as_many_unique_names_as_structures(names: list[str]) -> None:
    with pytest.raises(UsageError, match="unique names"):
        library_from_structures(names, ["*CC*", "*CO*"][: max(len(names), 0)] if names != ["A"] else ["*CC*", "*CO*"])


def test_rules_are_sound() -> None:
    for line, rules in load_rules().items():
        assert len({rule.priority for rule in rules}) == len({rule.name for rule in rules}) == len(rules)
        for rule in rules:
            query(rule.smarts)
            assert LINES[line].window_low_ev < rule.energy_ev < LINES[line].window_high_ev
            assert 0.0 < rule.uncertainty_ev <= 0.5
            assert rule.confidence in "SKE"
            assert rule.source
    assert set(load_rules()) == set(LINES)
