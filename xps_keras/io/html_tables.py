"""Reader of tables in HTML, as web pages, notebooks and spreadsheets (``.xls`` that is none) hold them."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from xps_keras.io.decode import to_text
from xps_keras.io.draft import Parsed
from xps_keras.io.reader import Reader
from xps_keras.io.rows_as_text import read_rows

_HEAD_BYTES = 65_536
_PIECE = re.compile(r"<(/?)([A-Za-z][A-Za-z\d:]{0,20})([^<>]{0,2000})>|<[!?][^<>]{0,2000}>|([^<]+)|<")
_SPAN = re.compile(r"(?i)\bcolspan\s?=\s?[\"']?(\d{1,3})")
_SPACE = re.compile(r"\s+")
_PASSED_OVER = frozenset(["script", "style"])
_LINES = frozenset("p div br h1 h2 h3 h4 h5 h6 li caption title table pre".split())


class HtmlReader:
    """Tables of HTML."""

    name = "HTML table"
    extra = None

    def recognises(self, content: bytes, path: Path) -> bool:
        """Tell whether a table with rows stands near the top of the file."""
        head = (to_text(content[:_HEAD_BYTES]) or "").lstrip("\ufeff \t\r\n").lower()
        return head.startswith("<") and "<table" in head and "<tr" in head and "<?xml" not in head[:5]

    def read(self, content: bytes, path: Path) -> Parsed:
        """Read the tables, with the words above them.

        Args:
            content: The file.
            path: Its path, for messages.

        Returns:
            One draft per region, as of a text with these rows.

        Raises:
            InputError: If no table holds a spectrum, or a row is broken.
        """
        return read_rows(list(_lines(_without_comments(to_text(content) or ""))), path)


READER: Reader = HtmlReader()


def _without_comments(text: str) -> str:
    kept = []
    at = 0
    while (begin := text.find("<!--", at)) >= 0 and (end := text.find("-->", begin)) >= 0:
        kept.append(text[at:begin])
        at = end + 3
    return "".join([*kept, text[at:]])


@dataclass
class _Row:
    """A row whose cells are being read."""

    cells: list[str] = field(default_factory=list)
    at: int = -1
    """Number of the cell that is open."""

    def begin_cell(self, words: list[str], columns: int) -> None:
        """End the open cell with its words, and begin one over some columns, of which the first holds its words."""
        self.end_cell(words)
        self.at = len(self.cells)
        self.cells += [""] * columns

    def end_cell(self, words: list[str]) -> None:
        """Write what was said into the open cell."""
        if self.at >= 0:
            self.cells[self.at] = _plain(words)


def _lines(text: str) -> Iterator[str]:
    """Yield the words between tables line by line, and each row of a table with its cells parted by tabs."""
    row: _Row | None = None
    words: list[str] = []
    passed_over = ""
    for closes, name, attributes, said in (piece.groups() for piece in _PIECE.finditer(text)):
        tag = (name or "").lower()
        if passed_over:
            passed_over = "" if closes and tag == passed_over else passed_over
        elif said:
            words.append(said)
        elif tag in _PASSED_OVER and not closes:
            passed_over = tag
        elif tag in ("td", "th") and row is not None:
            if not closes:
                span = _SPAN.search(attributes)
                row.begin_cell(words, int(span[1]) if span else 1)
                words = []
        elif tag == "tr" or (tag in _LINES and (row is None or tag == "table")):
            yield from _ended(row, words)
            row, words = _Row() if tag == "tr" and not closes else None, []
    yield from _ended(row, words)


def _ended(row: _Row | None, words: list[str]) -> list[str]:
    """Return the line of a row, or of the words that stand in none; no line for no words."""
    if row is not None:
        row.end_cell(words)
        return ["\t".join(row.cells)] if row.cells else []
    return [line] if (line := _plain(words)) else []


def _plain(words: list[str]) -> str:
    return _SPACE.sub(" ", html.unescape("".join(words))).strip()
