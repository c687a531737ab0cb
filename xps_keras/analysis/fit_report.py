"""The fit in a terminal: components by line, what it is made of, what is left over, the nearest polymers."""

import sys
from collections.abc import Sequence

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from xps_keras.analysis.report import hanging
from xps_keras.fit.result import Component, Fit, Match
from xps_keras.printable import printable
from xps_keras.terminal import console_for

MOST_PARTS = 6


def print_fit(fit: Fit, console: Console | None = None) -> None:
    """Print a fit to stdout.

    Args:
        fit: The fit.
        console: Where to print; stdout when None.
    """
    console = console or console_for(sys.stdout)
    if fit.note is not None:
        console.print(Text(f"  {printable(fit.note)}\n", "yellow"))
    if not fit.parts:
        return
    parts: list[RenderableType] = [Padding(_components(fit.components), (0, 2, 1, 2)), _made_of(fit), _left(fit)]
    console.print(Group(*parts))
    print_matches(fit.nearest, console)


def print_matches(matches: Sequence[Match], console: Console | None = None) -> None:
    """Print the nearest polymers to stdout; arguments as ``print_fit``."""
    console = console or console_for(sys.stdout)
    if not matches:
        console.print(Text("  nearest polymers: none fits\n", "yellow"))
        return
    table = _table("nearest polymers", "share", "left over", "what tells the next one apart")
    for match in matches:
        table.add_row(
            Text(printable(match.name), "bold"),
            " : ".join(f"{100 * share:.0f}" for share in match.shares),
            f"{100 * match.residual:.1f} %",
            printable(match.difference),
        )
    console.print(Padding(table, (0, 2, 1, 2)))


def _components(components: Sequence[Component]) -> Table:
    table = _table("line", "component", "eV", "FWHM", "percent", "±")
    before = ""
    for component in components:
        table.add_row(
            Text(component.line if component.line != before else "", "bold"),
            Text(component.name),
            f"{component.energy_ev:.2f}",
            f"{component.fwhm_ev:.2f}",
            f"{component.percent:.1f}",
            f"{component.uncertainty:.1f}",
        )
        before = component.line
    return table


def _made_of(fit: Fit) -> Padding:
    parts = fit.parts[:MOST_PARTS]
    names = [f"{printable(part.shown)} {part.percent:.0f} ± {part.uncertainty:.0f} %" for part in parts]
    return hanging(f"made of: {', '.join(names)}")


def _left(fit: Fit) -> Padding:
    signals = ", ".join(f"{one.region} {one.energy_ev:.1f} eV ({one.percent:+.0f} %)" for one in fit.unexplained[:4])
    return hanging(f"left over: {100 * fit.residual:.1f} % of the intensity{': ' if signals else ''}{signals}\n")


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    for name in columns:
        right = name in ("eV", "FWHM", "percent", "±", "left over", "share")
        table.add_column(name, justify="right" if right else "left", overflow="fold")
    return table
