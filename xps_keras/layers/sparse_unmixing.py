"""Which few spectra of a library a mixture is made of: all sets of up to three are compared."""

from typing import Any

import keras
import numpy as np
from keras import ops

TINY = 1e-20
LEAST_APART = 1e-3
"""Squared sine of the angle between a spectrum and others, below which it counts as one of them."""
ROUNDING = 1e-4
"""Part of what is left over by a pair that no third spectrum takes away: single precision would not keep it."""


@keras.saving.register_keras_serializable(package="xps_keras")
class SparseUnmixing(keras.layers.Layer):
    """Compares sets of up to three spectra of a library as explanations of a mixture.

    Candidates are the ``candidates`` spectra with the highest scores. Every one of them and every pair of them is
    joined by every spectrum of the library, or by none, and fitted to the mixture by least squares; sets with an amount
    that is not positive are no explanations. What a small shift or broadening would change is left out of the
    comparison: both are fitted along with the amounts (variable projection, G. H. Golub, V. Pereyra, SIAM J. Numer.
    Anal. 10 (1973) 413). An explanation is the likelier, the smaller the part of the mixture that it leaves over and
    the fewer spectra it needs: its score is ``-sharpness * log(left over squared) - penalty * spectra``, where what is
    left over does not count below ``floor``. The penalty has to outweigh the number of spectra that could be added.

    Args:
        candidates: Number of candidates, from 2.
        sharpness: How much an explanation gains from leaving less over.
        penalty: What each further spectrum costs.
        floor: Length of the features that is within the errors of the library.

    Input shape:
        A list: features of the mixture, a channel down, as they are and a channel up, ``(batch, 3, n)``; features of
        the library ``(batch, spectra, n)``; scores ``(batch, spectra)``.

    Output shape:
        A tuple: amounts ``(batch, spectra)`` and the probability of every set, ``(batch, sets, spectra + 1)`` with the
        members among the candidates as ``(batch, sets, spectra)``, both means over explanations; and the shift in
        channels and the variance in channels² that the mixture has more than the library, ``(batch, 1)`` each.
    """

    def __init__(
        self, candidates: int = 12, sharpness: float = 10.0, penalty: float = 8.0, floor: float = 1e-3, **kwargs: Any
    ) -> None:
        super().__init__(autocast=False, dtype="float32", **kwargs)
        self.candidates = int(candidates)
        self.sharpness, self.penalty, self.floor = float(sharpness), float(penalty), float(floor)
        alone, pairs = np.arange(self.candidates), np.triu_indices(self.candidates, 1)
        self._first = np.concatenate([alone, pairs[0]]).astype(np.int32)
        self._second = np.concatenate([alone, pairs[1]]).astype(np.int32)
        self._paired = (self._first != self._second).astype(np.float32)[None, :]

    def call(self, inputs: Any) -> Any:
        """Compare; see the class for shapes."""
        features, library, scores = inputs
        mixture = features[:, 1]
        moved = features[:, 2] - features[:, 0]
        widened = features[:, 2] + features[:, 0] - 2.0 * mixture
        moved_length = _length(moved)
        along_shift = moved / moved_length
        common = ops.sum(widened * along_shift, axis=-1, keepdims=True)
        widened = widened - common * along_shift
        widened_length = _length(widened)
        along_width = widened / widened_length
        both = ops.stack([along_shift, along_width], axis=1)

        rest = mixture - _along(mixture[:, None], both)[:, 0]
        unit = library - _along(library, both)
        length = ops.sqrt(ops.sum(ops.square(unit), axis=-1) + TINY)
        unit = unit / length[:, :, None]
        alike = ops.matmul(unit, ops.transpose(unit, (0, 2, 1)))
        seen = ops.sum(unit * rest[:, None], axis=-1)

        spectra = library.shape[1]
        chosen = ops.one_hot(ops.top_k(scores, self.candidates)[1], spectra, dtype="float32")
        first, second = (ops.take(chosen, index, axis=1) for index in (self._first, self._second))
        paired = ops.convert_to_tensor(self._paired)  # PyTorch adds no arrays to tensors
        second = second * paired[:, :, None]
        first_alike, second_alike = ops.matmul(first, alike), ops.matmul(second, alike)
        pair_alike = ops.sum(first_alike * second, axis=-1)
        first_seen, second_seen = ops.sum(first * seen[:, None], axis=-1), ops.sum(second * seen[:, None], axis=-1)
        apart = ops.maximum(1.0 - ops.square(pair_alike), LEAST_APART)
        first_amount = (first_seen - pair_alike * second_seen) / apart
        second_amount = (second_seen - pair_alike * first_seen) / apart
        left = rest[:, None] - first_amount[:, :, None] * ops.matmul(first, unit)
        left = left - second_amount[:, :, None] * ops.matmul(second, unit)
        left_length = ops.sum(ops.square(left), axis=-1)

        # A further spectrum: what of it the pair does not hold already, and how much of that is left in the mixture.
        by_first = (first_alike - pair_alike[:, :, None] * second_alike) / apart[:, :, None]
        by_second = (second_alike - pair_alike[:, :, None] * first_alike) / apart[:, :, None]
        own = 1.0 - by_first * first_alike - by_second * second_alike
        found = ops.matmul(left, ops.transpose(unit, (0, 2, 1)))
        amount = found / ops.maximum(own, LEAST_APART)
        first_then = first_amount[:, :, None] - amount * by_first
        second_then = second_amount[:, :, None] - amount * by_second
        single = (1.0 - paired)[:, :, None]
        sound = ops.minimum(ops.minimum(amount, first_then), second_then + single)
        sound = ops.cast(ops.logical_and(sound > 0.0, own > LEAST_APART), "float32")
        sound_alone = ops.cast(ops.minimum(first_amount, second_amount + single[:, :, 0]) > 0.0, "float32")
        over = ops.concatenate([left_length[:, :, None] - found * amount, left_length[:, :, None]], axis=-1)
        sound = ops.concatenate([sound, sound_alone[:, :, None]], axis=-1)
        over = ops.maximum(over, 0.0) + ROUNDING * left_length[:, :, None] + self.floor**2
        third = (np.arange(spectra + 1) < spectra).astype(np.float32)
        needed = ops.convert_to_tensor(third[None, None, :] + self._paired[:, :, None])
        score = -self.sharpness * ops.log(over) - self.penalty * needed - 1e4 * (1.0 - sound)
        sets = len(self._first)
        probability = ops.reshape(ops.softmax(ops.reshape(score, (-1, sets * (spectra + 1)))), (-1, sets, spectra + 1))

        joined, alone = probability[:, :, :-1], probability[:, :, -1]
        first_mean = ops.sum(joined * first_then, axis=-1) + alone * first_amount
        second_mean = ops.sum(joined * second_then, axis=-1) + alone * second_amount
        amounts = ops.sum(joined * amount, axis=1)
        amounts = amounts + ops.sum(first_mean[:, :, None] * first + second_mean[:, :, None] * second, axis=1)
        amounts = ops.maximum(amounts, 0.0) / length

        unexplained = mixture - ops.sum(amounts[:, :, None] * library, axis=1)
        of_width = ops.sum(unexplained * along_width, axis=-1, keepdims=True) / widened_length
        of_shift = ops.sum(unexplained * along_shift, axis=-1, keepdims=True)
        of_shift = (of_shift - of_width * common) / moved_length
        return amounts, probability, first + second, -2.0 * of_shift, 2.0 * of_width

    def compute_output_shape(self, input_shape: Any) -> Any:
        """See the class."""
        batch, spectra, sets = input_shape[1][0], input_shape[1][1], len(self._first)
        return (batch, spectra), (batch, sets, spectra + 1), (batch, sets, spectra), (batch, 1), (batch, 1)

    def compute_output_spec(self, inputs: Any) -> Any:
        """Float32 under every policy."""
        shapes = self.compute_output_shape([tensor.shape for tensor in inputs])
        return tuple(keras.KerasTensor(shape, "float32") for shape in shapes)

    def get_config(self) -> dict[str, Any]:
        """Return everything needed to build the layer again."""
        config = super().get_config()
        config.pop("dtype")
        return {
            **config,
            "candidates": self.candidates,
            "sharpness": self.sharpness,
            "penalty": self.penalty,
            "floor": self.floor,
        }


def _length(features: Any) -> Any:
    return ops.sqrt(ops.sum(ops.square(features), axis=-1, keepdims=True) + TINY)


def _along(features: Any, directions: Any) -> Any:
    """The part of ``(batch, m, n)`` along orthonormal directions ``(batch, k, n)``."""
    return ops.matmul(ops.matmul(features, ops.transpose(directions, (0, 2, 1))), directions)
