"""The tour of the Python interface runs as it stands."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def test_the_tour_reads_trains_exports_and_runs(tmp_path: Path) -> None:
    pytest.importorskip("tensorflow")
    done = subprocess.run(
        [sys.executable, str(ROOT / "examples" / "api_tour.py"), str(tmp_path / "tour"), "32"],
        env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "shift +2.3" in done.stdout
    assert "ester (aromatic)" in done.stdout
    assert "probabilities: (32, 40)" in done.stdout
    assert (tmp_path / "tour" / "charged_pet.png").read_bytes().startswith(b"\x89PNG")
    written = json.loads((tmp_path / "tour" / "artefacts" / "tflite" / "metadata.json").read_text())
    assert written["name"] == "mlp"


@pytest.mark.parametrize(
    ("name", "needs", "arguments"),
    [("api_tour.py", "keras", ()), ("api_tour.py", "keras", ("tour", "many")), ("read_parquet.py", "pyarrow", ()),
     ("read_parquet.py", "pyarrow", ("nowhere",))],
)  # fmt: skip
def test_a_missing_argument_is_one_line(name: str, needs: str, arguments: tuple[str, ...], tmp_path: Path) -> None:
    pytest.importorskip(needs)
    done = subprocess.run(
        [sys.executable, str(ROOT / "examples" / name), *arguments],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert done.stderr.splitlines()[-1].startswith(("usage: ", "nowhere: "))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_other_signals_says_when_a_shift_is_learnt_and_when_not() -> None:
    pytest.importorskip("keras")
    done = subprocess.run(
        [sys.executable, str(ROOT / "examples" / "other_signals.py"), "400"],
        env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    rows = {name: numbers for name, *numbers in (line.split("\t") for line in done.stdout.splitlines())}
    accuracy = {way: float(numbers[0]) for way, numbers in rows.items() if way.startswith(("no ", "labels"))}
    correlation = {way: abs(float(rows[way][1])) for way in accuracy if way != "no alignment"}
    # From labels alone the shift is not found, and aligning gains little; what makes it work needs no label of a shift.
    assert correlation["labels alone"] < 0.6
    assert correlation["labels and sharp agreement"] < correlation["labels and blurred agreement"] - 0.03
    for way in ("labels and blurred agreement", "labels and known moves"):
        assert correlation[way] > 0.95
        assert accuracy[way] > max(accuracy["no alignment"], accuracy["labels alone"]) + 0.03
    # A drift that is no shift: the warp undoes what the shift leaves.
    scatter = {mode: float(rows[mode][0]) for mode in ("none", "shift", "warp")}
    assert scatter["shift"] < 0.7 * scatter["none"]
    assert scatter["warp"] < 0.8 * scatter["shift"]
