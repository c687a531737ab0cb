"""From the regions of a file to the channels of a model: background, signals, choice of regions."""

from xps_keras.preprocessing.channels import Channels, PlannedRegion, plan, to_channels

__all__ = ["Channels", "PlannedRegion", "plan", "to_channels"]
