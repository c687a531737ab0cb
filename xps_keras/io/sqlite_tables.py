"""Reading of SQLite databases that may be damaged or hostile: in memory, plain tables alone, bounded work and sizes."""

import contextlib
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from xps_keras.errors import InputError

SIGNATURE = b"SQLite format 3\x00"
_LARGEST_CELL = 16_000_000
"""Bytes of one text or one block of numbers."""
_MOST_BYTES = 400_000_000
"""Of all cells that are read: a damaged file may hand on one block as those of many rows."""
_MOST_ROWS = 200_000
"""That one question is answered with."""
_STEPS_AT_ONCE, _MOST_STEPS = 1_000_000, 200
"""Instructions of SQLite between two looks at how many there were, and how many such looks."""
_COMPUTED = re.compile(r"(?i)\bAS\b")
_LONGEST_NAME = 60  # letters of a name in a message


class TooMuch(sqlite3.DataError):
    """The database holds more than is read; ``tables`` says so, rather than that it is damaged."""


class Tables:
    """The tables of one open database."""

    def __init__(self, base: sqlite3.Connection) -> None:
        """Begin with nothing read."""
        self._base = base
        self._bytes = 0

    def rows(self, query: str, *values: int) -> Iterator[tuple[Any, ...]]:
        """Yield the rows that a question is answered with, one at a time.

        Args:
            query: SQL of this program, never of a file.
            values: What stands in the place of its question marks.

        Raises:
            sqlite3.Error: If the database is damaged, holds too much, or would run code of its own.
        """
        try:
            for count, row in enumerate(self._base.execute(query, values)):
                self._bytes += sum(len(cell) for cell in row if isinstance(cell, bytes | str))
                if count >= _MOST_ROWS or self._bytes > _MOST_BYTES:
                    raise TooMuch(f"over {_MOST_ROWS} rows or {_MOST_BYTES / 1e6:.0f} MB")
                yield row
        except UnicodeDecodeError as error:  # names of a damaged table, which no text factory sees
            raise sqlite3.DataError("a name in it is no text") from error


@contextlib.contextmanager
def tables(content: bytes, used: frozenset[str], *, kind: str, path: Path, remedy: str) -> Iterator[Tables]:
    """Open a database in memory; whatever is wrong with it becomes one sentence.

    Args:
        content: The file.
        used: Names of the tables that are read, in small letters; one that is a view, virtual or computed is refused.
        kind: What it is, for messages: ``Prodigy database``.
        path: The file, for messages.
        remedy: What would help, for messages.

    Yields:
        Its tables.

    Raises:
        InputError: If it cannot be read.
    """
    base = sqlite3.connect(":memory:")
    try:
        base.deserialize(_without_log(content))
        base.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LARGEST_CELL)
        for setting in ("query_only = ON", "trusted_schema = OFF", "cell_size_check = ON"):
            base.execute(f"PRAGMA {setting}")
        base.text_factory = lambda text: text.decode("utf-8", errors="replace")
        base.set_authorizer(_only_tables)
        looks = iter(range(_MOST_STEPS))
        base.set_progress_handler(lambda: next(looks, None) is None, _STEPS_AT_ONCE)
        found = Tables(base)
        for name, text in found.rows("SELECT name, sql FROM sqlite_master"):
            plain = str(text).upper().startswith("CREATE TABLE") and not _COMPUTED.search(str(text))
            if str(name).lower() in used and not plain:
                raise sqlite3.DataError(f"{str(name)[:_LONGEST_NAME]} is no plain table")
        yield found
    except (sqlite3.Error, MemoryError) as error:
        said = " ".join(str(error).split())[:100] or type(error).__name__
        wrong = "is damaged"
        if isinstance(error, TooMuch):
            wrong = "holds more than is read here"
        elif "interrupted" in said:
            wrong, said = "holds more than is read here", "it takes too much work"
        elif "no such" in said:
            wrong = "is of a version that is not read here"
        raise InputError(f"{path.name}: the {kind} {wrong} ({said}), {remedy}.") from error
    finally:
        base.close()


def _without_log(content: bytes) -> bytes:
    """Take the mark out by which a database looks for a log beside it: there is none in memory."""
    return content[:18] + b"\x01\x01" + content[20:] if content[18:20] == b"\x02\x02" else content


def _only_tables(action: int, *about: str | None) -> int:
    """Allow SQLite to read columns of tables and nothing else: neither functions nor what a view may ask for."""
    allowed = action in (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ) and about[3] is None  # the view that asks
    return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY
