"""Libraries that only some formats need: imported when such a file comes, asked for by name when they are missing."""

import importlib
from pathlib import Path
from types import ModuleType

from xps_keras.errors import InputError

EXTRA = "formats"
"""Extra of the package that holds them all."""


def library(module: str, kind: str, path: Path) -> ModuleType:
    """Import a library of the extra ``formats``.

    Args:
        module: Its name, ``h5py``.
        kind: What is read with it, for the message: ``NeXus files``.
        path: The file, for the message.

    Returns:
        The module.

    Raises:
        InputError: If it is not installed.
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise InputError(
            f"{path.name}: reading {kind} needs the package {module}; run `pip install 'xps-keras[{EXTRA}]'`."
        ) from error
