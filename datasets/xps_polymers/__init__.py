"""The TFDS data set ``xps_polymers``."""
