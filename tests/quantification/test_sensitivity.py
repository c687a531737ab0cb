"""Factors of the package and tables of users."""

from pathlib import Path

import pytest

from xps_keras.errors import InputError
from xps_keras.quantification.sensitivity import read_sensitivities, scofield


def table(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "factors.csv"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "text",
    [
        "C 1s,1\nO 1s,2.5\nS 2p,1.75\n",
        "line,factor\nC,1.0\nO,2.5\nS,1.75\n",
        "# ours, 2026\nelement;RSF\nC1s;1,0\n\nO1s;2,5\nS2p;1,75;\n",
        "\ufeffC 1s\t1\r\nO 1s\t2.5\r\nS_2p\t1.75",
    ],
)
def test_a_table_names_lines_or_elements(tmp_path: Path, text: str) -> None:
    found = read_sensitivities(table(tmp_path, text))
    assert dict(found.factors) == {"C 1s": 1.0, "O 1s": 2.5, "S 2p": 1.75}
    assert found.whole
    assert "factors.csv" in found.words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no factor"),
        ("C 1s\n", "line 1"),
        ("C 1s,1\nO 1s,2.5,3\n", "line 2"),
        (f"C 1s,1\nO 1s,{'9' * 200_000}\n", "line 2"),
        ("C 1s,1\nO 1s,zero\n", "no positive number"),
        ("C 1s,1\nO 1s,0\n", "no positive number"),
        ("C 1s,1\nO 1s,-2\n", "no positive number"),
        ("C 1s,nan\n", "no positive number"),
        ("C 1s,1\nC,2\n", "second factor for C 1s"),
        ("C 1s,1\nTi 2q,7.9\n", "no line that the library knows"),
        ("C 1s,1\nS 2p3/2,1.11\n", "one partner of a doublet"),
        ("Na KLL,1\n", "Auger"),
        ("\0\0\n", "no table"),
    ],
)
def test_a_broken_table_is_refused_with_the_place(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        read_sensitivities(table(tmp_path, text))


def test_rows_of_elements_without_a_line_here_are_passed_over_and_said(tmp_path: Path) -> None:
    found = read_sensitivities(table(tmp_path, "C 1s,1\nTi 2p,7.9\nAu4f7/2,9.6\nO 1s,2.9\n"))
    assert dict(found.factors) == {"C 1s": 1.0, "O 1s": 2.9}
    assert "Ti 2p, Au4f7/2" in found.words


def test_a_table_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nothing\.csv"):
        read_sensitivities(tmp_path / "nothing.csv")


def test_only_sources_with_known_cross_sections_have_factors() -> None:
    aluminium, unknown = scofield(1486.7), scofield(None)
    assert aluminium is not None
    assert unknown is not None
    assert aluminium.factors == unknown.factors
    assert "assumed" in unknown.words
    assert scofield(400.0) is None
