"""Speed and memory of the corpus: ``python -m benchmarks.corpus [--rounds 7] [--loop-size 100]``.

Both ways run in one process, in turns, and are timed by processor time, so that other programs on the machine matter
little; the ratio is what to quote. The peak is NumPy's and Python's memory while one block is drawn, by
``tracemalloc``, in a run of its own.
"""

import argparse
import os
import statistics
import time
import tracemalloc
from collections.abc import Callable

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.plain_loop import PlainLoop
from xps_keras.corpus import RECIPES, Corpus, recipe
from xps_keras.corpus.corpus import BLOCK
from xps_keras.library.library import load_library

STRETCH = BLOCK
"""Spectra asked for at once: one block, the least that the engine draws."""


def rate(draw: Callable[[], int]) -> float:
    """Spectra per second of processor time, all threads of this process together."""
    start = time.process_time()
    count = draw()
    return count / (time.process_time() - start)


def measure(name: str, rounds: int, loop_size: int) -> tuple[float, float, float]:
    """Return spectra per processor second of the engine and of the loop, and the engine's peak memory in MB."""
    corpus = Corpus(recipe(name), seed=1)
    starts = iter(range(STRETCH, 10**9, STRETCH))
    corpus.batch(0, STRETCH)  # first calls plan the transforms

    def engine() -> int:
        return len(corpus.batch(next(starts), STRETCH))

    loop = PlainLoop(recipe(name), load_library(), seed=1)

    def plain() -> int:
        return len([loop.one() for _ in range(loop_size)])

    # In turns, so that a busy machine slows both alike.
    pairs = [(rate(engine), rate(plain)) for _ in range(rounds)]
    fast, slow = (statistics.median(column) for column in zip(*pairs, strict=True))
    tracemalloc.start()
    engine()
    peak = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    return fast, slow, peak


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7, help="turns of each way, of which the median counts")
    parser.add_argument("--loop-size", type=int, default=100, help="spectra of the plain loop in one turn")
    chosen = parser.parse_args()
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    table = Table(title=f"Corpus, one process on a machine of {cores} cores, NumPy {np.__version__}")
    for column in ("recipe", "engine, spectra/CPU s", "plain loop, spectra/CPU s", "ratio", "peak, MB"):
        table.add_column(column, justify="left" if column == "recipe" else "right")
    for name in RECIPES:
        fast, slow, peak = measure(name, chosen.rounds, chosen.loop_size)
        table.add_row(name, f"{fast:,.0f}", f"{slow:,.0f}", f"{fast / slow:.1f}", f"{peak:.0f}")
    Console().print(table)


if __name__ == "__main__":
    main()
