"""The reference polymers: structures, peak tables, labels, line shapes."""

from xps_keras.library.library import Library, Peaks, Polymers
from xps_keras.library.lines import LINES, Line
from xps_keras.library.lineshape import spectrum_of
from xps_keras.library.loading import load_library

__all__ = ["LINES", "Library", "Line", "Peaks", "Polymers", "load_library", "spectrum_of"]
