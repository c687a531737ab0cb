"""Many answers on a terminal: a line a sample, and warnings gathered."""

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from xps_keras.analysis.fitting import LIKELY
from xps_keras.analysis.table import Cell
from xps_keras.errors import SpectrumWarning

MOST_NAMES = 6
"""Samples that a gathered warning names."""
_SHIFT_CELLS = 17
_WIDEST_NAME = 28
_LEAST_TEXT = 20


@dataclass(frozen=True)
class Layout:
    """Where the columns of the lines stand, known before the first answer."""

    width: int
    """Columns of the terminal."""
    number: int
    """Columns of the running number."""
    name: int
    """Columns of the name; longer names take a line of their own."""

    @property
    def indent(self) -> int:
        """Where the words begin."""
        return self.number + self.name + _SHIFT_CELLS + 6


def layout(width: int, names: Sequence[str]) -> Layout:
    """Plan the columns.

    Args:
        width: Columns of the terminal.
        names: Names of the files.

    Returns:
        The plan.
    """
    number = len(str(len(names)))
    longest = max((len(name) for name in names), default=4)
    room = width - number - _SHIFT_CELLS - 6 - _LEAST_TEXT
    return Layout(width, number, max(4, min(longest, _WIDEST_NAME, room)))


def heading(plan: Layout) -> str:
    """Return the heading of the lines."""
    return f"{'#':>{plan.number}}  {'sample':<{plan.name}}  {'charging shift':<{_SHIFT_CELLS}}  groups present"


def line(plan: Layout, number: int, name: str, row: Mapping[str, Cell]) -> str:
    """Return the line of one sample, wrapped where it is too long; nothing is left out.

    Args:
        plan: The columns.
        number: Its place among all samples, from 1.
        name: File and sample.
        row: Its row of the table.
    """
    lead = f"{number:>{plan.number}}  "
    failed = bool(row.get("not analysed because"))
    shift = "" if failed else _shift(row)
    text = "not analysed" if failed else _words(row)
    start = f"{lead}{name:<{plan.name}}  {shift:<{_SHIFT_CELLS}}  "
    above: list[str] = []
    if len(name) > plan.name:  # a long name has its own lines
        above = _wrapped(name, plan.width, lead, " " * len(lead))
        start = f"{'':{len(lead) + plan.name}}  {shift:<{_SHIFT_CELLS}}  "
    return "\n".join([*above, *_wrapped(text, plan.width, start, " " * plan.indent)])


class Gathered:
    """Warnings of many samples, those of one code together; of each it keeps no more than it will say."""

    def __init__(self) -> None:
        self._by_code: dict[str, _Same] = {}

    def add(self, name: str, warning: SpectrumWarning) -> None:
        """Add a warning about the sample of this name."""
        same = self._by_code.setdefault(warning.code, _Same(name, warning.text))
        same.alike = same.alike and warning.text == same.text
        if same.latest != name:  # a sample may say the same of several regions
            same.latest = name
            same.samples += 1
            if len(same.names) < MOST_NAMES:
                same.names.append(name)

    def lines(self) -> list[str]:
        """Return a line a code: its samples, and what it says of the first of them."""
        found = []
        for code, same in self._by_code.items():
            if same.samples == 1:
                found.append(f"warning {code} ({same.first}): {same.text}")
                continue
            more = f" and {same.samples - len(same.names)} more" if same.samples > len(same.names) else ""
            text = same.text if same.alike else f"of {same.first} it says: {same.text}"
            found.append(f"warning {code} ({same.samples} samples: {', '.join(same.names)}{more}): {text}")
        return found


@dataclass
class _Same:
    """Warnings of one code."""

    first: str
    text: str
    alike: bool = True
    samples: int = 0
    latest: str = ""
    names: list[str] = field(default_factory=list)


def _shift(row: Mapping[str, Cell]) -> str:
    shift, spread = row["shift / eV"], row.get("uncertainty / eV")
    assert isinstance(shift, float | int)  # noqa: S101 # a row without an error has one
    text = f"{round(float(shift), 2) + 0.0:+.2f}"
    return f"{text} ± {spread:.2f} eV" if isinstance(spread, float | int) else f"{text} eV"


def _words(row: Mapping[str, Cell]) -> str:
    groups = str(row.get("groups present") or "").replace("; ", ", ") or "no group present"
    if row.get("charge undecided"):
        chance = row.get("chance that shift is right / %")
        likely = isinstance(chance, float | int) and chance >= 100.0 * LIKELY
        groups = f"{'confirm the charge' if likely else 'CHARGE UNDECIDED'}; {groups}"
    verdict = row.get("verdict")
    return f"{verdict}: {groups}" if verdict else groups


def _wrapped(text: str, width: int, first: str, later: str) -> list[str]:
    """Wrap a text behind what begins its first line; where that leaves too little room the text begins below it."""
    if width - len(first) < min(_LEAST_TEXT, len(text)) and first.strip():
        below = " " * min(len(later), 4)
        return [*_wrapped(first.rstrip(), width, "", below), *_wrapped(text, width, below, below)]
    return textwrap.wrap(
        text,
        max(width, len(first) + 8, len(later) + 8),
        initial_indent=first,
        subsequent_indent=later,
        break_on_hyphens=False,
    )
