"""Keras layers, written with keras.ops alone.

Importing this package registers them, so that ``keras.saving.load_model`` reads every model that this package saves,
on any backend.
"""

from xps_keras.layers.aligned_windows import AlignedWindows
from xps_keras.layers.area_normalization import AreaNormalization
from xps_keras.layers.hypothesis_windows import HypothesisWindows
from xps_keras.layers.resampling import shift_channels, warp_channels, warped_positions
from xps_keras.layers.shift_readings import ShiftReadings
from xps_keras.layers.spatial_transformer_1d import SpatialTransformer1D

__all__ = [
    "AlignedWindows",
    "AreaNormalization",
    "HypothesisWindows",
    "ShiftReadings",
    "SpatialTransformer1D",
    "shift_channels",
    "warp_channels",
    "warped_positions",
]
