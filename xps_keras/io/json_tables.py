"""Reader of JSON as programs of one's own write it: lists of energies and counts, or a record for each point.

Lists of equal length that stand together are the columns of a table, as are the values of records of one form. What
stands beside them are words: ``{"sample": "PET", "region": "C1s", "BE": [...], "counts": [...]}``.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from xps_keras.errors import InputError
from xps_keras.io.column_names import ENERGY_ROLES, role_of
from xps_keras.io.decode import to_text
from xps_keras.io.draft import Parsed
from xps_keras.io.reader import Reader
from xps_keras.io.rows_as_text import read_rows
from xps_keras.spectrum import FEWEST_POINTS

_LARGEST_BYTES = 60_000_000
"""JSON above this is not read: its numbers take ten times their room in memory."""
_BEGIN = re.compile(r'\s*(?:\{\s*"|\[\s*\{\s*")')
_HEAD_BYTES = 65_536
_MOST_NAMES = 500  # among which one of an energy is sought
_DEEPEST = 12  # objects within one another
_LONGEST_WORD = 200  # letters of a value that is a word
_CONTAINERS = frozenset(
    "data dataset datasets spectra spectrum regions region samples sample measurements results values rows points "
    "columns scans xps items records".split()
)
"""Keys that say nothing of what stands below them."""


class JsonReader:
    """Tables in JSON."""

    name = "JSON table"
    extra = None

    def recognises(self, content: bytes, path: Path) -> bool:
        """Tell whether the file begins as an object or a list of objects, one of whose names is that of an energy."""
        head = to_text(content[:_HEAD_BYTES]) or ""
        head = head.lstrip("\ufeff")
        if '"Core levels"' in head:
            return False  # a project of KherveFitting
        if not _BEGIN.match(head):
            return False
        names = list(dict.fromkeys(re.findall(r'"([^"\n]{1,60})"', head)))[:_MOST_NAMES]
        return any(role_of(name) in ENERGY_ROLES for name in names)

    def read(self, content: bytes, path: Path) -> Parsed:
        """Read the tables, with the words beside them.

        Args:
            content: The file.
            path: Its path, for messages.

        Returns:
            One draft per region, as of a text with these rows.

        Raises:
            InputError: If the JSON is broken or too large, or holds no energies beside intensities.
        """
        if len(content) > _LARGEST_BYTES:
            raise InputError(
                f"{path.name}: the JSON has {len(content) / 1e6:.0f} MB, more than is read "
                f"({_LARGEST_BYTES / 1e6:.0f} MB), export binding energy and counts as two columns."
            )
        text = (to_text(content) or "").lstrip("\ufeff")
        try:
            held = _records_by_line(text) or json.loads(text)
        except (ValueError, RecursionError) as error:
            raise InputError(f"{path.name}: the JSON is broken ({why_broken(error)}), save it again.") from error
        return read_rows(list(_lines(held, 0)), path)


READER: Reader = JsonReader()


def why_broken(error: Exception) -> str:
    """Say what is wrong with JSON, in other words than Python's.

    Args:
        error: What ``json.loads`` raised.
    """
    if isinstance(error, json.JSONDecodeError):
        ends = error.pos >= len(error.doc.rstrip())
        return "it ends early" if ends else f"at line {error.lineno}, column {error.colno}"
    return "brackets within brackets" if isinstance(error, RecursionError) else "a number of too many digits"


def _records_by_line(text: str) -> list[Any]:
    """Read a record per line; empty where the lines are none."""
    lines = [line for line in text.split("\n") if line.strip()]
    if len(lines) < FEWEST_POINTS or not all(line.rstrip().endswith("}") for line in (*lines[:2], lines[-1])):
        return []
    try:
        return [json.loads(line) for line in lines]
    except (ValueError, RecursionError):
        return []


def _lines(held: Any, depth: int) -> Iterator[str]:
    """Yield words and rows of everything that is held."""
    if depth > _DEEPEST:
        return
    if isinstance(held, list):
        if table := _of_records(held):
            yield from table
            return
        for one in held:
            yield from _lines(one, depth + 1)
        return
    if not isinstance(held, dict):
        return
    for key, value in held.items():
        if isinstance(value, str | int | float) and not isinstance(value, bool) and len(str(value)) < _LONGEST_WORD:
            yield f"{_word(key).replace('_', ' ')}: {_word(value)}"
    columns = {key: list(values) for key, value in held.items() if (values := _numbers_of(value))}
    yield from _of_columns(columns, held)
    for key, value in held.items():
        if key not in columns and isinstance(value, dict | list):
            below = list(_lines(value, depth + 1))
            if below and key.lower() not in _CONTAINERS:
                yield _word(key)
            yield from below


def _of_columns(columns: Mapping[str, Sequence[Any]], held: Mapping[str, Any]) -> Iterator[str]:
    """Yield a table per length of the columns; of rows below a list of names, `columns` and `data`, those."""
    names = next(
        (value for key, value in held.items() if key.lower() in ("columns", "names", "header", "fields")), None
    )
    rows = next((value for key, value in held.items() if key.lower() in ("data", "rows", "values", "points")), None)
    if isinstance(names, list) and isinstance(rows, list):
        yield from _table(names, [row for row in rows if isinstance(row, list) and len(row) == len(names)])
    for length in dict.fromkeys(map(len, columns.values())):
        same = {key: values for key, values in columns.items() if len(values) == length}
        yield from _table(list(same), list(zip(*same.values(), strict=True)))


def _of_records(held: Sequence[Any]) -> list[str]:
    """Return the table of records of one form, ``[{"BE": 285.0, "counts": 1026}, ...]``; empty for other lists."""
    if len(held) < FEWEST_POINTS or not all(isinstance(one, dict) for one in held):
        return []
    names = list(held[0])
    if any(one.keys() != held[0].keys() for one in held):
        return []
    return list(_table(names, [[one[name] for name in names] for one in held]))


def _table(names: Sequence[Any], rows: Sequence[Sequence[Any]]) -> Iterator[str]:
    """Yield the names and the rows; nothing where no name is that of an energy or there are too few rows."""
    if len(rows) < FEWEST_POINTS or len(names) < 2 or not any(role_of(str(name)) in ENERGY_ROLES for name in names):
        return
    yield "\t".join(map(_word, names))
    for row in rows:
        yield "\t".join(_cell(value) for value in row)
    yield ""


def _numbers_of(value: Any) -> Sequence[Any]:
    """Return the numbers of a list, or of an object that numbers them as pandas does; empty for none."""
    if isinstance(value, dict) and len(value) >= FEWEST_POINTS and all(key.isdigit() for key in value):
        value = list(value.values())
    if not isinstance(value, list) or len(value) < FEWEST_POINTS:
        return ()
    return value if all(isinstance(one, int | float) or one is None for one in value) else ()


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return repr(value)
    return "" if value is None else _word(value)


def _word(value: Any) -> str:
    return " ".join(str(value).split())[:_LONGEST_WORD]
