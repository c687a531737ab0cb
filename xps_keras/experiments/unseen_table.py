"""Seen against unseen in a terminal: the means first, then every group."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from xps_keras.evaluation.table import percent
from xps_keras.experiments.unseen import RULES, Comparison, Figures, Unseen
from xps_keras.groups import GROUP_NAMES

_RULES = {"half": "at 0.5", "seen": "fitted on seen", "own": "the model's own"}
"""Thresholds in words."""
_FOOT = (
    "F1 with every threshold at 0.5\n"
    "carriers: polymers of the library, in brackets how many of them differ in their spectra\n"
    "below the mean: groups that only one spectrum shows; held out, no reference polymer teaches them"
)


def print_table(found: Unseen, console: Console | None = None) -> None:
    """Print the figures.

    Args:
        found: The figures.
        console: Where to print; stdout when None.
    """
    console = console or Console(highlight=False)
    console.print(
        Text(
            f"{found.size:,} test mixtures of seen polymers per fold and as many of unseen ones: "
            f"'{found.test_recipe}', shifts up to {found.max_shift_ev:g} eV, seed {found.seed}"
        )
    )
    for trained in found.trained:
        console.print()
        console.print(_headline(trained))
    if len(found.trained) > 1:
        console.print()
        console.print(_gain(found))
    console.print()
    console.print(_groups(found))
    console.print(_FOOT, style="dim")


def gain(found: Unseen, rule: str = "half") -> float | None:
    """Return the rise of macro F1 on unseen polymers from the first recipe to the last one.

    Args:
        found: The figures.
        rule: Which groups are called, one of ``RULES``.

    Returns:
        The difference, None when one of them is unknown.
    """
    first, last = found.trained[0].unseen[rule].macro_f1, found.trained[-1].unseen[rule].macro_f1
    return None if first is None or last is None else last - first


def _headline(trained: Comparison) -> Table:
    folds = "fold" if len(trained.folds) == 1 else "folds"
    table = Table(
        box=None,
        padding=(0, 2, 0, 0),
        header_style="bold",
        title=f"Trained on '{trained.recipe}' without {folds} {', '.join(map(str, trained.folds))}",
        title_justify="left",
        title_style="bold",
    )
    for title in ("", "seen", "unseen"):
        table.add_column(title, justify="left" if not title else "right", no_wrap=True)
    for rule in RULES:
        columns = (trained.seen[rule], trained.unseen[rule])
        table.add_row(f"macro F1, thresholds {_RULES[rule]}", *(_macro(column) for column in columns))
    shares = (percent(one["half"].exact_match.fraction) for one in (trained.seen, trained.unseen))
    table.add_row(f"exact match, thresholds {_RULES['half']}", *shares)
    seen, unseen = trained.shift_seen, trained.shift_unseen
    table.add_row("shift error, mean", f"{seen.mean_absolute_ev:.3f} eV", f"{unseen.mean_absolute_ev:.3f} eV")
    table.add_row("shift error, median", f"{seen.median_absolute_ev:.3f} eV", f"{unseen.median_absolute_ev:.3f} eV")
    table.add_row("shift within 0.15 eV", percent(seen.within_tolerance), percent(unseen.within_tolerance))
    return table


def _macro(one: Figures) -> str:
    return "-" if one.macro_f1 is None else f"{one.macro_f1:.3f}"


def _gain(found: Unseen) -> Text:
    first, last = found.trained[0], found.trained[-1]
    texts = [f"{100 * value:+.1f} points {_RULES[rule]}" for rule in RULES if (value := gain(found, rule)) is not None]
    by_fold = ", ".join(
        f"{100 * (b - a):+.1f}"
        for a, b in zip(first.macro_f1_by_fold, last.macro_f1_by_fold, strict=True)
        if a is not None and b is not None
    )
    return Text.assemble(
        (f"Macro F1 on unseen polymers, '{last.recipe}' over '{first.recipe}', in points\n", "bold"),
        f"  {', '.join(texts)}\n  fold by fold at 0.5: {by_fold}",
    )


def _groups(found: Unseen) -> Table:
    table = Table(box=None, padding=(0, 1, 0, 0), header_style="bold", show_edge=False)
    table.add_column("group", no_wrap=True)
    single = len(found.trained) == 1
    titles = ["carriers"]
    for trained in found.trained:
        titles += [f"{trained.recipe}\n{part}" for part in ("seen", "unseen")]
    titles += ["precision\nunseen", "recall\nunseen"] if single else ["unseen\ngain"]
    for title in titles:
        table.add_column(title, justify="right", no_wrap=True)
    for counted in (True, False):
        for group, name in enumerate(GROUP_NAMES):
            if found.counted[group] == counted and found.carriers[group]:
                table.add_row(name, *_row(found, group), style=None if counted else "dim")
        if counted:
            means = [_macro(part["half"]) for trained in found.trained for part in (trained.seen, trained.unseen)]
            spare = ["", ""] if single else [_signed(gain(found))]
            table.add_row("mean of these", "", *means, *spare, style="bold")
    return table


def _row(found: Unseen, group: int) -> list[str]:
    carriers, distinct = found.carriers[group], found.distinct_carriers[group]
    cells = [str(carriers) if carriers == distinct else f"{carriers} ({distinct})"]
    for trained in found.trained:
        cells += [_number(part["half"].groups[group].f1) for part in (trained.seen, trained.unseen)]
    if len(found.trained) == 1:
        one = found.trained[0].unseen["half"].groups[group]
        return [*cells, _number(one.precision), _number(one.recall)]
    first, last = (trained.unseen["half"].groups[group].f1 for trained in (found.trained[0], found.trained[-1]))
    return [*cells, _signed(None if first is None or last is None else last - first)]


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _signed(value: float | None) -> str:
    return "-" if value is None else f"{value:+.3f}"
