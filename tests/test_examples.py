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
