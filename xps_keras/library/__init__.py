"""The reference polymers: structures, peak tables, labels, line shapes."""

from typing import TYPE_CHECKING

from xps_keras.lazy import lazily
from xps_keras.library.library import Library, Peaks, Polymers
from xps_keras.library.lines import LINES, Line
from xps_keras.library.loading import load_library

if TYPE_CHECKING:
    from xps_keras.library.lineshape import spectrum_of

__all__ = ["LINES", "Library", "Line", "Peaks", "Polymers", "load_library", "spectrum_of"]

# Line shapes need SciPy, whose import costs as much as an analysis.
__getattr__, __dir__ = lazily(__name__, {"spectrum_of": "xps_keras.library.lineshape"})
