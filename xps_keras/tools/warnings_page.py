"""The page of warnings: the table of ``docs/analysis.md``, with where in the program each one is raised."""

import re
from collections import defaultdict
from pathlib import Path

PACKAGE = Path(__file__).parents[1]
ROOMS = {"io": "reading the file", "preprocessing": "preparing it", "analysis": "answering", "cli": "beside `analyze`"}
"""Rooms that raise warnings, in the order in which a file meets them, and what is done there."""
_RAISED = re.compile(r"""SpectrumWarning\(\s*["']([a-z-]+)["']""")
_ROW = re.compile(r"^\| ((?:`[a-z-]+`(?:, )?)+) \| (.+) \|$", re.MULTILINE)


def raised() -> dict[str, list[str]]:
    """Return every code that the source raises, each with the rooms that do."""
    found: dict[str, list[str]] = defaultdict(list)
    for room in ROOMS:
        source = "".join(path.read_text(encoding="utf-8") for path in sorted((PACKAGE / room).glob("*.py")))
        for code in dict.fromkeys(_RAISED.findall(source)):
            found[code].append(room)
    return dict(found)


def documented(analysis_page: str) -> dict[str, str]:
    """Return what the table of warnings says about each code.

    Args:
        analysis_page: Text of ``docs/analysis.md``.

    Returns:
        Sentence by code, in the table's order.
    """
    section = analysis_page.split("\n## Warnings\n")[1].split("\n## ")[0]
    return {code: says for codes, says in _ROW.findall(section) for code in re.findall(r"[a-z-]+", codes)}


def warnings_page() -> str:
    """Return the Markdown of one table of all warnings, those of the reader first."""
    rooms = raised()
    table = documented((PACKAGE.parent / "docs" / "analysis.md").read_text(encoding="utf-8"))
    lines = ["| code | when | what it says |", "|---|---|---|"]
    for room in ROOMS:
        lines += [
            f"| `{code}` | {', '.join(ROOMS[each] for each in rooms[code])} | {says} |"
            for code, says in table.items()
            if rooms[code][0] == room
        ]
    return "\n".join(lines) + "\n"
