"""Results on stdout as they come, and beside them how far the work is, on stderr."""

import errno
import os
import sys
import time
from contextlib import suppress

from xps_keras.cli.messages import say
from xps_keras.errors import UsageError
from xps_keras.printable import printable

_EVERY_S = 0.2
_CLEAR = "\r\x1b[K"


class Screen:
    """Stdout and the line of progress; a stdout that breaks off costs no result in a file.

    Args:
        total: Number of files.
        quiet: Whether to show neither results nor progress.
    """

    def __init__(self, total: int, quiet: bool) -> None:
        self._total, self._quiet = total, quiet
        self._moving = not quiet and total > 1 and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        self._begun = time.monotonic()
        self._shown = 0.0
        self._drawn = False
        self._broken: OSError | None = None

    @property
    def broken(self) -> bool:
        """Whether nobody takes what is printed any more."""
        return self._broken is not None

    def show(self, text: str) -> None:
        """Print a result to stdout."""
        if self._quiet or self._broken is not None:
            return
        self._clear()
        try:
            sys.stdout.write(text if text.endswith("\n") else text + "\n")
            sys.stdout.flush()
        except OSError as error:
            self._broken = error

    def say(self, text: str) -> None:
        """Print a sentence to stderr."""
        self._clear()
        say(text)

    def progress(self, done: int) -> None:
        """Say how many files are done, a few times a second."""
        now = time.monotonic()
        if not self._moving or now - self._shown < _EVERY_S:
            return
        self._shown = now
        rate = done / max(now - self._begun, 1e-3)
        left = (self._total - done) / rate if rate > 0 else 0.0
        self._write(f"{_CLEAR}{done} of {self._total} files, {rate:.0f} a second, {_time(left)} left")
        self._drawn = True

    def end(self) -> None:
        """Take the line of progress away.

        Raises:
            UsageError: Stdout did not take everything.
        """
        self._clear()
        if self._broken is not None:
            raise stdout_ended(self._broken)

    def _clear(self) -> None:
        if self._drawn:
            self._write(_CLEAR)
            self._drawn = False

    def _write(self, text: str) -> None:
        with suppress(OSError):
            sys.stderr.write(text)
            sys.stderr.flush()


def stdout_ended(error: OSError) -> UsageError:
    """Return the sentence for a stdout that takes no more, and stop whatever is still to be printed to it."""
    with suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if error.errno == errno.EPIPE:
        return UsageError("what reads the output ended before all was printed; files that were asked for are whole.")
    return UsageError(f"standard output cannot be written ({printable(error.strerror or str(error))}).")


def _time(seconds: float) -> str:
    whole = round(seconds)
    return f"{whole} s" if whole < 100 else f"{whole // 60} min {whole % 60} s"
