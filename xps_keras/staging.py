"""Folders written whole or not at all, and what writers that were killed have left.

A folder is written under a hidden name beside its place and renamed when it is finished. Its writer holds a lock on it,
which goes with the process however that ends: what bears such a name and is not locked is nobody's any more.
"""

import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

try:
    import fcntl
except ImportError:  # not a POSIX system: folders cannot be locked, and what a killed writer leaves stays
    fcntl = None  # type: ignore[assignment]

_UNFINISHED, _EARLIER = "part", "earlier"


@contextmanager
def staging(path: Path) -> Iterator[Path]:
    """Give a temporary folder on the same file system as ``path``; it is removed at the end, whatever happens.

    Args:
        path: The folder to be written. Folders above it are made, and removed again where nothing came into them.

    Yields:
        The temporary folder, for ``install``.

    Raises:
        OSError: No folder can be made there.
    """
    made = [folder for folder in path.parents if not folder.exists()]
    path.parent.mkdir(parents=True, exist_ok=True)
    clear_leftovers(path)
    folder, lock = _claimed(path)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        _let_go(lock)
        for parent in made:  # innermost first
            if any(parent.iterdir()):
                break
            parent.rmdir()


def install(folder: Path, path: Path) -> None:
    """Rename a finished folder to its place; an earlier one is kept until the new one stands.

    Args:
        folder: What ``staging`` gave, or a folder in it.
        path: Its place.

    Raises:
        OSError: It cannot be renamed; then the earlier one stands.
    """
    if not path.exists():
        folder.rename(path)
        return
    earlier = _hidden(path, _EARLIER)
    lock = _locked(path)
    try:
        path.rename(earlier)
        try:
            folder.rename(path)
        except OSError:
            earlier.rename(path)
            raise
        shutil.rmtree(earlier)
    finally:
        _let_go(lock)


def clear_leftovers(path: Path) -> None:
    """Remove what killed writers of a folder have left beside it; one that was about to be replaced comes back.

    What another process writes at this moment stays.

    Args:
        path: The folder that was to be written.
    """
    if fcntl is None or not path.parent.is_dir():
        return
    named = re.compile(rf"\.{re.escape(path.name)}-[0-9a-f]{{8}}\.({_UNFINISHED}|{_EARLIER})")
    for leftover in sorted(path.parent.iterdir()):
        found = named.fullmatch(leftover.name)
        if found is None:
            continue
        try:
            lock = _locked(leftover, wait=False)
        except OSError:
            continue  # somebody writes it, or it is not ours to judge
        try:
            if found[1] == _EARLIER and not path.exists():
                leftover.rename(path)
            else:
                shutil.rmtree(leftover, ignore_errors=True)
        finally:
            _let_go(lock)


def _claimed(path: Path) -> tuple[Path, int | None]:
    """Make a hidden folder and lock it."""
    while True:
        folder = _hidden(path, _UNFINISHED)
        folder.mkdir()
        try:
            lock = _locked(folder)
        except FileNotFoundError:
            continue
        if folder.exists():
            return folder, lock
        _let_go(lock)  # taken for a leftover before it was locked


def _hidden(path: Path, kind: str) -> Path:
    return path.with_name(f".{path.name}-{secrets.token_hex(4)}.{kind}")


def _locked(folder: Path, wait: bool = True) -> int | None:
    """Lock a folder and return what must be closed to unlock it; None where locks are not known.

    Raises:
        OSError: The folder is gone, or, without waiting, locked.
    """
    if fcntl is None:
        return None
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        if not wait:
            os.close(handle)
            raise
        # A file system without locks: a second writer may be taken for none, as before there were any.
    return handle


def _let_go(lock: int | None) -> None:
    if lock is not None:
        os.close(lock)
