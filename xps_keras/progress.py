"""Progress on stderr: a bar over spectra, a bar and a line of figures per epoch of a training, a bar over items."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn, track

T = TypeVar("T")
REFRESH_S = 0.25
"""Least time between two displays; looking at the figures makes a device wait."""


@contextmanager
def progress_bar(total: int, shown: bool) -> Iterator[Callable[[int], None]]:
    """Show a bar while spectra are run.

    Args:
        total: Number of spectra.
        shown: Whether to show it at all.

    Yields:
        A function that is told how many more spectra are done.
    """
    if not shown:
        yield lambda done: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("spectra", total=total)
        yield lambda done: bar.advance(task, done)


class ProgressBar:
    """One bar per epoch, one line of figures when it ends; a context.

    Args:
        epochs: Epochs of the run.
        steps: Steps of an epoch.
        shown: False for a worker that is not the chief.
    """

    def __init__(self, epochs: int, steps: int, shown: bool = True) -> None:
        self.epochs, self.steps, self.shown = epochs, steps, shown
        self._console = Console(stderr=True)
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[figures]}"),
            console=self._console,
            transient=True,
            disable=not shown,
        )
        self._task = self._progress.add_task("", total=steps, figures="", visible=False)
        self._next = 0.0

    def __enter__(self) -> "ProgressBar":
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def start_epoch(self, epoch: int) -> None:
        """Begin an epoch, counted from 0."""
        self._progress.reset(self._task, description=self._title(epoch), total=self.steps, figures="", visible=True)

    def due(self) -> bool:
        """Whether it is time for another display."""
        return time.monotonic() >= self._next

    def show(self, steps: int, figures: dict[str, float]) -> None:
        """Show the steps done and the epoch's figures so far."""
        self._progress.update(self._task, completed=steps, figures=_words(figures))
        self._next = time.monotonic() + REFRESH_S

    def end_epoch(self, epoch: int, figures: dict[str, float]) -> None:
        """Print an epoch's figures."""
        self._progress.update(self._task, visible=False)
        if self.shown:
            self._console.print(f"{self._title(epoch)}  {_words(figures)}", highlight=False)

    def _title(self, epoch: int) -> str:
        return f"epoch {epoch + 1}/{self.epochs}"


def tracked(items: Sequence[T], title: str) -> Iterable[T]:
    """Show a bar on a terminal while items are gone through."""
    console = Console(stderr=True)
    return track(items, title, console=console, transient=True, disable=not console.is_terminal)


def _words(figures: dict[str, float]) -> str:
    return "  ".join(f"{name} {value:.4g}" for name, value in figures.items())
