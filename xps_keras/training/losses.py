"""Losses and metrics of training, on ``keras.ops``."""

import math
from typing import Any

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="xps_keras")
def shift_likelihood(true_shift_ev: Any, distribution: Any) -> Any:
    """Negative logarithm of the likelihood of the true shift under a mixture of normal distributions.

    C. M. Bishop, Mixture Density Networks, Aston University (1994).

    Args:
        true_shift_ev: Shape ``(batch, 1)``, in eV.
        distribution: Shape ``(batch, components, 3)``: logit, mean in eV, logarithm of the standard deviation in eV.

    Returns:
        One loss per spectrum, shape ``(batch,)``.
    """
    distance = (true_shift_ev - distribution[:, :, 1]) * ops.exp(-distribution[:, :, 2])
    density = -0.5 * ops.square(distance) - distribution[:, :, 2] - 0.5 * math.log(2 * math.pi)
    return -ops.logsumexp(ops.log_softmax(distribution[:, :, 0], axis=-1) + density, axis=-1)


@keras.saving.register_keras_serializable(package="xps_keras")
def exact_match(groups: Any, logits: Any) -> Any:
    """Whether all 40 groups are right at probability 0.5, shape ``(batch,)``."""
    return ops.cast(ops.all(ops.equal(logits > 0, groups > 0.5), axis=-1), "float32")


@keras.saving.register_keras_serializable(package="xps_keras")
def shift_error_ev(true_shift_ev: Any, distribution: Any) -> Any:
    """Distance in eV of the most probable component from the true shift, shape ``(batch,)``."""
    strongest = ops.one_hot(ops.argmax(distribution[:, :, 0], axis=-1), distribution.shape[1])
    return ops.abs(ops.sum(strongest * distribution[:, :, 1], axis=-1) - true_shift_ev[:, 0])
