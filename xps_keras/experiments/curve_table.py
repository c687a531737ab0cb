"""Learning curve and error against counts in a terminal."""

from typing import Any

from rich.console import Console
from rich.table import Table


def print_table(result: dict[str, Any], console: Console | None = None) -> None:
    """Print the points of every curve.

    Args:
        result: Contents of ``learning_curve.json`` or ``noise.json``.
        console: Where to print; stdout when None.
    """
    console = console or Console(highlight=False)
    x, title = ("size", "spectra") if "published" in result else ("peak_counts", "counts")
    known = result.get("published", {}).get("exact_match_by_size", {}) if result["recipe"] == "paper" else {}
    table = Table(box=None, padding=(0, 1, 0, 0), header_style="bold", show_edge=False)
    table.add_column("model", no_wrap=True)
    for head in (title, "exact match", *(["published"] if known else []), "micro F1", "shift error", "ECE"):
        table.add_column(head, justify="right", no_wrap=True)
    for row in result["rows"]:
        for point in row["points"]:
            share = known.get(str(point[x])) if row["name"] == "stn" else None
            table.add_row(
                row["name"],
                f"{point[x]:g}",
                f"{100 * point['exact_match_at_half']['fraction']:.1f} %",
                *(["-" if share is None else f"{100 * share:.1f} %"] if known else []),
                "-" if point["micro_f1"] is None else f"{point['micro_f1']:.3f}",
                f"{point['shift_mean_absolute_ev']:.3f} eV",
                f"{point['mean_calibration_error']:.4f}",
            )
    console.print(table)
    test = result["test"]
    console.print(
        f"{test['size']} test spectra of '{result['recipe']}' per point, seed {test['seed']}, shifts up to "
        f"{result['max_shift_ev']:g} eV.\nExact match: all groups right, every threshold at 0.5.",
        style="dim",
    )
