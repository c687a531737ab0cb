"""The corpus as TensorFlow data sets; installed as ``xps_keras.datasets``."""

if __name__ == "datasets":
    raise ImportError(
        "this folder is xps_keras.datasets, not the Hugging Face package `datasets`; "
        "run from another folder or import xps_keras.datasets"
    )
