"""The committed tables are what the source tables give; needs rdkit."""

from pathlib import Path

import pytest

pytest.importorskip("rdkit", reason="structures are read by rdkit")

from xps_keras.chemistry import structures
from xps_keras.library.tables import read_table
from xps_keras.tools import build_tables as build
from xps_keras.tools import committed
from xps_keras.tools import compare_tables as compare

DOCS = Path(__file__).parents[2] / "docs" / "library.md"


def test_committed_tables_equal_a_rebuild(capsys: pytest.CaptureFixture[str]) -> None:
    assert build.main(["--check"]) == 0
    assert capsys.readouterr().err == ""


def test_check_fails_and_build_repairs_when_a_table_is_outdated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(committed, "DATA", tmp_path)
    assert build.main(["--check"]) == 1
    assert "peaks.csv" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
    assert build.main([]) == 0
    assert build.main(["--check"]) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["labels.csv", "peaks.csv"]


def test_groups_cut_by_the_ends_of_a_unit_are_found_on_the_closed_chain() -> None:
    ester = "[CX3](=O)([#6])[OX2][#6]"
    assert structures.count_group("*OCCCCCC(*)=O", [ester], "first atom") == 1
    assert structures.count_group("*CCO*", ["[CX4][OX2][CX4]"], "match") == 1


def test_a_group_is_counted_per_repeat_unit() -> None:
    assert structures.count_group("*CC(c1ccccc1)*", ["c1ccccc1"], "match") == 1
    assert structures.count_group("c1ccccc1-c1ccc(cc1)-c1ccccc1", ["c1ccccc1"], "match") == 3
    assert structures.formula("*CC(c1ccccc1)*") == {"C": 8, "H": 8}
    assert structures.formula("*CC(C[NH3+])*.[Cl-]") == {"C": 3, "H": 8, "N": 1, "Cl": 1}


@pytest.mark.parametrize("wrong", ["*CC", "not a molecule", "*C(*)(*)"])
def test_a_structure_that_cannot_be_closed_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"chain ends|SMILES"):
        structures.closed_chain(wrong)


def test_a_pattern_that_is_no_smarts_is_refused() -> None:
    with pytest.raises(ValueError, match="SMARTS"):
        structures.count_group("*CC*", ["C(("], "match")


def test_satellites_take_their_area_from_their_parent() -> None:
    row = {"key": "X", "line": "C 1s", "share_percent": "", "taken_from": ""}
    ring = row | {"environment": "ring", "atoms": "6"}
    ester = row | {"environment": "ester", "atoms": "2"}
    satellite = row | {"environment": "satellite", "atoms": "", "share_percent": "10"}
    assert build.areas([ring, ester, satellite]) == pytest.approx([5.4, 1.8, 0.8])
    assert build.areas([ring, ester, satellite | {"taken_from": "ester"}]) == pytest.approx([6.0, 1.2, 0.8])
    with pytest.raises(ValueError, match="too weak"):
        build.areas([ring, ester, satellite | {"taken_from": "nothing"}])


def test_the_alkane_column_differs_from_the_structures_only_where_a_reason_stands() -> None:
    counts = build.group_counts()
    for polymer in read_table("polymers.csv"):
        different = int(polymer["alkane_published"]) != counts[polymer["key"]]["alkane"]
        assert different == bool(polymer["alkane_note"]), polymer["key"]


def test_the_document_shows_the_tables_as_they_are() -> None:
    text = DOCS.read_text(encoding="utf-8")
    for table in (
        compare.group_comparison(),
        compare.alkane_comparison(build.group_counts()),
        compare.structure_notes(),
    ):
        assert table in text
