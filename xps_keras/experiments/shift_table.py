"""The shift experiment in a terminal: exact match, shift penalty and shift error, ours beside the paper's."""

from typing import Any

from rich.console import Console
from rich.table import Table


def print_table(result: dict[str, Any], console: Console | None = None) -> None:
    """Print the tables.

    Args:
        result: Contents of ``shift.json``.
        console: Where to print; stdout when None.
    """
    console = console or Console(highlight=False)
    shifts = result["max_shifts_ev"]
    published = result["published"]["exact_match_by_max_shift"] if result["recipe"] == "paper" else {}
    exact, penalty, error = (
        _empty(title, shifts) for title in ("exact match / %", "shift penalty", "shift error / eV")
    )
    for row in result["rows"]:
        cells = {cell["max_shift_ev"]: cell for cell in row["cells"]}
        trained = {cell["trained_to_ev"] for cell in row["cells"]}
        name = row["name"] + (f" (one for {trained.pop():g} eV)" if row["protocol"] == "one model" else "")
        exact.add_row(name, *(_percent(cells.get(s), "exact_match_at_half") for s in shifts), style="bold")
        penalty.add_row(name, *(_penalty(cells.get(s)) for s in shifts), style="bold")
        error.add_row(name, *(_error(cells.get(s)) for s in shifts))
    for name, values in published.items():
        known = {float(s): value for s, value in enumerate(values)}
        exact.add_row(
            f"{name}, published", *(f"{100 * known[s]:.1f}" if s in known else "-" for s in shifts), style="dim"
        )
        lost = {s: 100 * (known[0.0] - value) for s, value in known.items()}
        penalty.add_row(f"{name}, published", *(f"{lost[s]:.1f}" if s in known else "-" for s in shifts), style="dim")
    for table in (exact, penalty, error):
        console.print(table)
        console.print()
    test = result["test"]
    console.print(
        f"{test['size']} test spectra of '{result['recipe']}' per column, seed {test['seed']}.\n"
        "Shifts: uniform up to the head of the column, either way.\n"
        "Exact match: all groups right, every threshold at 0.5.\n"
        "Penalty: points of exact match lost against 0 eV. Error: mean absolute.",
        style="dim",
    )


def _empty(title: str, shifts: list[float]) -> Table:
    table = Table(box=None, padding=(0, 1, 0, 0), header_style="bold", show_edge=False)
    table.add_column(title, no_wrap=True)
    for shift in shifts:
        table.add_column(f"{shift:g} eV", justify="right", no_wrap=True)
    return table


def _percent(cell: dict[str, Any] | None, name: str) -> str:
    return "-" if cell is None else f"{100 * cell[name]['fraction']:.1f}"


def _penalty(cell: dict[str, Any] | None) -> str:
    if cell is None or cell["penalty"] is None:
        return "-"
    return f"{cell['penalty']['points']:.1f}"


def _error(cell: dict[str, Any] | None) -> str:
    return "-" if cell is None else f"{cell['shift_mean_absolute_ev']:.3f}"
