"""Blocks of a corpus drawn in further processes while this one does something else with them.

The processes are fresh interpreters that import NumPy and this package but no TensorFlow: a fork of a process with
running TensorFlow threads may hang, and ``multiprocessing``'s spawn would run a caller's script a second time.
Each writes its blocks to a pipe and ends when nobody reads it any more, whatever became of the reader.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import IO

import numpy as np

from xps_keras.corpus.ahead import ahead
from xps_keras.corpus.corpus import BLOCK, Batch, Corpus, Labels, batch_of
from xps_keras.corpus.recipes import Recipe, recipe_from_dict
from xps_keras.corpus.runs import Runs
from xps_keras.errors import XpsKerasError
from xps_keras.measured.store import find_library

PIPE = 2**20
"""Bytes that a pipe holds where the system lets one ask: half a block, so that drawing seldom waits for reading."""
KEPT = 2**28
"""Bytes of freed memory that a drawing process keeps; a block needs a tenth."""


@contextmanager
def drawn_blocks(
    recipe: Recipe, seed: int, count: int, processes: int, library: str = "polymers"
) -> Iterator[Iterator[Batch]]:
    """Draw blocks 0 ... ``count`` - 1 of a corpus.

    Args:
        recipe: How spectra are drawn.
        seed: Seed of the corpus.
        count: Number of blocks of ``BLOCK`` spectra.
        processes: Further processes that draw; 0 draws in this one.
        library: Name of the library, the package's own or an imported one.

    Yields:
        The blocks in order, the same whatever ``processes`` is. The processes end with the context.

    Raises:
        XpsKerasError: There is no such library, or a drawing process ended before its work was done; that is raised
            where its block is asked for.
    """
    found = find_library(library)  # here, so that a wrong name is a sentence and not a process that ends
    if processes == 0:
        corpus = Corpus(recipe, seed, found)
        yield (corpus.batch(block * BLOCK, BLOCK) for block in range(count))
        return
    step = min(processes, count)
    started: list[subprocess.Popen[bytes]] = []
    try:
        for first in range(step):
            started.append(_start(recipe, seed, library, first, count, step))
        yield (_read(started[block % step]) for block in range(count))
    finally:
        for process in started:
            process.kill()
            if process.stdout is not None:
                process.stdout.close()
            process.wait()


def _start(recipe: Recipe, seed: int, library: str, first: int, count: int, step: int) -> "subprocess.Popen[bytes]":
    order = {
        "recipe": recipe.to_dict(),
        "seed": seed,
        "library": library,
        "first": first,
        "count": count,
        "step": step,
    }
    package = str(Path(__file__).parents[2])
    inherited = os.environ.get("PYTHONPATH")
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([package, inherited] if inherited else [package]),
        # One thread each: the processes are the parallelism.
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        # glibc: keep freed memory for the next block; returning it and touching it anew takes a third of the time.
        "MALLOC_TRIM_THRESHOLD_": str(KEPT),
        "MALLOC_MMAP_THRESHOLD_": str(KEPT),
    }
    return subprocess.Popen(  # noqa: S603 # our own module
        [sys.executable, "-P", "-m", "xps_keras.corpus.parallel", json.dumps(order)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        pipesize=PIPE,
        env=environment,
        # Ctrl-C reaches the reader alone, which then closes the pipe.
        start_new_session=True,
    )


def _read(process: "subprocess.Popen[bytes]") -> Batch:
    assert process.stdout is not None  # noqa: S101 # `_start` asks for a pipe
    header = process.stdout.readline()
    layout: dict[str, tuple[str, list[int]]] = json.loads(header) if header else {}
    packed = {name: np.empty(shape, dtype) for name, (dtype, shape) in layout.items()}
    complete = bool(packed) and all(_fill(process.stdout, array) for array in packed.values())
    if not complete:
        raise XpsKerasError(
            f"A process that draws spectra ended early with status {process.wait()}; "
            "when memory is short, draw with fewer processes."
        )
    runs = Runs(**{field.name: packed.pop(field.name) for field in fields(Runs)})
    return batch_of(Labels(**packed), runs)


def _fill(source: IO[bytes], array: np.ndarray) -> bool:
    """Read an array's bytes; False when the source ends before."""
    left = array.reshape(-1).view(np.uint8).data
    while left:
        count = source.readinto(left)  # type: ignore[attr-defined] # a buffered reader
        if not count:
            return False
        left = left[count:]
    return True


def _send(target: int, content: "bytes | memoryview") -> None:
    left = memoryview(content)
    while left:
        left = left[os.write(target, left) :]


def _draw(order: str) -> None:
    """Write the blocks of an order to standard output."""
    wanted = json.loads(order)
    corpus = Corpus(recipe_from_dict(wanted["recipe"]), wanted["seed"], find_library(wanted["library"]))
    target = sys.stdout.fileno()
    blocks = (corpus.draw(block) for block in range(wanted["first"], wanted["count"], wanted["step"]))
    try:
        with ahead(blocks, depth=1) as drawn:  # the next one is drawn while this one waits to be read
            for labels, runs in drawn:
                arrays = vars(labels) | vars(runs)
                layout = {name: (array.dtype.str, array.shape) for name, array in arrays.items()}
                _send(target, json.dumps(layout).encode() + b"\n")
                for array in arrays.values():
                    _send(target, np.ascontiguousarray(array).reshape(-1).view(np.uint8).data)
    except BrokenPipeError:
        return  # nobody reads any more, killed or done


if __name__ == "__main__":
    _draw(sys.argv[1])
