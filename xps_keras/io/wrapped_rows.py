"""Tables whose rows hold several points of one spectrum each, as programs print that save paper."""

from dataclasses import replace

import numpy as np

from xps_keras.io.number_table import AmbiguousError, Row, read_column
from xps_keras.io.text_columns import column_names, is_axis
from xps_keras.io.text_tables import Table

_FEWEST, _MOST = 3, 16  # points in a row; two may be two samples of which one is shifted


def unwrapped(table: Table, separator: str | None) -> Table:
    """Write each point in a row of its own where rows hold several, one behind the other.

    Args:
        table: The table.
        separator: What parts its columns.

    Returns:
        The table, each point with the line of its row; as it is where the energies of all rows, read along the rows,
        are no even axis.
    """
    points = table.columns // 2
    if not _FEWEST <= points <= _MOST:
        return table
    if len(set(filter(None, column_names(table, separator)))) > 2:
        return table  # names of spectra side by side
    full = all(len(row.cells) == 2 * points and all(row.numeric) for row in table.rows[:-1])
    last = table.rows[-1]
    if not (full and len(last.cells) % 2 == 0 and all(last.numeric)):
        return table
    pairs = [
        (row.cells[place : place + 2], line)
        for row, line in zip(table.rows, table.lines, strict=True)
        for place in range(0, len(row.cells), 2)
    ]
    try:
        energies = np.array(read_column([cells[0] for cells, _ in pairs]))
    except AmbiguousError:
        return table
    steps = np.diff(energies)
    if not is_axis(energies) or not ((steps > 0).all() or (steps < 0).all()):
        return table
    return replace(table, rows=[Row(cells) for cells, _ in pairs], lines=[line for _, line in pairs])
