"""Cut, flipped and shuffled files of vendors: every outcome is a spectrum or one sentence, and memory stays small."""

import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from xps_keras.errors import InputError
from xps_keras.io import read_all

from .conftest import KINDS

Write = Callable[[str, str | bytes], Path]
ROUNDS = 60


def outcome(path: Path) -> str:
    try:
        read_all(path)
    except InputError as error:
        sentence = str(error)
        assert path.name in sentence
        assert "\n" not in sentence
        assert sentence.endswith(".")
        return "refused"
    return "read"


@pytest.mark.parametrize("kind", KINDS)
def test_cut_anywhere(vendor_files: dict[str, bytes], write: Write, kind: str) -> None:
    content = vendor_files[kind]
    lengths = np.linspace(1, len(content) - 1, ROUNDS).astype(int)
    assert "refused" in {outcome(write("f", content[:length])) for length in lengths}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", [1, 2])
def test_bytes_flipped_removed_and_doubled(vendor_files: dict[str, bytes], write: Write, kind: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    tracemalloc.start()
    try:
        for _ in range(ROUNDS):
            data = bytearray(vendor_files[kind])
            # Half of the damage to the first tenth: there the counts stand.
            span = len(data) if rng.integers(2) else max(len(data) // 10, 40)
            for _ in range(rng.integers(1, 6)):
                at = int(rng.integers(min(span, len(data))))
                action = rng.integers(3)
                if action == 0:
                    data[at] = int(rng.integers(256))
                elif action == 1:
                    del data[at : at + int(rng.integers(1, 60))]
                else:
                    data[at:at] = bytes(data[: int(rng.integers(40))])
            outcome(write("f", bytes(data)))
        assert tracemalloc.get_traced_memory()[1] < 100_000_000
    finally:
        tracemalloc.stop()
