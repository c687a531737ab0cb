"""The manual directory of TFDS, from which the config ``measured`` takes a library that its user owns."""

import json
import os
from pathlib import Path

from xps_keras.errors import InputError, UsageError
from xps_keras.files import read_regular
from xps_keras.measured.store import SCHEMA

INSTRUCTIONS = """\
The config `measured` is drawn from measured reference spectra that you own. Import them with
`xps-keras library import FOLDER --name NAME` and copy the two files it stores, NAME.json and NAME-<hash>.npz, into this
directory, or give the folder that holds them as `manual_dir`. With several libraries in it choose one with
`builder_kwargs={"library": "NAME"}`. (`xps-keras dataset build --config measured --library NAME` needs no copy.)
"""


def library_in(folder: str | os.PathLike[str], name: str | None) -> str:
    """Find the imported library in a manual directory, which may hold files of other data sets as well.

    Args:
        folder: The manual directory.
        name: Name of the library, None if there is only one.

    Returns:
        The path of its JSON file, which ``find_library`` takes.

    Raises:
        XpsKerasError: There is no such library, or several and none was named.
    """
    found = [path for path in sorted(Path(folder).glob("*.json")) if _is_library(path)]
    chosen = [path for path in found if name in (None, path.stem)]
    if len(chosen) == 1:
        return str(chosen[0].resolve())
    names = ", ".join(path.stem for path in found)
    if not found:
        raise InputError(
            f"{folder}: there is no library in this manual directory; "
            "import one with `xps-keras library import FOLDER --name NAME`."
        )
    if name is None:
        raise UsageError(f"{folder}: there are several libraries ({names}); choose one with --library.")
    raise UsageError(f"{folder}: there is no library {name!r} in this manual directory, only {names}.")


def _is_library(path: Path) -> bool:
    try:
        content = json.loads(read_regular(path, 50_000_000))
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(content, dict) and content.get("schema") == SCHEMA
