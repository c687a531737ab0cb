"""``library import``, and showing what imported libraries hold."""

import sys
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table
from rich.text import Text

from xps_keras.analysis.report import print_warnings
from xps_keras.axis import AXIS
from xps_keras.cli.outputs import writable
from xps_keras.errors import SpectrumWarning, UsageError
from xps_keras.groups import GROUP_NAMES
from xps_keras.measured.library import MeasuredLibrary
from xps_keras.measured.store import check_name, save
from xps_keras.terminal import console_for


def import_library(folder: Path, *, name: str, align_c1s_ev: float | None, background: str, force: bool) -> None:
    """Import a folder of measured reference spectra and say what came of it.

    Args:
        folder: Holds the label table and a folder for each polymer.
        name: Name to give the library.
        align_c1s_ev: Energy in eV to move the strongest C 1s peak to; None moves nothing.
        background: ``subtract`` or ``none``.
        force: Replace a library of that name.

    Raises:
        XpsKerasError: The name is taken, or anything in the folder cannot be used.
    """
    check_name(name, force)
    if background not in ("subtract", "none"):
        raise UsageError(f"--background must be 'subtract' or 'none', not {background!r}.")
    from xps_keras.measured.importing import import_folder

    with Console(stderr=True).status(f"Reading {folder}"):
        found = import_folder(folder, name, align_c1s_ev, "none" if background == "none" else "subtract")
    origin: dict[str, str | float | None] = {
        "folder": folder.name, "align_c1s_ev": align_c1s_ev, "background": background
    }  # fmt: skip
    path = save(found.library, origin)
    print_warnings(tuple(SpectrumWarning("import", note) for note in found.notes))
    library = found.library
    carried = int(library.assessable.sum())
    print(f"{name}: {len(library.keys)} polymers, {carried} groups, SHA-256 {library.sha256}\nstored in {path}")


def show_measured(library: MeasuredLibrary, key: str) -> None:
    """Print groups, lines and recorded stretches of one polymer of an imported library.

    Args:
        library: The library.
        key: Short or full name of the polymer.

    Raises:
        UsageError: The library holds no such polymer.
    """
    index = library.index(key)
    console = console_for(sys.stdout)
    unit = f"\n  repeat unit {library.smiles[index]}" if library.smiles[index] else ""
    console.print(Text.assemble((library.polymer_names[index], "bold"), unit))
    counts = zip(GROUP_NAMES, library.group_counts[index], strict=True)
    console.print(Text("  groups per repeat unit: " + ", ".join(f"{name} x {n:g}" for name, n in counts if n > 0)))
    console.print(Text(f"  lines: {', '.join(library.lines[index])}\n"))
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    for title in ("recorded / eV", "area / %", "highest at / eV"):
        table.add_column(title, justify="right")
    edges = np.flatnonzero(np.diff(np.concatenate(([0], library.measured[index].astype(int), [0]))))
    for first, beyond in zip(edges[::2], edges[1::2], strict=True):
        values = library.intensity[index, first:beyond]
        energies = AXIS.energies_ev[first:beyond]
        share = 100 * float(values.sum()) * AXIS.step_ev
        table.add_row(f"{energies[0]:.1f}-{energies[-1]:.1f}", f"{share:.1f}", f"{energies[values.argmax()]:.1f}")
    console.print(table)


def measured_spectrum(
    library: MeasuredLibrary, key: str, *, png: Path | None, shift_ev: float, broadening_ev: float
) -> None:
    """Write the spectrum of a polymer of an imported library as two columns to stdout, or as a picture.

    Args:
        library: The library.
        key: Short or full name of the polymer.
        png: Where to write the picture; None for columns.
        shift_ev: Charging shift in eV, positive moves peaks to higher binding energy.
        broadening_ev: Standard deviation of an extra Gaussian in eV.

    Raises:
        UsageError: The library holds no such polymer, or the picture cannot be written.
    """
    from xps_keras.corpus.engine import engine_of

    weights = np.zeros((1, len(library.keys)), np.float32)
    weights[0, library.index(key)] = 1.0
    if png is not None:
        writable(png)
    spectrum = engine_of(library).spectra(weights, np.array([shift_ev]), np.array([broadening_ev]))[0]
    recorded = library.measured[library.index(key)]
    moved = np.interp(AXIS.energies_ev - shift_ev, AXIS.energies_ev, recorded.astype(float), left=0.0, right=0.0) > 0.5
    values = np.where(moved, np.maximum(spectrum, 0.0), 0.0).astype(np.float64)
    if png is not None:
        from xps_keras.cli.library_picture import save_library_png

        save_library_png(png, library, key, values, shift_ev)
        return
    rows = (f"{energy:.1f},{value:.6g}\n" for energy, value in zip(AXIS.energies_ev, values, strict=True))
    sys.stdout.write("binding energy / eV,intensity\n" + "".join(rows))
