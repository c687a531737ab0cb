"""Words by which people and programs say that energies were corrected before, in every format that holds words."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.io.conftest import VamasBuilder
from xps_keras.io.corrected_words import is_put_onto, said_corrected
from xps_keras.io.read import read_content

Floats = NDArray[np.float64]


@pytest.mark.parametrize(
    "line",
    [
        "Ladungskorrigiert auf C 1s 284,8 eV",
        "Aufladungskorrektur: -2,3 eV",
        "Referenz: C1s (C-C) = 285,0 eV",
        "corrigé en énergie, C 1s à 284,8 eV",
        "Energies referenced to adventitious carbon at 284.8 eV",
        "Energy calibration: C1s = 284.8 eV",
        "Charge reference: C 1s 284.8 eV",
        "BE scale calibrated (C-C 284.8 eV)",
        "C 1s set to 284.8 eV",
        "adventitious C1s peak fixed at 284.8 eV",
        "Spectra were shifted by -2.31 eV",
        "Shift applied: -2.3 eV",
        "Energy Shift:         -2.3",
        "Charge corr. -2.3 eV",
        "charge_correction_eV,-2.3",
        "energy_shift: -1.2",
        "Applied BE offset = 1.2 eV",
        "corrected for sample charging using the C-C line",
        "Charge corrected: yes",
        "BE corr = BE - 2.31",
        "校正: C 1s 284.8 eV",
        "電荷補正 C1s 284.8 eV",
        "charge corrected sample no. 3",
    ],
)
def test_a_line_that_says_so_is_told(line: str) -> None:
    said = said_corrected(["PET", line])
    assert said is not None
    assert said.code == "already-corrected"
    assert line[:40] in said.text


@pytest.mark.parametrize(
    "line",
    [
        "Charge corrected: no",
        "Uncorrected for charging",
        "C 1s before charge correction: 287.1 eV, 284.8 eV is meant",
        "to be calibrated to C 1s 284.8 eV",
        "Flood gun: on, charge neutralised",
        "Calibration: Au 4f7/2 84.0 eV",
        "Energy shift: 0.0 eV",
        "energy_shift_eV: 0.00",
        "C 1s 279-299 eV, step 0.1 eV",
        "BE = 1486.6 - KE",
        "Position 284.8",
        "CASA comp (*C-C*) (*GL(30)*) Area 1200 1e-020 2e7 -1 1 MFWHM 1.1 0.2 6 -1 1 Position 1201.8 1190 1210 -1 1",
        "校正前 C 1s 未校正 284.8 eV",
    ],
)
def test_a_line_that_says_something_else_is_not(line: str) -> None:
    assert said_corrected([line]) is None


def test_a_name_of_energies_says_where_carbon_was_put() -> None:
    assert is_put_onto("BE (C1s = 284.8)")
    assert not is_put_onto("BE C 1s (eV)")


def test_the_comments_of_vamas_scienta_igor_and_multipak_say_so(
    files: dict[str, bytes], carbon: tuple[Floats, Floats]
) -> None:
    words = b"energies shifted to C 1s 284.8 eV"
    itx = b"IGOR\nX // %s\nWAVES/D BE, film\nBEGIN\n" % words
    itx += b"\n".join(b"%.1f %.0f" % pair for pair in zip(*carbon, strict=True)) + b"\nEND\n"
    changed = {
        "head of VAMAS": files["VAMAS"].replace(b"made by a test", words),
        "Scienta": files["Scienta SES text"].replace(b"Sample=film", b"Sample=film\nComments=" + words),
        "MultiPak": files["PHI MultiPak text"].replace(b"film", b"film, " + words),
        "Igor": itx,
    }
    for kind, content in changed.items():
        (found,) = read_content(content, Path("file"))
        assert "already-corrected" in {warning.code for warning in found.warnings}, kind
    assert all(not read_content(files[kind], Path("file"))[0].warnings for kind in ("VAMAS", "PHI MultiPak text"))


def test_the_comment_of_a_vamas_block_says_so_unless_casaxps_notes_a_calibration(
    carbon: tuple[Floats, Floats],
) -> None:
    for comment in (["charge corrected, C-C at 284.8 eV"], ["charge corrected", "Calib M = 287.1 A = 284.8 BE ADD"]):
        content = VamasBuilder().add(*carbon, comment=comment).text().encode()
        (found,) = read_content(content, Path("file"))
        assert [warning.code for warning in found.warnings] == ["already-corrected"]
