"""Colours that the pictures of this package share."""

INK = "#22303a"
"""Writing, axes and limits."""
SOFT = "#7b848b"
"""What stands in the background."""
BLUE = "#1b4f72"
"""Spectra after correction, and the first of several series."""
PALE = "#d6e0e8"
"""Bars behind bars."""
ACCENT = "#b9770e"
"""What the eye shall find first."""
SHADES = ("#b9770e", "#7d3c98", "#117a65", "#922b21")
"""Further series, in order."""
