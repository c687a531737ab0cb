"""Picture of a library polymer: one panel for each line."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from xps_keras.axis import AXIS
from xps_keras.colours import BLUE, INK
from xps_keras.files import write_png
from xps_keras.library.library import Library
from xps_keras.library.lines import LINES
from xps_keras.measured.library import MeasuredLibrary


def save_library_png(
    path: Path, library: Library | MeasuredLibrary, key: str, spectrum: NDArray[np.float64], shift_ev: float
) -> None:
    """Draw the lines of a library polymer, a panel each, and write them as PNG.

    Args:
        path: The file to write.
        library: The set of polymers.
        key: Short or full name of the polymer.
        spectrum: Its spectrum on the axis, shape ``(6601,)``.
        shift_ev: The shift it was computed with in eV.

    Raises:
        UsageError: The file cannot be written.
    """
    from matplotlib.figure import Figure

    lines = [LINES[name] for name in library.lines_of(key)]
    columns = min(3, len(lines))
    rows = -(-len(lines) // columns)
    figure = Figure(figsize=(4.4 * columns, 0.8 + 2.9 * rows), facecolor="white", layout="constrained")
    title = library.polymer_names[library.index(key)] + (f", shifted by {shift_ev:+g} eV" if shift_ev else "")
    figure.suptitle(title, fontsize=13, fontweight="bold", color=INK)
    for place, line in enumerate(lines):
        axes = figure.add_subplot(rows, columns, place + 1)
        window = AXIS.window(line.window_low_ev + shift_ev, line.window_high_ev + shift_ev)
        energies = AXIS.energies_ev[window]
        axes.plot(energies, spectrum[window], color=BLUE, linewidth=1.8)
        axes.fill_between(energies, 0.0, spectrum[window], color=BLUE, alpha=0.10, linewidth=0)
        axes.set_xlim(energies[-1], energies[0])
        axes.set_ylim(bottom=0.0)
        axes.set_title(line.name, loc="left", fontsize=12, fontweight="bold", color=INK)
        axes.set_xlabel("binding energy / eV", color=INK)
        axes.spines[["left", "right", "top"]].set_visible(False)
        axes.set_yticks([])
    write_png(path, figure, 150)
