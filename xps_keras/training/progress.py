"""Progress of a training run: a bar on stderr, the history in a file."""

import json
from pathlib import Path
from typing import Any

import keras
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from xps_keras.files import write_whole


class ProgressBar(keras.callbacks.Callback):
    """One bar per epoch, one line of figures when it ends."""

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Open the display."""
        self.console = Console(stderr=True)
        self.progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[figures]}"),
            console=self.console,
            transient=True,
        )
        self.progress.start()

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Start the epoch's bar."""
        self.task = self.progress.add_task(
            f"epoch {epoch + 1}/{self.params['epochs']}", total=self.params["steps"], figures=""
        )

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Advance."""
        self.progress.update(self.task, completed=batch + 1, figures=_figures(logs))

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Print the epoch's figures."""
        self.progress.remove_task(self.task)
        self.console.print(f"epoch {epoch + 1}/{self.params['epochs']}  {_figures(logs)}", highlight=False)

    def close(self) -> None:
        """Close the display, however the training ended."""
        if hasattr(self, "progress"):
            self.progress.stop()


class HistoryFile(keras.callbacks.Callback):
    """Writes the figures of every finished epoch, so that an interrupted run keeps them.

    Args:
        path: JSON file: name of a figure -> one value per epoch.
    """

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Write the epoch behind the earlier ones; a resumed epoch takes the place of its first attempt."""
        earlier = json.loads(self.path.read_text()) if self.path.exists() else {}
        joined = {name: [*earlier.get(name, [])[:epoch], float(value)] for name, value in (logs or {}).items()}
        write_whole(self.path, json.dumps(joined, indent=1))


def _figures(logs: dict[str, Any] | None) -> str:
    return "  ".join(f"{name} {float(value):.4g}" for name, value in (logs or {}).items())
