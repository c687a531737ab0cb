"""``xps-keras library``: the reference polymers and any structure a user types, their groups, peaks and spectra."""

import sys
from importlib.util import find_spec
from pathlib import Path

from rich.table import Table
from rich.text import Text

from xps_keras.axis import AXIS
from xps_keras.chemistry.repeat_unit import resolve
from xps_keras.cli.outputs import writable
from xps_keras.groups import GROUP_NAMES
from xps_keras.library.library import Library, Polymers
from xps_keras.library.loading import load_library
from xps_keras.terminal import console_for


def _table(titles: tuple[str, ...], right: tuple[str, ...]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    for title in titles:
        table.add_column(title, justify="right" if title in right else "left", no_wrap=title in ("key", "line"))
    return table


def list_polymers(library: Polymers | None = None) -> None:
    """Print key, name and groups of every polymer; the package's own when ``library`` is None."""
    library = library if library is not None else load_library()
    table = _table(("key", "name", "groups"), ())
    for index, key in enumerate(library.keys):
        groups = [name for name, count in zip(GROUP_NAMES, library.group_counts[index], strict=True) if count > 0]
        table.add_row(Text(key), Text(library.polymer_names[index]), Text(", ".join(groups)))
    console_for(sys.stdout).print(table)


def _tell(source: str) -> None:
    """Say on stderr which source was used where that is not plain from the command."""
    if source:
        sys.stderr.write(source + "\n")


def _peak_table(library: Library, key: str) -> Table:
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


def _rule_table(smiles: str) -> Table:
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


def show_polymer(text: str, *, rules: bool = False) -> None:
    """Print structure, groups, peak table and, where rdkit is installed, the rule of every atom.

    Args:
        text: Short or full name of a library polymer, or a repeat unit with ``*`` at its chain ends.
        rules: Show the peaks of the rules also where the library has a table.

    Raises:
        XpsKerasError: Neither a polymer nor a usable structure is meant, or no rule fits an atom.
    """
    library, key, source = resolve(load_library(), text, rules=rules)
    _tell(source)
    index = library.index(key)
    counts = zip(GROUP_NAMES, library.group_counts[index], strict=True)
    groups = ", ".join(f"{name} x {count:g}" for name, count in counts if count > 0)
    console = console_for(sys.stdout)
    console.print(Text.assemble((library.polymer_names[index], "bold"), f"\n  repeat unit {library.smiles[index]}"))
    console.print(Text(f"  groups per repeat unit: {groups}\n"))
    console.print(_peak_table(library, key))
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
    console.print(_rule_table(library.smiles[index]))


def polymer_spectrum(text: str, *, png: Path | None, shift_ev: float, broadening_ev: float, rules: bool) -> None:
    """Write the spectrum of a polymer as two columns to stdout, or as a picture.

    Args:
        text: Short or full name of a library polymer, or a repeat unit with ``*`` at its chain ends.
        png: Where to write the picture; None for columns.
        shift_ev: Charging shift in eV, positive moves peaks to higher binding energy.
        broadening_ev: Standard deviation of an extra Gaussian in eV.
        rules: Use the rules also where the library has a table.

    Raises:
        XpsKerasError: Neither a polymer nor a usable structure is meant, no rule fits an atom, or the picture cannot be
            written.
    """
    from xps_keras.library.lineshape import spectrum_of

    library, key, source = resolve(load_library(), text, rules=rules)
    _tell(source)
    if png is not None:
        writable(png)
    spectrum = spectrum_of(library, key, shift_ev=shift_ev, broadening_ev=broadening_ev)
    if png is not None:
        from xps_keras.cli.library_picture import save_library_png

        save_library_png(png, library, key, spectrum, shift_ev)
        return
    rows = (f"{energy:.1f},{value:.6g}\n" for energy, value in zip(AXIS.energies_ev, spectrum, strict=True))
    sys.stdout.write("binding energy / eV,intensity\n" + "".join(rows))
