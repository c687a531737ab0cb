"""The rules against the tables, and the document that shows it; needs rdkit."""

from pathlib import Path

import pytest

pytest.importorskip("rdkit", reason="structures are read by rdkit")

from xps_keras.tools import rule_comparison
from xps_keras.tools.compare_tables import rule_tables
from xps_keras.tools.rule_comparison import CLOSE_EV, Difference, differences, explained

DOCS = Path(__file__).parents[2] / "docs" / "rules.md"


@pytest.fixture(scope="module")
def found() -> tuple[Difference, ...]:
    return differences()


def test_the_rules_come_near_the_tables_for_nine_atoms_of_ten(found: tuple[Difference, ...]) -> None:
    atoms = [one for one in found if not one.satellite]
    assert len(atoms) > 1000
    assert sum(abs(one.difference_ev) <= CLOSE_EV for one in atoms) / len(atoms) >= 0.9


def test_a_difference_without_a_reason_is_refused(
    found: tuple[Difference, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    explained(found)
    monkeypatch.setattr(rule_comparison, "read_table", lambda name: [])
    with pytest.raises(ValueError, match="CTN"):
        explained(found)


def test_the_document_shows_the_tables_as_they_are() -> None:
    text = DOCS.read_text(encoding="utf-8")
    for table in rule_tables():
        assert table in text
