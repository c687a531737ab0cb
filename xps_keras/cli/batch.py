"""Answers for many files in the order of the files, from this process or from several at once."""

import os
import sys
from collections.abc import Generator, Sequence

from xps_keras.cli.job import FileAnswer, Job, Settings

FILES_A_PROCESS = 4
"""Fewer files are answered sooner than a further process has started."""


def processors() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def processes_for(files: int, wanted: int | None) -> int:
    """Return how many processes answer for so many files; ``wanted`` is the most, all processors when None."""
    if getattr(sys, "frozen", False):  # a bundled program has no interpreter to start
        return 1
    return max(1, min(processors() if wanted is None else wanted, files // FILES_A_PROCESS))


def answers(jobs: Sequence[Job], settings: Settings, processes: int) -> Generator[FileAnswer, None, None]:
    """Answer for files.

    Args:
        jobs: The files.
        settings: What is the same for all of them.
        processes: Processes that answer; 1 means this one.

    Yields:
        One answer a file, in order. Whatever is wrong with a file is a sentence in its answer.

    Raises:
        XpsKerasError: The model cannot be loaded.
    """
    if processes > 1:
        from xps_keras.cli.team import Team

        yield from Team(jobs, settings, processes)
        return
    from xps_keras.cli.answering import answer, failed, unexpected
    from xps_keras.runtime import load

    runtime = load(settings.model)
    for job in jobs:
        try:
            yield answer(job, settings, runtime)
        except Exception as error:
            if len(jobs) == 1:
                raise
            yield failed(job, settings, unexpected(job, error))
