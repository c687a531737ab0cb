"""CasaXPS text exports."""

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
HEADING = "K.E.\tCounts\tC-C\tBackground\tEnvelope\t\tB.E.\tCPS\tC-C CPS\tBackground CPS\tEnvelope CPS"


def table(energy: Floats, counts: Floats) -> list[str]:
    return [
        f"{1486.6 - e:.2f}\t{c:.0f}\t1\t2\t3\t\t{e:.2f}\t{c / 4:.2f}\t0.2\t0.5\t0.7"
        for e, c in zip(energy[::-1], counts[::-1], strict=True)
    ]


def test_binding_energies_and_counts_per_second_are_read(write: Write, carbon: Carbon) -> None:
    text = "\n".join(["Cycle 0:C 1s", "Name\t\tC-C", HEADING, *table(*carbon)])
    (region,) = read(write("f.txt", text)).regions
    np.testing.assert_allclose(region.binding_energy_ev, carbon[0])
    np.testing.assert_allclose(region.intensity, carbon[1] / 4)
    assert (region.label, region.intensity_unit, region.recorded_energy) == ("C 1s", "counts/s", "binding")


def test_tables_below_one_another(write: Write, carbon: Carbon) -> None:
    oxygen = carbon[0] + 247.0
    first = ["Cycle 0:C 1s", HEADING, *table(*carbon)]
    second = ["", "Cycle 1:O 1s", HEADING, *table(oxygen, carbon[1])]
    regions = read(write("f.txt", "\n".join(first + second))).regions
    assert [region.label for region in regions] == ["C 1s", "O 1s"]
    np.testing.assert_allclose(regions[1].binding_energy_ev, oxygen)


def test_tables_side_by_side_of_unequal_length(write: Write, carbon: Carbon) -> None:
    left, right = table(*carbon), table(carbon[0][50:] + 247.0, carbon[1][50:])
    right += ["\t" * 10] * (len(left) - len(right))
    rows = [f"{one}\t\t{two}" for one, two in zip(left, right, strict=True)]
    titles = "Cycle 0:C 1s" + "\t" * 12 + "Cycle 1:O 1s"
    regions = read(write("f.txt", "\n".join([titles, f"{HEADING}\t\t{HEADING}", *rows]))).regions
    assert [region.label for region in regions] == ["C 1s", "O 1s"]
    assert [len(region.intensity) for region in regions] == [200, 150]


def test_kinetic_energies_alone_assume_al_k_alpha(write: Write, carbon: Carbon) -> None:
    rows = ["\t".join(line.split("\t")[:2]) for line in table(*carbon)]
    spectrum = read(write("f.txt", "\n".join(["K.E.\tCounts", *rows])))
    np.testing.assert_allclose(spectrum.regions[0].binding_energy_ev, carbon[0], atol=1e-9)
    assert [warning.code for warning in spectrum.warnings] == ["source-assumed"]


def test_decimal_comma(write: Write, carbon: Carbon) -> None:
    text = "\n".join(["Cycle 0:C 1s", HEADING, *(line.replace(".", ",") for line in table(*carbon))])
    np.testing.assert_allclose(read(write("f.txt", text)).regions[0].binding_energy_ev, carbon[0])


def test_a_heading_without_numbers_is_refused(write: Write) -> None:
    with pytest.raises(InputError, match=r"f\.txt: no numbers stand under the column heading"):
        read(write("f.txt", f"Cycle 0:C 1s\n{HEADING}\n"))
