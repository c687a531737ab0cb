"""Sections of a text whose columns are parted otherwise than those of the rest: pasted together from several files."""

from collections.abc import Sequence

from xps_keras.io.number_table import SEPARATORS, is_row_by, join_line, split_line
from xps_keras.spectrum import FEWEST_POINTS


def with_one_separator(lines: Sequence[str], separator: str | None) -> list[str]:
    """Part the rows of all sections by what parts those of most.

    A section is a run of lines of which none is a row by the separator of the file and all are by another one, with as
    many numbers each; single lines of that kind are broken rows and stay, to be refused by their line.

    Args:
        lines: The lines of a text.
        separator: What parts the columns of most rows, None for white space.

    Returns:
        The lines.
    """
    found = list(lines)
    runs: list[list[int]] = [[]]
    for index, line in enumerate(lines):
        if line.strip() and not is_row_by(line, separator) and any(map(str.isdigit, line)):
            runs[-1].append(index)
        elif line.strip() and runs[-1]:
            runs.append([])
    for run in runs:
        for part in _alike(lines, run, separator):
            for index, cells in part:
                whole = [cell.replace(" ", "") for cell in cells] if separator is None else cells
                found[index] = join_line(whole, separator)
    return found


def _alike(lines: Sequence[str], run: Sequence[int], separator: str | None) -> list[list[tuple[int, tuple[str, ...]]]]:
    """Cut a run of lines where the separator by which they are rows changes, or their number of cells."""
    if len(run) < FEWEST_POINTS:
        return []
    parts: list[list[tuple[int, tuple[str, ...]]]] = []
    last: tuple[str | None, int] | None = None
    for index in run:
        ways = ((other, split_line(lines[index], other)) for other in SEPARATORS if other != separator)
        own = next(((other, row.cells) for other, row in ways if row.is_row and all(row.numeric)), None)
        if own is None:
            last = None
            continue
        if last != (own[0], len(own[1])):
            parts.append([])
        last = own[0], len(own[1])
        parts[-1].append((index, own[1]))
    return [part for part in parts if len(part) >= FEWEST_POINTS]
