"""Networks as frozen configurations, one file each."""

from xps_keras.models.network import Network, Networks
from xps_keras.models.networks import KINDS, PRESETS, Preset, network_from_dict, network_to_dict, preset

__all__ = ["KINDS", "PRESETS", "Network", "Networks", "Preset", "network_from_dict", "network_to_dict", "preset"]
