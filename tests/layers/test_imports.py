"""Layers and models run on every Keras backend: they name none."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "xps_keras"
LAYERS, MODELS = sorted(PACKAGE.glob("layers/*.py")), sorted(PACKAGE.glob("models/*.py"))
STANDARD = {"abc", "collections", "dataclasses", "functools", "math", "typing"}


def imported(path: Path) -> set[str]:
    """Top-level names of every package a file imports, at any depth in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {name.name.split(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add("xps_keras" if node.level else str(node.module).split(".")[0])
    return found


def test_the_walk_sees_imports_inside_functions(tmp_path: Path) -> None:
    path = tmp_path / "probe.py"
    path.write_text("import numpy.linalg\ndef f():\n    from tensorflow.nn import relu\n")
    assert imported(path) == {"numpy", "tensorflow"}


@pytest.mark.parametrize("path", LAYERS + MODELS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_nothing_but_keras_numpy_and_this_package(path: Path) -> None:
    assert imported(path) <= {"keras", "numpy", "xps_keras"} | STANDARD


def test_there_is_something_to_look_at() -> None:
    assert len(LAYERS) > 5
    assert len(MODELS) > 4
