"""Memory of a program with all its processes, watched while it runs."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import psutil

EVERY_S = 0.1


def tree_mb(process: psutil.Process) -> float:
    """Megabytes of a process and its descendants; pages that they share count once where the system tells (Linux)."""
    total = 0
    with suppress(psutil.Error):
        for one in [process, *process.children(recursive=True)]:
            with suppress(psutil.Error):
                full = one.memory_full_info()
                total += getattr(full, "pss", full.rss)
    return total / 1e6


@dataclass
class Watched:
    """What was seen."""

    times: list[float] = field(default_factory=list)
    megabytes: list[float] = field(default_factory=list)

    def peak(self, begin: float = 0.0, end: float = 1.0) -> float:
        """Return the highest value in a part of the run, whose begin is 0 and whose end is 1."""
        if not self.times:
            return float("nan")
        first, span = self.times[0], (self.times[-1] - self.times[0]) or 1.0
        parts = [(at - first) / span for at in self.times]
        return max((mb for part, mb in zip(parts, self.megabytes, strict=True) if begin <= part <= end), default=0.0)


@contextmanager
def watch(pid: int) -> Iterator[Watched]:
    """Look at a process and its descendants ten times a second.

    Args:
        pid: The process.

    Yields:
        What is seen; complete when the context ends.
    """
    found, over = Watched(), threading.Event()
    try:
        process = psutil.Process(pid)
    except psutil.Error:
        yield found
        return

    def look() -> None:
        while not over.wait(EVERY_S):
            megabytes = tree_mb(process)
            if megabytes:
                found.times.append(time.monotonic())
                found.megabytes.append(megabytes)

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        over.set()
        thread.join()
