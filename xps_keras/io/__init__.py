"""Readers of spectrum files, one module per format, and the VAMAS writers."""

from xps_keras.io.read import choose, read, read_all, read_content
from xps_keras.io.vamas_correct import corrected_text, write_corrected
from xps_keras.io.vamas_write import write_vamas

__all__ = ["choose", "corrected_text", "read", "read_all", "read_content", "write_corrected", "write_vamas"]
