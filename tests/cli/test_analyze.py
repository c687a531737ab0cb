"""`analyze` as a user meets it: outputs, exit status, batches, the reference."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from xps_keras.corpus.simulate import simulate
from xps_keras.io import read, write_vamas

Pet = Callable[..., Path]
Call = Callable[..., Any]


def one_sentence(result: Any, status: int = 1) -> str:
    """Check how a refusal must look, and return it."""
    assert result.exit_code == status, result.output
    assert "Traceback" not in result.output
    lines = result.stderr.strip().splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("xps-keras: ")
    assert lines[0].endswith(".")
    return str(lines[0])


def test_the_table_gives_the_verdict_on_stdout_and_warnings_on_stderr(pet: Pet, call: Call) -> None:
    result = call("analyze", pet(shift_ev=2.3))
    assert result.exit_code == 0
    assert "+2.30 eV" in result.stdout
    assert "ester (aromatic)" in result.stdout
    assert "C 1s 288.7 eV" in result.stdout
    assert "region-missing" not in result.stdout
    assert "warning region-missing (pet.csv): O 1s was not measured" in result.stderr


def test_json_to_stdout_is_json_and_nothing_else(pet: Pet, call: Call) -> None:
    answer = json.loads(call("analyze", pet(shift_ev=2.3), "--json", "-").stdout)
    assert answer["schema"] == "xps-keras/analysis/2"
    assert answer["shift_ev"] == pytest.approx(2.3, abs=0.11)


def test_the_reference_moves_the_reported_shift(pet: Pet, call: Call) -> None:
    path = pet(shift_ev=1.0)
    plain, moved = (
        json.loads(call("analyze", path, "--json", "-", *more).stdout) for more in ((), ("--reference", "284.8"))
    )
    assert moved["reference_ev"] == 284.8
    assert moved["shift_ev"] - plain["shift_ev"] == pytest.approx(0.2, abs=1e-3)


@pytest.mark.parametrize("value", ["184.8", "nan", "x"])
def test_a_reference_that_cannot_be_is_wrong_usage(pet: Pet, call: Call, value: str) -> None:
    result = call("analyze", pet(), "--reference", value)
    assert result.exit_code == 2
    assert "--reference" in result.stderr


def test_json_picture_and_corrected_spectrum_are_written(pet: Pet, call: Call, tmp_path: Path) -> None:
    outputs = [tmp_path / name for name in ("a.json", "a.png", "a.vms")]
    result = call("analyze", pet(shift_ev=2.3), "--json", outputs[0], "--png", outputs[1], "--vamas", outputs[2])
    assert result.exit_code == 0, result.output
    shift = json.loads(outputs[0].read_text(encoding="utf-8"))["shift_ev"]
    assert outputs[1].read_bytes().startswith(b"\x89PNG\r\n")
    before, after = read(tmp_path / "pet.csv").regions[0], read(outputs[2]).regions[0]
    assert after.low_ev == pytest.approx(before.low_ev - shift, abs=1e-3)
    assert after.charge_correction_ev == pytest.approx(-shift, abs=1e-3)
    assert after.intensity == pytest.approx(before.intensity)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.json", "a.png", "a.vms", "pet.csv"]


def test_a_batch_keeps_file_order_and_goes_on_after_a_bad_file(pet: Pet, call: Call, tmp_path: Path) -> None:
    first, bad, last = pet("z.csv", shift_ev=1.0), tmp_path / "bad.csv", pet("a.csv", shift_ev=-1.0)
    bad.write_text("nothing here\n", encoding="utf-8")
    result = call("analyze", first, bad, last, "--json", "-")
    assert result.exit_code == 1
    answers = json.loads(result.stdout)
    assert [Path(answer["file"]).name for answer in answers] == ["z.csv", "bad.csv", "a.csv"]
    assert list(answers[1]) == ["file", "error"]
    assert "bad.csv" in answers[1]["error"]
    assert answers[0]["shift_ev"] > 0.5
    assert answers[2]["shift_ev"] < -0.5
    assert "xps-keras: bad.csv" in result.stderr


def test_a_batch_writes_pictures_into_a_folder_that_is_made(pet: Pet, call: Call, tmp_path: Path) -> None:
    files, folder = (pet("one.csv"), pet("two.csv")), tmp_path / "new" / "pictures"
    assert "must be a folder" in one_sentence(call("analyze", *files, "--picture", tmp_path / "out.svg"))
    assert call("analyze", *files, "--picture", folder, "--picture-format", "svg").exit_code == 0
    assert sorted(path.name for path in folder.iterdir()) == ["one.svg", "two.svg"]


def test_names_that_differ_in_their_suffix_alone_give_outputs_of_their_own(
    pet: Pet, call: Call, tmp_path: Path
) -> None:
    folder, pictures, copies, columns = (tmp_path / name for name in ("in", "pictures", "copies", "columns"))
    folder.mkdir()
    for name in ("in/a.csv", "in/a.txt", "in/b.txt"):
        pet(name)
    done = call("analyze", folder, "--picture", pictures, "--vamas", copies, "--csv", columns)
    assert done.exit_code == 0, done.stderr
    assert sorted(path.name for path in pictures.iterdir()) == ["a_csv.png", "a_txt.png", "b.png"]
    assert sorted(path.name for path in copies.iterdir()) == ["a_csv.vms", "a_txt.vms", "b.vms"]
    assert sorted(path.name for path in columns.iterdir()) == ["a_csv", "a_txt", "b"]
    pet("in/a_txt.csv")  # the longer name is taken
    assert "two input files" in one_sentence(call("analyze", folder, "--picture", pictures))


def test_two_inputs_for_one_output_are_refused(pet: Pet, call: Call, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    assert "two input files" in one_sentence(call("analyze", pet("x.csv"), pet("other/x.csv"), "--png", tmp_path))


@pytest.mark.parametrize(("option", "name"), [("--json", "out"), ("--table", "out.csv"), ("--vamas", "out")])
def test_folders_of_outputs_are_made_for_an_answer_alone(
    pet: Pet, call: Call, tmp_path: Path, option: str, name: str
) -> None:
    out = tmp_path / "new" / "folder" / name
    bad = tmp_path / "bad.csv"
    bad.write_text("nothing here\n", encoding="utf-8")
    one_sentence(call("analyze", bad, option, out))
    assert not out.exists()
    assert call("analyze", pet(), option, out).exit_code == 0
    assert out.is_file()


@pytest.mark.parametrize(("option", "name"), [("--picture", "a.jpg"), ("--table", "a.txt")])
def test_a_suffix_that_is_not_written_is_refused_before_the_work(
    pet: Pet, call: Call, tmp_path: Path, option: str, name: str
) -> None:
    assert "end its name" in one_sentence(call("analyze", pet(), option, tmp_path / name))


@pytest.mark.parametrize("option", ["--vamas", "--csv", "--json", "--table", "--picture"])
def test_an_input_is_never_overwritten(pet: Pet, call: Call, tmp_path: Path, option: str) -> None:
    suffix = ".png" if option == "--picture" else ".csv"  # what a file is called says nothing about what it holds
    other, path = pet("other.csv"), pet(f"pet{suffix}")
    before = path.read_bytes()
    soft, hard = tmp_path / f"soft{suffix}", tmp_path / f"hard{suffix}"
    soft.symlink_to(path)
    os.link(path, hard)
    for spelling in (path, soft, hard, tmp_path / "." / ".." / tmp_path.name / path.name):
        for inputs in ((path,), (path, other)) if option in ("--json", "--table") else ((path,),):
            assert "overwrite" in one_sentence(call("analyze", *inputs, option, spelling))
    assert path.read_bytes() == before


def test_a_folder_is_never_corrected_into_itself(pet: Pet, call: Call, tmp_path: Path) -> None:
    path = pet("pet.vms")
    before = path.read_bytes()
    assert "overwrite" in one_sentence(call("analyze", tmp_path, "--vamas", tmp_path))
    assert path.read_bytes() == before


def test_the_model_and_its_folder_are_never_overwritten(pet: Pet, call: Call, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    for name in ("model.tflite", "metadata.json"):
        (folder / name).write_text("content", encoding="utf-8")
    for model in (folder, folder / "model.tflite"):
        for name in ("model.tflite", "metadata.json"):
            refused = call("analyze", pet(), "--model", model, "--json", folder / name)
            assert "overwrite" in one_sentence(refused)


def test_two_outputs_at_one_place_are_refused(pet: Pet, call: Call, tmp_path: Path) -> None:
    out = tmp_path / "a.csv"
    assert "two outputs" in one_sentence(call("analyze", pet(), "--json", out, "--table", out))


@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="the superuser may write everywhere")
def test_an_unwritable_folder_is_refused(pet: Pet, call: Call, tmp_path: Path) -> None:
    folder = tmp_path / "locked"
    folder.mkdir(mode=0o500)
    assert "not permitted" in one_sentence(call("analyze", pet(), "--json", folder / "a.json"))


def test_a_missing_model_is_one_sentence(pet: Pet, monkeypatch: pytest.MonkeyPatch) -> None:
    from typer.testing import CliRunner

    from xps_keras.cli import app as cli

    result = CliRunner().invoke(cli.app, ["analyze", str(pet()), "--model", "nowhere.tflite"])
    assert "nowhere.tflite" in one_sentence(result)


def test_an_interrupt_is_one_sentence(pet: Pet, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(source: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("xps_keras.runtime.load", interrupt)
    result = call("analyze", pet())
    assert result.exit_code == 130
    assert result.stderr.strip() == "xps-keras: stopped from the keyboard; no output file was left half-written."


def test_an_unexpected_fault_shows_no_traceback(pet: Pet, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(source: str) -> None:
        raise RuntimeError("deep inside")

    monkeypatch.setattr("xps_keras.runtime.load", fail)
    result = call("analyze", pet())
    assert "deep inside" in one_sentence(result)
    monkeypatch.setenv("XPS_KERAS_TRACEBACK", "1")
    assert isinstance(call("analyze", pet()).exception, RuntimeError)


def test_inspect_shows_regions_without_a_model(pet: Pet, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("xps_keras.runtime.load", None)
    result = call("inspect", pet())
    assert result.exit_code == 0
    assert "C 1s" in result.stdout
    assert "yes" in result.stdout
    survey = call("inspect", pet("survey.csv", low_ev=0.0, high_ev=1200.0, step_ev=1.0))
    assert survey.exit_code == 0
    assert "too coarse" in survey.stdout


def test_a_table_of_sensitivities_decides_the_composition_or_is_refused(call: Call, tmp_path: Path) -> None:
    measured, factors = tmp_path / "pet.vms", tmp_path / "factors.csv"
    write_vamas(simulate({"PET": 1.0}, ("C 1s", "O 1s"), shift_ev=1.0, peak_counts=20_000, seed=2), measured)
    plain = json.loads(call("analyze", measured, "--json", "-").stdout)["composition"]
    assert plain["elements"][1]["percent"] == pytest.approx(100 * 4 / 14, abs=1.0)
    factors.write_text("C 1s,1\nO 1s,4.92\n")
    own = json.loads(call("analyze", measured, "--sensitivity", factors, "--json", "-").stdout)["composition"]
    assert own["elements"][1]["percent"] == pytest.approx(100 * 2 / 12, abs=1.0)
    factors.write_text("C 1s,1\nO 2p,4.92\n")
    out = tmp_path / "out.json"
    assert "line 2" in one_sentence(call("analyze", measured, "--sensitivity", factors, "--json", out))
    assert not out.exists()


def test_each_file_is_moved_by_its_own_line_where_one_is_given(call: Call, tmp_path: Path) -> None:
    for shift_ev in (0.5, 2.0):
        sample = simulate({"PET": 1.0}, ("C 1s", "O 1s"), shift_ev=shift_ev, peak_counts=20_000, seed=2)
        write_vamas(sample, tmp_path / f"moved {shift_ev}.vms")
    alone = simulate({"PS": 1.0}, ("C 1s",), shift_ev=1.0, peak_counts=20_000, seed=2)
    write_vamas(alone, tmp_path / "carbon alone.vms")
    result = call("analyze", tmp_path, "--charge", "O 1s=533.2", "--jobs", "2", "--json", "-")
    assert result.exit_code == 1
    first, *moved = sorted(json.loads(result.stdout), key=lambda one: one["file"])
    assert "no O 1s" in first["error"]
    assert [one["shift_ev"] for one in moved] == pytest.approx([0.5, 2.0], abs=0.1)
    assert all(one["candidates"][-1]["known"] for one in moved)


def test_a_charge_that_cannot_be_is_refused_before_anything_is_read(call: Call, pet: Pet) -> None:
    assert "--charge" in one_sentence(call("analyze", pet(), "--charge", "1.0", "--method", "refine"), 2)
    assert "Au 4f=84.0" in one_sentence(call("analyze", pet(), "--charge", "gold"), 2)
    assert "no method" in one_sentence(call("analyze", pet(), "--charge", "1.0", "--method", "guess"), 2)
