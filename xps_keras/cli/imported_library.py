"""``library import``, and what ``library show`` and ``library spectrum`` do with an imported library.

What needs numpy is imported inside the functions, so that ``--help`` answers at once.
"""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xps_keras.cli.options import OptionError, near_285
from xps_keras.errors import SpectrumWarning

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from xps_keras.measured.library import MeasuredLibrary


def import_library(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Label table and a folder of spectra per polymer.")],
    name: Annotated[str, typer.Option(metavar="NAME", help="Name to give the library.")],
    align_c1s: Annotated[
        float | None,
        typer.Option(
            metavar="EV",
            callback=near_285,
            help="Move the strongest C 1s peak of polymers with alkane carbon to this energy.",
        ),
    ] = None,
    background: Annotated[
        str, typer.Option(metavar="NAME", help="subtract; or none, for files that hold net intensities.")
    ] = "subtract",
    own_labels: Annotated[
        bool,
        typer.Option("--own-labels", help="The columns are labels of your own, not groups of this package."),
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace a library of that name.")] = False,
) -> None:
    """Import measured reference spectra that you own as a library (docs/licensed_library.md)."""
    from rich.console import Console

    from xps_keras.analysis.report import print_warnings
    from xps_keras.measured.store import check_name, save

    check_name(name, force)
    if background not in ("subtract", "none"):
        raise OptionError(f"--background must be 'subtract' or 'none', not {background!r}.")
    from xps_keras.measured.importing import import_folder

    with Console(stderr=True).status(f"Reading {folder}"):
        found = import_folder(
            folder, name, align_c1s, "none" if background == "none" else "subtract", own_labels=own_labels
        )
    origin: dict[str, str | float | None] = {
        "folder": folder.name, "align_c1s_ev": align_c1s, "background": background
    }  # fmt: skip
    path = save(found.library, origin, force)
    print_warnings(tuple(SpectrumWarning("import", note) for note in found.notes))
    library = found.library
    carried = int(library.assessable.sum())
    print(f"{name}: {len(library.keys)} polymers, {carried} groups, SHA-256 {library.sha256}\nstored in {path}")


def show_measured(library: "MeasuredLibrary", key: str) -> None:
    """Print groups, lines and recorded stretches of one polymer of an imported library.

    Args:
        library: The library.
        key: Short or full name of the polymer.

    Raises:
        UsageError: The library holds no such polymer.
    """
    import numpy as np
    from rich.table import Table
    from rich.text import Text

    from xps_keras.axis import AXIS
    from xps_keras.terminal import console_for

    index = library.index(key)
    console = console_for(sys.stdout)
    unit = f"\n  repeat unit {library.smiles[index]}" if library.smiles[index] else ""
    console.print(Text.assemble((library.polymer_names[index], "bold"), unit))
    counts = zip(library.labels, library.group_counts[index], strict=True)
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
    library: "MeasuredLibrary", key: str, shift_ev: float, broadening_ev: float
) -> "NDArray[np.float64]":
    """Return the spectrum of a polymer of an imported library on the axis, zero where it was not recorded.

    Args:
        library: The library.
        key: Short or full name of the polymer.
        shift_ev: Charging shift in eV, positive moves peaks to higher binding energy.
        broadening_ev: Standard deviation of an extra Gaussian in eV.

    Raises:
        UsageError: The library holds no such polymer.
    """
    import numpy as np

    from xps_keras.axis import AXIS
    from xps_keras.corpus.engine import engine_of

    weights = np.zeros((1, len(library.keys)), np.float32)
    weights[0, library.index(key)] = 1.0
    spectrum = engine_of(library).spectra(weights, np.array([shift_ev]), np.array([broadening_ev]))[0]
    recorded = library.measured[library.index(key)]
    moved = np.interp(AXIS.energies_ev - shift_ev, AXIS.energies_ev, recorded.astype(float), left=0.0, right=0.0) > 0.5
    return np.where(moved, np.maximum(spectrum, 0.0), 0.0).astype(np.float64)
