"""An evaluation in a terminal: the headline figures first, then every group."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from xps_keras.evaluation.results import Evaluation, GroupResult, Rates, Share

_SHOWN = 4
"""Groups, and pairs of confused groups, that are named as mistakes."""


def print_table(evaluation: Evaluation, console: Console | None = None) -> None:
    """Print the figures.

    Args:
        evaluation: The figures.
        console: Where to print; stdout when None.
    """
    console = console or Console(highlight=False)
    console.print(_head(evaluation))
    console.print()
    console.print(_headline(evaluation))
    console.print()
    console.print(_groups(evaluation))
    console.print()
    console.print(_errors(evaluation))
    console.print(_foot(evaluation), style="dim")


def percent(value: float | None, decimals: int = 1) -> str:
    """Return a fraction in percent, ``-`` when there is none."""
    return "-" if value is None else f"{100 * value:.{decimals}f} %"


def _head(evaluation: Evaluation) -> Text:
    model, test = evaluation.model, evaluation.test
    return Text.assemble(
        (f"{model.name}", "bold"),
        f" ({model.file}), trained on '{model.recipe}' up to {model.max_shift_ev:g} eV\n",
        f"{test.size} test spectra of '{test.recipe}', shifts up to {test.max_shift_ev:g} eV, seed {test.seed}",
    )


def _headline(evaluation: Evaluation) -> Table:
    match, shift = evaluation.exact_match, evaluation.shift
    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold")
    table.add_column(justify="right", style="bold cyan")
    table.add_column()
    table.add_row("exact match", percent(match.all_groups.fraction), f"all groups right, {_interval(match.all_groups)}")
    table.add_row("", percent(match.all_groups_at_half.fraction), "the same with every threshold at 0.5")
    table.add_row("", percent(match.judged_groups.fraction), "groups right whose lines were measured")
    if match.without_traces is not None:
        least = match.without_traces.least_fraction
        table.add_row(
            "",
            percent(match.without_traces.all_groups_at_half.fraction),
            f"thresholds at 0.5, no polymer of {100 * least:g} % or less",
        )
    table.add_row("micro F1", percent(evaluation.micro.f1), _rates(evaluation.micro))
    table.add_row(
        "macro F1", percent(evaluation.macro.f1), f"{_rates(evaluation.macro)}, {evaluation.macro_groups} groups"
    )
    table.add_row("alkane", percent(evaluation.alkane_specificity), "specificity")
    table.add_row(
        "calibration", f"{evaluation.mean_calibration_error:.4f}", "expected calibration error, mean of groups"
    )
    table.add_row(
        "shift error",
        f"{shift.mean_absolute_ev:.3f} eV",
        f"mean absolute; median {shift.median_absolute_ev:.3f}, "
        f"95 % in {shift.percentile_95_absolute_ev:.3f}, bias {shift.bias_ev:+.3f}",
    )
    table.add_row("", percent(shift.within_tolerance), f"within {shift.tolerance_ev:g} eV")
    readings = evaluation.readings
    if readings is not None:
        table.add_row(
            "",
            percent(readings.any_within_tolerance),
            f"counting any reading of weight {readings.least_weight:g} or more",
        )
        table.add_row(
            "uncertainty",
            percent(readings.coverage_68),
            f"of 68 % intervals hold the truth, {percent(readings.coverage_95)} of 95 % ones",
        )
    return table


def _errors(evaluation: Evaluation) -> Table:
    errors = evaluation.errors
    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold")
    table.add_column(justify="right")
    table.add_column()
    table.add_row(
        "mistakes", str(errors.spectra), f"spectra; {errors.missed} groups missed, {errors.false} falsely called"
    )
    table.add_row("", str(errors.by_number[0]), "with a single wrong group")
    table.add_row("", str(errors.only_traces), f"only miss traces, {100 * errors.trace:g} % of the sample or less")
    table.add_row(
        "", str(errors.wrong_shift), f"with a shift that is off by more than {evaluation.shift.tolerance_ev:g} eV"
    )
    for swap in errors.swaps[:_SHOWN]:
        table.add_row("", str(swap.spectra), f"name {swap.called} in the place of {swap.missed}")
    for what in ("missed", "false"):
        most = sorted(errors.groups, key=lambda group: -getattr(group, what))[:_SHOWN]
        named = ", ".join(f"{group.name} {getattr(group, what)}" for group in most if getattr(group, what))
        if named:
            table.add_row("", "", f"{what}: {named}")
    return table


def _groups(evaluation: Evaluation) -> Table:
    table = Table(box=None, padding=(0, 1, 0, 0), header_style="bold", show_edge=False)
    table.add_column("group", no_wrap=True)
    for title in ("spectra", "precision", "recall", "F1", "measured", "called at", "found at"):
        table.add_column(title, justify="right", no_wrap=True)
    for group in evaluation.groups:
        if group.assessable:
            table.add_row(*_row(group))
    return table


def _row(group: GroupResult) -> tuple[str, ...]:
    rates = group.rates
    return (
        group.name,
        str(group.support),
        _number(rates.precision),
        _number(rates.recall),
        _number(rates.f1),
        _number(group.judged_rates.f1),
        f"{group.threshold:.2f}",
        percent(group.detection_limit, 0),
    )


def _foot(evaluation: Evaluation) -> Text:
    text = (
        "measured: F1 over the spectra in which the lines that the group needs were recorded\n"
        "called at: threshold; found at: part of the sample from which its recall is 90 %"
    )
    unknown = [group.name for group in evaluation.groups if not group.assessable]
    return Text(text + (f"\nin no training polymer: {', '.join(unknown)}" if unknown else ""))


def _rates(rates: Rates) -> str:
    return f"precision {percent(rates.precision)}, recall {percent(rates.recall)}"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _interval(share: Share) -> str:
    return f"95 % interval {100 * share.low:.1f}-{100 * share.high:.1f} %"
