"""The reference polymers: structures, peak tables, labels, line shapes. Each is imported when it is first used."""

from typing import TYPE_CHECKING

from xps_keras.lazy import lazily

if TYPE_CHECKING:
    from xps_keras.library.library import Library, Peaks, Polymers
    from xps_keras.library.lines import LINES, Line
    from xps_keras.library.lineshape import spectrum_of
    from xps_keras.library.loading import load_library
else:
    # Most answers need the table of lines alone; line shapes need SciPy, whose import costs as much as an analysis.
    __getattr__, __dir__ = lazily(
        __name__,
        {
            "LINES": "xps_keras.library.lines",
            "Library": "xps_keras.library.library",
            "Line": "xps_keras.library.lines",
            "Peaks": "xps_keras.library.library",
            "Polymers": "xps_keras.library.library",
            "load_library": "xps_keras.library.loading",
            "spectrum_of": "xps_keras.library.lineshape",
        },
    )

__all__ = ["LINES", "Library", "Line", "Peaks", "Polymers", "load_library", "spectrum_of"]
