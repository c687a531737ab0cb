"""A slice of the fuzzers: recipes, metadata, artefacts and requests to the page, sound and damaged.

The seeds in ``tests/seeds`` were written by ``python -m benchmarks.fuzz_artefacts --store``, and stay as they are: what
was written once is taken for ever, or refused in a sentence.
"""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from xps_keras.errors import XpsKerasError

ROOT = Path(__file__).resolve().parents[1]
SEEDS = ROOT / "tests" / "seeds"
NEEDS = {"keras": "keras", "upload": "starlette"}


def _load(name: str) -> ModuleType:
    if f"benchmarks.{name}" in sys.modules:
        return sys.modules[f"benchmarks.{name}"]
    spec = importlib.util.spec_from_file_location(f"benchmarks.{name}", ROOT / "benchmarks" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # the fuzzers import one another by this name
    spec.loader.exec_module(module)
    return module


_load("reader_inputs")
_load("fuzz_readers")
FUZZER = _load("fuzz_artefacts")


@pytest.mark.parametrize("kind", FUZZER.KINDS)
def test_stored_seeds_are_taken_or_refused_in_a_sentence(kind: str) -> None:
    if kind in NEEDS:
        pytest.importorskip(NEEDS[kind], reason="needs an extra")
    take = FUZZER.KINDS[kind].attempt()
    stored = sorted((SEEDS / FUZZER.folder_of(kind)).iterdir())
    assert stored
    for file in stored:
        outcome = FUZZER.Outcome()
        FUZZER.attempt(take, file.read_bytes(), outcome, (XpsKerasError, "taken"))
        assert outcome.faults == [], file.name
        if file.name.startswith("sound"):
            assert outcome.counts == {"taken": 1}, file.name


@pytest.mark.parametrize("kind", FUZZER.KINDS)
def test_damaged_ones_are_taken_or_refused_in_a_sentence(kind: str) -> None:
    if kind in NEEDS:
        pytest.importorskip(NEEDS[kind], reason="needs an extra")
    outcome = FUZZER.try_many(kind, 60, seed=5)
    assert outcome.counts["refused"] > 0
    assert [fault for fault in outcome.faults if not fault.endswith(" s")] == []  # seconds are the benchmark's
