"""``xps-keras inspect``: what a file holds, region by region, and what of it will be used; no model.

What needs numpy is imported inside the functions, so that ``--help`` answers at once.
"""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xps_keras.errors import SpectrumWarning, XpsKerasError
from xps_keras.printable import printable

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

    from xps_keras.preprocessing.planned import PlannedRegion
    from xps_keras.spectrum import Spectrum


def inspect(file: Annotated[Path, typer.Argument(metavar="FILE", help="A spectrum.")]) -> None:
    """Show what a file holds and what will be used."""
    from rich.text import Text

    from xps_keras.analysis.report import print_warnings
    from xps_keras.io.read import listing, read_all
    from xps_keras.preprocessing.channels import to_channels
    from xps_keras.terminal import console_for

    spectra = read_all(file)
    first = spectra[0]
    console = console_for(sys.stdout)
    title = Text.assemble((printable(str(file)), "bold"), f"\n  {first.file_format}, SHA-256 {first.sha256}\n")
    if len(spectra) > 1:
        title.append(f"  {listing(spectra)}; `--sample` of `analyze` picks one\n")
    console.print(title)
    said: list[SpectrumWarning] = []
    for spectrum in spectra:
        console.print(_table(spectrum, named=len(spectra) > 1))
        said += spectrum.warnings
        try:
            said += to_channels(spectrum).warnings
        except XpsKerasError as error:
            # The file was read, and showing why it cannot be analysed is what was asked for.
            said.append(SpectrumWarning("not-analysable", str(error)))
    print_warnings(tuple(dict.fromkeys(said)))


def _table(spectrum: "Spectrum", named: bool) -> "Table":
    """Show the regions of one sample, under its name where there are several."""
    from rich.table import Table
    from rich.text import Text

    from xps_keras.preprocessing.planned import plan

    name = Text(f"sample {spectrum.sample_number}: {printable(spectrum.sample)}", "bold") if named else None
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0), title=name, title_justify="left")
    for heading in ("region", "eV as measured", "step / eV", "points", "recorded as", "photon / eV", "used"):
        right = heading in ("step / eV", "points", "photon / eV")
        table.add_column(heading, justify="right" if right else "left", overflow="fold")
    for used in plan(spectrum):
        table.add_row(*_row(used))
    return table


def _row(used: "PlannedRegion") -> "list[Text]":
    from rich.text import Text

    region = used.region
    label = f" ({region.label})" if region.label and region.label != used.name else ""
    verdict = f"yes, {used.background} background" if used.used else f"no: {used.why}"
    style = "" if used.used else "dim"
    source = "-" if region.source_energy_ev is None else f"{region.source_energy_ev:g}"
    cells = (
        used.name + label,
        f"{region.low_ev:.2f}-{region.high_ev:.2f}",
        f"{region.step_ev:.3g}",
        str(region.binding_energy_ev.size),
        f"{region.intensity_unit}, {region.recorded_energy} energy",
        source,
        verdict,
    )
    return [Text(cell, style) for cell in cells]
