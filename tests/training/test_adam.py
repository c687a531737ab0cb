"""The fused optimiser against Keras's."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from xps_keras.training.adam import Adam, clipped, corrected_rate

SHAPES = ((7, 5), (5,))


@pytest.mark.parametrize("size", [0.05, 5.0])  # below and above the norm at which gradients are clipped
def test_same_weights_as_keras_with_clipping_and_a_changing_rate(size: float) -> None:
    rng = np.random.default_rng(3)
    start = [rng.normal(size=shape).astype(np.float32) for shape in SHAPES]
    theirs = [keras.Variable(value) for value in start]
    reference = keras.optimizers.Adam(1e-2, global_clipnorm=1.0)
    ours = [tf.Variable(value) for value in start]
    adam = Adam(ours)
    for step, rate in enumerate([1e-2, 1e-2, 3e-3, 3e-3, 1e-4]):
        gradients = [tf.constant(rng.normal(0.0, size, shape), tf.float32) for shape in SHAPES]
        reference.learning_rate = rate
        reference.apply(gradients, theirs)
        adam.apply(clipped(gradients, 1.0), tf.constant(corrected_rate(rate, step), tf.float32))
        for own, other in zip(ours, theirs, strict=True):
            np.testing.assert_allclose(own.numpy(), other.numpy(), rtol=1e-5, atol=1e-7)
    assert np.abs(ours[0].numpy() - start[0]).max() > 1e-2


def test_clipping_keeps_direction_and_leaves_small_gradients_alone() -> None:
    small = [tf.constant([0.3, 0.4]), tf.constant([0.5])]
    for before, after in zip(small, clipped(small, 1.0), strict=True):
        np.testing.assert_allclose(after.numpy(), before.numpy(), rtol=1e-6)
    large = clipped([tf.constant([3.0, 4.0]), tf.constant([12.0])], 1.0)
    np.testing.assert_allclose(np.concatenate(large), np.array([3.0, 4.0, 12.0]) / 13.0, rtol=1e-6)
