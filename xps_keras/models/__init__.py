"""Networks, one file each."""

from xps_keras.models.blocks import Networks
from xps_keras.models.networks import PRESETS, Preset, preset

__all__ = ["PRESETS", "Networks", "Preset", "preset"]
