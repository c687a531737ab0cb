"""Where the decimal sign is a comma, numbers are read and written as elsewhere. `.ci/systems` installs such a place."""

import json
import locale
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
NAMES = ("de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "nl_NL.UTF-8")
START = "import locale, sys; locale.setlocale(locale.LC_ALL, ''); from xps_keras.cli.app import main; main()"


def with_comma() -> str:
    """A locale of this machine whose decimal sign is a comma."""
    before = locale.setlocale(locale.LC_ALL)
    try:
        for name in NAMES:
            try:
                locale.setlocale(locale.LC_ALL, name)
            except locale.Error:
                continue
            assert locale.localeconv()["decimal_point"] == ","
            return name
    finally:
        locale.setlocale(locale.LC_ALL, before)
    pytest.skip("no locale with a decimal comma is installed; .ci/systems installs de_DE")


def answer(folder: Path, name: str) -> tuple[dict[str, Any], str, list[str]]:
    """The JSON, the table and the corrected columns of the example, from a program whose C library follows a locale."""
    folder.mkdir()
    subprocess.run(
        [sys.executable, "-c", START, "analyze", ROOT / "examples" / "charged_pet.vms", "--json", "a.json",
         "--table", "a.csv", "--csv", "columns.csv", "--picture", "a.svg", "--html", "a.html", "--vamas", "a.vms"],
        env={**os.environ, "LC_ALL": name, "PYTHONPATH": str(ROOT)}, cwd=folder, capture_output=True, check=True,
    )  # fmt: skip
    columns = [path.read_text(encoding="utf-8") for path in sorted(folder.glob("columns_*.csv"))]
    answered = json.loads((folder / "a.json").read_text(encoding="utf-8"))
    return answered, (folder / "a.csv").read_text(encoding="utf-8"), [*columns, (folder / "a.vms").read_text()]


def test_a_decimal_comma_changes_no_number(tmp_path: Path) -> None:
    plain, comma = answer(tmp_path / "plain", "C"), answer(tmp_path / "comma", with_comma())
    assert comma == plain
    assert comma[0]["shift_ev"] == pytest.approx(2.3, abs=0.15)
