"""``xps-keras inspect``: what a file holds, region by region, and what of it will be used; no model."""

import sys
from pathlib import Path

from rich.table import Table
from rich.text import Text

from xps_keras.channels import UsedRegion, plan, to_channels
from xps_keras.errors import Caution, InputError
from xps_keras.io import read
from xps_keras.report import console_for, print_cautions


def run(file: Path) -> None:
    """Print what a file holds.

    Args:
        file: The spectrum.

    Raises:
        InputError: The file cannot be read.
    """
    spectrum = read(file)
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    for title in ("region", "eV as measured", "step / eV", "points", "recorded as", "photon / eV", "used"):
        right = title in ("step / eV", "points", "photon / eV")
        table.add_column(title, justify="right" if right else "left", no_wrap=title != "used")
    for used in plan(spectrum):
        table.add_row(*_row(used))
    console = console_for(sys.stdout)
    console.print(Text.assemble((str(file), "bold"), f"\n  {spectrum.file_format}, SHA-256 {spectrum.sha256}\n"))
    console.print(table)
    cautions = list(spectrum.cautions)
    try:
        cautions += to_channels(spectrum).cautions
    except InputError as error:
        # The file was read, and showing why it cannot be analysed is what was asked for.
        cautions.append(Caution("not-analysable", str(error)))
    print_cautions(tuple(dict.fromkeys(cautions)))


def _row(used: UsedRegion) -> list[Text]:
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
