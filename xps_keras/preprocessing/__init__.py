"""From the regions of a file to the channels of a model: background, signals, choice of regions."""
