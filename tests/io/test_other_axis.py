"""Tables of other techniques, and energies that were corrected before: what names and words say is said."""

from pathlib import Path

import numpy as np
import pytest

from xps_keras.errors import InputError
from xps_keras.io.read import read_all

ENERGIES = np.arange(280.0, 300.0, 0.1)
COUNTS = np.round(100 + 9000 * np.exp(-0.5 * np.square((ENERGIES - 285.0) / 0.6)))


def table(folder: Path, head: str, kind: str = "txt") -> Path:
    path = folder / f"table.{kind}"
    if kind == "txt":
        rows = [f"{energy:.2f}\t{count:g}" for energy, count in zip(ENERGIES, COUNTS, strict=True)]
        path.write_text("\n".join([head, *rows]))
        return path
    book = pytest.importorskip("openpyxl", reason="the extra `formats` is not installed").Workbook()
    for line in head.splitlines():
        book.active.append(line.split("\t"))
    for row in np.stack([ENERGIES, COUNTS], axis=1).tolist():
        book.active.append(row)
    book.save(path)
    return path


@pytest.mark.parametrize(
    ("head", "quantity"),
    [
        ("Raman shift (cm-1)\tIntensity (counts)", "Raman"),
        ("\u62c9\u66fc\u4f4d\u79fb (cm-1)\t\u5f3a\u5ea6", "Raman"),
        ("Wavelength (nm)\tAbsorbance", "wavelength"),
        ("2Theta\tIntensity", "diffraction"),
        ("Temperature (K)\tSignal", "temperature"),
        ("T/\u00b0C\tHeatflow", "temperature"),
        ("m/z\tIntensity", "mass"),
        ("Retention time (min)\tSignal", "time"),
        ("Position (um)\tC 1s area", "position"),
        ("Energy Loss (eV)\tCounts", "energy loss"),
        ("Photon Energy (eV)\tTEY", "photon energy"),
        ("Energy (eV)\tTEY", "absorption"),
        ("hv (eV)\tsignal", "photon energy"),
    ],
)
def test_a_table_of_another_technique_is_refused_by_its_quantity(tmp_path: Path, head: str, quantity: str) -> None:
    with pytest.raises(InputError, match=f"is no XPS spectrum: its first column .* is .*{quantity}"):
        read_all(table(tmp_path, head))


def test_a_sheet_of_another_technique_is_refused_by_its_quantity(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"is no XPS spectrum: its first column .* is a Raman shift"):
        read_all(table(tmp_path, "Raman shift (cm-1)\tIntensity", "xlsx"))


@pytest.mark.parametrize(
    "head", ["Binding energy (eV)\tCounts", "Energy/eV\tIntensity", "E\tcts", "x\ty", "Temperature\tRT", "Time\tnoon"]
)
def test_energies_are_none_of_these(tmp_path: Path, head: str) -> None:
    assert len(read_all(table(tmp_path, head))[0].regions[0].intensity) == len(ENERGIES)


KINDS = pytest.mark.parametrize("kind", ["txt", "xlsx"])


@KINDS
@pytest.mark.parametrize(
    "head",
    [
        "# charge corrected to C1s 284.8 eV\nBE (eV)\tCounts",
        "Charge correction: -2.3 eV applied\nBE\tCPS",
        "Charge correction (eV): -2.3\nBE\tCPS",
        "# Energieskala korrigiert auf C1s = 285,0 eV\nBE\tcps",
        "# calibrated to adventitious carbon 284.8 eV\nBE\tcps",
        "# Comment: shifted by -1.5 eV to C1s 285\nBE\tcps",
        "BE corrected (eV)\tcps",
        "Charge referenced BE\tcps",
    ],
)
def test_energies_that_words_call_corrected_are_warned_of(tmp_path: Path, head: str, kind: str) -> None:
    (found,) = read_all(table(tmp_path, head, kind))
    assert "already-corrected" in {warning.code for warning in found.warnings}
    assert found.regions[0].low_ev == pytest.approx(280.0)


@KINDS
@pytest.mark.parametrize(
    "line",
    [
        "Charge correction: none",
        "Charge correction: 0 eV",
        "not charge corrected",
        "Charge compensation: on",
        "Spectrometer calibrated to Au 4f7/2 84.0 eV",
        "Energy shift: 0.0 eV",
    ],
)
def test_energies_that_nobody_corrected_are_not_warned_of(tmp_path: Path, line: str, kind: str) -> None:
    (found,) = read_all(table(tmp_path, f"{line}\nBE\tcps", kind))
    assert "already-corrected" not in {warning.code for warning in found.warnings}
