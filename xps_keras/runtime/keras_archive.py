"""What stands in a ``.keras`` file, looked at before Keras sees it: files come from strangers.

Keras builds whatever classes the file names, imports their modules, and reads weights as large as HDF5 says. Here only
layers of Keras that compute, and layers that were registered before, are let through; nothing that holds code, reads
files or unpacks to more than the file holds.
"""

import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import keras

from xps_keras.errors import ModelError
from xps_keras.files import read_regular
from xps_keras.io.hdf5_heaps import sound_heaps
from xps_keras.io.memory_bound import memory_bounded
from xps_keras.printable import printable

LARGEST_BYTES = 4_000_000_000
_MOST_ENTRIES = 1000
_LARGEST_CONFIG, _DEEPEST = 10_000_000, 200
_PACKED = 2
"""To how many times its size a file may unpack: weights that were rounded to half precision do to 1.6 times."""
_SPARE_BYTES = 1_000_000
"""What heads and directories may take beside what they describe."""
_MEMORY_BYTES = 6_000_000_000
"""What building a network may take beside some copies of its weights."""
_ROOMS = (
    *("keras", "keras.layers", "keras.initializers", "keras.regularizers", "keras.constraints", "keras.models"),
    *("keras.activations", "keras.dtype_policies"),
)
"""Modules of Keras of which a file may name classes; those that begin as ``_PRIVATE`` too."""
_PRIVATE = tuple(
    f"keras.src.{room}." for room in ("models", "ops", "layers", "initializers", "regularizers", "dtype_policies")
)
_NEVER = frozenset(
    [
        *("Lambda", "TorchModuleWrapper", "TFSMLayer", "JaxLayer", "FlaxLayer", "__lambda__"),  # hold code
        *("StringLookup", "IntegerLookup", "TextVectorization"),  # read files
    ]
)
_PLAIN = frozenset(["__tuple__", "__keras_tensor__", "__tensor__", "__numpy__", "__ellipsis__", "__slice__"])


class _Refused(Exception):
    """Why a file is not handed to Keras."""


def load_model(path: Path, remedy: str) -> Any:
    """Load the model of a ``.keras`` file, of which no code is run.

    Args:
        path: The file.
        remedy: What helps, for the message.

    Returns:
        The Keras model.

    Raises:
        ModelError: It is none, is damaged, or holds what could do harm.
    """
    try:
        content = read_regular(path, LARGEST_BYTES)
        if (reason := refusal(content)) is not None:
            raise _Refused(reason)
        with memory_bounded(_MEMORY_BYTES + 8 * len(content)):
            return keras.saving.load_model(path, compile=False, safe_mode=True)
    except OSError as error:
        reason = error.strerror or str(error)
    except _Refused as error:
        reason = str(error)
    except Exception as error:  # Keras raises whatever the zip, HDF5 or JSON code inside raises
        # Keras puts what went wrong behind these words and a page of configuration before them.
        said = str(error).rpartition("Exception encountered:")[2].strip().splitlines() or [type(error).__name__]
        reason = said[0]
    raise ModelError(f"{path}: Keras cannot load this model ({printable(reason[:300]).rstrip('. ')}); {remedy}.")


def refusal(content: bytes) -> str | None:
    """Say why a ``.keras`` file must not be handed to Keras.

    Args:
        content: The file's bytes.

    Returns:
        A few words; None for one that may.
    """
    try:
        _check(content)
    except _Refused as error:
        return str(error)[:300]
    except Exception as error:  # zip and HDF5 files that are damaged raise whatever their code raises
        return f"it is damaged: {type(error).__name__}"
    return None


def _check(content: bytes) -> None:
    """Raise ``_Refused`` for what must not be handed to Keras."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = archive.infolist()
        if (
            len(entries) > _MOST_ENTRIES
            or sum(entry.file_size for entry in entries) > _PACKED * len(content) + _SPARE_BYTES
        ):
            raise _Refused("it unpacks to more than it holds")
        names = {entry.filename: entry for entry in entries}
        if "config.json" not in names or names["config.json"].file_size > _LARGEST_CONFIG:
            raise _Refused("it holds no configuration of a network")
        try:
            config = json.loads(archive.read("config.json"))
            for described in _classes(config):
                _check_class(described)
        except (ValueError, RecursionError) as error:
            raise _Refused("its configuration is no JSON of a network") from error
        for name in names:
            if name.endswith(".h5"):
                _check_weights(archive.read(name))


def _classes(content: Any, depth: int = 0) -> Iterator[Mapping[str, Any]]:
    """Yield everything in a configuration that names a class."""
    if depth > _DEEPEST:
        raise _Refused(f"its configuration is nested more than {_DEEPEST} deep")
    if isinstance(content, Mapping):
        if "class_name" in content:
            yield content
        content = list(content.values())
    if isinstance(content, list):
        for each in content:
            yield from _classes(each, depth + 1)


def _check_class(described: Mapping[str, Any]) -> None:
    name, module, registered = (described.get(key) for key in ("class_name", "module", "registered_name"))
    if not isinstance(name, str) or not isinstance(module, str | None) or not isinstance(registered, str | None):
        raise _Refused("its configuration names a class by something else than a text")
    if name in _NEVER:
        raise _Refused(f"{name} may hold code or read files, which is never run")
    if name in _PLAIN and module is None:
        return
    if registered is not None and keras.saving.get_registered_object(registered) is not None:
        return
    if name == "function":
        if module in (None, "builtins") and hasattr(keras.activations, str(described.get("config"))):
            return
    elif module in _ROOMS or str(module).startswith(_PRIVATE):
        return
    raise _Refused(f"{name} of {module} is no layer of Keras or of this package")


def _check_weights(content: bytes) -> None:
    """Refuse weights that HDF5 would read for ever, from elsewhere, or into more memory than the file has bytes."""
    import h5py  # type: ignore[import-untyped] # it ships none

    if not sound_heaps(content):
        raise _Refused("its weights are damaged")
    total = 0

    def look(name: str, link: Any) -> str | None:
        nonlocal total
        if not isinstance(link, h5py.HardLink):
            return "its weights stand elsewhere"
        item = file[name]
        if isinstance(item, h5py.Dataset):
            if item.external or item.is_virtual or item.dtype.hasobject:
                return "its weights stand elsewhere"
            total += item.nbytes
        return "its weights unpack to more than it holds" if total > len(content) else None

    with h5py.File(io.BytesIO(content), "r") as file:
        if (reason := file.visititems_links(look)) is not None:
            raise _Refused(reason)
