"""Writing files whole or not at all."""

import io
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from xps_keras.errors import UsageError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

StrPath: TypeAlias = str | os.PathLike[str]
"""What every public function takes for a path."""


def write_whole(path: StrPath, content: bytes | str) -> None:
    """Write a file so that a reader sees the old content or all of the new one, never a part.

    The content goes to a temporary file in the same folder, which then takes the place of the target.

    Args:
        path: The file to write; its folder must exist.
        content: The whole content; text is written as UTF-8 with its line ends left alone.

    Raises:
        UsageError: If the folder is missing, the target is a folder, or writing is refused or fails.
    """
    path = Path(path)
    data = content.encode("utf-8") if isinstance(content, str) else content
    if path.is_dir():
        raise UsageError(f"{path}: this is a folder, name a file to write to.")
    if not path.parent.is_dir():
        raise UsageError(f"{path}: the folder {path.parent} does not exist, make it first.")
    temporary: Path | None = None
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
        temporary = Path(name)
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        # mkstemp makes files that only their owner may read; a result should be as open as any other new file.
        temporary.chmod(_mode(path))
        temporary.replace(path)
    except OSError as error:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
        raise UsageError(f"{path}: cannot be written ({error.strerror or error}).") from error


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


def _mode(path: Path) -> int:
    """Return the permission bits of an existing target, otherwise those a new file gets under the user's mask."""
    if path.exists():
        return path.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
