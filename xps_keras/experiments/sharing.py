"""The trainings of an experiment shared by several machines, and brought together again.

Which worker does what follows from its place in the list alone: nobody waits for anybody, nothing goes over the
network, and a worker that was stopped is started again like any experiment.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from xps_keras.errors import UsageError

T = TypeVar("T")


@dataclass(frozen=True)
class Share:
    """Which trainings a worker does."""

    workers: int = 1
    index: int = 0

    @property
    def whole(self) -> bool:
        """Whether it is all of the experiment."""
        return self.workers == 1

    def of(self, trainings: Sequence[T]) -> list[T]:
        """Return every n-th training, n the number of workers, from this one's place on."""
        return list(trainings[self.index :: self.workers])

    def told(self, done: int, trainings: int, kept: str) -> str:
        """Say what was done, and what comes next.

        Args:
            done: Trainings of this worker.
            trainings: Trainings of the experiment.
            kept: What of the folder the others need.
        """
        return (
            f"Worker {self.index} of {self.workers} has done its {done} of {trainings} trainings. When all have, bring "
            f"{kept} of all folders into one and call the same command there with --join in place of the workers."
        )


def share_of(workers: Sequence[str], index: int | None, join: bool) -> Share:
    """Return a worker's share, named as for ``train``: by the options or by ``TF_CONFIG``.

    Args:
        workers: Addresses ``host:port`` of all workers.
        index: Place of this one among them, from 0.
        join: Whether the shares shall be brought together, whatever ``TF_CONFIG`` says.

    Raises:
        UsageError: The list or the place cannot be used, or both are given beside ``join``.
    """
    if join:
        if workers or index is not None:
            raise UsageError("--join brings together what all workers have done; leave --workers out.")
        return Share()
    from xps_keras.training.devices import Devices, cluster_of

    cluster = cluster_of(Devices(workers=tuple(workers), worker_index=index))
    return Share() if cluster is None else Share(len(cluster.workers), cluster.index)


def require_trained(folders: Sequence[Path], report: Callable[[str], None] = lambda sentence: None) -> None:
    """Refuse to go on where a training is missing.

    Args:
        folders: Folders of all trainings of an experiment.
        report: Takes a sentence when all are there.

    Raises:
        UsageError: One of them is not finished.
    """
    missing = [folder for folder in folders if not (folder / "model.keras").is_file()]
    if missing:
        names = ", ".join(folder.name for folder in missing)
        raise UsageError(
            f"{missing[0].parent}: {len(missing)} of {len(folders)} trainings are missing or not finished ({names}); "
            "bring them here from the workers that did them, or leave --join out to train them here."
        )
    report(f"All {len(folders)} trainings are there.")
