"""Adam with one pass over the weights per step, and gradient clipping."""

from typing import Any

import tensorflow as tf

BETA_1, BETA_2, EPSILON = 0.9, 0.999, 1e-7


def corrected_rate(rate: float, step: int) -> float:
    """Return a learning rate with the correction for moments that start at zero.

    Args:
        rate: Learning rate.
        step: Number of the step, from 0.
    """
    return float(rate * (1.0 - BETA_2 ** (step + 1)) ** 0.5 / (1.0 - BETA_1 ** (step + 1)))


def clipped(gradients: list[Any], largest_norm: float) -> list[Any]:
    """Scale gradients down together so that their joint norm is at most ``largest_norm``."""
    norm = tf.sqrt(tf.add_n([2.0 * tf.nn.l2_loss(gradient) for gradient in gradients]))
    # Most steps are within the norm: they are spared a pass over all gradients.
    scale = largest_norm / tf.maximum(norm, largest_norm)
    return list(tf.cond(scale < 1.0, lambda: [gradient * scale for gradient in gradients], lambda: gradients))


class Adam:
    """D. P. Kingma, J. Ba, Adam (arXiv 1412.6980), in the form of ``keras.optimizers.Adam``.

    TensorFlow's fused kernel reads and writes every weight once; the same written in single operations, as Keras
    does, takes more than twice the processor time of a step of the paper's network (``benchmarks/training.py``).
    Every replica updates its own copy of the weights; equal gradients keep the copies equal.

    Args:
        weights: The variables to train, ``tf.Variable``.
    """

    def __init__(self, weights: list[Any]) -> None:
        self._weights = weights
        self.moments = [
            (tf.Variable(tf.zeros(weight.shape), trainable=False), tf.Variable(tf.zeros(weight.shape), trainable=False))
            for weight in weights
        ]

    def apply(self, gradients: list[Any], corrected_rate: Any) -> None:
        """Take a step.

        Args:
            gradients: One per weight, summed over replicas.
            corrected_rate: See the function of that name, float32 scalar.
        """
        one = tf.constant(0.0)  # powers of beta of an endless past: the rate comes corrected
        for weight, (first, second), gradient in zip(self._weights, self.moments, gradients, strict=True):
            tf.raw_ops.ResourceApplyAdam(
                var=weight.handle,
                m=first.handle,
                v=second.handle,
                beta1_power=one,
                beta2_power=one,
                lr=corrected_rate,
                beta1=BETA_1,
                beta2=BETA_2,
                epsilon=EPSILON,
                grad=gradient,
            )
