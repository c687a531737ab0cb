"""Readers of spectrum files, one module per format, and the VAMAS writers, which are imported when first used."""

from typing import TYPE_CHECKING

from xps_keras.io.read import choose, read, read_all, read_content
from xps_keras.lazy import lazily

if TYPE_CHECKING:
    from xps_keras.io.vamas_correct import corrected_text, write_corrected
    from xps_keras.io.vamas_write import write_vamas
else:
    __getattr__, __dir__ = lazily(
        __name__,
        {
            "corrected_text": "xps_keras.io.vamas_correct",
            "write_corrected": "xps_keras.io.vamas_correct",
            "write_vamas": "xps_keras.io.vamas_write",
        },
    )

__all__ = ["choose", "corrected_text", "read", "read_all", "read_content", "write_corrected", "write_vamas"]
