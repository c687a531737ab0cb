"""Readers of spectrum files, one module per format, and the VAMAS writer."""

from xps_keras.io.read import read
from xps_keras.io.vamas_write import write_vamas

__all__ = ["read", "write_vamas"]
