"""The answer in a terminal: the verdict first, then what speaks for it."""

import sys
from collections.abc import Sequence

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from xps_keras.analysis.carbon import carbon_sentences, check_sentences
from xps_keras.analysis.charge import chance_text
from xps_keras.analysis.composition import composition_sentences
from xps_keras.analysis.result import Analysis, GroupFinding
from xps_keras.analysis.statuses import unseen_by_limit
from xps_keras.errors import SpectrumWarning
from xps_keras.printable import printable
from xps_keras.terminal import console_for

_BAR_CELLS = 10
_BLOCKS = " ▏▎▍▌▋▊▉█"
"""Eighths of a cell."""


def signed(energy_ev: float) -> str:
    """Return an energy with its sign and two decimals; never ``-0.00``."""
    return f"{round(energy_ev, 2) + 0.0:+.2f}"


def shift_text(analysis: Analysis) -> str:
    """Return the shift with its uncertainty, such as ``+2.31 ± 0.04 eV``."""
    if analysis.shift_uncertainty_ev is None:
        return f"{signed(analysis.shift_ev)} eV"
    return f"{signed(analysis.shift_ev)} ± {analysis.shift_uncertainty_ev:.2f} eV"


def meaning_of_shift(shift_ev: float) -> str:
    """Say in words which way the peaks stand; shifts below 0.05 eV count as none."""
    if abs(shift_ev) < 0.05:
        return "peaks stand where they belong"
    return "peaks stand too high" if shift_ev > 0 else "peaks stand too low"


def percent(probability: float | None) -> str:
    """Return a probability in percent; certainty is never claimed beyond 99 %."""
    if probability is None:
        return "-"
    if probability > 0.99:
        return ">99 %"
    return "<1 %" if probability < 0.01 else f"{100 * probability:.0f} %"


def none_present(analysis: Analysis) -> str:
    """Say why no group is present: none is likely enough, or none can be judged."""
    judged = any(group.status != "not assessable" for group in analysis.groups)
    return "no group reaches its threshold" if judged else "no group can be assessed"


def bar(share: float, unicode: bool = True) -> str:
    """Draw a share, 0 to 1, as ten cells of text."""
    share = min(max(share, 0.0), 1.0)
    if not unicode:
        return ("#" * round(share * _BAR_CELLS)).ljust(_BAR_CELLS)
    eighths = round(share * _BAR_CELLS * 8)
    text = "█" * (eighths // 8) + (_BLOCKS[eighths % 8] if eighths % 8 else "")
    return text.ljust(_BAR_CELLS)


def hanging(text: str | Text, style: str = "") -> Padding:
    """Return a paragraph that begins at the third column and goes on there; nothing of it is cut."""
    table = Table.grid(padding=0)
    table.add_column(overflow="fold")
    table.add_row(Text(text, style) if isinstance(text, str) else text)
    return Padding(table, (0, 0, 0, 2))


def print_report(analysis: Analysis, console: Console | None = None) -> None:
    """Print one answer to stdout.

    Args:
        analysis: The answer.
        console: Where to print; stdout when None.
    """
    console = console or console_for(sys.stdout)
    unicode = console.encoding.lower().startswith("utf")
    parts: list[RenderableType] = [
        *_head(analysis),
        _groups(analysis, unicode),
        *_lists(analysis),
        _regions(analysis),
        _foot(analysis),
    ]
    console.print(Group(*parts))


def print_warnings(warnings: Sequence[SpectrumWarning], console: Console | None = None, name: str = "") -> None:
    """Print warnings to stderr, each with its code.

    Args:
        warnings: The warnings.
        console: Where to print; stderr when None.
        name: File and sample that they are about; empty where that is plain.
    """
    console = console or console_for(sys.stderr)
    of = f" ({printable(name)})" if name else ""
    for warning in warnings:
        console.print(
            Text.assemble((f"warning {warning.code}", "bold yellow"), f"{of}: {printable(warning.text)}"),
            soft_wrap=True,
        )


def print_glossary(lines: Sequence[tuple[str, str]], console: Console) -> None:
    """Print terms and what they mean.

    Args:
        lines: Term and meaning.
        console: Where to print.
    """
    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(overflow="fold", max_width=24)
    table.add_column(overflow="fold")
    for term, meaning in lines:
        table.add_row(Text(term, "bold"), Text(meaning, "dim"))
    console.print(Padding(table, (0, 2, 1, 2)))


def _head(analysis: Analysis) -> list[RenderableType]:
    name = f"{analysis.file}  {analysis.sample}" if analysis.sample else analysis.file
    shift = Text.assemble(
        ("shift ", "bold"),
        (shift_text(analysis), "bold cyan"),
        f"  {meaning_of_shift(analysis.shift_ev)} (reference: CHx C 1s at {analysis.reference_ev:.1f} eV)",
    )
    found: list[RenderableType] = [Text(printable(name), "bold"), hanging(shift)]
    if analysis.shift_classical_ev is not None:
        found.append(hanging(f"strongest C 1s maximum alone: {signed(analysis.shift_classical_ev)} eV", "dim"))
    if analysis.charge_undecided:
        found.append(hanging(undecided_text(analysis), "bold yellow"))
    if analysis.verdict is not None:
        style = "" if analysis.verdict.explained == "explained" else "yellow"
        found.append(hanging(f"{analysis.verdict.explained}: {printable(analysis.verdict.reason)}", style))
    found += [hanging(sentence) for sentence in (*check_sentences(analysis), *carbon_sentences(analysis))]
    for sentence in composition_sentences(analysis.composition):
        found.append(hanging(sentence, "dim" if sentence.startswith("no") else ""))
    return found


def undecided_text(analysis: Analysis) -> str:
    """Say how sure an undecided charge is."""
    chance = "" if analysis.doubt is None else chance_text(1.0 - analysis.doubt)
    if analysis.charge_likely:
        return f"the charge is right with {chance}, not for certain"
    return f"the charge cannot be told for certain from this file{f', right with {chance}' if chance else ''}"


def _groups(analysis: Analysis, unicode: bool) -> Padding:
    if not analysis.present:
        return Padding(Text(none_present(analysis), "yellow"), (1, 2))
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    table.add_column("present", overflow="fold")
    table.add_column("probability", overflow="fold")
    table.add_column("needed", justify="right", overflow="fold")
    table.add_column("seen at", overflow="fold")
    for group in analysis.present:
        table.add_row(
            Text(group.name, "bold green"),
            Text.assemble((bar(group.probability or 0.0, unicode), "green"), f" {percent(group.probability):>5}"),
            percent(group.threshold),
            Text(", ".join(signal.text for signal in group.evidence) or "-"),
        )
    return Padding(table, (1, 2))


def _lists(analysis: Analysis) -> list[RenderableType]:
    found: list[RenderableType] = []
    for other in analysis.alternatives:
        groups = ", ".join(other.present) or "no group"
        text = f"or, read with a weight of {percent(other.weight)}: shift {signed(other.shift_ev)} eV and {groups}"
        found.append(hanging(text, "magenta"))
    absent = [group for group in analysis.groups if group.status == "absent"]
    if absent:
        near = sorted(absent, key=_nearness, reverse=True)
        found.append(_line("absent", [f"{group.name} {percent(group.probability)}" for group in near[:3]], len(absent)))
    unseen = sum(group.status == "not seen" for group in analysis.groups)
    if unseen:
        found.append(_line("not seen", ["; ".join(unseen_by_limit(analysis.groups))], unseen))
    unknown = [group.name for group in analysis.groups if group.status == "not assessable"]
    if unknown:
        found.append(_line("not assessable", unknown, len(unknown)))
    return found


def _nearness(group: GroupFinding) -> float:
    return (group.probability or 0.0) / max(group.threshold, 1e-6)


def _line(title: str, names: list[str], count: int) -> Padding:
    lead = "nearest " if title == "absent" else ""
    groups = "group" if count == 1 else "groups"
    return hanging(f"{title}: {count} {groups}, {lead}{', '.join(names)}", "dim")


def _regions(analysis: Analysis) -> Padding:
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    table.add_column("region", overflow="fold")
    table.add_column("eV as measured", overflow="fold")
    table.add_column("step", justify="right", overflow="fold")
    table.add_column("used", overflow="fold")
    table.add_column("", overflow="fold")
    for row in analysis.regions:
        style = "" if row.used else "dim"
        table.add_row(
            Text(row.name, style),
            Text(f"{row.low_ev:.1f}-{row.high_ev:.1f}", style),
            Text(f"{row.step_ev:.3g}", style),
            Text("yes" if row.used else "no", style),
            Text(row.why or f"{row.background} background subtracted", style),
        )
    return Padding(table, (1, 2, 0, 2))


def _foot(analysis: Analysis) -> Text:
    model = analysis.model
    return Text(f"  model {model.name} {model.version} ({model.sha256[:12]}), xps-keras {analysis.version}\n", "dim")
