"""Reading the committed tables of the library and writing tables for the documents."""

import csv
import io
from importlib.resources import files


def read_table(name: str) -> list[dict[str, str]]:
    """Read one comma-separated table of ``xps_keras/library/data``.

    Args:
        name: File name, for example ``lines.csv``.

    Returns:
        One dictionary per row, column name -> text.

    Raises:
        FileNotFoundError: If the package holds no such table.
    """
    text = (files("xps_keras.library") / "data" / name).read_text(encoding="utf-8")
    return list(csv.DictReader(io.StringIO(text)))


def markdown(columns: list[str], rows: list[list[str]]) -> str:
    """Return a Markdown table.

    Args:
        columns: Titles.
        rows: Cells, as many per row as there are titles.

    Returns:
        Lines joined by line feeds, without one at the end.
    """
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)
