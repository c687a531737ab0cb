"""The experiment ``realism`` in a terminal."""

from typing import Any

from rich.console import Console
from rich.table import Table

_WIDTH = 110
"""Columns that the table needs; where the output is no terminal, rich takes 80."""


def print_table(result: dict[str, Any], console: Console | None = None) -> None:
    """Print a line for each family, the older result beside the newer one where there is one.

    Args:
        result: Contents of ``realism.json``.
        console: Where to print; stdout when None.
    """
    console = console or Console(highlight=False, width=max(Console().width, _WIDTH))
    before = {} if result["before"] is None else {name_of(row): row for row in result["before"]["rows"]}
    table = Table(box=None, padding=(0, 1, 0, 0), header_style="bold", show_edge=False)
    table.add_column("effect", no_wrap=True)
    for head in ("mean", "median", "wrong", "in 95", "F1", "flagged", "silent", "C 1s", "fit"):
        table.add_column(head, justify="right", no_wrap=True)
    for row in result["rows"]:
        table.add_row(name_of(row), *_cells(row))
        if name_of(row) in before:
            table.add_row("  before", *_cells(before[name_of(row)]), style="dim")
    console.print(table)
    for row in result["rows"]:
        if row["benzene_ring"] is not None:
            named = row["named_graphitic"]
            console.print(
                f"{name_of(row)}: benzene ring called in {_percent(row['benzene_ring'])} %, "
                f"named as sp2 carbon in {'-' if named is None else _percent(named)} %."
            )
    for title, one in (("", result), ("Before: ", result["before"])):
        if one is not None:
            console.print(title + sentence_of(one))
    console.print(
        f"{result['size']} spectra per family, seed {result['seed']}, shifts up to {result['max_shift_ev']:g} eV, "
        f"{result['peak_counts']:g} counts.\nMean and median shift error / eV; wrong: off by more than "
        f"{result['wrong_ev']:g} eV / %; in 95: truth in the 95 % interval / %;\nsilent: wrong and not flagged / %. "
        f"C 1s, fit: wrong / % by the C 1s maximum at 285.0 eV, by the classical fit ({result['fitted']} spectra).",
        style="dim",
    )


def name_of(row: dict[str, Any]) -> str:
    """Return effect and level of a row."""
    return f"{row['effect']}, {row['level']}" if row["level"] else str(row["effect"])


def sentence_of(result: dict[str, Any]) -> str:
    """Say in a sentence what the rule found over all families."""
    totals = result["totals"]
    return (
        f"{result['model']['name']} {result['model']['package_version']}: {totals['failures_flagged']} of "
        f"{totals['failures']} wrong answers flagged ({_percent(totals['flagged_of_failures'])} %); false alarms: "
        f"{_percent(totals['false_alarms'])} % of the right ones, without effects "
        f"{_percent(totals['false_alarms_without_effects'])} %."
    )


def _cells(row: dict[str, Any]) -> list[str]:
    network = row["network"]
    return [
        f"{network['mean_absolute_ev']:.3f}",
        f"{network['median_absolute_ev']:.3f}",
        _percent(network["wrong"]),
        _percent(row["coverage_95"]),
        "-" if row["micro_f1"] is None else f"{row['micro_f1']:.2f}",
        _percent(row["flagged"]),
        _percent(row["silent"]),
        _percent(row["c1s_maximum"]["wrong"]),
        _percent(row["classical_fit"]["wrong"]),
    ]


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{100 * value:.0f}" if value >= 0.0995 or value == 0 else f"{100 * value:.1f}"
