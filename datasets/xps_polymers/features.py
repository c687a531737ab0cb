"""How spectra and labels are stored: what is zero takes no room, what comes back is dense.

A spectrum on 6601 channels holds some 700 that are not zero. They are stored as they are, float32, in chunks of 32
channels: less than zlib makes of it, and no decompression when reading.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Self

import numpy as np
import tensorflow as tf
import tensorflow_datasets as tfds
from numpy.typing import NDArray

CHUNK = 32
"""Channels stored together, 3.2 eV; windows are 14-24 eV long."""


class SparseSpectrum(tfds.features.FeatureConnector):
    """A float32 vector of which only the chunks that hold anything are stored, without loss.

    (TensorFlow reads subnormal numbers, below 1.2e-38, as zero.)

    Args:
        size: Number of channels.
        doc: Description.
    """

    def __init__(self, size: int, doc: Any = None) -> None:
        super().__init__(doc=doc)
        self._size = size
        self._chunks = -(-size // CHUNK)

    def get_tensor_info(self) -> Any:
        """Return shape and dtype of what a reader gets."""
        return tfds.features.TensorInfo(shape=(self._size,), dtype=np.float32)

    def get_serialized_info(self) -> Any:
        """Return what stands in a file: numbers of the chunks (uint16) and their values (float32), little-endian."""
        return {name: tfds.features.TensorInfo(shape=(), dtype=np.object_) for name in ("chunks", "values")}

    def encode_example(self, example_data: NDArray[np.float32]) -> dict[str, bytes]:
        """Cut a spectrum of shape ``(size,)`` into chunks and keep those that are not all zero."""
        if example_data.shape != (self._size,) or example_data.dtype != np.float32:
            raise ValueError(
                f"`example_data` must be float32 of shape ({self._size},). "
                f"Received: dtype={example_data.dtype}, shape={example_data.shape}"
            )
        padded = np.zeros(self._chunks * CHUNK, "<f4")
        padded[: self._size] = example_data
        chunks = padded.reshape(self._chunks, CHUNK)
        held = np.flatnonzero(chunks.any(axis=1))
        return {"chunks": held.astype("<u2").tobytes(), "values": chunks[held].tobytes()}

    def decode_example(self, tfexample_data: Mapping[str, Any]) -> Any:
        """Return the spectrum as a tensor of shape ``(size,)``."""
        held = tf.cast(tf.io.decode_raw(tfexample_data["chunks"], tf.uint16), tf.int32)
        values = tf.reshape(tf.io.decode_raw(tfexample_data["values"], tf.float32), (-1, CHUNK))
        full = tf.scatter_nd(held[:, None], values, (self._chunks, CHUNK))
        return tf.reshape(full, (self._chunks * CHUNK,))[: self._size]

    def decode_example_np(self, example_data: Mapping[str, bytes]) -> NDArray[np.float32]:
        """Return the spectrum as an array of shape ``(size,)``."""
        full = np.zeros((self._chunks, CHUNK), np.float32)
        held = np.frombuffer(example_data["chunks"], "<u2")
        full[held] = np.frombuffer(example_data["values"], "<f4").reshape(-1, CHUNK)
        return full.reshape(-1)[: self._size]

    def to_json_content(self) -> dict[str, Any]:
        """Return what ``from_json_content`` needs."""
        return {"size": self._size}


class NamedVector(tfds.features.Tensor):
    """A float32 vector with a name for every entry.

    Args:
        names: Names of the entries.
        doc: Description.
    """

    def __init__(self, names: Sequence[str], doc: Any = None) -> None:
        super().__init__(shape=(len(names),), dtype=np.float32, doc=doc)
        self.names = tuple(names)
        """Names of the entries."""

    def to_json_content(self) -> dict[str, Any]:
        """Return what ``from_json_content`` needs."""
        return {"names": list(self.names)}

    @classmethod
    def from_json_content(cls, value: Mapping[str, Any], doc: Any = None) -> Self:
        """Restore the feature from ``to_json_content``."""
        return cls(names=value["names"], doc=doc)


def kind_of(feature: Any) -> tuple[str, int | None]:
    """Return what a feature holds: ``float32``, ``int64``, ``bool`` or ``string``, and how many, None for one alone."""
    spec = feature.get_tensor_spec()
    shape = tuple(spec.shape)
    return str(spec.dtype.name), int(shape[0]) if shape else None
