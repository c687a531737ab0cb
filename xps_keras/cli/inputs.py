"""Which files a call means: files, folders and patterns, named before any of them is read.

Windows' shells hand patterns over as they stand, so they are resolved here. A name that exists is never a pattern, so
that folders called ``run [2]`` or ``~`` mean themselves.
"""

import glob
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from xps_keras.errors import InputError

_MARK_BYTES = 4096
_MARKS = (b"Charge-corrected by xps-keras", b'"schema": "xps-keras/', b"file,sample,shift / eV,")
"""How files that this program wrote begin: corrected spectra, JSON, tables."""
END_MARK = b"written by xps-keras"
"""How workbooks that this program wrote end."""
_NUMBER = re.compile(r"(\d{1,18})")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Input:
    """One file of a call."""

    path: Path
    folder: str = ""
    """Where it stands below the folder that was named, so that outputs keep the tree; empty for files named alone."""
    found: bool = False
    """Whether it was found in a folder rather than named: then it may turn out to be no spectrum."""


@dataclass(frozen=True)
class Inputs:
    """All files of a call, in order and each once."""

    files: tuple[Input, ...]
    several: bool
    """Whether the answer is a list and outputs go to a folder: several files, a folder or a pattern."""
    ours: tuple[Path, ...] = ()
    """Files found in folders that an earlier call wrote; they are no inputs."""
    others: tuple[Path, ...] = field(default=())
    """Pipes, devices and broken links found in folders."""


def inputs_of(arguments: Sequence[Path]) -> Inputs:
    """Find the files that a call means.

    A folder means every file in it and in its folders, hidden ones left out, in the order of their names, in which
    numbers count as numbers. A pattern (``*``, ``?``, ``[...]``, ``**`` for any folders) means what it matches. A file
    named more than once counts once, at its first place.

    Args:
        arguments: Files, folders and patterns.

    Returns:
        The files. One that was named and does not exist is among them; reading says so.

    Raises:
        InputError: A pattern matches nothing, or a folder holds no file or cannot be listed.
    """
    found: dict[str, Input] = {}
    ours: list[Path] = []
    others: list[Path] = []
    several = len(arguments) > 1
    for argument in arguments:
        matches = _matches(argument)
        several |= matches != [argument] or os.path.isdir(argument)
        for match in matches:
            inside = list(_walked(match)) if os.path.isdir(match) else [Input(match)]
            if not inside:
                raise InputError(f"{match}: there is no file in this folder; name the folder with the spectra.")
            for item in inside:
                if item.found and not os.path.isfile(item.path):
                    others.append(item.path)
                elif item.found and written_by_us(item.path):
                    ours.append(item.path)
                else:
                    found.setdefault(os.path.normcase(os.path.abspath(item.path)), item)
    if not found:
        raise InputError(f"{arguments[0]}: {_only(ours, others)}")
    return Inputs(tuple(found.values()), several or len(found) > 1, tuple(ours), tuple(others))


def _only(ours: Sequence[Path], others: Sequence[Path]) -> str:
    """Say what stands in folders that hold no input."""
    if not others:
        return "there is only what xps-keras wrote itself; name a file to read it."
    if not ours:
        return "there are only pipes, devices or broken links; name the folder with the spectra."
    return "there is only what xps-keras wrote itself, beside pipes, devices or broken links; name a file to read it."


def _matches(argument: Path) -> list[Path]:
    """Return what an argument names: itself where it exists or is no pattern, else its matches in order."""
    if os.path.lexists(argument):
        return [argument]
    text = str(argument)
    if text.startswith("~") and os.path.lexists(home := os.path.expanduser(text)):
        return [Path(home)]
    if not glob.has_magic(text):
        return [argument]
    matches = sorted(glob.iglob(_literal_start(os.path.expanduser(text)), recursive=True), key=_natural)
    if not matches:
        raise InputError(f"{argument}: no file matches this pattern; check the folder and the suffix.")
    return [Path(match) for match in matches]


def _literal_start(pattern: str) -> str:
    """Take the folders at the front of a pattern that exist by that very name literally."""
    parts = Path(pattern).parts
    known = 0
    while known < len(parts) - 1 and os.path.isdir(os.path.join(*parts[: known + 1])):
        known += 1
    literal = [glob.escape(os.path.join(*parts[:known]))] if known else []
    return os.path.join(*literal, *parts[known:])


def _walked(folder: Path) -> Iterator[Input]:
    def refuse(error: OSError) -> None:
        raise InputError(f"{error.filename}: this folder cannot be listed ({error.strerror or error}).") from error

    for here, folders, files in os.walk(folder, onerror=refuse):
        folders[:] = sorted((name for name in folders if not name.startswith(".")), key=_natural)
        below = os.path.relpath(here, folder)
        for name in sorted(files, key=_natural):
            if not name.startswith("."):
                yield Input(Path(here, name), "" if below == os.curdir else below, found=True)


def _natural(name: str) -> tuple[list[str | int], str]:
    """Sort key in which ``run 9`` stands before ``run 10``."""
    parts: list[str | int] = list(_NUMBER.split(name.casefold()))
    parts[1::2] = [int(part) for part in parts[1::2]]
    return parts, name


def written_by_us(path: Path) -> bool:
    """Tell whether a file is a corrected spectrum, an answer or a table of an earlier call."""
    try:
        with open(path, "rb") as stream:
            head = stream.read(_MARK_BYTES)
            stream.seek(max(0, stream.seek(0, os.SEEK_END) - len(END_MARK)))
            end = stream.read()
    except OSError:
        return False  # reading says why
    start = head.removeprefix(_BYTE_ORDER_MARK)
    return end == END_MARK or any(mark in start for mark in _MARKS)
