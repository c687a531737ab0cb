"""Keras layers, written with keras.ops alone.

Importing this package registers them, so that ``keras.saving.load_model`` reads every model that this package saves,
on any backend.
"""

from xps_keras.layers.aligned_windows import AlignedWindows
from xps_keras.layers.area_normalization import AreaNormalization
from xps_keras.layers.broadened_library import BroadenedLibrary
from xps_keras.layers.hypothesis_windows import HypothesisWindows
from xps_keras.layers.resampling import shift_channels, warp_channels, warped_positions
from xps_keras.layers.shift_readings import ShiftReadings
from xps_keras.layers.sparse_unmixing import SparseUnmixing
from xps_keras.layers.spatial_transformer_1d import SpatialTransformer1D
from xps_keras.layers.window_features import WindowFeatures

__all__ = [
    "AlignedWindows",
    "AreaNormalization",
    "BroadenedLibrary",
    "HypothesisWindows",
    "ShiftReadings",
    "SparseUnmixing",
    "SpatialTransformer1D",
    "WindowFeatures",
    "shift_channels",
    "warp_channels",
    "warped_positions",
]
