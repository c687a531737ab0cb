"""From the regions of a file to the channels of a model: background, signals, choice of regions."""

from xps_keras.preprocessing.channels import Channels, to_channels
from xps_keras.preprocessing.planned import PlannedRegion, plan

__all__ = ["Channels", "PlannedRegion", "plan", "to_channels"]
