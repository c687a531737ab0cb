"""Readers of spectrum files, one module per format, and the VAMAS writers."""

from xps_keras.io.read import choose, read, read_all
from xps_keras.io.vamas_correct import write_corrected
from xps_keras.io.vamas_write import write_vamas

__all__ = ["choose", "read", "read_all", "write_corrected", "write_vamas"]
