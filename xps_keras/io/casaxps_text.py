"""Reader of the text tables that CasaXPS exports: K.E., Counts, fit curves, B.E., CPS, fit curves."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from xps_keras.errors import InputError, SpectrumWarning
from xps_keras.io.decode import to_text
from xps_keras.io.draft import Draft, Parsed
from xps_keras.io.number_table import Style
from xps_keras.spectrum import AL_K_ALPHA_EV

_HEAD_BYTES = 65_536
_STYLES = (Style("\t", "."), Style("\t", ","), Style(",", "."), Style(";", "."), Style(";", ","))
_CYCLE = re.compile(r"^Cycle\s+\d+\s*:\s*(.*)$", re.IGNORECASE)


@dataclass(frozen=True)
class _Columns:
    """Where one spectrum stands in the table."""

    energy: int
    intensity: int
    scale: Literal["binding", "kinetic"]
    unit: Literal["counts", "counts/s"]


def _columns(cells: list[str]) -> list[_Columns]:
    """Find energy-intensity pairs in a heading; binding energy with counts per second is preferred where both stand."""
    found: dict[str, list[_Columns]] = {"binding": [], "kinetic": []}
    for index, cell in enumerate(cells[:-1]):
        following = cells[index + 1].upper()
        if cell.upper() == "B.E." and following in ("CPS", "COUNTS"):
            found["binding"].append(
                _Columns(index, index + 1, "binding", "counts/s" if following == "CPS" else "counts")
            )
        if cell.upper() == "K.E." and following in ("CPS", "COUNTS"):
            found["kinetic"].append(
                _Columns(index, index + 1, "kinetic", "counts/s" if following == "CPS" else "counts")
            )
    return found["binding"] or found["kinetic"]


def _heading(line: str) -> tuple[list[str], list[_Columns]]:
    for separator in ("\t", ",", ";"):
        cells = [cell.strip().strip('"') for cell in line.split(separator)]
        columns = _columns(cells)
        if columns:
            return cells, columns
    return [], []


class CasaXpsTextReader:
    """Tables of CasaXPS, saved as text."""

    name = "CasaXPS text"
    extra = None

    def recognises(self, content: bytes, path: Path) -> bool:
        """Tell whether the file has a CasaXPS table heading: K.E. and Counts, or B.E. and CPS."""
        text = to_text(content[:_HEAD_BYTES])
        return text is not None and any(map(_is_heading, text.splitlines()))

    def read(self, content: bytes, path: Path) -> Parsed:
        """Read every spectrum of the file."""
        return _parse(content, path)


def _is_heading(line: str) -> bool:
    return bool(_heading(line)[1])


def _parse(data: bytes, path: Path) -> Parsed:
    """Read every spectrum of a CasaXPS text export.

    CasaXPS applies its calibration to both energy columns of an export and does not say so, hence
    ``charge_correction_ev`` stays None.

    Args:
        data: The file.
        path: Its path, for messages.

    Returns:
        One draft per energy-intensity pair under each heading.

    Raises:
        InputError: If no number stands under a heading, or a row breaks off.
    """
    lines = (to_text(data) or "").splitlines()
    headings = [index for index, line in enumerate(lines) if _is_heading(line)]
    drafts: list[Draft] = []
    for index, end in zip(headings, [*headings[1:], len(lines)], strict=True):
        _, columns = _heading(lines[index])
        label_from = headings[headings.index(index) - 1] if headings.index(index) else 0
        titles = lines[label_from:index]
        for pair in columns:
            draft = _read(lines, index + 1, end, pair, _label(titles, pair))
            if draft is not None:
                drafts.append(draft)
    if not drafts:
        raise InputError(f"{path.name}: no numbers stand under the column heading, export the spectrum again.")
    warnings: tuple[SpectrumWarning, ...] = ()
    if any(draft.scale == "kinetic" for draft in drafts):
        text = f"Only kinetic energies are given: Al K-alpha ({AL_K_ALPHA_EV} eV) was assumed as the source."
        warnings = (SpectrumWarning("source-assumed", text),)
    return Parsed(tuple(drafts), warnings)


def _label(titles: list[str], pair: _Columns) -> str:
    """Take the title cell of the spectrum: the last one at or left of its columns in the last `Cycle` line."""
    for line in reversed(titles):
        cells = [cell.strip().strip('"') for cell in line.split("\t")]
        matches = [match for cell in cells[: pair.energy + 1] if (match := _CYCLE.match(cell))]
        if matches:
            return matches[-1][1].strip()
    return ""


def _read(lines: list[str], begin: int, end: int, pair: _Columns, label: str) -> Draft | None:
    """Read one pair of columns down to the first row without it; rows of a shorter neighbour are empty cells."""
    style = max(
        _STYLES, key=lambda candidate: sum(_point(candidate, line, pair) is not None for line in lines[begin:end])
    )
    points: list[tuple[float, float, int]] = []
    for index in range(begin, end):
        point = _point(style, lines[index], pair)
        if point is None:
            if points:
                break
            continue
        points.append((*point, index + 1))
    if not points:
        return None
    energy, intensity, numbers = zip(*points, strict=True)
    return Draft(
        label=label,
        energy_ev=np.array(energy, dtype=np.float64),
        intensity=np.array(intensity, dtype=np.float64),
        place=f"the table at line {begin} (column {pair.energy + 1})",
        scale=pair.scale,
        intensity_unit=pair.unit,
        source_energy_ev=AL_K_ALPHA_EV if pair.scale == "kinetic" else None,
        lines=np.array(numbers, dtype=np.int64),
    )


def _point(style: Style, line: str, pair: _Columns) -> tuple[float, float] | None:
    # Not `style.cells`: stripping the line would move the columns when the first cells are empty.
    cells = [cell.strip().strip('"') for cell in line.split(style.separator)]
    if len(cells) <= pair.intensity:
        return None
    energy, intensity = style.number(cells[pair.energy]), style.number(cells[pair.intensity])
    return None if energy is None or intensity is None else (energy, intensity)
