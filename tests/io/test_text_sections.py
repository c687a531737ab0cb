"""Texts pasted together from several files, whose sections part their columns in ways of their own."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from xps_keras.errors import InputError
from xps_keras.io import read

Floats = NDArray[np.float64]
Write = Callable[[str, str | bytes], Path]
Carbon = tuple[Floats, Floats]


def rows(energy: Floats, counts: Floats, separator: str, decimal: str = ".") -> str:
    return "".join(f"{e:.2f}{separator}{c:.1f}\n".replace(".", decimal) for e, c in zip(energy, counts, strict=True))


@pytest.mark.parametrize("first", [("\t", "."), (",", "."), ("  ", "."), (";", ",")])
@pytest.mark.parametrize("second", [("\t", "."), (",", "."), (" ", "."), (";", "."), ("\t", ",")])
def test_sections_of_two_separators_are_both_read(
    write: Write, carbon: Carbon, first: tuple[str, str], second: tuple[str, str]
) -> None:
    energy, counts = carbon
    shorter = slice(0, 120)
    text = f"C1s\n{rows(energy, counts, *first)}\nO1s\n{rows(energy[shorter] + 247.0, counts[shorter], *second)}"
    one, other = read(write("f.txt", text)).regions
    assert (one.label, other.label) == ("C1s", "O1s")
    np.testing.assert_allclose(one.intensity, counts)
    np.testing.assert_allclose(other.binding_energy_ev, energy[shorter] + 247.0)
    np.testing.assert_allclose(other.intensity, counts[shorter])


def test_a_single_row_of_another_separator_is_refused_by_its_line(write: Write, carbon: Carbon) -> None:
    lines = rows(*carbon, ",").splitlines()
    lines[50] = lines[50].replace(",", " ")
    with pytest.raises(InputError, match="line 51 "):
        read(write("f.txt", "\n".join(lines)))
