"""Real files against a table of known shifts: verdicts, groups, and what is wrong with a table."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from xps_keras.cli.app import app
from xps_keras.corpus.simulate import simulate
from xps_keras.errors import InputError
from xps_keras.evaluation.real import DOUBT, read_known, score, totals
from xps_keras.io.vamas_write import write_vamas
from xps_keras.runtime import load

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared"
HEAD = "file,shift_ev,tolerance_ev,groups\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """PET charged by 2 eV in three files, one of which is no spectrum, with a table that is wrong about one of them."""
    made = tmp_path_factory.mktemp("real")
    spectrum = simulate({"PET": 1.0}, ("C 1s", "O 1s"), shift_ev=2.0, seed=3)
    for name in ("right.vms", "wrong.vms"):
        write_vamas(spectrum, made / name, "simulated")
    (made / "broken.txt").write_text("no spectrum at all\n")
    (made / "spectrum.csv").write_text("284.0,1\n284.1,2\n")  # a CSV file that is no table
    (made / "known.csv").write_text(
        HEAD + "right.vms,2.0,0.3,benzene ring;ester (aromatic);thiol\nwrong.vms,0.5,0.3,\nbroken.txt,0.0,0.3,\n"
    )
    return made


def test_outcomes_and_groups(folder: Path) -> None:
    known = read_known(folder)
    assert [one.file for one in known] == ["right.vms", "wrong.vms", "broken.txt"]
    right, wrong, refused = score(folder, known, load())
    assert right.outcome == "right"
    assert right.shift_ev == pytest.approx(2.0, abs=0.3)
    assert right.missed is not None
    assert "ester (aromatic)" not in right.missed
    assert "thiol" not in right.missed  # not assessable without S 2p
    assert wrong.outcome == ("flagged" if set(wrong.doubts) & DOUBT else "WRONG")
    assert wrong.missed is None
    assert refused.outcome == "refused"
    assert refused.message
    assert "broken.txt" in refused.message
    assert sum(totals((right, wrong, refused)).values()) == 3


def evaluate(folder: Path, *words: str) -> Any:
    return CliRunner().invoke(app, ["evaluate", "pretrained", "--real", str(folder), *words])


def test_from_the_command_line(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "real.json"
    done = evaluate(folder, "--json", str(out))
    assert done.exit_code == 0, done.output
    assert "of known charge: 1 right" in done.stdout
    found = json.loads(out.read_text())
    assert found["schema"] == "xps-keras/real-evaluation/1"
    assert found["totals"]["right"] == 1
    assert found["files"][0]["known_shift_ev"] == 2.0
    assert found["files"][2]["shift_ev"] is None
    assert evaluate(folder, "--unseen").exit_code == 2


@pytest.mark.parametrize(
    ("table", "named"),
    [
        (HEAD + "right.vms,much,0.3,\n", "row 2: shift_ev"),
        (HEAD + "right.vms,nan,0.3,\n", "row 2: shift_ev"),
        (HEAD + "\nright.vms,much,0.3,\n", "row 3: shift_ev"),
        (HEAD + "right.vms,0.0,0,\n", "tolerance_ev"),
        (HEAD + "nowhere.vms,0.0,0.3,\n", "nowhere.vms"),
        (HEAD + "right.vms,0.0,0.3,ether\n", "'ether'"),
        (HEAD, "no rows"),
        ("file,shift_ev\nright.vms,0.0\n", "tolerance_ev"),
    ],
)
def test_a_table_that_cannot_be_used(table: str, named: str, tmp_path: Path) -> None:
    (tmp_path / "right.vms").write_text("")
    (tmp_path / "known.csv").write_text(table)
    with pytest.raises(InputError, match=named.replace("(", r"\(")):
        read_known(tmp_path)


def test_two_tables_and_no_folder(folder: Path, tmp_path: Path) -> None:
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text((folder / "known.csv").read_text())
    with pytest.raises(InputError, match=r"a\.csv, b\.csv"):
        read_known(tmp_path)
    with pytest.raises(InputError, match="no such folder"):
        read_known(tmp_path / "none")


@pytest.mark.skipif(not SHARED.is_dir(), reason="the real spectra under open licences stand outside the repository")
def test_the_table_of_the_real_spectra_can_be_read() -> None:
    known = read_known(SHARED / "spectra")
    assert len(known) >= 11
    assert all(0 < one.tolerance_ev < 1 for one in known)
