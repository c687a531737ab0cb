"""Where results go: checked before any work is done."""

import os
from collections.abc import Sequence
from pathlib import Path

from xps_keras.errors import UsageError


def writable(path: Path) -> Path:
    """Check that a file can be written.

    Args:
        path: The file.

    Returns:
        The same path.

    Raises:
        UsageError: The path is a folder, or its folder is missing or not writable.
    """
    if path.is_dir():
        raise UsageError(f"{path}: this is a folder, name a file to write to.")
    folder = path.parent
    if not folder.is_dir():
        raise UsageError(f"{path}: the folder {folder} does not exist, make it first.")
    if not os.access(folder, os.W_OK | os.X_OK) or (path.exists() and not os.access(path, os.W_OK)):
        raise UsageError(f"{path}: writing here is not permitted, choose another place.")
    return path


def writable_results(json_out: str | None, png: Path | None) -> Path | None:
    """Make sure that the outputs of a measurement can be written, before it begins.

    Args:
        json_out: Value of ``--json``: a file, ``-`` for stdout, or None.
        png: Value of ``--png``.

    Returns:
        The JSON file; None for stdout and for none.

    Raises:
        UsageError: One of them cannot be written.
    """
    file = None if json_out in (None, "-") else Path(str(json_out))
    for path in (file, png):
        if path is not None:
            writable(path)
    return file


def not_an_input(path: Path, files: Sequence[Path]) -> Path:
    """Refuse to write over one of the input files.

    Args:
        path: The file to write.
        files: The input files.

    Returns:
        The same path.

    Raises:
        UsageError: The path is one of the inputs.
    """
    if path.resolve() in {file.resolve() for file in files}:
        raise UsageError(f"{path}: writing here would overwrite an input file, choose another place.")
    return path


def targets(out: Path | None, files: Sequence[Path], suffix: str) -> list[Path | None]:
    """Name the output file of each input file.

    Args:
        out: A file for one input; a folder, which must exist, for several. None: nothing is written.
        files: The input files.
        suffix: Suffix of output files inside a folder, with its dot.

    Returns:
        One path per input file, or None for each when ``out`` is None.

    Raises:
        UsageError: A path cannot be written, would overwrite an input, or serves two inputs.
    """
    if out is None:
        return [None] * len(files)
    if len(files) > 1 and not out.is_dir():
        raise UsageError(f"{out}: with several files this must be an existing folder.")
    inside = [out / f"{file.stem}{suffix}" for file in files] if out.is_dir() else [out]
    for path in inside:
        not_an_input(writable(path), files)
        if inside.count(path) > 1:
            raise UsageError(f"{path}: two input files would be written here, analyse them one at a time.")
    return list(inside)
