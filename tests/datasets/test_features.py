"""What is stored comes back."""

import numpy as np
import pytest
import tensorflow as tf
import tensorflow_datasets as tfds

from xps_keras.corpus import Corpus, recipe
from xps_keras.datasets.xps_polymers.classes import class_keys, class_numbers
from xps_keras.datasets.xps_polymers.features import NamedVector, SparseSpectrum
from xps_keras.datasets.xps_polymers.schema import examples, features, serialize

SIZES = [1, 31, 32, 33, 100, 6601]


def spectra(size: int) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(size)
    last = np.zeros(size, np.float32)
    last[-1] = 1e-37
    sparse = rng.random(size).astype(np.float32) * (rng.random(size) < 0.02)
    return {
        "empty": np.zeros(size, np.float32),
        "last": last,
        "sparse": sparse.astype(np.float32),
        "dense": rng.random(size, np.float32),
    }


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("kind", ["empty", "last", "sparse", "dense"])
def test_spectra_come_back_bit_by_bit(size: int, kind: str) -> None:
    feature, spectrum = SparseSpectrum(size), spectra(size)[kind]
    encoded = feature.encode_example(spectrum)
    assert feature.decode_example_np(encoded).tobytes() == spectrum.tobytes()
    decoded = feature.decode_example({name: tf.constant(value) for name, value in encoded.items()})
    assert decoded.numpy().tobytes() == spectrum.tobytes()


def test_zeros_take_no_room() -> None:
    spectrum = np.zeros(6601, np.float32)
    spectrum[3200:3232] = 1.0
    assert len(SparseSpectrum(6601).encode_example(spectrum)["values"]) == 4 * 32


@pytest.mark.parametrize("wrong", [np.zeros(9, np.float32), np.zeros(8, np.float64)])
def test_other_shapes_and_dtypes_are_refused(wrong: np.ndarray) -> None:
    with pytest.raises(ValueError, match="Received"):
        SparseSpectrum(8).encode_example(wrong)


@pytest.mark.parametrize("feature", [SparseSpectrum(8), NamedVector(("a", "b"))])
def test_features_are_restored_from_their_description(feature: tfds.features.FeatureConnector) -> None:
    restored = tfds.features.FeatureConnector.from_json(feature.to_json())
    assert type(restored) is type(feature)
    assert restored.to_json() == feature.to_json()
    assert restored.get_tensor_info() == feature.get_tensor_info()


@pytest.mark.parametrize("name", ["paper", "instrument", "generalise"])
def test_our_serializer_writes_what_that_of_tfds_writes(name: str) -> None:
    drawn = recipe(name)
    described, numbers = features(class_keys(drawn, "polymers")), class_numbers(drawn, "polymers")
    theirs = tfds.core.example_serializer.ExampleSerializer(described.get_serialized_info())
    for _, example in examples(Corpus(drawn, seed=3).batch(0, 20), "train", 0, numbers):
        expected = theirs.get_tf_example(described.encode_example(example))
        assert serialize(example) == expected.SerializeToString(deterministic=True)
