"""Locks between processes: files that say who works in a folder.

The system gives up the lock of a process that ends, however it ends; so a lock file without its lock is stale. Where
files cannot be locked (Windows, some network file systems) the file's content decides alone.
"""

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from xps_keras.errors import UsageError

try:
    import fcntl
except ImportError:  # not a POSIX system
    fcntl = None  # type: ignore[assignment]

_LARGEST = 4096


@contextmanager
def waiting(path: Path) -> Iterator[None]:
    """Wait until no other process holds a lock, then hold it; where files cannot be locked, hold nothing.

    Args:
        path: The lock file, which stays.

    Raises:
        OSError: It cannot be made.
    """
    if fcntl is None:
        yield
        return
    with open(path, "ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def alone(path: Path, what: str) -> Iterator[None]:
    """Hold a lock file with this process' number and host, or refuse; it is removed at the end.

    The file of a process of this host that ended, killed or not, is stale and taken over.

    Args:
        path: The lock file; its folder must exist.
        what: What is done under it, with its article, such as ``a training``.

    Raises:
        UsageError: Another process holds it, or it cannot be made.
    """
    try:
        handle = _taken(path, what)
    except OSError as error:
        raise UsageError(f"{path}: the lock file cannot be made ({error.strerror or error}).") from error
    with handle:
        try:
            yield
        finally:
            path.unlink(missing_ok=True)


def _taken(path: Path, what: str) -> IO[bytes]:
    """Open the lock file, lock it and write into it who holds it."""
    while True:
        handle = open(path, "ab+")
        try:
            handle.seek(0)
            holder = _holder(handle.read(_LARGEST))
            if not _locked(handle, holder):
                raise _refusal(path, what, holder)
            if not _stands(handle, path):
                handle.close()
                continue  # its holder has removed it meanwhile
            handle.truncate(0)
            handle.write(json.dumps({"pid": os.getpid(), "host": socket.gethostname()}).encode())
            handle.flush()
        except BaseException:
            handle.close()
            raise
        return handle


def _stands(handle: IO[bytes], path: Path) -> bool:
    """Whether a lock file is still the one under its name."""
    try:
        return os.path.samestat(os.fstat(handle.fileno()), os.stat(path))
    except FileNotFoundError:
        return False


def _holder(content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _locked(handle: IO[bytes], holder: dict[str, Any]) -> bool:
    if fcntl is None:
        return not holder
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    # A lock may not reach from one host to the other.
    return not holder or holder.get("host") in (None, socket.gethostname())


def _refusal(path: Path, what: str, holder: dict[str, Any]) -> UsageError:
    by = f" by process {holder.get('pid')} on {holder.get('host')}" if holder else ""
    return UsageError(
        f"{path.parent}: {what} is going on here{by}; wait for its end or name another folder. If no such process "
        f"runs, remove {path.name} there."
    )
