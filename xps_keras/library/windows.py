"""The stretches of the axis that an analyst records for lines."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from xps_keras.axis import AXIS
from xps_keras.library.library import Library
from xps_keras.library.lines import LINES


def window_channels(library: Library, lines: Sequence[str] | None) -> NDArray[np.bool_]:
    """Return the channels of the axis inside the windows of lines.

    Args:
        library: The polymers.
        lines: Names of lines, None for every line any of the polymers has.

    Returns:
        Mask, shape ``(6601,)``.
    """
    inside = np.zeros(AXIS.size, bool)
    for name in set(library.peaks.line) if lines is None else lines:
        inside[AXIS.window(LINES[name].window_low_ev, LINES[name].window_high_ev)] = True
    return inside
