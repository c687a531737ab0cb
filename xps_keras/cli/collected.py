"""What a call collects over all its files: the JSON list, the report and the table, each written whole."""

import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from xps_keras.cli.outputs import with_folder
from xps_keras.errors import UsageError
from xps_keras.files import through, whole_file, write_whole

_PIECE = 1 << 20


class JsonList:
    """Answers in JSON as they come; one alone stands without a list around it, where several were not to be expected.

    Args:
        stream: Where they go.
        several: Whether there is a list in any case.
    """

    def __init__(self, stream: IO[bytes], several: bool) -> None:
        self._stream, self._several = stream, several
        self._alone: str | None = None
        self._count = 0

    def add(self, text: str) -> None:
        """Add the JSON text of one sample, indented by one."""
        self._count += 1
        if self._count == 1 and not self._several:
            self._alone = text
            return
        if self._alone is not None:
            self._item(self._alone, first=True)
            self._alone = None
        self._item(text, first=self._count == 1)

    def end(self) -> None:
        """Close the list."""
        if self._alone is not None:
            self._put(f"{self._alone}\n")
        else:
            self._put("\n]\n" if self._count else "[]\n")

    def _item(self, text: str, first: bool) -> None:
        # In step with what `json.dumps` makes of a list.
        self._put(("[\n " if first else ",\n ") + text.replace("\n", "\n "))

    def _put(self, text: str) -> None:
        self._stream.write(text.encode("utf-8"))


@contextmanager
def json_list(out: str | None, several: bool) -> Iterator[JsonList | None]:
    """Collect answers, and write them when the context ends well.

    Args:
        out: A file; ``-`` for stdout; None for nothing.
        several: As in ``JsonList``.

    Yields:
        What takes the answers; None when there is nothing to write.

    Raises:
        UsageError: The file cannot be written.
    """
    if out is None:
        yield None
        return
    path = Path(out)
    if out == "-" or through(path):  # nothing that was written there can be taken back
        with tempfile.TemporaryFile() as kept:
            found = JsonList(kept, several)
            yield found
            found.end()
            kept.seek(0)
            _copy(kept, out)
        return
    with whole_file(with_folder(path)) as stream:
        found = JsonList(stream, several)
        yield found
        found.end()


def _copy(kept: IO[bytes], out: str) -> None:
    if out != "-":
        with whole_file(out) as stream:
            while piece := kept.read(_PIECE):
                stream.write(piece)
        return
    while piece := kept.read(_PIECE):
        sys.stdout.write(piece.decode("ascii"))
    sys.stdout.flush()


@contextmanager
def report_pages(out: Path | None) -> Iterator[Callable[[dict[str, str]], None] | None]:
    """Collect the pages of a report, and write it when the context ends well.

    Args:
        out: A file; None for no report.

    Yields:
        What takes the fields of a ``Section``; None when there is nothing to write.

    Raises:
        UsageError: The file cannot be written.
    """
    if out is None:
        yield None
        return
    from xps_keras.reporting import Section, report_file

    with report_file(with_folder(out)) as add:
        yield lambda fields: add(Section(**fields))


def write_table(path: Path, rows: Sequence[Mapping[str, Any]], about: Mapping[str, str]) -> Path:
    """Write a table; where the file is refused, as one that is open in Excel, a file beside it takes the table.

    Args:
        path: ``.xlsx`` for a workbook, else comma-separated text.
        rows: One a sample.
        about: What stands on the second sheet of a workbook.

    Returns:
        The file that was written.

    Raises:
        UsageError: Neither can be written.
    """
    from xps_keras.analysis.table import csv_of, xlsx_of

    content = xlsx_of(rows, about) if path.suffix.lower() == ".xlsx" else csv_of(rows)
    try:
        write_whole(with_folder(path), content)
    except UsageError:
        beside = path.with_name(f"{path.stem} (2){path.suffix}")
        if through(path) or beside.exists():
            raise
        write_whole(beside, content)
        return beside
    return path
