"""Many files: table, lines, gathered warnings, several processes, and what remains when a run is stopped."""

import csv
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from xps_keras.io import read, read_all

Pet = Callable[..., Path]
Call = Callable[..., Any]
EXAMPLE = Path(__file__).parents[2] / "examples" / "charged_pet.vms"


def run(*arguments: object, **settings: Any) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "xps_keras", *(str(argument) for argument in arguments)]
    return subprocess.run(command, text=True, check=False, **{"capture_output": True, **settings})


@pytest.fixture
def folder(pet: Pet, tmp_path: Path) -> Path:
    """Three spectra in a tree, one that is damaged, and two files that are none."""
    inside = tmp_path / "data"
    (inside / "more").mkdir(parents=True)
    pet("data/=1+1.csv", shift_ev=1.0)
    pet("data/more/pet 2.csv", shift_ev=-1.0)
    pet("data/more/pet 10.csv")
    (inside / "bad.csv").write_text("energy,counts\n285,1\n284,2\n", encoding="utf-8")
    (inside / "notes.md").write_text("What we did on Monday.\n", encoding="utf-8")
    (inside / "photo.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    return inside


def test_a_folder_gives_a_line_and_a_row_for_each_sample(folder: Path, call: Call, tmp_path: Path) -> None:
    table, answers = tmp_path / "out" / "table.csv", tmp_path / "answers.json"
    result = call("analyze", folder, "--table", table, "--json", answers)
    assert result.exit_code == 1  # bad.csv
    lines = result.stdout.splitlines()
    assert [line.split()[0] for line in lines] == ["#", "1", "2", "3", "4"]
    assert "not analysed" in lines[2]
    assert "-1.00" in lines[3]
    assert "ester (aromatic)" in lines[3]
    assert "xps-keras: bad.csv" in result.stderr
    assert "4 samples of 4 files, 1 not analysed, 2 files passed over that no reader knows." in result.stderr
    rows = list(csv.DictReader(table.open(encoding="utf-8")))
    entries = json.loads(answers.read_text(encoding="utf-8"))
    assert [Path(row["file"]).name for row in rows] == ["=1+1.csv", "bad.csv", "pet 2.csv", "pet 10.csv"]
    for row, entry in zip(rows, entries, strict=True):
        assert row["file"] == entry["file"]
        assert row["not analysed because"] == entry.get("error", "")
        if "error" not in entry:
            assert float(row["shift / eV"]) == pytest.approx(entry["shift_ev"])
            assert row["SHA-256 of the file"] == entry["sha256"]
            present = {group["name"] for group in entry["groups"] if group["status"] == "present"}
            assert set(row["groups present"].split("; ")) == present
            assert row["warnings"].split("; ") == list(dict.fromkeys(item["code"] for item in entry["warnings"]))


def test_repeated_warnings_are_gathered_and_name_their_samples(folder: Path, call: Call) -> None:
    result = call("analyze", folder)
    (line,) = (line for line in result.stderr.splitlines() if line.startswith("warning region-missing"))
    assert "(3 samples: =1+1.csv, more/pet 2.csv, more/pet 10.csv)" in line
    verbose = call("analyze", folder, "--verbose")
    assert verbose.stderr.count("warning region-missing (") == 3
    assert "photo.png" in verbose.stderr
    quiet = call("analyze", folder, "--quiet")
    assert quiet.stdout == ""
    assert [line.partition(":")[0] for line in quiet.stderr.splitlines()] == ["xps-keras"]


def test_a_workbook_holds_the_table_and_no_formula(pet: Pet, call: Call, tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl", reason="workbooks need the extra xlsx")
    out = tmp_path / "table.xlsx"
    assert call("analyze", pet("=1+1.csv", shift_ev=1.0), "--table", out).exit_code == 0
    sheet = openpyxl.load_workbook(out)["samples"]
    heads, values = ([cell.value for cell in row] for row in sheet.iter_rows())
    row = dict(zip(heads, values, strict=True))
    assert row["file"].endswith("=1+1.csv")
    assert all(cell.data_type != "f" for line in sheet.iter_rows() for cell in line)
    assert row["shift / eV"] == pytest.approx(1.0, abs=0.11)
    again = call("analyze", tmp_path)
    assert "1 file passed over that xps-keras wrote" in again.stderr


def test_outputs_keep_the_tree_and_are_no_inputs_of_the_next_call(folder: Path, call: Call, tmp_path: Path) -> None:
    (folder / "bad.csv").unlink()
    command = ("analyze", folder, "--vamas", folder / "corrected", "--csv", tmp_path / "columns")
    for _ in range(2):  # the second call finds the first one's files in its folder
        result = call(*command)
        assert result.exit_code == 0, result.stderr
        assert "3 samples of 3 files" in result.stderr
    assert sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.vms")) == [
        "corrected/=1+1.vms", "corrected/more/pet 10.vms", "corrected/more/pet 2.vms",
    ]  # fmt: skip
    (columns,) = (tmp_path / "columns" / "more" / "pet 2").iterdir()
    before, after = read(folder / "more" / "pet 2.csv").regions[0], read(columns).regions[0]
    assert after.low_ev == pytest.approx(before.low_ev + 1.0, abs=0.11)
    assert after.intensity == pytest.approx(before.intensity)


def test_regions_as_columns_have_a_file_each(call: Call, tmp_path: Path) -> None:
    assert call("analyze", EXAMPLE, "--csv", tmp_path / "pet.csv").exit_code == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["pet_C1s.csv", "pet_O1s.csv"]
    assert len(read_all(tmp_path / "pet_O1s.csv")[0].regions) == 1


def test_several_processes_answer_as_one_does(pet: Pet, tmp_path: Path) -> None:
    files: list[Path] = []
    for number in range(8):
        files.append(tmp_path / f"bad{number}.csv")
        files[-1].write_text("nothing here\n", encoding="utf-8")
    files[1], files[6] = pet("one.csv", shift_ev=1.0), pet("two.csv", shift_ev=-2.0)
    outputs = [tmp_path / f"{jobs}.json" for jobs in (1, 2)]
    for jobs, out in zip((1, 2), outputs, strict=True):
        done = run("analyze", *files, "--jobs", jobs, "--json", out, "--quiet")
        assert done.returncode == 1, done.stderr
        assert len(done.stderr.splitlines()) == 6
    assert outputs[0].read_text() == outputs[1].read_text()
    answers = json.loads(outputs[1].read_text())
    assert [Path(answer["file"]).name for answer in answers] == [file.name for file in files]


def test_a_stop_from_the_keyboard_keeps_what_is_done(
    pet: Pet, call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from xps_keras.cli import answering

    real, calls = answering.answer, []

    def interrupted(*arguments: Any) -> Any:
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return real(*arguments)

    monkeypatch.setattr(answering, "answer", interrupted)
    files = [pet(f"{number}.csv") for number in range(3)]
    result = call("analyze", *files, "--json", tmp_path / "a.json", "--table", tmp_path / "a.csv")
    assert result.exit_code == 130
    assert "stopped from the keyboard after 2 of 3 files" in result.stderr.splitlines()[-1]
    assert len(json.loads((tmp_path / "a.json").read_text())) == 2
    assert len((tmp_path / "a.csv").read_text().splitlines()) == 3


def test_a_table_that_is_refused_goes_beside(
    pet: Pet, call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when Excel holds the file open on Windows; the run was long, so its result is not thrown away."""
    from xps_keras.errors import UsageError
    from xps_keras.files import write_whole

    out = tmp_path / "t.csv"

    def refuse(path: Path, content: str | bytes) -> None:
        if path == out:
            raise UsageError(f"{path}: cannot be written.")
        write_whole(path, content)

    monkeypatch.setattr("xps_keras.cli.collected.write_whole", refuse)
    result = call("analyze", pet(), "--table", out)
    assert result.exit_code == 1
    assert "t (2).csv" in result.stderr
    assert len((tmp_path / "t (2).csv").read_text().splitlines()) == 2


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no /dev/full")
@pytest.mark.parametrize("ending", ["> /dev/full", "| true"])
def test_a_stdout_that_ends_is_one_sentence_and_costs_no_file(pet: Pet, tmp_path: Path, ending: str) -> None:
    out, said = tmp_path / "a.json", tmp_path / "said"
    command = f'"{sys.executable}" -m xps_keras analyze "{pet()}" --json "{out}" 2>"{said}" {ending}'
    subprocess.run(["bash", "-c", command], check=False)
    assert json.loads(out.read_text())["shift_ev"] == pytest.approx(0.0, abs=0.3)
    assert sum(line.startswith("xps-keras: ") for line in said.read_text().splitlines()) == 1


def test_stdout_by_its_path_is_stdout(pet: Pet) -> None:
    done = run("analyze", pet(), "--json", "/dev/stdout")
    assert json.loads(done.stdout)["schema"].startswith("xps-keras/analysis/")


def test_every_figure_is_explained(pet: Pet, call: Call) -> None:
    plain, explained = (call("analyze", pet(), *more).stdout for more in ((), ("--explain",)))
    for term in ("probability", "needed", "not assessable", "how far charging moved"):
        assert term in explained.removeprefix(plain[:200])
    assert len(explained) > len(plain) + 500
