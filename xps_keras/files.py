"""Writing files whole or not at all, and reading those that come from strangers."""

import errno
import io
import os
import re
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, TypeAlias

from xps_keras.errors import UsageError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

StrPath: TypeAlias = str | os.PathLike[str]
"""What every public function takes for a path."""

_DESCRIPTORS = re.compile(r"/dev/fd|/proc/(?:self|thread-self|\d+)(?:/task/\d+)?/fd")
"""Folders whose entries are files that a process holds open."""
_MOST_LINKS = 40
_PROBE_BYTES = 4096
_KEPT_OF_NAME = 40  # characters of a name in that of its temporary file: names may already be as long as can be


def write_whole(path: StrPath, content: bytes | str, durable: bool = False) -> None:
    """Write a file so that a reader sees the old content or all of the new one, never a part.

    Args:
        path: The file to write; its folder must exist.
        content: The whole content; text is written as UTF-8 with its line ends left alone.
        durable: As ``whole_file``.

    Raises:
        UsageError: As ``whole_file``.
    """
    data = content.encode("utf-8") if isinstance(content, str) else content
    with whole_file(path, durable) as stream:
        stream.write(data)


@contextmanager
def whole_file(path: StrPath, durable: bool = False) -> Iterator[IO[bytes]]:
    """Write a file piece by piece, so that a reader sees the old content or all of the new one.

    The content goes to a temporary file in the same folder, which takes the place of the target when the context ends
    well. Links are followed. Devices, pipes, sockets and open files such as ``/dev/stdout`` cannot be replaced and are
    written into.

    Args:
        path: The file to write; its folder must exist.
        durable: Whether the content must stand on the disk, not in the system's memory alone, before the old one goes:
            then it outlives a power cut.

    Yields:
        Where to write.

    Raises:
        UsageError: The folder is missing, the target is a folder, or writing is refused or fails.
    """
    path = Path(path)
    try:
        if os.path.isdir(path):
            raise UsageError(f"{path}: this is a folder; name a file to write to.")
        if through(path):
            with _opened(path) as stream:
                yield stream
            return
        target = Path(os.path.realpath(path))
        if target.is_symlink():
            raise UsageError(f"{path}: this link leads back to itself; name another file.")
        if not target.parent.is_dir():
            raise UsageError(f"{path}: the folder {target.parent} does not exist; make it first.")
        with _replacing(target, durable) as stream:
            yield stream
    except OSError as error:
        raise UsageError(f"{path}: cannot be written ({error.strerror or error}).") from error


def through(path: Path) -> bool:
    """Tell whether a path is written into rather than replaced: a device, a pipe, a socket, an open file."""
    if descriptor_of(path) is not None:
        return True
    try:
        return not stat.S_ISREG(os.stat(path).st_mode)
    except (OSError, ValueError):
        return False  # not there yet


def descriptor_of(path: Path) -> int | None:
    """Return the number of this process' open file that a path means, such as 1 for ``/dev/stdout``; else None."""
    here = os.fspath(path)
    if not os.path.isabs(here):
        here = os.path.join(os.getcwd(), here)
    for _ in range(_MOST_LINKS):
        folder, name = os.path.split(here)
        folder = os.path.realpath(folder)
        if _DESCRIPTORS.fullmatch(folder) and name.isdecimal():
            own = folder == "/dev/fd" or folder.startswith((f"/proc/{os.getpid()}/", "/proc/self/"))
            return int(name) if own else None
        here = os.path.join(folder, name)
        try:
            here = os.path.join(folder, os.readlink(here))
        except (OSError, ValueError):
            return None
    return None


def write_png(path: StrPath, figure: "Figure", dpi: int) -> None:
    """Write a picture as PNG, whole or not at all.

    Args:
        path: The file to write; its folder must exist.
        figure: The picture.
        dpi: Dots per inch.

    Raises:
        UsageError: As ``write_whole``.
    """
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=dpi)
    write_whole(path, buffer.getvalue())


def _opened(path: Path) -> IO[bytes]:
    number = descriptor_of(path)
    if number is None:
        return open(path, "wb")
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError, AttributeError):
            stream.flush()  # what was printed before comes before
    return os.fdopen(os.dup(number), "wb")


def put_in_place(part: Path, target: Path) -> None:
    """Let a finished file take the place of another, so that it outlives a power cut.

    Args:
        part: The file, in the folder of the target.
        target: Its place.

    Raises:
        OSError: The disk refuses.
    """
    with open(part, "rb+") as stream:
        os.fsync(stream.fileno())
    part.replace(target)
    _sync_folder(target.parent)


def _sync_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk, where the system can."""
    with suppress(OSError):  # Windows opens no folders, some file systems sync none
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def check_folder(folder: StrPath, needed_bytes: int = 0) -> None:
    """Refuse a folder into which nothing can be written, before work whose results are to go there.

    A file is made and removed again in it, or in the folder above where it does not exist yet.

    Args:
        folder: The folder, which need not exist.
        needed_bytes: Room that the results will take.

    Raises:
        UsageError: It is a file or lies below one, writing is refused, or there is too little room.
    """
    folder = Path(folder)
    try:
        standing = _standing(folder)
        if not standing.is_dir():
            raise UsageError(f"{standing}: this is a file, so the folder {folder} cannot be written; name another one.")
        with tempfile.TemporaryFile(dir=standing) as probe:
            probe.write(bytes(_PROBE_BYTES))
        free = shutil.disk_usage(standing).free
    except OSError as error:
        raise UsageError(f"The folder {folder} cannot be written: {error.strerror or error}.") from error
    if free < needed_bytes:
        raise UsageError(
            f"{folder}: the results take some {needed_bytes / 1e6:,.1f} MB, but only {free / 1e6:,.1f} MB are free; "
            "make room or name another folder."
        )


def _standing(folder: Path) -> Path:
    """Return a folder, or the first above it that exists."""
    for place in (folder, *folder.parents):
        try:
            os.lstat(place)
        except (FileNotFoundError, NotADirectoryError):
            continue
        return place
    return Path(os.curdir)


def read_regular(path: StrPath, most_bytes: int) -> bytes:
    """Read a whole file that anybody may have sent: no pipe that never answers, no device that never ends.

    Args:
        path: The file.
        most_bytes: A larger one is refused.

    Returns:
        Its content.

    Raises:
        OSError: It cannot be read, is no regular file, or is larger; ``strerror`` says which.
    """
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with open(handle, "rb") as stream:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError(errno.EINVAL, "it is a pipe or a device, no file", os.fspath(path))
        content = stream.read(most_bytes + 1)
    if len(content) > most_bytes:
        raise OSError(errno.EFBIG, f"it holds more than {most_bytes / 1e6:,.0f} MB", os.fspath(path))
    return content


@contextmanager
def _replacing(target: Path, durable: bool) -> Iterator[IO[bytes]]:
    handle, name = tempfile.mkstemp(prefix=f".{target.name[:_KEPT_OF_NAME]}.", suffix=".part", dir=target.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            yield stream
            if durable:
                stream.flush()
                os.fsync(stream.fileno())
        # mkstemp makes files that only their owner may read; a result should be as open as any other new file.
        temporary.chmod(_mode(target))
        temporary.replace(target)
        if durable:
            _sync_folder(target.parent)
    except BaseException:  # a stop from the keyboard leaves nothing behind either
        temporary.unlink(missing_ok=True)
        raise


def _mode(path: Path) -> int:
    """Return the permission bits of an existing target, otherwise those a new file gets under the user's mask."""
    if path.exists():
        return path.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
