"""Lines of many samples and the table, at any width."""

import pytest

from xps_keras.analysis.compact import Gathered, layout, line
from xps_keras.analysis.table import Cell, columns, csv_of
from xps_keras.errors import SpectrumWarning

ROW: dict[str, Cell] = {
    "file": "a.vms",
    "shift / eV": -0.004,
    "uncertainty / eV": 0.04,
    "charge undecided": True,
    "groups present": "ester (aromatic); benzene ring; alkyl halide (F); carboxylic acid",
}
LONG = "a very long name of a sample that no column holds.vms: level 12 (330 s)"


@pytest.mark.parametrize("width", [40, 60, 80, 120])
@pytest.mark.parametrize("name", ["a.vms", LONG])
def test_a_line_is_wrapped_and_loses_nothing(width: int, name: str) -> None:
    text = line(layout(width, [name] * 200), 7, name, ROW)
    words = " ".join(text.split())
    for word in (*name.split(), "+0.00", "UNDECIDED", "ester (aromatic)", "alkyl halide (F)", "carboxylic acid"):
        assert word in words
    assert max(len(part) for part in text.splitlines()) <= width


@pytest.mark.parametrize(("chance", "word"), [(96.0, "confirm the charge"), (59.0, "CHARGE UNDECIDED")])
def test_a_likely_charge_is_called_otherwise_than_one_that_is_a_guess(chance: float, word: str) -> None:
    row = {**ROW, "chance that shift is right / %": chance}
    assert word in " ".join(line(layout(120, ["a.vms"]), 1, "a.vms", row).split())


def test_warnings_of_one_code_are_one_line() -> None:
    gathered = Gathered()
    for number in range(20):
        gathered.add(f"{number}.vms", SpectrumWarning("low-counts", f"only {number} counts"))
        gathered.add(f"{number}.vms", SpectrumWarning("region-missing", "no O 1s"))
    gathered.add("3.vms", SpectrumWarning("row", "once"))
    low, missing, once = gathered.lines()
    assert low.startswith("warning low-counts (20 samples: 0.vms, 1.vms, 2.vms, 3.vms, 4.vms, 5.vms and 14 more): ")
    assert low.endswith("of 0.vms it says: only 0 counts")
    assert missing.endswith("and 14 more): no O 1s")
    assert once == "warning row (3.vms): once"


def test_columns_are_the_union_of_all_rows() -> None:
    rows = [{"O / at.%": 20.0, "C / at.%": 80.0}, {"N / at.%": 1.0, "C-O / % of C 1s": 12.5}]
    names = columns(rows)
    assert [name for name in names if name.endswith("at.%")] == ["C / at.%", "O / at.%", "N / at.%"]
    assert "C-O / % of C 1s" in names
    text = csv_of([{"file": "=1+1", "sample": "-5 °C"}, {"file": "+1|x", "charge undecided": False}])
    assert [row.split(",")[0] for row in text.splitlines()[1:]] == ["'=1+1", "'+1|x"]
    assert ",-5 °C," in text
    assert ",no," in text
