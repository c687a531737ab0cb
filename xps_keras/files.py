"""Writing files whole or not at all."""

import io
import os
import re
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
_KEPT_OF_NAME = 40  # characters of a name in that of its temporary file: names may already be as long as can be


def write_whole(path: StrPath, content: bytes | str) -> None:
    """Write a file so that a reader sees the old content or all of the new one, never a part.

    Args:
        path: The file to write; its folder must exist.
        content: The whole content; text is written as UTF-8 with its line ends left alone.

    Raises:
        UsageError: As ``whole_file``.
    """
    data = content.encode("utf-8") if isinstance(content, str) else content
    with whole_file(path) as stream:
        stream.write(data)


@contextmanager
def whole_file(path: StrPath) -> Iterator[IO[bytes]]:
    """Write a file piece by piece, so that a reader sees the old content or all of the new one.

    The content goes to a temporary file in the same folder, which takes the place of the target when the context ends
    well. Links are followed. Devices, pipes, sockets and open files such as ``/dev/stdout`` cannot be replaced and are
    written into.

    Args:
        path: The file to write; its folder must exist.

    Yields:
        Where to write.

    Raises:
        UsageError: The folder is missing, the target is a folder, or writing is refused or fails.
    """
    path = Path(path)
    try:
        if os.path.isdir(path):
            raise UsageError(f"{path}: this is a folder, name a file to write to.")
        if through(path):
            with _opened(path) as stream:
                yield stream
            return
        target = Path(os.path.realpath(path))
        if target.is_symlink():
            raise UsageError(f"{path}: this link leads back to itself, name another file.")
        if not target.parent.is_dir():
            raise UsageError(f"{path}: the folder {target.parent} does not exist, make it first.")
        with _replacing(target) as stream:
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


@contextmanager
def _replacing(target: Path) -> Iterator[IO[bytes]]:
    handle, name = tempfile.mkstemp(prefix=f".{target.name[:_KEPT_OF_NAME]}.", suffix=".part", dir=target.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            yield stream
        # mkstemp makes files that only their owner may read; a result should be as open as any other new file.
        temporary.chmod(_mode(target))
        temporary.replace(target)
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
