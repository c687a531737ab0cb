"""Imported libraries in the user's data directory, and finding a library by its name.

A library is two files: ``NAME-<hash>.npz`` with the arrays and ``NAME.json``, which names it. The JSON is written
last, so that a reader always finds an old or a new library, never half of one.
"""

import io
import json
import os
import re
import sys
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xps_keras.axis import AXIS
from xps_keras.errors import InputError, UsageError
from xps_keras.files import StrPath, read_regular, write_whole
from xps_keras.groups import GROUP_NAMES
from xps_keras.interrupts import undisturbed
from xps_keras.library.folds import FOLD_NAMES, fold_library
from xps_keras.library.library import Library
from xps_keras.library.loading import OWN_LIBRARIES, load_library
from xps_keras.locks import waiting
from xps_keras.measured.library import MeasuredLibrary
from xps_keras.printable import printable
from xps_keras.version import __version__

SCHEMA = "xps-keras/library/1"
DATA_VARIABLE = "XPS_KERAS_DATA"
"""Environment variable that names the data directory."""
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_LARGEST_LIST, _LARGEST_ARRAYS = 50_000_000, 2_000_000_000
"""Bytes of a library's two files; each polymer takes some hundred and some thousand."""
_MOST_POLYMERS = 50_000
_HEADER = 4096  # of an array in a file
_LONGEST = 200
_TRIES = 3  # a library may be replaced between its two files
UNREADABLE = (
    *(OSError, ValueError, KeyError, TypeError, EOFError, RecursionError, NotImplementedError, RuntimeError),
    *(zipfile.BadZipFile, zlib.error),
)
"""What damaged files of a library raise."""
_TAKEN = (*OWN_LIBRARIES, *FOLD_NAMES)
"""Names of the package's own libraries."""


def data_directory() -> Path:
    """Return the user's data directory of this package; it need not exist.

    ``XPS_KERAS_DATA`` when set. Otherwise the platform's place for data of programs: ``%LOCALAPPDATA%`` on Windows,
    ``~/Library/Application Support`` on macOS, ``$XDG_DATA_HOME`` or ``~/.local/share`` elsewhere (XDG Base
    Directory Specification, which ignores relative paths), each with ``xps-keras`` appended.
    """
    if chosen := os.environ.get(DATA_VARIABLE):
        return Path(chosen)
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Application Support"
    else:
        named = Path(os.environ.get("XDG_DATA_HOME") or "")
        base = named if named.is_absolute() else Path.home() / ".local" / "share"
    return base / "xps-keras"


def libraries_folder() -> Path:
    """Return the folder of the imported libraries; it need not exist."""
    return data_directory() / "libraries"


def stored_names() -> tuple[str, ...]:
    """Return the names of the imported libraries, sorted."""
    return tuple(sorted(path.stem for path in libraries_folder().glob("*.json") if _NAME.fullmatch(path.stem)))


def check_name(name: str, force: bool) -> None:
    """Refuse a name that cannot be given to an imported library.

    Args:
        name: The name.
        force: Whether an imported library of that name may be replaced.

    Raises:
        UsageError: The name has other characters, belongs to the package, or is taken.
    """
    if name in _TAKEN:
        raise UsageError(f"{name!r} is a library of the package itself; choose another --name.")
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"{name!r} cannot name a library: use up to 40 small letters, digits, '-' and '_', beginning with a letter "
            "or digit."
        )
    if name in stored_names() and not force:
        raise UsageError(f"There is a library {name!r} already; add --force to replace it, or choose another --name.")


def save(library: MeasuredLibrary, origin: dict[str, str | float | None], force: bool = True) -> Path:
    """Store a library under its name, in place of an older one; imports that end together do so one by one.

    Args:
        library: The library; ``check_name`` has passed its name.
        origin: What to remember of the import, JSON-ready.
        force: As ``check_name``, which is asked again: another import may have ended meanwhile.

    Returns:
        The path of the JSON file.

    Raises:
        UsageError: Writing is refused or fails, or the name was taken meanwhile.
    """
    folder = libraries_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with waiting(folder.with_name(f"{folder.name}.lock")):
            check_name(library.name, force)
            return _stored(library, origin, folder)
    except OSError as error:
        raise UsageError(f"{folder}: the folder cannot be made ({error.strerror or error}).") from error


@undisturbed()
def _stored(library: MeasuredLibrary, origin: dict[str, str | float | None], folder: Path) -> Path:
    """Write both files of a library and remove the arrays of an older one."""
    buffer = io.BytesIO()
    np.savez_compressed(
        buffer, intensity=library.intensity, measured=np.packbits(library.measured), groups=library.group_counts
    )
    arrays = folder / f"{library.name}-{library.sha256[:16]}.npz"
    write_whole(arrays, buffer.getvalue())
    content = {
        "schema": SCHEMA,
        "name": library.name,
        "sha256": library.sha256,
        "arrays": arrays.name,
        "groups": library.labels,
        "own_labels": library.own_labels,
        "polymers": [
            {"key": key, "name": name, "smiles": smiles, "lines": lines}
            for key, name, smiles, lines in zip(
                library.keys, library.polymer_names, library.smiles, library.lines, strict=True
            )
        ],
        "origin": origin,
        "package_version": __version__,
    }
    path = folder / f"{library.name}.json"
    write_whole(path, json.dumps(content, indent=1, ensure_ascii=False) + "\n")
    for old in folder.glob(f"{library.name}-*.npz"):
        if re.fullmatch(re.escape(library.name) + r"-[0-9a-f]{16}\.npz", old.name) and old != arrays:
            old.unlink(missing_ok=True)
    return path


def load_stored(path: StrPath) -> MeasuredLibrary:
    """Load an imported library.

    Args:
        path: Its JSON file; the file with the arrays stands beside it.

    Returns:
        The library; its arrays are read-only.

    Raises:
        InputError: It is damaged or was stored by another version.
    """
    path = Path(path)
    for _ in range(_TRIES):
        found = _list_of(path)
        try:
            return _loaded(path)
        except InputError:
            if _list_of(path) == found:
                raise
    return _loaded(path)


def _list_of(path: Path) -> bytes:
    """Return the bytes of a library's list; nothing where it cannot be read, which is said when it is loaded."""
    try:
        return read_regular(path, _LARGEST_LIST)
    except OSError:
        return b""


def _loaded(path: Path) -> MeasuredLibrary:
    remedy = f"import it again with `xps-keras library import FOLDER --name {path.stem} --force`"
    try:
        content = json.loads(read_regular(path, _LARGEST_LIST))
        labels, own = tuple(content["groups"]), content.get("own_labels", False) is True
        if content["schema"] != SCHEMA or (labels != GROUP_NAMES and not own):
            raise InputError(f"{path}: this library was stored by another version of xps-keras; {remedy}.")
        polymers = content["polymers"]
        intensity, counts, packed = _arrays(path.parent, content["arrays"], len(polymers), len(labels))
        measured = np.unpackbits(packed, count=intensity.size).astype(bool).reshape(intensity.shape)
        library = MeasuredLibrary(
            name=content["name"],
            keys=tuple(entry["key"] for entry in polymers),
            polymer_names=tuple(entry["name"] for entry in polymers),
            smiles=tuple(entry["smiles"] for entry in polymers),
            group_counts=counts,
            intensity=intensity,
            measured=measured,
            lines=tuple(tuple(entry["lines"]) for entry in polymers),
            labels=labels,
        )
        whole = library.intensity.shape == (len(polymers), AXIS.size) and counts.shape == (len(polymers), len(labels))
        whole = whole and library.sha256 == content["sha256"]
    except UNREADABLE as error:
        raise InputError(f"{path}: this library cannot be read ({_said(error)}); {remedy}.") from error
    if not whole:
        raise InputError(f"{path}: the stored arrays do not fit their checksum; {remedy}.")
    for array in (library.intensity, library.measured, library.group_counts):
        array.setflags(write=False)
    return library


def _arrays(folder: Path, name: Any, polymers: int, labels: int) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Read intensities, group counts and packed masks, whose sizes the list gives; never more than these.

    Raises:
        ValueError: The name leads elsewhere, or an array has another shape or type.
    """
    if not isinstance(name, str) or Path(name).name != name or polymers > _MOST_POLYMERS:
        raise ValueError("its list names no arrays of its own")
    channels = polymers * AXIS.size
    wanted = {
        "intensity": ((polymers, AXIS.size), "float32"),
        "groups": ((polymers, labels), "float32"),
        "measured": ((-(-channels // 8),), "uint8"),
    }
    content = read_regular(folder / name, _LARGEST_ARRAYS)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for array, (shape, dtype) in wanted.items():
            if archive.getinfo(f"{array}.npy").file_size > np.prod(shape) * np.dtype(dtype).itemsize + _HEADER:
                raise ValueError(f"its array {array} is larger than its list says")
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        found = {array: arrays[array] for array in wanted}
    if any((found[array].shape, found[array].dtype.name) != each for array, each in wanted.items()):
        raise ValueError("its arrays are not as large as its list says")
    return found["intensity"], found["groups"], found["measured"]


def _said(error: Exception) -> str:
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error) or type(error).__name__
    return printable(text if len(text) <= _LONGEST else f"{text[:_LONGEST]} ...")


def find_library(name: str) -> Library | MeasuredLibrary:
    """Find a library by name: one of the package, a part of it (``folds.py``), or an imported one.

    Args:
        name: Its name, or the path of the JSON file of an imported one that stands elsewhere.

    Returns:
        The library.

    Raises:
        XpsKerasError: There is none of that name, or it is damaged.
    """
    if name in FOLD_NAMES:
        return fold_library(name)
    if name in _TAKEN:
        return load_library(name)
    imported = stored_names()
    if name in imported:
        return load_stored(libraries_folder() / f"{name}.json")
    if name.endswith(".json"):
        return load_stored(Path(name))
    others = f"imported: {', '.join(imported)}" if imported else "none was imported yet"
    raise UsageError(f"There is no library {name!r}; the package's own is 'polymers', {others}.")
