"""The features of an example, and examples made from the rows of a batch."""

import zlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import tensorflow as tf
import tensorflow_datasets as tfds
from numpy.typing import NDArray

from xps_keras.axis import AXIS
from xps_keras.corpus.corpus import Batch
from xps_keras.datasets.xps_polymers.features import NamedVector, SparseSpectrum
from xps_keras.groups import GROUP_NAMES

COMPONENTS = 3
"""Most polymers in a mixture of any recipe; shorter mixtures are padded."""
_SPECTRUM = SparseSpectrum(AXIS.size)
_Feature, _Bytes = tf.train.Feature, tf.train.BytesList
_Floats, _Integers = tf.train.FloatList, tf.train.Int64List


def features(keys: Sequence[str] | None, labels: Sequence[str] = GROUP_NAMES) -> Any:
    """Return the features of ``xps_polymers``, a ``tfds.features.FeaturesDict``.

    Args:
        keys: Keys of the polymers that mixtures may hold, None where they are known only when the data set is built.
        labels: Names of the groups.
    """
    polymers = tfds.features.ClassLabel(names=None if keys is None else list(keys))
    return tfds.features.FeaturesDict(
        {
            "id": tfds.features.Text(doc="Split and number of the example, for example `train-17`."),
            "spectrum": SparseSpectrum(
                AXIS.size, doc="Intensity per eV of binding energy from 40.0 to 700.0 eV in steps of 0.1 eV, area 1."
            ),
            "groups": NamedVector(labels, doc="1 where a functional group is present, 0 where not."),
            "group_amounts": NamedVector(labels, doc="Groups per repeat unit, averaged over the mixture."),
            "shift_ev": tfds.features.Scalar(
                np.float32, doc="Charging shift in eV: measured minus true binding energy."
            ),
            "broadening_ev": tfds.features.Scalar(
                np.float32, doc="Standard deviation of the extra Gaussian broadening in eV."
            ),
            "polymers": tfds.features.Sequence(
                polymers, length=COMPONENTS, doc="Polymers of the mixture; -1 where there are fewer than three."
            ),
            "fractions": tfds.features.Tensor(
                shape=(COMPONENTS,),
                dtype=np.float32,
                doc="Weights of the polymers, sum 1; 0 where there are fewer than three.",
            ),
            "measured": tfds.features.Tensor(
                shape=(AXIS.size,),
                dtype=np.bool_,
                encoding="zlib",  # some 80 bytes; a few long stretches decompress as fast as bits unpack
                doc="Channels that were recorded; the spectrum is 0 elsewhere.",
            ),
        }
    )


def examples(batch: Batch, split: str, first: int, numbers: NDArray[np.int64]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Make examples of the rows of a batch.

    Args:
        batch: The rows.
        split: Name of the split.
        first: Number of the first row in the split.
        numbers: Class numbers of the corpus's polymers, from ``classes.class_numbers``.

    Yields:
        The id and the features of each row.
    """
    spare = COMPONENTS - batch.polymers.shape[1]
    polymers = np.pad(numbers[batch.polymers], ((0, 0), (0, spare)), constant_values=-1)
    fractions = np.pad(batch.fractions, ((0, 0), (0, spare)))
    for row in range(len(batch)):
        key = f"{split}-{first + row}"
        yield (
            key,
            {
                "id": key,
                "spectrum": batch.intensity[row],
                "groups": batch.groups[row],
                "group_amounts": batch.group_amounts[row],
                "shift_ev": batch.shift_ev[row],
                "broadening_ev": batch.broadening_ev[row],
                "polymers": polymers[row],
                "fractions": fractions[row],
                "measured": batch.measured[row],
            },
        )


def serialize(example: Mapping[str, Any]) -> bytes:
    """Return the bytes of an example as they stand in a file.

    The same message as ``features()`` gives through TFDS's serializer, which a test holds against it, without checking
    every value again and with the fields in a fixed order: TFDS leaves it to chance, and two builds would differ.

    Args:
        example: Features by name, from ``examples``.

    Returns:
        A serialized ``tf.train.Example``.
    """
    spectrum = _SPECTRUM.encode_example(example["spectrum"])
    octets = {
        "id": example["id"].encode(),
        "spectrum/chunks": spectrum["chunks"],
        "spectrum/values": spectrum["values"],
        "measured": zlib.compress(example["measured"].tobytes()),
    }
    floats = ("groups", "group_amounts", "shift_ev", "broadening_ev", "fractions")
    fields = {name: _Feature(bytes_list=_Bytes(value=[value])) for name, value in octets.items()}
    for name in floats:
        fields[name] = _Feature(float_list=_Floats(value=example[name].ravel().tolist()))
    fields["polymers"] = _Feature(int64_list=_Integers(value=example["polymers"].tolist()))
    message = tf.train.Example(features=tf.train.Features(feature=fields))
    return bytes(message.SerializeToString(deterministic=True))


def number_of(key: str) -> int:
    """Return the number of an example in its split, from its id."""
    return int(key.rsplit("-", 1)[1])
