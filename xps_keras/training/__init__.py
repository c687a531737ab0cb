"""Training: corpus as batches, losses, the training run (extra ``train``)."""

from typing import TYPE_CHECKING

from xps_keras.lazy import lazily

if TYPE_CHECKING:
    from xps_keras.training.devices import Devices
    from xps_keras.training.run import Run, train
else:
    # Lazily: the losses alone need no TensorFlow.
    __getattr__, __dir__ = lazily(
        __name__,
        {
            "Devices": "xps_keras.training.devices",
            "Run": "xps_keras.training.run",
            "train": "xps_keras.training.run",
        },
    )

__all__ = ["Devices", "Run", "train"]
