"""Reading the committed tables of the library."""

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
