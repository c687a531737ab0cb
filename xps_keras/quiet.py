"""Keeping the greetings of C++ libraries off a user's stderr."""

import contextlib
import importlib
import os
import sys
import tempfile
import threading
from collections.abc import Iterator
from types import ModuleType

_STDERR = threading.Lock()


@contextlib.contextmanager
def dropping_lines(*starts: bytes) -> Iterator[None]:
    """Drop the lines with these beginnings that are written to stderr meanwhile; pass on all others afterwards.

    LiteRT and TensorFlow report drivers and delegates from C++ to file descriptor 2, past ``sys.stderr``, partly
    before any log level is read.

    Args:
        starts: Beginnings of lines.
    """
    with _STDERR, tempfile.TemporaryFile() as captured:
        if sys.stderr is not None:
            sys.stderr.flush()
        try:
            keep = os.dup(2)
        except OSError:  # a process without stderr: nothing to keep clean
            yield
            return
        os.dup2(captured.fileno(), 2)
        try:
            yield
        finally:
            if sys.stderr is not None:
                sys.stderr.flush()
            os.dup2(keep, 2)
            os.close(keep)
            captured.seek(0)
            for line in captured:
                if not line.startswith(starts):
                    with contextlib.suppress(OSError):  # nobody takes it
                        os.write(2, line)


def import_quietly(name: str) -> ModuleType:
    """Import a module that pulls in TensorFlow, without its dozen lines on drivers and instruction sets.

    Faults reach us as exceptions; a user who wants the lines sets ``TF_CPP_MIN_LOG_LEVEL=0``.

    Args:
        name: Full name of the module.

    Returns:
        The module.

    Raises:
        ImportError: As the import itself.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    with dropping_lines(b"WARNING: All log messages before absl", b"I0000", b"W0000"):
        return importlib.import_module(name)
