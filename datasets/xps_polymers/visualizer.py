"""``tfds.show_examples`` for spectra."""

from importlib import import_module
from typing import Any

import tensorflow_datasets as tfds

from xps_keras.datasets.xps_polymers.features import SparseSpectrum
from xps_keras.datasets.xps_polymers.picture import draw_grid, size_of


class SpectraVisualizer(tfds.visualization.Visualizer):
    """Draws labelled spectra of a data set."""

    def match(self, ds_info: Any) -> bool:
        """Tell whether a data set, by its ``tfds.core.DatasetInfo``, is one of spectra."""
        features = ds_info.features
        if not isinstance(features, tfds.features.FeaturesDict) or "spectrum" not in features:
            return False
        return isinstance(features["spectrum"], SparseSpectrum)

    def show(self, ds: Any, ds_info: Any, rows: int = 3, cols: int = 2) -> Any:
        """Draw the first spectra, which must not be batched.

        Args:
            ds: The ``tf.data.Dataset``, of all features or of pairs.
            ds_info: ``tfds.core.DatasetInfo`` of the data set.
            rows: Rows of the grid.
            cols: Columns of the grid.

        Returns:
            The ``matplotlib`` figure.
        """
        from matplotlib import pyplot

        figure = pyplot.figure(figsize=size_of(rows, cols), facecolor="white", layout="constrained")
        draw_grid(figure, ds_info, list(tfds.as_numpy(ds.take(rows * cols))), rows, cols, ds_info.full_name)
        pyplot.show()
        return figure


def make_known() -> None:
    """Let ``tfds.show_examples`` find the visualizer. TFDS has a list of them and no other way to enter one.

    It comes first: another one of that list cannot be asked about metadata that hold numbers.
    """
    # By its name: a function of the same name hides the module in its package.
    listing = import_module("tensorflow_datasets.core.visualization.show_examples")
    known: list[Any] = getattr(listing, "_ALL_VISUALIZERS", [])
    if not any(isinstance(one, SpectraVisualizer) for one in known):
        known.insert(0, SpectraVisualizer())
