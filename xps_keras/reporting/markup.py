"""HTML that is safe by default: every text is escaped unless it is markup that was made here.

What is written is well-formed XML as well, so that a report can be checked and read by either kind of parser.
"""

import re
from collections.abc import Iterable, Sequence
from html import escape

from xps_keras.printable import printable

_VOID = frozenset(["br", "meta"])
_NO_XML = re.compile("[\ufffe\uffff]")  # neither XML nor HTML may hold these; all others `printable` takes away


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


def text(content: object) -> Markup:
    """Return a text as HTML: escaped, with control characters and changes of direction made visible."""
    if isinstance(content, Markup):
        return content
    return Markup(escape(_NO_XML.sub("\ufffd", printable(str(content)))))


def element(name: str, /, *children: object, **attributes: object) -> Markup:
    """Return an element.

    Args:
        name: Its name.
        children: What stands in it, one after the other; escaped unless markup.
        attributes: Its attributes; an underscore at the end of a name is dropped and others become hyphens. None
            leaves an attribute out.
    """
    given = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{text(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    if name in _VOID:
        return Markup(f"<{name}{given}/>")
    return Markup(f"<{name}{given}>{''.join(text(child) for child in children)}</{name}>")


def joined(parts: Iterable[object], between: str = "") -> Markup:
    """Put parts one after the other."""
    return Markup(text(between).join(text(part) for part in parts))


def table(headings: Sequence[str], rows: Iterable[Sequence[object]], numbers: Sequence[int] = ()) -> Markup:
    """Return a table.

    Args:
        headings: One per column.
        rows: Cells of each row; the first one names the row.
        numbers: Places of the columns whose cells are numbers, which stand to the right.
    """

    def cell(name: str, place: int, content: object, scope: str | None = None) -> Markup:
        return element(name, content, class_="number" if place in numbers else None, scope=scope)

    head = element("tr", *(cell("th", place, heading, "col") for place, heading in enumerate(headings)))
    body = (
        element(
            "tr",
            *(
                cell("td" if place else "th", place, content, None if place else "row")
                for place, content in enumerate(row)
            ),
        )
        for row in rows
    )
    return element("table", element("thead", head), element("tbody", *body))


def facts(rows: Iterable[tuple[str, object]]) -> Markup:
    """Return a list of names and what belongs to them."""
    return element("dl", *(element("div", element("dt", name), element("dd", content)) for name, content in rows))
