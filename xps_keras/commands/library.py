"""``xps-keras library``: the reference polymers, their groups, peaks and spectra."""

import sys
from pathlib import Path

from rich.table import Table
from rich.text import Text

from xps_keras.axis import AXIS
from xps_keras.commands.outputs import writable
from xps_keras.groups import GROUP_NAMES
from xps_keras.library.library import load_library
from xps_keras.report import console_for


def list_polymers() -> None:
    """Print key, name and groups of every polymer."""
    library = load_library()
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    for title in ("key", "name", "groups"):
        table.add_column(title, no_wrap=title == "key")
    for index, key in enumerate(library.keys):
        groups = [name for name, count in zip(GROUP_NAMES, library.group_counts[index], strict=True) if count > 0]
        table.add_row(Text(key), Text(library.polymer_names[index]), Text(", ".join(groups)))
    console_for(sys.stdout).print(table)


def show_polymer(key: str) -> None:
    """Print structure, groups and peak table of one polymer.

    Args:
        key: Short or full name.

    Raises:
        InputError: The library holds no such polymer.
    """
    library = load_library()
    index = library.index(key)
    counts = zip(GROUP_NAMES, library.group_counts[index], strict=True)
    groups = ", ".join(f"{name} x {count:g}" for name, count in counts if count > 0)
    console = console_for(sys.stdout)
    console.print(Text.assemble((library.polymer_names[index], "bold"), f"\n  repeat unit {library.smiles[index]}"))
    console.print(Text(f"  groups per repeat unit: {groups}\n"))
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    for title in ("line", "environment", "energy / eV", "FWHM / eV", "Lorentzian", "area", "confidence"):
        right = title in ("energy / eV", "FWHM / eV", "Lorentzian", "area")
        table.add_column(title, justify="right" if right else "left")
    peaks = library.peaks
    for peak in library.of_polymer(key):
        table.add_row(
            peaks.line[peak],
            Text(peaks.label[peak]),
            f"{peaks.energy_ev[peak]:.2f}",
            f"{peaks.fwhm_ev[peak]:.2f}",
            f"{peaks.lorentzian_fraction[peak]:.2f}",
            f"{peaks.area[peak]:.3f}",
            peaks.confidence[peak],
        )
    console.print(table)
    console.print(
        Text(
            "  energies: saturated hydrocarbon C 1s = 285.0 eV; areas: one C atom = 1; confidence: S sourced, "
            "K general knowledge, E estimate, C computed",
            "dim",
        )
    )


def polymer_spectrum(key: str, *, png: Path | None, shift_ev: float, broadening_ev: float) -> None:
    """Write the spectrum of a polymer as two columns to stdout, or as a picture.

    Args:
        key: Short or full name.
        png: Where to write the picture; None for columns.
        shift_ev: Charging shift in eV, positive moves peaks to higher binding energy.
        broadening_ev: Standard deviation of an extra Gaussian in eV.

    Raises:
        InputError: The library holds no such polymer, or the picture cannot be written.
    """
    from xps_keras.library.lineshape import spectrum_of

    library = load_library()
    if png is not None:
        writable(png)
    spectrum = spectrum_of(library, key, shift_ev=shift_ev, broadening_ev=broadening_ev)
    if png is not None:
        from xps_keras.commands.library_figure import save_library_png

        save_library_png(png, library, key, spectrum, shift_ev)
        return
    rows = (f"{energy:.1f},{value:.6g}\n" for energy, value in zip(AXIS.energies_ev, spectrum, strict=True))
    sys.stdout.write("binding energy / eV,intensity\n" + "".join(rows))
