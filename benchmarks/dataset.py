"""Speed, disk and memory of the data set: ``python -m benchmarks.dataset [--config paper] [--size 105000]``.

Builds into a temporary folder, reads back by ``tfds.load(...).batch(256)``, exports to Parquet, and reads that as
``examples/read_parquet.py`` does. TFDS and Parquet are read in turns, and medians count. Wall times mean something on
an idle machine only; processor time, of all threads, hardly changes when other programs run beside it.
"""

import argparse
import importlib.util
import os
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import tensorflow_datasets as tfds
from rich.console import Console
from rich.table import Table

from xps_keras.datasets.xps_polymers.build import build
from xps_keras.datasets.xps_polymers.parquet import export_parquet

Figures = tuple[float, float, float, float]
PAIR = ("spectrum", "groups")
ALL = (*PAIR, "id", "group_amounts", "shift_ev", "broadening_ev", "polymers", "fractions", "measured")


def timed(work: Callable[[], int]) -> Figures:
    """Return spectra, seconds, and seconds of processor time of this process and of those that draw."""
    wall, cpu, drawing = time.perf_counter(), time.process_time(), drawing_seconds()
    count = work()
    wall, cpu, drawing = time.perf_counter() - wall, time.process_time() - cpu, drawing_seconds() - drawing
    return count, wall, cpu, drawing


def drawing_seconds() -> float:
    """Processor time of all ended child processes."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def read(config: str, folder: Path, **settings: Any) -> int:
    """Read the split ``train`` through TFDS."""
    # Autocaching off: a small data set would be read from memory from the second round on.
    settings["read_config"] = tfds.ReadConfig(try_autocache=False)
    stored = tfds.load(f"xps_polymers/{config}", split="train", data_dir=str(folder), **settings)
    return sum(256 for _ in stored.batch(256, drop_remainder=True))


def parquet_reader() -> Callable[..., int]:
    """Return what reads the split ``train`` of an export."""
    spec = importlib.util.spec_from_file_location(
        "read_parquet", Path(__file__).parents[1] / "examples/read_parquet.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return lambda folder, names: sum(len(part["spectrum"]) for part in module.batches(folder, "train", names))


def row(times: list[Figures]) -> list[str]:
    """Lay out the medians of several times."""
    per_second, per_cpu = (statistics.median(time[0] / max(time[n], 1e-9) for time in times) for n in (1, 2))
    seconds = (statistics.median(time[n] for time in times) for n in (1, 2, 3))
    return [f"{per_second:,.0f}", f"{per_cpu:,.0f}", *(f"{one:,.1f}" for one in seconds)]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", default="paper")
    parser.add_argument("--size", type=int, default=105_000, help="spectra of all splits together")
    parser.add_argument("--processes", type=int, default=None, help="further processes that draw")
    parser.add_argument("--rounds", type=int, default=3, help="times that the split train is read each way, in turns")
    chosen = parser.parse_args()
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    table = Table(title=f"xps_polymers/{chosen.config}, {chosen.size:,} spectra, {cores} cores")
    for column in ("step", "spectra/s", "spectra/CPU s", "wall, s", "CPU, s", "CPU drawing, s"):
        table.add_column(column, justify="left" if column == "step" else "right")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)

        def written() -> int:
            build(chosen.config, folder, chosen.size, processes=chosen.processes)
            return int(chosen.size)

        def exported() -> int:
            export_parquet(chosen.config, folder, folder / "parquet")
            return int(chosen.size)

        load = parquet_reader()
        ways: dict[str, Callable[[], int]] = {
            "read (spectrum, groups), TFDS": lambda: read(chosen.config, folder, as_supervised=True),
            "read (spectrum, groups), Parquet": lambda: load(folder / "parquet", PAIR),
            "read all features, TFDS": lambda: read(chosen.config, folder),
            "read all features, Parquet": lambda: load(folder / "parquet", ALL),
        }
        table.add_row("build", *row([timed(written)]))
        table.add_row("export", *row([timed(exported)]))
        turns = [{way: timed(work) for way, work in ways.items()} for _ in range(chosen.rounds)]
        for way in ways:
            table.add_row(way, *row([turn[way] for turn in turns]))
        sizes = [sum(path.stat().st_size for path in folder.rglob(kind)) for kind in ("*.tfrecord*", "*.parquet")]
    Console().print(table)
    here, drawing = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    Console().print(
        f"{sizes[0] / 1e6:,.0f} MB on disk, {sizes[1] / 1e6:,.0f} MB as Parquet; "
        f"largest memory {here / 1e3:,.0f} MB here, {drawing / 1e3:,.0f} MB in a process that draws"
    )


if __name__ == "__main__":
    main()
