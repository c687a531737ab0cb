"""Every code block and command of README and tutorials runs as it stands.

``sh`` and ``python`` blocks of a page are run in its order, all pages in one folder, since one walk goes on from
another. A line ``<!-- not run: REASON -->`` before a block says why it cannot run here. Commands of
`xps-keras` run in this process, where TensorFlow has to start only once.
"""

import contextlib
import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import typer.main
from typer.testing import CliRunner

from xps_keras.cli.app import app

ROOT = Path(__file__).parents[2]
WALKS = ("first_file", "batch_and_report", "train_and_export", "embed")
PAGES = (
    "README.md", "CONTRIBUTING.md", "docs/index.md", "docs/reference/json.md", "docs/tutorials/index.md",
    *(f"docs/tutorials/{name}.md" for name in WALKS),
)  # fmt: skip
"""In the order in which they are run."""
_BLOCK = re.compile(
    r"(?:^<!-- not run: (?P<reason>[^\n]+?) -->\n)?^```(?P<language>\w+)\n(?P<code>.*?)^```$", re.M | re.S
)
_SHELL = set("|<>$`;*~'\"\\")
"""Signs for which a line is given to a shell."""
NOT_RUN = {
    "app": "serves until it is stopped",
    "dataset build": "draws 105,000 spectra",
    "dataset export": "of what the line above builds; tests/datasets/test_parquet.py exports a small one",
    "experiment shift": "trains for hours",
    "experiment unseen": "trains for hours",
    "evaluate": "draws 20,000 spectra; the tutorial measures on 200",
    "export": "ten minutes in three formats; the tutorial exports one",
    "export verify": "run by the tutorial",
    "library identify": "minutes",
    "library import": "needs spectra that the user owns",
    "train": "trains for hours; the tutorial trains a toy",
}
"""Commands of the README's table that are checked against the program's options and not run, and why."""


@dataclass(frozen=True)
class Block:
    """A code block of a page."""

    page: str
    language: str
    code: str
    not_run: str


def blocks(page: str) -> list[Block]:
    text = (ROOT / page).read_text(encoding="utf-8")
    found = []
    for match in _BLOCK.finditer(text):
        found.append(Block(page, match["language"], match["code"], match["reason"] or ""))
    assert len(found) == text.count("\n```") / 2, f"{page}: a block or its marker is not read"
    return found


def lines(code: str) -> list[str]:
    """Commands of a block, without comments, continued lines joined."""
    joined = re.sub(r"\\\n\s*", "", code)
    return [line for line in (re.sub(r"(^|\s)#.*", "", each).strip() for each in joined.splitlines()) if line]


def call(arguments: list[str]) -> None:
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, f"xps-keras {' '.join(arguments)}\n{done.output}\n{done.exception!r}"


def run_line(line: str, folder: Path) -> None:
    words = line.split()
    if words[0] == "xps-keras" and not _SHELL & set(line):
        call(words[1:])
        return
    programs = folder.parent / "programs"
    done = subprocess.run(
        ["bash", "-ec", line], env={**os.environ, "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A place like a clone, with what the pages name."""
    place = tmp_path_factory.mktemp("reader") / "clone"
    shutil.copytree(ROOT / "examples", place / "examples")
    shutil.copytree(ROOT / "docs" / "reference", place / "docs" / "reference")
    (place / "my_folder").mkdir()
    for name in ("my_spectrum.vms", "my_folder/a.vms"):
        shutil.copyfile(ROOT / "examples" / "charged_pet.vms", place / name)
    programs = place.parent / "programs"
    programs.mkdir()
    for name, starts in {"python": "", "xps-keras": "-m xps_keras"}.items():
        program = programs / name
        program.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" {starts} "$@"\n')
        program.chmod(0o755)
    return place


def test_every_block_is_of_a_language_that_runs_here_or_says_why_not() -> None:
    for page in PAGES:
        for block in blocks(page):
            assert block.language in ("sh", "python") or block.not_run, block


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="the blocks are for a shell of POSIX")
def test_every_block_runs_in_the_order_of_the_walks(folder: Path) -> None:
    pytest.importorskip("tensorflow")
    run = 0
    for page in PAGES:
        names: dict[str, Any] = {}
        for block in blocks(page):
            if block.not_run:
                continue
            with contextlib.chdir(folder):
                if block.language == "python":
                    exec(compile(block.code, page, "exec"), names)  # noqa: S102  # our own pages
                else:
                    for line in lines(block.code):
                        run_line(line, folder)
            run += 1
        if page == "README.md":
            assert names["answer"].shift_ev == pytest.approx(2.3, abs=0.1)
            assert (tuple(names["aligned"].shape), tuple(names["shift"].shape)) == ((8, 500), (8, 1))
    assert run >= 18
    for made in ("pet.png", "pet_corrected.vms", "pet.json", "report.html", "pictures/PET.png", "corrected/PS.vms"):
        assert (folder / made).stat().st_size > 500, made


def table() -> list[list[str]]:
    """The commands of the README's table, as lists of words."""
    rows = re.findall(r"^\|[^|]+\|([^|]+)\|[^|]+\|$", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    found = [shlex.split(code.split(" > ")[0]) for row in rows for code in re.findall(r"`(xps-keras [^`]+)`", row)]
    assert len(found) > 20
    whole = {"...": ["--out", "run"]}  # what a row leaves to the reader
    return [[each for word in words[1:] for each in whole.get(word, [word])] for words in found]


def name_of(words: list[str]) -> str:
    root: Any = typer.main.get_command(app)
    two = " ".join(words[:2])
    inner = getattr(root.commands.get(words[0]), "commands", {})
    return two if two in root.commands or (len(words) > 1 and words[1] in inner) else words[0]


@pytest.mark.parametrize("words", table(), ids=" ".join)
def test_every_command_of_the_readmes_table_is_one(words: list[str], folder: Path) -> None:
    name = name_of(words)
    command: Any = typer.main.get_command(app)
    for part in [name] if name in command.commands else name.split():
        command = command.commands[part]
    with contextlib.chdir(folder):
        command.make_context(name, words[len(name.split()) :])  # knows all options, and each value is of its kind


@pytest.mark.parametrize("words", [words for words in table() if name_of(words) not in NOT_RUN], ids=" ".join)
def test_commands_of_the_readmes_table_run(words: list[str], folder: Path) -> None:
    if "profile.pro" in words:
        pytest.skip("depth profiles of PHI are measured data; tests/io/vendors reads made ones")
    with contextlib.chdir(folder):
        call(words)
