"""``xps-keras library show`` and ``spectrum`` with a structure; needs rdkit."""

from pathlib import Path

import pytest

pytest.importorskip("rdkit", reason="structures are read by rdkit")

from xps_keras.cli.library import show, spectrum
from xps_keras.errors import InputError

PET = "*OC(=O)c1ccc(C(=O)OCC*)cc1"


def columns(text: str, rules: bool, capsys: pytest.CaptureFixture[str]) -> tuple[str, str]:
    spectrum(text, rules=rules)
    written = capsys.readouterr()
    return written.out, written.err


def test_a_library_polymer_typed_as_a_structure_prints_the_spectrum_of_the_library(
    capsys: pytest.CaptureFixture[str],
) -> None:
    named, quiet = columns("PET", False, capsys)
    typed, told = columns(PET, False, capsys)
    ruled, warned = columns(PET, True, capsys)
    assert typed == named
    assert ruled != named
    assert (quiet, told) == ("", "This structure is PET: peaks by its table in the library.\n")
    assert "by the rules" in warned


def test_show_prints_the_rule_and_the_shifts_of_every_atom(capsys: pytest.CaptureFixture[str]) -> None:
    for text in ("PMMA", "*C(C)(C(=O)OC)C*"):
        show(text)
        shown = capsys.readouterr().out
        assert "ester (aliphatic) x 1" in shown
        assert "quaternary, next to ester C=O +0.71" in shown
        assert "288.98" in shown
    show("*CC(CBr)*")
    written = capsys.readouterr()
    assert "alkyl halide (Br) x 1" in written.out
    assert "does not hold" in written.err


def test_a_picture_of_any_polymer_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "out.png"
    spectrum("*CC(*)(C)C(=O)OCC#C", png=path, shift=1.0, broadening=0.1)
    assert path.read_bytes().startswith(b"\x89PNG")
    assert capsys.readouterr().out == ""


def test_a_structure_that_meets_no_rule_writes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "out.png"
    with pytest.raises(InputError, match="rule fits atom"):
        spectrum("*CC(C(=S)C)*", png=path)
    assert not path.exists()
