"""What the file system refuses, as sentences: said before the work where it can be known."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import tensorflow as tf

from xps_keras.errors import UsageError

BYTES_PER_SPECTRUM = 5_500
"""What an example takes on disk, rounded up: 5.1 kB of generalise, 3.8 kB of paper, 3.1 kB of instrument."""


def require_room(folder: Path, size: int, instead: str) -> None:
    """Make sure that a disk has room for a data set.

    Args:
        folder: Where it shall stand.
        size: Number of spectra.
        instead: What else its user can do.

    Raises:
        UsageError: It has not, or a file stands where a folder must be.
    """
    standing = next(parent for parent in folder.absolute().parents if parent.exists())
    if not standing.is_dir():
        raise UsageError(f"{standing}: this is a file; name a folder for the data set.")
    free, needed = shutil.disk_usage(standing).free, size * BYTES_PER_SPECTRUM
    if free < needed:
        raise UsageError(
            f"{standing}: {size:,} spectra need {needed / 1e6:,.0f} MB, but only {free / 1e6:,.0f} MB are free; "
            f"{instead}."
        )


@contextmanager
def sentences(where: object, what: str = "the data set") -> Iterator[None]:
    """Say in a sentence what the file system refuses.

    Args:
        where: The folder that is written.
        what: What is written.

    Yields:
        Nothing.

    Raises:
        UsageError: Something was refused.
    """
    try:
        yield
    except (OSError, tf.errors.OpError) as error:
        reason = error.message if isinstance(error, tf.errors.OpError) else (error.strerror or str(error))
        raise UsageError(f"{where}: {what} cannot be written ({reason}).") from error
