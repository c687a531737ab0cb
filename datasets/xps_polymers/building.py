"""One build of a data set at a time, and nothing left of a killed one."""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from etils import epath
from tensorflow_datasets.core import constants

try:
    import fcntl
except ImportError:  # not a POSIX system
    fcntl = None  # type: ignore[assignment]

_LOG = logging.getLogger(__name__)


@contextmanager
def building(folder: epath.Path) -> Iterator[None]:
    """Hold the only build of a data set, and clear away what killed builds have left.

    A second build waits until the first has ended; the lock goes with its process, however that ends. Where files
    cannot be locked (Windows, object stores) builds run side by side, each in a folder of its own, and what killed
    ones leave stays.

    Args:
        folder: Folder of the data set's version, which need not exist.

    Yields:
        Nothing.

    Raises:
        OSError: The folder above cannot be made or written.
    """
    if fcntl is None or "://" in os.fspath(folder):
        yield
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    with open(folder.parent / f".{folder.name}.lock", "w") as lock:
        _acquire(lock, folder)
        for leftover in folder.parent.glob(f"{constants.INCOMPLETE_PREFIX}*_{folder.name}"):
            _LOG.warning("Removing what an earlier build that was stopped has left: %s", leftover)
            leftover.rmtree()
        yield


def _acquire(lock: IO[str], folder: epath.Path) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        _LOG.warning("Another build of %s is running; waiting for it.", folder)
        fcntl.flock(lock, fcntl.LOCK_EX)
