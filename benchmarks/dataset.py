"""Speed, disk and memory of the data set: ``python -m benchmarks.dataset [--config paper] [--size 105000]``.

Builds into a temporary folder and reads back by ``tfds.load(...).batch(256)``. Wall times: run it on an idle machine.
"""

import argparse
import os
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import tensorflow_datasets as tfds
from rich.console import Console
from rich.table import Table

from xps_keras.datasets.xps_polymers.build import build


def timed(work: Callable[[], int]) -> tuple[float, float, float, float]:
    """Return spectra per second, seconds, and seconds of processor time of this process and of those that draw."""
    wall, cpu, drawing = time.perf_counter(), time.process_time(), drawing_seconds()
    count = work()
    wall, cpu, drawing = time.perf_counter() - wall, time.process_time() - cpu, drawing_seconds() - drawing
    return count / wall, wall, cpu, drawing


def drawing_seconds() -> float:
    """Processor time of all ended child processes."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def read(config: str, folder: Path, rounds: int, **settings: Any) -> int:
    """Read the split ``train`` several times through TFDS."""
    # Autocaching off: a small data set would be read from memory from the second round on.
    settings["read_config"] = tfds.ReadConfig(try_autocache=False)
    stored = tfds.load(f"xps_polymers/{config}", split="train", data_dir=str(folder), **settings)
    return sum(256 for _ in stored.batch(256, drop_remainder=True).repeat(rounds))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", default="paper")
    parser.add_argument("--size", type=int, default=105_000, help="spectra of all splits together")
    parser.add_argument("--processes", type=int, default=None, help="further processes that draw")
    parser.add_argument("--rounds", type=int, default=1, help="times that the split train is read")
    chosen = parser.parse_args()
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    table = Table(title=f"xps_polymers/{chosen.config}, {chosen.size:,} spectra, {cores} cores")
    for column in ("step", "spectra/s", "wall, s", "CPU, s", "CPU drawing, s"):
        table.add_column(column, justify="left" if column == "step" else "right")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)

        def written() -> int:
            build(chosen.config, folder, chosen.size, processes=chosen.processes)
            return int(chosen.size)

        steps: dict[str, Callable[[], int]] = {
            "build": written,
            "read (spectrum, groups)": lambda: read(chosen.config, folder, chosen.rounds, as_supervised=True),
            "read all features": lambda: read(chosen.config, folder, chosen.rounds),
        }
        for step, work in steps.items():
            table.add_row(step, *(f"{figure:,.1f}" for figure in timed(work)))
        disk = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    Console().print(table)
    here, drawing = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    Console().print(
        f"{disk / 1e6:,.0f} MB on disk; largest memory {here / 1e3:,.0f} MB here, {drawing / 1e3:,.0f} MB in a process "
        "that draws"
    )


if __name__ == "__main__":
    main()
