"""Readers of spectrum files, one module per format, and the VAMAS writers, which are imported when first used."""

from typing import TYPE_CHECKING

from xps_keras.io.read import choose, read, read_all
from xps_keras.lazy import lazily

if TYPE_CHECKING:
    from xps_keras.io.vamas_correct import write_corrected
    from xps_keras.io.vamas_write import write_vamas
else:
    __getattr__, __dir__ = lazily(
        __name__,
        {"write_corrected": "xps_keras.io.vamas_correct", "write_vamas": "xps_keras.io.vamas_write"},
    )

__all__ = ["choose", "read", "read_all", "write_corrected", "write_vamas"]
