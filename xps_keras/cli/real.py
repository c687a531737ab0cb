"""``xps-keras evaluate MODEL --real FOLDER``: real files of known charge, a line each, and how many are right."""

import sys
from collections.abc import Sequence
from pathlib import Path

from xps_keras.evaluation.real import Scored, read_known, score, to_json, totals
from xps_keras.files import write_whole

_STYLES = {"right": "green", "flagged": "yellow", "WRONG": "bold red", "refused": "dim"}
_WIDTH = 110
"""Columns that the table needs; where the output is no terminal, rich takes 80."""


def evaluate_real(model: str, folder: Path, *, json_out: str | None) -> None:
    """Score a folder and print or write what was found; see ``xps_keras.evaluation.real``."""
    from xps_keras.runtime import load

    runtime = load(model)
    known = read_known(folder, runtime.metadata.labels)
    scored = score(folder, known, runtime)
    text = to_json(scored, runtime)
    if json_out == "-":
        sys.stdout.write(text)
        return
    _print(scored)
    if json_out is not None:
        write_whole(Path(json_out), text)


def _print(scored: Sequence[Scored]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, padding=(0, 1, 0, 0), header_style="bold", show_edge=False)
    for head, side in (("file", "left"), ("", "left"), ("known / eV", "right"), ("said / eV", "right")):
        table.add_column(head, justify="right" if side == "right" else "left", overflow="fold")
    table.add_column("what was said", overflow="fold")
    for one in scored:
        table.add_row(
            one.known.file,
            f"[{_STYLES[one.outcome]}]{one.outcome}[/]",
            f"{one.known.shift_ev:+.2f}",
            "-" if one.shift_ev is None else f"{one.shift_ev:+.2f}{_uncertainty(one.uncertainty_ev)}",
            _said(one),
        )
    console = Console(highlight=False, width=max(Console().width, _WIDTH))
    console.print(table)
    print("of known charge: " + ", ".join(f"{number} {name}" for name, number in totals(scored).items()))


def _uncertainty(value_ev: float | None) -> str:
    return "" if value_ev is None else f" ± {value_ev:.2f}"


def _said(one: Scored) -> str:
    parts = [one.message or ", ".join(one.present) or "no group"]
    if one.doubts:
        parts.insert(0, ", ".join(one.doubts))
    if one.missed:
        parts.append("missed: " + ", ".join(one.missed))
    if one.false:
        parts.append("not known to be there: " + ", ".join(one.false))
    return "; ".join(parts)
