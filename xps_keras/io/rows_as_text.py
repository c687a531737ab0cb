"""Tables of markup and of data formats, written as the lines of a text and read as such."""

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from xps_keras.errors import InputError, SpectrumWarning
from xps_keras.io.draft import Parsed
from xps_keras.io.number_table import is_row_by
from xps_keras.io.reader import NoSpectrum
from xps_keras.io.text import READER
from xps_keras.spectrum import FEWEST_POINTS

_LINE = re.compile(r"\b([Ll])ine(s?) (?=\d)")


def read_rows(lines: Sequence[str], path: Path) -> Parsed:
    """Read rows of cells as those of a text.

    Args:
        lines: Words and rows, cells parted by tabs.
        path: The file, for messages.

    Returns:
        The regions; what is said of a line is said of a row, since the file has lines of its own.

    Raises:
        NoSpectrum: If fewer rows hold two numbers than a region has points.
        InputError: As in a text.
    """
    content = "\n".join(lines).encode(errors="replace")
    if sum(is_row_by(line, "\t") for line in lines) < FEWEST_POINTS:  # a list of results, or a page of words
        raise NoSpectrum(
            f"{path.name}: no table in it holds a column of energies beside a column of intensities, export binding "
            "energy and counts as two columns, or VAMAS."
        )
    try:
        parsed = READER.read(content, path)
    except InputError as error:
        raise type(error)(_of_rows(str(error))) from error
    drafts = (
        replace(draft, place=_of_rows(draft.place), lines=None, warnings=_all_of_rows(draft.warnings))
        for draft in parsed.drafts
    )
    return Parsed(tuple(drafts), _all_of_rows(parsed.warnings))


def _all_of_rows(warnings: Sequence[SpectrumWarning]) -> tuple[SpectrumWarning, ...]:
    return tuple(SpectrumWarning(warning.code, _of_rows(warning.text)) for warning in warnings)


def _of_rows(text: str) -> str:
    return _LINE.sub(lambda found: f"{'R' if found[1] == 'L' else 'r'}ow{found[2]} ", text)
