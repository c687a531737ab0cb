"""Networks as frozen configurations, one file each."""

from xps_keras.models.network import Network, Networks, trained_on_groups
from xps_keras.models.networks import KINDS, PRESETS, Preset, network_from_dict, network_to_dict

__all__ = [
    "KINDS",
    "PRESETS",
    "Network",
    "Networks",
    "Preset",
    "network_from_dict",
    "network_to_dict",
    "trained_on_groups",
]
