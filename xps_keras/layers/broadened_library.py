"""A library of spectra as features, at any small shift and any broadening."""

from typing import Any

import keras
import numpy as np
from keras import ops


@keras.saving.register_keras_serializable(package="xps_keras")
class BroadenedLibrary(keras.layers.Layer):
    """Gives the features of every spectrum of a library at a shift and a broadening.

    Between Chebyshev nodes in the shift and in the logarithm of the variance features are polynomials. Few combinations
    of these matter, so that two small matrices hold them: the combinations, and what each feature is made of. Both are
    weights that no training changes; whoever builds a network sets them.

    Args:
        spectra: Number of spectra in the library.
        members: For each window, which spectra show it.
        sizes: Number of features of each window; spectra that do not show it have zeros there.
        nodes: Numbers of nodes in shift and in broadening.
        combinations: Number of combinations of polynomials.
        largest_shift_ev: Shifts beyond this, either way, count as this.
        largest_broadening_ev: Broadenings beyond this count as this.
        scale_ev2: Variance in eV² above which its logarithm rather than itself is spaced evenly.

    Input shape:
        A list: shift in eV and variance of the broadening in eV², float32 ``(batch, 1)`` each.

    Output shape:
        ``(batch, spectra, sum(sizes))``.
    """

    def __init__(
        self,
        spectra: int,
        members: Any,
        sizes: Any,
        nodes: Any,
        combinations: int,
        largest_shift_ev: float,
        largest_broadening_ev: float,
        scale_ev2: float,
        **kwargs: Any,
    ) -> None:
        super().__init__(autocast=False, trainable=False, dtype="float32", **kwargs)
        self.spectra = int(spectra)
        self.members = tuple(tuple(int(member) for member in window) for window in members)
        self.sizes = tuple(int(size) for size in sizes)
        self.nodes = (int(nodes[0]), int(nodes[1]))
        self.combinations = int(combinations)
        self.largest_shift_ev = float(largest_shift_ev)
        self.largest_broadening_ev = float(largest_broadening_ev)
        self.scale_ev2 = float(scale_ev2)
        self._held = sum(len(window) * size for window, size in zip(self.members, self.sizes, strict=True))
        # Where each feature of each spectrum is held; what is not held stands at the end, where a zero is.
        place = np.full((self.spectra, sum(self.sizes)), self._held, np.int32)
        first = column = 0
        for window, size in zip(self.members, self.sizes, strict=True):
            held = first + np.arange(len(window) * size, dtype=np.int32).reshape(len(window), size)
            place[list(window), column : column + size] = held
            first, column = first + held.size, column + size
        self._place = place.reshape(-1)

    def build(self, input_shape: Any) -> None:
        """Make the two matrices."""
        count = self.nodes[0] * self.nodes[1]
        self.polynomials = self.add_weight(shape=(count, self.combinations), name="polynomials", trainable=False)
        self.features = self.add_weight(shape=(self.combinations, self._held), name="features", trainable=False)

    def call(self, inputs: Any) -> Any:
        """Interpolate; see the class for shapes."""
        shift_ev, variance_ev2 = inputs
        along_shift = shift_ev / self.largest_shift_ev
        most = np.log1p(self.largest_broadening_ev**2 / self.scale_ev2)
        along_broadening = ops.log(1.0 + ops.maximum(variance_ev2, 0.0) / self.scale_ev2) * (2.0 / most) - 1.0
        shifted, broadened = (
            chebyshev(ops.clip(place, -1.0, 1.0), count)
            for place, count in zip((along_shift, along_broadening), self.nodes, strict=True)
        )
        products = ops.concatenate([shifted[:, n : n + 1] * broadened for n in range(self.nodes[0])], axis=1)
        held = ops.matmul(ops.matmul(products, self.polynomials), self.features)
        held = ops.concatenate([held, ops.zeros_like(held[:, :1])], axis=1)
        return ops.reshape(ops.take(held, self._place, axis=1), (-1, self.spectra, sum(self.sizes)))

    def compute_output_shape(self, input_shape: Any) -> Any:
        """See the class."""
        return (input_shape[0][0], self.spectra, sum(self.sizes))

    def get_config(self) -> dict[str, Any]:
        """Return everything needed to build the layer again."""
        config = super().get_config()
        config.pop("trainable")
        config.pop("dtype")
        return {
            **config,
            "spectra": self.spectra,
            "members": self.members,
            "sizes": self.sizes,
            "nodes": self.nodes,
            "combinations": self.combinations,
            "largest_shift_ev": self.largest_shift_ev,
            "largest_broadening_ev": self.largest_broadening_ev,
            "scale_ev2": self.scale_ev2,
        }


def chebyshev(place: Any, count: int) -> Any:
    """Return the first Chebyshev polynomials at places between -1 and 1.

    Args:
        place: Shape ``(batch, 1)``.
        count: Number of polynomials, from 2.

    Returns:
        Shape ``(batch, count)``.
    """
    columns = [ops.ones_like(place), place]
    while len(columns) < count:
        columns.append(2.0 * place * columns[-1] - columns[-2])
    return ops.concatenate(columns, axis=1)
