"""What the outputs of a training graph are trained for: losses and metrics, on ``keras.ops``, and their targets."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

from xps_keras.corpus import Batch
from xps_keras.library.loading import load_library


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
    """Whether all groups are right at probability 0.5, shape ``(batch,)``."""
    return ops.cast(ops.all(ops.equal(logits > 0, groups > 0.5), axis=-1), "float32")


@keras.saving.register_keras_serializable(package="xps_keras")
def shift_error_ev(true_shift_ev: Any, distribution: Any) -> Any:
    """Distance in eV of the most probable component from the true shift, shape ``(batch,)``."""
    strongest = ops.one_hot(ops.argmax(distribution[:, :, 0], axis=-1), distribution.shape[1])
    return ops.abs(ops.sum(strongest * distribution[:, :, 1], axis=-1) - true_shift_ev[:, 0])


def group_loss(groups: Any, logits: Any) -> Any:
    """Cross-entropy of the groups' probabilities, mean over the groups, shape ``(batch,)``."""
    return keras.losses.binary_crossentropy(groups, logits, from_logits=True)


def refined_likelihood(true_shift_ev: Any, refined: Any) -> Any:
    """Negative logarithm of the likelihood of the true shift under a normal distribution, shape ``(batch,)``.

    Args:
        true_shift_ev: Shape ``(batch, 1)``, in eV; or another energy.
        refined: Shape ``(batch, 2)``: mean in eV, logarithm of the standard deviation in eV.

    Returns:
        One loss per spectrum, shape ``(batch,)``.
    """
    distance = (true_shift_ev[:, 0] - refined[:, 0]) * ops.exp(-refined[:, 1])
    return 0.5 * ops.square(distance) + refined[:, 1] + 0.5 * math.log(2 * math.pi)


def refined_error_ev(true_shift_ev: Any, refined: Any) -> Any:
    """Distance in eV of the refined from the true shift, shape ``(batch,)``."""
    return ops.abs(refined[:, 0] - true_shift_ev[:, 0])


def share_loss(share: Any, logits: Any) -> Any:
    """Cross-entropy of shares between 0 and 1, mean over those that are known (not NaN), shape ``(batch,)``."""
    known, target = _known(share)
    each = ops.maximum(logits, 0.0) - logits * target + ops.log1p(ops.exp(-ops.abs(logits)))
    return ops.sum(known * each, axis=-1) / ops.maximum(ops.sum(known, axis=-1), 1.0)


def share_error(share: Any, logits: Any) -> Any:
    """Distance of shares, mean over those that are known, shape ``(batch,)``."""
    known, target = _known(share)
    return ops.sum(known * ops.abs(ops.sigmoid(logits) - target), axis=-1) / ops.maximum(ops.sum(known, axis=-1), 1.0)


def _known(share: Any) -> tuple[Any, Any]:
    known = ops.cast(ops.logical_not(ops.isnan(share)), "float32")
    return known, ops.where(known > 0, share, 0.0)


@dataclass(frozen=True)
class Objective:
    """What an output of a training graph is trained for."""

    loss: Callable[[Any, Any], Any]
    """From truth and output to one loss per spectrum."""
    weight: float
    metric: Callable[[Any, Any], Any]
    """From truth and output to one figure per spectrum, for the history."""
    target: Callable[[Batch], NDArray[Any]]
    """From a batch of the corpus to the truth that the output is compared with, one row per spectrum."""


def groups_of(batch: Batch) -> NDArray[Any]:
    """1 where a group is present, shape ``(batch, groups)``."""
    return batch.groups


def shift_of(batch: Batch) -> NDArray[Any]:
    """Measured minus true binding energy in eV, shape ``(batch, 1)``."""
    return batch.shift_ev[:, None]


def polymers_of(batch: Batch) -> NDArray[Any]:
    """1 where a polymer of the package's library is in the mixture, shape ``(batch, polymers)``."""
    known = np.arange(len(load_library().keys))
    return np.asarray((batch.polymers[:, :, None] == known).any(axis=1), np.float32)


OBJECTIVES: dict[str, Objective] = {
    "logits": Objective(group_loss, 1.0, exact_match, groups_of),
    # The likelihood is a sum over one spectrum, the cross-entropy a mean over the groups.
    "shift_ev": Objective(shift_likelihood, 0.02, shift_error_ev, shift_of),
    "refined_shift_ev": Objective(refined_likelihood, 0.02, refined_error_ev, shift_of),
    "graphitic_logit": Objective(share_loss, 0.06, share_error, lambda batch: batch.graphitic_share[:, None]),
    "polymer_logit": Objective(share_loss, 0.03, share_error, lambda batch: batch.polymer_share[:, None]),
    "foreign_logits": Objective(share_loss, 0.03, share_error, lambda batch: batch.foreign_share),
    "broadening": Objective(refined_likelihood, 0.02, refined_error_ev, lambda batch: batch.broadening_ev[:, None]),
    "polymers": Objective(group_loss, 2.0, exact_match, polymers_of),
}
"""By name of the output; a new output of a network is one row here."""

INPUTS: dict[str, Callable[[Batch], NDArray[Any]]] = {
    "intensity": lambda batch: batch.intensity,
    "true_shift_ev": shift_of,
}
"""What a training graph may be given, by name of the input."""
