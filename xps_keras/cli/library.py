"""``xps-keras library``: the reference polymers and any structure a user types, their groups, peaks and spectra.

What needs numpy is imported inside the functions, so that ``--help`` answers at once.
"""

import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING, Annotated

import typer

from xps_keras.cli.options import LibraryName, Png
from xps_keras.cli.outputs import writable
from xps_keras.errors import UsageError

if TYPE_CHECKING:
    from rich.table import Table

    from xps_keras.library.library import Library
    from xps_keras.measured.library import MeasuredLibrary

Key = Annotated[
    str,
    typer.Argument(metavar="KEY|SMILES", help="Polymer of `library list`, or a repeat unit with * at its chain ends."),
]
Rules = Annotated[bool, typer.Option("--rules", help="Use the rules also where the library has a table.")]


def list_polymers(library: LibraryName = "polymers") -> None:
    """List the reference polymers."""
    from rich.text import Text

    from xps_keras.measured.store import find_library
    from xps_keras.terminal import console_for

    found = find_library(library)
    table = _table(("key", "name", "groups"), ())
    for index, key in enumerate(found.keys):
        groups = [name for name, count in zip(found.labels, found.group_counts[index], strict=True) if count > 0]
        table.add_row(Text(key), Text(found.polymer_names[index]), Text(", ".join(groups)))
    console_for(sys.stdout).print(table)


def show(key: Key, rules: Rules = False, library: LibraryName = "polymers") -> None:
    """Show the groups, the peaks and the rules of a polymer or structure."""
    if (measured := _imported(library, rules)) is not None:
        from xps_keras.cli.imported_library import show_measured

        show_measured(measured, key)
        return
    from rich.text import Text

    from xps_keras.chemistry.repeat_unit import resolve
    from xps_keras.library.loading import load_library
    from xps_keras.terminal import console_for

    found, name, source = resolve(load_library(), key, rules=rules)
    _tell(source)
    index = found.index(name)
    counts = zip(found.labels, found.group_counts[index], strict=True)
    groups = ", ".join(f"{name} x {count:g}" for name, count in counts if count > 0)
    console = console_for(sys.stdout)
    console.print(Text.assemble((found.polymer_names[index], "bold"), f"\n  repeat unit {found.smiles[index]}"))
    console.print(Text(f"  groups per repeat unit: {groups}\n"))
    console.print(_peak_table(found, name))
    console.print(
        Text(
            "  energies: saturated hydrocarbon C 1s = 285.0 eV; areas: one C atom = 1; confidence: S sourced, "
            "K general knowledge, E estimate, C computed\n",
            "dim",
        )
    )
    if find_spec("rdkit") is None:
        console.print(Text("  atoms and their rules need rdkit: pip install 'xps-keras[chem]'", "dim"))
        return
    console.print(Text("What the rules say of each atom (docs/rules.md):\n"))
    console.print(_rule_table(found.smiles[index]))


def spectrum(
    key: Key,
    png: Png = None,
    shift: Annotated[float, typer.Option(metavar="EV", help="Charging shift in eV.")] = 0.0,
    broadening: Annotated[
        float, typer.Option(metavar="EV", min=0.0, help="Standard deviation of an extra Gaussian in eV.")
    ] = 0.0,
    rules: Rules = False,
    library: LibraryName = "polymers",
) -> None:
    """Write the spectrum of a polymer or structure as two columns to stdout, or as a picture."""
    if png is not None:
        writable(png)
    source: Library | MeasuredLibrary
    if (measured := _imported(library, rules)) is not None:
        from xps_keras.cli.imported_library import measured_spectrum

        source, name, values = measured, key, measured_spectrum(measured, key, shift, broadening)
    else:
        from xps_keras.chemistry.repeat_unit import resolve
        from xps_keras.library.lineshape import spectrum_of
        from xps_keras.library.loading import load_library

        source, name, origin = resolve(load_library(), key, rules=rules)
        _tell(origin)
        values = spectrum_of(source, name, shift_ev=shift, broadening_ev=broadening)
    if png is not None:
        from xps_keras.cli.library_picture import save_library_png

        save_library_png(png, source, name, values, shift)
        return
    from xps_keras.axis import AXIS

    rows = (f"{energy:.1f},{value:.6g}\n" for energy, value in zip(AXIS.energies_ev, values, strict=True))
    sys.stdout.write("binding energy / eV,intensity\n" + "".join(rows))


def _imported(name: str, rules: bool) -> "MeasuredLibrary | None":
    """Return an imported library, None for the package's own polymers."""
    if name == "polymers":
        return None
    from xps_keras.measured.library import MeasuredLibrary
    from xps_keras.measured.store import find_library

    found = find_library(name)
    if not isinstance(found, MeasuredLibrary) or rules:
        raise UsageError("--library takes an imported library here, and --rules only goes with the package's own.")
    return found


def _table(titles: tuple[str, ...], right: tuple[str, ...]) -> "Table":
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    for title in titles:
        table.add_column(title, justify="right" if title in right else "left", no_wrap=title in ("key", "line"))
    return table


def _tell(source: str) -> None:
    """Say on stderr which source was used where that is not plain from the command."""
    if source:
        sys.stderr.write(source + "\n")


def _peak_table(library: "Library", key: str) -> "Table":
    from rich.text import Text

    numbers = ("energy / eV", "FWHM / eV", "Lorentzian", "area")
    table = _table(("line", "environment", *numbers, "confidence"), numbers)
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
    return table


def _rule_table(smiles: str) -> "Table":
    from rich.text import Text

    from xps_keras.chemistry.from_structure import assign

    numbers = ("atom", "rule / eV", "result / eV", "+/- / eV")
    table = _table(("line", "atom", "rule", "rule / eV", "secondary shifts / eV", *numbers[2:], "confidence"), numbers)
    for one in assign(smiles):
        shifts = [
            f"{applied.shift.name} {applied.shift.shift_ev:+.2f}" + (f" x {applied.count}" if applied.count > 1 else "")
            for applied in one.shifts
        ]
        table.add_row(
            one.line,
            str(one.index),
            Text(one.rule.name),
            f"{one.rule.energy_ev:.2f}",
            Text("; ".join(shifts)),
            f"{one.energy_ev:.2f}",
            f"{one.uncertainty_ev:.2f}",
            one.confidence,
        )
    return table
