"""Rows in which commas part both columns and decimals: `284,5,1234,0`, as a German program writes a csv file."""

import re
from collections.abc import Sequence

import numpy as np

from xps_keras.spectrum import FEWEST_POINTS

_ROW = re.compile(r"\s{0,9}[-+]?\d{1,9}(?:,\d{1,9}){2,3}\s{0,9}")
_UNEVEN = 0.2  # largest deviation of a step of the energies from their median
_FEWEST_WHOLE = 3  # different whole parts of the energies of a region
_MOST_DECIMALS = 2  # of an intensity where no names tell that there is one column of them


def with_commas_told(lines: Sequence[str]) -> list[str]:
    """Write rows such as `284,5,1234,0` with a point for decimals and a semicolon between columns.

    They are told by their energies: the first two cells together run evenly one way, row after row, and the first alone
    repeats.

    Args:
        lines: The lines of a text.

    Returns:
        The lines; as they are where any run of such rows is no region of two columns.
    """
    runs: list[list[int]] = [[]]
    for index, line in enumerate(lines):
        if _ROW.fullmatch(line):
            runs[-1].append(index)
        elif runs[-1]:
            runs.append([])
    runs = [run for run in runs if len(run) >= FEWEST_POINTS]
    if not runs or not all(_is_region(lines, run) for run in runs):
        return list(lines)
    found = [line.replace(",", ";") for line in lines]
    for run in runs:
        for index in run:
            cells = lines[index].strip().split(",")
            found[index] = f"{cells[0]}.{cells[1]};{'.'.join(cells[2:])}"
    return found


def _is_region(lines: Sequence[str], run: Sequence[int]) -> bool:
    rows = [lines[index].strip().split(",") for index in run]
    width = len(rows[0])
    if any(len(row) != width for row in rows) or len({row[0] for row in rows}) < _FEWEST_WHOLE:
        return False
    energies = np.array([float(f"{row[0]}.{row[1]}") for row in rows])
    steps = np.diff(energies)
    usual = float(np.median(steps))
    if len({row[0] for row in rows}) > len(rows) / 2 or not (np.abs(steps - usual) < _UNEVEN * abs(usual)).all():
        return False
    named = [line for line in lines[max(run[0] - 1, 0) : run[0]] if any(map(str.isalpha, line))]
    names = len(named[0].split(",")) if named else 0
    return width == 3 or names == 2 or (names == 0 and all(len(row[3]) <= _MOST_DECIMALS for row in rows))
