"""Speed and memory of the corpus: ``python -m benchmarks.corpus [--rounds 7] [--loop-size 100]``.

Engine and loop run in turns. In one process they are timed by processor time, so that other programs on the machine
matter little. Then the engine draws in as many processes as there are cores, as data sets and training do, until the
spectra have arrived in this one; that takes a clock and an idle machine. The peak is NumPy's and Python's memory while
one block is drawn, by ``tracemalloc``, in a run of its own: it does not grow with the number of blocks.
"""

import argparse
import os
import statistics
import time
import tracemalloc
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.plain_loop import PlainLoop
from xps_keras.corpus import RECIPES, Corpus, recipe
from xps_keras.corpus.corpus import BLOCK
from xps_keras.corpus.parallel import drawn_blocks
from xps_keras.library.loading import load_library

STRETCH = BLOCK
"""Spectra asked for at once: one block, the least that the engine draws."""

AHEAD = 4
"""Blocks that a drawing process may have ready when nobody reads, or more: in hand, in its pipe, and being drawn."""
SETTLE_S = 0.2
"""Time for drawing processes to get that far and wait: then the loop has a core to itself."""


def rate(draw: Callable[[], int], clock: Callable[[], float]) -> float:
    """Spectra per second of a clock."""
    start = clock()
    count = draw()
    return count / (clock() - start)


class Speed(NamedTuple):
    """Spectra per second, and how many times as fast as the loop: medians of the turns."""

    loop_cpu: float
    engine_cpu: float
    ratio_cpu: float
    loop: float
    engines: float
    ratio: float
    peak_mb: float


def measure(name: str, cores: int, rounds: int, loop_size: int, blocks: int) -> Speed:
    """Draw in turns."""
    corpus = Corpus(recipe(name), seed=1)
    starts = iter(range(STRETCH, 10**9, STRETCH))
    corpus.batch(0, STRETCH)  # first calls plan the transforms

    def engine() -> int:
        return len(corpus.batch(next(starts), STRETCH))

    loop = PlainLoop(recipe(name), load_library(), seed=1)

    def plain() -> int:
        return len([loop.one() for _ in range(loop_size)])

    # In turns, so that a busy machine slows both alike.
    processor = [(rate(engine, time.process_time), rate(plain, time.process_time)) for _ in range(rounds)]
    wall = []
    ready = AHEAD * cores
    with drawn_blocks(recipe(name), 1, (rounds + 1) * (ready + blocks), cores) as drawn:

        def engines() -> int:
            return sum(len(next(drawn)) for _ in range(blocks))

        for _ in range(rounds):
            for _ in range(ready):
                next(drawn)  # drawn while the loop ran, or the processes start
            drawing = rate(engines, time.perf_counter)
            time.sleep(SETTLE_S)
            wall.append((drawing, rate(plain, time.perf_counter)))
    tracemalloc.start()
    engine()
    peak = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    engine_cpu, loop_cpu = (statistics.median(column) for column in zip(*processor, strict=True))
    engines_wall, loop_wall = (statistics.median(column) for column in zip(*wall, strict=True))
    # Of each turn, since a turn's two measurements are neighbours on a machine whose pace changes.
    ratio_cpu, ratio = (statistics.median(ours / plain for ours, plain in turns) for turns in (processor, wall))
    return Speed(loop_cpu, engine_cpu, ratio_cpu, loop_wall, engines_wall, ratio, peak)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7, help="turns of each way, of which the median counts")
    parser.add_argument("--loop-size", type=int, default=300, help="spectra of the plain loop in one turn")
    parser.add_argument("--blocks", type=int, default=40, help="blocks of 512 spectra of several processes in one turn")
    chosen = parser.parse_args()
    cores = (len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()) or 1
    table = Table(title=f"Corpus, {cores} cores, NumPy {np.__version__}; spectra per second")
    columns = (
        "recipe",
        "loop, CPU s",
        "engine, CPU s",
        "ratio",
        "loop, s",
        f"engine, {cores} processes, s",
        "ratio",
        "peak of a block, MB",
    )
    for number, column in enumerate(columns):
        table.add_column(column, justify="right" if number else "left")
    for name in RECIPES:
        speed = measure(name, cores, chosen.rounds, chosen.loop_size, chosen.blocks)
        table.add_row(
            name,
            f"{speed.loop_cpu:,.0f}",
            f"{speed.engine_cpu:,.0f}",
            f"{speed.ratio_cpu:.1f}",
            f"{speed.loop:,.0f}",
            f"{speed.engines:,.0f}",
            f"{speed.ratio:.1f}",
            f"{speed.peak_mb:.0f}",
        )
    Console(width=140).print(table)


if __name__ == "__main__":
    main()
