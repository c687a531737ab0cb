"""Reading of HDF5 files that may be damaged or hostile: sizes are checked before, other files are never opened."""

import math
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xps_keras.errors import InputError

_MOST_VALUES = 20_000_000
_LARGEST_CHUNK = 64_000_000  # bytes
_MOST_CHILDREN = 2_000
_SHUFFLE, _CHECKSUM, _DEFLATE = 2, 3, 1  # HDF5's numbers of its filters
_REMEDY = "write it again without compression or export VAMAS"


def child(group: Any, name: str) -> Any:
    """Return what stands under a name in a group.

    Soft and external links are not followed: they may lead in circles, or out of the file.

    Args:
        group: An h5py group.
        name: A single name.

    Returns:
        The group or data set; None when there is none.
    """
    link = group.get(name, getlink=True)
    return group.get(name) if type(link).__name__ == "HardLink" else None


def children(group: Any) -> Iterator[tuple[str, Any]]:
    """Walk what a group holds itself, without links that lead elsewhere."""
    for index, name in enumerate(group):
        if index >= _MOST_CHILDREN:
            return
        found = child(group, name)
        if found is not None:
            yield name, found


def text(value: Any) -> str:
    """Turn an attribute or a scalar data set into text; empty for anything else."""
    if hasattr(value, "shape") and hasattr(value, "dtype") and hasattr(value, "file"):
        value = value[()] if value.shape == () and value.dtype.kind in "OS" else None
    if isinstance(value, np.ndarray) and value.size == 1:
        value = value.reshape(-1)[0]
    if isinstance(value, bytes):
        value = value.decode("utf-8", errors="replace")
    return value.strip() if isinstance(value, str) else ""


def numbers(dataset: Any, path: Path) -> NDArray[np.float64]:
    """Read a data set of numbers.

    Args:
        dataset: An h5py data set.
        path: The file, for messages.

    Returns:
        Its values, in its shape.

    Raises:
        InputError: If it holds no numbers, more of them than a spectrum, or lies in another file.
    """
    count = math.prod(dataset.shape or (0,))
    if dataset.dtype.kind not in "fiu" or count < 1:
        raise InputError(f"{path.name}: {dataset.name} holds no numbers, {_REMEDY}.")
    if count > _MOST_VALUES:
        raise InputError(
            f"{path.name}: {dataset.name} says it holds {count:,} values, more than any spectrum, {_REMEDY}."
        )
    if dataset.external or dataset.is_virtual:
        raise InputError(f"{path.name}: the values of {dataset.name} lie in another file, write them into this one.")
    if dataset.chunks is not None:
        _check_chunks(dataset, path)
    return np.asarray(dataset[()], dtype=np.float64)


def number(group: Any, name: str) -> float | None:
    """Read a single positive number of a group, energies in eV; None when there is none."""
    found = child(group, name)
    if found is None or not hasattr(found, "shape") or found.dtype.kind not in "fiu" or found.shape not in ((), (1,)):
        return None
    value = float(np.asarray(found[()]).reshape(-1)[0])
    value *= 1000.0 if text(found.attrs.get("units")) == "keV" else 1.0
    return value if 0 < value < 1e6 else None


def _check_chunks(dataset: Any, path: Path) -> None:
    """Refuse chunks that unpack to more than they should: HDF5 itself unpacks to the end, whatever the size.

    Raises:
        InputError: If a chunk is too large, or packed by anything but HDF5's own deflate.
    """
    size = math.prod(dataset.chunks) * dataset.dtype.itemsize
    pipeline = dataset.id.get_create_plist()
    filters = [pipeline.get_filter(index)[0] for index in range(pipeline.get_nfilters())]
    if size > _LARGEST_CHUNK or not set(filters) <= {_DEFLATE, _SHUFFLE, _CHECKSUM}:
        raise InputError(f"{path.name}: {dataset.name} is stored in a way that is not read here, {_REMEDY}.")
    if _DEFLATE not in filters:
        return
    for index in range(dataset.id.get_num_chunks()):
        packed = dataset.id.read_direct_chunk(dataset.id.get_chunk_info(index).chunk_offset)[1]
        unpacker = zlib.decompressobj()
        unpacked = unpacker.decompress(packed, size + 4)  # 4: a checksum inside
        if len(unpacked) > size + 4 or unpacker.unconsumed_tail:
            raise InputError(f"{path.name}: a chunk of {dataset.name} unpacks to more than it should, {_REMEDY}.")
