"""The program from outside: three ways to start it, what it imports, how it ends."""

import ast
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEAVY = ("tensorflow", "keras", "torch", "jax", "tf2onnx", "onnx", "rdkit", "tensorflow_datasets")

PROBE = """
import sys
from xps_keras.cli.app import main
sys.argv = ["xps-keras", *sys.argv[1:]]
try:
    main()
finally:
    print("MODULES", *sorted(sys.modules), file=sys.stderr)
"""


def run(*command: str | Path, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(word) for word in command], cwd=cwd, capture_output=True, text=True, check=False)


def modules(*arguments: str | Path) -> tuple[subprocess.CompletedProcess[str], set[str]]:
    done = run(sys.executable, "-c", PROBE, *arguments)
    last = done.stderr.strip().splitlines()[-1].split()
    assert last[0] == "MODULES"
    return done, set(last[1:])


def starts() -> list[Sequence[str]]:
    script = Path(sys.executable).with_name("xps-keras")
    found = str(script) if script.exists() else shutil.which("xps-keras")
    assert found is not None, "the package is not installed: `pip install -e .`"
    return [[found], [sys.executable, "-m", "xps_keras"], [sys.executable, "cli.py"]]


@pytest.mark.parametrize("arguments", [("--help",), ("analyze", "--help"), ("--version",), ("analyze",)])
def test_three_ways_to_start_are_one_program(arguments: tuple[str, ...]) -> None:
    answers = [run(*start, *arguments) for start in starts()]
    assert {answer.stdout for answer in answers} == {answers[0].stdout}
    assert {answer.stderr for answer in answers} == {answers[0].stderr}
    assert {answer.returncode for answer in answers} == {2 if arguments == ("analyze",) else 0}


def test_help_imports_nothing_heavy_and_no_numpy() -> None:
    for arguments in (("--help",), ("analyze", "--help"), ("train", "--help")):
        done, loaded = modules(*arguments)
        assert done.returncode == 0
        assert "Usage: xps-keras" in done.stdout
        assert not loaded & {*HEAVY, "numpy", "scipy", "matplotlib"}


def test_help_imports_few_modules() -> None:
    """187 were counted; the seconds are measured by ``benchmarks/start.py``."""
    _, loaded = modules("--help")
    assert len(loaded) < 230


def test_every_option_is_declared_once() -> None:
    places: dict[str, list[str]] = {}
    for path in sorted((ROOT / "xps_keras" / "cli").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                if node.func.attr not in ("Option", "Argument"):
                    continue
                (text,) = (ast.literal_eval(word.value) for word in node.keywords if word.arg == "help")
                places.setdefault(text, []).append(f"{path.name}:{node.lineno}")
    assert len(places) > 60
    assert {text: found for text, found in places.items() if len(found) > 1} == {}


def test_analyze_with_the_shipped_model_imports_no_tensorflow(pet: Callable[..., Path]) -> None:
    done, loaded = modules("analyze", pet(), "--json", "-")
    assert done.returncode == 0, done.stderr
    assert len(json.loads(done.stdout)["groups"]) == 40
    assert "xps_keras" in loaded
    assert not loaded & set(HEAVY)
    assert "matplotlib" not in loaded


def test_inspect_and_library_import_no_tensorflow(pet: Callable[..., Path]) -> None:
    for arguments in (("inspect", pet()), ("library", "show", "PET"), ("library", "spectrum", "PET")):
        done, loaded = modules(*arguments)
        assert done.returncode == 0, done.stderr
        assert not loaded & (set(HEAVY) - ({"rdkit"} if "show" in arguments else set()))  # show explains every atom


@pytest.mark.parametrize(
    "options",
    [
        ("--reference", "0"), ("--reference", "abc"), ("--jobs", "0"), ("--method", "foo"), ("--charge", "abc"),
        ("--charge", "900"), ("--style", "poster"), ("--picture-format", "gif"), ("--quiet", "--verbose"),
    ],
)  # fmt: skip
def test_a_value_that_an_option_does_not_take_is_one_sentence_and_status_2(options: tuple[str, ...]) -> None:
    done = run(sys.executable, "-m", "xps_keras", "analyze", "examples/charged_pet.vms", *options)
    assert done.returncode == 2
    assert done.stdout == ""
    (said,) = done.stderr.splitlines()
    assert said.startswith("xps-keras: ")
    assert said.endswith(".")


@pytest.mark.parametrize("arguments", [("analyze", "--frobnicate"), ("nonsense",), ("library", "show")])
def test_wrong_usage_is_status_2(arguments: tuple[str, ...]) -> None:
    done = run(sys.executable, "-m", "xps_keras", *arguments)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_a_closed_pipe_ends_quietly() -> None:
    command = [sys.executable, "-m", "xps_keras", "library", "spectrum", "PET"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == ""


def test_unknown_polymer_is_one_sentence() -> None:
    done = run(sys.executable, "-m", "xps_keras", "library", "show", "PETT")
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("xps-keras: ")
    assert "PET" in done.stderr


def test_library_commands_show_what_the_tables_hold() -> None:
    listed = run(sys.executable, "-m", "xps_keras", "library", "list").stdout
    assert sum(line.startswith(("PET ", "PS ", "PMMA ")) for line in listed.splitlines()) == 3
    shown = run(sys.executable, "-m", "xps_keras", "library", "show", "PET").stdout
    assert "ester (aromatic) x 2" in shown
    rows = run(sys.executable, "-m", "xps_keras", "library", "spectrum", "PET").stdout.splitlines()
    assert rows[0] == "binding energy / eV,intensity"
    assert len(rows) == 6602
    table = [tuple(map(float, row.split(","))) for row in rows[1:]]
    carbon = max((value, energy) for energy, value in table if 280.0 < energy < 290.0)
    assert carbon[1] == pytest.approx(284.7, abs=0.05)
