"""Pages that are made from the program say what the program says."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer.main

from xps_keras.cli.app import app
from xps_keras.tools import answer_schema, pages
from xps_keras.tools.warnings_page import documented, raised

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"


def commands(group: Any, path: tuple[str, ...] = ()) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, command in group.commands.items():
        found |= (
            commands(command, (*path, name)) if hasattr(command, "commands") else {" ".join((*path, name)): command}
        )
    return found


def test_the_command_line_page_has_every_command_and_option() -> None:
    sections = dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", pages.PAGES["command-line"](), re.MULTILINE | re.DOTALL))
    known = commands(typer.main.get_command(app))
    assert list(sections) == list(known)
    for name, command in known.items():
        for parameter in command.params:
            if parameter.opts and not getattr(parameter, "hidden", False) and parameter.name != "help":
                assert parameter.opts[0] in sections[name] or parameter.param_type_name == "argument", (
                    name,
                    parameter.opts,
                )


def test_the_warnings_page_has_every_code_once() -> None:
    rows = re.findall(r"^\| `([a-z-]+)` \|", pages.PAGES["warnings"](), re.MULTILINE)
    assert len(rows) == len(set(rows))
    assert set(rows) == set(raised())
    assert set(documented((DOCS / "analysis.md").read_text(encoding="utf-8"))) == set(rows)


def test_the_benchmarks_page_has_every_result_with_figures() -> None:
    text = pages.PAGES["benchmarks"]()
    for path in (DOCS / "results").glob("*.json"):
        assert f"(results/{path.name})" in text
    assert "| align-wide | 8 |" in text  # rows inherit the name of their network


def test_the_cards_say_versions_and_how_to_cite() -> None:
    card = pages.PAGES["dataset-card"]()
    assert "| 5.5.0 |" in card
    assert "```bibtex" in card
    assert "detection limit" in pages.PAGES["model-card"]()


def test_every_page_has_a_place_in_docs_and_every_place_a_page() -> None:
    marked = {name for path in DOCS.rglob("*.md") for name in pages.MARKER.findall(path.read_text(encoding="utf-8"))}
    assert marked == set(pages.PAGES)


def test_one_command_writes_them_all(tmp_path: Path) -> None:
    pages.main(["--out", str(tmp_path)])
    assert {path.stem for path in tmp_path.glob("*.md")} == set(pages.PAGES)
    printed = subprocess.run(
        [sys.executable, "-m", "xps_keras.tools.pages", "warnings"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert printed.stdout.strip() == pages.PAGES["warnings"]().strip()


def test_links_in_the_texts_lead_to_files_of_the_repository() -> None:
    texts = [*DOCS.rglob("*.md"), ROOT / "README.md", ROOT / "CONTRIBUTING.md"]
    dead = [
        f"{path.name}: {link}"
        for path in texts
        for link in re.findall(
            r"\]\(([^)#\s]+)(?:#[^)]*)?\)", re.sub(r"```.*?```", "", path.read_text(), flags=re.DOTALL)
        )
        if not link.startswith(("http://", "https://")) and not (path.parent / link).exists()
    ]
    assert dead == []


def test_every_text_stands_in_the_navigation_and_the_navigation_in_texts() -> None:
    config = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    named = set(re.findall(r"[\w/]+\.md", config.split("\nnav:")[1]))
    assert named == {path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md")}


def test_the_committed_schema_is_that_of_the_classes() -> None:
    assert answer_schema.main(["--check"]) == 0, "run python -m xps_keras.tools.answer_schema"


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the program writes, for one sample and for several files of which one fails."""
    folder = tmp_path_factory.mktemp("answers")
    (folder / "broken.vms").write_text("VAMAS Surface Chemical Analysis Standard Data Transfer Format 1988 May 4\nx\n")
    example = ROOT / "examples" / "charged_pet.vms"
    asked: dict[str, list[str | Path]] = {
        "one": [example],
        "several": [example, folder / "broken.vms", "--method", "refine"],
    }
    for name, arguments in asked.items():
        subprocess.run(
            [sys.executable, "-m", "xps_keras", "analyze", *arguments, "--json", folder / f"{name}.json"],
            cwd=ROOT, capture_output=True, check=False,
        )  # fmt: skip
    return {name: json.loads((folder / f"{name}.json").read_text(encoding="utf-8")) for name in ("one", "several")}


def faults(answer: Any) -> list[str]:
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads((DOCS / "reference" / "analysis.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return [fault.message for fault in jsonschema.Draft202012Validator(schema).iter_errors(answer)]


def test_what_the_program_writes_is_what_the_schema_says(answers: dict[str, Any]) -> None:
    assert faults(answers["one"]) == []
    assert faults(answers["several"]) == []
    assert [("error" in answer) for answer in answers["several"]] == [False, True]
    assert answers["one"]["fit"] is not None
    assert answers["one"]["composition"]["elements"]


@pytest.mark.parametrize("place", ["shift_ev", "groups", "model", "warnings", "schema"])
def test_the_schema_refuses_an_answer_that_lacks_something(answers: dict[str, Any], place: str) -> None:
    assert faults({name: value for name, value in answers["one"].items() if name != place})


@pytest.mark.parametrize(
    "change", [{"shift_ev": "2.3"}, {"schema": "xps-keras/analysis/1"}, {"charge": 1}, {"groups": [{}]}]
)
def test_the_schema_refuses_another_form(answers: dict[str, Any], change: dict[str, Any]) -> None:
    assert faults({**answers["one"], **change})
