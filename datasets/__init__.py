"""The corpus as TensorFlow data sets; installed as ``xps_keras.datasets``.

Importing this package makes ``tfds.load("xps_polymers/paper")`` known to TensorFlow Datasets, which takes some seconds:
nothing on the way of a command that needs no data set imports it.
"""

if __name__ == "datasets":
    raise ImportError(
        "this folder is xps_keras.datasets, not the Hugging Face package `datasets`; "
        "run from another folder or import xps_keras.datasets"
    )

__all__ = ["xps_polymers_dataset_builder"]

# A class that TFDS knows by its name must be imported, and under this one name only.
from xps_keras.datasets.xps_polymers import xps_polymers_dataset_builder as xps_polymers_dataset_builder
from xps_keras.datasets.xps_polymers.visualizer import make_known

make_known()
