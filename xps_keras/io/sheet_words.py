"""What the words above the columns of a sheet say: titles of samples, settings, names of regions."""

import re
from collections.abc import Sequence

from xps_keras.io.column_names import role_of
from xps_keras.io.number_table import is_number
from xps_keras.io.sheet import Cell, Sheet, number, words
from xps_keras.io.sheet_groups import Group
from xps_keras.io.text_notes import names_nothing
from xps_keras.library.core_line import find_core_line, is_survey

DEFAULT_TITLE = re.compile(r"(?i)(sheet|tabelle|feuil|hoja|foglio|blad|ark|planilha|arkusz|data|worksheet)[ _]?\d*")


def words_above(sheet: Sheet, head: int, begin: int, groups: list[Group]) -> list[list[list[str]]]:
    """Return what stands above each group of columns, row by row; a title over several groups is that of each."""
    edges = [min(column.index for column in (*energies, *intensities)) for energies, intensities in groups]
    lasts = [max(column.index for column in (*energies, *intensities)) for energies, intensities in groups]
    columns = {column.index for energies, intensities in groups for column in (*energies, *intensities)}
    found: list[list[list[str]]] = [[] for _ in groups]
    for row in range(head, begin):
        cells = sheet.rows[row]
        title, key = "", _key_of_numbers(cells)
        for texts, first, last, group in zip(found, edges, lasts, groups, strict=True):
            foreign = columns - {column.index for column in (*group[0], *group[1])}
            own = words_of_cells(
                [None if index in foreign else cell for index, cell in enumerate(cells[: last + 1])][first:]
            )
            if key and len(own) == 1 and is_number(own[0]):
                own = [f"{key}: {own[0]}"]
            texts.append(own or ([title] if title else []))
            # Names of columns are no titles.
            title = own[0] if len(own) == 1 and _is_name(own[0]) else ("" if own else title)
    return found


def _key_of_numbers(cells: Sequence[Cell]) -> str:
    """Return the word before a row of numbers, ``Sample | 1 | | 2``; empty where a row is none."""
    filled = [cell for cell in cells if words(cell) or number(cell) is not None]
    return words(filled[0]) if len(filled) > 2 and all(number(cell) is not None for cell in filled[1:]) else ""


def values_above(rows: Sequence[Sequence[Cell]], columns: Sequence[int]) -> list[list[str]]:
    """Return the values that rows of a key and numbers hold for each column, ``Etch time (s): 30``; empty for none."""
    keys = [_key_of_numbers(cells) for cells in rows]
    found: list[list[str]] = []
    for column in columns:
        values = (number(cells[column]) if column < len(cells) else None for cells in rows)
        found.append(
            [f"{key}: {value:g}" if key and value is not None else "" for key, value in zip(keys, values, strict=True)]
        )
    return found


def words_of_cells(cells: Sequence[Cell]) -> list[str]:
    """Return words of cells; a number behind a word is its value, ``Dwell time (s): 0.5``; one alone a title."""
    found: list[str] = []
    open_key = False
    for cell in cells:
        text, value = words(cell), number(cell)
        if text:
            found.append(text)
        elif value is not None and open_key:
            found[-1] = f"{found[-1]}: {value:g}"
        open_key = bool(text)
    alone = [value for cell in cells if (value := number(cell)) is not None]
    return found or [f"{value:g}" for value in alone if len(alone) == 1]


def names_in(title: str, texts: list[list[str]], said: str) -> tuple[str, str]:
    """Find the region's name and the sample's in the words above, else in the sheet's title."""
    line = find_core_line(said) or find_core_line(title)
    label = line or ("survey" if is_survey(f"{said} {title}") else "")
    alone = [row[0] for row in texts if len(row) == 1]
    sample = next((text for text in alone if _is_name(text)), "")
    if not sample and not find_core_line(title) and not is_survey(title) and not DEFAULT_TITLE.fullmatch(title.strip()):
        sample = title
    return label, sample


def _is_name(text: str) -> bool:
    """Tell whether words that stand alone can be the name of a sample: no column, no core line, no setting."""
    return not (names_nothing(text) or role_of(text) or find_core_line(text) or re.search(r"[:=]", text))
